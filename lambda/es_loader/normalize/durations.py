"""How long something took, as logs write it -> integer nanoseconds, as `event.duration` has them."""

from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

NS_OF_SECOND = 10**9
NS_OF_MILLISECOND = 10**6
MAX_LENGTH = 32
"""Characters of a number that is looked at."""

_INT64 = 1 << 63


def nanoseconds(value: Any, unit: int = NS_OF_SECOND) -> int | None:
    """Return a number of units as nanoseconds, exact: a binary float would lose some.

    Args:
        value: a number or its text.
        unit: nanoseconds of one.

    Returns:
        None if it is no number, or negative: services write -1 for what they could not measure.
    """
    text = str(value)
    if len(text) > MAX_LENGTH or isinstance(value, bool):
        return None
    try:
        number = Decimal(text) * unit
        found = int(number)
    except (InvalidOperation, ValueError, OverflowError):
        return None
    return found if number >= 0 and found < _INT64 else None


def between(start: str, end: str) -> int | None:
    """Return the nanoseconds between two ISO 8601 times; None if one is none, or the end comes first."""
    try:
        span = datetime.fromisoformat(end) - datetime.fromisoformat(start)
    except (ValueError, TypeError):
        return None
    return ((span.days * 86_400 + span.seconds) * 10**6 + span.microseconds) * 1000 if span.days >= 0 else None
