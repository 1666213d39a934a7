"""Free-form subtrees made safe for a `flat_object` field, which would otherwise refuse whole documents.

The engine refuses a document when a value with its path is longer than 32,766 bytes, or when a scalar stands
where the object should be, or when the nesting passes its parser's limit.
"""

from typing import Any, Self

import msgspec

MAX_VALUE = 32_000
"""Bytes of one value together with its path; the engine's limit is 32,766."""

MAX_KEY = MAX_VALUE // 8
"""Characters of one key: with four bytes each it leaves half of the room to the path before it."""

MAX_DEPTH = 40
_SAFE_LENGTH = MAX_VALUE // 4
_HEAD = 1_024
"""Characters that stay of a text that is too long: its beginning can still be searched for."""

_EMPTY: tuple[Any, ...] = ("", None, {}, [])


class Cut(str):
    """The beginning of a text that does not fit; `whole` is all of it, see overlong.py."""

    __slots__ = ("whole",)
    whole: str

    def __new__(cls, whole: str, room: int) -> Self:
        """Cut a text to so many bytes at most."""
        head = whole[:_HEAD].encode(errors="replace")[: max(room, 0)].decode(errors="ignore")
        cut = super().__new__(cls, head)
        cut.whole = whole
        return cut


def flat(value: Any) -> dict[str, Any] | None:
    """Return the value as an object without nulls and empty containers; None if nothing is left.

    A scalar or a list becomes `{"value": …}`; a text that is too long for the index becomes a Cut of it, and so does
    the JSON text of a subtree that is too deep, or whose key or path is too long.
    """
    if type(value) is not dict:
        value = {"value": value}
    found = _object(value, 0, 0)
    return found or None


def _object(value: dict[str, Any], depth: int, path: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, item in value.items():
        if item is None:
            continue
        if len(key) > MAX_KEY:
            found[key[:_HEAD]] = _fitting(_as_text({key: item}), MAX_VALUE - path - 4 * _HEAD)
            continue
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
        return _fitting(item, MAX_VALUE - path)
    if kind in {dict, list} and (depth >= MAX_DEPTH or path > MAX_VALUE // 2):
        return _fitting(_as_text(item), MAX_VALUE - path)
    if kind is dict:
        return _object(item, depth + 1, path)
    if kind is list:
        kept = [_clean(one, depth + 1, path) for one in item]
        return [one for one in kept if one not in _EMPTY]
    return item


def _fitting(text: str, room: int) -> str:
    return text if len(text) * 4 <= room else Cut(text, room)


def _as_text(item: Any) -> str:
    try:
        return msgspec.json.encode(item).decode(errors="replace")
    except (RecursionError, ValueError, OverflowError):
        return "[nested too deeply]"
