"""Free-form subtrees made safe for a `flat_object` field, which would otherwise refuse whole documents.

The engine refuses a document when a value with its path is longer than 32,766 bytes, or when a scalar stands
where the object should be, or when the nesting passes its parser's limit.
"""

from typing import Any

import msgspec

MAX_VALUE = 32_000
"""Bytes of one value together with its path; the engine's limit is 32,766."""

MAX_KEY = MAX_VALUE // 8
"""Characters of one key: with four bytes each it leaves half of the room to the path before it."""

MAX_DEPTH = 40
_SAFE_LENGTH = MAX_VALUE // 4
_EMPTY: tuple[Any, ...] = ("", None, {}, [])


def flat(value: Any) -> dict[str, Any] | None:
    """Return the value as an object without nulls and empty containers; None if nothing is left.

    A scalar or a list becomes `{"value": …}`; a text that is too long for the index is cut (whole in
    `event.original`); a subtree that is too deep, or whose path is too long, becomes its JSON text.
    """
    if type(value) is not dict:
        value = {"value": value}
    found = _object(value, 0, 0)
    return found or None


def _object(value: dict[str, Any], depth: int, path: int) -> dict[str, Any]:
    found = {}
    for name, item in value.items():
        if item is None:
            continue
        key = name if len(name) <= MAX_KEY else name[:MAX_KEY]
        if type(item) is str and len(item) + len(key) + path < _SAFE_LENGTH:
            if item:
                found[key] = item
            continue
        kept = _clean(item, depth, path + len(key) * 4 + 1)
        if kept not in _EMPTY:
            found[key] = kept
    return found


def _clean(item: Any, depth: int, path: int) -> Any:
    kind = type(item)
    if kind is str:
        return _cut(item, MAX_VALUE - path)
    if kind in {dict, list} and (depth >= MAX_DEPTH or path > MAX_VALUE // 2):
        return _cut(_as_text(item), MAX_VALUE - path)
    if kind is dict:
        return _object(item, depth + 1, path)
    if kind is list:
        kept = [_clean(one, depth + 1, path) for one in item]
        return [one for one in kept if one not in _EMPTY]
    return item


def _cut(text: str, room: int) -> str:
    if len(text) * 4 <= room:
        return text
    return text.encode(errors="replace")[: max(room, 0)].decode(errors="ignore")


def _as_text(item: Any) -> str:
    try:
        return msgspec.json.encode(item).decode(errors="replace")
    except (RecursionError, ValueError, OverflowError):
        return "[nested too deeply]"
