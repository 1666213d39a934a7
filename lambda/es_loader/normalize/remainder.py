"""What a declaration does not name: so that members newer than it are kept too."""

from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

from es_loader.declarations import LogType
from es_loader.normalize.flat import flat
from es_loader.options import ALL_OTHERS
from es_loader.types import Document, Fields

Known: TypeAlias = dict[str, "Known"]
"""The named members of an object; those with an empty table of their own are known with all that lies below."""


def known(paths: Iterable[str]) -> Known:
    """Return dotted paths as a table: a path covers all below it. One through a list's index names no member."""
    table: Known = {}
    for path in sorted(paths, key=len, reverse=True):
        *parents, leaf = path.split(".")
        if any(name.isdecimal() for name in parents):
            continue
        level = table
        for name in parents:
            level = level.setdefault(name, {})
        level[leaf] = {}
    return table


def remainder(value: Any, table: Known) -> Any:
    """Return an object (or a list of some) without its known members; None if nothing is left."""
    if type(value) is list:
        return [left for item in value if (left := remainder(item, table)) is not None] or None
    if type(value) is not dict:
        return value
    found: dict[str, Any] = {}
    for name, member in value.items():
        below = table.get(name)
        if below is None:
            found[name] = member
        elif below and type(member) in {dict, list} and (rest := remainder(member, below)) is not None:
            found[name] = rest
    return found or None


def undeclared(log_type: LogType, read: Iterable[str] = ()) -> Callable[[Fields], Document | None]:
    """Return the function from a record's fields to those that its declaration does not take, ready for a flat field.

    Args:
        log_type: the declaration.
        read: paths that the log type's module takes besides.
    """
    origins = [path for declared in log_type.ecs.values() for path in declared.paths]
    originals = [path for path in log_type.original_fields or () if path != ALL_OTHERS]
    times = log_type.timestamp_keys or ("@timestamp",)
    table = known([*times, *log_type.doc_id, *log_type.doc_id_suffix, *origins, *originals, *read])

    def rest(fields: Fields) -> Document | None:
        left = remainder(fields, table)
        return None if left is None else flat(left)

    return rest
