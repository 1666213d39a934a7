"""One value of a log -> a value of an ECS type, or None where it does not convert.

A value that does not convert is left out of its typed field; it is never an error of the record. Lists give
their first usable value, because a field holds one; the `*_list` forms give all of them.
"""

import ipaddress
import re
from collections.abc import Callable
from typing import Any, TypeVar

import msgspec

from es_loader.normalize.timestamps import to_iso

ABSENT = frozenset({"", "-"})
"""Texts that logs write where there is no value."""

_BOOLEANS = {"true": True, "false": False, "yes": True, "no": False, "1": True, "0": False}
_INT64 = range(-(2**63), 2**63)
_MASKED = re.compile(r"\*+\Z|HIDDEN_DUE_TO_SECURITY_REASONS\Z|<sensitiveDataRemoved>\Z")
MAX_ADDRESS = 64
"""Characters of an address, brackets and zone included; longer texts are not looked at, nor kept in a cache."""

_CACHE_LIMIT = 65_536
_Value = TypeVar("_Value")
_ip_cache: dict[str, str | None] = {}


def to_keyword(value: Any) -> str | None:
    """Return a text; numbers and booleans as JSON writes them, objects as JSON."""
    if type(value) is str:
        return None if value in ABSENT else value
    if value is None:
        return None
    if type(value) is list:
        return _first(value, to_keyword)
    if type(value) is dict:
        return msgspec.json.encode(value).decode() if value else None
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)


def to_long(value: Any) -> int | None:
    """Return a 64-bit integer from `6`, `"6"`, `6.0` or `"6.0"`."""
    if type(value) is list:
        return _first(value, to_long)
    try:
        number = int(value)
    except (TypeError, ValueError, OverflowError):
        real = to_double(value)
        if real is None or not real.is_integer():
            return None
        number = int(real)
    if type(value) is bool or (type(value) is float and number != value):
        return None
    return number if number in _INT64 else None


def to_double(value: Any) -> float | None:
    """Return a finite number."""
    if type(value) is list:
        return _first(value, to_double)
    if type(value) is bool:
        return None
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if number - number == 0 else None


def to_boolean(value: Any) -> bool | None:
    """Return a boolean from a JSON boolean, `true`/`False`/`Yes`/`no`, 0 or 1."""
    if type(value) is bool:
        return value
    if type(value) is list:
        return _first(value, to_boolean)
    return _BOOLEANS.get(str(value).lower())


def to_ip(value: Any) -> str | None:
    """Return the address as it was written, if it is a valid IPv4 or IPv6 address, without brackets and zone."""
    if type(value) is not str:
        return _first(value, to_ip) if type(value) is list else None
    if len(value) > MAX_ADDRESS:
        return None
    try:
        return _ip_cache[value]
    except KeyError:
        if len(_ip_cache) >= _CACHE_LIMIT:
            _ip_cache.clear()
        result = _ip_cache[value] = _valid_ip(value)
        return result


def to_name(value: Any) -> str | None:
    """Return a user's name; masked ones (`HIDDEN_DUE_TO_SECURITY_REASONS`, `****`) are none."""
    name = to_keyword(value)
    return None if name is None or _MASKED.match(name) else name


def to_lower(value: Any) -> str | None:
    """Return a text in lower case."""
    text = to_keyword(value)
    return None if text is None else text.lower()


def to_date(value: Any) -> str | None:
    """Return ISO 8601 UTC from ISO 8601 text or epoch seconds, ms, µs or ns."""
    return _first(value, to_date) if type(value) is list else to_iso(value)


def _first(values: list[Any], convert: Callable[[Any], _Value | None]) -> _Value | None:
    return next(
        (found for value in values[:100] if type(value) is not list and (found := convert(value)) is not None), None
    )


def _valid_ip(text: str) -> str | None:
    bare = text.strip("[]").partition("%")[0]
    try:
        ipaddress.ip_address(bare)
    except ValueError:
        return None
    return bare


def every(convert: Callable[[Any], Any]) -> Callable[[Any], list[Any] | None]:
    """Make a converter to a list of distinct values, in order, out of one to a single value."""

    def to_list(value: Any) -> list[Any] | None:
        values = value if type(value) is list else [value]
        found = dict.fromkeys(item for one in values if (item := convert(one)) is not None)
        return list(found) or None

    return to_list


CONVERTERS: dict[str, Callable[[Any], Any]] = {
    "boolean": to_boolean,
    "byte": to_long,
    "date": to_date,
    "double": to_double,
    "float": to_double,
    "half_float": to_double,
    "integer": to_long,
    "ip": to_ip,
    "long": to_long,
    "scaled_float": to_double,
    "short": to_long,
    "unsigned_long": to_long,
}
"""Field type -> converter; every other type is a text."""


def converter(field_type: str) -> Callable[[Any], Any]:
    """Return the converter of a field type."""
    return CONVERTERS.get(field_type, to_keyword)
