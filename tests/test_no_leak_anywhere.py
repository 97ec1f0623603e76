"""Nothing leaks: thousands of generated sites at moments that matter, searched whole, byte by byte and path by path.

A canary stands in a file if and only if plain_rules.py says that it belongs there. Which of the places where embargoes
leak is tried by which test stands at the end.
"""

from __future__ import annotations

import gzip
import io
import json
import os
import random
import subprocess
import sys
import zipfile
from base64 import b64encode, urlsafe_b64encode
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

import pytest
from built_sites import NO_HANDBOOK, Rendered, below, built, canaries
from canaries import LETTERS, meant, picture, word, words
from generated_sites import ROLLS, SPOILT, Dice, Story, Text, World, files, world, worlds, written
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st
from plain_rules import NOTHING, edges, expected, groups, items, leaks, public

from heraldry import pipeline

SECOND = timedelta(seconds=1)
STEPS = (0 * SECOND, -SECOND, SECOND)


def moments(site: World, numbers: list[tuple[int, timedelta]]) -> list[datetime]:
    """Moments at, a second before and a second after some of those at which something changes."""
    found = edges(site)
    return [found[number % len(found)] + step for number, step in numbers]


def rolled(seed: int) -> tuple[World, random.Random]:
    """The site of that number, and chance for what is done with it."""
    chance = random.Random(seed)
    return world(Dice(chance.randbytes(ROLLS))), chance


def some(site: World, chance: random.Random, many: int) -> list[datetime]:
    """So many moments in no order."""
    return moments(site, [(chance.randrange(1000), chance.choice(STEPS)) for _ in range(many)])


# Pages, feeds and media, in memory -----------------------------------------------------------------------


@given(worlds(), st.lists(st.tuples(st.integers(0, 40), st.sampled_from(STEPS)), min_size=3, max_size=4))
@settings(max_examples=70, suppress_health_check=list(HealthCheck))
def test_what_may_be_seen_is_seen_and_nothing_else(site: World, numbers: list[tuple[int, timedelta]]) -> None:
    with TemporaryDirectory() as folder:
        read = Rendered(written(site, Path(folder)))
        for now in moments(site, numbers):
            note(f"{site} at {now}")
            assert leaks(canaries(read.at(now)), expected(site, now)) == []


CHUNK = 400


@pytest.mark.soak
@pytest.mark.parametrize("chunk", range(8))
def test_of_thousands_of_sites_none_shows_what_it_must_not(chunk: int) -> None:
    renders = 0
    for seed in range(chunk * CHUNK, (chunk + 1) * CHUNK):
        site, chance = rolled(seed)
        with TemporaryDirectory() as folder:
            read = Rendered(written(site, Path(folder)))
            for now in some(site, chance, 4):
                assert leaks(canaries(read.at(now)), expected(site, now)) == [], (seed, now)
                renders += 1
    print(f"{CHUNK} sites at {renders} moments: nothing leaks")


# Whole builds, one after another into the same folder -----------------------------------------------------------


def builds(seed: int, many: int) -> None:
    """A site built at some moments, back and forth in time, into one folder: each time it is as if it were new."""
    site, chance = rolled(seed)
    with TemporaryDirectory() as folder:
        root = written(site, Path(folder) / "root")
        before, read = below(root / "archive"), Rendered(root)
        for now in some(site, chance, many):
            made, _ = built(root, Path(folder) / "site", now)
            wanted = {**expected(site, now), "heraldry.json": NOTHING}
            assert leaks(canaries(made), wanted) == [], (seed, now)
            assert {path: body for path, body in made.items() if path not in OWN} == read.at(now)
            beside = below(Path(folder))
            assert not [path for path in beside if not path.startswith(("root/", "site/")) and beside[path]]
        assert below(root / "archive") == before


OWN = (".heraldry-site", "heraldry.json")
"""Files that only a whole build makes."""


@pytest.mark.parametrize("seed", range(8))
def test_builds_back_and_forth_in_time_leave_nothing_of_each_other(seed: int) -> None:
    builds(seed, 3)


@pytest.mark.soak
@pytest.mark.parametrize("chunk", range(2))
def test_many_builds_back_and_forth_in_time_leave_nothing_of_each_other(chunk: int) -> None:
    for seed in range(1000 + chunk * 50, 1050 + chunk * 50):
        builds(seed, 5)


def test_the_manifest_tells_moments_and_digests_only(tmp_path: Path) -> None:
    site, chance = rolled(5)
    root = written(site, tmp_path / "root")
    for now in some(site, chance, 3):
        made, _ = built(root, tmp_path / "site", now)
        said = json.loads(made["heraldry.json"])
        assert words("", made["heraldry.json"]) == frozenset()
        assert said.keys() == {"version", "checked", "stale", "next", "address", "inputs", "site"}
        assert all(set(digest) <= set("0123456789abcdef") for digest in (*said["inputs"].values(), said["site"]))


# Headers that cannot be believed ----------------------------------------------------------------------------------

TRIED = datetime(2026, 12, 1, 12, tzinfo=UTC)


def alone(story: Story) -> World:
    """A site of this post alone, which everybody would see."""
    site, _ = rolled(0)
    crew = site.crews[0]
    return World(("en",), "Europe/Berlin", None, (type(crew)(key=crew.key, types=("company",)),), (story,), ())


SOUND = Story(word("post 0", "slug"), "company", (), None, "2026-12-01", None, (Text("en"),))


@pytest.mark.parametrize("spoilt", [*SPOILT])
def test_a_post_whose_time_nobody_can_tell_is_nowhere(tmp_path: Path, spoilt: str) -> None:
    sound, broken = alone(SOUND), alone(replace(SOUND, spoilt=spoilt))
    assert word(SOUND.slug, "title en") in seen(Rendered(written(sound, tmp_path / "sound")))
    assert not [each for each in seen(Rendered(written(broken, tmp_path / "broken"))) if SOUND.slug in meant(each)]


def seen(read: Rendered) -> frozenset[str]:
    """Every canary that stands anywhere."""
    return frozenset(each for found in canaries(read.at(TRIED)).values() for each in found)


def test_a_byte_order_mark_and_windows_line_ends_change_no_hour(tmp_path: Path) -> None:
    made = files(alone(replace(SOUND, publish="2026-12-02", bom=True)))
    for path, body in made.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(body.replace(b"\n", b"\r\n") if path.endswith(".md") else body)
    read = Rendered(tmp_path)
    assert word(SOUND.slug, "title en") not in seen(read)
    late = canaries(read.at(TRIED + timedelta(days=1)))
    assert word(SOUND.slug, "title en") in late[f"posts/{SOUND.slug}/index.html"]


# The handbook -------------------------------------------------------------------------------------------------------


def handbook() -> dict[str, bytes]:
    """A handbook of two pages, and what lies about beside them."""

    def page(name: str, more: str = "") -> bytes:
        return f"---\ntitle: {word(name, 'title')}\n---\n\n# {word(name, 'title')}\n\n{word(name, 'body')}\n\n{more}\n".encode()

    shown, lying = word("a shown picture", "file"), word("a picture that lies there", "file")
    return {
        "content/handbook/index.md": page("a page", f"![{word('a shown picture', 'alt')}](../media/{shown}.png)"),
        "content/handbook/second.md": page("a second page"),
        "content/handbook/second.md~": page("a page's backup"),
        "content/handbook/.draft.md": page("a hidden page"),
        f"content/handbook/{word('a note', 'file')}.txt": page("a note"),
        f"content/handbook/{word('a swap file', 'file')}.md.swp": page("a swap file"),
        f"content/media/{shown}.png": picture(word("a shown picture", "pixels"), ""),
        f"content/media/{lying}.png": picture(word("a picture that lies there", "pixels"), ""),
        "content/policy/social.md": b"---\ntitle: Policy\nversion: 1.0\neffective: 2026-01-01\nowner: A\napprover: B\n"
        b"review_by: 2099-01-01\n---\n\n# Policy\n\nBe kind.\n",
    }


def test_the_handbook_its_search_and_its_sitemap_hold_its_own_pages_only(tmp_path: Path) -> None:
    site, chance = rolled(11)
    root = written(site, tmp_path / "root")
    for path, body in handbook().items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(body)
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.md").write_bytes(handbook()["content/handbook/.draft.md"])
    (root / "content/handbook/linked").symlink_to(outside)
    pages = {word("a page", what) for what in ("title", "body")}
    second = {word("a second page", what) for what in ("title", "body")}
    shown = {word("a shown picture", what) for what in ("file", "alt", "pixels")}
    now, later = some(site, chance, 2)

    first = _bound(tmp_path, now, pages | second | shown)
    assert second <= first["handbook/search/search_index.json"]
    assert {"handbook/sitemap.xml", "handbook/search/search_index.json"} <= first.keys()

    (root / "content/handbook/second.md").unlink()
    then = _bound(tmp_path, later, pages | shown)
    assert not [path for path in then if "second" in path]


def _bound(folder: Path, now: datetime, own: set[str]) -> dict[str, frozenset[str]]:
    """What stands in the handbook of the site as of `now`: all of its own, and nothing else."""
    made, _ = built(folder / "root", folder / "site", now, handbook=None)
    found = {path: words(path, body) for path, body in made.items() if path.startswith("handbook/")}
    assert frozenset().union(*found.values()) == own
    return found


# What is uploaded beside the site: archive, logs ------------------------------------------------------------------------

FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>Own</title><link>https://acme.example/</link>
<description>x</description>{items}</channel></rss>"""
ITEM = "<item><title>{0}</title><link>https://acme.example/{1}</link><guid>{1}</guid><pubDate>{2}</pubDate></item>"


def test_the_archive_that_is_pushed_holds_entries_and_nothing_of_our_own_posts(tmp_path: Path) -> None:
    site, _ = rolled(7)
    root, key = written(site, tmp_path / "root"), word("a feed of our own", "key")
    told = {word("an item", what) for what in ("title", "address")}
    item = ITEM.format(*(word("an item", what) for what in ("title", "address")), "Mon, 30 Nov 2026 09:00:00 GMT")
    (root / "content/feeds/own.xml").write_text(FEED.format(items=item))
    sources = json.loads((root / "sources.yaml").read_bytes())
    sources["sources"][key] = {"url": "content/feeds/own.xml", "type": "company", "lang": site.languages[0]}
    (root / "sources.yaml").write_text(json.dumps(sources))
    before = {path: words(path, body) for path, body in below(root / "archive").items()}

    built(root, tmp_path / "site", TRIED, dated=False)
    after = {path: words(path, body) for path, body in below(root / "archive").items()}
    assert told < after[f"{key}.jsonl"] == after[f".before/{key}.jsonl"]
    entries = frozenset().union(*before.values(), told, {key})
    assert frozenset().union(*after.values()) <= entries | {wire.key for wire in site.wires}
    posts = {story.slug for story in site.stories}
    assert posts.isdisjoint(frozenset().union(*after.values()))


def test_news_in_a_feed_of_the_repository_waits_for_its_date(tmp_path: Path) -> None:
    title, address = (word("an item", what) for what in ("title", "address"))
    root, due = written(alone(SOUND), tmp_path / "root"), datetime(2026, 12, 4, 9, tzinfo=UTC)
    (root / "content/feeds/own.xml").write_text(FEED.format(items=ITEM.format(title, address, format_datetime(due))))
    own = {"own": {"url": "content/feeds/own.xml", "type": "company", "lang": "en"}}
    (root / "sources.yaml").write_text(json.dumps({"sources": own}))
    for now, there in ((due - SECOND, False), (due, True)):
        made, _ = built(root, tmp_path / "site", now)
        pages = [path for path, body in made.items() if {title, address} <= words(path, body)]
        assert bool(pages) is there


NAMES = ("slug", "key", "file", "post", "picture", "folder", "alias")
"""What a message may call a thing by."""


def only_names(said: str) -> list[str]:
    """The canaries in a text that are more than names of files, posts and teams."""
    return [meant(each) for each in words("", said.encode()) if meant(each).partition("(")[2].split()[0] not in NAMES]


@pytest.mark.parametrize("chunk", range(4))
def test_what_a_build_has_to_say_names_files_and_no_words_of_theirs(tmp_path: Path, chunk: int) -> None:
    for seed in range(chunk * 8, chunk * 8 + 8):
        site, _ = rolled(seed)
        read = Rendered(written(site, tmp_path / f"{seed}"))
        for problem in read.problems:
            assert only_names(f"{problem}") == []


def test_what_the_program_prints_names_files_and_no_words_of_theirs(tmp_path: Path) -> None:
    site, _ = rolled(13)
    root = written(site, tmp_path / "root")
    ran = subprocess.run(
        [sys.executable, "-m", "heraldry", "build", "-C", str(root), "--at", "2026-11-20T12:00Z", "--offline"],
        capture_output=True,
        env={**os.environ, "GITHUB_ACTIONS": "true"},
        timeout=120,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert only_names((ran.stdout + ran.stderr).decode()) == []


def test_a_template_that_fails_tells_nothing_of_what_is_held(tmp_path: Path) -> None:
    held = alone(replace(SOUND, publish="2099-01-01"))
    root = written(held, tmp_path / "root")
    (root / "theme/share").mkdir(parents=True)
    (root / "theme/share/team.html").write_text("{{ page.cards[0].title }} {{ page.nothing }}")
    outcome = pipeline.build(
        pipeline.Order(root=root, out=tmp_path / "site", now=TRIED, offline=True, dated=True, handbook=NO_HANDBOOK), {}
    )
    assert outcome.written is None
    assert not [each for each in words("", repr(outcome).encode()) if SOUND.slug in meant(each)]
    assert not (tmp_path / "site").exists()


# Links between posts ------------------------------------------------------------------------------------------------------

OTHER = word("post 1", "slug")


@pytest.mark.parametrize(
    ("publish", "withdraw", "told"),
    [
        pytest.param("2026-11-30", None, True, id="a post that was out before"),
        pytest.param("2026-12-01", None, True, id="one that comes at the same time"),
        pytest.param("2026-12-01 00:30", None, False, id="one that comes later"),
        pytest.param(None, None, False, id="a draft"),
        pytest.param("2026-11-30", "2026-11-29T12:00Z", False, id="one that was withdrawn before its hour"),
        pytest.param("2026-11-28", "2026-11-29T12:00Z", True, id="one that was withdrawn later"),
    ],
)
@pytest.mark.parametrize("way", ["https://voices.acme.example/v/posts/", "HTTPS://Voices.acme.example/v/posts/"])
def test_a_post_leads_to_what_is_public_when_it_appears_or_stays_out(
    tmp_path: Path, publish: str | None, withdraw: str | None, told: bool, way: str
) -> None:
    other = Story(OTHER, "company", (), None, publish, None, (Text("en"),), withdraw)
    site = alone(replace(SOUND, link=(way, OTHER)))
    read = Rendered(written(replace(site, stories=(*site.stories, other)), tmp_path))
    said = [problem.message for problem in read.problems if "it leads to" in problem.message]
    assert bool(said) is not told
    assert (word(SOUND.slug, "body en") in seen(read)) is told
    assert told or OTHER not in said[0].replace(f"'{OTHER}'", "")


def test_relative_ways_to_other_posts_are_no_links_and_name_nobody(tmp_path: Path) -> None:
    later = Story(OTHER, "company", (), None, "2026-12-05", None, (Text("en"),))
    for number, way in enumerate(("../", "../../posts/", "/v/posts/")):
        site = alone(replace(SOUND, link=(way, OTHER)))
        read = Rendered(written(replace(site, stories=(*site.stories, later)), tmp_path / f"{number}"))
        assert word(SOUND.slug, "body en") in seen(read)
        assert OTHER not in seen(read)


# The search and the rules themselves --------------------------------------------------------------------------------------


def test_the_search_finds_what_is_escaped_packed_drawn_and_told() -> None:
    """A search that finds nothing proves nothing unless it can find."""
    hidden = word("the search", "try")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a/b.txt", hidden)
    ways = {
        "as it is": hidden.encode(),
        "in capitals": hidden.upper().encode(),
        "percent": "".join(f"%{ord(letter):02x}" for letter in hidden).encode(),
        "percent twice": quote("".join(f"%{ord(letter):02X}" for letter in hidden)).encode(),
        "HTML": "".join(f"&#{ord(letter)};" for letter in hidden).encode(),
        "HTML in an address": quote("".join(f"&#x{ord(letter):x};" for letter in hidden)).encode(),
        "JSON": "".join(f"\\u{ord(letter):04x}" for letter in hidden).encode(),
        "base64": b64encode(f"x{hidden}?>".encode()),
        "base64 for addresses": b"t=" + urlsafe_b64encode(f"\xff\xff{hidden}\xfe".encode()) + b"&u",
        "hexadecimal": hidden.encode().hex().encode(),
        "UTF-16": hidden.encode("utf-16"),
        "gzip": gzip.compress(hidden.encode()),
        "zip": packed.getvalue(),
        "zip in gzip": gzip.compress(packed.getvalue()),
        "pixels": picture(hidden, ""),
        "a picture's text": picture("", hidden)[: -len(hidden)],
        "behind a picture": picture("", "") + hidden.encode(),
    }
    missed = [way for way, body in ways.items() if hidden not in words("x", body)]
    assert missed == []
    assert words(f"posts/{hidden.upper()}/index.html", b"") == {hidden}
    assert words("x", b"qz" + LETTERS[:7].encode() + b"i") == frozenset()


def test_generated_sites_have_everything_in_all_states() -> None:
    """A property over sites on which nothing happens would hold without a word being true."""
    counts = dict.fromkeys(("visible", "waiting", "between", "expired", "tombstones", "news", "closed", "paused"), 0)
    for seed in range(60):
        site, chance = rolled(seed)
        every, many = groups(site), items(site)
        for now in some(site, chance, 3):
            wanted = expected(site, now)
            stood = {each for place in wanted.values() for each in place.must}
            for item in many:
                if item.story and public(item, site, every, now):
                    on_pages = any(item.name in wanted[path].must for path in wanted if path.endswith("rss.xml"))
                    gone = item.story.withdraw is not None and f"posts/{item.name}/index.html" in wanted
                    counts["visible"] += on_pages
                    counts["expired"] += not on_pages
                    counts["tombstones"] += gone
                elif item.story:
                    counts["waiting"] += 1
                else:
                    counts["news"] += word(item.name, "title") in stood
            counts["closed"] += sum(not group.is_open(now) for group in every)
            counts["paused"] += sum(group.paused(now) for group in every)
            feeds = [path for path in wanted if path.endswith("rss.xml")]
            names = {item.name for item in many if item.story}
            counts["between"] += any(
                any(name in wanted[path].must for path in feeds)
                and any(name not in wanted[path].must for path in feeds)
                for name in names
            )
    assert min(counts.values()) >= 15, counts
    assert NOTHING.must == set()


# The places -----------------------------------------------------------------------------------------------------------------

HERE = "test_no_leak_anywhere"
EVERYWHERE = (
    f"{HERE}.test_what_may_be_seen_is_seen_and_nothing_else",
    f"{HERE}.test_of_thousands_of_sites_none_shows_what_it_must_not",
)

PLACES: dict[int, tuple[str, tuple[str, ...], str]] = {
    1: ("a page at its address", EVERYWHERE, ""),
    2: (
        "the search index",
        (f"{HERE}.test_the_handbook_its_search_and_its_sitemap_hold_its_own_pages_only",),
        "share pages have no search; the handbook's knows its own pages",
    ),
    3: (
        "sitemap.xml, packed or not, and robots.txt",
        (*EVERYWHERE, f"{HERE}.test_the_handbook_its_search_and_its_sitemap_hold_its_own_pages_only"),
        "",
    ),
    4: ("feeds, and every other kind of file", EVERYWHERE, "the set of files is compared whole, so there is no other"),
    5: ("counts, further pages, former addresses", EVERYWHERE, "there are no pages by tag, author or campaign"),
    6: (
        "pictures",
        (*EVERYWHERE, "test_feed_pictures.test_a_card_names_every_size_that_is_stored_and_only_those_are_published"),
        "",
    ),
    7: (
        "what an earlier build left",
        (
            f"{HERE}.test_builds_back_and_forth_in_time_leave_nothing_of_each_other",
            "test_disk.test_a_file_that_the_new_site_does_not_have_is_gone",
        ),
        "",
    ),
    8: (
        "caches of a build",
        (
            f"{HERE}.test_builds_back_and_forth_in_time_leave_nothing_of_each_other",
            f"{HERE}.test_the_archive_that_is_pushed_holds_entries_and_nothing_of_our_own_posts",
        ),
        "a build keeps no cache but the archive",
    ),
    9: (
        "editors' files, links, hidden files",
        (*EVERYWHERE, "test_handbook.test_backups_and_hidden_files_are_no_pages"),
        "every generated site has them lying about",
    ),
    10: ("comments, attributes, data for scripts", EVERYWHERE, "files are searched as bytes, whatever is in them"),
    11: (
        "links from a visible page to a hidden one",
        (
            f"{HERE}.test_a_post_leads_to_what_is_public_when_it_appears_or_stays_out",
            f"{HERE}.test_relative_ways_to_other_posts_are_no_links_and_name_nobody",
        ),
        "",
    ),
    12: (
        "another team's page, feed or folder",
        (
            *EVERYWHERE,
            "test_no_leak.test_a_post_for_one_team_is_never_in_the_folder_of_another",
            "test_pilots.test_of_a_pilot_nothing_stands_outside_its_own_folder_but_its_arms",
            "test_pilots.test_of_a_pilot_nothing_stands_in_the_handbook_and_its_sitemap_either",
        ),
        "",
    ),
    13: ("git's history, branches, pull requests", (), "whoever may read the repository may read what is planned"),
    14: (
        "previews of pull requests",
        (
            "test_workflows.test_a_review_sees_no_secret_and_runs_on_the_pull_request_alone",
            "test_workflows.test_a_look_at_another_time_is_never_deployed",
        ),
        "for those who may read the repository; nothing of it is deployed",
    ),
    15: (
        "artefacts, logs, caches in the cloud",
        (
            f"{HERE}.test_the_archive_that_is_pushed_holds_entries_and_nothing_of_our_own_posts",
            f"{HERE}.test_what_a_build_has_to_say_names_files_and_no_words_of_theirs",
            f"{HERE}.test_what_the_program_prints_names_files_and_no_words_of_theirs",
        ),
        "",
    ),
    16: ("messages and tracebacks", (f"{HERE}.test_a_template_that_fails_tells_nothing_of_what_is_held",), ""),
    17: (
        "404.html, redirects, service workers",
        (*EVERYWHERE, "test_recall.test_a_former_address_leads_to_the_tombstone"),
        "there is no service worker: tests compare the set of files whole",
    ),
    18: ("what readers have copied already", (), "nobody can take that back: expiry and withdrawal end promotion"),
    19: (
        "a date that is midnight elsewhere",
        ("test_simulated_year.test_each_moment_of_the_year_shows_what_it_should", *EVERYWHERE),
        "",
    ),
    20: (
        "clocks that are put forward or back",
        ("test_simulated_year.test_the_year_has_gaps_folds_and_a_leap_day",),
        "",
    ),
    21: (
        "what YAML takes for something else",
        (
            f"{HERE}.test_a_post_whose_time_nobody_can_tell_is_nowhere",
            "test_reading.test_words_that_yaml_takes_for_something_else_stay_words",
        ),
        "",
    ),
    22: (
        "a header that is not seen",
        (
            f"{HERE}.test_a_post_whose_time_nobody_can_tell_is_nowhere",
            f"{HERE}.test_a_byte_order_mark_and_windows_line_ends_change_no_hour",
        ),
        "",
    ),
    23: (
        "a schedule that comes late or never",
        ("test_workflows.test_the_schedule_avoids_the_full_hour_and_says_its_time_zone",),
        "late is no leak: due is a fact of the files",
    ),
    24: (
        "the very instant",
        (*EVERYWHERE, "test_plan.test_a_post_appears_at_its_hour_to_the_second_and_goes_at_its_end"),
        "each moment is tried a second before and after",
    ),
    25: (
        "a look ahead that is published",
        ("test_workflows.test_a_look_at_another_time_is_never_deployed",),
        "",
    ),
}
"""The places where embargoes leak: what each is, the tests that try it, and what there is to say."""


@pytest.mark.parametrize("number", range(1, 26))
def test_every_place_where_embargoes_leak_is_tried_or_not_ours(number: int) -> None:
    _, tests, remark = PLACES[number]
    assert tests or remark
    for name in tests:
        module, _, test = name.partition(".")
        source = (Path(__file__).parent / f"{module}.py").read_text(encoding="utf-8")
        assert f"\ndef {test}(" in source, name
