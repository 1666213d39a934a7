"""What `es-loader replay` shows: the selection that its options make, what waits as tables, what became of it."""

import re
from argparse import Namespace
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from rich.table import Table

from es_loader.commands.terminal import console, visible
from es_loader.errors import ConfigError
from es_loader.letter_bucket import Selection
from es_loader.normalize.timestamps import iso_from_epoch_ms
from es_loader.replay import Result

EACH = "each"
REASON_LENGTH = 160
"""Characters of a reason in a table."""

_EXAMPLES = 5
_SPECIFIC = (
    (re.compile(r"document with id '.*?'"), "document with id '…'"),
    (re.compile(r"Preview of field's value: '.*'"), "Preview of field's value: '…'"),
    (re.compile(r"\[[^\]]*\d[^\]]*\]"), "[…]"),
    (re.compile(r"\d+"), "N"),
)
"""What differs from one letter to the next of the same cause."""


class Item(NamedTuple):
    """Something that waits: `time` is epoch milliseconds."""

    log_type: str
    reason: str
    time: int
    what: str


def selection(arguments: Namespace) -> Selection:
    """Return what the options select.

    Raises:
        ConfigError: a time is none.
    """
    return Selection(
        log_types=tuple(arguments.log_type),
        reason=arguments.reason,
        since=_time("--since", arguments.since),
        until=_time("--until", arguments.until),
        key=arguments.key,
    )


def _time(option: str, text: str | None) -> int | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ConfigError(f"{option} {text}: not an ISO 8601 time such as 2030-01-02 or 2030-01-02T03:04:05Z") from None
    return round((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)


def print_items(items: Sequence[Item], how: str, unit: str) -> None:
    """Print what waits on standard output: each of it, or groups of the same log type and cause."""
    if how == EACH:
        each = [(_minute(one.time), one.log_type, one.what, _short(one.reason)) for one in items]
        _print(("notified", "log type", unit, "reason"), each)
        return
    groups: dict[tuple[str, str], list[int]] = {}
    for one in items:
        groups.setdefault((one.log_type, cause(one.reason)), []).append(one.time)
    rows = [
        (name, f"{len(times):,}", _minute(min(times)), _minute(max(times)), _short(reason))
        for (name, reason), times in sorted(groups.items())
    ]
    _print(("log type", f"{unit}s", "first notified", "last notified", "reason"), rows)


def cause(reason: str) -> str:
    """Return a reason without what is different from one letter to the next."""
    for pattern, instead in _SPECIFIC:
        reason = pattern.sub(instead, reason)
    return reason


def print_results(results: Sequence[Result], *, dry_run: bool, rejected: int = 0) -> None:
    """Print a row a log type on standard error, then why letters stay."""
    out = console(errors=True)
    stay = [one for one in results if one.problem]
    rows = []
    for name in sorted({one.letter.log_type for one in results}):
        own = [one for one in results if one.letter.log_type == name]
        numbers = (
            len(own),
            len(own) - sum(1 for one in own if one.problem),
            sum(one.documents for one in own),
            sum(one.failures for one in own),
            sum(1 for one in own if one.problem),
        )
        rows.append((name, *(f"{number:,}" for number in numbers)))
    _print(
        ("log type", "letters", "would go" if dry_run else "replayed", "documents", "failures", "stay"),
        rows,
        errors=True,
    )
    if rejected:
        out.print(f"{rejected} documents were refused by OpenSearch and indexed as pipeline_error", style="red")
    for line in _examples(f"{one.letter.key}, record {one.letter.number}: {one.problem}" for one in stay):
        out.print(visible(line), style="red")


def _examples(lines: Iterable[str]) -> list[str]:
    found = list(lines)
    return [_short(line) for line in found[:_EXAMPLES]] + [f"… and {len(found) - _EXAMPLES} more"] * (
        len(found) > _EXAMPLES
    )


def _print(names: Sequence[str], rows: Iterable[Sequence[str]], *, errors: bool = False) -> None:
    table = Table(box=None, header_style="bold", pad_edge=False)
    for name in names:
        table.add_column(
            name, justify="left" if name in _TEXTS else "right", no_wrap=name not in _LONG, overflow="fold"
        )
    for row in rows:
        table.add_row(*map(visible, row))
    out = console(errors=errors)
    if not out.is_terminal:
        out.width = _UNBOUNDED
    out.print(table)


_TEXTS = {"log type", "reason", "letter", "message"}
_LONG = {"reason", "letter", "message"}
_UNBOUNDED = 10_000
"""Columns of what is no terminal: another program reads whole lines."""


def _short(text: str) -> str:
    return text if len(text) <= REASON_LENGTH else f"{text[:REASON_LENGTH]}…"


def _minute(time: int) -> str:
    return iso_from_epoch_ms(time)[:16].replace("T", " ")
