"""`heraldry new`: a post that is right from its first line, begun from a title or from a page on the web."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from zlib import crc32

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from servers import Server, Shelf, moved, scripted
from site_text import write_site

from heraldry import pictures
from heraldry.addresses import untracked
from heraldry.cli import main, options
from heraldry.drafts import from_page, language, own_domains, shared, slug, title, type_of
from heraldry.model import Post, PostType, Programme
from heraldry.pagemeta import PageMeta, is_page, meta, page_text
from heraldry.pages.text import words
from heraldry.pipeline import read_site
from heraldry.scalars import literal, scalar
from heraldry.teams import read_teams
from heraldry.yamldoc import headed, parsed

NOW = datetime(2026, 12, 1, 9, 30, tzinfo=UTC)
TEAMS = """\
=== teams.yaml ===
programme:
  name: Acme Voices
  organisation: Acme
  url: https://voices.acme.example/
  helper: {name: Desk, contact: mailto:voices@acme.example}
  timezone: Europe/Istanbul
  languages: [en, tr, ko]
  networks: [linkedin, x, bluesky]
  disclosure: {en: I work at Acme., tr: Acme çalışanıyım., ko: 저는 Acme 직원입니다.}
teams:
  everyone: {name: Everyone, sees: {types: [company, industry, employee], tags: [hiring, product]}}
"""


@pytest.fixture(autouse=True)
def _the_clock_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(options, "clock", lambda: NOW)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return write_site(tmp_path / "voices", TEAMS)


def new(site: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["new", *arguments, "-C", str(site)])


def written_to(result: Result, site: Path) -> Path:
    """The path that a successful command printed."""
    assert result.exit_code == 0, result.output
    path = Path(result.stdout.rstrip("\n"))
    assert path.parent == site / "content/posts"
    return path


def files(site: Path) -> set[str]:
    return {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()}


def only_post(site: Path) -> Post:
    """The site's only post, which has no problem."""
    read = read_site(site)
    assert read.problems == ()
    assert read.value
    (post,) = read.value.posts
    return post


# Any text as YAML and as Markdown -------------------------------------------------------------------

LINES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1).map(title).filter(bool)


@given(LINES)
def test_any_line_is_a_value_that_reads_back_as_itself(text: str) -> None:
    read = parsed(f"title: {scalar(text)}   # a comment\n", "x.md")
    assert read.problems == ()
    assert read.value
    assert read.value.value == {"title": text}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("We opened our Ankara lab", "We opened our Ankara lab"),
        ("Ankara'da laboratuvar", '"Ankara\'da laboratuvar"'),
        ("사무소를 열었습니다", "사무소를 열었습니다"),
        ("A: B", '"A: B"'),
        ("say “hi” #now", '"say “hi” #now"'),
        ("yes", '"yes"'),
        ("Null", '"Null"'),
        ("1e3", '"1e3"'),
        ("https://acme.example/a?b=c#d", "https://acme.example/a?b=c#d"),
        ("https://acme.example/a:", '"https://acme.example/a:"'),
        ("😀", '"😀"'),
    ],
)
def test_a_value_is_bare_where_nothing_could_take_it_for_anything_else(text: str, value: str) -> None:
    assert scalar(text) == value


MARKS = st.text(st.sampled_from("ab1 .-+#*_`~[](){}<>&;!|\\/:\"'=lt;amp"), min_size=1).map(title).filter(bool)


@given(st.one_of(LINES, MARKS))
def test_any_line_is_markdown_that_shows_exactly_it(text: str) -> None:
    assert words(literal(text)) == " ".join(text.split())


# Names ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("We opened our Ankara lab", "we-opened-our-ankara-lab"),
        ("İSTANBUL'da Işık ve şölen: ğüzel çiçek", "istanbul-da-isik-ve-solen-guzel-cicek"),
        ("Straße, Łódź & Øresund", "strasse-lodz-oresund"),
        ("A.I. 2.0_beta", "a-i-2-0-beta"),
        ("서울 영업소가 문을 열었습니다", "post-2026-12-01"),
        ("2027년", "post-2026-12-01"),
        ("SK하이닉스 HBM", "sk-hbm"),
        ("🎉", "post-2026-12-01"),
        ("CON", "post-2026-12-01"),
        ("../../etc/passwd", "etc-passwd"),
        ("word " * 40, "word-word-word-word-word-word-word-word-word-word-word-word"),
        ("x" * 100, "x" * 60),
    ],
)
def test_a_title_gives_a_file_name_that_every_system_takes(words: str, name: str) -> None:
    assert slug(words, "post-2026-12-01") == name


def test_the_second_title_without_latin_letters_of_a_day_gets_a_number() -> None:
    taken = frozenset({"post-2026-12-01", "post-2026-12-01-2"})
    assert slug("서울", "post-2026-12-01", taken) == "post-2026-12-01-3"


# From a title ---------------------------------------------------------------------------------------

TITLES = [
    "We opened our Ankara lab",
    "Why: because",
    'She said "no", twice',
    "It's #1 of 100%",
    "🎉 Ankara 🎉",
    "- not a list",
    "[not] {a} list",
    "--- not a fence",
    "yes",
    "null",
    "@someone & *anyone*",
    "back\\slash",
    "서울 영업소가 문을 열었습니다",
    "çok güzel",
    "<script>alert(1)</script>",
]


@pytest.mark.parametrize("words", TITLES)
def test_any_title_makes_a_post_without_a_problem(words: str, site: Path) -> None:
    path = written_to(CliRunner().invoke(main, ["new", "post", "-C", str(site), "--", words]), site)
    post = only_post(site)
    assert post.versions["en"].title == words
    assert post.slug == path.stem
    assert post.publish is None
    assert post.type is PostType.COMPANY


def test_a_title_of_two_lines_is_one_line(site: Path) -> None:
    new(site, "post", "first\nsecond\t\x1b[31mthird")
    assert only_post(site).versions["en"].title == "first second [31mthird"


def test_the_file_says_what_can_be_filled_in(site: Path) -> None:
    text = written_to(new(site, "post", "Lab: open"), site).read_text("utf-8")
    assert text == (
        "---\n"
        "# yaml-language-server: $schema=../../schemas/post.schema.json\n"
        'title: "Lab: open"\n'
        "# url: https://…   # the page to share; without it the text below becomes a public page\n"
        "type: company\n"
        "tags: []   # teams choose by: hiring, product\n"
        "# publish: 2026-12-01 09:00   # each team's own 09:00; without this line the post is a draft\n"
        "# Ready texts, without the link and the line that says where you work: both are added.\n"
        "# Several wordings, so that colleagues do not all post the same one; without any, the title is used.\n"
        "# captions:\n"
        "#   default:\n"
        "#     - one wording\n"
        "#     - another wording\n"
        "#   linkedin:\n"
        "#     - a longer one\n"
        "---\n"
        "<!-- The story, for everybody to read: without `url` it is a page. Replace this line; nobody sees it. -->\n"
    )


def test_the_commented_lines_are_right_as_soon_as_their_marks_are_taken_away(site: Path) -> None:
    path = written_to(new(site, "post", "Lab"), site)
    lines = path.read_text("utf-8").splitlines()
    opened = [
        line.removeprefix("# ") if line.startswith(("# publish", "# captions", "#  ")) else line for line in lines
    ]
    path.write_text("\n".join(line.removeprefix("# ") if line.startswith("#  ") else line for line in opened), "utf-8")
    post = only_post(site)
    assert post.publish is not None
    assert post.versions["en"].captions == {
        "default": ("one wording", "another wording"),
        "linkedin": ("a longer one",),
    }


def test_nobody_sees_the_prompt_of_a_post_that_was_published_with_it(site: Path) -> None:
    text = written_to(new(site, "post", "Lab"), site).read_text("utf-8")
    header = headed(text, "x").value
    assert header
    assert "nobody sees it" in header[1]
    assert words(header[1]) == ""


def test_options_are_written_down(site: Path) -> None:
    options = ["--type", "employee", "--lang", "tr", "--slug", "hasan", "--publish", "2026-12-24 09:00"]
    assert written_to(new(site, "post", "Hasan", *options), site).name == "hasan.md"
    post = only_post(site)
    assert (post.type, list(post.versions)) == (PostType.EMPLOYEE, ["tr"])
    assert "publish: 2026-12-24 09:00\n" in (site / "content/posts/hasan.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("option", "value", "hint"),
    [
        ("--lang", "de", "en, tr, ko"),
        ("--slug", "Not A Slug", "hyphens"),
        ("--slug", "../evil", "hyphens"),
        ("--publish", "tomorrow", "2026-12-01 09:00"),
        ("--publish", "2026-12-01 09:00 # \nwithdraw: true", "2026-12-01 09:00"),
        ("--type", "news", "company"),
    ],
)
def test_an_option_that_no_post_can_have_is_refused(option: str, value: str, hint: str, site: Path) -> None:
    result = new(site, "post", "Lab", option, value)
    assert result.exit_code == 2
    assert hint in result.stderr
    assert files(site) == {"teams.yaml"}


@pytest.mark.parametrize("words", ["", "  \n ", "\x07"])
def test_a_post_needs_a_title(words: str, site: Path) -> None:
    assert new(site, "post", words).exit_code == 2
    assert files(site) == {"teams.yaml"}


@pytest.mark.parametrize("there", ["content/posts/lab.md", "content/posts/2026/lab.md", "content/posts/lab.tr.md"])
def test_a_post_of_the_same_name_is_never_overwritten_wherever_it_stands(there: str, site: Path) -> None:
    write_site(site, f"{TEAMS}=== {there} ===\nhands off")
    before = files(site)
    result = new(site, "post", "Lab")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "--slug" in result.stderr
    assert files(site) == before
    assert (site / there).read_text("utf-8") == "hands off"


def test_a_former_name_of_another_post_is_taken_too(site: Path) -> None:
    write_site(site, f"{TEAMS}=== content/posts/x.md ===\n---\ntitle: X\ntype: company\naliases: [lab]\n---\n")
    assert new(site, "post", "Lab").exit_code == 1


def test_a_folder_that_is_no_site_is_named(tmp_path: Path) -> None:
    result = new(tmp_path, "post", "Lab")
    assert result.exit_code == 2
    assert "there is no teams.yaml" in result.stderr
    assert files(tmp_path) == set()


def test_a_broken_teams_file_is_said_with_its_place(tmp_path: Path) -> None:
    write_site(tmp_path, "=== teams.yaml ===\nprogramme: []\n")
    result = new(tmp_path, "post", "Lab")
    assert result.exit_code == 1
    assert "teams.yaml:1:" in result.stderr
    assert files(tmp_path) == {"teams.yaml"}


def test_what_is_neither_an_address_nor_a_command_gets_a_hint(site: Path) -> None:
    assert "heraldry new post TITLE" in new(site, "Our lab").stderr
    assert "beginning with https://" in new(site, "acme.example/lab").stderr
    assert files(site) == {"teams.yaml"}


# What a page says -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("html", "name"),
    [
        ("<meta property=og:title content=A><meta name=twitter:title content=B><title>C</title>", "A"),
        ("<meta name=twitter:title content=B><title>C</title>", "B"),
        ('<script type="application/ld+json">{"headline": "D"}</script><title>C</title>', "D"),
        ('<script type="application/ld+json">[{"@graph": [{}, {"headline": "D"}]}]</script><title>C</title>', "D"),
        ('<script type="application/ld+json">{"headline": 5</script><title>C</title>', "C"),
        ('<script type="application/ld+json">' + "[" * 100_000 + "</script><title>C</title>", "C"),
        ("<title></title><svg><title>icon</title></svg><h1>E</h1>", "E"),
        ("<meta property=og:title content=''><title>C</title>", "C"),
        ("<meta name=OG:TITLE content=A><title>C</title>", "A"),
        ("", ""),
        ("<div>" * 50_000, ""),
    ],
)
def test_the_title_is_what_the_page_says_first(html: str, name: str) -> None:
    assert meta(html).title == name


@pytest.mark.parametrize(
    ("html", "image"),
    [
        ("<meta property=og:image content=/a.png><meta name=twitter:image content=/b.png>", "/a.png"),
        ("<meta name=twitter:image content=/b.png>", "/b.png"),
        ('<script type="application/ld+json">{"headline": "D", "image": [{"url": "/c.png"}]}</script>', "/c.png"),
        ('<script type="application/ld+json">{"headline": "D", "image": []}</script>', ""),
        ("<link rel=image_src href=/d.png>", "/d.png"),
        ("<img src=/e.png>", ""),
    ],
)
def test_the_picture_is_the_one_the_page_names(html: str, image: str) -> None:
    assert meta(html).image == image


@pytest.mark.parametrize(
    ("body", "content_type", "text"),
    [
        ("ş".encode(), "text/html; charset=utf-8", "ş"),
        ("ş".encode(), "text/html", "ş"),
        ("é".encode("latin-1"), "text/html; charset=ISO-8859-1", "é"),
        ("“é”".encode("cp1252"), "text/html; charset=iso-8859-1", "“é”"),
        ("é".encode("latin-1"), "text/html", "é"),
        ("<meta charset=windows-1254>ş".encode("cp1254"), "text/html", "<meta charset=windows-1254>ş"),
        (
            '<meta content="text/html; charset=euc-kr">똠'.encode("cp949"),
            "",
            '<meta content="text/html; charset=euc-kr">똠',
        ),
        ("\ufeffş".encode("utf-16-le"), "text/html; charset=utf-8", "ş"),
        (b"\xef\xbb\xbf\xc5\x9f", "text/html; charset=latin-1", "ş"),
        ("<meta charset=utf-16>ş".encode(), "text/html", "<meta charset=utf-16>ş"),
        ("ş".encode(), "text/html; charset=hex", "ş"),
        ("ş".encode(), "text/html; charset=no-such-thing", "ş"),
        ("ş".encode(), "text/html; charset=idna", "ş"),
        (b"\xff\xfe\xfd", "text/html; charset=undefined", "\ufffd"),
    ],
)
def test_a_page_is_decoded_as_a_browser_would(body: bytes, content_type: str, text: str) -> None:
    assert page_text(body, content_type).lstrip("\ufeff") == text


@pytest.mark.parametrize(
    ("content_type", "body", "page"),
    [
        ("text/html", b"", True),
        ("Text/HTML; charset=utf-8", b"", True),
        ("application/xhtml+xml", b"", True),
        ("text/plain", b"\n<!-- x --><!DOCTYPE html><title>x</title>", True),
        ("", b"<html>", True),
        ("text/plain", b"A story about <html>", False),
        ("application/pdf", b"<html>", False),
        ("application/json", b"{}", False),
        ("text/htmlish", b"", False),
    ],
)
def test_what_says_nothing_is_a_page_when_it_looks_like_one(content_type: str, body: bytes, page: bool) -> None:
    assert is_page(body, content_type) is page


@pytest.mark.parametrize(
    ("said", "lang"),
    [("tr", "tr"), ("tr-TR", "tr"), ("tr_TR", "tr"), ("KO", "ko"), ("de", "en"), ("", "en"), ("pt-BR", "pt-PT")],
)
def test_a_language_is_the_programmes_nearest(said: str, lang: str) -> None:
    assert language(said, ("en", "tr", "ko", "pt-PT")) == lang


@pytest.mark.parametrize(
    ("url", "bare"),
    [
        ("https://a.example/x?utm_source=li&id=7&fbclid=z", "https://a.example/x?id=7"),
        ("https://a.example/x?UTM_Source=li&gclid=1", "https://a.example/x"),
        ("https://a.example/x?q=a%20b&&c=%C5%9F#utm_source=x", "https://a.example/x?q=a%20b&&c=%C5%9F"),
        ("https://a.example/x?utm=1&my_utm_source=2", "https://a.example/x?utm=1&my_utm_source=2"),
        ("https://a.example/", "https://a.example/"),
    ],
)
def test_tracking_is_taken_from_an_address_and_nothing_else(url: str, bare: str) -> None:
    assert untracked(url) == bare


@pytest.mark.parametrize(
    ("pasted", "final", "canonical", "url"),
    [
        ("https://a.example/x", "https://a.example/x", "", "https://a.example/x"),
        ("https://a.example/한국#teil", "https://a.example/%ED%95%9C%EA%B5%AD", "", "https://a.example/한국#teil"),
        ("https://a.example", "https://a.example/", "", "https://a.example"),
        ("https://short.example/1", "https://a.example/x?utm_source=y", "", "https://a.example/x"),
        ("http://a.example/x", "https://a.example/x", "", "https://a.example/x"),
        ("https://a.example/x?page=2", "https://a.example/x?page=2", "/x", "https://a.example/x"),
        ("https://a.example/x", "https://a.example/x", "https://www.a.example/x", "https://www.a.example/x"),
        ("https://a.example/x", "https://a.example/x", "https://a.example/", "https://a.example/x"),
        ("https://a.example/x", "https://a.example/x", "https://evil.example/x", "https://a.example/x"),
        ("https://a.example/x", "https://a.example/x", "http://a.example/x", "https://a.example/x"),
        ("https://a.example/x", "https://a.example/x", "javascript:alert(1)", "https://a.example/x"),
        ("https://a.example/x", "https://a.example/x", "https://me:pw@a.example/x", "https://a.example/x"),
    ],
)
def test_what_is_shared_is_the_canonical_address_where_it_can_be_trusted(
    pasted: str, final: str, canonical: str, url: str
) -> None:
    assert shared(pasted, final, canonical) == url


def programme(url: str, contact: str = "") -> Programme:
    helper = f"  helper: {{name: Desk, contact: '{contact}'}}\n" if contact else ""
    text = TEAMS.replace("=== teams.yaml ===\n", "").replace("https://voices.acme.example/", url)
    text = text.replace("  helper: {name: Desk, contact: mailto:voices@acme.example}\n", helper)
    read = read_teams(text.encode())
    assert read.value
    return read.value.programme


@pytest.mark.parametrize(
    ("ours", "contact", "url", "kind"),
    [
        ("https://voices.acme.example/", "", "https://acme.example/news", PostType.COMPANY),
        ("https://voices.acme.example/", "", "https://blog.acme.example/x", PostType.COMPANY),
        ("https://voices.acme.example/", "", "https://notacme.example/x", PostType.INDUSTRY),
        ("https://voices.acme.example/", "", "https://acme.example.evil.test/x", PostType.INDUSTRY),
        ("https://acme.github.io/voices/", "", "https://other.github.io/x", PostType.INDUSTRY),
        ("https://acme.github.io/voices/", "", "https://acme.github.io/x", PostType.COMPANY),
        ("https://acme.github.io/voices/", "mailto:desk@acme.example", "https://www.acme.example/", PostType.COMPANY),
        ("https://acme.com.tr/", "", "https://baska.com.tr/", PostType.INDUSTRY),
        ("https://voices.acme.com.tr/", "", "https://www.acme.com.tr/", PostType.COMPANY),
        ("https://voices.acme.co.kr/", "", "https://other.co.kr/", PostType.INDUSTRY),
        ("https://acme.example/", "", "https://ACME.example./x", PostType.COMPANY),
        ("http://10.0.0.1/", "", "http://11.0.0.1/", PostType.INDUSTRY),
    ],
)
def test_news_of_our_own_domain_is_company_news(ours: str, contact: str, url: str, kind: PostType) -> None:
    assert type_of(url, own_domains(programme(ours, contact))) is kind


@pytest.mark.parametrize(
    ("told", "url", "name"),
    [
        (PageMeta(title="Lab opens | Acme", site="Acme"), "https://a.example/", "Lab opens"),
        (PageMeta(title="Acme", site="Acme"), "https://a.example/", "Acme"),
        (PageMeta(title="A &amp; B"), "https://a.example/", "A & B"),
        (PageMeta(), "https://a.example/news/we-opened_our%20lab.html", "We opened our lab"),
        (PageMeta(), "https://a.example/p/123", "a.example"),
        (PageMeta(title="<b></b>"), "https://a.example/", "a.example"),
        (PageMeta(title="word " * 60), "https://a.example/", " ".join(["word"] * 31) + "…"),
    ],
)
def test_a_page_has_a_title_whatever_it_says(told: PageMeta, url: str, name: str) -> None:
    assert from_page(told, url, PostType.INDUSTRY, ("en",)).title == name


# Pictures -------------------------------------------------------------------------------------------


def picture(size: tuple[int, int], form: str, mode: str = "RGB", **saving: object) -> bytes:
    out = BytesIO()
    Image.effect_noise(size, 60).convert(mode).save(out, form, **saving)
    return out.getvalue()


def test_a_photograph_is_scaled_turned_and_says_nothing_of_its_maker() -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F], exif[0x8825] = 6, "SpyCam", {1: "N", 2: (41.0, 0.0, 28.9)}
    made = pictures.remade(picture((2000, 3000), "JPEG", exif=exif))
    with Image.open(BytesIO(made.body)) as image:
        assert (image.format, image.size, made.suffix) == ("JPEG", (1200, 800), ".jpg")
        assert dict(image.getexif()) == {}
    assert b"SpyCam" not in made.body
    assert b"Exif" not in made.body


@pytest.mark.parametrize(
    ("body", "form"),
    [
        (picture((300, 200), "PNG"), "PNG"),
        (picture((300, 200), "PNG", "RGBA"), "PNG"),
        (picture((300, 200), "GIF", "P"), "PNG"),
        (picture((300, 200), "WEBP"), "JPEG"),
        (picture((300, 200), "JPEG", "CMYK"), "JPEG"),
        (picture((1200, 900), "PNG"), "JPEG"),
    ],
)
def test_every_kind_of_picture_becomes_one_that_all_networks_show(body: bytes, form: str) -> None:
    made = pictures.remade(body)
    with Image.open(BytesIO(made.body)) as image:
        assert image.format == form
        assert image.mode in ("RGB", "RGBA")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "no JPEG, PNG"),
        (b"", "no JPEG, PNG"),
        (b"%PDF-1.7", "no JPEG, PNG"),
        (picture((300, 200), "JPEG")[:2000], "damaged"),
        (picture((300, 200), "PNG")[:2000], "damaged"),
    ],
)
def test_what_is_no_whole_picture_is_refused(body: bytes, reason: str) -> None:
    with pytest.raises(pictures.Unusable, match=reason):
        pictures.remade(body)


@pytest.mark.parametrize("size", [(9000, 6000), (12_000, 10_000), (60_000, 60_000)])
def test_a_picture_of_too_many_pixels_is_refused_before_it_is_unpacked(size: tuple[int, int]) -> None:
    small = bytearray(picture((1, 1), "PNG"))
    small[16:24] = size[0].to_bytes(4, "big") + size[1].to_bytes(4, "big")
    small[29:33] = crc32(bytes(small[12:29])).to_bytes(4, "big")
    with pytest.raises(pictures.Unusable, match="50 million pixels"):
        pictures.remade(bytes(small))


# From a page ----------------------------------------------------------------------------------------

OG = """\
<!doctype html><html lang="tr-TR"><head><meta charset="utf-8">
<title>Ankara laboratuvarı açıldı | Acme</title>
<meta property="og:title" content="Ankara laboratuvarı açıldı: &quot;ışık&quot; &amp; cam">
<meta property="og:description" content="Dört test tezgâhı, biri bodrumda. İlk cuma herkese açık.">
<meta property="og:image" content="/media/lab.jpg?w=1200">
<meta property="og:image:alt" content="Akşam ışığında laboratuvar">
<link rel="canonical" href="/haber/ankara">
</head><body>…</body></html>
"""


@pytest.fixture
def shelf() -> Shelf:
    return Shelf({"/lab": OG.encode(), "/media/lab.jpg?w=1200": picture((1600, 900), "JPEG")}, "text/html")


@pytest.fixture
def server(shelf: Shelf) -> Iterator[Server]:
    with scripted(shelf) as running:
        yield running


def test_a_page_becomes_a_draft_with_its_title_summary_picture_and_language(site: Path, server: Server) -> None:
    result = new(site, f"{server.url}/lab?utm_source=mail&fbclid=1", "--allow-private")
    path = written_to(result, site)
    assert path.name == "ankara-laboratuvari-acildi-isik-cam.md"
    post = only_post(site)
    said = post.versions["tr"]
    assert said.title == 'Ankara laboratuvarı açıldı: "ışık" & cam'
    assert said.url == f"{server.url}/haber/ankara"
    assert said.image_alt == "Akşam ışığında laboratuvar"
    assert said.captions == {"default": ("Dört test tezgâhı, biri bodrumda. İlk cuma herkese açık.",)}
    assert words(said.body) == "Dört test tezgâhı, biri bodrumda. İlk cuma herkese açık."
    assert (post.type, post.publish) == (PostType.INDUSTRY, None)
    assert said.image == "content/media/ankara-laboratuvari-acildi-isik-cam.jpg"
    with Image.open(site / said.image) as image:
        assert image.size == (1200, 675)
    assert server.seen[0].startswith(b"GET /lab HTTP")
    assert "type: industry" in result.stderr


def test_the_long_form_of_the_command_does_the_same(site: Path, server: Server) -> None:
    written_to(new(site, "page", f"{server.url}/lab", "--allow-private", "--type", "employee"), site)
    assert only_post(site).type is PostType.EMPLOYEE


def test_options_may_stand_before_the_address(site: Path, server: Server) -> None:
    result = new(site, "--slug", "lab", "--allow-private", f"{server.url}/lab")
    assert written_to(result, site).name == "lab.md"
    assert (site / "content/media/lab.jpg").is_file()


def test_a_page_in_latin_1_has_its_letters(site: Path, server: Server, shelf: Shelf) -> None:
    shelf.content_type = "text/html; charset=iso-8859-1"
    shelf.documents["/lab"] = "<title>Notícias – São Paulo é “aqui”</title>".encode("cp1252")
    written_to(new(site, f"{server.url}/lab", "--allow-private"), site)
    assert only_post(site).versions["en"].title == "Notícias – São Paulo é “aqui”"


def test_a_page_that_says_nothing_is_named_after_its_address(site: Path, server: Server, shelf: Shelf) -> None:
    shelf.documents["/we-opened-a-lab.html"] = b"<p>Hello</p>"
    path = written_to(new(site, f"{server.url}/we-opened-a-lab.html", "--allow-private"), site)
    post = only_post(site)
    assert (post.versions["en"].title, path.name) == ("We opened a lab", "we-opened-a-lab.md")
    assert post.versions["en"].image is None
    assert post.versions["en"].captions == {}


HOSTILE = """<meta property="og:title" content="<img src=x onerror=alert(1)>Lab&#10;---&#10;withdraw: true&#10;publish: 2020-01-01 #&#x202e;x">
<meta property="og:description" content="&lt;script&gt;alert(1)&lt;/script&gt;A * b _c_ [d](javascript:alert(1)) # e&#10;---&#10;title: y">
<meta property="og:image:alt" content='" onload="x: y'><meta property="og:image" content="/media/lab.jpg?w=1200">
<html lang='en"&#10;x: y'><link rel=canonical href="/x&#10;publish: 2020-01-01">"""


def test_a_hostile_page_writes_text_and_no_keys(site: Path, server: Server, shelf: Shelf) -> None:
    shelf.documents["/lab"] = HOSTILE.encode()
    written_to(new(site, f"{server.url}/lab", "--allow-private"), site)
    read = read_site(site)
    assert {problem.message for problem in read.problems} == {"'[d](javascript:alert(1)' stays in the caption"}
    assert read.value
    (post,) = read.value.posts
    said = post.versions["en"]
    assert (post.publish, post.withdraw) == (None, None)
    assert said.title == "Lab --- withdraw: true publish: 2020-01-01 #x"
    assert words(said.body) == "A * b _c_ [d](javascript:alert(1)) # e --- title: y"
    assert said.captions == {"default": ("A * b _c_ [d](javascript:alert(1)) # e --- title: y",)}
    assert said.image_alt == '" onload="x: y'


def test_a_long_korean_summary_is_cut_until_every_network_takes_it(site: Path, server: Server, shelf: Shelf) -> None:
    summary = "서울 영업소가 새로운 이야기를 들려 드립니다. " * 30
    shelf.documents["/lab"] = f'<html lang=ko><title>서울</title><meta name=description content="{summary}">'.encode()
    path = written_to(new(site, f"{server.url}/lab", "--allow-private"), site)
    assert path.name == "post-2026-12-01.md"
    (wording,) = only_post(site).versions["ko"].captions["default"]
    assert wording.endswith("…")
    assert 100 < len(wording) < 150
    assert CliRunner().invoke(main, ["check", "-C", str(site)]).exit_code == 0


def test_a_page_that_calls_itself_plain_text_is_read(site: Path, server: Server, shelf: Shelf) -> None:
    shelf.content_type = "text/plain"
    written_to(new(site, f"{server.url}/lab", "--allow-private"), site)


def test_a_page_is_found_where_it_moved_to(site: Path, server: Server, shelf: Shelf) -> None:
    shelf.documents["/short"] = moved(lambda path: "/long?utm_medium=x&id=1")
    shelf.documents["/long?utm_medium=x&id=1"] = b"<title>Long</title>"
    written_to(new(site, f"{server.url}/short", "--allow-private"), site)
    assert only_post(site).versions["en"].url == f"{server.url}/long?id=1"


@pytest.mark.parametrize(
    ("path", "kind", "body", "reason"),
    [
        ("/gone", "text/html", b"", "404"),
        ("/lab", "application/pdf", b"%PDF", "no web page (application/pdf)"),
        ("/lab", "text/plain", b"just words", "no web page (text/plain)"),
        ("/lab", "text/html", b"x" * 5_000_001, "larger than 5,000,000 bytes"),
    ],
)
def test_a_page_that_cannot_be_read_leaves_nothing_behind(
    path: str, kind: str, body: bytes, reason: str, site: Path, server: Server, shelf: Shelf
) -> None:
    shelf.content_type = kind
    shelf.documents["/lab"] = body
    result = new(site, f"{server.url}{path}", "--allow-private")
    assert (result.exit_code, result.stdout) == (1, "")
    assert reason in result.stderr
    assert "heraldry new post" in result.stderr
    assert files(site) == {"teams.yaml"}


def test_a_page_inside_the_own_network_is_read_only_when_that_is_permitted(site: Path, server: Server) -> None:
    result = new(site, f"{server.url}/lab")
    assert result.exit_code == 1
    assert "private address" in result.stderr
    assert "--allow-private" in result.stderr
    assert server.seen == []
    assert files(site) == {"teams.yaml"}


@pytest.mark.parametrize(
    ("image", "reason"),
    [
        (None, "404"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "no JPEG, PNG"),
        (b"x" * 10_000_001, "larger than 10,000,000 bytes"),
        (picture((300, 200), "JPEG")[:2000], "damaged"),
    ],
)
def test_a_picture_that_cannot_be_had_is_only_a_warning(
    image: bytes | None, reason: str, site: Path, server: Server, shelf: Shelf
) -> None:
    shelf.documents = {"/lab": OG.encode(), **({"/media/lab.jpg?w=1200": image} if image else {})}
    result = new(site, f"{server.url}/lab", "--allow-private")
    written_to(result, site)
    assert "warning: no picture from " in result.stderr
    assert reason in result.stderr
    assert only_post(site).versions["tr"].image is None
    assert not (site / "content/media").exists()


@pytest.mark.parametrize("image", ["file:///etc/passwd", "data:image/png;base64,AAAA", "ftp://x/y.png", "http://[::"])
def test_a_picture_is_fetched_from_the_web_alone(image: str, site: Path, server: Server, shelf: Shelf) -> None:
    shelf.documents = {"/lab": f'<title>Lab</title><meta property="og:image" content="{image}">'.encode()}
    written_to(new(site, f"{server.url}/lab", "--allow-private"), site)
    assert only_post(site).versions["en"].image is None
    assert len(server.seen) == 1


def test_a_picture_that_nobody_describes_gets_the_title_and_a_note(site: Path, server: Server, shelf: Shelf) -> None:
    shelf.documents["/lab"] = b'<title>Lab: open</title><meta property="og:image" content="/media/lab.jpg?w=1200">'
    text = written_to(new(site, f"{server.url}/lab", "--allow-private"), site).read_text("utf-8")
    assert 'image_alt: "Lab: open"   # the page does not describe it: say what it shows\n' in text
    only_post(site)


def test_a_picture_never_takes_the_place_of_another(site: Path, server: Server) -> None:
    there = site / "content/media/lab.jpg"
    there.parent.mkdir(parents=True)
    there.write_bytes(b"hands off")
    written_to(new(site, f"{server.url}/lab", "--allow-private", "--slug", "lab"), site)
    assert there.read_bytes() == b"hands off"
    assert only_post(site).versions["tr"].image == "content/media/lab-2.jpg"


def test_a_page_that_a_post_shares_already_is_not_begun_twice(site: Path, server: Server) -> None:
    written_to(new(site, f"{server.url}/lab", "--allow-private"), site)
    before = files(site)
    for url in (f"{server.url}/lab?utm_source=x", f"{server.url}/haber/ankara"):
        result = new(site, url, "--allow-private", "--slug", "other")
        assert result.exit_code == 1
        assert "shares this page already" in result.stderr
    assert files(site) == before
