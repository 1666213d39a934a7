"""A CSV file of patterns -> which records they exclude by the texts in their original fields.

The file is the one of AWS's SIEM sample: `log_type,field,pattern,pattern_type,comment`, and `case_sensitive` if wanted.
Expressions are RE2's, whose time grows with the text and not beyond: whoever writes a log cannot make them slow.
"""

import csv
import difflib
import io
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from es_loader.errors import Excluded
from es_loader.options import BOOLEANS
from es_loader.types import Fields

REQUIRED = ("log_type", "field", "pattern")
TYPES = ("regex", "text")

MAX_FILE = 1 << 20
"""Bytes of a file; more are a mistake."""

MAX_TEXT = 1 << 15
"""Characters of a value that an expression looks at: longer ones are none that anybody foresaw, and are loaded."""

MAX_MEMORY = 1 << 20
"""Bytes of a compiled expression; with MAX_TEXT it bounds the time of one match."""


class Pattern(NamedTuple):
    """One row: records whose `field` is as `pattern` says are excluded for `reason`."""

    field: str
    pattern: str
    regex: bool
    case_sensitive: bool
    reason: str


class Row(NamedTuple):
    """One row and the log type that it is about."""

    log_type: str
    pattern: Pattern


def read_patterns(content: bytes, file: str, log_types: Collection[str]) -> tuple[list[Row], list[str]]:
    """Read a file.

    Args:
        content: of the file.
        file: its name, which reasons and mistakes begin with.
        log_types: the names that rows may have. Others are passed over, unless they look like a mistake.

    Returns:
        The sound rows, and one text for each mistake.
    """
    rows: list[Row] = []
    problems: list[str] = []
    try:
        for number, cells in _lines(content):
            try:
                if (row := _row(cells, f"{file} line {number}", log_types)) is not None:
                    rows.append(row)
            except ValueError as exc:
                problems.append(f"{file} line {number}: {exc}")
    except ValueError as exc:
        problems.append(f"{file}: {exc}")
    return rows, problems


def _lines(content: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    if len(content) > MAX_FILE:
        raise ValueError(f"is larger than {MAX_FILE:,} bytes")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        raise ValueError(f"is no UTF-8 text: {exc.reason} at byte {exc.start}") from None
    reader = csv.DictReader(io.StringIO(text, newline=""), skipinitialspace=True, restval="")
    missing = [name for name in REQUIRED if name not in (reader.fieldnames or ())]
    if missing:
        raise ValueError(f"the first line has no column {', '.join(missing)}; it must be like {','.join(_COLUMNS)}")
    try:
        for cells in reader:
            yield reader.line_num, {name: str(cell) for name, cell in cells.items() if name is not None}
    except csv.Error as exc:
        raise ValueError(f"is no CSV from line {reader.line_num} on: {exc}") from None


_COLUMNS = (*REQUIRED, "pattern_type", "comment")


def _row(cells: Mapping[str, str], reason: str, log_types: Collection[str]) -> Row | None:
    log_type, field = cells["log_type"].strip(), cells["field"].strip()
    kind = cells.get("pattern_type", "").strip().lower() or "regex"
    sensitive = cells.get("case_sensitive", "").strip().lower() or "true"
    if log_type not in log_types:
        close = difflib.get_close_matches(log_type, log_types, n=1, cutoff=0.8)
        if close:
            raise ValueError(f"there is no log type {log_type}; did you mean {close[0]}?")
        return None
    if not field or not cells["pattern"]:
        raise ValueError("has no field or no pattern")
    if kind not in TYPES:
        raise ValueError(f"pattern_type {kind!r} is not supported; allowed: {', '.join(TYPES)}")
    if sensitive not in BOOLEANS:
        raise ValueError(f"case_sensitive {sensitive!r} is not a boolean; allowed: true, false")
    pattern = Pattern(field, cells["pattern"], kind == "regex", BOOLEANS[sensitive], reason)
    if pattern.regex:
        _expression(pattern)
    return Row(log_type, pattern)


def compile_patterns(patterns: Iterable[Pattern], renamed: Mapping[str, str]) -> Callable[[Fields], None] | None:
    """Return the function that raises Excluded for a record that one of the patterns matches; None without patterns.

    Args:
        patterns: of one log type.
        renamed: new name -> old name of its fields that have another name than in the log.
    """
    by_field: dict[str, list[Pattern]] = {}
    for pattern in patterns:
        by_field.setdefault(pattern.field, []).append(pattern)
    checks = [(_paths(field, renamed), _check(found)) for field, found in by_field.items()]
    if not checks:
        return None

    def exclude(fields: Fields) -> None:
        for paths, reason_of in checks:
            for path in paths:
                for text in _texts(fields, path):
                    reason = reason_of(text)
                    if reason is not None:
                        raise Excluded(reason)

    return exclude


def _check(patterns: list[Pattern]) -> Callable[[str], str | None]:
    """Return the function from a field's text to the reason why its record is excluded; None if it is not."""
    texts = {each.pattern: each.reason for each in patterns if not each.regex and each.case_sensitive}
    folded = {each.pattern.casefold(): each.reason for each in patterns if not each.regex and not each.case_sensitive}
    expressions = [(_expression(each), each.reason) for each in patterns if each.regex]

    def reason_of(text: str) -> str | None:
        found = texts.get(text) or (folded.get(text.casefold()) if folded else None)
        if found is not None or not expressions or len(text) > MAX_TEXT:
            return found
        encoded = text.encode(errors="replace")
        return next((reason for matches, reason in expressions if matches(encoded)), None)

    return reason_of


def _expression(pattern: Pattern) -> Callable[[bytes], Any]:
    """Return the function that tells whether a whole UTF-8 text is as an expression says.

    Raises:
        ValueError: RE2 does not understand it, or it would need too much.
    """
    import re2  # type: ignore[import-untyped]  # noqa: PLC0415 - of the deployments few have expressions

    options = re2.Options()
    options.log_errors = False
    options.max_mem = MAX_MEMORY
    options.case_sensitive = pattern.case_sensitive
    try:
        compiled = re2.compile(pattern.pattern.encode(), options)
    except re2.error as exc:
        told = exc.args[0].decode(errors="replace") if exc.args and isinstance(exc.args[0], bytes) else str(exc)
        raise ValueError(
            f"{pattern.pattern!r} is no expression of RE2 (which has no (?=…), (?!…) and \\1): {told}"
        ) from None
    matches: Callable[[bytes], Any] = compiled.fullmatch
    return matches


def _paths(field: str, renamed: Mapping[str, str]) -> tuple[str, ...]:
    """Return the paths that a field may have here: as written, with `_` for `-`, in lower case with `_`, renamed."""
    safe = field.replace("-", "_")
    snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", safe).lower()
    new = [name for name, old in renamed.items() if old == field]
    return tuple(dict.fromkeys((field, safe, snake, *new)))


def _texts(fields: Fields, path: str) -> Iterator[str]:
    """Yield the texts at a dotted path (or under that very key), of every element where lists are on the way."""
    if path in fields:
        nodes = _elements(fields[path])
    elif "." in path:
        nodes = [fields]
        for name in path.split("."):
            nodes = [one for node in nodes if type(node) is dict and name in node for one in _elements(node[name])]
    else:
        return
    for node in nodes:
        if type(node) is str:
            yield node
        elif type(node) is bool:
            yield from (str(node), str(node).lower())
        elif type(node) in {int, float}:
            yield str(node)


def _elements(value: Any) -> list[Any]:
    return value if type(value) is list else [value]
