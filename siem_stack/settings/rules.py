"""What a setting may be, and how one is declared."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

ACCOUNT = "{account}"
"""In a text: the number of the account that is deployed to."""

REGION = r"[a-z]{2,4}(?:-[a-z]+){1,3}-\d{1,2}"
"""What a region's name looks like."""

Value: TypeAlias = bool | int | str


@dataclass(frozen=True, slots=True)
class Rule:
    """What a setting may be.

    Attributes:
        text: the same in words, after "must be".
        allows: whether a value, already of the setting's type, is allowed.
    """

    text: str
    allows: Callable[[Any], bool]


def one_of(*values: Value) -> Rule:
    """Allow these values."""
    return Rule("one of " + ", ".join(map(str, values)), frozenset(values).__contains__)


def between(low: int, high: int, unit: str) -> Rule:
    """Allow whole numbers in a range, both ends included."""
    return Rule(f"a whole number of {unit} from {low} to {high}", lambda value: low <= value <= high)


def matching(pattern: str, text: str) -> Rule:
    """Allow texts that match as a whole; `text` says what they look like."""
    return Rule(text, lambda value: re.fullmatch(pattern, value.replace(ACCOUNT, "111122223333")) is not None)


def or_empty(rule: Rule) -> Rule:
    """Allow what the rule allows, and the empty text."""
    return Rule(f"{rule.text}, or empty", lambda value: not value or rule.allows(value))


def words(pattern: str, text: str) -> Rule:
    """Allow words that each match, with blanks between them, none of them twice; `text` says what they are."""

    def allows(value: str) -> bool:
        found = value.split()
        return len(set(found)) == len(found) and all(re.fullmatch(pattern, word) for word in found)

    return Rule(f"{text} with blanks between them, or empty", allows)


def placed(pattern: str, text: str) -> Rule:
    """Allow words that each match, with the name of a region and a slash before those that are elsewhere."""
    return words(f"(?:{REGION}/)?(?:{pattern})", f"{text}, those of other regions as `eu-west-1/…`,")


def some_of(*names: str) -> Rule:
    """Allow some of these words, or none."""
    return words("|".join(map(re.escape, names)), f"some of {', '.join(names)}")


YES_OR_NO = Rule("true or false", lambda value: isinstance(value, bool))


def setting(default: Value, rule: Rule, description: str) -> Any:
    """Declare one setting: a field of a group of settings with all that is known about it."""
    return field(default=default, metadata={"rule": rule, "description": description})
