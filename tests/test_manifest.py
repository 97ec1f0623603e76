"""heraldry.json: written and read, and never believed more than it deserves."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heraldry import manifest
from heraldry.manifest import CHECKED, Manifest

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
SAID = Manifest(
    checked=NOON,
    stale=NOON + timedelta(days=3),
    next=NOON + timedelta(hours=2),
    address="https://voices.acme.example/",
    inputs={"content": "ab" * 32, "code": "cd" * 32},
    site="ef" * 32,
)


def test_what_is_written_is_read() -> None:
    assert manifest.read(manifest.written(SAID)) == SAID


def test_it_is_json_that_a_script_can_read() -> None:
    said = json.loads(manifest.written(SAID))
    assert said["checked"] == "2026-12-01T12:00:00Z"
    assert said["stale"] == "2026-12-04T12:00:00Z"
    assert said["next"] == "2026-12-01T14:00:00Z"


def test_the_same_facts_are_the_same_bytes() -> None:
    turned = Manifest(
        SAID.checked, SAID.stale, SAID.next, SAID.address, dict(reversed([*SAID.inputs.items()])), SAID.site
    )
    assert manifest.written(turned) == manifest.written(SAID)


def changed(**values: object) -> bytes:
    return json.dumps({**json.loads(manifest.written(SAID)), **values}).encode()


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "it is no JSON"),
        (b"<!doctype html><h1>Not found</h1>", "it is no JSON"),
        (b"[" * 100_000, "it is no JSON"),
        (b"[]", "it is no manifest of a Heraldry site"),
        (b'{"name": "a web app"}', "it is no manifest of a Heraldry site"),
        (changed(version=2), "it is of version 2, which this Heraldry does not know"),
        (changed(checked="yesterday"), "something in it is missing or damaged"),
        (changed(checked="2026-12-01T12:00:00"), "something in it is missing or damaged"),
        (changed(stale="2026-11-01T12:00:00Z"), "something in it is missing or damaged"),
        (changed(checked="0001-01-01T00:00:00Z"), "something in it is missing or damaged"),
        (changed(next="9999-12-31T23:59:59Z"), "something in it is missing or damaged"),
        (changed(inputs=["content"]), "something in it is missing or damaged"),
        (changed(inputs={"content": "../../etc"}), "something in it is missing or damaged"),
        (changed(address=7), "something in it is missing or damaged"),
        (changed(site=None), "something in it is missing or damaged"),
        (b'{"version": 1}', "something in it is missing or damaged"),
    ],
)
def test_anything_else_is_refused_in_words(body: bytes, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        manifest.read(body)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from([*json.loads(manifest.written(SAID))]), ANYTHING, min_size=1))
def test_whatever_comes_is_read_or_refused(values: dict[str, object]) -> None:
    with suppress(ValueError):
        assert isinstance(manifest.read(changed(**values)), Manifest)


@pytest.mark.parametrize(
    ("page", "rest"),
    [
        (b'<p>Checked <time class="checked" datetime="x" data-stale="y">today</time>.</p>', b"<p>Checked .</p>"),
        (b'<time datetime="x">09:00</time>', b'<time datetime="x">09:00</time>'),
    ],
)
def test_only_the_time_of_the_check_does_not_count(page: bytes, rest: bytes) -> None:
    assert CHECKED.sub(b"", page) == rest
