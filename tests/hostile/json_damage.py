"""A sound JSON object -> a hostile one as bytes: its values, its keys, its text."""

import json
import random
from collections.abc import Callable
from copy import deepcopy
from typing import Any

from tests.hostile.damage import ADDRESSES, NUMBERS, PAYLOADS, TIMES, UNICODE, XML
from tests.hostile.pumps import pumps

JsonDamage = Callable[[random.Random, dict[str, Any]], bytes]

LONG_KEY = "k" * 100_000
_TEXTS = (*PAYLOADS, *UNICODE, *ADDRESSES, *TIMES, *NUMBERS, *XML)
_KEYS = (
    "",
    ".",
    "..",
    "a.b",
    "a.b.c",
    ".a",
    "a.",
    " ",
    "\0",
    "@timestamp",
    "_id",
    "_source",
    "__proto__",
    "é" * 300,
    "-",
    "*",
    "k" * 9_000,
)
_SHAPES: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1.5, 2**31, 2**53 + 1, 2**63, 2**64, -(2**63) - 1, 10**40, 1e308, -0.0, 5e-324),
    *("", "-", "null", [], {}, [[]], [None], [{}], {"": ""}, {"a": None}, [1, "a", {"b": []}], {"a.b": {"": 1}}),
    *([[1, 2], [3]], {"value": {"value": 1}}, ["x"] * 300, {str(n): n for n in range(300)}, "x" * 40_000, ["\0"]),
)
_LITERALS = (
    "NaN",
    "Infinity",
    "-Infinity",
    "1e999",
    "-1e999",
    "9" * 400,
    "9" * 5_000,
    '"\\ud800"',
    '"\\udfff\\ud800"',
    '"\\u0000"',
    "01",
    "tru",
    "'a'",
    '"\\x41"',
    "1" + "0" * 30 + ".5",
)
_PLACE = "\0place\0"


def _paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the paths of all members and elements."""
    found: list[tuple[Any, ...]] = [path] if path else []
    items = value.items() if type(value) is dict else enumerate(value) if type(value) is list else ()
    for name, item in items:
        found += _paths(item, (*path, name))
    return found


def _put(value: Any, path: tuple[Any, ...], new: Any) -> None:
    for name in path[:-1]:
        value = value[name]
    value[path[-1]] = deepcopy(new)


def _at(value: Any, path: tuple[Any, ...]) -> Any:
    for name in path:
        value = value[name]
    return value


def _values(*choices: Callable[[random.Random], Any]) -> JsonDamage:
    """Put hostile values in some places."""

    def damage(dice: random.Random, value: dict[str, Any]) -> bytes:
        paths = _paths(value)
        for path in dice.sample(paths, min(len(paths), dice.choice((1, 1, 2, 5)))):
            try:
                _put(value, path, dice.choice(choices)(dice))
            except (IndexError, KeyError, TypeError):  # what was there has been replaced
                continue
        return _encoded(value)

    return damage


def _encoded(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode(errors="replace")


def _keys(dice: random.Random, value: dict[str, Any]) -> bytes:
    objects = [value, *(found for path in _paths(value) if type(found := _at(value, path)) is dict)]
    for _ in range(dice.choice((1, 3, 9))):
        dice.choice(objects)[dice.choice(_KEYS)] = deepcopy(dice.choice(_SHAPES))
    return _encoded(value)


def _long_key(dice: random.Random, value: dict[str, Any]) -> bytes:
    _put(value, dice.choice(_paths(value)), {LONG_KEY: dice.choice(_SHAPES), "k": {LONG_KEY: {LONG_KEY: 1}}})
    return _encoded(value)


def _literal(dice: random.Random, value: dict[str, Any]) -> bytes:
    """Put a text in the place of a value that JSON cannot hold, or that Python's json would not write."""
    _put(value, dice.choice(_paths(value)), _PLACE)
    return _encoded(value).replace(json.dumps(_PLACE).encode(), dice.choice(_LITERALS).encode())


def _nested(dice: random.Random, value: dict[str, Any]) -> bytes:
    levels = dice.choice((39, 41, 100, 900, 990, 1_100, 20_000))
    opening, closing = dice.choice((("[", "]"), ('{"n":', "}"), ('[{"":', "}]")))
    _put(value, dice.choice(_paths(value)), _PLACE)
    deep = f"{opening * levels}1{closing * levels}"
    return _encoded(value).replace(json.dumps(_PLACE).encode(), deep.encode())


def _duplicates(dice: random.Random, value: dict[str, Any]) -> bytes:
    """Repeat members with values of other kinds: the last one counts."""
    members = [json.dumps(name) + ":" + json.dumps(item) for name, item in value.items()]
    for name in dice.choices(list(value), k=dice.choice((1, 3, 30))):
        members.insert(dice.randint(0, len(members)), json.dumps(name) + ":" + json.dumps(dice.choice(_SHAPES)))
    return ("{" + ",".join(members) + "}").encode()


def _moved(dice: random.Random, value: dict[str, Any]) -> bytes:
    """Put one part of the record in the place of another."""
    paths = _paths(value)
    _put(value, dice.choice(paths), _at(value, dice.choice(paths)))
    return _encoded(value)


def _removed(dice: random.Random, value: dict[str, Any]) -> bytes:
    for name in dice.sample(list(value), dice.randint(1, len(value))):
        del value[name]
    return _encoded(value)


def _many(dice: random.Random, value: dict[str, Any]) -> bytes:
    _put(
        value,
        dice.choice(_paths(value)),
        dice.choice(([{}] * 20_000, {str(n): {"a": n} for n in range(10_000)}, [[]] * 50_000, ["1.2.3.4"] * 20_000)),
    )
    return _encoded(value)


DAMAGES: dict[str, tuple[int, JsonDamage]] = {
    "none": (12, lambda _dice, value: _encoded(value)),
    "shapes": (30, _values(lambda dice: dice.choice(_SHAPES))),
    "texts": (20, _values(lambda dice: dice.choice(_TEXTS))),
    "pump": (10, _values(lambda dice: dice.choice(pumps()).text(dice, dice.choice((100, 1_000, 20_000))))),
    "keys": (10, _keys),
    "keys of 100 kB": (1, _long_key),
    "literal": (12, _literal),
    "nested": (4, _nested),
    "duplicates": (8, _duplicates),
    "moved": (10, _moved),
    "removed": (6, _removed),
}

RARE: dict[str, tuple[int, JsonDamage]] = {
    "a megabyte": (1, _values(lambda dice: dice.choice('aé \\"\0.') * (1 << 20))),
    "many members": (1, _many),
}
