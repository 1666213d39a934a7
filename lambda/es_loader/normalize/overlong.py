"""Texts that are too long to be one term of an index: cut where they stand, whole and analysed in a field beside.

The engine refuses a document for one, or leaves a keyword out of the index: so a hostile record could hide in its own
length. `siem.overlong` has each of them as `path: text`, and is found by any word in it.
"""

from collections.abc import Callable
from typing import Any

from es_loader.normalize.flat import Cut
from es_loader.types import Document

LIMIT = 8_191
"""Characters of a term: with four bytes each it stays below the engine's 32,766."""

ROOT, LEAF = "siem", "overlong"


def set_aside(doc: Document, analysed: frozenset[str]) -> None:
    """Cut what is too long in a document, and keep it whole in `siem.overlong`.

    Args:
        doc: the document; objects in it that others may hold too are replaced, not changed.
        analysed: fields that are no single terms, and may be as long as they are.
    """
    found: list[str] = []
    for name, value in doc.items():
        if name not in analysed:
            doc[name] = _shortened(name, value, analysed, found.append)
    if found:
        doc[ROOT] = {LEAF: found}


def _shortened(path: str, value: Any, analysed: frozenset[str], keep: Callable[[str], object]) -> Any:
    """Return a value without over-long texts, the same object if there are none."""
    kind = type(value)
    if kind is str:
        if len(value) <= LIMIT:
            return value
        keep(f"{path}: {value}")
        return value[:LIMIT]
    if kind is Cut:
        keep(f"{path}: {value.whole}")
        return str(value)
    if kind is dict:
        return _shortened_members(path, value, analysed, keep)
    if kind is list:
        items = [_shortened(path, item, analysed, keep) for item in value]
        return value if all(map(_is, items, value)) else items
    return value


def _shortened_members(
    path: str, value: dict[str, Any], analysed: frozenset[str], keep: Callable[[str], object]
) -> dict[str, Any]:
    changed: dict[str, Any] = {}
    for name, member in value.items():
        place = f"{path}.{name}"
        if place not in analysed:
            shortened = _shortened(place, member, analysed, keep)
            if shortened is not member:
                changed[name] = shortened
    return {**value, **changed} if changed else value


def _is(one: Any, other: Any) -> bool:
    return one is other
