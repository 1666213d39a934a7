"""A table of an answer: what is taken from a search's response, cell by cell."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from samples.answers import Row

ABSENT = "-"
"""What stands in a cell, and in a group, for a value that is not there."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, and the way from a hit or bucket to the value, steps divided by `/`."""

    title: str
    path: str


@dataclass(frozen=True, slots=True)
class Table:
    """A part of an answer.

    Attributes:
        title: what the rows are.
        rows_at: the way from the response to the hits or buckets, steps divided by `/`.
        columns: what is shown of each.
        expected: the rows that the sample logs give, all of them and in this order.
    """

    title: str
    rows_at: str
    columns: tuple[Column, ...]
    expected: tuple[Row, ...]

    def rows(self, response: dict[str, Any]) -> list[Row]:
        """Return the cells of a response to the investigation's search; `-` where there is no value."""
        found = _at(response, self.rows_at)
        return [tuple(_cell(_at(item, column.path)) for column in self.columns) for item in _items(found)]


def columns(**paths: str) -> tuple[Column, ...]:
    """Return columns by their titles, `_` for a blank."""
    return tuple(Column(title.replace("_", " "), path) for title, path in paths.items())


def _at(value: Any, path: str) -> Any:
    for step in path.split("/"):
        if isinstance(value, Mapping):
            value = value.get(step)
        elif isinstance(value, Sequence) and not isinstance(value, str) and int(step) < len(value):
            value = value[int(step)]
        else:
            return None
    return value


def _items(found: Any) -> Iterator[Any]:
    """Yield hits or buckets; buckets with names get them as their key."""
    if isinstance(found, Mapping):
        yield from ({"key": name, **bucket} for name, bucket in found.items())
    else:
        yield from found or ()


def _cell(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.0f}"
    return ABSENT if value is None else str(value).strip()
