from typing import Any

import pytest

from es_loader.normalize.members import below, collect, decoded


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"a": 1}', {"a": 1}),
        (' {"a": 1}', {"a": 1}),
        ("[1]", "[1]"),
        ("1", "1"),
        ("{", "{"),
        ("{" * 9_999, "{" * 9_999),
    ],
)
def test_a_text_that_holds_no_object_stays_one(text: str, expected: Any) -> None:
    assert decoded(text) == expected


def test_a_path_is_made_where_it_is_not() -> None:
    doc: dict[str, Any] = {"a": {"b": 1}}
    below(doc, ("a", "c"))["d"] = 2
    assert below(doc, ()) is doc
    assert doc == {"a": {"b": 1, "c": {"d": 2}}}


def test_values_of_one_name_make_a_list() -> None:
    members: dict[str, Any] = {}
    for value in (1, None, 3):
        collect(members, "a", value)
    collect(members, "b", 4)
    assert members == {"a": [1, None, 3], "b": 4}
