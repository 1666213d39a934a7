"""cdk context -> settings, checked here and nowhere else."""

import difflib
import re
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from siem_stack.settings.conflicts import conflicts
from siem_stack.settings.declared import PREFIX, Settings
from siem_stack.settings.rules import Value


class SettingsError(ValueError):
    """Settings that cannot be deployed; the text has one line for each mistake."""


def from_context(context: Mapping[str, Any]) -> Settings:
    """Return the settings in the cdk context, where those of the command line are texts.

    Args:
        context: all of it; names without PREFIX belong to others.

    Raises:
        SettingsError: an unknown setting or a wrong value; the text names all of them.
    """
    declared = {each.name: each for each in fields(Settings)}
    given = {name.removeprefix(PREFIX): value for name, value in context.items() if name.startswith(PREFIX)}
    problems = [_unknown(name, declared) for name in sorted(given.keys() - declared.keys())]
    values: dict[str, Value] = {}
    for name in sorted(given.keys() & declared.keys()):
        value, rule = _typed(given[name], declared[name].type), declared[name].metadata["rule"]
        if value is None or not rule.allows(value):
            problems.append(f"{PREFIX}{name} must be {rule.text}; it is {given[name]!r}")
        else:
            values[name] = value
    settings = Settings(**values)  # type: ignore[arg-type]  # the loop has checked their types
    problems = problems or list(conflicts(settings))
    if problems:
        raise SettingsError("\n".join(problems))
    return settings


def _unknown(name: str, declared: Mapping[str, Any]) -> str:
    close = difflib.get_close_matches(name, declared, n=1)
    hint = f"did you mean {PREFIX}{close[0]}?" if close else "docs/settings.md has all of them"
    return f"{PREFIX}{name} is no setting; {hint}"


def _typed(value: Any, kind: Any) -> Value | None:
    """Return a value of the setting's type; None if it cannot be one."""
    if kind is str:
        return value if isinstance(value, str) else None
    if kind is bool:
        return value if isinstance(value, bool) else _YES_OR_NO.get(value) if isinstance(value, str) else None
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,9}", value):
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


_YES_OR_NO = {"true": True, "false": False}
