"""The policy's own face: which version is in force, who answers for it, what changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from html import escape

from babel.dates import format_date

from heraldry.handbook.pages import Page, Policy
from heraldry.problems import Level, Position, Problem


@dataclass(frozen=True, slots=True)
class Revision:
    """An earlier version, as the git history will tell it: its number, first day and list of changes."""

    version: str
    effective: date
    changes: tuple[str, ...]


def with_facts(
    markdown: str, policy: Policy, labels: Mapping[str, str], lang: str, history: Sequence[Revision] = ()
) -> str:
    """The page's Markdown with its facts under the heading and its changes at the end.

    `history` lists earlier versions, newest first; the redline between them belongs to its caller.
    """
    heading, _, rest = markdown.partition("\n")
    parts = [heading, facts(policy, labels, lang), rest.strip("\n"), changes(policy, labels, lang, history)]
    return "\n\n".join(part for part in parts if part) + "\n"


def facts(policy: Policy, labels: Mapping[str, str], lang: str) -> str:
    """A definition list in HTML: version, dates and names, in the words of `labels`."""
    approved = policy.approver + (f", {_day(policy.approved, lang)}" if policy.approved else "")
    rows = (
        ("version", policy.version),
        ("effective", _day(policy.effective, lang)),
        ("review_by", _day(policy.review_by, lang)),
        ("owner", policy.owner),
        ("approved" if policy.approved else "approver", approved),
    )
    cells = "".join(_fact(labels[key], said, key) for key, said in rows)
    return f'<dl class="policy-facts" data-search-exclude>{cells}</dl>'


def _fact(label: str, said: str, key: str) -> str:
    wide = ' class="wide"' if key.startswith("approve") else ""
    return f"<div{wide}><dt>{escape(label)}</dt><dd>{escape(said)}</dd></div>"


def changes(policy: Policy, labels: Mapping[str, str], lang: str, history: Sequence[Revision] = ()) -> str:
    """What is new in this version and in those before it; nothing when no version says so."""
    versions = (Revision(policy.version, policy.effective, policy.changes), *history)
    told = [_revision(revision, labels, lang) for revision in versions if revision.changes]
    return "\n\n".join([f"## {labels['changes']} {{#changes}}", *told]) if told else ""


def moved(policy: Policy, days: int) -> Policy:
    """The same policy with every date `days` later: the example site lives on any day."""
    by = timedelta(days=days)
    return replace(
        policy,
        effective=policy.effective + by,
        approved=policy.approved + by if policy.approved else None,
        review_by=policy.review_by + by,
    )


def reminders(pages: Sequence[Page], today: date) -> Iterator[Problem]:
    """Warnings: a review date that has passed, a translation whose version lags behind the original's."""
    newest: dict[str, str] = {}
    for page in pages:
        if page.policy:
            newest[page.key] = max(newest.get(page.key, "0"), page.policy.version, key=_number)
    for page in pages:
        if page.policy is None:
            continue
        at = Position(page.path)
        if page.policy.review_by < today:
            hint = "review the policy and set a new 'review_by:'"
            yield Problem(at, f"the review was due by {page.policy.review_by}", hint, Level.WARNING)
        if _number(page.policy.version) < _number(newest[page.key]):
            said = f"version {page.policy.version} lags behind version {newest[page.key]} in another language"
            yield Problem(at, said, "translate the changes and set the same 'version:'", Level.WARNING)


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def _revision(revision: Revision, labels: Mapping[str, str], lang: str) -> str:
    head = f"**{labels['version']} {revision.version}** · {_day(revision.effective, lang)}"
    return "\n".join([head, "", *(f"- {change}" for change in revision.changes)])


def _day(day: date, lang: str) -> str:
    return format_date(day, "long", locale=lang.replace("-", "_"))
