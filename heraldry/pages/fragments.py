"""Cards as HTML, made once and joined per team.

All that differs between teams of one language, zone, disclosure and set of networks is the team's key in the
tags of its links. So a card is rendered with a mark in the key's place, and each team's key is put there.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import replace

from markupsafe import Markup

from heraldry.model import Share, Team
from heraldry.pages.cards import Table, card
from heraldry.pages.theme import Theme

_MARK = "xteamx8c1f0e7ax"


class Fragments:
    """The cards of one build. Not for threads."""

    def __init__(self, theme: Theme, teams: Sequence[Team]) -> None:
        self._theme = theme
        self._mark = _MARK.ljust(max((len(team.key) for team in teams), default=0), "x")
        self._made: dict[Hashable, str] = {}

    def card(self, share: Share, table: Table) -> Markup:
        """The card of a share on the page at `table.place`."""
        key = _look(share, table)
        if key not in self._made:
            marked = replace(share, team=replace(share.team, key=self._mark))
            self._made[key] = self._theme.render("_card.html", table.words, card=card(marked, table)).decode()
        return Markup(self._made[key].replace(self._mark, share.team.key))


def _look(share: Share, table: Table) -> Hashable:
    """Everything that a card depends on, but for the team's key."""
    team = share.team
    return (
        share.post.slug,
        share.version.lang,
        table.words.lang,
        table.place.count("/"),
        team.timezone.key,
        team.networks,
        team.utm,
        tuple(team.disclosure.items()),
    )
