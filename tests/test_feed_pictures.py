"""Pictures of news: what servers and strangers send, what is kept of it, and what a page shows of it.

`pytest -s` prints the table of faults: what was played, what was expected, what was seen.
"""

from __future__ import annotations

import random
import struct
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from chromium import launched
from PIL import Image, ImageCms, ImageDraw
from servers import Server, Shelf, answer, drips, moved, says, scripted
from site_text import TEAMS

from heraldry import disk
from heraldry.feeds import album, asking, rests
from heraldry.feeds.album import prune, stored
from heraldry.feeds.asking import Answer, Asked
from heraldry.feeds.pictures import Pictured, notes, pictured, wanted
from heraldry.feeds.rests import Rest, read_rests, rested
from heraldry.model import Entry, Instant, Limits, Patterns, Post, PostType, Source, Version
from heraldry.pages.frames import Setting
from heraldry.pages.media import Media
from heraldry.pages.places import Places
from heraldry.pages.site import Content, files
from heraldry.pages.theme import Theme
from heraldry.pictures.opening import Unusable
from heraldry.pictures.sized import LARGEST, job, received, sized, widths
from heraldry.pictures.stored import FOLDER, family, key, path, told
from heraldry.pictures.webp import HEAD, measured
from heraldry.plan import plan
from heraldry.teams import read_teams

NOW = datetime(2026, 12, 7, 9, tzinfo=UTC)
SOURCE = Source(
    key="news",
    url="https://news.example/feed",
    name="News",
    type=PostType.INDUSTRY,
    tags=frozenset(),
    teams=None,
    lang="en",
    include=Patterns(),
    exclude=Patterns(),
    captions={},
    allow_private=True,
    timeout=timedelta(seconds=10),
)


def encoded(image: Image.Image, form: str, **saving: Any) -> bytes:
    out = BytesIO()
    image.save(out, form, **saving)
    return out.getvalue()


def photo(width: int = 1200, height: int = 750) -> Image.Image:
    """Soft shapes of all sizes with some grain, as a camera sees them; the same in each run."""
    chance = random.Random(width * height)
    image = Image.linear_gradient("L").resize((width, height)).convert("RGB")
    draw = ImageDraw.Draw(image)
    for _ in range(60):
        x, y, r = chance.randrange(width), chance.randrange(height), chance.randrange(4, height // 4)
        draw.ellipse((x - r, y - r, x + r, y + r), fill=tuple(chance.randrange(256) for _ in range(3)))
    grain = Image.frombytes("RGB", (width // 4, height // 4), chance.randbytes(width // 4 * (height // 4) * 3))
    return Image.blend(image, grain.resize((width, height), Image.Resampling.BICUBIC), 0.12)


def noise(width: int, height: int) -> Image.Image:
    return Image.frombytes("RGB", (width, height), random.Random(1).randbytes(width * height * 3))


def bomb(width: int, height: int, depth: int, color: int) -> bytes:
    """A PNG of nothing but zeros, made without unfolding it."""
    row = 1 + (width * depth * (3 if color == 2 else 1) + 7) // 8
    packer = zlib.compressobj(9)
    block = packer.compress(bytes(row)) + packer.flush(zlib.Z_FULL_FLUSH)
    again = packer.compress(bytes(row)) + packer.flush(zlib.Z_FULL_FLUSH)
    length = row * height
    pixels = block + again * (height - 1) + b"\x03\x00" + struct.pack(">HH", length % 65521, 1)
    head = struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*c) for c in ((b"IHDR", head), (b"IDAT", pixels), (b"IEND", b"")))


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def canvas_bomb() -> bytes:
    """An animated WebP whose canvas alone would take a gigabyte."""
    body = encoded(noise(16, 16), "WEBP", save_all=True, append_images=[Image.new("RGB", (16, 16))])
    return body[:24] + (16382).to_bytes(3, "little") * 2 + body[30:]


def exif(orientation: int) -> Image.Exif:
    """A camera's notes: which side is up, where it was, whose it is."""
    notes = Image.Exif()
    notes[0x0112], notes[0x010F] = orientation, "Secret Camera"
    notes.get_ifd(0x8825).update({1: "N", 2: (39.0, 55.0, 0.0), 3: "E", 4: (32.0, 51.0, 0.0)})
    return notes


def film(frames: int) -> bytes:
    first = Image.new("P", (1000, 1000))
    first.putpalette([200, 0, 0] + [0, 200, 0] * 255)
    others = [Image.new("P", (1000, 1000), 1 + number % 2) for number in range(frames - 1)]
    return encoded(first, "GIF", save_all=True, append_images=others, duration=40)


def entry(address: str | None, source: str = "news", number: int = 0) -> Entry:
    return Entry(
        id=f"{number:040x}",
        source=source,
        url=f"https://news.example/{number}",
        title=f"News {number}",
        summary="",
        author="",
        categories=(),
        image=address,
        published=None,
        first_seen=NOW,
    )


def fetched(root: Path, addresses: Mapping[str, str], now: datetime = NOW, seconds: float = 30.0) -> Pictured:
    """What comes of these addresses, by the name of the source that asks for each."""
    entries = [(entry(address, name), replace(SOURCE, key=name)) for name, address in addresses.items()]
    return pictured(entries, root, now, Limits(), seconds)


def size(root: Path, paths: tuple[str, ...]) -> list[tuple[int, int]]:
    return [Image.open(root / path).size for path in paths]


@pytest.fixture(scope="module")
def jpeg() -> bytes:
    return encoded(photo(), "JPEG", quality=90)


# Made small


@pytest.mark.parametrize(
    ("name", "body", "sizes"),
    [
        ("a photograph", lambda: encoded(photo(), "JPEG"), [(960, 600), (480, 300)]),
        ("a PNG", lambda: encoded(photo(1200, 630), "PNG"), [(960, 504), (480, 252)]),
        ("a WebP", lambda: encoded(photo(960, 540), "WEBP"), [(960, 540), (480, 270)]),
        ("an AVIF", lambda: encoded(photo(1000, 500), "AVIF"), [(960, 480), (480, 240)]),
        ("a film's first frame", lambda: film(60), [(960, 960), (480, 480)]),
        ("four inks", lambda: encoded(photo(700, 500).convert("CMYK"), "JPEG"), [(700, 500), (480, 343)]),
        ("not enlarged", lambda: encoded(photo(300, 200), "JPEG"), [(300, 200)]),
        ("hardly wider than the smaller size", lambda: encoded(photo(590, 300), "JPEG"), [(590, 300)]),
        ("on its side", lambda: encoded(photo(1000, 700), "JPEG", exif=exif(6)), [(700, 1000), (480, 686)]),
        ("on its side, as PNG", lambda: encoded(photo(1000, 700), "PNG", exif=exif(8)), [(700, 1000), (480, 686)]),
        ("the smallest there is", lambda: encoded(photo(120, 60), "PNG"), [(120, 60)]),
    ],
)
def test_a_picture_comes_in_the_sizes_it_is_large_enough_for(
    name: str, body: Callable[[], bytes], sizes: list[tuple[int, int]]
) -> None:
    made = sized(body())
    assert [(one.width, one.height) for one in made] == sizes
    assert [Image.open(BytesIO(one.body)).size for one in made] == sizes
    assert [measured(one.body[:HEAD], len(one.body)) for one in made] == sizes
    assert widths(sizes[0][0]) == tuple(width for width, _ in sizes)


@pytest.mark.parametrize(
    ("name", "body", "reason"),
    [
        ("a counter", lambda: encoded(Image.new("RGB", (1, 1)), "GIF"), "it is too small"),
        ("a flat one", lambda: encoded(Image.new("RGB", (400, 59)), "PNG"), "it is too small"),
        ("narrow when upright", lambda: encoded(photo(500, 110), "JPEG", exif=exif(6)), "it is too small"),
        ("a strip", lambda: encoded(Image.new("RGB", (1500, 150)), "PNG"), "it is too long and narrow"),
        ("a pole", lambda: encoded(Image.new("RGB", (150, 1500)), "PNG"), "it is too long and narrow"),
        ("a drawing", lambda: b"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 500 500'/>", "it is no JPEG"),
        ("a page", lambda: b"<!doctype html><title>404</title>", "it is no JPEG"),
        ("nothing", lambda: b"", "it is no JPEG"),
        ("a bitmap", lambda: encoded(photo(300, 200), "BMP"), "it is no JPEG"),
        ("30 000 pixels square", lambda: bomb(30_000, 30_000, 1, 0), "it has more than 25 million pixels"),
        ("13 000 pixels square", lambda: bomb(13_000, 13_000, 8, 2), "it has more than 25 million pixels"),
        ("a canvas for a gigabyte", lambda: canvas_bomb(), "it has more than 25 million pixels"),
        ("half a JPEG", lambda: encoded(photo(), "JPEG")[:30_000], "it is damaged"),
        ("half a PNG", lambda: encoded(photo(400, 300), "PNG")[:30_000], "it is damaged"),
        ("half a WebP", lambda: encoded(photo(400, 300), "WEBP")[:3000], "it is "),
        ("half an AVIF", lambda: encoded(photo(400, 300), "AVIF")[:3000], "it is "),
        ("larger than 5 MB", lambda: b"\xff\xd8\xff" + bytes(5_000_000), "it is larger than 5,000,000 bytes"),
    ],
)
def test_what_is_no_picture_for_a_card_is_refused_with_the_reason(
    name: str, body: Callable[[], bytes], reason: str
) -> None:
    sent, began = body(), time.monotonic()
    with pytest.raises(Unusable, match=reason):
        sized(sent)
    with pytest.raises(Unusable, match=reason):
        received(job(sent))
    assert time.monotonic() - began < 2


def test_the_same_picture_gives_the_same_bytes_and_nothing_but_pixels() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    body = encoded(photo(1000, 600), "JPEG", exif=exif(1), icc_profile=profile, comment=b"Secret")
    first, second = sized(body), sized(body)
    assert first == second == received(job(body))
    for one in first:
        assert Image.open(BytesIO(one.body)).info.keys() <= {"loop", "background", "timestamp", "duration"}
        assert not Image.open(BytesIO(one.body)).getexif()
        assert b"Secret" not in one.body
        assert b"ICCP" not in one.body


def test_colours_survive_their_form() -> None:
    """Within what lossy coding does to an even colour."""
    deep = Image.new("I;16", (300, 200), 40_000)
    clear = Image.new("RGBA", (300, 200), (255, 0, 0, 0))
    palette = Image.new("P", (300, 200))
    palette.putpalette([0, 0, 0, 10, 120, 200])
    palette.paste(1, (150, 0, 300, 200))
    rotated = Image.new("RGB", (300, 200), "white")
    rotated.paste("red", (0, 0, 100, 200))
    seen = [
        ("16 bits", encoded(deep, "PNG"), (50, 50), (156, 156, 156)),
        ("see-through is white", encoded(clear, "PNG"), (50, 50), (255, 255, 255)),
        ("a palette's hole is white", encoded(palette, "PNG", transparency=0), (50, 50), (255, 255, 255)),
        ("a palette's colour", encoded(palette, "PNG", transparency=0), (250, 50), (10, 120, 200)),
        ("four inks", encoded(Image.new("CMYK", (300, 200), (0, 255, 255, 0)), "JPEG"), (50, 50), (254, 0, 0)),
        ("turned right", encoded(rotated, "JPEG", exif=exif(6)), (100, 20), (254, 0, 0)),
        ("the first frame", film(3), (50, 50), (200, 0, 0)),
    ]
    for name, body, at, color in seen:
        found = Image.open(BytesIO(sized(body)[-1].body)).convert("RGB").getpixel(at)
        assert isinstance(found, tuple)
        assert all(abs(a - b) <= 6 for a, b in zip(found, color, strict=True)), (name, found)


def test_a_photograph_weighs_little_and_nothing_weighs_more_than_the_most() -> None:
    body = sized(encoded(photo(1600, 1000), "JPEG", quality=92))[0].body
    assert 15_000 < len(body) < 110_000
    made = sized(encoded(noise(960, 600), "JPEG", quality=70))
    assert all(len(one.body) <= LARGEST for one in made)


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"[]\n",
        b'{"lengths": [4]}\nRIFF',
        b'{"lengths": "x"}\n',
        b'{"lengths": [-1]}\nxx',
        b'{"lengths": [90]}\n' + encoded(photo(200, 200), "PNG")[:90],
        b'{"lengths": [%d]}\n' % len(big := encoded(Image.new("RGB", (1200, 700)), "WEBP")) + big,
        b'{"lengths": [%d]}\n' % len(clear := encoded(Image.new("RGBA", (300, 300)), "WEBP")) + clear,
    ],
)
def test_what_comes_out_of_the_jail_is_not_believed(said: bytes) -> None:
    with pytest.raises(Unusable):
        received(said)


def test_the_head_tells_a_whole_file_from_a_damaged_one() -> None:
    body = encoded(photo(640, 400), "WEBP", quality=70)
    assert measured(body) == (640, 400)
    assert measured(body[:HEAD], len(body)) == (640, 400)
    for damaged in (b"", body[:20], body[:-1], body + b"\0", b"X" + body[1:], body[:16] + b"\xff" + body[17:]):
        assert measured(damaged) is None
    assert measured(encoded(photo(64, 40), "WEBP", exif=exif(1))) is None
    assert measured(encoded(photo(64, 40), "WEBP", lossless=True)) is None


# Fetched

PLAYED: Mapping[str, tuple[Callable[[bytes], Any], str]] = {
    "a JPEG": (lambda good: good, ""),
    "a PNG said to be text": (lambda good: encoded(photo(500, 300), "PNG"), ""),
    "an AVIF": (lambda good: encoded(photo(500, 300), "AVIF"), ""),
    "a WebP": (lambda good: encoded(photo(500, 300), "WEBP"), ""),
    "a film of 60 frames": (lambda good: film(60), ""),
    "a camera's notes": (lambda good: encoded(photo(700, 400), "JPEG", exif=exif(6)), ""),
    "a redirect to a picture": (lambda good: moved(lambda asked: "/a-jpeg"), ""),
    "an SVG": (lambda good: b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "it is no JPEG, PNG"),
    "HTML called image/png": (lambda good: says(answer(b"<html>", "Content-Type: image/png")), "it is no JPEG, PNG"),
    "a truncated JPEG": (lambda good: good[:20_000], "it is damaged"),
    "an answer that breaks off": (
        lambda good: says(answer(good[:9000], length=len(good))),
        "it broke off in the middle",
    ),
    "30 000 pixels square": (lambda good: bomb(30_000, 30_000, 1, 0), "it has more than 25 million pixels"),
    "13 000 pixels square": (lambda good: bomb(13_000, 13_000, 8, 2), "it has more than 25 million pixels"),
    "1 pixel": (lambda good: encoded(Image.new("RGB", (1, 1)), "PNG"), "it is too small"),
    "a strip": (lambda good: encoded(Image.new("RGB", (2000, 200)), "PNG"), "it is too long and narrow"),
    "6 MB": (lambda good: bytes(6_000_000), "it is larger than 5,000,000 bytes"),
    "404": (lambda good: None, "the server answered 404"),
    "an empty body": (lambda good: b"", "the server sent an empty document"),
    "a redirect elsewhere": (lambda good: moved(lambda asked: "file:///etc/passwd"), "it redirects to an address that"),
    "a redirect to itself": (lambda good: moved(lambda asked: asked), "it redirects more than 5 times"),
    "a slow drip": (lambda good: drips(answer(b"", length=90_000)[:-1], b"x"), "it took too long"),
}
"""What a server plays, and the beginning of what is said of it; "" for a picture that is shown."""


def slug(name: str) -> str:
    return "".join(c if c.isalnum() else "-" for c in name.lower())


def memory() -> int:
    """Bytes that this process holds now; 0 where the system does not say."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * 4096
    except OSError:
        return 0


@contextmanager
def watched() -> Iterator[list[int]]:
    """The most memory that this process has held inside the block, above what it held before."""
    most, done, before = [0], threading.Event(), memory()

    def look() -> None:
        while not done.wait(0.002):
            most[0] = max(most[0], memory() - before)

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield most
    finally:
        done.set()
        thread.join()


def test_a_hostile_picture_costs_only_itself(tmp_path: Path, jpeg: bytes) -> None:
    documents = {f"/{slug(name)}": made(jpeg) for name, (made, _) in PLAYED.items()}
    shelf = Shelf({where: body for where, body in documents.items() if body is not None}, "text/plain")
    with scripted(shelf) as server, watched() as most:
        asked = {slug(name): f"{server.url}/{slug(name)}" for name in PLAYED}
        entries = [(entry(asked[name], name), played(name)) for name in asked]
        began = time.monotonic()
        seen = pictured(entries, tmp_path, NOW, Limits(), 60)
        took = time.monotonic() - began
    rows = [(name, said, *outcome(seen, asked[slug(name)], slug(name))) for name, (_, said) in PLAYED.items()]
    print(*(f"\n{name:28} expected {said or 'shown':44} seen {is_so}" for name, said, is_so, _ in rows), sep="")
    print(f"\n{len(rows)} pictures in {took:.1f} s, {most[0] / 1e6:.0f} MB more than before")
    assert [
        (name, said) for name, said, _, reason in rows if not (reason.startswith(said) and bool(said) == bool(reason))
    ] == []
    assert took < 20
    assert most[0] < 60_000_000
    for paths in seen.paths.values():
        assert all(Image.open(tmp_path / path).format == "WEBP" for path in paths)
        assert all(b"Secret" not in (tmp_path / path).read_bytes() for path in paths)


def played(name: str) -> Source:
    seconds = 1 if name == "a-slow-drip" else 10
    return replace(SOURCE, key=name, timeout=timedelta(seconds=seconds))


def outcome(seen: Pictured, address: str, source: str) -> tuple[str, str]:
    """In words, and only the reason."""
    note = seen.notes.get(source, "")
    reason = note.removeprefix("1 picture could not be used (").removesuffix(")")
    return (f"shown {len(seen.paths[address])} sizes" if address in seen.paths else note), reason


def test_a_private_address_is_not_asked_unless_the_source_allows_it(tmp_path: Path, jpeg: bytes) -> None:
    with scripted(says(answer(jpeg))) as server:
        closed = replace(SOURCE, key="closed", allow_private=False)
        addresses = [f"http://127.0.0.1:{server.port}/a.jpg", f"http://[::1]:{server.port}/b.jpg"]
        seen = pictured([(entry(a), closed) for a in addresses], tmp_path, NOW, Limits(), 10)
        assert seen.paths == {}
        assert "leads to a private address" in seen.notes["closed"]
        assert server.seen == []
        later = NOW + timedelta(days=1)
        assert len(pictured([(entry(addresses[0]), SOURCE)], tmp_path, later, Limits(), 10).paths) == 1


def test_a_redirect_does_not_lead_to_a_private_address(
    tmp_path: Path, jpeg: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seen from outside: the resolver plays the open internet's part."""
    monkeypatch.setattr("heraldry.fetch.guard.public", lambda address: address == "127.0.0.1")

    def resolver(host: str, port: int) -> list[str]:
        return ["127.0.0.1"] if host == "news.example" else ["127.0.0.2"]

    with scripted(says(answer(jpeg))) as inside, scripted(moved(lambda p: f"http://in.example:{inside.port}/")) as out:
        entries = [(entry(f"http://news.example:{out.port}/a.jpg"), replace(SOURCE, allow_private=False))]
        seen = pictured(entries, tmp_path, NOW, Limits(), 10, resolver=resolver)
        assert seen.notes["news"].startswith("1 picture could not be used ('in.example' leads to a private address")
        assert inside.seen == []


def test_no_credential_of_the_source_goes_with_a_picture(tmp_path: Path, jpeg: bytes) -> None:
    with scripted(says(answer(jpeg))) as server:
        address = f"http://user:secret@127.0.0.1:{server.port}/a.jpg"
        assert fetched(tmp_path, {"news": address}).paths
        assert b"authorization" not in server.seen[0].lower()
    assert "secret" not in "".join(file.name for file in tmp_path.rglob("*"))


def test_few_are_asked_at_once_and_fewer_of_one_host(tmp_path: Path, jpeg: bytes) -> None:
    small, lock, now, most = encoded(photo(200, 150), "JPEG"), threading.Lock(), dict[str, int](), dict[str, int]()

    def slowly(connection: Any, head: bytes) -> None:
        host = head.lower().split(b"host: ")[1].split(b":")[0].decode()
        with lock:
            for name in (host, "all"):
                now[name] = now.get(name, 0) + 1
                most[name] = max(most.get(name, 0), now[name])
        time.sleep(0.05)
        with lock:
            for name in (host, "all"):
                now[name] -= 1
        connection.sendall(answer(small))

    with scripted(slowly) as server:
        hosts = [f"h{number % 7}.example" for number in range(35)]
        entries = [(entry(f"http://{host}:{server.port}/{n}"), SOURCE) for n, host in enumerate(hosts)]
        seen = pictured(entries, tmp_path, NOW, Limits(), 30, resolver=lambda host, port: ["127.0.0.1"])
    assert len(seen.paths) == 35
    assert most.pop("all") <= asking.AT_ONCE
    assert max(most.values()) <= asking.PER_HOST


def test_a_silent_host_keeps_no_other_waiting_and_what_is_left_waits_for_the_next_run(
    tmp_path: Path, jpeg: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "SLOW", 0.4)
    source = replace(SOURCE, timeout=timedelta(seconds=0.5))
    with scripted(drips(b"", b"")) as silent, scripted(says(answer(jpeg))) as server:
        entries = [(entry(f"http://silent.example:{silent.port}/{n}"), source) for n in range(20)]
        entries += [(entry(f"{server.url}/{n}"), replace(SOURCE, key="good")) for n in range(3)]
        began = time.monotonic()
        seen = pictured(entries, tmp_path, NOW, Limits(), 30, resolver=lambda host, port: ["127.0.0.1"])
        assert time.monotonic() - began < 5
    assert len(seen.paths) == 3
    assert seen.notes == {
        "news": "2 pictures could not be used (it took too long: 2); 18 pictures wait for the next run"
    }
    assert len(read_rests(tmp_path)) == 2


def test_the_time_of_the_run_is_kept_and_its_end_is_no_fault_of_a_picture(tmp_path: Path) -> None:
    with scripted(drips(answer(b"", length=90_000)[:-1], b"x")) as server:
        began = time.monotonic()
        seen = fetched(tmp_path, {f"s{n}": f"{server.url}/{n}" for n in range(20)}, seconds=0.5)
        assert time.monotonic() - began < 2
    assert set(seen.notes.values()) == {"1 picture waits for the next run"}
    assert not (tmp_path / FOLDER / "failed.json").exists()


# Decided


@pytest.mark.parametrize(("tries", "days"), [(0, 1), (1, 2), (2, 4), (3, 8), (4, 14), (5, 14), (60, 14)])
def test_each_failure_in_a_row_is_rested_longer(tries: int, days: int) -> None:
    before = Rest(tries, NOW) if tries else None
    assert rested(before, NOW).until == NOW + timedelta(days=days)


@pytest.mark.parametrize(
    ("until", "asked"),
    [
        (NOW + timedelta(seconds=1), False),
        (NOW, True),
        (NOW - timedelta(days=1), True),
        (NOW + timedelta(days=14), False),
        (NOW + timedelta(days=15), True),
    ],
)
def test_what_rests_is_asked_again_when_its_time_has_come(until: datetime, asked: bool) -> None:
    one = Asked("https://news.example/a.jpg", SOURCE)
    assert bool(wanted([one], frozenset(), {one.key: Rest(1, until)}, NOW)) is asked
    assert not wanted([one], frozenset({one.key}), {}, NOW)


def test_many_reasons_are_one_sentence_for_each_source() -> None:
    other = replace(SOURCE, key="other")
    answers = [Answer(Asked(str(n), SOURCE), reason) for n, reason in enumerate("aabbbcdef")]
    answers += [Answer(Asked("x", other)), Answer(Asked("y", other), kept=True)]
    assert notes(answers) == {
        "news": "9 pictures could not be used (b: 3; a: 2; c: 1; other reasons: 3)",
        "other": "1 picture waits for the next run",
    }


def test_of_two_sources_that_share_a_picture_one_that_may_see_private_hosts_asks(tmp_path: Path, jpeg: bytes) -> None:
    with scripted(says(answer(jpeg))) as server:
        address = f"{server.url}/a.jpg"
        sources = [replace(SOURCE, key=k, allow_private=k == "open") for k in ("closed", "open", "shut")]
        seen = pictured([(entry(address), source) for source in sources], tmp_path, NOW, Limits(), 10)
        assert list(seen.paths) == [address]
        assert len(server.seen) == 1


# Kept


@pytest.fixture
def shelf(jpeg: bytes) -> Shelf:
    return Shelf({"/a.jpg": jpeg, "/small.jpg": encoded(photo(300, 200), "JPEG")}, "image/jpeg")


@pytest.fixture
def server(shelf: Shelf) -> Iterator[Server]:
    with scripted(shelf) as server:
        yield server


def test_a_picture_is_fetched_once_and_found_offline(tmp_path: Path, server: Server) -> None:
    address = f"{server.url}/a.jpg"
    first = fetched(tmp_path, {"news": address})
    assert first.paths == {address: (path(key(address), 960), path(key(address), 480))}
    assert first.notes == {}
    assert fetched(tmp_path, {"news": address}) == first
    offline = pictured([(entry(address), SOURCE), (entry(None), SOURCE)], tmp_path, NOW, Limits(), 0, offline=True)
    assert offline == first
    assert len(server.seen) == 1
    assert sorted(file.name for file in (tmp_path / FOLDER).iterdir()) == [
        f"{key(address)}-480w.webp",
        f"{key(address)}-960w.webp",
    ]


def test_offline_nothing_is_asked_and_nothing_written(tmp_path: Path, server: Server) -> None:
    address = f"{server.url}/a.jpg"
    seen = pictured([(entry(address), SOURCE)], tmp_path, NOW, Limits(), 10, offline=True)
    assert (seen, server.seen, list(tmp_path.iterdir())) == (Pictured({}, {}), [], [])


def test_a_broken_picture_is_left_alone_for_days_and_then_tried_again(
    tmp_path: Path, server: Server, shelf: Shelf, jpeg: bytes
) -> None:
    address = f"{server.url}/late.jpg"
    assert fetched(tmp_path, {"news": address}).notes == {
        "news": "1 picture could not be used (the server answered 404)"
    }
    for hours in (1, 12, 23):
        assert fetched(tmp_path, {"news": address}, NOW + timedelta(hours=hours)).notes == {}
    assert fetched(tmp_path, {"news": address}, NOW + timedelta(days=1)).notes
    shelf.documents["/late.jpg"] = jpeg
    assert fetched(tmp_path, {"news": address}, NOW + timedelta(days=2)).paths == {}
    assert fetched(tmp_path, {"news": address}, NOW + timedelta(days=3)).paths
    assert len(server.seen) == 3
    assert read_rests(tmp_path) == {}


@pytest.mark.parametrize(
    "damage",
    [
        lambda body: body[:-1],
        lambda body: body[: len(body) // 2],
        lambda body: b"",
        lambda body: body + b"<script>",
        lambda body: b"\0" + body[1:],
        lambda body: b"<html>",
        lambda body: body[:27] + b"\0" + body[28:],
        None,
    ],
)
@pytest.mark.parametrize("width", [480, 960])
def test_a_damaged_file_is_fetched_again(
    tmp_path: Path, server: Server, width: int, damage: Callable[[bytes], bytes] | None
) -> None:
    address = f"{server.url}/a.jpg"
    whole = fetched(tmp_path, {"news": address})
    files = {name: (tmp_path / name).read_bytes() for name in whole.paths[address]}
    broken = tmp_path / path(key(address), width)
    broken.write_bytes(damage(broken.read_bytes())) if damage else broken.unlink()
    offline = pictured([(entry(address), SOURCE)], tmp_path, NOW, Limits(), 0, offline=True)
    assert offline.paths == {address: tuple(name for name in files if name != path(key(address), width))}
    if width == 480 or damage:  # of a picture without its widest size nobody can tell that it was wider
        assert fetched(tmp_path, {"news": address}) == whole
        assert {name: (tmp_path / name).read_bytes() for name in files} == files


def test_a_picture_that_has_become_smaller_leaves_no_old_size(tmp_path: Path, server: Server, shelf: Shelf) -> None:
    address = f"{server.url}/a.jpg"
    for name in fetched(tmp_path, {"news": address}).paths[address]:
        (tmp_path / name).write_bytes(b"RIFF")
    shelf.documents["/a.jpg"] = shelf.documents["/small.jpg"]
    assert fetched(tmp_path, {"news": address}).paths == {address: (path(key(address), 300),)}
    assert [file.name for file in (tmp_path / FOLDER).iterdir()] == [f"{key(address)}-300w.webp"]


@pytest.mark.parametrize("said", [b"", b"{", b"[]", b'{"version": 2}', b'{"version": 1, "failed": {"x": 3}}', b"\xff"])
def test_what_was_remembered_of_failures_may_be_lost(tmp_path: Path, server: Server, said: bytes) -> None:
    disk.write_whole(tmp_path / FOLDER / "failed.json", said)
    assert fetched(tmp_path, {"news": f"{server.url}/a.jpg"}).paths
    assert fetched(tmp_path, {"news": f"{server.url}/gone.jpg"}).notes
    assert len(read_rests(tmp_path)) == 1


RUN = """
import sys
from datetime import UTC, datetime
from pathlib import Path
sys.path[:0] = sys.argv[3:]
from heraldry.feeds.pictures import pictured
from heraldry.model import Limits
from test_feed_pictures import SOURCE, entry
entries = [(entry(f"{sys.argv[2]}/{number}.jpg"), SOURCE) for number in range(8)]
print("begun", flush=True)
pictured(entries, Path(sys.argv[1]), datetime(2026, 12, 7, 9, tzinfo=UTC), Limits(), 30)
"""


def test_a_killed_run_leaves_no_half_picture_and_the_next_one_finishes_it(tmp_path: Path) -> None:
    killed_runs(tmp_path, 3)


@pytest.mark.soak
def test_many_killed_runs_leave_no_half_picture(tmp_path: Path) -> None:
    killed_runs(tmp_path, 200)


def killed_runs(folder: Path, count: int) -> None:
    """Runs that die at random moments, each on what the last one left; then one that does not."""
    chance, small = random.Random(7), encoded(photo(620, 400), "JPEG")
    documents: dict[str, Any] = {f"/{number}.jpg": small for number in range(8)}
    seen = 0
    with scripted(Shelf(documents)) as server:
        for number in range(count):
            root = folder / f"r{number // 3}"
            command = [sys.executable, "-c", RUN, str(root), server.url, str(Path(__file__).parent)]
            with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parents[1]) as run:
                assert run.stdout is not None
                assert run.stdout.readline() == b"begun\n"
                time.sleep(chance.uniform(0, 1.2))
                run.kill()
            whole = {name for paths in stored(root).values() for name in paths}
            assert whole == {f"{FOLDER}/{file.name}" for file in (root / FOLDER).glob("[!.]*.webp")}
            seen += len(whole)
        addresses = {f"s{number}": f"{server.url}/{number}.jpg" for number in range(8)}
        for number in range(0, count, 3):
            assert len(fetched(folder / f"r{number // 3}", addresses).paths) == 8
            prune(folder / f"r{number // 3}", addresses.values())
        clean = folder / "undisturbed"
        fetched(clean, addresses)
        assert content(folder / "r0") == content(clean)
    print(f"{count} runs killed, {seen} whole files seen")


def content(root: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in (root / FOLDER).iterdir()}


def test_a_full_disk_costs_the_picture_and_not_the_run(
    tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, body: bytes) -> None:
        raise OSError(28, "No space left on device")

    for room in (album, rests):
        monkeypatch.setattr(room, "write_whole", full)
    seen = fetched(tmp_path, {"news": f"{server.url}/a.jpg"})
    assert seen.notes == {"news": "1 picture could not be used (it could not be stored (no space left on device))"}
    monkeypatch.undo()
    assert fetched(tmp_path, {"news": f"{server.url}/a.jpg"}).paths


def test_only_what_an_archive_names_is_kept(tmp_path: Path, server: Server) -> None:
    one, two = f"{server.url}/a.jpg", f"{server.url}/small.jpg"
    fetched(tmp_path, {"news": one, "more": two})
    for name in ("README.txt", f".{key(one)}-480w.webp.x1y2", ".gitignore"):
        (tmp_path / FOLDER / name).write_bytes(b"x")
    assert prune(tmp_path, [one]) == 2
    assert set(stored(tmp_path)) == {key(one)}
    assert {file.name for file in (tmp_path / FOLDER).iterdir()} >= {"README.txt", ".gitignore"}
    assert prune(tmp_path, [one]) == 0
    assert prune(tmp_path / "nowhere", []) == 0


def test_names_say_what_belongs_together() -> None:
    name = key("https://news.example/a.jpg")
    assert told(path(name, 960)) == (name, 960)
    assert family(path(name, 960)) == (path(name, 960), path(name, 480))
    assert family(path(name, 590)) == (path(name, 590),)
    for other in ("content/media/a.webp", f"{FOLDER}/../{name}-960w.webp", f"{FOLDER}/{name}-960w.webp/x", "x"):
        assert told(other) is None
        assert family(other) == (other,)


# Shown

KINDS = {
    "wide": photo(1600, 400),
    "tall": photo(700, 1800),
    "square": photo(1000, 1000),
    "tiny": photo(120, 60),
}


def put(root: Path, address: str, image: Image.Image) -> str:
    """The picture stored as a run would have; the widest path."""
    for one in sized(encoded(image, "JPEG", quality=90)):
        disk.write_whole(root / path(key(address), one.width), one.body)
    return stored(root)[key(address)][0]


def post(name: str, image: str | None, **more: Any) -> Post:
    version = Version("en", f"News of a {name} picture", f"https://news.example/{name}", image=image)
    return Post(
        slug=f"news-{name}",
        type=PostType.COMPANY,
        versions={"en": version},
        publish=Instant(NOW - timedelta(hours=1)),
        dated=NOW - timedelta(hours=1),
        source="news",
        **more,
    )


def site(root: Path, posts: tuple[Post, ...]) -> tuple[Path, list[str]]:
    """A site of these posts, built; and which files are in it."""
    organisation = read_teams(TEAMS.replace("[linkedin, x]", "[linkedin, pinterest]").encode()).value
    assert organisation is not None
    theme = Theme(root)
    setting = Setting(
        programme=organisation.programme,
        places=Places(organisation.programme.url),
        media=Media(root),
        now=NOW,
        css=theme.static("share.css"),
        js=theme.static("share.js"),
        icon=theme.static("icon.svg"),
        handbooks=frozenset(),
    )
    content = Content(
        organisation.programme, organisation.teams, (SOURCE,), posts, plan(posts, organisation.teams, NOW)
    )
    made = list(files(content, setting, theme))
    disk.write_site(root / "site", made)
    return root / "site", sorted(file.path for file in made)


def test_a_card_names_every_size_that_is_stored_and_only_those_are_published(tmp_path: Path) -> None:
    shown = put(tmp_path, "https://news.example/shown.jpg", photo())
    held = put(tmp_path, "https://news.example/held.jpg", photo(1600, 900))
    early = replace(post("held", held), publish=Instant(NOW + timedelta(hours=1)))
    folder, names = site(tmp_path, (post("shown", shown), early, post("bare", None)))
    page = (folder / "everyone/index.html").read_text("utf-8")
    assert page.count('class="picture"') == 1
    media = [name for name in names if name.startswith("assets/media/")]
    assert len(media) == 2
    for name in media:
        assert f"../{name} {960 if '-960w.' in name else 480}w" in page
    assert 'width="960" height="600" alt="" ' in page
    assert 'loading="lazy" decoding="async"' in page
    assert key("https://news.example/held.jpg") not in page + "".join(names)
    assert "media=https%3A%2F%2Fvoices.acme.example%2Fassets%2Fmedia%2F" in page


def test_a_picture_that_was_lost_since_is_left_out(tmp_path: Path) -> None:
    lost, bad, half = (put(tmp_path, f"https://news.example/{n}", photo(900 + n, 600)) for n in range(3))
    (tmp_path / lost).unlink()
    (tmp_path / family(lost)[1]).unlink()
    for name in family(bad):
        (tmp_path / name).write_bytes((tmp_path / name).read_bytes()[:-1])
    (tmp_path / family(half)[1]).unlink()
    folder, names = site(tmp_path, (post("lost", lost), post("bad", bad), post("half", half)))
    page = (folder / "everyone/index.html").read_text("utf-8")
    assert page.count('class="picture"') == 1
    assert "srcset" not in page
    assert len([name for name in names if name.startswith("assets/media/")]) == 1


def test_a_page_of_sixty_pictures_is_made_without_decoding_any(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    image, opened = put(tmp_path, "https://news.example/a.jpg", photo()), list[object]()
    monkeypatch.setattr(Image, "open", lambda *args, **more: opened.append(args))
    reads: list[Path] = []
    read = Path.read_bytes

    def noted(self: Path) -> bytes:
        reads.append(self)
        return read(self)

    monkeypatch.setattr(Path, "read_bytes", noted)
    site(tmp_path, tuple(replace(post(f"n{n}", image), pin=True) for n in range(60)))
    assert opened == []
    assert len([where for where in reads if where.suffix == ".webp"]) == 2


@contextmanager
def served(folder: Path) -> Iterator[Server]:
    """The folder as a web server shows it."""
    kinds = {".webp": "image/webp", ".css": "text/css", ".html": "text/html", ".js": "text/javascript"}
    shelf = Shelf()
    for file in folder.rglob("*"):
        if file.is_file():
            field = f"Content-Type: {kinds.get(file.suffix, 'image/svg+xml')}"
            shelf.documents[f"/{file.relative_to(folder).as_posix()}"] = says(answer(file.read_bytes(), field))
    with scripted(shelf) as server:
        yield server


VIEWS = [
    (390, 1, "light", {"wide": 480, "square": 480, "tall": 480}),
    (390, 3, "dark", {"wide": 960, "square": 480, "tall": 480}),
    (1280, 1, "dark", {"wide": 480, "square": 480, "tall": 480}),
    (1280, 6, "light", {"wide": 960, "square": 960, "tall": 700}),
]
"""Width of the screen, its pixels per CSS pixel, its colours, and the sizes that it needs: boxes are filled."""


@pytest.mark.browser
def test_cards_stay_calm_and_pictures_come_from_the_own_origin(tmp_path: Path) -> None:
    """The boxes are those of own pictures, whatever is in them; the browser takes the size that its screen needs."""
    posts = [post(kind, put(tmp_path, f"https://news.example/{kind}.jpg", image)) for kind, image in KINDS.items()]
    folder, _ = site(tmp_path, (*posts, post("none", None)))
    with served(folder) as server, launched() as browser:
        for width, ratio, scheme, picked in VIEWS:
            view = {"width": width, "height": 900}
            page = browser.new_page(viewport=view, device_scale_factor=ratio, color_scheme=scheme)
            calm(page, server.url, width, picked)
            page.close()


def calm(page: Any, url: str, width: int, picked: Mapping[str, int]) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{url}/everyone/index.html")
    for image in page.locator("img.picture").all():
        image.scroll_into_view_if_needed()
    page.wait_for_function("[...document.querySelectorAll('img.picture')].every(i => i.complete && i.naturalWidth)")
    boxes = page.evaluate("[...document.querySelectorAll('img.picture')].map(i => [i.width, i.height])")
    chosen = page.evaluate("[...document.querySelectorAll('img.picture')].map(i => i.currentSrc)")
    assert all(address.startswith((url, "data:")) for address in asked)
    assert [tuple(box) for box in boxes] == [(96, 96) if width == 390 else (160, 120)] * len(KINDS)
    for kind, pixels in picked.items():
        name = key(f"https://news.example/{kind}.jpg")
        assert any(f"{name}-{pixels}w." in address for address in chosen), (kind, pixels, chosen)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
