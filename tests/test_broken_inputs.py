"""Broken inputs, one mistake each, through the real `heraldry check`: the exact place, words and hint.

Each row changes one thing in a sound site. What must come out is the whole of what `check` says, so that a
mistake that sets off a second complaint is a failure here too.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from site_text import picture, write_site

from heraldry.cli import main
from heraldry.pipeline import read_site
from heraldry.problems import errors

TEAMS, SOURCES = "teams.yaml", "sources.yaml"
LAB, LAB_TR, VISIT = "content/posts/lab.md", "content/posts/lab.tr.md", "content/posts/visit.md"
TITLE = "title: We opened our Ankara lab"
Row = tuple[str, str, str | None, str | bytes, str]
WHOLE = None
"""Instead of an old text: the new one is the whole file."""

SOUND = """\
=== teams.yaml ===
programme:
  name: Acme Voices
  organisation: Acme
  url: https://voices.acme.example/
  timezone: Europe/Berlin
  languages: [en, tr]
  brand: {logo: media/acme.svg, color: "#0b5cab"}
  networks: [linkedin, x, bluesky, teams]
  utm: {campaign: "{campaign}"}
  disclosure:
    en: I work at Acme.
    tr: Acme çalışanıyım.
  slots: [tue 09:00]
  launch: 2027-01-11
  page_size: 60
  stale_after: 3d
  pause: false
teams:
  everyone:
    name: Everyone
    sees: {types: [company, employee]}
  sales:
    name: Sales
    extends: [everyone]
    timezone: America/New_York
    languages: [tr]
    opens: 2026-11-01
    sees:
      tags: [customers]
      sources: [news]
      posts: [lab]
=== sources.yaml ===
defaults: {keep: 60d, max_per_day: 3, max_bytes: 5MB}
sources:
  news:
    url: https://news.example/feed.xml
    type: industry
    teams: [sales]
    lang: en
    include: {title: [wind]}
    captions: {en: ["Worth a read: {title}"]}
    review: false
=== content/posts/lab.md ===
---
title: We opened our Ankara lab
url: https://acme.example/news/lab
type: company
tags: [customers, hiring]
publish: 2026-12-01 09:00
expires: 2026-12-31
image: ../media/lab.jpg
image_alt: The new lab at dusk
pin: false
utm: {content: "{post}"}
aliases: [ankara-lab]
captions:
  default: The lab is open.
  x: ["Come and see.", "Open house."]
---
Why this is worth sharing.
=== content/posts/lab.tr.md ===
---
title: Ankara laboratuvarımız açıldı
captions: Laboratuvar açıldı.
---
Neden paylaşmaya değer.
=== content/posts/visit.md ===
---
title: A visit
type: employee
publish: 2026-12-02T09:00+03:00
---
What she saw.
=== content/media/acme.svg ===
<svg/>
"""

_TEAMS_ONLY = SOUND.split("teams:\n", 1)[1].split("=== sources", 1)[0]

# fmt: off
MISTAKES: list[Row] = [
    ("a key of the programme is misspelled", TEAMS, "  name: Acme", "  nmae: Acme",
     "teams.yaml:2:3: unknown key 'nmae'\n  hint: did you mean 'name'?"),
    ("a required key is spelled the American way", TEAMS, "organisation:", "organization:",
     "teams.yaml:3:3: unknown key 'organization'\n  hint: did you mean 'organisation'?"),
    ("a key that nobody knows stands in teams.yaml", TEAMS, "programme:\n", "teamz: {}\nprogramme:\n",
     "teams.yaml:1:1: unknown key 'teamz'\n  hint: did you mean 'teams'?"),
    ("a key of a team is misspelled", TEAMS, "opens:", "open:",
     "teams.yaml:27:5: unknown key 'open'\n  hint: did you mean 'opens'?"),
    ("a key of sees is misspelled", TEAMS, "tags: [customers]", "tag: [customers]",
     "teams.yaml:29:7: unknown key 'tag'\n  hint: did you mean 'tags'?"),
    ("a key of brand is misspelled", TEAMS, "color:", "colour:",
     "teams.yaml:7:33: unknown key 'colour'\n  hint: did you mean 'color'?"),
    ("a tag of utm is misspelled", TEAMS, "utm: {campaign:", "utm: {campain:",
     "teams.yaml:9:9: unknown key 'campain'\n  hint: did you mean 'campaign'?"),
    ("a key of a source is misspelled", SOURCES, "review:", "reviev:",
     "sources.yaml:10:5: unknown key 'reviev'\n  hint: did you mean 'review'?"),
    ("a field of include is misspelled", SOURCES, "include: {title:", "include: {titel:",
     "sources.yaml:8:15: unknown key 'titel'\n  hint: did you mean 'title'?"),
    ("a key of the defaults is misspelled", SOURCES, "max_per_day", "max_per_dya",
     "sources.yaml:1:23: unknown key 'max_per_dya'\n  hint: did you mean 'max_per_day'?"),
    ("a key of a post is misspelled", LAB, "url:", "ulr:",
     "content/posts/lab.md:3:1: unknown key 'ulr'\n  hint: did you mean 'url'?"),
    ("a key of a post is unlike any other", LAB, "pin: false", "colour: red",
     "content/posts/lab.md:10:1: unknown key 'colour'\n  hint: known: title, url, image, image_alt, captions, type, tags, teams, publish, expires, lang, campaign, cta, pin, withdraw, utm, aliases"),
    ("a tag of a post's utm is misspelled", LAB, "utm: {content:", "utm: {contents:",
     "content/posts/lab.md:11:7: unknown key 'contents'\n  hint: did you mean 'content'?"),
    ("a network in captions is misspelled", LAB, "  x: [", "  linkdin: [",
     "content/posts/lab.md:15:3: unknown network 'linkdin'\n  hint: did you mean 'linkedin'?"),
    ("a network in captions has its old name", LAB, "  x: [", "  twitter: [",
     "content/posts/lab.md:15:3: unknown network 'twitter'\n  hint: did you mean 'x'?"),
    ("a key of a translation is misspelled", LAB_TR, "captions:", "caption:",
     "content/posts/lab.tr.md:3:1: unknown key 'caption'\n  hint: did you mean 'captions'?"),
    ("a translation sets the type", LAB_TR, "captions:", "type: company\ncaptions:",
     "content/posts/lab.tr.md:3:1: unknown key 'type'\n  hint: 'type' belongs in the post itself, the file without a language in its name"),
    ("a translation sets the hour", LAB_TR, "captions:", "publish: 2026-12-01\ncaptions:",
     "content/posts/lab.tr.md:3:1: unknown key 'publish'\n  hint: 'publish' belongs in the post itself, the file without a language in its name"),
    ("a translation says its language inside", LAB_TR, "captions:", "lang: tr\ncaptions:",
     "content/posts/lab.tr.md:3:1: unknown key 'lang'\n  hint: remove it: the file's name says the language"),
    ("a key stands twice", LAB, TITLE, "title: A\ntitle: B",
     "content/posts/lab.md:3:1: duplicate key 'title'\n  hint: it stands in line 2 already: keep one of them"),
    ("a team stands twice", TEAMS, "  sales:\n", "  everyone: {name: Again}\n  sales:\n",
     "teams.yaml:22:3: duplicate key 'everyone'\n  hint: it stands in line 19 already: keep one of them"),
    ("a key is a list", LAB, "pin: false", "? [a, b]\n: c",
     "content/posts/lab.md:10:3: a key must be a plain word\n  hint: write 'key: value'"),
    ("the title is missing", LAB, "title: We opened our Ankara lab\n", "",
     "content/posts/lab.md:2:1: 'title' is missing\n  hint: add 'title: …'"),
    ("the type is missing", LAB, "type: company\n", "",
     "content/posts/lab.md:2:1: 'type' is missing\n  hint: add 'type: …'"),
    ("the time zone of the programme is missing", TEAMS, "  timezone: Europe/Berlin\n", "",
     "teams.yaml:1:1: 'timezone' is missing\n  hint: add 'timezone: …' below 'programme:'"),
    ("a team has no name", TEAMS, "    name: Sales\n", "",
     "teams.yaml:22:3: 'name' is missing\n  hint: add 'name: …' below 'sales:'"),
    ("a source has no address", SOURCES, "    url: https://news.example/feed.xml\n", "",
     "sources.yaml:3:3: 'url' is missing\n  hint: add 'url: …' below 'news:'"),
    ("no is no answer to true or false", LAB, "pin: false", "pin: no",
     "content/posts/lab.md:10:6: expected true or false, found 'no'\n  hint: write false"),
    ("yes is no answer to true or false", LAB, "pin: false", "pin: yes",
     "content/posts/lab.md:10:6: expected true or false, found 'yes'\n  hint: write true"),
    ("on is no answer to true or false", TEAMS, "pause: false", "pause: on",
     "teams.yaml:17:10: expected true or false, found 'on'\n  hint: write true"),
    ("True is written true", LAB, "pin: false", "pin: True",
     "content/posts/lab.md:10:6: expected true or false, found 'True'\n  hint: write true"),
    ("perhaps is no answer to true or false", LAB, "pin: false", "pin: perhaps",
     "content/posts/lab.md:10:6: expected true or false, found 'perhaps'\n  hint: write true or false"),
    ("no is neither a flag nor a template for utm", LAB, 'utm: {content: "{post}"}', "utm: no",
     "content/posts/lab.md:11:6: expected true, false or templates, found 'no'\n  hint: write utm: false or utm: {content: …}"),
    ("1e3 is no whole number", TEAMS, "page_size: 60", "page_size: 1e3",
     "teams.yaml:15:14: not a whole number: '1e3'\n  hint: write digits only, such as 60"),
    ("0x10 is no whole number", TEAMS, "page_size: 60", "page_size: 0x10",
     "teams.yaml:15:14: not a whole number: '0x10'\n  hint: write digits only, such as 60"),
    ("10:30 is no whole number", TEAMS, "page_size: 60", "page_size: 10:30",
     "teams.yaml:15:14: not a whole number: '10:30'\n  hint: write digits only, such as 60"),
    ("no is no whole number", TEAMS, "page_size: 60", "page_size: no",
     "teams.yaml:15:14: not a whole number: 'no'\n  hint: write digits only, such as 60"),
    ("a negative number is no whole number", TEAMS, "page_size: 60", "page_size: -5",
     "teams.yaml:15:14: not a whole number: '-5'\n  hint: write digits only, such as 60"),
    ("a page of no cards", TEAMS, "page_size: 60", "page_size: 0",
     "teams.yaml:15:14: a page of 0 cards shows nothing\n  hint: write a number from 1 up"),
    ("a title is a list", LAB, TITLE, "title: [a, b]",
     "content/posts/lab.md:2:8: expected a text\n  hint: write it in one line, in quotes if it contains ': '"),
    ("a title is a mapping", LAB, TITLE, "title: {a: b}",
     "content/posts/lab.md:2:8: expected a text\n  hint: write it in one line, in quotes if it contains ': '"),
    ("a source is a text", SOURCES, "  news:\n", "  news: https://x.example\n  other:\n",
     "sources.yaml:3:9: expected 'key: value' pairs, found 'https://x.example'\n  hint: indent them below this key"),
    ("tags are a mapping", LAB, "tags: [customers, hiring]", "tags: {a: b}",
     "content/posts/lab.md:5:7: expected a list, found '{'a': 'b'}'\n  hint: write [one, two] or one '- item' a line"),
    ("tags are written without brackets", LAB, "tags: [customers, hiring]", "tags: customers, hiring",
     "content/posts/lab.md:5:7: expected a list, found 'customers, hiring'\n  hint: write [customers, hiring]"),
    ("a tag has letters that no name has", LAB, "tags: [customers, hiring]", "tags: [한국어]",
     "content/posts/lab.md:5:8: not a slug: '한국어'\n  hint: use a-z, 0-9 and single hyphens"),
    ("a quote is never closed at all", VISIT, "type: employee", "type: 'employee",
     "content/posts/visit.md:3:7: not YAML: this quote is never closed: 'type: 'employee'\n  hint: add the same quote at its end"),
    ("a tag has a capital letter", LAB, "tags: [customers, hiring]", "tags: [Customers]",
     "content/posts/lab.md:5:8: not a slug: 'Customers'\n  hint: write 'customers': only a-z, 0-9 and single hyphens"),
    ("the programme has no networks", TEAMS, "networks: [linkedin, x, bluesky, teams]", "networks: []",
     "teams.yaml:8:13: expected at least one, found '[]'\n  hint: write [one, two] or one '- item' a line"),
    ("the programme has no languages", TEAMS, "languages: [en, tr]", "languages: []",
     "teams.yaml:6:14: expected at least one, found '[]'\n  hint: write [one, two] or one '- item' a line"),
    ("a value is empty", LAB, TITLE, "title:",
     "content/posts/lab.md:2:1: 'title' is empty\n  hint: write a value or remove the line"),
    ("a value is null", LAB, "expires: 2026-12-31", "expires: null",
     "content/posts/lab.md:7:1: 'expires' is empty\n  hint: write a value or remove the line"),
    ("a value is only blanks", LAB, TITLE, 'title: "  "',
     "content/posts/lab.md:2:1: 'title' is empty\n  hint: write a value or remove the line"),
    ("a value is only an invisible character", LAB, TITLE, 'title: "\u200b"',
     "content/posts/lab.md:2:1: 'title' is empty\n  hint: write a value or remove the line"),
    ("a value is a comment", LAB, TITLE, "title: #1 in Ankara",
     "content/posts/lab.md:2:1: 'title' is empty\n  hint: put '#1' in quotes: without them it is a comment"),
    ("a colour is a comment", TEAMS, '"#0b5cab"}', "#0b5cab\n    }",
     "teams.yaml:7:33: 'color' is empty\n  hint: put '#0b5cab' in quotes: without them it is a comment"),
    ("an item of a list is empty", LAB, "tags: [customers, hiring]", 'tags: [customers, ""]',
     "content/posts/lab.md:5:19: 'tags' is empty\n  hint: write a value or remove the line"),
    ("a text with a colon has no quotes", LAB, TITLE, "title: We opened: a lab",
     "content/posts/lab.md:2:17: not YAML: mapping values are not allowed in this context: 'title: We opened: a lab'\n  hint: put the text in quotes when it contains ': '"),
    ("a text begins with @", LAB, TITLE, "title: @acme opens",
     "content/posts/lab.md:2:8: not YAML: found character that cannot start any token: 'title: @acme opens'\n  hint: put the text in quotes"),
    ("a text begins with a bracket", LAB, TITLE, "title: [draft] news",
     "content/posts/lab.md:2:16: not YAML: did not find expected key: 'title: [draft] news'\n  hint: check indentation, brackets and quotes in this line and those above it"),
    ("a quote is never closed", LAB, TITLE, 'title: "open news',
     'content/posts/lab.md:11:17: not YAML: did not find expected key: \'utm: {content: "{post}"}\'\n  hint: a quoted text ends just before: look where it begins, and write \\" inside "…", or \'\' inside \'…\''),
    ("a tab indents a line", LAB, "captions:\n  default", "captions:\n\tdefault",
     "content/posts/lab.md:14:1: not YAML: a tab where only spaces may be: 'default: The lab is open.'\n  hint: replace the tab by spaces"),
    ("a text begins with &", LAB, TITLE, "title: &acme news",
     "content/posts/lab.md:2:8: anchors and aliases (&name, *name) are not supported\n  hint: write the value out, or put a text that begins with & or * in quotes"),
    ("an alias repeats a value", TEAMS, "      tags: [customers]", "      tags: *tags",
     "teams.yaml:29:13: anchors and aliases (&name, *name) are not supported\n  hint: write the value out, or put a text that begins with & or * in quotes"),
    ("a tag of YAML makes a value", LAB, "pin: false", "pin: !!bool false",
     "content/posts/lab.md:10:6: the YAML tag 'tag:yaml.org,2002:bool' is not supported\n  hint: remove the tag, or put a text that begins with ! in quotes"),
    ("several documents in one file", TEAMS, "programme:", "---\na: b\n---\nprogramme:",
     "teams.yaml:3:1: a second document begins here\n  hint: remove the line '---'"),
    ("teams.yaml is empty", TEAMS, WHOLE, b"",
     "teams.yaml:1:1: expected 'key: value' pairs, found nothing\n  hint: write one 'key: value' a line"),
    ("teams.yaml is a comment", TEAMS, WHOLE, b"# nothing yet\n",
     "teams.yaml:1:1: expected 'key: value' pairs, found nothing\n  hint: write one 'key: value' a line"),
    ("teams.yaml is a list", TEAMS, WHOLE, b"- programme\n",
     "teams.yaml:1:1: expected 'key: value' pairs, found a list\n  hint: write one 'key: value' a line"),
    ("teams.yaml is a text", TEAMS, WHOLE, b"hello\n",
     "teams.yaml:1:1: expected 'key: value' pairs, found 'hello'\n  hint: write one 'key: value' a line"),
    ("teams.yaml is made of brackets", TEAMS, WHOLE, b"[" * 100000,
     "teams.yaml:1:51: the YAML is nested deeper than 50 levels\n  hint: check the brackets and the indentation"),
    ("a post is empty", LAB, WHOLE, b"",
     "content/posts/lab.md:1:1: the file is empty\n  hint: begin with '---', 'title: …', '---'"),
    ("a post has no header", LAB, WHOLE, b"Just a text.\n",
     "content/posts/lab.md:1:1: the file does not begin with a header\n  hint: make '---' its first line"),
    ("a post begins with a comment", LAB, WHOLE, b"# note\n---\ntitle: x\n---\n",
     "content/posts/lab.md:1:1: the file does not begin with a header\n  hint: make '---' its first line"),
    ("a post begins with an empty line", LAB, WHOLE, b"\n---\ntitle: x\n---\n",
     "content/posts/lab.md:1:1: the file does not begin with a header\n  hint: make '---' its first line"),
    ("a header is never closed", LAB, WHOLE, b"---\ntitle: x\ntype: company\n\nThe text.\n",
     "content/posts/lab.md:1:1: the header is never closed\n  hint: add a line '---' after the last key"),
    ("a header is empty", LAB, WHOLE, b"---\n---\nThe text.\n",
     "content/posts/lab.md:1:1: expected 'key: value' pairs, found nothing\n  hint: write one 'key: value' a line"),
    ("a header is a list", LAB, WHOLE, b"---\n- title\n- type\n---\n",
     "content/posts/lab.md:2:1: expected 'key: value' pairs, found a list\n  hint: write one 'key: value' a line"),
    ("a header is a text", LAB, WHOLE, b"---\njust text\n---\n",
     "content/posts/lab.md:2:1: expected 'key: value' pairs, found 'just text'\n  hint: write one 'key: value' a line"),
    ("a header is made of brackets", LAB, WHOLE, b"---\ntitle: " + b"[" * 100000 + b"\n---\n",
     "content/posts/lab.md:2:57: the YAML is nested deeper than 50 levels\n  hint: check the brackets and the indentation"),
    ("a post is in Latin-1", LAB, WHOLE, b"---\ntitle: \xc3\xa7ok g\xc3\xbczel, caf\xc3\xa9 caf\xe9\n---\n",
     "content/posts/lab.md:2:27: not UTF-8: byte 0xe9\n  hint: save the file with the encoding UTF-8"),
    ("a post with a BOM is in Latin-1", LAB, WHOLE, b"\xef\xbb\xbf---\ntitle: caf\xe9\n---\n",
     "content/posts/lab.md:2:11: not UTF-8: byte 0xe9\n  hint: save the file with the encoding UTF-8"),
    ("a post is in UTF-16", LAB, WHOLE, '---\ntitle: x\n---\n'.encode('utf-16'),
     "content/posts/lab.md:1:1: UTF-16, not UTF-8\n  hint: save the file with the encoding UTF-8"),
    ("a post is in UTF-16 without saying so", LAB, WHOLE, '---\ntitle: x\n---\n'.encode('utf-16-be'),
     "content/posts/lab.md:1:1: the character U+0000 has no place in a text\n  hint: remove it; it is invisible in most editors"),
    ("a NUL stands in a title", LAB, WHOLE, b"---\ntitle: a\x00b\ntype: company\n---\n",
     "content/posts/lab.md:2:9: the character U+0000 has no place in a text\n  hint: remove it; it is invisible in most editors"),
    ("a vertical tab stands in the text", LAB, WHOLE, b"---\ntitle: a\ntype: company\n---\nHello\x0bworld\n",
     "content/posts/lab.md:5:6: the character U+000B has no place in a text\n  hint: remove it; it is invisible in most editors"),
    ("teams.yaml is in Latin-1", TEAMS, WHOLE, b"programme:\n  name: Caf\xe9\n",
     "teams.yaml:2:12: not UTF-8: byte 0xe9\n  hint: save the file with the encoding UTF-8"),
    ("a mistake below Windows line ends keeps its line", LAB, WHOLE, b"\xef\xbb\xbf---\r\ntitle: x\r\ntpe: company\r\n---\r\n",
     "content/posts/lab.md:3:1: unknown key 'tpe'\n  hint: did you mean 'type'?"),
    ("a mistake below a line separator keeps its line", LAB, TITLE, 'title: "a\u2028b"\nclour: x',
     "content/posts/lab.md:3:1: unknown key 'clour'\n  hint: known: title, url, image, image_alt, captions, type, tags, teams, publish, expires, lang, campaign, cta, pin, withdraw, utm, aliases"),
    ("a time without a day", LAB, "2026-12-01 09:00", "10:30",
     "content/posts/lab.md:6:10: not a time: '10:30'\n  hint: write 2026-12-01 09:00 (each team's own time) or 2026-12-01T09:00+03:00 (one instant for all)"),
    ("a day in words", LAB, "2026-12-01 09:00", "tomorrow",
     "content/posts/lab.md:6:10: not a time: 'tomorrow'\n  hint: write 2026-12-01 09:00 (each team's own time) or 2026-12-01T09:00+03:00 (one instant for all)"),
    ("a day that no calendar has", LAB, "2026-12-01 09:00", "2026-02-30",
     "content/posts/lab.md:6:10: not a time: '2026-02-30'\n  hint: the calendar has no such day"),
    ("an hour that no clock has", LAB, "2026-12-01 09:00", "2026-12-01 25:00",
     "content/posts/lab.md:6:10: not a time: '2026-12-01 25:00'\n  hint: write 2026-12-01 09:00 (each team's own time) or 2026-12-01T09:00+03:00 (one instant for all)"),
    ("an hour of one digit", LAB, "2026-12-01 09:00", "2026-12-01 9:00",
     "content/posts/lab.md:6:10: not a time: '2026-12-01 9:00'\n  hint: write 2026-12-01 09:00 (each team's own time) or 2026-12-01T09:00+03:00 (one instant for all)"),
    ("a day as it is written in Germany", LAB, "2026-12-01 09:00", "01.12.2026",
     "content/posts/lab.md:6:10: not a time: '01.12.2026'\n  hint: write 2026-12-01 09:00 (each team's own time) or 2026-12-01T09:00+03:00 (one instant for all)"),
    ("a time with a zone's name", LAB, "2026-12-01 09:00", "2026-12-01 09:00 Europe/Berlin",
     "content/posts/lab.md:6:10: not a time: '2026-12-01 09:00 Europe/Berlin'\n  hint: write 2026-12-01 09:00 (each team's own time) or 2026-12-01T09:00+03:00 (one instant for all)"),
    ("the end of all days", LAB, "expires: 2026-12-31", "expires: 9999-12-31",
     "content/posts/lab.md:7:10: not a time: '9999-12-31'\n  hint: write a year from 1970 to 2999, or leave the line out"),
    ("the first of all days", LAB, "2026-12-01 09:00", "0001-01-01T00:00+05:00",
     "content/posts/lab.md:6:10: not a time: '0001-01-01T00:00+05:00'\n  hint: write a year from 1970 to 2999, or leave the line out"),
    ("an hour that Berlin leaves out", LAB, "2026-12-01 09:00\nexpires: 2026-12-31", "2027-03-28 02:30",
     "content/posts/lab.md:6:10: '2027-03-28 02:30' does not exist in Europe/Berlin\n  hint: clocks are put forward there at that hour: choose another time, or write an offset"),
    ("an hour that New York leaves out", LAB, "2026-12-01 09:00\nexpires: 2026-12-31", "2027-03-14 02:30",
     "content/posts/lab.md:6:10: '2027-03-14 02:30' does not exist in America/New_York\n  hint: clocks are put forward there at that hour: choose another time, or write an offset"),
    ("an end in an hour that New York leaves out", LAB, "expires: 2026-12-31", "expires: 2027-03-14 02:30",
     "content/posts/lab.md:7:10: '2027-03-14 02:30' does not exist in America/New_York\n  hint: clocks are put forward there at that hour: choose another time, or write an offset"),
    ("a post ends before it begins", LAB, "expires: 2026-12-31", "expires: 2026-11-30",
     "content/posts/lab.md:7:10: the post expires before it appears (team 'everyone')\n  hint: write a later time in 'expires', or an earlier one in 'publish'"),
    ("a post ends as it begins", LAB, "expires: 2026-12-31", "expires: 2026-12-01 09:00",
     "content/posts/lab.md:7:10: the post expires before it appears (team 'everyone')\n  hint: write a later time in 'expires', or an earlier one in 'publish'"),
    ("a post ends before it begins in New York only", LAB, "2026-12-01 09:00\nexpires: 2026-12-31", "2026-12-01 09:00\nexpires: 2026-12-01T12:00+00:00",
     "content/posts/lab.md:7:10: the post expires before it appears (team 'sales')\n  hint: write a later time in 'expires', or an earlier one in 'publish'"),
    ("a launch day that no calendar has", TEAMS, "launch: 2027-01-11", "launch: 2027-02-29",
     "teams.yaml:14:11: not a date: '2027-02-29'\n  hint: the calendar has no such day"),
    ("a launch day as it is written in Germany", TEAMS, "launch: 2027-01-11", "launch: 11.01.2027",
     "teams.yaml:14:11: not a date: '11.01.2027'\n  hint: write it as 2026-12-01"),
    ("a site that is outdated at once", TEAMS, "stale_after: 3d", "stale_after: 90m",
     "teams.yaml:16:16: no schedule checks a site that often: its pages would always call themselves outdated\n  hint: write 2h or more, such as 3d"),
    ("a length of time in words", TEAMS, "stale_after: 3d", "stale_after: 3 days",
     "teams.yaml:16:16: not a length of time: '3 days'\n  hint: write 90m, 12h, 3d or 2w"),
    ("a slot without minutes", TEAMS, "slots: [tue 09:00]", "slots: [tuesday 9]",
     "teams.yaml:13:11: not a weekly slot: 'tuesday 9'\n  hint: write a weekday and a time, such as tue 09:00"),
    ("a slot on no day of the week", TEAMS, "slots: [tue 09:00]", "slots: [tuebingen 09:00]",
     "teams.yaml:13:11: not a weekly slot: 'tuebingen 09:00'\n  hint: write a weekday and a time, such as tue 09:00"),
    ("a size with a blank", SOURCES, "max_bytes: 5MB", "max_bytes: 5 MB",
     "sources.yaml:1:50: not a size: '5 MB'\n  hint: write 500KB or 5MB"),
    ("a time zone with a typing error", TEAMS, "Europe/Berlin", "Europe/Berln",
     "teams.yaml:5:13: unknown time zone 'Europe/Berln'\n  hint: did you mean 'Europe/Berlin'?"),
    ("a time zone that is only a city", TEAMS, "Europe/Berlin", "istanbul",
     "teams.yaml:5:13: unknown time zone 'istanbul'\n  hint: did you mean 'Europe/Istanbul'?"),
    ("a time zone that is an offset", TEAMS, "Europe/Berlin", "GMT+3",
     "teams.yaml:5:13: unknown time zone 'GMT+3'\n  hint: write an IANA name such as Europe/Istanbul"),
    ("two posts of one name", "content/posts/2026/lab.md", WHOLE, b"---\ntitle: x\ntype: company\n---\n",
     "content/posts/2026/lab.md:1:1: two posts are called 'lab'\n  hint: rename one of them: the other is content/posts/lab.md\ncontent/posts/lab.md:1:1: two posts are called 'lab'\n  hint: rename one of them: the other is content/posts/2026/lab.md"),
    ("a translation without its post", "content/posts/gone.tr.md", WHOLE, b"---\ntitle: x\n---\n",
     "content/posts/gone.tr.md:1:1: a translation of 'gone', which does not exist\n  hint: write gone.md beside it"),
    ("a translation into a language that is not configured", "content/posts/lab.fr.md", WHOLE, b"---\ntitle: x\n---\n",
     "content/posts/lab.fr.md:1:1: the programme does not speak 'fr'\n  hint: add it to the programme's languages (en, tr) or remove this file"),
    ("a translation into the post's own language", "content/posts/lab.en.md", WHOLE, b"---\ntitle: x\n---\n",
     "content/posts/lab.en.md:1:1: 'lab' has two texts in 'en'\n  hint: remove one of them, or set 'lang' in content/posts/lab.md"),
    ("a post in a language that is not configured", LAB, "pin: false", "lang: fr",
     "content/posts/lab.md:10:7: the programme does not speak 'fr'\n  hint: add it to the programme's languages (en, tr) or write one of them"),
    ("a file name that is no slug", "content/posts/My Post.md", WHOLE, b"---\ntitle: x\ntype: company\n---\n",
     "content/posts/My Post.md:1:1: 'My Post' is not a slug\n  hint: rename the file, for example to my-post.md"),
    ("a team that inherits from itself", TEAMS, "extends: [everyone]", "extends: [sales]",
     "teams.yaml:24:15: team 'sales' inherits from itself\n  hint: remove 'sales'"),
    ("a team that inherits from an unknown one", TEAMS, "extends: [everyone]", "extends: everyon",
     "teams.yaml:24:14: unknown team 'everyon'\n  hint: did you mean 'everyone'?"),
    ("a team with a reserved name", TEAMS, "teams:\n  everyone:", "teams:\n  handbook: {name: Handbook}\n  everyone:",
     "teams.yaml:19:3: a team cannot be called 'handbook'\n  hint: choose another name: the site uses this one itself"),
    ("a team with a capital letter", TEAMS, "teams:\n  everyone:", "teams:\n  Marketing: {name: Marketing}\n  everyone:",
     "teams.yaml:19:3: not a slug: 'Marketing'\n  hint: write 'marketing': only a-z, 0-9 and single hyphens"),
    ("no teams at all", TEAMS, _TEAMS_ONLY, "  {}\n",
     "teams.yaml:19:3: there are no teams\n  hint: add at least one below 'teams:'"),
    ("a name longer than folders' names can be", LAB, "aliases: [ankara-lab]", f"aliases: [{'a' * 101}]",
     "content/posts/lab.md:12:11: a slug of 101 characters\n  hint: use at most 100: it becomes the name of a folder"),
    ("a language that nobody speaks", TEAMS, "languages: [en, tr]\n", "languages: [en, tr, xx]\n",
     "teams.yaml:6:23: unknown language 'xx'\n  hint: write a language that browsers know, such as en, tr, ko or pt-BR"),
    ("two slashes in the programme's address", TEAMS, "acme.example/\n", "acme.example//\n",
     "teams.yaml:4:8: two slashes in a row: 'https://voices.acme.example//'\n  hint: write one: two would name another host"),
    ("a second header", VISIT, WHOLE, b"---\ntitle: x\ntype: employee\npublish: 2026-12-02\n---\n\n---\n# later\npublish: 2027-12-02\n---\n",
     "content/posts/visit.md:9:1: the key 'publish' stands below the header\n  hint: move it above the second line '---', or begin the text with other words than 'publish:'"),
    ("a header that ends too early", VISIT, WHOLE, b"---\r\ntitle: x\r\ntype: employee\r\npublish: 2026-12-02\r\n---\r\nexpires: 2026-12-03\r\n",
     "content/posts/visit.md:6:1: the key 'expires' stands below the header\n  hint: move it above the second line '---', or begin the text with other words than 'expires:'"),
    ("a merge conflict in a text", VISIT, WHOLE, b"---\ntitle: x\ntype: employee\n---\nHello\n<<<<<<< HEAD\na\n=======\nb\n>>>>>>> b\n",
     "content/posts/visit.md:6:1: a merge conflict was left here\n  hint: keep one of the two texts"),
    ("a post for an unknown team", LAB, "tags: [customers, hiring]", "teams: [everyone, sale]",
     "content/posts/lab.md:5:19: unknown team 'sale'\n  hint: did you mean 'sales'?"),
    ("a post for one unknown team, without brackets", LAB, "tags: [customers, hiring]", "teams: sale",
     "content/posts/lab.md:5:8: unknown team 'sale'\n  hint: did you mean 'sales'?"),
    ("a source for an unknown team", SOURCES, "teams: [sales]", "teams: [sale]",
     "sources.yaml:6:13: unknown team 'sale'\n  hint: did you mean 'sales'?"),
    ("a team that sees an unknown source", TEAMS, "sources: [news]", "sources: [newz]",
     "teams.yaml:30:17: unknown source 'newz'\n  hint: did you mean 'news'?"),
    ("a team that shares on an unknown network", TEAMS, "networks: [linkedin, x", "networks: [linkedn, x",
     "teams.yaml:8:14: unknown network 'linkedn'\n  hint: did you mean 'linkedin'?"),
    ("a team that shares on a network by its old name", TEAMS, "networks: [linkedin, x", "networks: [linkedin, twitter",
     "teams.yaml:8:24: unknown network 'twitter'\n  hint: did you mean 'x'?"),
    ("a team that sees a language that is not configured", TEAMS, "tags: [customers]", "languages: [de]",
     "teams.yaml:29:19: the programme does not speak 'de'\n  hint: add it to the programme's languages (en, tr) or remove it"),
    ("an unknown type", LAB, "type: company", "type: compny",
     "content/posts/lab.md:4:7: unknown type 'compny'\n  hint: did you mean 'company'?"),
    ("an alias that is another post's address", LAB, "aliases: [ankara-lab]", "aliases: [visit]",
     "content/posts/lab.md:12:11: the alias 'visit' belongs to the post 'visit' already\n  hint: remove it here or there"),
    ("an alias that is the post's own address", LAB, "aliases: [ankara-lab]", "aliases: [lab]",
     "content/posts/lab.md:12:11: 'lab' is this post's present address\n  hint: remove it"),
    ("an image that does not exist", LAB, "../media/lab.jpg", "../media/lap.jpg",
     "content/posts/lab.md:8:8: the image '../media/lap.jpg' does not exist\n  hint: did you mean '../media/lab.jpg'?"),
    ("an image with Windows' slashes", LAB, "../media/lab.jpg", "..\\media\\lab.jpg",
     "content/posts/lab.md:8:8: the image '..\\media\\lab.jpg' does not exist\n  hint: did you mean '../media/lab.jpg'?"),
    ("an image is an address", LAB, "../media/lab.jpg", "https://acme.example/lab.jpg",
     "content/posts/lab.md:8:8: the image is an address, not a file: 'https://acme.example/lab.jpg'\n  hint: save the picture in content/media/ and write ../media/ and its name"),
    ("an address with a blank", LAB, "https://acme.example/news/lab", "https://acme.example/news/the lab",
     "content/posts/lab.md:3:6: a blank in a web address: 'https://acme.example/news/the lab'\n  hint: write %20 in its place, or remove what follows it"),
    ("a file name with an umlaut", "content/posts/Grüße.md", WHOLE, b"---\ntitle: x\ntype: employee\n---\n",
     "content/posts/Grüße.md:1:1: 'Grüße' is not a slug\n  hint: rename the file, for example to grusse.md"),
    ("an image outside content", LAB, "../media/lab.jpg", "../../logo.jpg",
     "content/posts/lab.md:8:8: the image 'logo.jpg' lies outside content/\n  hint: put the file below content/"),
    ("an image outside the repository", LAB, "../media/lab.jpg", "/etc/passwd.jpg",
     "content/posts/lab.md:8:8: the image '/etc/passwd.jpg' lies outside content/\n  hint: put the file below content/"),
    ("an image that networks do not show", LAB, "../media/lab.jpg", "../media/acme.svg",
     "content/posts/lab.md:8:8: '../media/acme.svg' is no picture we can show\n  hint: use .gif, .jpeg, .jpg, .png, .webp"),
    ("an image without a description", LAB, "image_alt: The new lab at dusk\n", "",
     "content/posts/lab.md:8:1: the image '../media/lab.jpg' has no description\n  hint: add image_alt: what the picture shows, for those who cannot see it"),
    ("an image that is a text with another name", "content/media/lab.jpg", WHOLE, b"no picture",
     "content/posts/lab.md:8:8: '../media/lab.jpg' is no picture we can show: it is no JPEG, PNG, WebP or GIF\n  hint: open it, save it again, and look whether it is what you meant"),
    ("an image that is a link elsewhere", LAB, "../media/lab.jpg", "../media/linked.jpg",
     "content/posts/lab.md:8:8: the image '../media/linked.jpg' does not exist\n  hint: did you mean '../media/lab.jpg'?"),
    ("a logo that does not exist", TEAMS, "media/acme.svg", "media/acne.svg",
     "teams.yaml:7:17: the image 'media/acne.svg' does not exist\n  hint: did you mean 'media/acme.svg'?"),
    ("a colour by its name", TEAMS, '"#0b5cab"', "blue",
     'teams.yaml:7:40: not a colour: \'blue\'\n  hint: write it as "#0b5cab", in quotes'),
    ("a colour of three digits", TEAMS, '"#0b5cab"', '"#fff"',
     'teams.yaml:7:40: not a colour: \'#fff\'\n  hint: write it as "#0b5cab", in quotes'),
    ("the programme's address has no scheme", TEAMS, "url: https://voices", "url: voices",
     "teams.yaml:4:8: not a web address: 'voices.acme.example/'\n  hint: write it whole, beginning with https://"),
    ("the programme's address has a query", TEAMS, "acme.example/\n", "acme.example/?a=b\n",
     "teams.yaml:4:8: not the address of a folder: 'https://voices.acme.example/?a=b'\n  hint: remove what follows '?' or '#'"),
    ("an address is a script", LAB, "https://acme.example/news/lab", "javascript:alert(1)",
     "content/posts/lab.md:3:6: not a web address: 'javascript:alert(1)'\n  hint: write it whole, beginning with https://"),
    ("an address has no scheme", LAB, "https://acme.example/news/lab", "www.acme.example/news",
     "content/posts/lab.md:3:6: not a web address: 'www.acme.example/news'\n  hint: write it whole, beginning with https://"),
    ("an address has a password", LAB, "https://acme.example/news/lab", "https://me:pw@acme.example/news",
     "content/posts/lab.md:3:6: a web address must not carry a user name or password\n  hint: remove the part before '@'"),
    ("an unknown placeholder in utm", TEAMS, '"{campaign}"', '"{campain}"',
     "teams.yaml:9:19: unknown placeholder '{campain}'\n  hint: did you mean 'campaign'?"),
    ("a brace that is not closed in utm", TEAMS, '"{campaign}"', '"{campaign"',
     "teams.yaml:9:19: a brace without its partner: '{campaign'\n  hint: write placeholders as {campaign}"),
    ("an unknown placeholder in an opener", SOURCES, '{title}"', '{titel}"',
     "sources.yaml:9:21: unknown placeholder '{titel}'\n  hint: openers know only {title}"),
    ("a pattern that is no regular expression", SOURCES, "[wind]", '["(wind"]',
     "sources.yaml:8:23: not a regular expression: '(wind' (missing ), unterminated subpattern at position 0)\n  hint: write a word, or escape ( ) [ ] * + ?"),
    ("a pattern that repeats too often", SOURCES, "[wind]", '["a{99999999999999999999}"]',
     "sources.yaml:8:23: not a regular expression: 'a{99999999999999999999}' (the repetition number is too large)\n  hint: write a word, or escape ( ) [ ] * + ?"),
    ("a feed above the repository", SOURCES, "https://news.example/feed.xml", "../feed.xml",
     "sources.yaml:4:10: not a path inside the repository: '../feed.xml'\n  hint: write content/feeds/news.xml or an https:// address"),
    ("a feed at an absolute path", SOURCES, "https://news.example/feed.xml", "/etc/passwd",
     "sources.yaml:4:10: not a path inside the repository: '/etc/passwd'\n  hint: write content/feeds/news.xml or an https:// address"),
    ("a feed with a file address", SOURCES, "https://news.example/feed.xml", "file:///etc/passwd",
     "sources.yaml:4:10: not a web address: 'file:///etc/passwd'\n  hint: write it whole, beginning with https://"),
    ("a disclosure is missing in a language", TEAMS, "    tr: Acme çalışanıyım.\n", "",
     "teams.yaml:10:3: the disclosure is missing in 'tr'\n  hint: add 'tr: …': readers must see that an employee is speaking"),
    ("a disclosure is blank", TEAMS, "tr: Acme çalışanıyım.", 'tr: " "',
     "teams.yaml:12:5: 'tr' is empty\n  hint: write a value or remove the line"),
    ("a disclosure in a language that is not configured", TEAMS, "    tr: Acme", "    de: Ich arbeite bei Acme.\n    tr: Acme",
     "teams.yaml:12:5: the programme does not speak 'de'\n  hint: add it to the programme's languages (en, tr) or remove it"),
    ("a caption that is too long for X", LAB, '"Come and see."', "" + "x" * 300 + "",
     "content/posts/lab.md:15:7: the caption is too long for X by 60 characters by X's count, disclosure and link included\n  hint: shorten it, or write a shorter one under this network's name in captions"),
    ("a caption that is too long for Bluesky and Microsoft Teams", LAB, "default: The lab is open.", "default: " + "x" * 300 + "",
     "content/posts/lab.md:14:3: the caption is too long for Bluesky by 45 characters, disclosure and link included\n  hint: shorten it, or write a shorter one under this network's name in captions\ncontent/posts/lab.md:14:3: the caption is too long for Microsoft Teams by 116 characters, disclosure and link included\n  hint: shorten it, or write a shorter one under this network's name in captions"),
    ("a title that is too long for a caption", "content/posts/long.md", WHOLE, b"---\ntitle: " + b"t" * 300 + b"\ntype: employee\npublish: 2026-12-02\n---\n",
     "content/posts/long.md:2:8: the caption is too long for Bluesky by 52 characters, disclosure and link included\n  hint: shorten it, or write a shorter one under this network's name in captions\ncontent/posts/long.md:2:8: the caption is too long for Microsoft Teams by 116 characters, disclosure and link included\n  hint: shorten it, or write a shorter one under this network's name in captions\ncontent/posts/long.md:2:8: the caption is too long for X by 60 characters by X's count, disclosure and link included\n  hint: shorten it, or write a shorter one under this network's name in captions"),
]
# fmt: on

# fmt: off
DOUBTS: list[Row] = [
    ("a hashtag without quotes is a comment", LAB, TITLE, "title: Join us #hiring",
     "content/posts/lab.md:2:16: warning: '#hiring' is a comment, not a part of the text\n  hint: put the text in quotes, or write '# ' for a comment"),
    ("a placeholder in a caption is none", LAB, "The lab is open.", '"{title} is open."',
     "content/posts/lab.md:14:3: warning: '{title}' stays in the caption\n  hint: write the words themselves: captions of a post have no placeholders"),
    ("Markdown in a caption stays as it is", LAB, "The lab is open.", '"**Now** see [it](https://a.example/)."',
     "content/posts/lab.md:14:3: warning: '**Now**' stays in the caption\n  hint: captions are plain text: write the words alone\ncontent/posts/lab.md:14:3: warning: '[it](https://a.example/)' stays in the caption\n  hint: captions are plain text: write the words alone"),
    ("the link in a caption", LAB, "The lab is open.", '"Open: https://acme.example/news/lab"',
     "content/posts/lab.md:14:3: warning: the caption holds the link, which is added at its end\n  hint: remove the link"),
    ("the disclosure in a caption", LAB, "The lab is open.", '"I work at Acme. The lab is open."',
     "content/posts/lab.md:14:3: warning: the caption holds 'I work at Acme.', which is put before it\n  hint: remove the line"),
    ("a picture and a link inside the repository in a text", VISIT, WHOLE, b"---\ntitle: x\ntype: employee\npublish: 2026-12-02\n---\n\nA\n`[c](d)` ![a](../media/lab.jpg) [b](lab.md) [c](https://a.example/)\n",
     "content/posts/visit.md:8:10: warning: a picture in the text is not shown: '../media/lab.jpg'\n  hint: a post has one picture: name it in the header as 'image'\ncontent/posts/visit.md:8:33: warning: the link 'lab.md' leads nowhere\n  hint: write the whole address, beginning with https://"),
    ("an address that is tagged already", LAB, "https://acme.example/news/lab", "https://acme.example/?utm_source=mail",
     "content/posts/lab.md:3:6: warning: kept as written: 'utm_source'"),
    ("a medium that Google counts as paid", TEAMS, "utm: {campaign:", "utm: {medium: cpc, campaign:",
     "teams.yaml:9:17: warning: utm_medium 'cpc' is counted as paid by Google Analytics\n  hint: choose another word: the first rule that matches decides the channel"),
    ("a campaign that Google counts as shopping", LAB, "pin: false", "campaign: e-shop",
     "content/posts/lab.md:10:11: warning: utm_campaign 'e-shop' is counted as Shopping by Google Analytics\n  hint: choose another word: the first rule that matches decides the channel"),
    ("a feed inside the repository that does not exist", SOURCES, "https://news.example/feed.xml", "content/feeds/news.xml",
     "sources.yaml:3:3: warning: source 'news': there is no file 'content/feeds/news.xml'\n  hint: it has no earlier entries to show"),
    ("an unknown post in sees", TEAMS, "posts: [lab]", "posts: [lap]",
     "teams.yaml:31:15: warning: unknown post 'lap'\n  hint: did you mean 'lab'?"),
    ("a post that nobody sees", VISIT, "type: employee", "type: industry",
     "content/posts/visit.md:2:1: warning: no team sees this post\n  hint: add a tag that a team's `sees` names, or `teams: [...]`"),
]
# fmt: on

# fmt: off
FINE: list[tuple[str, str, str | None, str | bytes]] = [
    ("a title is no", LAB, TITLE, "title: no"),
    ("a title is a time", LAB, TITLE, "title: 10:30"),
    ("a title is 1e3", LAB, TITLE, "title: 1e3"),
    ("tags are on, yes and a year", LAB, "tags: [customers, hiring]", "tags: [on, yes, 2026, customers]"),
    ("a caption is a number", LAB, "default: The lab is open.", "default: 0x10"),
    ("one value stands where a list may", LAB, "tags: [customers, hiring]", "tags: customers"),
    ("a BOM and Windows line ends", LAB, WHOLE, b"\xef\xbb\xbf---\r\ntitle: x\r\ntype: company\r\n---\r\nText.\r\n"),
    ("old Macintosh line ends", LAB, WHOLE, b"---\rtitle: x\rtype: company\r---\rText.\r"),
    ("a publish time that Berlin has twice", LAB, "2026-12-01 09:00", "2026-10-25 02:30"),
    ("a day at whose midnight Beirut puts clocks forward", TEAMS, "America/New_York", "Asia/Beirut"),
    ("no sources.yaml", SOURCES, WHOLE, b"sources: {news: {url: https://a.example/f, type: company}}\n"),
    ("a header that is closed by the end of the file", LAB, WHOLE, b"---\ntitle: x\ntype: company\n---"),
    ("a text that begins with a word and a colon", LAB, WHOLE, b"---\ntitle: x\ntype: company\n---\n---\nNote: all of it.\nexpires: never\n"),
    ("a line of dashes in the text", LAB, WHOLE, b"---\ntitle: x\ntype: company\n---\nOne\n\n---\n\nTwo\n"),
]
# fmt: on


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """The sound site, with a picture that is a link."""
    root = write_site(tmp_path / "site", SOUND, {"content/media/lab.jpg": picture()})
    (root / "content/media/linked.jpg").symlink_to(root / "content/media/lab.jpg")
    return root


def change(root: Path, path: str, old: str | None, new: str | bytes) -> None:
    """`new` in the place of `old`, which stands there exactly once, or of the whole file."""
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    body = new if isinstance(new, bytes) else new.encode()
    if old is not WHOLE:
        assert file.read_bytes().count(old.encode()) == 1
        body = file.read_bytes().replace(old.encode(), body)
    file.write_bytes(body)


def check(root: Path) -> tuple[int, str]:
    """The exit code of `heraldry check` and its lines, the summary and what comes next apart."""
    result = CliRunner().invoke(main, ["check", "-C", str(root)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    said, _, _ = result.stderr.partition("next to be public anywhere:")
    return result.exit_code, "\n".join(said.splitlines()[:-1])


def named(rows: list[Row]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(("path", "old", "new", "said"), [pytest.param(*row[1:], id=row[0]) for row in rows])


@named(MISTAKES)
def test_a_mistake_is_an_error_at_its_place(
    site: Path, path: str, old: str | None, new: str | bytes, said: str
) -> None:
    change(site, path, old, new)
    assert check(site) == (1, said)


@named(DOUBTS)
def test_a_doubt_is_a_warning_at_its_place(site: Path, path: str, old: str | None, new: str | bytes, said: str) -> None:
    change(site, path, old, new)
    assert check(site) == (0, said)


@named([(*row, "") for row in FINE])
def test_what_only_looks_wrong_is_fine(site: Path, path: str, old: str | None, new: str | bytes, said: str) -> None:
    change(site, path, old, new)
    assert check(site) == (0, said)


def test_the_sound_site_is_sound(site: Path) -> None:
    assert check(site) == (0, "")


def test_a_folder_without_teams_yaml_says_what_to_do(tmp_path: Path) -> None:
    code, said = check(tmp_path)
    assert code == 1
    assert said.startswith("teams.yaml:1:1: there is no teams.yaml in")
    assert said.endswith("hint: run 'heraldry init DIR' for a new site")


def test_a_team_that_inherits_from_itself_through_two_others_is_named_at_each(site: Path) -> None:
    three = "teams:\n  a: {name: A, extends: c}\n  b: {name: B, extends: a}\n  c: {name: C, extends: b}\n  everyone:"
    change(site, TEAMS, "teams:\n  everyone:", three)
    assert check(site) == (
        1,
        "teams.yaml:19:25: team 'a' inherits from itself\n  hint: remove 'c'\n"
        "teams.yaml:20:25: team 'b' inherits from itself\n  hint: remove 'a'\n"
        "teams.yaml:21:25: team 'c' inherits from itself\n  hint: remove 'b'",
    )


def test_a_family_tree_of_a_thousand_teams_is_read(site: Path) -> None:
    chain = "".join(f"  t{i}: {{name: T, extends: [t{i - 1}, t{max(i - 2, 0)}]}}\n" for i in range(1, 1200))
    change(site, TEAMS, "teams:\n  everyone:", f"teams:\n  t0: {{name: T}}\n{chain}  everyone:")
    assert check(site) == (0, "")


def test_what_a_team_inherits_is_wrong_once_and_where_it_was_written(site: Path) -> None:
    change(site, TEAMS, "sees: {types: [company, employee]}", "sees: {types: [company, employee], sources: [newz]}")
    change(site, TEAMS, "    name: Everyone\n", "    name: Everyone\n    brand: {logo: media/gone.svg}\n")
    assert check(site) == (
        1,
        "teams.yaml:21:19: the image 'media/gone.svg' does not exist\n"
        "  hint: did you mean 'media/acme.svg'?\n"
        "teams.yaml:22:50: unknown source 'newz'\n"
        "  hint: did you mean 'news'?",
    )


def test_all_that_is_wrong_in_one_post_is_said_in_one_run(site: Path) -> None:
    change(site, LAB, "url:", "ulr:")
    change(site, LAB, "../media/lab.jpg", "../media/lap.jpg")
    change(site, LAB, "tags: [customers, hiring]", "teams: [everyone, sale]")
    change(site, LAB, "expires: 2026-12-31", "expires: 2026-11-30")
    change(site, LAB, '"Come and see."', "x" * 300)
    assert [line for line in check(site)[1].splitlines() if not line.startswith("  hint")] == [
        "content/posts/lab.md:3:1: unknown key 'ulr'",
        "content/posts/lab.md:5:19: unknown team 'sale'",
        "content/posts/lab.md:7:10: the post expires before it appears (team 'everyone')",
        "content/posts/lab.md:8:8: the image '../media/lap.jpg' does not exist",
        "content/posts/lab.md:15:7: the caption is too long for X by 60 characters by X's count, disclosure and link included",
    ]


def test_all_that_is_wrong_in_all_files_is_said_in_one_run_and_in_order(site: Path) -> None:
    change(site, TEAMS, "page_size: 60", "page_size: many")
    change(site, TEAMS, "pause: false", "pause: no")
    change(site, SOURCES, "review: false", "review: no")
    change(site, VISIT, "type: employee", "type: employe")
    change(site, VISIT, "publish:", "publsh:")
    change(site, LAB, WHOLE, b"")
    change(site, LAB_TR, "captions:", "caption:")
    assert [line for line in check(site)[1].splitlines() if not line.startswith("  hint")] == [
        "content/posts/lab.md:1:1: the file is empty",
        "content/posts/lab.tr.md:3:1: unknown key 'caption'",
        "content/posts/visit.md:3:7: unknown type 'employe'",
        "content/posts/visit.md:4:1: unknown key 'publsh'",
        "sources.yaml:10:13: expected true or false, found 'no'",
        "teams.yaml:15:14: not a whole number: 'many'",
        "teams.yaml:17:10: expected true or false, found 'no'",
    ]


@pytest.mark.parametrize("folder", ["content", "content/posts"])
def test_a_link_in_the_place_of_a_folder_is_an_error(site: Path, tmp_path: Path, folder: str) -> None:
    (site / folder).rename(tmp_path / "elsewhere")
    (site / folder).symlink_to(tmp_path / "elsewhere")
    code, said = check(site)
    assert (code, f"{folder}:1:1: a link is not followed: nothing in it is read" in said) == (1, True)


@pytest.mark.parametrize("broken", [LAB, LAB_TR])
def test_a_post_with_one_broken_file_is_left_out_whole_and_the_others_stay(site: Path, broken: str) -> None:
    change(site, broken, WHOLE, b"---\ntitle: [\n---\n")
    read = read_site(site)
    assert read.value is not None
    assert [post.slug for post in read.value.posts] == ["visit"]


@pytest.mark.parametrize("path", [TEAMS, SOURCES])
def test_a_broken_configuration_leaves_nothing_to_publish(site: Path, path: str) -> None:
    change(
        site,
        path,
        "teams:" if path == TEAMS else "type: industry",
        "nope: true\nteams:" if path == TEAMS else "type: x",
    )
    assert read_site(site).value is None


def test_the_program_itself_says_the_same_as_json(site: Path) -> None:
    change(site, LAB, "url:", "ulr:")
    command = [sys.executable, "-m", "heraldry", "check", "--json", "-C", str(site)]
    ran = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    assert (ran.returncode, ran.stderr) == (1, "")
    assert json.loads(ran.stdout) == {
        "version": 1,
        "problems": [
            {
                "path": LAB,
                "line": 3,
                "column": 1,
                "level": "error",
                "message": "unknown key 'ulr'",
                "hint": "did you mean 'url'?",
            }
        ],
    }


def _mutants(path: str) -> st.SearchStrategy[bytes]:
    """A file of the sound site with some of its bytes replaced, or with two of its parts swapped."""
    body = next(part for part in SOUND.split("=== ") if part.startswith(f"{path} ===")).split("\n", 1)[1].encode()
    odd = [
        b"",
        b"\x00",
        b"\t",
        b"\n",
        b"[",
        b"{",
        b"&a",
        b"*a",
        b"!",
        b"? ",
        b": ",
        b"- ",
        b"---\n",
        b"|",
        b"'",
        b'"',
        b"\xe2\x80\xa8",
    ]
    odd += [
        b"~",
        b"[]",
        b"{}",
        b"[[a]]",
        b"0000-00-00",
        b"2999-12-31",
        b"9" * 30,
        b"\xff",
        b"#",
        b"%",
        b"@",
        b"<<: {a: b}",
    ]
    place = st.integers(0, len(body))

    def mutated(cuts: list[tuple[int, int, bytes]]) -> bytes:
        made = body
        for at, length, piece in cuts:
            made = made[:at] + piece + made[at + length :]
        return made

    return st.lists(st.tuples(place, st.integers(0, 12), st.sampled_from(odd)), min_size=1, max_size=4).map(mutated)


@given(path=st.sampled_from([TEAMS, SOURCES, LAB, LAB_TR]), data=st.data())
def test_no_input_whatever_gives_a_traceback(
    tmp_path_factory: pytest.TempPathFactory, path: str, data: st.DataObject
) -> None:
    body = data.draw(st.one_of(_mutants(path), st.binary(max_size=80)))
    root = write_site(tmp_path_factory.mktemp("any"), SOUND, {path: body})
    try:
        read = read_site(root)
    finally:
        shutil.rmtree(root)
    assert read.value is not None or errors(read.problems)
    for problem in read.problems:
        assert problem.at.line >= 1
        assert problem.at.column >= 1
        assert problem.message
