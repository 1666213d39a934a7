"""A question to the sample logs, and the parts of a search that asks it."""

from dataclasses import dataclass
from typing import Any

from samples.tables import ABSENT, Table

Json = dict[str, Any]

CLOCK = "HH:mm:ss"


@dataclass(frozen=True, slots=True)
class Investigation:
    """A question, the search that asks it (index pattern and body), and the tables in its response."""

    title: str
    question: str
    index: str
    body: Json
    tables: tuple[Table, ...]


def term(field: str, *values: str) -> Json:
    """Match documents in which a field has one of some values."""
    return {"terms": {field: list(values)}}


def all_of(*conditions: Json) -> Json:
    """Match documents that all conditions match."""
    return {"bool": {"filter": list(conditions)}}


def but(condition: Json, *exceptions: Json) -> Json:
    """Match documents that a condition matches, and no exception."""
    return {"bool": {"filter": [condition], "must_not": list(exceptions)}}


def any_of(*conditions: Json) -> Json:
    """Match documents that a condition matches."""
    return {"bool": {"should": list(conditions), "minimum_should_match": 1}}


def top(field: str) -> Json:
    """Take the most frequent value of a field."""
    return {"terms": {"field": field, "size": 1}}


def total(field: str) -> Json:
    """Add up a field."""
    return {"sum": {"field": field}}


def distinct(field: str) -> Json:
    """Count the different values of a field."""
    return {"cardinality": {"field": field}}


FIRST: Json = {"min": {"field": "@timestamp", "format": CLOCK}}
LAST: Json = {"max": {"field": "@timestamp", "format": CLOCK}}


def in_order(*fields: str, **more: Json) -> Json:
    """Group by the values of several fields, the group that began first at the top.

    An absent keyword counts as a value of its own, an absent address does not: `-` is none.
    """
    return {
        "multi_terms": {
            "terms": [
                {"field": field} if field.endswith(".ip") else {"field": field, "missing": ABSENT} for field in fields
            ],
            "order": [{"first": "asc"}, {"_key": "asc"}],
            "size": 100,
        },
        "aggs": {"first": FIRST, "last": LAST, **more},
    }
