"""Addresses: read as browsers read them, stripped of trackers, and recognised when they mean the same page."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from heraldry.addresses import LONGEST, canonical, front, is_http, resolved, standard, untracked


@pytest.mark.parametrize(
    ("url", "usable"),
    [
        ("https://h.example", True),
        ("http://localhost:8000/x", True),
        ("http://[::1]/", True),
        ("https://서울.한국/", True),
        ("https:///x", False),
        ("https://", False),
        ("https:h.example", False),
        ("//h.example/x", False),
        ("https://h.example/a b", False),
        ("https://h.example/\n", False),
        (" https://h.example/", False),
        ("https://h.example:99999/", False),
        ("https://[::::]/", False),
        ("https://a\\b@h.example/", False),
        ("https://h\u2100.example/", False),
        ("https://h.example/\ud800", False),
        ("javascript:alert('https://h.example')", False),
    ],
)
def test_only_whole_web_addresses_are_usable(url: str, usable: bool) -> None:
    assert is_http(url) is usable


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=30).map(lambda text: "https://" + text))
def test_what_is_usable_never_surprises_urlsplit(url: str) -> None:
    if is_http(url):
        parts = urlsplit(url)
        assert parts.hostname
        assert parts.port is None or parts.port < 65536


@pytest.mark.parametrize(
    ("href", "result"),
    [
        ("/c?d#e", "https://h.example/c?d#e"),
        ("../c", "https://h.example/c"),
        ("//o.example/c", "https://o.example/c"),
        ("https://o.example/p?", "https://o.example/p?"),
        (" https://o.example/a b\n", "https://o.example/a%20b"),
        ("?q=1", "https://h.example/a/b?q=1"),
        ("", None),
        ("javascript:alert(1)", None),
        ("mailto:a@b.example", None),
        ("http://[bad", None),
    ],
)
def test_an_authors_address_is_resolved_and_stays_as_written(href: str, result: str | None) -> None:
    assert resolved("https://h.example/a/b", href) == result


# Other people's addresses ---------------------------------------------------------------------------

BASE = "https://h.example/a/b?c=1#d"


@pytest.mark.parametrize(
    ("href", "result"),
    [
        ("c?d#e", "https://h.example/a/c?d#e"),
        ("../../c", "https://h.example/c"),
        ("?q=1", "https://h.example/a/b?q=1"),
        ("#top", "https://h.example/a/b?c=1#top"),
        ("//o.example/c", "https://o.example/c"),
        ("\\\\o.example\\c", "https://o.example/c"),
        ("https:\\/o.example\\c", "https://o.example/c"),
        ("https:/o.example", "https://h.example/o.example"),
        ("http:o.example", "http://o.example/"),
        ("https://o.example\\@evil.example:x/", "https://o.example/@evil.example:x/"),
        ("HTTPS://O.Example:443/P/../q", "https://o.example/q"),
        ("http://o.example:080/", "http://o.example/"),
        ("http://o.example:8080/", "http://o.example:8080/"),
        (" \t\r\nhttps://o.example/a\nb\tc d ", "https://o.example/abc%20d"),
        ("\x00\x1fhttps://o.example/", "https://o.example/"),
        ("ht\ntps://o.exa\tmple/", "https://o.example/"),
        ("https://müller.example/ö?ü=é#ß", "https://xn--mller-kva.example/%C3%B6?%C3%BC=%C3%A9#%C3%9F"),
        ("https://서울.한국/소식", "https://xn--2i4bq6h.xn--3e0b707e/%EC%86%8C%EC%8B%9D"),
        ("https://o.example/ışık/İğne", "https://o.example/%C4%B1%C5%9F%C4%B1k/%C4%B0%C4%9Fne"),
        ("https://o。example/", "https://o.example/"),
        ("https://ex%41mple.example/", "https://example.example/"),
        ("http://[2001:DB8:0::1]:80/x", "http://[2001:db8::1]/x"),
        ("http://0x7f.1/", "http://127.0.0.1/"),
        ("https://@o.example/", "https://o.example/"),
        ("https://o.example/%zz%E9?%", "https://o.example/%zz%E9?%"),
        ("https://o.example/?a=<b>\"'", "https://o.example/?a=%3Cb%3E%22%27"),
        ("a:b".replace(":", "%3A"), "https://h.example/a/a%3Ab"),
        ("./a:b", "https://h.example/a/a:b"),
        ("?x=javascript:alert(1)", "https://h.example/a/b?x=javascript:alert(1)"),
        ("?a=1&colon;b", "https://h.example/a/b?a=1&colon;b"),
    ],
)
def test_an_address_is_read_as_a_browser_reads_it(href: str, result: str) -> None:
    assert standard(BASE, href) == result
    assert standard("", result) == result


@pytest.mark.parametrize(
    "href",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " \x01javascript:alert(1)",
        "java\nscript:alert(1)",
        "java\tscript\r:alert(1)",
        "java\x00script:alert(1)",
        "java\u200bscript:alert(1)",
        "\ufeffjavascript:alert(1)",
        "\u202ejavascript:alert(1)",
        "java\u00adscript:alert(1)",
        "&#106;avascript:alert(1)",
        "&#x6A;avascript&#58;alert(1)",
        "&#0000106avascript:alert(1)",
        "java&#10;script:alert(1)",
        "java&Tab;script:alert(1)",
        "&#x1;javascript:alert(1)",
        "javascript&colon;alert(1)",
        "&amp;#106;avascript:alert(1)",
        "&amp;amp;amp;#106;avascript:alert(1)",
        "javascript://o.example/%0aalert(1)",
        "javascript:\\\\o.example/",
        "vbscript:x",
        "data:text/html,<script>",
        "data:,x",
        "blob:https://o.example/1",
        "filesystem:https://o.example/1",
        "view-source:https://o.example/",
        "feed:https://o.example/",
        "file:///etc/passwd",
        "mailto:a@b.example",
        "tel:+90",
        "ftp://o.example/",
        "ws://o.example/",
        "about:blank",
    ],
)
def test_another_scheme_never_gets_through(href: str) -> None:
    assert standard(BASE, href) is None
    assert standard("", href) is None
    assert standard("", f"  {href}") is None


@pytest.mark.parametrize(
    "href",
    [
        "",
        " ",
        "\n",
        "\u00a0",
        "https://",
        "https:///",
        "http://[bad",
        "http://[::1",
        "https://o.example:99999/",
        "https://o.example:x/",
        "https://u@o.example/",
        "https://u:p@o.example/",
        "https://:p@o.example/",
        "https://o example/",
        "https://o<b>.example/",
        "https://o..example/",
        "https://.o.example/",
        "https://o`.example/",
        "http://1.2.3.4.5/",
        "http://256.1.1.1/",
        "https://\u00ad/",
        "https://o.example/\ud800",
        "https://o.example/" + "a" * LONGEST,
        "https://o.example/" + "가" * 300,
    ],
)
def test_what_is_no_address_for_a_link_is_none(href: str) -> None:
    assert standard("https://h.example/", href) is None


def test_the_longest_address_is_counted_as_it_is_written_out() -> None:
    most = LONGEST - len("https://o.example/")
    assert standard("", "https://o.example/" + "a" * most) is not None
    assert standard("", "https://o.example/" + "a" * (most + 1)) is None


@pytest.mark.parametrize("base", ["", "feeds/local.xml", "/", "//h.example/", "mailto:a@b.example", "https://["])
def test_without_a_base_only_whole_addresses_count(base: str) -> None:
    assert standard(base, "/c") is None
    assert standard(base, "https://o.example/c") == "https://o.example/c"


PIECE = st.sampled_from([
    "http", "https", "HTTPS", "javascript", "java", "script", "data", ":", "/", "//", "\\", "?", "#", "&", "=", "@", ";",
    "&#106;", "&colon;", "&Tab;", "&amp;", "\t", "\n", "\x00", " ", "\u200b", "\ud800", "%", "%2e", "%41", "%4", "1", "..",
    ".", "www.", "example", ".example", "[::1]", "0x7f.1", ":80", ":443", "utm_source=x", "a=1", "b=2", "ı", "İ", "한", "é",
])  # fmt: skip
ANY = st.lists(PIECE, max_size=14).map("".join) | st.text(max_size=40)
ADDRESS = ANY.map(lambda text: f"https://h.example/{text}") | ANY.map(lambda text: f"http://www.{text}") | ANY


@settings(max_examples=max(500, settings.default.max_examples if settings.default else 0))
@given(ADDRESS)
@example("https://h.example/%%37E")
def test_whatever_is_written_what_comes_out_is_a_plain_web_address(href: str) -> None:
    whole = standard(BASE, href)
    if whole is not None:
        parts = urlsplit(whole)
        assert is_http(whole)
        assert whole.isascii()
        assert parts.scheme in ("http", "https")
        assert parts.username is parts.password is None
        assert standard("", whole) == whole


# Trackers -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "result"),
    [
        ("https://h.example/p?utm_source=rss&utm_medium=feed", "https://h.example/p"),
        ("https://h.example/p?a=1&utm_source=rss&b=2", "https://h.example/p?a=1&b=2"),
        ("https://h.example/p?UTM_Source=rss&a", "https://h.example/p?a"),
        ("https://h.example/p?%75tm_source=rss&a=%20+;b", "https://h.example/p?a=%20+;b"),
        ("https://h.example/p?id=3&amp;utm_source=rss", "https://h.example/p?id=3"),
        ("https://h.example/p?at_medium=RSS&at_campaign=rss", "https://h.example/p"),
        ("https://h.example/p?fbclid=1&GCLID=2&msclkid=3&_hsenc=4&mkt_tok=5&igshid=6&ref_src=7&yclid=8", "https://h.example/p"),
        ("https://h.example/p?gbraid=1&wbraid=2&dclid=3&mc_cid=4&mc_eid=5&twclid=6&_hsmi=7&k=v", "https://h.example/p?k=v"),
        ("https://h.example/p?", "https://h.example/p"),
        ("https://h.example/p?#part", "https://h.example/p#part"),
        ("https://h.example/p?utm_id=1#part", "https://h.example/p#part"),
        ("https://h.example/p#utm_source=rss&utm_medium=feed", "https://h.example/p"),
        ("https://h.example/p#xtor=RSS-1", "https://h.example/p"),
        ("https://h.example/p#", "https://h.example/p#"),
        ("https://h.example/#/r?utm_source=x", "https://h.example/#/r?utm_source=x"),
        ("https://h.example/p?utm=1&xutm_source=2&ref=3&source=4", "https://h.example/p?utm=1&xutm_source=2&ref=3&source=4"),
        ("https://h.example/p?q=utm_source", "https://h.example/p?q=utm_source"),
        ("https://h.example/p?a&&b=", "https://h.example/p?a&&b="),
        ("https://h.example/소식?가=나&utm_source=x", "https://h.example/소식?가=나"),
        (
            "https://h.example/p?utm_source=a&X-Amz-Signature=ab",
            "https://h.example/p?utm_source=a&X-Amz-Signature=ab",
        ),
        ("https://h.example/p?sv=1&sig=2&fbclid=3", "https://h.example/p?sv=1&sig=2&fbclid=3"),
    ],
)  # fmt: skip
def test_trackers_go_and_every_other_byte_stays(url: str, result: str) -> None:
    assert untracked(url) == result
    assert untracked(result) == result


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.sampled_from(["a=1", "b", "c=%20", "d=+", "utm_source=x", "FBCLID=y", "%67clid=z", "가=나"]), max_size=8
    )
)
def test_the_parameters_that_stay_keep_bytes_and_order(pairs: list[str]) -> None:
    kept = [pair for pair in pairs if pair in ("a=1", "b", "c=%20", "d=+", "가=나")]
    bare = "https://h.example/p" + ("?" + "&".join(kept) if kept else "")
    assert untracked("https://h.example/p?" + "&".join(pairs)) == bare


# The same page --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/a/B?x=1&y=2",
        "http://example.com/a/B?x=1&y=2",
        "HTTPS://WWW.Example.COM/a/B?x=1&y=2",
        "https://www.www.example.com/a/B?x=1&y=2",
        "https://example.com./a/B?x=1&y=2",
        "https://example.com:443/a/B?x=1&y=2",
        "http://example.com:80/a/B?x=1&y=2",
        "https://example.com/a/B/?x=1&y=2",
        "https://example.com/a/B?y=2&x=1",
        "https://example.com/a/B?y=2&&x=1&",
        "https://example.com/a/B?x=1&utm_source=rss&y=2",
        "https://example.com/a/B?x=1&y=2#utm_source=rss",
        "https://example.com/a/B?x=1&y=2#",
        "https://example.com/a/B?x=1&y=2#comments",
        "https://example.com/a/B?x=1&y=2#:~:text=hello",
        "https://example.com/./a/c/../B?x=1&y=2",
        "https://example.com/%61/%42?%78=1&y=2",
        " https://exam\nple.com/a/B?x=1&y=2 ",
        "https:\\\\example.com\\a\\B?x=1&y=2",
    ],
)
def test_addresses_of_one_page_share_a_key(url: str) -> None:
    assert canonical(url) == "https://example.com/a/B?x=1&y=2"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://h.example/a", "https://h.example/A"),
        ("https://h.example/a", "https://h.example/a/index.html"),
        ("https://h.example/a", "https://m.h.example/a"),
        ("https://h.example/a", "https://h.example:8080/a"),
        ("https://h.example/a", "https://h.example/a?p=1"),
        ("https://h.example/a?p=1", "https://h.example/a?p=2"),
        ("https://h.example/a?p=1&p=2", "https://h.example/a?p=2&p=1"),
        ("https://h.example/notes#v1", "https://h.example/notes#v2"),
        ("https://h.example/#!/a", "https://h.example/#!/b"),
        ("https://h.example/a%2Fb", "https://h.example/a/b"),
        ("https://h.example/ı", "https://h.example/i"),
        ("https://u@h.example/a", "https://h.example/a"),
    ],
)
def test_addresses_of_other_pages_stay_apart(one: str, other: str) -> None:
    assert canonical(one) != canonical(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://müller.example/ö", "http://xn--mller-kva.example/%c3%b6/"),
        ("https://서울.한국/소식", "https://xn--2i4bq6h.xn--3e0b707e/%EC%86%8C%EC%8B%9D"),
        ("https://h.example/ışık", "https://h.example/%C4%B1%C5%9F%C4%B1k"),
        ("http://[2001:DB8::0:1]/", "https://[2001:db8::1]"),
        ("https://h.example/~user", "https://h.example/%7Euser"),
    ],
)
def test_letters_of_any_script_are_the_same_encoded_or_not(one: str, other: str) -> None:
    assert canonical(one) == canonical(other)


@pytest.mark.parametrize("text", ["", "a-slug", "javascript:alert(1)", "https://u:p@h.example/a", "mailto:a@b.example"])
def test_what_is_no_page_is_its_own_key(text: str) -> None:
    assert canonical(text) == text


@settings(max_examples=max(500, settings.default.max_examples if settings.default else 0))
@given(ADDRESS)
@example("https://h.example/%%37E")
@example("https://h.example/%%32e/a")
@example("https://h.example/%4\n1")
@example("http://h.example:443/")
@example("http://www.www.h.example/")
@example("https://../")
@example("http:0..")
@example("HTTP:WWW.%2E")
@example("http://h.example/" + "a" * (LONGEST - 17))
def test_a_key_is_its_own_key(url: str) -> None:
    assert canonical(canonical(url)) == canonical(url)


@settings(max_examples=300, deadline=None)
@given(ANY)
def test_a_tracker_more_never_makes_another_page(text: str) -> None:
    url = standard("https://h.example/", text.replace("#", ""))
    if url is not None:
        assert canonical(f"{url}{'&' if '?' in url else '?'}utm_source=rss") == canonical(url)


@pytest.mark.parametrize(
    ("url", "is_front"),
    [
        ("http://www.h.example", True),
        ("https://h.example/?utm_source=rss#top", True),
        ("https://h.example/a", False),
        ("https://h.example/?p=1", False),
        ("https://h.example/#/a", False),
    ],
)
def test_a_front_page_is_known_for_one(url: str, is_front: bool) -> None:
    assert front(canonical(url)) is is_front
