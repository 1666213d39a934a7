"""The fields of the Elastic Common Schema: names, types, allowed values.

The table beside this module is generated from npm `@elastic/ecs` (Apache-2.0) by `opensearch/generate_ecs_fields.py`.
"""

import difflib
from functools import cache
from pathlib import Path

import msgspec

ECS_VERSION = "9.4.0"


class EcsField(msgspec.Struct, frozen=True):
    """One field. `array` says that ECS wants a list even for one value; `allowed` is empty where anything goes."""

    name: str
    type: str
    array: bool
    allowed: tuple[str, ...]


class _Table(msgspec.Struct):
    types: dict[str, str]
    arrays: str
    allowed: dict[str, tuple[str, ...]]
    event_types: dict[str, tuple[str, ...]]


@cache
def _table() -> _Table:
    return msgspec.json.decode((Path(__file__).with_name("ecs_fields.json")).read_bytes(), type=_Table)


@cache
def fields() -> dict[str, EcsField]:
    """Return every field by name."""
    table = _table()
    arrays = frozenset(table.arrays.split())
    return {
        name: EcsField(name, kind, name in arrays, table.allowed.get(name, ()))
        for kind, names in table.types.items()
        for name in names.split()
    }


@cache
def roots() -> frozenset[str]:
    """Return the first parts of all field names: `event`, `source` and so on."""
    return frozenset(name.partition(".")[0] for name in fields())


def event_types() -> dict[str, tuple[str, ...]]:
    """Return for each `event.category` the values of `event.type` that ECS expects with it."""
    return _table().event_types


def suggest(name: str) -> str | None:
    """Return the field whose name is nearest; None if none is near."""
    close = difflib.get_close_matches(name, fields(), n=1, cutoff=0.75)
    return close[0] if close else None
