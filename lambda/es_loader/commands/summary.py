"""The progress bar of commands that take objects, and the summary of `es-loader load` by log type."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

from es_loader.commands.terminal import console, visible
from es_loader.pipeline import LoadReport


@contextmanager
def progress(
    total: int, *, quiet: bool, verb: str = "loading", unit: str = "objects"
) -> Iterator[Callable[[int], None]]:
    """Show a bar over so many objects on a terminal; yields the function that advances it."""
    out = console(errors=True)
    if quiet or not out.is_terminal:
        yield lambda _count: None
        return
    columns = (
        TextColumn(verb),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn(unit),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=out, transient=True) as bar:
        task = bar.add_task("", total=total)
        yield lambda count: bar.advance(task, count)


@dataclass(slots=True)
class _Row:
    objects: int = 0
    records: int = 0
    documents: int = 0
    failures: int = 0
    excluded: Counter[str] = field(default_factory=Counter)


def print_summary(reports: Sequence[LoadReport], lost: Sequence[str], rejected: int, seconds: float) -> None:
    """Print a row a log type, then what was skipped, cut short, refused and lost; all on standard error."""
    out = console(errors=True)
    out.print(_table(_rows(reports)))
    records = sum(report.records for report in reports)
    out.print(f"{records:,} records in {seconds:.1f} s ({records / max(seconds, 0.001):,.0f}/s)")
    for reason, count in Counter(report.skipped for report in reports if report.skipped).items():
        out.print(f"skipped: {count} objects: {reason}", style="yellow")
    for report in reports:
        if report.error:
            out.print(visible(f"{report.key}: {report.error}"), style="red")
    if rejected:
        out.print(f"{rejected} documents were refused by OpenSearch and indexed as pipeline_error", style="red")
    if lost:
        out.print(f"{len(lost)} documents were not stored, for example: {lost[0]}", style="bold red")


def _rows(reports: Sequence[LoadReport]) -> dict[str, _Row]:
    rows: dict[str, _Row] = {}
    for report in reports:
        if report.log_type is None:
            continue
        row = rows.setdefault(report.log_type, _Row())
        row.objects += 1
        row.records += report.records
        row.documents += report.documents
        row.failures += report.failures
        row.excluded += report.excluded
    return rows


def _table(rows: dict[str, _Row]) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("log type")
    for name in ("objects", "records", "documents", "failures", "dropped"):
        table.add_column(name, justify="right")
    table.add_column("why dropped", overflow="fold")
    for name, row in sorted(rows.items()):
        reasons = ", ".join(f"{reason} {count:,}" for reason, count in row.excluded.items())
        numbers = (row.objects, row.records, row.documents, row.failures, row.excluded.total())
        table.add_row(name, *(f"{number:,}" for number in numbers), reasons, style="red" if row.failures else None)
    return table
