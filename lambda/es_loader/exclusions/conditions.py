"""Conditions from the parameter store -> which documents they exclude, or only count.

A parameter `/siem/exclude-logs/<log type>/<name>` is `{"action": "EXCLUDE", "expression": "<JMESPath>"}`, as AWS's SIEM
sample has it. JMESPath is a language of queries: it calls nothing but its own functions, and cannot loop.

https://jmespath.org/specification.html
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from es_loader.errors import Excluded
from es_loader.types import Document, Fields

PATH = "/siem/exclude-logs"
EXCLUDE, COUNT, DISABLE = "exclude", "count", "disable"
ACTIONS = (EXCLUDE, COUNT, DISABLE)

_DEFECTS = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What an expression can raise on a document of another shape, JMESPath's own errors among them: it does not match."""


class Condition(NamedTuple):
    """One parameter, `name` without the common path."""

    name: str
    count_only: bool
    expression: str


def read_conditions(parameters: Mapping[str, str]) -> tuple[dict[str, tuple[Condition, ...]], list[str]]:
    """Read parameters.

    Args:
        parameters: full name -> value.

    Returns:
        The sound ones by log type, and one text for each mistake.
    """
    found: dict[str, tuple[Condition, ...]] = {}
    problems: list[str] = []
    for name, value in sorted(parameters.items()):
        try:
            condition = _condition(name.removeprefix(f"{PATH}/"), value)
        except ValueError as exc:
            problems.append(f"parameter {name}: {exc}")
            continue
        if condition is not None:
            log_type = condition.name.partition("/")[0]
            found[log_type] = (*found.get(log_type, ()), condition)
    return found, problems


def _condition(name: str, value: str) -> Condition | None:
    if "/" not in name:
        raise ValueError(f"is about no log type; name it {PATH}/<log type>/{name}")
    try:
        told = json.loads(value)
    except (ValueError, RecursionError):
        told = None
    if type(told) is not dict or not all(isinstance(told.get(key), str) for key in ("action", "expression")):
        raise ValueError('is no JSON object like {"action": "COUNT", "expression": "source.ip == \'192.0.2.1\'"}')
    action = told["action"].strip().lower()
    if action not in ACTIONS:
        raise ValueError(f"action {told['action']!r} is not supported; allowed: EXCLUDE, COUNT, DISABLE")
    _expression(told["expression"])
    return None if action == DISABLE else Condition(name, action == COUNT, told["expression"])


def _expression(text: str) -> Callable[[Any], Any]:
    """Compile an expression.

    Raises:
        ValueError: it is none.
    """
    import jmespath  # type: ignore[import-untyped]  # noqa: PLC0415 - of the deployments few have conditions

    try:
        compiled = jmespath.compile(text)
    except (jmespath.exceptions.JMESPathError, RecursionError) as exc:
        raise ValueError(f"{text!r} is no JMESPath expression: {' '.join(str(exc).split())}") from None
    search: Callable[[Any], Any] = compiled.search
    return search


def compile_conditions(
    conditions: Iterable[Condition], counted: Counter[str]
) -> Callable[[Fields, Document], None] | None:
    """Return the function that raises Excluded for a document that a condition matches; None without conditions.

    A condition sees the document as it would be sent, laid over the record's original fields, and matches if what it
    gives is neither null, false, 0 nor empty.

    Args:
        conditions: of one log type.
        counted: where those that only count do so, by their names.
    """
    checks = [(_expression(each.expression), each.count_only, each.name) for each in conditions]
    if not checks:
        return None

    def exclude(fields: Fields, doc: Document) -> None:
        seen = {**fields, **doc}
        for search, count_only, name in checks:
            try:
                matches = bool(search(seen))
            except _DEFECTS:
                continue
            if not matches:
                continue
            if not count_only:
                raise Excluded(f"condition {name}")
            counted[name] += 1

    return exclude
