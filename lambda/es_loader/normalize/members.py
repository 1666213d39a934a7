"""Members of objects: read by their kind, since a log that puts something else there says nothing; and added."""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from es_loader.types import Document, Fields

NO_FIELDS: Fields = {}


def object_at(fields: Fields, name: str) -> Fields:
    """Return the object under a name; an empty one for anything else, shared: read, never changed."""
    value = fields.get(name)
    return value if type(value) is dict else NO_FIELDS


def objects(value: Any) -> Iterator[Fields]:
    """Yield the objects of a list; nothing for anything else."""
    return (item for item in value if type(item) is dict) if type(value) is list else iter(())


def text(value: Any) -> str | None:
    """Return a text that is not empty; None for anything else."""
    return value if type(value) is str and value else None


def decoded(value: str) -> Any:
    """Return the object that a text holds as JSON; the text itself if it holds none."""
    if not value.lstrip().startswith("{"):
        return value
    try:
        return msgspec.json.decode(value)
    except (msgspec.DecodeError, RecursionError, UnicodeEncodeError):
        return value


def below(doc: Document, names: Iterable[str]) -> Document:
    """Return the object at a path, made where there is none."""
    for name in names:
        doc = doc.setdefault(name, {})
    return doc


def collect(members: Fields, name: str, value: Any) -> None:
    """Add a value under a name; one that comes again makes a list."""
    if name not in members:
        members[name] = value
    elif type(members[name]) is list:
        members[name].append(value)
    else:
        members[name] = [members[name], value]


def spread(value: Any) -> Fields:
    """Turn a list of objects into one object of lists, so that a path leads through it; {} for anything else.

    Lists in the objects are joined: a path may lead through several of them.
    """
    if type(value) is not list:
        return NO_FIELDS
    found: Fields = {}
    for item in value:
        if type(item) is dict:
            for key, one in item.items():
                found.setdefault(key, []).extend(one if type(one) is list else (one,))
    return found


def item_of(value: Any, index: int) -> Any:
    """Return one element of a list; None if there is none."""
    return value[index] if type(value) is list and len(value) > index else None
