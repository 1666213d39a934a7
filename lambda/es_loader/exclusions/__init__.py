"""Which records are not wanted: the loader's own reads, by patterns on fields, by conditions on documents."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from es_loader.declarations import LogType
from es_loader.exclusions.conditions import Condition, compile_conditions
from es_loader.exclusions.own_logs import Own, compile_own
from es_loader.exclusions.patterns import Pattern, compile_patterns
from es_loader.types import Document, Fields


@dataclass(frozen=True, slots=True)
class Exclusions:
    """All rules, by log type; equal where they exclude the same."""

    patterns: Mapping[str, tuple[Pattern, ...]] = field(default_factory=dict)
    conditions: Mapping[str, tuple[Condition, ...]] = field(default_factory=dict)
    own: Own | None = None


class Filters(NamedTuple):
    """What a log type's records have to pass; None where it has no such rules, so that nothing is called.

    `fields` sees a record as it was parsed, `document` the same and what became of it. Both raise Excluded.
    """

    fields: Callable[[Fields], None] | None = None
    document: Callable[[Fields, Document], None] | None = None


def filters(log_type: LogType, exclusions: Exclusions, counted: Counter[str]) -> Filters:
    """Compile the rules of one log type.

    Args:
        log_type: its declaration; `ignore_own_logs` switches the rules about the loader's own reads on.
        exclusions: all rules.
        counted: where conditions that only count do so, by their names.
    """
    own = compile_own(log_type.name, exclusions.own) if log_type.ignore_own_logs else None
    patterns = compile_patterns(exclusions.patterns.get(log_type.name, ()), log_type.renamed)
    conditions = compile_conditions(exclusions.conditions.get(log_type.name, ()), counted)
    return Filters(_both(own, patterns), conditions)


def _both(
    first: Callable[[Fields], None] | None, second: Callable[[Fields], None] | None
) -> Callable[[Fields], None] | None:
    if first is None or second is None:
        return first or second

    def check(fields: Fields) -> None:
        first(fields)
        second(fields)

    return check
