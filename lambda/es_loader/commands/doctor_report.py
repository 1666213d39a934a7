"""What `es-loader doctor` found, as tables on a terminal or as JSON."""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from rich.table import Table
from rich.text import Text

from es_loader.commands.terminal import console, visible
from es_loader.doctor.core import Checked
from es_loader.doctor.diagnosis import Diagnosis, Verdict
from es_loader.doctor.findings import Finding, Level
from es_loader.normalize.timestamps import iso

_VERDICTS = {
    Verdict.BROKEN: "bold red",
    Verdict.FAILING: "bold red",
    Verdict.SILENT: "red",
    Verdict.UNKNOWN: "yellow",
    Verdict.QUIET: "cyan",
    Verdict.DELIVERING: "green",
}
_LEVELS = {Level.WELL: "green", Level.NOTE: "cyan", Level.UNKNOWN: "yellow", Level.WRONG: "bold red"}
_UNITS = ((86_400, "d"), (3600, "h"), (60, "min"), (1, "s"))


def print_tables(core: Sequence[Checked], sources: Sequence[Diagnosis], *, since: str, now: datetime) -> None:
    """Print the sources, the core path, and below them what is to be done."""
    out = console()
    if sources:
        out.print(_sources(sources, since, now))
    else:
        out.print(f"no log source is switched on, and nothing came in the last {since}: docs/log-sources/README.md")
    out.print()
    out.print(_core(core))
    for where, finding in _findings(core, sources):
        out.print()
        out.print(Text(visible(f"{where}: {finding.text}"), style=_LEVELS[finding.level]))
        for line in _advice(finding):
            out.print(Text(f"    {visible(line)}"))


def _sources(sources: Sequence[Diagnosis], since: str, now: datetime) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("source", no_wrap=True)
    table.add_column("verdict", no_wrap=True)
    table.add_column(f"objects in {since}", justify="right")
    table.add_column("last object", no_wrap=True)
    table.add_column("its key", overflow="fold", ratio=3)
    table.add_column("last error", overflow="fold", ratio=2)
    for one in sources:
        last, trouble = one.last, one.trouble
        error = f"{_ago(trouble.time, now)}: {trouble.reason}" if trouble else ""
        table.add_row(
            visible(one.name),
            Text(one.verdict.value, style=_VERDICTS[one.verdict]),
            f"{last.objects:,}" if last and last.objects else "",
            _ago(last.time, now) if last else "never",
            visible(last.key) if last else "",
            visible(error),
        )
    return table


def _core(core: Sequence[Checked]) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("all of them need", no_wrap=True)
    table.add_column("verdict", no_wrap=True)
    table.add_column("", overflow="fold")
    for name, finding in core:
        table.add_row(name, Text(finding.level.value, style=_LEVELS[finding.level]), visible(finding.text))
    return table


def _findings(core: Sequence[Checked], sources: Sequence[Diagnosis]) -> Iterator[tuple[str, Finding]]:
    """Yield what somebody may have to do something about, the sources' first."""
    for one in sources:
        yield from ((one.name, finding) for finding in (*one.findings, *_of_verdict(one)))
    yield from ((name, finding) for name, finding in core if finding.hint or finding.page)


def _of_verdict(one: Diagnosis) -> Iterator[Finding]:
    """Yield what a verdict says that comes from no finding."""
    page = f"{one.page}#{'when-nothing-comes' if 'log-sources' in one.page else 'keys'}"
    if one.verdict is Verdict.FAILING and one.trouble:
        text = f"what came last could not be loaded: {one.trouble.reason}"
        messages = "docs/troubleshooting.md#messages-in-the-dead-letter-queue"
        yield Finding(Level.WRONG, text, page=messages, permission=one.trouble.permission)
    if one.verdict is Verdict.SILENT:
        yield Finding(Level.WRONG, "its service reports no error, but nothing came", page=page)
    if one.verdict is Verdict.QUIET:
        yield Finding(Level.NOTE, "nothing came, which is right if nothing was found", page=page)


def _advice(finding: Finding) -> Iterator[str]:
    if finding.permission:
        yield f"missing permission: {finding.permission}"
    if finding.hint:
        yield finding.hint
    if finding.page:
        yield f"see {finding.page}"


def _ago(time: int, now: datetime) -> str:
    """Return how long ago a time in epoch milliseconds was."""
    seconds = max(0, round(now.timestamp() - time / 1000))
    size, unit = next((each for each in _UNITS if seconds >= each[0]), _UNITS[-1])
    return f"{seconds // size} {unit} ago"


def print_json(core: Sequence[Checked], sources: Sequence[Diagnosis], *, since: str, now: datetime) -> None:
    """Print all of it as one JSON object; docs/doctor.md names its members."""
    found = {
        "time": iso(now),
        "since": since,
        "sources": [_source(one) for one in sources],
        "core": [{"name": one.name, **_finding(one.finding)} for one in core],
    }
    console().print(json.dumps(found, indent=2))


def _source(one: Diagnosis) -> dict[str, object]:
    last, trouble = one.last, one.trouble
    return {
        "name": one.name,
        "title": one.title,
        "log_types": list(one.log_types),
        "verdict": one.verdict.value,
        "objects": last.objects if last else 0,
        "last_object": {"time": _iso(last.time), "key": last.key} if last else None,
        "last_error": (
            {
                "time": _iso(trouble.time),
                "reason": trouble.reason,
                "key": trouble.key,
                "permission": trouble.permission,
            }
            if trouble
            else None
        ),
        "findings": [_finding(each) for each in (*one.findings, *_of_verdict(one))],
        "page": one.page,
    }


def _finding(finding: Finding) -> dict[str, str]:
    return {
        "level": finding.level.value,
        "text": finding.text,
        "hint": finding.hint,
        "page": finding.page,
        "permission": finding.permission,
    }


def _iso(time: int) -> str:
    return iso(datetime.fromtimestamp(time / 1000, UTC))
