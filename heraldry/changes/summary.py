"""The difference as a summary for GitHub: a verdict, then what a reviewer wants to know, most important first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from heraldry.changes import markdown as md
from heraldry.changes.difference import Difference, Told
from heraldry.changes.markdown import Section
from heraldry.changes.pages import Pages
from heraldry.changes.policies import Policy
from heraldry.changes.posts import Change, Fate, Field, first
from heraldry.changes.redline import lines, redline, touched
from heraldry.changes.said import listed, many, moment
from heraldry.changes.schedule import Named, Row
from heraldry.changes.settings import Settings
from heraldry.changes.wordings import Length, Wording
from heraldry.neutral import code, neutral
from heraldry.plan import withdrawn
from heraldry.problems import Level, Problem, errors

MOST_CAPTIONS = 30
"""Captions of one post that are shown."""


def summary(found: Difference) -> str:
    """GitHub's Markdown, never longer than a step's summary may be. Nothing in it does more than to be read."""
    opening = f"## What merging this does\n\n{verdict(found)}"
    return md.assembled(opening, (section for section in _sections(found) if section.blocks))


def _sections(found: Difference) -> Iterator[Section]:
    yield Section("New problems", "problem", tuple(_problem(p) for p in found.new_problems), tight=True)
    yield Section("Posts", "post", tuple(_post(told, found.now) for told in found.told))
    yield Section("Further posts", "further post", tuple(_named(change) for change in found.untold), tight=True)
    yield Section("Teams", "change of teams.yaml", _sentences(found.settings.teams), tight=True)
    yield Section("Who sees more or fewer posts", "team", _reach(found.settings), tight=True)
    yield Section("Sources", "change of sources.yaml", _sentences(found.settings.sources), tight=True)
    yield Section("Policy", "policy change", tuple(block for one in found.policies for block in _policy(one)), 200)
    yield Section("Problems that this mends", "mended problem", tuple(_problem(p) for p in found.mended), tight=True)
    yield Section("Handbook", "handbook page", _files(found.handbook), tight=True)
    yield Section("Theme", "file of the theme", _files(found.theme), tight=True)
    yield Section("Pages that differ at once", "line on pages", tuple(_pages(found)), tight=True)
    yield Section("What happens next by itself", "moment", tuple(_events(found)), tight=True)


# The verdict ----------------------------------------------------------------------------------------


def verdict(found: Difference) -> str:
    """What happens when this is merged, in one paragraph."""
    if not found.possible:
        said = "**Nothing can be published after this: the settings are broken, and the site stays as it is.**"
    else:
        said = " ".join([_counts(found), *_at_once(found), *_first_later(found), *_leaving(found)])
    others = [*_counted(len(found.policies), "policy page"), *_counted(len(_settings(found)), "setting")]
    others += ["This is an example site: its dates move along with the day."] if found.demo else []
    others += [_LARGE] if not found.whole else []
    compared = f"Compared: {code(found.base)} and {code(found.head)}, as of {found.now:%Y-%m-%d %H:%M} UTC."
    return " ".join([said, *others, _trouble(found), compared])


_LARGE = "The site is large: no posts were looked at but those that change; `heraldry check` looks at all of them."


def _settings(found: Difference) -> tuple[str, ...]:
    return (*found.settings.teams, *found.settings.sources)


def _counted(count: int, what: str) -> Iterator[str]:
    if count:
        yield f"{many(count, what)} {'changes' if count == 1 else 'change'}."


_NOUNS = {
    Fate.NEW: "new",
    Fate.CHANGED: "changed",
    Fate.RENAMED: "renamed",
    Fate.WITHDRAWN: "withdrawn",
    Fate.REMOVED: "removed",
}


def _counts(found: Difference) -> str:
    fates = [change.fate for change in found.changes]
    parts = [f"{fates.count(fate):,} {noun}" for fate, noun in _NOUNS.items() if fate in fates]
    return f"If this is merged now: {many(len(fates), 'post')} ({', '.join(parts)})." if parts else "No post changes."


def _at_once(found: Difference) -> Iterator[str]:
    live = [told for told in found.told if _fresh(told)]
    if live:
        names = listed((f"“{md.brief(told.change.title, 60)}”" for told in live), 3)
        yield f"**{many(len(live), 'post')} {'goes' if len(live) == 1 else 'go'} live at once: {names}.**"


def _first_later(found: Difference) -> Iterator[str]:
    ahead = [told.earliest for told in found.told if told.earliest and told.earliest[0] > found.now]
    if ahead:
        at, zones = min(ahead, key=lambda one: one[0])
        yield f"The {'next' if any(map(_fresh, found.told)) else 'first'} goes live on {moment(at, zones[0])}."


def _leaving(found: Difference) -> Iterator[str]:
    gone = [told for told in found.told if _left(told)]
    if gone:
        yield f"{many(len(gone), 'post')} {'leaves' if len(gone) == 1 else 'leave'} pages at once."


def _trouble(found: Difference) -> str:
    wrong, new = len(errors(found.new_problems)), len(found.new_problems)
    said = f"**{many(new, 'new problem')}, {many(wrong, 'error')} among them**" if wrong else many(new, "new problem")
    mended = f", {len(found.mended):,} mended" if found.mended else ""
    return f"{said if new else 'No new problem'}{mended}."


# Posts ----------------------------------------------------------------------------------------------


def _live(rows: Sequence[Row]) -> list[Named]:
    return [team for row in rows if row.already for team in row.teams]


def _fresh(told: Told) -> list[Named]:
    """The teams on whose pages the post appears by the merge itself."""
    return _beyond(told.rows, told.was)


def _left(told: Told) -> list[Named]:
    """The teams from whose pages it goes by the merge itself."""
    return _beyond(told.was, told.rows)


def _beyond(these: Sequence[Row], those: Sequence[Row]) -> list[Named]:
    known = {team.key for team in _live(those)}
    return [team for team in _live(these) if team.key not in known]


def _called(teams: Iterable[Named]) -> str:
    return neutral(listed(team.name for team in teams))


def _named(change: Change) -> str:
    return f"- {change.fate.value}: {md.brief(change.title)} ({code(first(change.post).path)})"


def _post(told: Told, now: datetime) -> str:
    change = told.change
    parts = [
        f"#### {change.fate.value.capitalize()}: {md.brief(change.title) or 'without a title'}",
        " · ".join([code(first(change.post).path), change.post.type.value, ", ".join(sorted(change.post.versions))]),
        *_public(told, now),
        *_table(told),
        *_losses(told),
        *_fields(change.fields),
        *_captions(told),
    ]
    return "\n\n".join(part for part in parts if part)


def _public(told: Told, now: datetime) -> Iterator[str]:
    """The earliest instant at which the post is public anywhere; that is always said."""
    change = told.change
    if change.fate is Fate.RENAMED and change.before and change.before.slug not in change.post.aliases:
        yield f"What leads to {code(f'posts/{change.before.slug}/')} leads nowhere unless that slug is an alias."
    if change.fate is Fate.REMOVED:
        return
    if told.broken:
        yield "**Not published: it has errors, which stand above.**"
    elif withdrawn(change.post, now):
        yield f"**Withdrawn:** it is on no page and in no feed{_tombstone(told)}."
    elif told.earliest is None:
        yield "Not public anywhere: no team ever sees it as it stands."
    elif told.earliest[0] <= now:
        already = "Public since" if _live(told.was) or not _fresh(told) else "**Public at once:** its hour was"
        yield f"{already} {_moments(told)}."
    else:
        yield f"Public anywhere not before {_moments(told)}."


def _tombstone(told: Told) -> str:
    """What becomes of a page of its own, where somebody has seen one."""
    own = any(version.url is None for version in told.change.post.versions.values())
    return "; its own page says only that it was withdrawn" if own and _live(told.was) else ""


def _moments(told: Told) -> str:
    assert told.earliest is not None
    at, zones = told.earliest
    said = moment(at, zones[0])
    return said if said.endswith(" UTC") else f"{said}, that is {at:%Y-%m-%d %H:%M} UTC"


def _table(told: Told) -> Iterator[str]:
    before = {team.key for team in _live(told.was)}
    rows = [(_called(row.teams), _begins(row, before), _end(row)) for row in told.rows]
    if rows:
        yield md.table(("Teams", "Goes live", "Ends"), rows)
    if told.unseen and not told.broken:
        yield f"Not for {neutral(listed(told.unseen))}."


def _begins(row: Row, before: set[str]) -> str:
    if row.reason is not None:
        return f"not on the page: {row.reason.value}"
    at = moment(row.live, row.zone) if row.live else ""
    if not row.already:
        return at
    if before.issuperset(team.key for team in row.teams):
        return f"on the page since {at}"
    return f"**already live when merged:** its hour was {at}"


def _end(row: Row) -> str:
    return moment(row.ends, row.zone) if row.ends and row.reason is None else "–"


def _losses(told: Told) -> Iterator[str]:
    gone = _left(told)
    if gone:
        yield f"**Leaves at once:** {_called(gone)}."
    elif told.change.fate is Fate.REMOVED:
        yield "It is on no page now."


def _fields(fields: Sequence[Field]) -> Iterator[str]:
    found = [f"- **{neutral(field.name)}**: {_compared(field)}" for field in fields]
    if found:
        more = found[30:]
        yield "\n".join(found[:30])
        if more:
            yield md.details(f"{len(more)} more changes", "\n".join(more))


def _compared(field: Field) -> str:
    if not field.prose:
        return f"{md.brief(field.before)} → {md.brief(field.after)}"
    changed = [line for line in lines(redline(field.before, field.after)) if touched(line)]
    shown = " / ".join(md.inline(line) for line in changed[:12])
    return f"{shown} / … {many(len(changed) - 12, 'more line')}" if len(changed) > 12 else shown


_WORDED = ("title", "caption", "url", "utm", "campaign", "languages", "type", "teams", "tags")


def _captions(told: Told) -> Iterator[str]:
    """The captions of a new post, and of one in which something changed that stands in them."""
    fields = told.change.fields
    if told.change.after is None or (fields and not any(field.name.startswith(_WORDED) for field in fields)):
        return
    blocks = [_caption(one) for one in told.wordings[:MOST_CAPTIONS]]
    if len(told.wordings) > MOST_CAPTIONS:
        blocks.append(f"… and {len(told.wordings) - MOST_CAPTIONS} more")
    if not blocks:
        return
    long = any(length.excess for one in told.wordings for length in one.lengths)
    counted, shown = many(len(told.wordings), "caption"), "\n\n".join(blocks)
    yield shown if long else md.details(f"{counted}, with disclosure and link", shown)


def _caption(one: Wording) -> str:
    text = "\n".join(part for part in (one.disclosure, one.words) if part)
    free = [length.label for length in one.lengths if length.maximum is None]
    counted = [_length(length) for length in one.lengths if length.maximum is not None]
    counted += [f"no limit known for {listed(free)}"] if free else []
    return f"{md.quoted(text)}\n\n{neutral(one.lang)} · {' · '.join(counted)}"


def _length(one: Length) -> str:
    said = f"{one.label} {one.length:,} / {one.maximum:,} {one.unit}"
    if one.excess:
        return f"**{said}: too long by {one.excess:,}**"
    return f"{said} (some of its apps refuse it)" if one.excess_some else said


# Everything else ------------------------------------------------------------------------------------


def _problem(problem: Problem) -> str:
    at = problem.at
    level = "**error**" if problem.level is Level.ERROR else "warning"
    place = f"{code(at.path)} {at.line}:{at.column}"
    hint = md.brief(problem.hint, 300)
    return f"- {level} {place}: {md.brief(problem.message, 300)}{f' *{hint}*' if hint else ''}"


def _sentences(said: Sequence[str]) -> tuple[str, ...]:
    return tuple(f"- {md.brief(one, 600)}" for one in said)


def _reach(found: Settings) -> tuple[str, ...]:
    return tuple(
        f"- {neutral(reach.team)}: {many(reach.more, 'post')} more, {reach.fewer:,} fewer" for reach in found.reach
    )


def _policy(one: Policy) -> Iterator[str]:
    """What the page says of itself, then each changed line as a block of its own."""
    if one.before is None or one.after is None:
        stand = one.after or one.before
        version = f": version {neutral(stand.version)}, effective {neutral(stand.effective)}" if stand else ""
        yield f"#### {code(one.path)}\n\n{'New policy page' if one.after else 'This policy page goes'}{version}"
        return
    if one.unread:
        yield f"#### {code(one.path)}\n\nIt changes; a redline cannot be made of it."
        return
    versions = _step("version", one.before.version, one.after.version)
    dates = _step("effective", one.before.effective, one.after.effective)
    kept = one.text and one.before.version == one.after.version
    warning = "\n\n**Its text changes and its version does not.**" if kept else ""
    yield f"#### {code(one.path)}\n\n{versions}, {dates}{warning}"
    yield from md.redlined(one.text)


def _step(name: str, before: str, after: str) -> str:
    old, new = neutral(before) or "–", neutral(after) or "–"
    return f"{name} {new}" if old == new else f"{name} {old} → **{new}**"


def _files(found: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(f"- {kind}: {code(path)}" for kind, paths in found.items() for path in paths)


def _pages(found: Difference) -> Iterator[str]:
    shown = found.pages
    if shown is None:
        yield "- nothing can be rendered: see the problems"
        return
    if not shown.known:
        yield "- not worked out: the site is large, and more than posts changes"
        return
    if shown.none:
        yield "- no share page, but for the line that says when the next post comes"
        return
    alike: dict[tuple[str, ...], list[str]] = {}
    for team, what in shown.teams.items():
        alike.setdefault(what, []).append(team)
    yield from (f"- {neutral(listed(teams))}: {', '.join(what)}" for what, teams in alike.items())
    yield from _stories(shown)
    yield from (f"- {other}" for other in (*shown.others, *map(code, shown.files)))
    if not shown.exact:
        yield "- the site is large: of each team only the first page and the posts of this change were looked at"


def _stories(shown: Pages) -> Iterator[str]:
    for how, slugs in shown.stories.items():
        yield f"- {many(len(slugs), 'page of a post', 'pages of posts')} {how.value}: {listed(map(code, slugs), 20)}"


def _events(found: Difference) -> Iterator[str]:
    for event in found.events:
        names = neutral(listed(event.teams, 5))
        yield f"- {moment(event.at, event.zone)}: “{md.brief(event.title, 80)}” {event.what} ({names})"
    if found.more_events:
        yield f"- … and {found.more_events:,} more: `heraldry plan`"
