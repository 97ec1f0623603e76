"""What editors write and photograph, as it is published: harmless, and silent about where it was taken."""

from __future__ import annotations

import io
import json
import struct
import time
import zlib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms, ImageDraw, ImageOps
from PIL.PngImagePlugin import PngInfo
from selectolax.lexbor import LexborHTMLParser

from heraldry.pages import text
from heraldry.pages.media import Media
from heraldry.pictures import Unusable, fault, shown

SHARED = Path(__file__).parents[2] / "shared/data"

# Markdown -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("Plain *words* and **more**.", "<p>Plain <em>words</em> and <strong>more</strong>.</p>"),
        ("# First\n\n## Second", "<h2>First</h2>\n<h2>Second</h2>"),
        ("First\n=====", "<h2>First</h2>"),
        ("```\n# a comment\n```", "<pre><code># a comment\n</code></pre>"),
        ("`<h1>`", "<p><code>&lt;h1&gt;</code></p>"),
        ("[us](https://acme.example/)", '<p><a href="https://acme.example/" rel="noopener noreferrer">us</a></p>'),
        ("[mail](mailto:a@acme.example)", '<p><a href="mailto:a@acme.example" rel="noopener noreferrer">mail</a></p>'),
        ("[x](javascript:alert(1))", '<p><a rel="noopener noreferrer">x</a></p>'),
        ("[x](data:text/html,x)", '<p><a rel="noopener noreferrer">x</a></p>'),
        ("[x](other-post.md)", '<p><a rel="noopener noreferrer">x</a></p>'),
        ("[x](//spy.example/)", '<p><a rel="noopener noreferrer">x</a></p>'),
        ("![x](https://spy.example/pixel.gif)", "<p></p>"),
        ("a<script>alert(1)</script>b", "<p>ab</p>"),
        ("a<style>p{}</style>b", "<p>ab</p>"),
        ('a<b onclick="x()" style="color:red">b</b>', "<p>ab</p>"),
        ('<iframe src="https://x.example"></iframe>a', "a"),
        ("İstanbul, 서울, 😀, שלום", "<p>İstanbul, 서울, 😀, שלום</p>"),
        ("~~old~~", "<p><del>old</del></p>"),
        ("", ""),
    ],
)
def test_markdown_becomes_a_small_set_of_harmless_html(markdown: str, html: str) -> None:
    assert str(text.prose(markdown)).strip() == html


def assert_harmless(html: str) -> None:
    nodes = LexborHTMLParser(f"<main>{html}</main>").css("main *")
    assert {node.tag for node in nodes} <= text._TAGS
    for node in nodes:
        assert set(node.attributes) <= {"href", "rel"}
        href = node.attributes.get("href")
        assert (
            href is None or not href or href.lower().startswith(("http://", "https://", "mailto:")) or ":" not in href
        )


def attacks() -> list[str]:
    path = SHARED / "xss/expect.json"
    recorded = [row["payload"] for row in json.loads(path.read_text("utf-8"))] if path.is_file() else []
    return [
        "<svg/onload=alert(1)>", "[x](JaVaScRiPt:alert(1))", "[x](java&#10;script:alert(1))", "[x](&#106;avascript:alert(1))",
        "<a href='java&Tab;script:alert(1)'>x</a>", "<form action=javascript:alert(1)>", "![x](x onerror=alert(1))",
        "<!--><img src=x onerror=alert(1)>-->", "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
        '<noscript><p title="</noscript><img src=x onerror=alert(1)>">', "<x:script>alert(1)</x:script>", "[x]: javascript:alert(1)\n\n[x]",
        *recorded,
    ]  # fmt: skip


@pytest.mark.parametrize(
    "wrap", ["{}", "**{}**", "> {}", "- {}", "| a |\n|---|\n| {} |", "[{}](https://x.example)", "`{}`", "\n\n{}\n\n"]
)
def test_no_attack_survives_in_a_post(wrap: str) -> None:
    for attack in attacks():
        assert_harmless(str(text.prose(wrap.replace("{}", attack))))


@given(st.text(alphabet="<>&\"'/=abhrefscipt:;()[]!#*`|~-\n \\\x00\u202e", max_size=120))
def test_no_text_at_all_gets_through_as_markup(markdown: str) -> None:
    assert_harmless(str(text.prose(markdown)))


def test_plain_words_are_never_markup() -> None:
    assert text.paragraph("<b>&amp;") == "<p>&lt;b&gt;&amp;amp;</p>"
    assert text.quoted("I work <here>.", "A & B") == "<blockquote><p>I work &lt;here&gt;.<br>A &amp; B</p></blockquote>"
    assert text.quoted("", "A") == "<blockquote><p>A</p></blockquote>"


def test_the_words_of_a_markdown_text_come_in_one_line() -> None:
    assert (
        text.words("# Head\n\nSome *words* &amp; [more](https://x.example).\n\n- one") == "Head Some words & more. one"
    )


# Pictures -------------------------------------------------------------------------------------------

GPS = {1: "N", 2: (41.0, 0.0, 30.0), 3: "E", 4: (28.0, 58.0, 12.0)}
TELLING = (b"Exif", b"GPS", b"Canon", b"Derya", b"ns.adobe.com", b"8BIM", b"41,0", b"Ankara secret")


def drawn(width: int = 60, height: int = 40, mode: str = "RGB") -> Image.Image:
    """A red left half and a blue right half, so that turning it shows."""
    image = Image.new("RGB", (width, height), "blue")
    ImageDraw.Draw(image).rectangle((0, 0, width // 2 - 1, height), "red")
    return image.convert(mode)


def exif(orientation: int = 1) -> Image.Exif:
    made = Image.Exif()
    made[0x0112], made[0x010F], made[0x013B] = orientation, "Canon", "Derya"
    made.get_ifd(0x8825).update(GPS)
    return made


def saved(image: Image.Image, form: str, **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/">http://ns.adobe.com/ GPS 41,0.5N</x:xmpmeta>'


def texts() -> PngInfo:
    made = PngInfo()
    made.add_text("Author", "Derya")
    made.add_itxt("XML:com.adobe.xmp", XMP.decode())
    return made


PHOTOS = {
    "a JPEG with EXIF": saved(drawn(), "JPEG", exif=exif(), quality=90),
    "a JPEG with XMP": saved(drawn(), "JPEG", xmp=XMP),
    "a JPEG with a comment": saved(drawn(), "JPEG", comment=b"Derya"),
    "a grey JPEG": saved(drawn(mode="L"), "JPEG", exif=exif()),
    "a JPEG for print": saved(drawn(mode="CMYK"), "JPEG", exif=exif()),
    "a progressive JPEG": saved(drawn(), "JPEG", exif=exif(), progressive=True),
    "a PNG with texts": saved(drawn(), "PNG", pnginfo=texts()),
    "a PNG with EXIF": saved(drawn(), "PNG", exif=exif()),
    "a PNG of few colours": saved(drawn(mode="P"), "PNG", exif=exif(), pnginfo=texts()),
    "a WebP with EXIF and XMP": saved(drawn(), "WEBP", exif=exif(), xmp=XMP),
    "a GIF with a comment": saved(drawn(mode="P"), "GIF", comment=b"Derya"),
    "a moving GIF": saved(drawn(mode="P"), "GIF", comment=b"Derya", save_all=True, append_images=[Image.new("RGB", (60, 40), "green").convert("P")], duration=80),
    "a moving WebP": saved(drawn(), "WEBP", exif=exif(), xmp=XMP, save_all=True, append_images=[Image.new("RGB", (60, 40))], duration=80),
    "a moving PNG": saved(drawn(), "PNG", pnginfo=texts(), save_all=True, append_images=[Image.new("RGB", (60, 40))]),
    "two pictures in one JPEG": saved(drawn(), "MPO", exif=exif(), save_all=True, append_images=[drawn()]),
    "a JPEG with a film behind it": saved(drawn(), "JPEG", exif=exif()) + b"ftypmp42 GPS Ankara secret",
    "a PNG with a file behind it": saved(drawn(), "PNG") + b"Ankara secret",
}  # fmt: skip


@pytest.mark.parametrize("body", PHOTOS.values(), ids=PHOTOS)
def test_a_photograph_is_silent_about_where_when_and_by_whom(body: bytes) -> None:
    assert any(word in body for word in TELLING)
    made = shown(body)
    assert not [word for word in TELLING if word in made.body]
    with Image.open(io.BytesIO(made.body)) as image:
        image.load()
        assert not image.getexif()
        assert image.size == (made.width, made.height) == (60, 40)


@pytest.mark.parametrize("body", PHOTOS.values(), ids=PHOTOS)
def test_what_was_cleaned_is_clean_and_always_the_same(body: bytes) -> None:
    once = shown(body)
    assert shown(body) == once
    assert shown(once.body).body == once.body


@pytest.mark.parametrize("name", ["a moving GIF", "a moving WebP", "a moving PNG"])
def test_a_moving_picture_still_moves(name: str) -> None:
    with Image.open(io.BytesIO(shown(PHOTOS[name]).body)) as image:
        assert image.n_frames == 2  # type: ignore[attr-defined]


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF"])
def test_a_picture_that_tells_nothing_is_published_byte_for_byte(form: str) -> None:
    body = saved(drawn(mode="P" if form == "GIF" else "RGB"), form)
    assert shown(body).body == body


@pytest.mark.parametrize("orientation", [1, 2, 3, 4, 5, 6, 7, 8])
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_picture_is_turned_upright(form: str, orientation: int) -> None:
    body = saved(drawn(), form, exif=exif(orientation))
    with Image.open(io.BytesIO(body)) as before, Image.open(io.BytesIO(shown(body).body)) as after:
        upright = ImageOps.exif_transpose(before).convert("RGB")
        assert after.size == upright.size
        for place in ((5, 5), (after.width - 6, after.height - 6), (5, after.height - 6)):
            wanted, got = upright.getpixel(place), after.convert("RGB").getpixel(place)
            assert max(abs(a - b) for a, b in zip(wanted, got, strict=True)) < 24  # type: ignore[arg-type]


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", [1, 6])
def test_a_picture_is_at_most_1600_pixels_wide(form: str, orientation: int) -> None:
    width, height = (4000, 2000) if orientation == 1 else (2000, 4000)
    made = shown(saved(drawn(width, height), form, exif=exif(orientation)))
    assert (made.width, made.height) == (1600, 800)


def test_a_tall_picture_keeps_its_height() -> None:
    body = saved(drawn(1600, 3000), "JPEG")
    assert shown(body).body == body


def test_a_palette_with_transparency_is_scaled_with_it() -> None:
    image = drawn(3200, 100, "P")
    with Image.open(io.BytesIO(shown(saved(image, "PNG", transparency=0)).body)) as made:
        assert made.width == 1600
        assert made.mode == "RGBA"


def test_colours_keep_their_profile() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for form in ("JPEG", "PNG", "WEBP"):
        with Image.open(io.BytesIO(shown(saved(drawn(), form, exif=exif(), icc_profile=profile)).body)) as made:
            assert made.info.get("icc_profile") == profile


def bomb(width: int, height: int) -> bytes:
    """A PNG that says it is very large; its rows are not even there."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"tEXt", b"a\0b")
        + chunk(b"IDAT", zlib.compress(b""))
        + chunk(b"IEND", b"")
    )


BROKEN = {
    "words": (b"not a picture", "it is no JPEG, PNG, WebP or GIF"),
    "nothing": (b"", "it is no JPEG, PNG, WebP or GIF"),
    "a web page": (b"<!doctype html><script>alert(1)</script>", "it is no JPEG, PNG, WebP or GIF"),
    "a bitmap": (saved(drawn(), "BMP"), "it is no JPEG, PNG, WebP or GIF"),
    "a drawing in PostScript": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "it is no JPEG, PNG, WebP or GIF"),
    "half a JPEG": (saved(drawn(400, 400), "JPEG", exif=exif())[:900], "it is damaged"),
    "half a PNG": (saved(drawn(400, 400), "PNG", exif=exif())[:-30], "it is damaged"),
    "a picture that unfolds to a gigabyte": (bomb(20_000, 20_000), "it has more than 50 million pixels"),
    "a picture that unfolds to a little less": (bomb(9_000, 9_000), "it has more than 50 million pixels"),
    "a picture of 2 thousand million rows": (bomb(1, 2**31 - 1), "it has more than 50 million pixels"),
}  # fmt: skip


@pytest.mark.parametrize(("body", "reason"), BROKEN.values(), ids=BROKEN)
def test_what_is_no_picture_is_said_to_be_none(tmp_path: Path, body: bytes, reason: str) -> None:
    with pytest.raises(Unusable) as caught:
        shown(body)
    assert str(caught.value) == reason
    (tmp_path / "photo.jpg").write_bytes(body)
    assert fault(tmp_path / "photo.jpg") == reason
    assert Media(tmp_path).medium("photo.jpg").width == 0


def test_a_good_picture_has_no_fault(tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").write_bytes(PHOTOS["a JPEG with EXIF"])
    assert fault(tmp_path / "photo.jpg") is None


@given(st.data())
def test_no_damage_to_a_picture_raises_anything_else(data: st.DataObject) -> None:
    body = bytearray(data.draw(st.sampled_from(sorted(PHOTOS.values()))))
    for at in data.draw(st.lists(st.integers(0, len(body) - 1), max_size=8)):
        body[at] = data.draw(st.integers(0, 255))
    try:
        made = shown(bytes(body[: data.draw(st.integers(0, len(body)))]))
    except Unusable:
        return
    assert made.width > 0


# Published files ------------------------------------------------------------------------------------


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder with a clean picture, a telling one, arms, and a secret that nobody asks for."""
    (tmp_path / "Clean Picture.PNG").write_bytes(saved(drawn(), "PNG"))
    (tmp_path / "photo.jpg").write_bytes(PHOTOS["a JPEG with EXIF"])
    (tmp_path / "arms.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    (tmp_path / "held.jpg").write_bytes(PHOTOS["a JPEG with EXIF"])
    return tmp_path


def test_only_what_was_asked_for_is_published(root: Path) -> None:
    asked = Media(root)
    assert asked.files() == ()
    asked.medium("photo.jpg")
    asked.medium("photo.jpg")
    assert len(asked.files()) == 1


def test_the_very_file_is_copied_where_nothing_had_to_change(root: Path) -> None:
    asked = Media(root)
    clean, arms, photo = (asked.medium(name) for name in ("Clean Picture.PNG", "arms.svg", "photo.jpg"))
    contents = {file.path: file.content for file in asked.files()}
    assert contents[clean.name] == root / "Clean Picture.PNG"
    assert contents[arms.name] == root / "arms.svg"
    published = contents[photo.name]
    assert isinstance(published, bytes)
    assert b"GPS" not in published
    assert (clean.width, clean.height) == (photo.width, photo.height) == (60, 40)
    assert (arms.width, arms.height) == (0, 0)


def test_a_name_carries_the_fingerprint_of_what_is_published(root: Path) -> None:
    asked = Media(root)
    name = asked.medium("Clean Picture.PNG").name
    assert name.startswith("assets/media/clean-picture.")
    assert name.endswith(".png")
    assert asked.medium("photo.jpg").name.partition(".")[2] == asked.medium("held.jpg").name.partition(".")[2]


@pytest.mark.parametrize("mark", ["> ", "- ", "<div>", "*a "])
def test_a_text_nested_without_end_takes_no_time(mark: str) -> None:
    began = time.process_time()
    assert "end" in text.prose(mark * 50_000 + "end")
    assert time.process_time() - began < 5


def test_a_quotation_in_a_list_in_a_quotation_is_set_as_such() -> None:
    assert text.prose("> - > deep").count("<blockquote>") == 2
