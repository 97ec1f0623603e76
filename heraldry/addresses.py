"""Web addresses: which are usable, how they are written, what in them only tracks, and when two are the same page."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import unquote_plus, urljoin, urlsplit

import ada_url

LONGEST = 2048
"""Characters of an address; the reach of what browsers, proxies and networks take."""

_CLEAN = r"[^\s\x00-\x1f\x7f\ud800-\udfff]"
_HTTP = re.compile(
    rf"https?://(?:(?:(?![/?#@\\]){_CLEAN})*@)?"
    rf"(?:\[[0-9a-f:.]+\]|(?:(?![/?#@:\\\[\]%<>\"^`{{|}}]){_CLEAN})+)(?::[0-9]{{0,5}})?(?:[/?#]{_CLEAN}*)?",
    re.IGNORECASE,
)


@lru_cache(maxsize=1024)
def is_http(url: str) -> bool:
    """Whether `url` is an absolute http(s) address with a host, which `urlsplit` takes without an error."""
    if not _HTTP.fullmatch(url):
        return False
    try:
        return (urlsplit(url).port or 0) <= 65535
    except ValueError:
        return False


def resolved(base: str, url: str) -> str | None:
    """`url` as seen from `base`, absolute; None when that is no http(s) address.

    An absolute address comes back byte for byte, save for what a browser mends too: blanks at the ends
    and line breaks go, a blank inside becomes %20.
    """
    mended = re.sub(r"[\t\r\n]", "", url.strip()).replace(" ", "%20")
    if not mended or is_http(mended):
        return mended or None
    try:
        whole = urljoin(base, mended)
    except ValueError:
        return None
    return whole if is_http(whole) else None


# Other people's addresses ---------------------------------------------------------------------------

_BLANK = "".join(map(chr, range(0x21)))
_INVISIBLE = re.compile(r"[\s\x00-\x1f\x7f-\x9f\xad\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
_NAMELESS = re.compile(r"https?://(?:\.|[^/?#]*\.\.)")
"""A host with an empty label, which the WHATWG rules let pass and DNS cannot know."""
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)


def standard(base: str, href: str) -> str | None:
    """`href` as a browser reads it, seen from `base`: absolute, in ASCII, http(s), at most LONGEST characters.

    By the WHATWG URL standard, which fixes how host, path, query and fragment are written. None when it is
    blank, has no host or has a user name, is longer, or would be of another scheme once entities are decoded
    or invisible characters dropped. A `base` that is no address leaves relative ones None.
    """
    if not href.strip(_BLANK).strip() or _disguised(href):
        return None
    url = _read(href, base) if base else None
    return _plain(url or _read(href))


def _read(href: str, base: str | None = None) -> ada_url.URL | None:
    try:
        return ada_url.URL(href, base=base)
    except ValueError:
        return None


def _plain(url: ada_url.URL | None) -> str | None:
    """A web address without a user name; the library takes some host names that `urlsplit` and networks do not."""
    whole: str = url.href if url else ""
    if url is None or not whole.startswith(("http:", "https:")) or url.username or url.password:
        return None
    return whole if len(whole) <= LONGEST and is_http(whole) and not _NAMELESS.match(whole) else None


def _disguised(href: str) -> bool:
    """Whether the text hides another scheme than http(s) behind entities or characters that nobody sees."""
    head = re.split(r"[/\\?]", href, maxsplit=1)[0][:LONGEST]
    if head in ("https:", "http:"):
        return False
    while (decoded := html.unescape(head)) != head:
        head = decoded
    scheme = _SCHEME.match(_INVISIBLE.sub("", head))
    return scheme is not None and scheme[1].lower() not in ("http", "https")


# Parameters -----------------------------------------------------------------------------------------


def parameters(head: str) -> tuple[str, ...]:
    """The decoded names of the parameters of an address without fragment, as written."""
    query = head.partition("?")[2]
    return tuple(map(_named, query.split("&"))) if query else ()


def _named(pair: str) -> str:
    return unquote_plus(pair.partition("=")[0])


_SIGNATURES: Mapping[str, frozenset[str]] = {
    "x-amz-signature": frozenset(),
    "x-goog-signature": frozenset(),
    "x-oss-signature": frozenset(),
    "signature": frozenset({"key-pair-id", "awsaccesskeyid", "googleaccessid", "ossaccesskeyid"}),
    "sig": frozenset({"sv", "se", "sp"}),
}
"""Parameters that sign an address, with any of their companions: S3, CloudFront, GCS, OSS, Azure SAS."""


def signature(names: tuple[str, ...]) -> str | None:
    """Of an address's parameters the one that signs it, as written: nothing may be added to it or dropped."""
    written = {name.lower(): name for name in names}
    for name, companions in _SIGNATURES.items():
        if name in written and (not companions or companions & written.keys()):
            return written[name]
    return None


_FAMILIES = (
    "utm_",  # Urchin and Google Analytics, and what others added: utm_id, utm_cid, utm_brand
    "mtm_",  # Matomo
    "matomo_",
    "piwik_",
    "hsa_",  # HubSpot Ads
    "__hs",  # HubSpot: __hstc, __hssc, __hsfp
    "at_custom",  # Piano (AT Internet): at_custom1 to 4
    "at_bbc_",  # the BBC's own of that kind
    "ns_campaign",  # comScore
    "fb_action_",  # Facebook
)
"""How names of trackers begin."""

_TRACKERS_OF: Mapping[str, str] = {
    "Google": "gclid gclsrc dclid gbraid wbraid gad_source gad_campaignid srsltid _gl",
    "Microsoft": "msclkid",
    "Meta": "fbclid fb_ref fb_source igsh igshid",
    "X": "twclid ref_src ref_url __twitter_impression",
    "LinkedIn, Pinterest, Reddit, Snapchat, TikTok": "li_fat_id epik rdt_cid sccid ttclid",
    "Yandex": "yclid ysclid ymclid _openstat",
    "Mailchimp": "mc_cid mc_eid",
    "Marketo": "mkt_tok",
    "HubSpot": "_hsenc _hsmi hsctatracking",
    "Vero, Drip, Klaviyo": "vero_id vero_conv __s _ke _kx",
    "MailerLite, Olytics": "ml_subscriber ml_subscriber_hash oly_anon_id oly_enc_id",
    "Blueshift, Listrak": "bsft_clkid bsft_eid bsft_uid trk_contact trk_module trk_msg trk_sid",
    "Matomo of old": "pk_campaign pk_cid pk_content pk_keyword pk_kwd pk_medium pk_source",
    "Piano": "at_campaign at_campaign_type at_creation at_format at_link_id at_link_origin at_link_type at_medium "
    "at_network at_platform at_ptr_name at_variant xtor",
    "comScore, Mapp": "ns_fee ns_linkname ns_mchannel ns_source wt_mc wt_zmc",
    "Adobe": "ef_id s_cid s_kwcid",
    "Yahoo": "guccounter guce_referrer guce_referrer_sig",
    "Alibaba": "spm",
    "other advertisers": "dicbo irclickid rb_clickid tblci unicorn_click_id wickedid",
}
"""Parameters that say where a reader came from and nothing about what is read, in lower case, by who adds them.

Sources: the makers' own pages; the lists of Firefox's and Brave's query stripping and of AdGuard's URL tracking filter.
Not here, since on some sites they choose the page: ref, source, partner, campaign, cid, cmp, icid, ncid, si, s, e.
"""
_TRACKERS = frozenset(" ".join(_TRACKERS_OF.values()).split())


def untracked(url: str) -> str:
    """`url` without what only tracks; every other parameter stays byte for byte and in its place.

    A query of which nothing is left loses its "?", a fragment of nothing but trackers its "#". A signed address stays
    as it is.
    """
    head, mark, fragment = url.partition("#")
    if ("?" not in head and not mark) or signature(parameters(head)):
        return url
    path, _, query = head.partition("?")
    kept = "&".join(pair for pair in query.split("&") if not _tracks(pair))
    whole = f"{path}?{kept}" if kept else path
    return whole if all(map(_tracks, fragment.split("&"))) else whole + mark + fragment


def _tracks(pair: str) -> bool:
    """Whether the parameter is a tracker; one whose "&" was escaped twice is called `amp;utm_source`."""
    name = _named(pair).lower().removeprefix("amp;")
    return name in _TRACKERS or name.startswith(_FAMILIES)


# The same page --------------------------------------------------------------------------------------

_FURNITURE = re.compile(r"#(?::~:.*|top|comments?|respond|disqus_thread|more-[0-9]+)?", re.IGNORECASE)
"""Fragments that name no part of their own: text to highlight, the top, the comments, where a teaser ended."""


@lru_cache(maxsize=4096)
def canonical(url: str) -> str:
    """The key that two addresses of the same page share; for comparing only, since it may lead nowhere.

    Equal are: http and https, with and without "www.", a final "/" or the usual port; parameters in any order and
    without trackers; percent signs for letters that need none, in either case; fragments that name no part.
    Kept apart are other fragments (a page of release notes is one address with many stories), the case of a
    path, "index.html", hosts such as "m.". What is no web address, or has a user name, is its own key.
    canonical(canonical(x)) == canonical(x).
    """
    whole = standard("", url)
    if whole and "%" in whole:
        whole = standard("", _even(whole))
    return _key(untracked(whole)) if whole else url


def _key(url: str) -> str:
    parts = ada_url.URL(url)
    port = "" if parts.port in ("", "80", "443") else f":{parts.port}"
    path = parts.pathname.rstrip("/") or "/"
    pairs = sorted(filter(None, parts.search[1:].split("&")), key=_named)
    query = "?" + "&".join(pairs) if pairs else ""
    part = "" if _FURNITURE.fullmatch(parts.hash) else parts.hash
    return f"https://{_site(parts.hostname)}{port}{path}{query}{part}"


def front(key: str) -> bool:
    """Whether a canonical address is a site's front page, which says nothing about which story is meant."""
    return urlsplit(key).path == "/" and "?" not in key and "#" not in key


def _site(host: str) -> str:
    """The host without its final dot and without "www.", where more than one label is left."""
    bare = host.removesuffix(".")
    while bare.startswith("www.") and "." in bare[4:]:
        bare = bare[4:]
    return bare


def _even(url: str) -> str:
    """`url` with percent signs only where RFC 3986, 6.2.2 asks for them, in upper case."""

    def plain(match: re.Match[str]) -> str:
        letter = chr(int(match[0][1:], 16))
        return letter if re.fullmatch(r"[A-Za-z0-9._~-]", letter) else match[0].upper()

    before = ""
    while before != url:
        before, url = url, re.sub(r"%[0-9A-Fa-f]{2}", plain, url)
    return url
