"""What the demo prints: steps with their seconds, what arrived, and the investigations with their answers.

On a terminal with colours and moving bars; elsewhere the same as plain lines.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.padding import Padding
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from laptop.arrivals import Arrival
from laptop.search_text import search_text
from samples.answers import Row
from samples.investigations import Investigation
from samples.tables import Table as Answer

WIDTH = 100
"""Columns where there is no terminal to ask."""

INDENT = (0, 0, 0, 2)
NUMBERS = frozenset(
    {"agents", "bytes", "events", "failures", "flows", "ports", "queries", "requests", "severity", "updates", "users"}
)
STYLES = {"failure": "red", "success": "green", "-": "dim"}
TRY = (
    (".venv/bin/es-loader try FILE --key KEY", "what a log of yours becomes, or why nothing"),
    (".venv/bin/es-loader classify KEY", "which log type reads the object under a key"),
    (".venv/bin/es-loader load samples/logs --to ndjson:-", "all samples as ECS documents"),
    ("make opensearch", "an OpenSearch to load into and search"),
    (".venv/bin/python -m laptop.demo --keep", "this, with servers that stay until Ctrl-C"),
)


def console() -> Console:
    """Return the console of the demo."""
    found = Console(highlight=False, emoji=False)
    return found if found.is_terminal else Console(highlight=False, emoji=False, width=WIDTH)


class Report:
    """The demo's output.

    Args:
        out: where it goes.
    """

    def __init__(self, out: Console) -> None:
        self._out = out
        self._started = time.monotonic()

    def title(self, text: str, subtitle: str) -> None:
        """Print what this is."""
        self._out.print(Text.assemble((text, "bold"), f"\n{subtitle}\n"))

    def chapter(self, text: str) -> None:
        """Print a heading over the whole width."""
        self._out.print()
        self._out.rule(Text(text, style="bold cyan"), align="left", style="cyan")
        self._out.print()

    @contextmanager
    def step(self, text: str) -> Iterator[None]:
        """Show what is going on, and how many seconds it took once it is done."""
        columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
        started = time.monotonic()
        with Progress(*columns, console=self._out, transient=True, disable=not self._out.is_terminal) as spinner:
            spinner.add_task(text)
            yield
        self.done(text, time.monotonic() - started)

    @contextmanager
    def bar(self, text: str, total: int, unit: str) -> Iterator[Callable[[int], None]]:
        """Show a bar; yields the function that says how many are done."""
        columns = (
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn(unit),
            TimeElapsedColumn(),
        )
        started = time.monotonic()
        with Progress(*columns, console=self._out, transient=True, disable=not self._out.is_terminal) as bar:
            task = bar.add_task(text, total=total)
            yield lambda done: bar.update(task, completed=done)
        self.done(f"{text}: {total:,} {unit}", time.monotonic() - started)

    def done(self, text: str, seconds: float) -> None:
        """Print one line about something that is done."""
        self._out.print(Text.assemble(("✓ ", "green"), f"{text:<64}", (f"{seconds:7.1f} s", "dim")))

    def arrivals(self, arrivals: Iterable[Arrival]) -> None:
        """Print what arrived of each log type."""
        table = Table("log type", box=SIMPLE_HEAD, header_style="bold", pad_edge=False)
        for name in ("objects", "records", "dropped", "documents", "failures", "searchable after"):
            table.add_column(name, justify="right")
        rows = list(arrivals)
        for each in rows:
            seconds = "-" if each.seconds is None else f"{each.seconds:.1f} s"
            failures = Text(f"{each.arrived.failures:,}", style="red" if each.arrived.failures else "")
            counts = (len(each.keys), each.records, each.dropped.total(), each.arrived.documents)
            table.add_row(each.log_type, *(f"{count:,}" for count in counts), failures, seconds)
        table.add_section()
        totals = (
            sum(len(each.keys) for each in rows),
            sum(each.records for each in rows),
            sum(each.dropped.total() for each in rows),
            sum(each.arrived.documents for each in rows),
            sum(each.arrived.failures for each in rows),
        )
        table.add_row("all", *(f"{total:,}" for total in totals), "", style="bold")
        self._out.print(table)
        for each in rows:
            for reason, count in each.dropped.items():
                self._out.print(f"  {each.log_type}: {count:,} dropped, {reason}", style="dim")

    def investigation(self, number: int, asked: Investigation, response: dict[str, object]) -> bool:
        """Print a question, its search and its answer; return whether the answer is what the samples hold."""
        self.chapter(f"Investigation {number}: {asked.title}")
        self._out.print(asked.question, style="bold")
        self._out.print()
        search = search_text(asked.body["query"])
        self._out.print(Text.assemble(("search  ", "dim"), (search, "yellow"), (f"   in {asked.index}", "dim")))
        found = [self._answer(table, table.rows(response)) for table in asked.tables]
        return all(found)

    def problem(self, text: str) -> None:
        """Print what went wrong."""
        self._out.print(Text(text, style="red"))

    def end(self, *, good: bool) -> None:
        """Print what else there is, and how long everything took."""
        self.chapter("What else to try")
        for command, meaning in TRY:
            self._out.print(Text.assemble((f"  {command:<52}", "cyan"), meaning))
        outcome = ("All answers are those that the samples hold.", "bold green")
        if not good:
            outcome = ("Not all answers are those that the samples hold: see above.", "bold red")
        self._out.print(Text.assemble("\n", outcome, f"  {time.monotonic() - self._started:.0f} seconds in all."))

    def servers(self, addresses: Sequence[tuple[str, str]]) -> None:
        """Print where the servers that stay can be reached."""
        self.chapter("Running until Ctrl-C")
        for name, address in addresses:
            self._out.print(Text.assemble(f"  {name:<14}", (address, "cyan")), soft_wrap=True)

    def _answer(self, answer: Answer, rows: list[Row]) -> bool:
        table = Table(box=SIMPLE_HEAD, header_style="bold", pad_edge=False, padding=(0, 1, 0, 0))
        for column in answer.columns:
            table.add_column(column.title, justify="right" if column.title in NUMBERS else "left", overflow="fold")
        for row in rows:
            table.add_row(*(Text(cell, style=STYLES.get(cell, "")) for cell in map(_readable, answer.columns, row)))
        self._out.print()
        self._out.print(Text.assemble(("▸ ", "cyan"), (answer.title, "bold")))
        self._out.print(Padding(table, INDENT))
        expected = rows == list(answer.expected)
        if not expected:
            self._differences(answer.expected, rows)
        return expected

    def _differences(self, expected: Sequence[Row], rows: Sequence[Row]) -> None:
        self.problem("  This is not what the samples hold:")
        for row in expected:
            if row not in rows:
                self.problem(f"    missing     {' | '.join(row)}")
        for row in rows:
            if row not in expected:
                self.problem(f"    unexpected  {' | '.join(row)}")
        if sorted(rows) == sorted(expected):
            self.problem("    the order of the rows")


def _readable(column: object, cell: str) -> str:
    title = getattr(column, "title", "")
    return f"{int(cell):,}" if title in NUMBERS and cell.isdigit() else cell
