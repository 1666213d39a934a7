"""HTTP headers as a list of names and values -> those to look up, those to keep, and none of their secrets."""

from typing import Any, NamedTuple

from es_loader.normalize.coerce import ABSENT
from es_loader.normalize.members import collect, objects
from es_loader.types import Fields

REMOVED = "[removed]"
"""What stands in the place of a secret."""

_HARMLESS = (None, "", "REDACTED")
"""Values that are no secret; AWS WAF writes the last one where it was told to leave the value out."""


class Headers(NamedTuple):
    """What a list of headers holds.

    `first` has the first value of every header that has one, by its name in lower case. `kept` has all values by the
    names as they stand there, those of a name that comes again as a list, secrets removed; `removed` tells whether
    there were any.
    """

    first: dict[str, str]
    kept: Fields
    removed: bool


def headers(listed: Any, secret: frozenset[str]) -> Headers:
    """Read objects with `name` and `value`; what is none of them is no header.

    Args:
        listed: the list, or anything else.
        secret: names in lower case of headers whose values are not kept.
    """
    first: dict[str, str] = {}
    kept: Fields = {}
    removed = False
    for header in objects(listed):
        name, value = header.get("name"), header.get("value")
        if type(name) is not str:
            continue
        lower = name.lower()
        if type(value) is str and value not in ABSENT:
            first.setdefault(lower, value)
        if lower in secret and value not in _HARMLESS:
            value, removed = REMOVED, True
        collect(kept, name, value)
    return Headers(first, kept, removed)


def without_secrets(listed: list[Any], secret: frozenset[str]) -> list[Any]:
    """Return the list with its secrets removed."""
    return [_without_secret(item, secret) if type(item) is dict else item for item in listed]


def _without_secret(header: Fields, secret: frozenset[str]) -> Fields:
    name = header.get("name")
    hidden = type(name) is str and name.lower() in secret and header.get("value") not in _HARMLESS
    return header | {"value": REMOVED} if hidden else header
