"""What appears and ends, when and for whom; and every reason why a post is not on a page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heraldry.cli.columns import cut, filled, line, width, wrapped
from heraldry.model import ALWAYS, Audience, Brand, Instant, Post, PostType, Team, Utm, Version, WallTime
from heraldry.moments import when
from heraldry.plan import Held, held, published
from heraldry.plan.agenda import Agenda, Event, What, agenda, coming, events, first_public, shown
from heraldry.plan.local import local_words, place
from heraldry.plan.reasons import listed, matches, reasons, written

ISTANBUL, SEOUL, BERLIN, NEW_YORK, CHATHAM, LORD_HOWE = ZONES = tuple(
    map(
        ZoneInfo,
        (
            "Europe/Istanbul",
            "Asia/Seoul",
            "Europe/Berlin",
            "America/New_York",
            "Pacific/Chatham",
            "Australia/Lord_Howe",
        ),
    )
)
NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
LAB = Post(
    slug="lab",
    type=PostType.COMPANY,
    versions={"en": Version("en", "We opened our lab"), "tr": Version("tr", "Laboratuvarımız açıldı")},
    tags=frozenset({"hiring", "engineering"}),
    publish=when("2026-12-02 09:00"),
)


def team(key: str, zone: ZoneInfo = BERLIN, **changes: object) -> Team:
    plain = Team(
        key=key,
        name=key.title(),
        tagline="",
        timezone=zone,
        languages=("en", "tr"),
        networks=("linkedin",),
        disclosure={"en": "I work at Acme."},
        brand=Brand(),
        utm=Utm(),
        sees=Audience(types=frozenset({PostType.COMPANY})),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def told(found: tuple[Event, ...]) -> list[tuple[str, str, list[str]]]:
    """Events as instant, what, and teams."""
    return [(f"{e.moment:%m-%dT%H:%MZ}", e.what.value, [team.key for team in e.teams]) for e in found]


# Events ---------------------------------------------------------------------------------------------


def test_each_team_has_its_own_hour_and_those_with_the_same_instant_are_joined() -> None:
    teams = [
        team("berlin", BERLIN),
        team("vienna", ZoneInfo("Europe/Vienna")),
        team("seoul", SEOUL),
        team("new-york", NEW_YORK),
        team("chatham", CHATHAM),
        team("lord-howe", LORD_HOWE),
    ]
    assert told(events([LAB], teams)) == [
        ("12-01T19:15Z", "appears", ["chatham"]),
        ("12-01T22:00Z", "appears", ["lord-howe"]),
        ("12-02T00:00Z", "appears", ["seoul"]),
        ("12-02T08:00Z", "appears", ["berlin", "vienna"]),
        ("12-02T14:00Z", "appears", ["new-york"]),
    ]


def test_an_embargo_is_one_row_for_all_with_each_zone_s_own_clock() -> None:
    post = replace(LAB, publish=when("2026-12-02T09:00+03:00"))
    (event,) = events([post], [team("a", ISTANBUL), team("b", SEOUL), team("c", ISTANBUL)])
    assert [(local_words(event.moment, zone), [t.key for t in teams]) for zone, teams in event.zones.items()] == [
        ("Wed 2 Dec 2026 09:00 Istanbul +03:00", ["a", "c"]),
        ("Wed 2 Dec 2026 15:00 Seoul +09:00", ["b"]),
    ]


@pytest.mark.parametrize(
    ("zone", "publish", "moment"),
    [
        pytest.param(BERLIN, "2026-10-25 02:30", "2026-10-25T01:30Z", id="a fold means the later instant"),
        pytest.param(LORD_HOWE, "2026-04-05 01:45", "2026-04-04T15:15Z", id="half an hour twice"),
        pytest.param(CHATHAM, "2026-04-05 03:00", "2026-04-04T14:15Z", id="a fold at a quarter to"),
        pytest.param(NEW_YORK, "2026-11-01 01:30", "2026-11-01T06:30Z", id="New York's fold"),
        pytest.param(BERLIN, "2026-03-29 02:30", None, id="a gap: never"),
        pytest.param(LORD_HOWE, "2026-10-04 02:15", None, id="a gap of half an hour"),
        pytest.param(CHATHAM, "2026-09-27 03:00", None, id="Chatham's gap"),
    ],
)
def test_clocks_that_change_move_nothing_to_a_wrong_instant(zone: ZoneInfo, publish: str, moment: str | None) -> None:
    found = events([replace(LAB, publish=when(publish))], [team("a", zone)])
    assert [event.moment for event in found] == ([at(moment)] if moment else [])


def test_what_waits_for_a_team_comes_with_its_opening() -> None:
    late = team("late", SEOUL, opens=date(2026, 12, 5))
    post, after = LAB, replace(LAB, slug="after", publish=when("2026-12-06 09:00"))
    found = events([post, after], [late])
    assert told(found) == [("12-04T15:00Z", "team opens", ["late"]), ("12-06T00:00Z", "appears", ["late"])]
    assert [post.slug for post in found[0].posts] == ["lab"]
    assert found[0].post is None


def test_what_ends_first_is_what_ends_it() -> None:
    post = replace(LAB, expires=when("2026-12-20", end_of_day=True), withdraw=at("2026-12-10T10:00Z"))
    teams = [team("a"), team("b", pause=at("2026-12-05T00:00Z")), team("c", pause=at("2027-01-01T00:00Z"))]
    assert told(events([post], teams))[1:] == [
        ("12-05T00:00Z", "team paused", ["b"]),
        ("12-10T10:00Z", "withdrawn", ["a", "c"]),
        ("01-01T00:00Z", "team paused", ["c"]),
    ]
    calm = replace(post, withdraw=None)
    assert told(events([calm], [team("a", SEOUL)]))[1] == ("12-20T15:00Z", "ends", ["a"])


def test_of_imported_posts_only_the_end_is_told() -> None:
    news = replace(
        LAB, source="wire", publish=Instant(at("2026-11-20T10:00Z")), expires=Instant(at("2026-12-20T10:00Z"))
    )
    assert told(events([news], [team("a")])) == [("12-20T10:00Z", "ends", ["a"])]


def test_what_never_comes_is_no_event() -> None:
    gone = [
        replace(LAB, slug="draft", publish=None),
        replace(LAB, slug="withdrawn", withdraw=ALWAYS),
        replace(LAB, slug="elsewhere", teams=frozenset({"b"})),
        replace(LAB, slug="before", withdraw=at("2026-12-01T00:00Z")),
    ]
    assert events(gone, [team("a")]) == ()
    assert events([LAB], [team("a", pause=ALWAYS)]) == ()
    assert events([LAB], [team("a", sees=Audience(frozenset(PostType), languages=frozenset({"ko"})))]) == ()


# The agenda -----------------------------------------------------------------------------------------


def test_days_are_those_of_the_zone_and_the_first_begins_now() -> None:
    posts = [replace(LAB, slug=f"p{n}", publish=when(f"2026-12-{n:02} 01:00")) for n in range(1, 8)]
    made = agenda(posts, [team("a", ISTANBUL)], at("2026-12-02T00:00Z"), at("2026-12-02T00:00Z"), 3, ISTANBUL)
    assert [event.posts[0].slug for event in made.events] == ["p3", "p4"]
    assert made.until == at("2026-12-05T00:00+03:00")
    assert made.later == 3
    assert [day.isoformat() for day, _ in made.days()] == ["2026-12-03", "2026-12-04"]


def test_drafts_and_what_is_held_are_told_with_their_reason() -> None:
    posts = [
        replace(LAB, slug="draft", publish=None),
        replace(LAB, slug="gone-draft", publish=None, withdraw=ALWAYS),
        replace(LAB, slug="gone", withdraw=at("2026-11-30T00:00Z")),
        replace(LAB, slug="nobody", type=PostType.EMPLOYEE),
        replace(LAB, slug="gap", publish=when("2027-03-28 02:30")),
        replace(LAB, slug="over", publish=when("2026-11-01"), expires=when("2026-11-02")),
        replace(LAB, slug="coming"),
    ]
    made = agenda(posts, [team("a", ISTANBUL), team("b", BERLIN)], NOW, NOW, 28, ISTANBUL)
    assert [post.slug for post in made.drafts] == ["draft"]
    assert [(kept.post.slug, kept.held, [t.key for t in kept.teams]) for kept in made.kept] == [
        ("gone-draft", Held.WITHDRAWN, ["a", "b"]),
        ("gone", Held.WITHDRAWN, ["a", "b"]),
        ("nobody", Held.AUDIENCE, []),
        ("gap", Held.NO_SUCH_TIME, ["b"]),
    ]


def test_a_paused_team_and_one_that_opens_after_the_end_are_told() -> None:
    post = replace(LAB, expires=when("2026-12-10"))
    teams = [team("a", pause=ALWAYS), team("b", opens=date(2027, 1, 1)), team("c")]
    made = agenda([post], teams, NOW, NOW, 28, BERLIN)
    assert [(kept.held, kept.teams[0].key) for kept in made.kept] == [(Held.PAUSED, "a"), (Held.CLOSED, "b")]


def test_first_public_is_the_earliest_instant_of_any_team_whoever_asks() -> None:
    teams = [team("berlin"), team("chatham", CHATHAM), team("auckland", ZoneInfo("Pacific/Auckland"))]
    first = first_public(LAB, teams, NOW)
    assert first is not None
    assert (first.moment, [t.key for t in first.teams]) == (at("2026-12-01T19:15Z"), ["chatham"])


# Laws -----------------------------------------------------------------------------------------------

DAYS = st.dates(date(2026, 3, 20), date(2026, 4, 10)) | st.dates(date(2026, 10, 1), date(2026, 11, 5))
CLOCKS = st.times().map(lambda t: t.replace(second=0, microsecond=0)) | st.sampled_from(
    [time(0), time(1, 30), time(2), time(2, 15), time(2, 45), time(3)]
)
INSTANTS = st.datetimes(datetime(2026, 3, 15), datetime(2026, 11, 10)).map(
    lambda d: d.replace(tzinfo=UTC, microsecond=0)
)
MOMENTS = st.builds(WallTime, DAYS, CLOCKS) | st.builds(Instant, INSTANTS)
SINCE = st.none() | st.just(ALWAYS) | INSTANTS
POSTS = st.builds(
    replace,
    st.just(LAB),
    publish=st.none() | MOMENTS,
    expires=st.none() | MOMENTS,
    withdraw=SINCE,
    type=st.sampled_from([PostType.COMPANY, PostType.COMPANY, PostType.INDUSTRY]),
    teams=st.none() | st.sets(st.sampled_from(["t0", "t1"])).map(frozenset),
)


@st.composite
def crews(draw: st.DrawFn) -> list[Team]:
    return [
        team(
            f"t{n}",
            draw(st.sampled_from(ZONES)),
            pause=draw(SINCE),
            opens=draw(st.none() | DAYS),
            sees=Audience(
                frozenset({PostType.COMPANY}), languages=draw(st.sampled_from([frozenset(), frozenset({"ko"})]))
            ),
        )
        for n in range(draw(st.integers(1, 3)))
    ]


def probes(post: Post, crew: list[Team]) -> Iterator[datetime]:
    """The instants at which anything happens, one second before and one after."""
    for event in events([post], crew):
        yield from (event.moment + timedelta(seconds=n) for n in (-1, 0, 1))


@given(POSTS, crews(), INSTANTS)
def test_the_agenda_and_the_pages_agree_at_every_instant(post: Post, crew: list[Team], some: datetime) -> None:
    for now in (some, *probes(post, crew)):
        for one in crew:
            span = shown(post, one)
            there = span is not None and span.begins <= now and (span.ends is None or now < span.ends)
            assert (held(post, one, now) is None) == there


@given(POSTS, crews(), INSTANTS)
def test_the_first_reason_is_the_one_that_holds_and_nothing_holds_without_a_reason(
    post: Post, crew: list[Team], some: datetime
) -> None:
    for now in (some, *probes(post, crew)):
        for one in crew:
            found = reasons(post, one, now)
            assert (found[0].held if found else None) is held(post, one, now)
            assert all(reason.words for reason in found)
            assert bool(matches(post, one)) == (Held.AUDIENCE not in {reason.held for reason in found})


@given(POSTS, crews(), INSTANTS)
def test_a_post_has_been_public_exactly_from_its_first_instant_on(post: Post, crew: list[Team], some: datetime) -> None:
    for now in (some, *probes(post, crew)):
        first = first_public(post, crew, now)
        assert published(post, crew, now) == (first is not None and first.moment <= now)


@given(POSTS, crews(), INSTANTS)
def test_nothing_is_on_a_page_before_its_first_instant(post: Post, crew: list[Team], now: datetime) -> None:
    first = first_public(post, crew, now)
    spans = [span for one in crew if (span := shown(post, one))]
    assert all(first is not None and first.moment <= span.begins for span in spans if span.begins > now)


@given(st.lists(POSTS, max_size=4), crews(), INSTANTS)
def test_what_is_coming_is_what_is_not_public_yet_and_will_be(
    posts: list[Post], crew: list[Team], now: datetime
) -> None:
    named = [replace(post, slug=f"p{n}") for n, post in enumerate(posts)]
    firsts = [(first_public(post, crew, now), post.slug) for post in named]
    expected = sorted((first.moment, slug) for first, slug in firsts if first and first.moment > now)
    assert [(first.moment, post.slug) for first, post in coming(named, crew, now)] == expected


# Reasons --------------------------------------------------------------------------------------------


def test_every_reason_is_said_not_only_the_first() -> None:
    post = replace(LAB, teams=frozenset({"it", "hr"}), withdraw=at("2026-11-30T10:00Z"))
    one = team("sales", SEOUL, pause=ALWAYS, opens=date(2027, 2, 1), sees=Audience(languages=frozenset({"ko"})))
    assert [reason.words for reason in reasons(post, one, NOW)] == [
        "not for this team: the post names its teams (hr and it)",
        "it sees only ko ('sees.languages'), and the post is in en and tr",
        "withdrawn since Mon 30 Nov 2026 19:00 Seoul +09:00",
        "the team is paused",
        "the team has not opened yet: it opens Mon 1 Feb 2027 00:00 Seoul +09:00",
        "early until Wed 2 Dec 2026 09:00 Seoul +09:00",
    ]


def test_an_audience_says_what_it_was_offered_and_what_it_sees() -> None:
    one = team("a", sees=Audience(frozenset({PostType.INDUSTRY}), frozenset({"sales"}), posts=frozenset({"other"})))
    (reason,) = reasons(replace(LAB, publish=when("2026-01-01")), one, NOW)
    assert reason.words == (
        "not for this team: of type company, tags engineering and hiring and post lab its 'sees' has none; "
        "it sees types industry; tags sales; posts other"
    )


@pytest.mark.parametrize(
    ("change", "now", "words"),
    [
        ({"publish": None}, NOW, "a draft: it has no 'publish' time"),
        (
            {"publish": when("2027-03-28 02:30")},
            NOW,
            "'2027-03-28 02:30' does not exist in Europe/Berlin: clocks are put forward there",
        ),
        ({"expires": when("2026-12-03", end_of_day=True)}, at("2026-12-04T00:00Z"), "its promotion ended Fri 4 Dec 2026 00:00 Berlin +01:00"),
    ],
)  # fmt: skip
def test_a_reason_says_when(change: dict[str, object], now: datetime, words: str) -> None:
    (reason,) = reasons(replace(LAB, **change), team("a"), now)  # type: ignore[arg-type]
    assert reason.words == words


def test_each_entry_of_a_rule_that_matches_is_named() -> None:
    one = team("a", sees=Audience(frozenset({PostType.COMPANY}), frozenset({"hiring"}), posts=frozenset({"lab"})))
    assert matches(LAB, one) == ("it sees type company", "it sees tag hiring", "it sees post lab")
    assert matches(replace(LAB, teams=frozenset({"a"})), one) == ("the post names it in 'teams'",)


# Words ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        (CHATHAM, "Wed 2 Dec 2026 01:45 Chatham +13:45"),
        (LORD_HOWE, "Tue 1 Dec 2026 23:00 Lord Howe +11:00"),
        (NEW_YORK, "Tue 1 Dec 2026 07:00 New York -05:00"),
        (ZoneInfo("UTC"), "Tue 1 Dec 2026 12:00 UTC"),
    ],
)
def test_a_moment_is_said_as_its_zone_says_it(zone: ZoneInfo, words: str) -> None:
    assert local_words(NOW, zone) == words


def test_a_place_says_the_offset_of_that_moment() -> None:
    assert place(NOW, BERLIN) == "Berlin +01:00"
    assert place(datetime(2026, 7, 1, tzinfo=UTC), BERLIN) == "Berlin +02:00"
    assert place(datetime(2026, 7, 1, tzinfo=UTC), LORD_HOWE) == "Lord Howe +10:30"


@pytest.mark.parametrize(
    "text", ["2026-12-01 09:00", "2026-12-01 00:00", "2026-12-01 09:00:30", "2026-12-01T09:00+03:00"]
)
def test_a_moment_is_written_so_that_it_reads_back(text: str) -> None:
    assert when(written(when(text))) == when(text)


def test_many_names_are_cut_short() -> None:
    assert [listed(""), listed("a"), listed("ab"), listed("abc")] == ["", "a", "a and b", "a, b and c"]
    assert listed("abcdefghij") == "a, b, c, d, e, f, g and 3 more"


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("plain", 5),
        ("İstanbul'da ığüşöç", 18),
        ("서울 영업", 9),
        ("한글", 4),
        ("👩‍💻 team", 7),
        ("🇹🇷", 2),
        ("❤️", 2),
        ("é", 1),
        ("שלום", 4),
        ("مرحبا", 5),
        ("नमस्ते", 4),
        ("\uff46\uff55", 4),
    ],
)
def test_letters_take_the_columns_that_a_terminal_gives_them(text: str, columns: int) -> None:
    assert width(text) == columns
    assert width(filled(text, columns + 3)) == columns + 3


@given(st.text(), st.integers(1, 30))
def test_what_is_cut_fits_and_what_fits_is_whole(text: str, columns: int) -> None:
    shown_text = cut(text, columns)
    assert width(shown_text) <= columns or columns == 1
    assert width(text) > columns or shown_text == text


def test_a_cut_never_parts_a_letter() -> None:
    assert cut("👩‍💻👩‍💻👩‍💻", 5) == "👩‍💻👩‍💻…"
    assert cut("서울 영업", 6) == "서울…"


def test_a_title_cannot_pass_for_a_line_or_turn_the_terminal() -> None:
    assert line("a\nb\x1b[31mc\u202ed👩‍💻") == "a b [31mc d👩‍💻"


@given(st.text(alphabet="ab 서", max_size=60), st.integers(4, 20))
def test_wrapped_words_are_all_there_in_order(text: str, columns: int) -> None:
    assert " ".join(wrapped(text, columns, "  ")).split() == text.split()


def test_an_empty_agenda_has_no_days() -> None:
    made: Agenda = agenda([], [team("a")], NOW, NOW, 28, BERLIN)
    assert (list(made.days()), made.events, What.APPEARS.value) == ([], (), "appears")
