"""The files of a new site: the starter, in the organisation's own name."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from heraldry.scalars import literal, scalar

PACKAGE = "heraldry"
_COMMIT = re.compile(r"@[0-9a-f]{40}(?:#\S*)?")
FORGES = ("github", "gitlab")
"""Where a site's repository can live; what belongs to one of them begins with `dot-` and its name."""

_HASHED = re.compile(r"#(?:\S*&)?(?:sha256|sha384|sha512)=[0-9a-f]{64,}")


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a new site is to be called and made with; `salt` is any secret text, `today` the day it begins.

    `forge` is where the site's repository will live, one of `FORGES`.
    """

    requirement: str
    programme: str
    organisation: str
    url: str
    timezone: str
    salt: str
    today: date
    forge: str = "github"


def requirement(text: str) -> str:
    """`text` as the line of requirements.txt. Raises ValueError saying why it cannot be that line."""
    line = text.strip()
    if not line.isprintable():
        raise ValueError("it must be one line without control characters")
    try:
        asked = Requirement(line)
    except InvalidRequirement:
        hint = "write heraldry==1.2.0 or heraldry @ git+https://… with a full commit"
        raise ValueError(f"'{line}' is no requirement (PEP 508); {hint}") from None
    if canonicalize_name(asked.name) != PACKAGE:
        raise ValueError(f"it names '{asked.name}', not '{PACKAGE}'")
    return line


def looseness(line: str) -> str:
    """Why a sound requirement can mean another Heraldry tomorrow, or none elsewhere; "" when it cannot."""
    asked = Requirement(line)
    if asked.url is None:
        exact = [one for one in asked.specifier if one.operator in ("==", "===") and "*" not in one.version]
        return "" if exact else "it names no exact version; write heraldry==…"
    if asked.url.startswith(("file:", "git+file:")):
        return "it names a place on this machine, which a workflow cannot reach"
    if asked.url.startswith("git+"):
        fixed = _COMMIT.search(asked.url)
        return "" if fixed and asked.url.endswith(fixed[0]) else "it is not pinned; write the full commit after '@'"
    return "" if _HASHED.search(asked.url) else "it is not pinned; add #sha256=… after the address"


def files(starter: Mapping[str, bytes], wishes: Wishes) -> dict[str, bytes]:
    """The site's files by path, from the starter's, without those of other forges.

    Names that begin with `dot-` begin with a dot.
    """
    others = tuple(f"dot-{forge}{end}" for forge in FORGES if forge != wishes.forge for end in ("/", "-"))
    ours = {path: body for path, body in starter.items() if not path.startswith(others)}
    return {_named(path): _changed(path, body, wishes) for path, body in ours.items()}


def _named(path: str) -> str:
    return re.sub(r"(^|/)dot-", r"\1.", path)


def _changed(path: str, body: bytes, wishes: Wishes) -> bytes:
    change = next((change for name, change in _CHANGES.items() if re.fullmatch(name, path)), None)
    return change(body.decode(), wishes).encode() if change else body


def _requirements(text: str, wishes: Wishes) -> str:
    return text.replace("@HERALDRY@", wishes.requirement)


def _teams(text: str, wishes: Wishes) -> str:
    """teams.yaml, value by value: the starter's own values are the places."""

    def said(sentence: str) -> str:
        return scalar(sentence.replace("Acme", wishes.organisation))

    values = {
        "name: Acme Voices": f"name: {scalar(wishes.programme)}",
        "organisation: Acme": f"organisation: {scalar(wishes.organisation)}",
        "url: https://voices.acme.example/": f"url: {scalar(wishes.url)}",
        "timezone: Europe/Istanbul": f"timezone: {wishes.timezone}",
        "en: I work at Acme.": f"en: {said('I work at Acme.')}",
        "tr: Acme çalışanıyım.": f"tr: {said('Acme çalışanıyım.')}",
        "ko: 저는 Acme 직원입니다.": f"ko: {said('저는 Acme 직원입니다.')}",
        "# pilot_salt: a long secret": f"pilot_salt: {scalar(wishes.salt)}",
    }
    for old, new in values.items():
        text = text.replace(f"  {old}", f"  {new}", 1)
    return text


def _policy(text: str, wishes: Wishes) -> str:
    """A policy that begins today, to be looked at again within a year."""
    dated = text.replace("effective: 2027-01-01", f"effective: {wishes.today}")
    again = wishes.today + timedelta(days=364)
    return _prose(dated.replace("review_by: 2027-12-31", f"review_by: {again}"), wishes)


def _prose(text: str, wishes: Wishes) -> str:
    named = text.replace("Acme Voices", "\0").replace("Acme", literal(wishes.organisation))
    return named.replace("\0", literal(wishes.programme))


def _readme(text: str, wishes: Wishes) -> str:
    if wishes.forge == "gitlab":
        for github, gitlab in GITLAB.items():
            text = text.replace(github, gitlab)
    return _prose(text, wishes)


def _post(text: str, wishes: Wishes) -> str:
    """A post that was published yesterday, so that it is out in every time zone."""
    return text.replace("publish: 2026-01-05", f"publish: {wishes.today - timedelta(days=1)}")


def _feed(text: str, wishes: Wishes) -> str:
    """A feed with news of the last days: entries are kept for a while after the date they bear."""
    newer, older = wishes.today - timedelta(days=1), wishes.today - timedelta(days=5)
    return text.replace("2026-01-12", f"{newer}").replace("2026-01-08", f"{older}")


def _workflow(text: str, wishes: Wishes) -> str:
    zoned = text.replace("timezone: Europe/Istanbul", f"timezone: {wishes.timezone}")
    return zoned.replace("https://voices.acme.example/", wishes.url)


GITLAB: Mapping[str, str] = {
    "4. Put your own teams into `.github/CODEOWNERS`; in *Settings > Branches*, require a review from code owners.\n": (
        "4. Put your own teams into `.gitlab/CODEOWNERS`; in *Settings > Repository > Protected branches*, require\n"
        "   the approval of code owners where your plan has it.\n"
    ),
    "5. In *Settings > Pages*, choose *GitHub Actions* as the source, and push to `main`.\n": (
        "5. Push to `main`. The head of `.gitlab-ci.yml` says what the project's settings need: a schedule, and a\n"
        "   token with which imported entries are kept.\n"
    ),
    "*Actions > Publish > Run workflow* with *emergency*": (
        "*Build > Pipelines > New pipeline* with `EMERGENCY` = `yes`"
    ),
}
"""What the starter's README says of GitHub, and what it says instead on GitLab."""

_CHANGES: Mapping[str, Callable[[str, Wishes], str]] = {
    r"requirements\.txt": _requirements,
    r"teams\.yaml": _teams,
    r"README\.md": _readme,
    r"content/policy/.*\.md": _policy,
    r"content/posts/.*\.md": _post,
    r"content/feeds/.*\.xml": _feed,
    r"dot-github/workflows/.*\.yml|dot-gitlab-ci\.yml": _workflow,
}
