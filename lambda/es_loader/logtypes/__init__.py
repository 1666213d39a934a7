"""What configuration cannot say about a log type: one module each, found by the section's name."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec

from es_loader.declarations import LogType
from es_loader.types import Document, Fields, RawRecord, Source

Refine = Callable[[Document, Fields, RawRecord, Source], None]


@dataclass(frozen=True, slots=True)
class Hooks:
    """The functions that a log type's module brings; None for each that it does without.

    parse: one line of text -> fields. prepare: decoded fields -> the same, put in order. header: a line of
    columns -> their names if it is a header, none if it is a comment. starts: whether a bare line begins a record,
    or continues the one before it. belongs: parsed fields -> the section whose record this is, though it came in an
    object of this one; None for its own. refine: completes the document in place. names_columns: whether `parse`
    itself reads what the section says of a row's columns (`csv_header`, `log_pattern`).
    """

    parse: Callable[[str], Fields] | None = None
    prepare: Callable[[Fields], Fields] | None = None
    header: Callable[[str], tuple[str, ...] | None] | None = None
    starts: Callable[[str], bool] | None = None
    belongs: Callable[[Fields], str | None] | None = None
    refine: Refine | None = None
    names_columns: bool = False

    def columns(self, log_type: LogType) -> tuple[str, ...] | None:
        """Return the names that a section gives to a row's columns; None if there are none, or `parse` reads them."""
        own = () if self.names_columns else log_type.csv_header
        return tuple(name.replace("-", "_") for name in own) or None


def hooks(log_type: LogType) -> Hooks:
    """Return what `hooks(log_type)` of `es_loader.logtypes.<section>` makes; a section may do without that module."""
    name = f"{__name__}.{log_type.name.replace('-', '_')}"
    if not log_type.builtin or find_spec(name) is None:
        return Hooks()
    made: Hooks = import_module(name).hooks(log_type)
    return made
