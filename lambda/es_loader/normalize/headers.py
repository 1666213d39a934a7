"""HTTP headers as a list of names and values -> those to look up, those to keep, and none of their secrets."""

from typing import Any, NamedTuple

from es_loader.normalize.coerce import ABSENT
from es_loader.normalize.members import collect
from es_loader.types import Fields

REMOVED = "[removed]"
"""What stands in the place of a secret."""

_HARMLESS = (None, "", "REDACTED")
"""Values that are no secret; AWS WAF writes the last one where it was told to leave the value out."""

_MEMBERS = frozenset({"name", "value"})


class Headers(NamedTuple):
    """What a list of headers holds.

    `first` has the first value of every header that has one, by its name in lower case. `kept` has all values by the
    names as they stand there, those of a name that comes again as a list, secrets removed; `removed` tells whether
    there were any. `others` are the elements that are not, or not only, a name and a value.
    """

    first: dict[str, str]
    kept: Fields
    removed: bool
    others: list[Any]


def headers(listed: Any, secret: frozenset[str]) -> Headers:
    """Read objects with `name` and `value`.

    Args:
        listed: the list, or anything else.
        secret: names in lower case of headers whose values are not kept.
    """
    first: dict[str, str] = {}
    kept: Fields = {}
    removed = False
    others: list[Any] = []
    for header in listed if type(listed) is list else (listed,) if listed else ():
        name, value = (header.get("name"), header.get("value")) if type(header) is dict else (None, None)
        if type(name) is not str:
            others.append(header)
            continue
        lower = name.lower()
        if not _MEMBERS.issuperset(header):
            others.append({"name": name} if lower in secret else header)
        if type(value) is str and value not in ABSENT:
            first.setdefault(lower, value)
        if lower in secret and value not in _HARMLESS:
            value, removed = REMOVED, True
        collect(kept, name, value)
    return Headers(first, kept, removed, others)


def without_secrets(listed: list[Any], secret: frozenset[str]) -> list[Any]:
    """Return the list with its secrets removed."""
    return [_without_secret(item, secret) if type(item) is dict else item for item in listed]


def _without_secret(header: Fields, secret: frozenset[str]) -> Fields:
    name = header.get("name")
    hidden = type(name) is str and name.lower() in secret and header.get("value") not in _HARMLESS
    return header | {"value": REMOVED} if hidden else header
