"""Free-form subtrees are made safe for a flat_object field."""

import json
from typing import Any

import pytest
from hypothesis import given

from es_loader.normalize.flat import MAX_DEPTH, MAX_VALUE, Cut, flat
from tests.strategies import JSON


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"a": 1, "b": None, "c": {}, "d": [], "e": "", "f": {"g": None}}, {"a": 1}),
        ("text", {"value": "text"}),
        ([1, {"a": None}], {"value": [1]}),
        (0, {"value": 0}),
        (False, {"value": False}),
        ({}, None),
        (None, None),
        ("", None),
    ],
)
def test_scalars_are_wrapped_and_nothings_dropped(value: object, expected: object) -> None:
    assert flat(value) == expected


def test_a_value_that_is_too_long_is_cut_and_known_whole() -> None:
    for text in ("x" * 90_000, "é" * 90_000, "\U0001f600" * 90_000):
        found = flat({"key" * 10: {"inner": [text]}})
        assert found is not None
        (kept,) = found["key" * 10]["inner"]
        assert isinstance(kept, Cut)
        assert text.startswith(kept)
        assert kept.whole == text
        assert 1_000 < len(kept.encode()) <= MAX_VALUE


def test_a_key_that_is_too_long_is_cut_and_known_whole_with_what_it_names() -> None:
    found = flat({"k" * 50_000: {"a": 1}})
    assert found is not None
    ((key, kept),) = found.items()
    assert ("k" * 50_000).startswith(key)
    assert kept.whole == json.dumps({"k" * 50_000: {"a": 1}}, separators=(",", ":"))


def test_a_subtree_that_is_too_deep_becomes_text() -> None:
    tree: Any = "leaf"
    for _ in range(900):
        tree = {"n": tree}
    text = json.dumps(flat(tree))
    assert text.count('{"n":') == MAX_DEPTH + 1
    assert "leaf" in text


@given(JSON)
def test_what_comes_out_is_an_object_without_nothings(value: Any) -> None:
    found = flat(value)
    assert found is None or type(found) is dict
    text = json.dumps(found)
    if found is not None:
        assert all(nothing not in text for nothing in (": null", ": {}", ": []")) or any(c in text for c in '\\"')
