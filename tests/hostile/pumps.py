"""Regular expressions -> texts against which one that backtracks without bound shows itself.

For each repetition in a pattern: what the pattern takes before it, then a long run of what it repeats, then something
that it does not take.
"""

import importlib
import pkgutil
import random
import re
import re._constants as sre  # type: ignore[import-not-found] # not in typeshed, as is its parser
import re._parser as parser  # type: ignore[import-not-found]
import string
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any, NamedTuple

import es_loader
from tests.hostile.seeds import config

MANY = 8
"""Repetitions from which on one counts as long."""

MISMATCHES = ("\x01", "!", '"', " ", "", "]", "=", "\\", "<", "é")
_ALPHABET = string.ascii_lowercase + string.digits + " -_./:;,=\"'[](){}<>|%\t" + string.ascii_uppercase + "é\x01"
_CATEGORIES = {
    sre.CATEGORY_DIGIT: "1",
    sre.CATEGORY_NOT_DIGIT: "a",
    sre.CATEGORY_SPACE: " ",
    sre.CATEGORY_NOT_SPACE: "a",
    sre.CATEGORY_WORD: "a",
    sre.CATEGORY_NOT_WORD: "-",
}
_REPEATS = {sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT}


class Pump(NamedTuple):
    """The text before a run, and what it repeats."""

    prefix: str
    unit: str

    def text(self, dice: random.Random, length: int) -> str:
        """Return a run of about so many characters that ends in what does not match."""
        return self.prefix + self.unit * (length // len(self.unit)) + dice.choice(MISMATCHES)


@cache
def pumps() -> tuple[Pump, ...]:
    """Return those of every pattern that the loader has: of its modules, and of the declarations."""
    found = {pump: None for pattern in patterns() for pump in of_pattern(pattern)}
    return tuple(sorted(found))


def patterns() -> list[re.Pattern[str]]:
    """Return every compiled pattern of texts that is in use, each once."""
    for module in pkgutil.walk_packages(es_loader.__path__, "es_loader."):
        importlib.import_module(module.name)
    places: list[Any] = [vars(module) for name, module in sorted(sys.modules.items()) if name.startswith("es_loader")]
    places += [getattr(log_type, name) for log_type in config().log_types.values() for name in type(log_type).__slots__]
    found = {found.pattern: found for place in places for found in _within(place, 3)}
    return list(found.values())


def _within(value: Any, depth: int) -> Iterator[re.Pattern[str]]:
    if isinstance(value, re.Pattern):
        if isinstance(value.pattern, str):
            yield value
    elif depth and isinstance(value, dict | list | tuple | set | frozenset):
        items: Iterable[Any] = value.values() if isinstance(value, dict) else value
        for item in tuple(items):
            yield from _within(item, depth - 1)
    elif isinstance(bound := getattr(value, "__self__", None), re.Pattern):  # pattern.match, kept as a function
        yield from _within(bound, depth)


def of_pattern(pattern: re.Pattern[str]) -> list[Pump]:
    """Return one for every long repetition in a pattern."""
    found: list[Pump] = []
    _walk(parser.parse(pattern.pattern, pattern.flags & ~re.DEBUG), "", found)
    return found


def _walk(items: Any, before: str, found: list[Pump]) -> str:
    """Return a text that the items take, noting each repetition with what comes before it."""
    text = ""
    for kind, value in items:
        text += _item(kind, value, before + text, found)
    return text


def _item(kind: Any, value: Any, before: str, found: list[Pump]) -> str:
    if kind in _REPEATS:
        least, most, inner = value
        unit = _walk(inner, before, found)
        if most >= MANY and unit:
            found.append(Pump(before, unit))
        return str(unit * min(max(least, 1), most))
    if kind is sre.BRANCH:
        texts = [_walk(branch, before, found) for branch in value[1]]
        return texts[0]
    if kind in _GROUPS:
        return _walk(_GROUPS[kind](value), before, found)
    return _SINGLE[kind](value) if kind in _SINGLE else ""


def _of_set(members: Any) -> str:
    negated = members[0][0] is sre.NEGATE
    pattern = [member for member in members if member[0] is not sre.NEGATE]
    return next((one for one in _ALPHABET if any(_holds(member, one) for member in pattern) != negated), "a")


def _holds(member: Any, one: str) -> bool:
    kind, value = member
    if kind is sre.LITERAL:
        return bool(ord(one) == value)
    if kind is sre.RANGE:
        return bool(value[0] <= ord(one) <= value[1])
    return bool(_CATEGORIES.get(value) == one)


_GROUPS: dict[Any, Callable[[Any], Any]] = {
    sre.SUBPATTERN: lambda value: value[-1],
    sre.ATOMIC_GROUP: lambda value: value,
}
_SINGLE: dict[Any, Callable[[Any], str]] = {
    sre.ANY: lambda _: "a",
    sre.IN: _of_set,
    sre.LITERAL: chr,
    sre.NOT_LITERAL: lambda value: next(one for one in _ALPHABET if ord(one) != value),
}
