"""Up to the next change a site comes out the same, to the byte: small random sites are rendered at every instant that
could matter, and at each the site that was foretold is compared with the one that is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from time import process_time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_plan import POST, PROGRAMME, TEAM

from heraldry.model import ALWAYS, Audience, Instant, Post, PostType, Programme, Stage, Team, Version, WallTime
from heraldry.moments import instant
from heraldry.pages.frames import Setting
from heraldry.pages.media import Media
from heraldry.pages.places import Places
from heraldry.pages.site import Content, files
from heraldry.pages.theme import Theme
from heraldry.plan import next_change, plan, rebased

SECOND = timedelta(seconds=1)
START = datetime(2026, 12, 30, 12, tzinfo=UTC)
ROOT = Path(__file__).parents[1] / "heraldry" / "starter"
ZONES = [ZoneInfo(name) for name in ("Europe/Berlin", "Asia/Seoul", "Pacific/Chatham", "America/New_York", "UTC")]


@cache
def theme() -> Theme:
    return Theme(ROOT)


def site(posts: Sequence[Post], teams: Sequence[Team], programme: Programme, now: datetime) -> dict[str, bytes]:
    """Every file at `now`, but for what says when it was checked."""
    made = theme()
    setting = Setting(
        programme=programme,
        places=Places(programme.url, "pepper"),
        media=Media(ROOT),
        now=now,
        css=made.static("share.css"),
        js=made.static("share.js"),
        icon=made.static("icon.svg"),
        handbooks=frozenset(),
    )
    moved = rebased(posts, programme, now)
    content = Content(programme, tuple(teams), (), moved, plan(moved, teams, now))
    return {file.path: unchecked(file.content) for file in files(content, setting, made)}


def unchecked(body: object) -> bytes:
    assert isinstance(body, bytes)
    return re.sub(rb'<time class="checked".*?</time>', b"", body, flags=re.DOTALL)


def foretold(posts: Sequence[Post], teams: Sequence[Team], programme: Programme, now: datetime) -> datetime | None:
    return next_change(rebased(posts, programme, now), teams, programme, now)


# Random sites -----------------------------------------------------------------------------------------

hours = st.integers(-30, 60).map(lambda n: START.replace(tzinfo=None) + timedelta(hours=n))
instants = hours.map(lambda moment: moment.replace(tzinfo=UTC))
days = st.integers(-1, 2).map(lambda n: START.date() + timedelta(days=n))
whens = st.one_of(
    hours.map(lambda moment: WallTime(moment.date(), moment.time())),
    instants.map(Instant),
    days.map(lambda day: WallTime(day, time())),
)
since = st.one_of(st.none(), st.none(), st.just(ALWAYS), instants)
rules = st.sampled_from(
    [
        Audience(types=frozenset({PostType.COMPANY})),
        Audience(tags=frozenset({"hiring"})),
        Audience(sources=frozenset({"news"})),
        Audience(posts=frozenset({"p0"})),
        Audience(types=frozenset({PostType.COMPANY, PostType.INDUSTRY}), languages=frozenset({"tr"})),
    ]
)


@st.composite
def some_teams(draw: st.DrawFn) -> list[Team]:
    return [
        replace(
            TEAM,
            key=f"t{n}",
            name=f"Team {n}",
            timezone=draw(st.sampled_from(ZONES)),
            sees=draw(rules),
            stage=draw(st.sampled_from([Stage.LIVE, Stage.LIVE, Stage.PILOT])),
            opens=draw(st.one_of(st.none(), days)),
            pause=draw(since),
            page_size=2,
        )
        for n in range(draw(st.integers(1, 4)))
    ]


@st.composite
def some_posts(draw: st.DrawFn) -> list[Post]:
    return [draw(one_post(f"p{n}")) for n in range(draw(st.integers(0, 4)))]


@st.composite
def one_post(draw: st.DrawFn, slug: str) -> Post:
    url = draw(st.sampled_from([None, "https://acme.example/news"]))
    version = Version("en", f"About {slug}", url=url)
    source = draw(st.sampled_from([None, None, "news"]))
    return replace(
        POST,
        slug=slug,
        type=draw(st.sampled_from(PostType)),
        versions={v.lang: v for v in (version, *draw(st.sampled_from([(), (replace(version, lang="tr", url=None),)])))},
        teams=draw(st.sampled_from([None, None, frozenset({"t0"}), frozenset({"t1", "t2", "gone"})])),
        publish=draw(st.one_of(st.none(), whens, whens, whens)),
        expires=draw(st.one_of(st.none(), whens)),
        withdraw=None if source else draw(since),
        aliases=draw(st.sampled_from([(), (f"old-{slug}",)])),
        source=source,
    )


programmes = st.sampled_from([PROGRAMME, PROGRAMME, replace(PROGRAMME, demo_day=START.date() - timedelta(days=400))])


def moments(posts: Sequence[Post], teams: Sequence[Team], programme: Programme, now: datetime) -> list[datetime]:
    """Every instant of these days that is written anywhere, read in every zone, and every midnight; with the second
    before each."""
    found: set[datetime] = set()
    for zone in {programme.timezone, *(team.timezone for team in teams)}:
        found |= set(in_zone(zone, rebased(posts, programme, now), teams))
    found |= {post.withdraw for post in posts if post.withdraw} | {team.pause for team in teams if team.pause}
    near = [at for at in found if at != ALWAYS and now - timedelta(days=4) < at < now + timedelta(days=9)]
    return sorted({at + step for at in near for step in (-SECOND, 0 * SECOND)})


def in_zone(zone: ZoneInfo, posts: Sequence[Post], teams: Sequence[Team]) -> Iterator[datetime]:
    written = [when for post in posts for when in (post.publish, post.expires) if when]
    written += [WallTime(team.opens, time()) for team in teams if team.opens]
    written += [WallTime(START.date() + timedelta(days=n), time()) for n in range(-1, 5)]
    yield from (at for when in written for at in (instant(when, zone), instant(when, zone, later=False)) if at)


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=settings().max_examples // 3)
@given(some_posts(), some_teams(), programmes, instants)
def test_no_change_is_missed(posts: list[Post], teams: list[Team], programme: Programme, now: datetime) -> None:
    """From now on, through all that is to come: nothing changes before it was foretold."""
    due = foretold(posts, teams, programme, now)
    before = site(posts, teams, programme, now)
    for at in (at for at in moments(posts, teams, programme, now) if at > now):
        after = site(posts, teams, programme, at)
        if due is None or at < due:
            assert after == before, f"changed at {at}, foretold for {due}"
        else:
            before, due = after, foretold(posts, teams, programme, at)
            assert due is None or due > at


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(some_posts(), some_teams(), instants)
def test_what_is_foretold_comes(posts: list[Post], teams: list[Team], now: datetime) -> None:
    """A new build is worth its while; only the turn of the year may find pages without any date."""
    for _ in range(3):
        due = foretold(posts, teams, PROGRAMME, now)
        if due is None or due > START + timedelta(days=30):
            return
        if due not in {instant(WallTime(date(2027, 1, 1), time()), team.timezone) for team in teams}:
            before, after = (site(posts, teams, PROGRAMME, at) for at in (due - SECOND, due))
            assert before != after, f"nothing changed at {due}"
        now = due


# Known ones -------------------------------------------------------------------------------------------

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
BERLIN, SEOUL = (
    replace(TEAM, key=zone[:3].lower(), timezone=ZoneInfo(zone)) for zone in ("Europe/Berlin", "Asia/Seoul")
)
EXTERNAL = replace(POST, versions={"en": Version("en", "Elsewhere", url="https://acme.example/news")})
PAUSED = replace(BERLIN, pause=ALWAYS)
NARROW = replace(BERLIN, key="tr", sees=replace(TEAM.sees, languages=frozenset({"tr"})))
THE_NEW_YEAR, NEW_IN_SEOUL = "2027-01-01T00:00+01:00", "2027-01-01T00:00+09:00"


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.mark.parametrize(
    ("post", "teams", "at"),
    [
        pytest.param(POST, [BERLIN], "2026-12-01T09:00+01:00", id="a post appears"),
        pytest.param(POST, [BERLIN, SEOUL], "2026-12-01T09:00+09:00", id="where its hour comes first"),
        pytest.param(replace(POST, publish=None), [BERLIN], THE_NEW_YEAR, id="a draft never does: the year turns"),
        pytest.param(
            replace(POST, teams=frozenset({"eur"})), [SEOUL, BERLIN], "2026-12-01T09:00+01:00", id="for its team alone"
        ),
        pytest.param(POST, [NARROW], THE_NEW_YEAR, id="it is in none of the team's languages"),
        pytest.param(POST, [BERLIN, NARROW], "2026-12-01T09:00+01:00", id="but in one of another's"),
        pytest.param(POST, [NARROW, BERLIN], "2026-12-01T09:00+01:00", id="in whichever order"),
        pytest.param(replace(POST, withdraw=ALWAYS), [BERLIN], "2026-12-01T09:00+01:00", id="withdrawn: a tombstone"),
        pytest.param(
            replace(POST, withdraw=ALWAYS),
            [BERLIN, SEOUL],
            "2026-12-01T09:00+09:00",
            id="which stands once and for all",
        ),
        pytest.param(replace(EXTERNAL, withdraw=ALWAYS), [BERLIN], THE_NEW_YEAR, id="withdrawn, without a page"),
        pytest.param(
            replace(EXTERNAL, withdraw=ALWAYS, aliases=("old",)), [BERLIN], "2026-12-01T09:00+01:00", id="but an alias"
        ),
        pytest.param(
            replace(POST, withdraw=moment("2026-12-01T07:59+00:00")), [BERLIN], THE_NEW_YEAR, id="withdrawn before it"
        ),
        pytest.param(POST, [PAUSED], "2026-12-01T09:00+01:00", id="paused, nobody knows since when: its own page"),
        pytest.param(EXTERNAL, [PAUSED], None, id="paused, without a page of its own"),
        pytest.param(POST, [replace(BERLIN, pause=NOW)], None, id="paused before its hour"),
        pytest.param(
            POST,
            [replace(BERLIN, pause=moment("2026-12-01T00:00+00:00"))],
            "2026-12-01T00:00+00:00",
            id="a pause begins",
        ),
        pytest.param(
            POST, [replace(BERLIN, opens=date(2026, 12, 5))], "2026-12-05T00:00+01:00", id="the team opens later"
        ),
    ],
)
def test_the_next_change_is(post: Post, teams: list[Team], at: str | None) -> None:
    assert next_change([post], teams, PROGRAMME, NOW) == (moment(at) if at else None)


SINCE_SEOUL = moment("2026-12-01T09:00+09:00")


@pytest.mark.parametrize(
    ("post", "teams", "at"),
    [
        pytest.param(POST, [BERLIN, SEOUL], "2026-12-01T09:00+01:00", id="the next team has its hour"),
        pytest.param(replace(POST, withdraw=ALWAYS), [BERLIN, SEOUL], NEW_IN_SEOUL, id="a tombstone stands already"),
        pytest.param(POST, [PAUSED, SEOUL], NEW_IN_SEOUL, id="its own page stands already"),
        pytest.param(
            POST,
            [PAUSED, replace(SEOUL, stage=Stage.PILOT)],
            "2026-12-01T09:00+01:00",
            id="it stands already, but search engines may only find it when a live team has its hour",
        ),
        pytest.param(POST, [replace(PAUSED, stage=Stage.PILOT), SEOUL], NEW_IN_SEOUL, id="not a pilot"),
        pytest.param(
            replace(POST, expires=WallTime(date(2026, 12, 1), time(9, 1)), withdraw=moment("2026-12-02T00:00+00:00")),
            [SEOUL],
            "2026-12-01T09:01+09:00",
            id="its promotion ends",
        ),
    ],
)
def test_after_the_hour_in_seoul_the_next_change_is(post: Post, teams: list[Team], at: str) -> None:
    assert next_change([post], teams, PROGRAMME, SINCE_SEOUL) == moment(at)


def test_of_an_expired_post_the_own_page_may_still_become_a_tombstone() -> None:
    gone = replace(POST, expires=WallTime(date(2026, 12, 2), time()), withdraw=moment("2026-12-09T00:00+00:00"))
    assert next_change([gone], [BERLIN], PROGRAMME, moment("2026-12-03T00:00+00:00")) == gone.withdraw
    elsewhere = replace(gone, versions=EXTERNAL.versions)
    assert next_change([elsewhere], [BERLIN], PROGRAMME, moment("2026-12-03T00:00+00:00")) == moment(THE_NEW_YEAR)


def test_of_an_example_site_each_midnight_is_a_change_also_where_a_day_was_left_out() -> None:
    example_site = replace(PROGRAMME, demo_day=date(2026, 1, 1))
    assert next_change([], [BERLIN], example_site, NOW) == moment("2026-12-01T00:00+03:00")
    samoa = replace(example_site, timezone=ZoneInfo("Pacific/Apia"))
    before = moment("2011-12-29T12:00-10:00")
    assert next_change([], [], samoa, before) == moment("2011-12-31T00:00+14:00")


def test_a_day_begins_with_the_first_of_two_midnights() -> None:
    havana = replace(PROGRAMME, demo_day=date(2026, 1, 1), timezone=ZoneInfo("America/Havana"))
    assert next_change([], [], havana, moment("2026-10-31T12:00-04:00")) == moment("2026-11-01T00:00-04:00")


def test_without_a_team_nothing_ever_changes() -> None:
    assert next_change([POST], [], PROGRAMME, NOW) is None


@pytest.mark.parametrize("step", [1, -1], ids=["oldest first", "newest first"])
def test_twenty_thousand_posts_and_five_hundred_teams_take_a_moment(step: int) -> None:
    teams = [
        replace(
            TEAM,
            key=f"t{n}",
            timezone=ZONES[n % len(ZONES)],
            opens=date(2026, 1, 1) + timedelta(days=n % 60),
            sees=Audience(tags=frozenset({f"tag{n % 50}", f"own{n}"})),
        )
        for n in range(500)
    ]
    posts = [replace(POST, slug=f"p{n}", tags=frozenset({f"tag{n % 50}"}), publish=_nth(n)) for n in range(20_000)]
    began = process_time()
    assert next_change(posts[::step], teams, PROGRAMME, START) is not None
    assert next_change(posts[::step], teams, PROGRAMME, START - timedelta(days=600)) is not None
    assert process_time() - began < 4


def _nth(number: int) -> WallTime:
    at = START + timedelta(minutes=37 * (number - 10_000))
    return WallTime(at.date(), at.time())
