"""What configuration cannot say about a log type: one module each, found by the section's name."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from es_loader.declarations import LogType
from es_loader.types import Document, Fields, RawRecord, Source

Refine = Callable[[Document, Fields, RawRecord, Source], None]


@dataclass(frozen=True, slots=True)
class Hooks:
    """The functions that a log type's module may define; None for each that it does not.

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


def hooks(log_type: LogType) -> Hooks:
    """Find what `es_loader.logtypes.<section>` defines.

    A `refiner(log_type)` there makes the refine function, a `hooks(log_type)` all of them.
    """
    name = f"{__name__}.{log_type.name.replace('-', '_')}"
    if not log_type.builtin or find_spec(name) is None:
        return Hooks()
    module: Any = import_module(name)
    if maker := getattr(module, "hooks", None):
        made: Hooks = maker(log_type)
        return made
    refiner = getattr(module, "refiner", None)
    return Hooks(
        parse=getattr(module, "parse", None),
        prepare=getattr(module, "prepare", None),
        header=getattr(module, "header", None),
        starts=getattr(module, "starts", None),
        belongs=getattr(module, "belongs", None),
        refine=refiner(log_type) if refiner else getattr(module, "refine", None),
    )
