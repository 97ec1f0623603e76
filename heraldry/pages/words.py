"""The interface in a language: messages from catalogues, dates by CLDR."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_skeleton, format_time, get_timezone_location
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from heraldry.model import PostType
from heraldry.views import Day


@dataclass(frozen=True, slots=True)
class Words:
    """One language: `translations` for templates, `locale` for dates."""

    lang: str
    locale: Locale
    translations: NullTranslations

    @staticmethod
    def of(lang: str, catalogue: bytes | None) -> Words:
        """The language with its catalogue (a .po file's bytes); without one the interface is English."""
        return Words(lang, Locale.parse(lang, sep="-"), _translations(catalogue))

    @property
    def direction(self) -> str:
        """`ltr` or `rtl`."""
        return self.locale.text_direction

    def say(self, message: str) -> str:
        """A message in this language."""
        return self.translations.gettext(message)

    def type_label(self, kind: PostType) -> str:
        """What the page calls a type of post."""
        labels = {
            PostType.COMPANY: self.say("Company"),
            PostType.INDUSTRY: self.say("Industry"),
            PostType.EMPLOYEE: self.say("People"),
        }
        return labels[kind]

    def network(self, key: str, label: str) -> str:
        """What a button calls a network: its own name, or the language's word where it is no name."""
        return self.say("Email") if key == "email" else label

    def day(self, moment: datetime, zone: ZoneInfo, now: datetime) -> Day:
        """A day as people name it; the year only when it is not this year."""
        local = moment.astimezone(zone)
        this_year = local.year == now.astimezone(zone).year
        text = format_skeleton("MMMd" if this_year else "yMMMd", local, locale=self.locale)
        return Day(moment.isoformat(), text)

    def clock(self, moment: datetime, zone: ZoneInfo) -> Day:
        """A moment to the minute."""
        local = moment.astimezone(zone)
        return Day(moment.isoformat(), self._timed(format_skeleton("yMMMd", local, locale=self.locale), local))

    def coming(self, moment: datetime, zone: ZoneInfo) -> Day:
        """A moment ahead, to the minute, with weekday and year: on a page that was left lying it is as true."""
        local = moment.astimezone(zone)
        return Day(moment.isoformat(), self._timed(format_skeleton("yMMMEd", local, locale=self.locale), local))

    def _timed(self, day: str, local: datetime) -> str:
        """The day and the time of it, put together as the language does."""
        pattern = str(self.locale.datetime_formats["medium"])
        return pattern.replace("{1}", day).replace("{0}", format_time(local, "HH:mm", locale=self.locale))

    def place(self, zone: ZoneInfo) -> str:
        """The city that stands for a time zone."""
        return get_timezone_location(zone, locale=self.locale, return_city=True)


def own_name(lang: str) -> str:
    """What a language calls itself."""
    locale = Locale.parse(lang, sep="-")
    return (locale.get_display_name(locale) or lang).capitalize()


@cache
def direction(lang: str) -> str:
    """`ltr` or `rtl`."""
    return Locale.parse(lang, sep="-").text_direction


def _translations(catalogue: bytes | None) -> NullTranslations:
    if catalogue is None:
        return NullTranslations()
    compiled = BytesIO()
    write_mo(compiled, read_po(BytesIO(catalogue)))
    compiled.seek(0)
    return GNUTranslations(compiled)
