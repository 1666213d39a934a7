"""What `es-loader doctor` found, as tables on a terminal or as JSON."""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

from rich.console import Console
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
    """Print the sources, what all of them need, and below that the keys, the errors, and what is to be done."""
    out = console()
    if sources:
        out.print(_sources(sources, since, now))
    else:
        out.print(f"no log source is switched on, and nothing came in the last {since}: docs/log-sources/README.md")
    out.print()
    out.print(_core(core))
    for one in sources:
        _print_details(out, one.name, _said(one), (*one.findings, *_of_verdict(one)))
    for name, finding in core:
        if finding.hint or finding.page:
            _print_details(out, name, (), (finding,))


def _sources(sources: Sequence[Diagnosis], since: str, now: datetime) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in ("source", "verdict"):
        table.add_column(column, no_wrap=True)
    table.add_column(f"objects in {since}", justify="right")
    for column in ("last object", "last error", "missing permission"):
        table.add_column(column)
    for one in sources:
        table.add_row(
            visible(one.name),
            Text(one.verdict.value, style=_VERDICTS[one.verdict]),
            f"{one.last.objects:,}" if one.last and one.last.objects else "",
            _ago(one.last.time, now) if one.last else "none",
            _ago(one.trouble.time, now) if one.trouble else "none",
            visible(_missing(one)),
        )
    return table


def _missing(one: Diagnosis) -> str:
    wanted = (each.permission for each in (*one.findings, *_of_verdict(one)) if each.level is Level.WRONG)
    return ", ".join(dict.fromkeys(filter(None, wanted)))


def _core(core: Sequence[Checked]) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in ("all of them need", "verdict"):
        table.add_column(column, no_wrap=True)
    table.add_column("", overflow="fold")
    for name, finding in core:
        table.add_row(name, Text(finding.level.value, style=_LEVELS[finding.level]), visible(finding.text))
    return table


def _said(one: Diagnosis) -> Iterator[str]:
    if one.last and one.last.key:
        yield f"last object: {one.last.key}"
    if one.trouble:
        yield f"last error: {one.trouble.reason}"


def _print_details(out: Console, name: str, said: Iterable[str], findings: Iterable[Finding]) -> None:
    lines = [Text(f"  {visible(line)}") for line in said]
    for finding in findings:
        lines.append(Text(f"  {visible(finding.text)}", style=_LEVELS[finding.level]))
        lines += [Text(f"    {visible(line)}") for line in _advice(finding)]
    if lines:
        out.print()
        out.print(Text(visible(name), style="bold"))
        out.print(*lines, sep="\n")


def _of_verdict(one: Diagnosis) -> Iterator[Finding]:
    """Yield what a verdict says that comes from no finding."""
    page = f"{one.page}#{'when-nothing-comes' if 'log-sources' in one.page else 'keys'}"
    if one.verdict is Verdict.FAILING and one.trouble:
        text = "what came last could not be loaded"
        messages = "docs/troubleshooting.md#messages-in-the-dead-letter-queue"
        yield Finding(Level.WRONG, text, page=messages, permission=one.trouble.permission)
    if one.verdict is Verdict.SILENT:
        yield Finding(Level.WRONG, "its service reports no error, but nothing came", page=page)
    if one.verdict is Verdict.QUIET:
        yield Finding(Level.NOTE, "nothing came, which is right if nothing was found", page=page)


def _advice(finding: Finding) -> Iterator[str]:
    if finding.permission and finding.level is Level.WRONG:
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
