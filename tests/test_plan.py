"""Who sees what, when, in which language and order."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heraldry.model import ALWAYS, Audience, Brand, Post, PostType, Programme, Team, Utm, Version
from heraldry.moments import when
from heraldry.plan import Held, ends_at, held, next_due, opened, plan, published, rebased, shares, spoken, wanted

SECOND = timedelta(seconds=1)
NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)

PROGRAMME = Programme(
    name="Acme Voices",
    tagline="",
    url="https://voices.acme.example/",
    organisation="Acme",
    helper=None,
    timezone=ZoneInfo("Europe/Istanbul"),
    languages=("en", "tr", "ko"),
    brand=Brand(),
    networks=("linkedin",),
    utm=Utm(),
    disclosure={"en": "I work at Acme."},
)
TEAM = Team(
    key="sales",
    name="Sales",
    tagline="",
    timezone=ZoneInfo("Europe/Berlin"),
    languages=("en", "tr", "ko"),
    networks=("linkedin",),
    disclosure={"en": "I work at Acme."},
    brand=Brand(),
    utm=Utm(),
    sees=Audience(types=frozenset({PostType.COMPANY})),
)
POST = Post(
    slug="lab",
    type=PostType.COMPANY,
    versions={"en": Version("en", "We opened our lab")},
    tags=frozenset({"hiring"}),
    publish=when("2026-12-01 09:00"),
)


def in_zone(name: str) -> Team:
    return replace(TEAM, timezone=ZoneInfo(name))


def seeing(**rule: set[str]) -> Team:
    return replace(TEAM, sees=Audience(**{key: frozenset(values) for key, values in rule.items()}))  # type: ignore[arg-type]


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.mark.parametrize(
    ("team", "post", "sees"),
    [
        pytest.param(seeing(types={"company"}), POST, True, id="a type that matches"),
        pytest.param(seeing(types={"industry"}), POST, False, id="a type that does not"),
        pytest.param(seeing(tags={"hiring", "product"}), POST, True, id="one tag of several"),
        pytest.param(seeing(tags={"hire"}), POST, False, id="no tag in common, though one begins alike"),
        pytest.param(seeing(sources={"news"}), replace(POST, source="news"), True, id="its source"),
        pytest.param(seeing(sources={"news"}), POST, False, id="a source, but the post has none"),
        pytest.param(seeing(posts={"lab"}), POST, True, id="its name"),
        pytest.param(seeing(posts={"la"}), POST, False, id="another name"),
        pytest.param(seeing(types={"industry"}, tags={"hiring"}), POST, True, id="any match is enough"),
        pytest.param(seeing(), POST, False, id="a team without a rule sees nothing"),
        pytest.param(seeing(), replace(POST, teams=frozenset({"sales"})), True, id="named by the post"),
        pytest.param(TEAM, replace(POST, teams=frozenset({"it"})), False, id="the post names others: no rule helps"),
        pytest.param(TEAM, replace(POST, teams=frozenset()), False, id="the post names no team at all"),
    ],
)
def test_a_team_sees_a_post_by(team: Team, post: Post, sees: bool) -> None:
    assert wanted(post, team) is sees
    assert held(post, team, NOW) is (None if sees else Held.AUDIENCE)


EN, TR, KO = (Version(lang, lang) for lang in ("en", "tr", "ko"))


@pytest.mark.parametrize(
    ("versions", "languages", "narrow", "lang"),
    [
        pytest.param([EN, TR], ["tr", "en"], [], "tr", id="the team's first language"),
        pytest.param([EN, TR], ["ko", "tr", "en"], [], "tr", id="its next one when the first is missing"),
        pytest.param([KO], ["en", "tr"], [], "ko", id="the only one there is, when nothing narrows"),
        pytest.param([TR, EN], ["ko"], [], "tr", id="the post's own language when none is the team's"),
        pytest.param([EN, TR], ["en", "tr"], ["tr"], "tr", id="sees.languages goes before preference"),
        pytest.param([EN], ["en", "tr"], ["tr"], None, id="none when sees.languages allows none"),
        pytest.param([KO, EN], ["en", "ko"], ["ko", "tr"], "ko", id="the one that is allowed"),
    ],
)
def test_a_team_reads_a_post_in(
    versions: list[Version], languages: list[str], narrow: list[str], lang: str | None
) -> None:
    team = replace(TEAM, languages=tuple(languages), sees=replace(TEAM.sees, languages=frozenset(narrow)))
    post = replace(POST, versions={version.lang: version for version in versions})
    found = spoken(post, team)
    assert (found.lang if found else None) == lang
    assert held(post, team, NOW) is (None if lang else Held.LANGUAGE)


ZONES = [
    "Europe/Istanbul",
    "Asia/Seoul",
    "Europe/Berlin",
    "America/New_York",
    "Pacific/Chatham",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
]


@pytest.mark.parametrize("zone", ZONES)
def test_a_post_appears_at_its_hour_to_the_second_and_goes_at_its_end(zone: str) -> None:
    team, post = in_zone(zone), replace(POST, expires=when("2026-12-03 18:30"))
    begins = datetime(2026, 12, 1, 9, tzinfo=ZoneInfo(zone))
    ends = datetime(2026, 12, 3, 18, 30, tzinfo=ZoneInfo(zone))
    seen = [held(post, team, moment + step) for moment in (begins, ends) for step in (-SECOND, 0 * SECOND, SECOND)]
    assert seen == [Held.EARLY, None, None, None, Held.EXPIRED, Held.EXPIRED]


@pytest.mark.parametrize("zone", ZONES)
def test_a_time_with_an_offset_is_one_instant_in_every_zone(zone: str) -> None:
    post = replace(POST, publish=when("2026-12-01T09:00+03:00"), expires=when("2026-12-01T10:00+03:00"))
    begins, ends = instant("2026-12-01T06:00Z"), instant("2026-12-01T07:00Z")
    team = in_zone(zone)
    assert [held(post, team, now) for now in (begins - SECOND, begins, ends - SECOND, ends)] == [
        Held.EARLY,
        None,
        None,
        Held.EXPIRED,
    ]


def test_one_post_goes_live_nine_hours_apart_in_seoul_and_berlin() -> None:
    seoul, berlin = in_zone("Asia/Seoul"), in_zone("Europe/Berlin")
    between = instant("2026-12-01T00:00Z")
    assert (held(POST, seoul, between), held(POST, berlin, between)) == (None, Held.EARLY)
    assert held(POST, seoul, between - SECOND) is Held.EARLY
    assert held(POST, berlin, instant("2026-12-01T08:00Z")) is None


@pytest.mark.parametrize(
    ("publish", "expires", "visible_from", "visible_until"),
    [
        ("2026-10-25 02:30", "2026-10-26", "2026-10-25T01:30Z", "2026-10-26T23:00Z"),
        ("2026-10-24", "2026-10-25 02:30", "2026-10-23T22:00Z", "2026-10-25T00:30Z"),
    ],
)
def test_an_hour_that_berlin_has_twice_begins_late_and_ends_early(
    publish: str, expires: str, visible_from: str, visible_until: str
) -> None:
    post = replace(POST, publish=when(publish), expires=when(expires, end_of_day=True))
    begins, ends = instant(visible_from), instant(visible_until)
    seen = [held(post, TEAM, now) for now in (begins - SECOND, begins, ends - SECOND, ends)]
    assert seen == [Held.EARLY, None, None, Held.EXPIRED]


def test_an_hour_that_berlin_leaves_out_never_comes_and_an_end_in_it_comes_early() -> None:
    never = replace(POST, publish=when("2027-03-28 02:30"))
    assert held(never, TEAM, instant("2027-06-01T00:00Z")) is Held.NO_SUCH_TIME
    early = replace(POST, expires=when("2027-03-28 02:30"))
    assert ends_at(early, TEAM) == instant("2027-03-28T00:30Z")


def test_an_expiry_date_is_the_end_of_that_day() -> None:
    post = replace(POST, expires=when("2026-12-31", end_of_day=True))
    ends = instant("2027-01-01T00:00+01:00")
    assert [held(post, TEAM, ends - SECOND), held(post, TEAM, ends)] == [None, Held.EXPIRED]


@pytest.mark.parametrize(
    ("post", "team", "reason"),
    [
        pytest.param(replace(POST, publish=None), TEAM, Held.DRAFT, id="a draft has no hour"),
        pytest.param(replace(POST, withdraw=ALWAYS), TEAM, Held.WITHDRAWN, id="a withdrawn post"),
        pytest.param(POST, replace(TEAM, pause=ALWAYS), Held.PAUSED, id="a paused team"),
        pytest.param(POST, replace(TEAM, opens=date(2026, 12, 2)), Held.CLOSED, id="a team that opens tomorrow"),
        pytest.param(POST, replace(TEAM, opens=date(2026, 12, 1)), None, id="a team that opens today"),
    ],
)
def test_a_post_is_held_by(post: Post, team: Team, reason: Held | None) -> None:
    assert held(post, team, NOW) is reason
    assert bool(shares([post], team, NOW)) is (reason is None)


@pytest.mark.parametrize(
    ("zone", "first"),
    [
        ("Asia/Seoul", "2026-11-30T15:00Z"),
        ("Europe/Berlin", "2026-11-30T23:00Z"),
        ("America/New_York", "2026-12-01T05:00Z"),
    ],
)
def test_a_team_opens_with_the_first_minute_of_its_own_day(zone: str, first: str) -> None:
    team = replace(in_zone(zone), opens=date(2026, 12, 1))
    assert not opened(team, instant(first) - SECOND)
    assert opened(team, instant(first))


def test_a_team_opens_also_on_a_day_without_midnight() -> None:
    team = replace(in_zone("Asia/Beirut"), opens=date(2027, 3, 28))
    assert not opened(team, instant("2027-03-27T21:59Z"))
    assert opened(team, instant("2027-03-27T22:00Z"))


def test_a_team_that_is_not_open_has_no_page_and_no_next() -> None:
    closed = replace(TEAM, opens=date(2026, 12, 2))
    made = plan([POST], [closed, replace(TEAM, key="it")], NOW)
    assert list(made.shares) == list(made.next_due) == ["it"]


def post(slug: str, publish: str, **more: object) -> Post:
    return replace(POST, slug=slug, publish=when(publish), **more)  # type: ignore[arg-type]


def test_pinned_posts_stand_first_then_the_newest_then_by_name() -> None:
    posts = [
        post("old", "2026-11-01 09:00"),
        post("pinned-old", "2026-10-01 09:00", pin=True),
        post("b-new", "2026-11-20 09:00"),
        post("a-new", "2026-11-20 09:00"),
        post("pinned-new", "2026-11-10 09:00", pin=True),
        post("imported", "2026-11-30 09:00", dated=instant("2026-11-10T00:00Z")),
    ]
    expected = ["pinned-new", "pinned-old", "a-new", "b-new", "imported", "old"]
    assert [share.post.slug for share in shares(posts, TEAM, NOW)] == expected
    assert [share.post.slug for share in shares(posts[::-1], TEAM, NOW)] == expected


def test_what_is_next_is_the_earliest_post_that_only_waits() -> None:
    posts = [
        post("shown", "2026-11-01 09:00"),
        post("later", "2026-12-09 09:00"),
        post("next", "2026-12-08 09:00"),
        post("withdrawn", "2026-12-02 09:00", withdraw=ALWAYS),
        post("others", "2026-12-02 09:00", teams=frozenset({"it"})),
    ]
    assert next_due(posts, TEAM, NOW) == instant("2026-12-08T09:00+01:00")
    assert next_due(posts[:1], TEAM, NOW) is None
    assert next_due(posts, replace(TEAM, pause=ALWAYS), NOW) is None


@pytest.mark.parametrize(
    ("changed", "public"),
    [
        pytest.param(POST, True, id="a post that is shown"),
        pytest.param(replace(POST, expires=when("2026-12-01 10:00")), True, id="one that has expired"),
        pytest.param(replace(POST, withdraw=ALWAYS), True, id="one that was withdrawn after its hour"),
        pytest.param(replace(POST, publish=when("2026-12-02")), False, id="one whose hour has not come"),
        pytest.param(replace(POST, publish=None), False, id="a draft"),
        pytest.param(replace(POST, teams=frozenset({"nobody"})), False, id="one that nobody sees"),
    ],
)
def test_a_page_of_its_own_has(changed: Post, public: bool) -> None:
    assert published(changed, [TEAM], NOW) is public


def test_a_page_of_its_own_waits_for_the_first_team_that_is_open() -> None:
    closed = replace(TEAM, opens=date(2026, 12, 5))
    assert not published(POST, [closed], NOW)
    assert published(POST, [closed, TEAM], NOW)


def test_dates_stand_still_without_a_demo_day() -> None:
    assert rebased([POST], PROGRAMME, NOW) == (POST,)


@pytest.mark.parametrize(
    ("now", "begins", "ends"),
    [
        ("2026-12-01T12:00Z", "2026-12-01 09:00", "2027-01-01"),
        ("2028-03-01T12:00Z", "2028-03-01 09:00", "2028-04-01"),
        ("2026-01-31T12:00Z", "2026-01-31 09:00", "2026-03-03"),
        ("2027-03-13T21:30Z", "2027-03-14 09:00", "2027-04-14"),
    ],
)
def test_dates_move_with_the_demo_day_in_the_programmes_zone_and_keep_their_hour(
    now: str, begins: str, ends: str
) -> None:
    programme = replace(PROGRAMME, demo_day=date(2026, 12, 1))
    dated = replace(POST, expires=when("2027-01-01"), dated=instant("2026-11-30T08:00Z"))
    (moved,) = rebased([dated], programme, instant(now))
    assert (moved.publish, moved.expires) == (when(begins), when(ends))
    assert moved.dated == instant("2026-11-30T08:00Z") + (when(begins).day - date(2026, 12, 1))  # type: ignore[union-attr]


@given(
    st.lists(st.tuples(st.integers(0, 40), st.booleans()), max_size=12, unique_by=lambda pair: pair[0]),
    st.integers(0, 40),
)
def test_one_more_post_never_moves_the_others(days: list[tuple[int, bool]], other: int) -> None:
    start = date(2026, 10, 25)
    posts = [post(f"p{n}", f"{start + timedelta(days=n)} 09:00", pin=pin) for n, pin in days]
    more = [*posts, post("zz", f"{start + timedelta(days=other)} 10:00")]
    before = [share.post.slug for share in shares(posts, TEAM, NOW)]
    assert [share.post.slug for share in shares(more, TEAM, NOW) if share.post.slug != "zz"] == before
