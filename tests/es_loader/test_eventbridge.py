"""EventBridge events: what they carry, one record or several, and whose metadata is whose."""

import json
from typing import Any

import pytest

from es_loader import envelopes
from es_loader.formats import json as splitting
from es_loader.types import RawRecord
from tests.golden import builtin_config

GUARDDUTY = builtin_config().log_types["guardduty"]
EVENT = {
    "detail-type": "T",
    "source": "aws.example",
    "id": "e-1",
    "account": "111122223333",
    "time": "2030-01-02T03:04:05Z",
}


def records(text: str) -> list[RawRecord]:
    values = splitting.split(iter((text,)), envelopes.ARRAYS.union(GUARDDUTY.json_delimiter))
    return list(envelopes.unwrapper(GUARDDUTY)(values))


def event(**members: Any) -> str:
    return json.dumps(EVENT | members)


def test_the_array_of_a_detail_is_split_and_numbers_go_on() -> None:
    found = records(
        event(detail={"findings": [{"a": 1}, {"a": 2}]}) + event(id="e-2", detail={"Findings": [{"a": 3}]}) + '{"a":4}'
    )
    assert [(raw.number, raw.text, raw.value) for raw in found] == [
        (0, '{"a":1}', {"a": 1}),
        (1, '{"a":2}', {"a": 2}),
        (2, '{"a":3}', {"a": 3}),
        (3, '{"a":4}', {"a": 4}),
    ]
    assert [raw.envelope and raw.envelope.record_id for raw in found] == ["e-1", "e-1", "e-2", None]
    assert [raw.envelope and raw.envelope.account for raw in found] == ["111122223333"] * 3 + [None]


def test_scalars_beside_the_array_are_each_element_s_own_unless_it_has_them() -> None:
    (found,) = records(event(detail={"actionName": "isolate", "a": 0, "list": [1], "findings": [{"a": 1}]}))
    assert found.value == {"actionName": "isolate", "a": 1}
    assert found.text == '{"a":1}'


@pytest.mark.parametrize(
    ("detail", "values"),
    [
        ({"findings": []}, []),
        ({"findings": ["x", None, {"a": 1}]}, ["x", None, {"a": 1}]),
        ({"findings": {"a": 1}}, [{"findings": {"a": 1}}]),
        ({"a": 1}, [{"a": 1}]),
        ("text", [EVENT | {"detail": "text"}]),
        (None, [EVENT | {"detail": None}]),
    ],
)
def test_shapes_of_a_detail(detail: Any, values: list[Any]) -> None:
    assert [raw.value for raw in records(event(detail=detail))] == values


def test_a_part_that_cannot_be_written_as_text_costs_nothing() -> None:
    whole = event(detail={"findings": [{"a": "\ud800"}, {"a": 1}]})
    assert [raw.text for raw in records(whole)] == [whole, '{"a":1}']
    (found,) = records(event(detail={"a": "\ud800"}))
    assert found.value == {"a": "\ud800"}
