"""Hostile text through the whole product and into a real browser: nothing runs, and nothing asks elsewhere."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit
from xml.sax.saxutils import escape, quoteattr

import pytest
from chromium import launched
from click.testing import CliRunner

from heraldry.cli import main

OWN = Path(__file__).with_name("xss")
SHARED = Path(__file__).parents[2] / "shared/data/xss/expect.json"
NOW = "2026-11-22T09:00+03:00"
PUBLISHED = "2026-11-21T09:00:00+03:00"
IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML document may hold (XML 1.0, production 2)."""

TEAMS = """
programme:
  name: Acme Voices
  organisation: Acme
  url: http://127.0.0.1/
  timezone: Europe/Istanbul
  languages: [en]
  networks: [linkedin, x, bluesky, mastodon, whatsapp, email]
  disclosure: {en: I work at Acme.}
  page_size: 600
teams:
  everyone: {name: Everyone, sees: {types: [company, industry]}}
"""

WATCH = """
window.pwned = [];
window.pwn = function () { window.pwned.push("pwn"); return ""; };
for (const name of ["alert", "confirm", "prompt", "print", "open"]) {
  window[name] = function () { window.pwned.push(name); return null; };
}
"""

ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "\\": "\\"}


def unescaped(line: str) -> str:
    def one(match: re.Match[str]) -> str:
        return chr(int(match[1][1:], 16)) if len(match[1]) > 1 else ESCAPES[match[1]]

    return re.sub(r"\\(u[0-9a-f]{4}|[ntr0\\])", one, line)


def lines(name: str) -> list[str]:
    written = (OWN / name).read_text("utf-8").split("\n")
    return [unescaped(line) for line in written if line and not line.startswith("## ")]


def others() -> list[str]:
    """The payloads that somebody else collected, where they are at hand."""
    if not SHARED.is_file():
        return []
    return [row["payload"].replace("alert(", "pwn(") for row in json.loads(SHARED.read_text("utf-8"))]


TEXTS = lines("markup.txt") + lines("addresses.txt") + others()
ADDRESSES = lines("addresses.txt") + lines("markup.txt")


Fields = Mapping[str, str]


def items(form: str) -> Iterator[Fields]:
    """One entry for each payload and place; all else in it is harmless, and its own address tells it apart."""
    places = [(TEXTS, ("title", "summary", "content", "author", "tag")), (ADDRESSES, ("link", "image", "id", "base"))]
    for payloads, names in places:
        for place in names:
            for number, payload in enumerate(payloads):
                yield {"link": f"https://news.example/{form}/{place}/{number}", place: payload}


def json_feed(items: Sequence[Fields]) -> str:
    def item(fields: Fields) -> dict[str, object]:
        return {
            "id": fields.get("id", fields["link"]),
            "url": fields["link"],
            "title": fields.get("title", "A title"),
            "summary": fields.get("summary", ""),
            "content_html": fields.get("content", "Words"),
            "image": fields.get("image", ""),
            "authors": [{"name": fields.get("author", "Ada")}],
            "tags": [fields.get("tag", "wind")],
            "date_published": PUBLISHED,
        }

    made = [item(fields) for fields in items if "base" not in fields]
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "J", "items": made})


def xml(text: str) -> str:
    return escape(IN_XML.sub("", text))


def attribute(text: str) -> str:
    return quoteattr(IN_XML.sub("", text))


def rss(items: Sequence[Fields]) -> str:
    def item(fields: Fields) -> str:
        return f"""<item xml:base={attribute(fields.get("base", "https://news.example/"))}>
<title>{xml(fields.get("title", "A title"))}</title><link>{xml(fields["link"])}</link>
<guid isPermaLink="false">{xml(fields.get("id", fields["link"]))}</guid>
<description>{xml(fields.get("summary", "Words"))}</description>
<content:encoded>{xml(fields.get("content", ""))}</content:encoded>
<dc:creator>{xml(fields.get("author", "Ada"))}</dc:creator><category>{xml(fields.get("tag", "wind"))}</category>
<media:thumbnail url={attribute(fields.get("image", ""))}/><pubDate>Sat, 21 Nov 2026 09:00:00 +0300</pubDate></item>"""

    return f"""<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:media="http://search.yahoo.com/mrss/"><channel><title>R</title><link>https://news.example/</link>
<description>d</description>{"".join(map(item, items))}</channel></rss>"""


def atom(items: Sequence[Fields]) -> str:
    def entry(fields: Fields) -> str:
        return f"""<entry xml:base={attribute(fields.get("base", "https://news.example/"))}>
<title type="html">{xml(fields.get("title", "A title"))}</title>
<link rel="alternate" href={attribute(fields["link"] if "base" not in fields else "page")}/>
<link rel="enclosure" type="image/png" href={attribute(fields.get("image", ""))}/>
<id>{xml(fields.get("id", fields["link"]))}</id><updated>{PUBLISHED}</updated>
<author><name>{xml(fields.get("author", "Ada"))}</name></author><category term={attribute(fields.get("tag", "wind"))}/>
<summary type="html">{xml(fields.get("summary", "Words"))}</summary>
<content type="html">{xml(fields.get("content", ""))}</content></entry>"""

    return f"""<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom"><title>A</title>
<id>urn:a</id><updated>{PUBLISHED}</updated>{"".join(map(entry, items))}</feed>"""


DOCUMENTS: dict[str, Callable[[Sequence[Fields]], str]] = {"json": json_feed, "rss": rss, "atom": atom}
AT_ONCE = 490
"""Entries a document: fewer than are read of one."""


def documents() -> Iterator[tuple[str, str]]:
    for form, document in DOCUMENTS.items():
        made = list(items(form))
        for first in range(0, len(made), AT_ONCE):
            yield f"{form}-{first}", document(made[first : first + AT_ONCE])


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built site."""
    root = tmp_path_factory.mktemp("xss")
    (root / "teams.yaml").write_text(TEAMS, encoding="utf-8")
    (root / "feeds").mkdir()
    listed = ["defaults: {max_per_day: 9999}", "sources:"]
    for key, document in documents():
        (root / "feeds" / key).write_bytes(document.encode("utf-8", "surrogatepass"))
        listed.append(f"  {key}: {{url: feeds/{key}, type: {'company' if 'rss' in key else 'industry'}}}")
    (root / "sources.yaml").write_text("\n".join(listed), encoding="utf-8")
    done = CliRunner().invoke(main, ["build", "-C", str(root), "--at", NOW, "--offline"], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return root / "site"


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the test reads requests in the browser."""


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(site))) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()


HARMLESS = {"http:", "https:", "mailto:", "whatsapp:"}

LOOK = """
() => ({
  pwned: window.pwned,
  links: [...document.querySelectorAll("[href], [src], [action], [formaction], [srcset], [data], [poster], [ping]")]
    .flatMap((e) => ["href", "src", "action", "formaction", "data", "poster"].map((n) => e[n])
    .filter((v) => typeof v === "string" && v)),
  handlers: [...document.querySelectorAll("*")]
    .flatMap((e) => [...e.attributes].filter((a) => a.name.startsWith("on")).map((a) => a.name)),
  odd: [...document.querySelectorAll("main :is(iframe,object,embed,base,meta,link,style,form,input,svg image,video,audio)")]
    .filter((e) => !e.closest("[data-own]")).map((e) => e.outerHTML.slice(0, 200)),
  cards: document.querySelectorAll("article").length,
})
"""


@pytest.mark.browser
def test_no_payload_runs_or_asks_elsewhere_even_without_the_content_policy(site: Path, address: str) -> None:
    """The policy is switched off: what is cleaned must be clean by itself. With it on, fewer could run."""
    pages = sorted(path.relative_to(site).as_posix() for path in site.rglob("*.html") if "handbook" not in path.parts)
    cards = 0
    with launched() as browser:
        context = browser.new_context(bypass_csp=True)
        context.add_init_script(WATCH)
        asked: list[str] = []
        context.on("request", lambda request: asked.append(request.url))
        page = context.new_page()
        for name in pages:
            page.goto(address + name, wait_until="load")
            page.mouse.move(200, 300)
            page.keyboard.press("Tab")
            seen = page.evaluate(LOOK)
            assert seen["pwned"] == [], name
            assert seen["handlers"] == [], name
            assert {urlsplit(link).scheme + ":" for link in seen["links"]} <= HARMLESS, name
            assert seen["odd"] == [], name
            cards += seen["cards"]
    assert cards > 3 * len(TEXTS)
    assert [url for url in asked if not url.startswith(address)] == []


@pytest.mark.browser
def test_the_watch_notices_what_runs(address: str) -> None:
    """The control: the same payloads, put into a page as they are, do run."""
    with launched() as browser:
        context = browser.new_context(bypass_csp=True)
        context.add_init_script(WATCH)
        page = context.new_page()
        page.route("**/*", lambda route: route.fulfill(content_type="text/html", body="<img src=x onerror=pwn()>"))
        page.goto(address)
        page.wait_for_function("window.pwned.length > 0")


def test_no_feed_that_the_site_gives_out_holds_markup_of_a_payload(site: Path) -> None:
    for name in ("rss.xml", "atom.xml"):
        for path in site.rglob(name):
            text = path.read_text("utf-8")
            assert not re.search(r"<(script|img|svg|iframe|object|embed|form|style|meta|base)\b", text, re.I), path
            assert not re.search(r"""(href|url|src)=["']\s*(javascript|data|vbscript|file):""", text, re.I), path
    for path in site.rglob("feed.json"):
        for item in json.loads(path.read_text("utf-8"))["items"]:
            assert urlsplit(item["url"]).scheme in ("http", "https")
