"""JSON in any arrangement and any chunking gives the same values."""

import json
import tracemalloc
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from es_loader.formats.json import Value, split
from tests.strategies import JSON
from tests.timing import within

ARRAYS = frozenset({"Records"})
RECORDS = st.lists(st.dictionaries(st.text().filter(lambda name: name != "Records"), JSON, max_size=4), max_size=6)


def values(text: str, size: int = 5) -> list[Value]:
    return list(split((text[at : at + size] for at in range(0, len(text), size)), ARRAYS))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"a":1}{"b":"}{"}\n{"c":[1,2]}', [{"a": 1}, {"b": "}{"}, {"c": [1, 2]}]),
        ('{"Records":[{"a":1},{"b":[{"x":1},{"y":2}]}]}', [{"a": 1}, {"b": [{"x": 1}, {"y": 2}]}]),
        ('{"o":1,"Records":[{"a":1}],"z":2}{"Records":[{"b":1}]}', [{"a": 1}, {"b": 1}]),
        ('\ufeff [ {"a" : 1} ,\r\n {"b" : 2} ] ', [{"a": 1}, {"b": 2}]),
        ('{"Records":{"a":1}}', [{"Records": {"a": 1}}]),
        ('{"Records":[]}', []),
        ("", []),
        (" \n\r\n\t ", []),
        ("12 13\n14", [12, 13, 14]),
    ],
)
def test_arrangements(text: str, expected: list[Any]) -> None:
    found = values(text)
    assert [value.value for value in found] == expected
    assert all(value.error is None for value in found)


def test_members_beside_the_array_are_kept_whatever_their_order() -> None:
    for text in ('{"o":1,"Records":[{"a":1}],"z":2}', '{"z":2,"Records":[{"a":1}],"o":1}'):
        (found,) = values(text)
        assert found.around == {"o": 1, "z": 2}
        assert found.text == '{"a":1}'


def test_a_broken_value_costs_its_line_alone() -> None:
    found = values('{"a":1}\n{"b": nope}\n\n{"c":3}\n{"d":')
    assert [value.value for value in found] == [{"a": 1}, None, {"c": 3}, None]
    assert [value.text for value in found if value.error] == ['{"b": nope}', '{"d":']


@given(RECORDS, st.integers(1, 40), st.sampled_from(["\n", "", "\r\n\r\n", " , "]), st.sampled_from([None, 2]))
def test_any_chunking_gives_back_what_was_written(records: list[Any], size: int, glue: str, indent: int | None) -> None:
    texts = [json.dumps(record, ensure_ascii=False, indent=indent) for record in records]
    assert [(value.value, value.text) for value in values(glue.join(texts), size)] == list(
        zip(records, texts, strict=True)
    )
    wrapped = '{"Records":[' + ",".join(texts) + "]}"
    assert [(value.value, value.text) for value in values(wrapped, size)] == list(zip(records, texts, strict=True))


@given(st.text(), st.integers(1, 9))
def test_any_text_comes_to_an_end(text: str, size: int) -> None:
    values(text, size)


@pytest.mark.parametrize(
    "text", ["[" * 300_000, "{" * 300_000, '{"a":' * 100_000, '"' + "x" * 3_000_000, '{"Records":[' * 50_000]
)
def test_hostile_text_is_read_in_linear_time(text: str) -> None:
    with within(5):
        found = values(text, 1 << 18)
    assert any(value.error for value in found)


def test_an_array_of_any_length_needs_the_memory_of_a_few_elements() -> None:
    record = json.dumps({"text": "x" * 500})

    def texts() -> Iterator[str]:
        yield '{"Records":['
        for _ in range(400):
            yield ",".join([record] * 100) + ","
        yield record + "]}"

    tracemalloc.start()
    assert sum(1 for _ in split(texts(), ARRAYS)) == 40_001
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2_000_000
