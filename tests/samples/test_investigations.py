"""The investigations ask only what a document may have, and turn a response into a table."""

from collections.abc import Iterator
from typing import Any

import pytest

from es_loader.normalize import ecs
from laptop.search_text import search_text
from samples.investigations import INVESTIGATIONS, Investigation
from samples.tables import ABSENT, Column, Table

BOOKKEEPING = {"@timestamp", "_key", "first", "bytes"}


def fields(body: Any) -> Iterator[str]:
    """Yield every field that a search names."""
    if isinstance(body, list):
        for part in body:
            yield from fields(part)
    elif isinstance(body, dict):
        for name, value in body.items():
            if name in {"terms", "range"} and isinstance(value, dict) and "field" not in value:
                yield from (field for field in value if "." in field or field.startswith("@"))
            if name == "field":
                yield value
            if name in {"fields", "sort"}:
                yield from (field for field in value if isinstance(field, str))
            yield from fields(value)


@pytest.mark.parametrize("investigation", INVESTIGATIONS, ids=lambda investigation: investigation.title)
def test_only_ecs_fields_are_asked(investigation: Investigation) -> None:
    named = set(fields(investigation.body)) - BOOKKEEPING
    assert named
    assert {field for field in named if field not in ecs.fields()} == set()


@pytest.mark.parametrize("investigation", INVESTIGATIONS, ids=lambda investigation: investigation.title)
def test_answers_fit_their_columns(investigation: Investigation) -> None:
    for table in investigation.tables:
        assert table.expected
        assert {len(row) for row in table.expected} == {len(table.columns)}


@pytest.mark.parametrize("investigation", INVESTIGATIONS, ids=lambda investigation: investigation.title)
def test_the_search_can_be_shown_as_it_is_typed(investigation: Investigation) -> None:
    assert ":" in search_text(investigation.body["query"])


def test_rows_of_hits_and_of_buckets() -> None:
    hits = Table("t", "hits/hits", (Column("who", "fields/user.name/0"), Column("what", "fields/message/0")), ())
    response = {"hits": {"hits": [{"fields": {"user.name": ["tom"], "message": ["  hello"]}}, {"fields": {}}]}}
    assert hits.rows(response) == [("tom", "hello"), (ABSENT, ABSENT)]
    buckets = Table("t", "aggregations/a/buckets", (Column("key", "key"), Column("sum", "sum/value")), ())
    assert buckets.rows({"aggregations": {"a": {"buckets": {"one": {"sum": {"value": 3.0}}}}}}) == [("one", "3")]
    assert buckets.rows({"aggregations": {}}) == []
