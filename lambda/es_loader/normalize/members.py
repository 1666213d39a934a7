"""Members of decoded JSON by their kind: a log that puts something else there says nothing."""

from collections.abc import Iterator
from typing import Any

from es_loader.types import Fields

_NOTHING: Fields = {}


def object_at(fields: Fields, name: str) -> Fields:
    """Return the object under a name; an empty one for anything else, shared: read, never changed."""
    value = fields.get(name)
    return value if type(value) is dict else _NOTHING


def objects(value: Any) -> Iterator[Fields]:
    """Yield the objects of a list; nothing for anything else."""
    return (item for item in value if type(item) is dict) if type(value) is list else iter(())


def text(value: Any) -> str | None:
    """Return a text that is not empty; None for anything else."""
    return value if type(value) is str and value else None
