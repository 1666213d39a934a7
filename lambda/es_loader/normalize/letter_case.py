"""Names of JSON members that differ in the case of the first letter: exports write `accountId`, SDKs `AccountId`."""

from collections.abc import Callable, Collection
from typing import Any


def camel_case(value: Any, *, verbatim: Collection[str] = ()) -> Any:
    """Return a value with every member's name beginning with a small letter, at all depths.

    Args:
        value: decoded JSON.
        verbatim: members, as they are written, whose own members are no names but keys: they stay as they are.
    """
    return _renamed(value, _lower_first, verbatim)


def pascal_case(value: Any, *, verbatim: Collection[str] = ()) -> Any:
    """Return a value with every member's name beginning with a capital letter; see camel_case."""
    return _renamed(value, upper_first, verbatim)


def upper_first(name: str) -> str:
    """Return a name with a capital first letter."""
    return name[:1].upper() + name[1:]


def _lower_first(name: str) -> str:
    return name[:1].lower() + name[1:]


def _renamed(value: Any, rename: Callable[[str], str], verbatim: Collection[str]) -> Any:
    if type(value) is dict:
        return {
            rename(name): member if name in verbatim else _renamed(member, rename, verbatim)
            for name, member in value.items()
        }
    return [_renamed(item, rename, verbatim) for item in value] if type(value) is list else value
