"""es-loader's metrics and log -> what came last of each log type, and what went wrong last.

The metrics tell when something came, whatever the amount; the log then tells the key, out of the few minutes that the
metrics name. Where there are no metrics the log is searched alone, newest first and so many pages at most.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import msgspec

from es_loader.doctor.calls import Aws, CannotLook, Refused
from es_loader.metrics import DIMENSION, NAMESPACE
from es_loader.pipeline import UNKNOWN_KEY

MINUTE, HOUR = 60_000, 3_600_000
WINDOWS = (5 * MINUTE, 30 * MINUTE, 3 * HOUR)
"""How far back the log is searched, one after the other, before all of the time that is asked for."""

PAGES = 20
"""Of log lines, for each window and question; a page is a megabyte at most."""

_METRIC_PAGES = 5
_QUERIES = 500
_FINE, _COARSE = 300, 3600
_FINE_DAYS = 3

READ = re.compile(r"read (?P<key>.+) as (?P<log_type>[^ :]+): \{")
UNKNOWN = re.compile(rf"skipped: {UNKNOWN_KEY} (?P<key>.+)")
TROUBLE = (
    re.compile(
        r"(?:not acknowledged|skipped): (?P<reason>s3://[^/]+/(?P<key>.+?) (?:may not|cannot|does not|broke).*)"
    ),
    re.compile(r"not acknowledged: (?P<key>[^:\s]*/[^:]*): (?P<reason>.*)"),
    re.compile(r"(?P<reason>only the beginning of (?P<key>.+) could be read: .*)"),
    re.compile(r"(?P<reason>\d+ dead letters of (?P<key>.+) are in .*)"),
    re.compile(r"not acknowledged: (?P<reason>.*)"),
    re.compile(r"(?P<reason>(?:loading stopped|configuration|exclusions): .*)"),
)
"""What a line says, and about which object; the last two are about none, or the key is not known."""

PERMISSION = re.compile(r"\b([a-z0-9-]+:[A-Z]\w+)\b.* is missing")
GONE = "does not exist"

_TROUBLE_PATTERN = " || ".join(
    f'$.message = "{beginning}"'
    for beginning in (
        *("not acknowledged*", "only the beginning of *", "*dead letters of *", "skipped: s3://*"),
        *("loading stopped*", "configuration:*", "exclusions:*", f"skipped: {UNKNOWN_KEY}*"),
    )
)


class Last(NamedTuple):
    """The last object of a log type: epoch milliseconds, its key if known, and how many came (0: not known)."""

    time: int
    key: str = ""
    objects: int = 0


class Trouble(NamedTuple):
    """What went wrong last: epoch milliseconds, reason, key (empty: of no single object)."""

    time: int
    reason: str
    key: str = ""

    @property
    def permission(self) -> str:
        """The permission that is missing, if that is it."""
        found = PERMISSION.search(self.reason)
        return found[1] if found else ""

    @property
    def is_loss(self) -> bool:
        """Whether something stays unloaded; of an object that was deleted, nothing does."""
        return GONE not in self.reason


@dataclass(slots=True)
class Arrivals:
    """What came and what went wrong.

    Attributes:
        last: by log type.
        troubles: by log type; None is the function's own trouble, or of an object that no log type takes.
        unknown: the last object that no log type takes.
        blind: why the log cannot be looked at.
    """

    last: dict[str, Last] = field(default_factory=dict)
    troubles: dict[str | None, Trouble] = field(default_factory=dict)
    unknown: Trouble | None = None
    blind: CannotLook | None = None


class _Counted(NamedTuple):
    """Objects of a log type: how many, and the last period in which some came, in epoch milliseconds."""

    start: int
    end: int
    objects: int


def arrivals(aws: Aws, log_group: str, classify: Callable[[str], str | None], *, since: int, now: int) -> Arrivals:
    """Return what es-loader tells.

    Args:
        aws: in the stack's region.
        log_group: of the function.
        classify: key -> name of its log type.
        since: epoch milliseconds.
        now: likewise.
    """
    found = Arrivals()
    try:
        counted = _counted(aws, since, now)
    except (CannotLook, Refused):
        counted = {}
    found.last = {name: Last(min(one.end, now), "", one.objects) for name, one in counted.items()}
    log = _Log(aws, log_group)
    try:
        if counted:
            found.last = {name: _with_key(log, name, one, now) for name, one in counted.items()}
        else:
            _search_reads(log, found, since, now)
        _search_troubles(log, found, classify, since, now)
    except CannotLook as exc:
        found.blind = exc
    except Refused:  # there is no log group before the function runs for the first time
        pass
    return found


def _counted(aws: Aws, since: int, now: int) -> dict[str, _Counted]:
    pages = aws.pages("cloudwatch", "list_metrics", most=_METRIC_PAGES, Namespace=NAMESPACE, MetricName="Objects")
    dimensions = (each for page in pages for one in page["Metrics"] for each in one["Dimensions"])
    names = sorted({each["Value"] for each in dimensions if each["Name"] == DIMENSION})[:_QUERIES]
    if not names:
        return {}
    period = _FINE if now - since <= _FINE_DAYS * 24 * HOUR else _COARSE
    answers = aws.pages(
        *("cloudwatch", "get_metric_data"),
        most=_METRIC_PAGES,
        MetricDataQueries=[_query(number, name, period) for number, name in enumerate(names)],
        StartTime=since // 1000,
        EndTime=now // 1000,
        ScanBy="TimestampDescending",
    )
    found: dict[str, _Counted] = {}
    for result in (one for page in answers for one in page["MetricDataResults"]):
        name = names[int(result["Id"].removeprefix("q"))]
        pairs = zip(result["Timestamps"], result["Values"], strict=True)
        there = {round(time.timestamp() * 1000): round(value) for time, value in pairs if value}
        if there:
            start, count = max(there), sum(there.values())
            known = found.get(name, _Counted(0, 0, 0))
            start = max(start, known.start)
            found[name] = _Counted(start, start + period * 1000, known.objects + count)
    return found


def _query(number: int, log_type: str, period: int) -> dict[str, Any]:
    metric = {
        "Namespace": NAMESPACE,
        "MetricName": "Objects",
        "Dimensions": [{"Name": DIMENSION, "Value": log_type}],
    }
    return {"Id": f"q{number}", "MetricStat": {"Metric": metric, "Period": period, "Stat": "Sum"}}


class _Log:
    """The function's log."""

    def __init__(self, aws: Aws, name: str) -> None:
        self._aws, self._name = aws, name

    def lines(self, pattern: str, start: int, end: int) -> Iterator[tuple[int, str]]:
        """Yield time and text of the lines in a window, oldest first."""
        pages = self._aws.pages(
            *("logs", "filter_log_events"),
            most=PAGES,
            token=("nextToken", "nextToken"),
            logGroupName=self._name,
            filterPattern=f"{{ {pattern} }}",
            startTime=start,
            endTime=end,
        )
        for page in pages:
            for event in page["events"]:
                yield event["timestamp"], _message(event["message"])


def _message(line: str) -> str:
    """Return what a line says, whether Lambda wrote it as JSON or as text."""
    try:
        found = msgspec.json.decode(line)
    except msgspec.DecodeError:
        return re.sub(r"^(?:(?:DEBUG|INFO|WARNING|ERROR) )?", "", line.strip())
    return str(found.get("message", "")) if isinstance(found, dict) else ""


def _with_key(log: _Log, log_type: str, counted: _Counted, now: int) -> Last:
    """Return the last object, with its key if the log has it."""
    last = Last(min(counted.end, now), "", counted.objects)
    pattern = f'$.message = "read *" && $.log_type = "{log_type}"'
    for time, text in log.lines(pattern, counted.start, last.time):
        read = READ.match(text)
        if read and read["log_type"] == log_type:
            last = Last(time, read["key"], counted.objects)
    return last


def _windows(since: int, now: int) -> Iterator[tuple[int, int]]:
    """Yield beginnings and ends, newest first, that cover all of the time together."""
    end = now
    for back in (*WINDOWS, now - since):
        start = max(since, now - back)
        if start < end:
            yield start, end
            end = start


def _search_reads(log: _Log, found: Arrivals, since: int, now: int) -> None:
    for start, end in _windows(since, now):
        newer = dict(found.last)
        for time, text in log.lines('$.message = "read *"', start, end):
            read = READ.match(text)
            if read and read["log_type"] not in newer:
                found.last[read["log_type"]] = Last(time, read["key"])


def _search_troubles(log: _Log, found: Arrivals, classify: Callable[[str], str | None], since: int, now: int) -> None:
    for start, end in _windows(since, now):
        newer, unknown_is_newer = dict(found.troubles), found.unknown is not None
        for time, text in log.lines(_TROUBLE_PATTERN, start, end):
            if (unknown := UNKNOWN.match(text)) and not unknown_is_newer:
                found.unknown = Trouble(time, UNKNOWN_KEY, unknown["key"])
            trouble = _trouble(time, text)
            log_type = classify(trouble.key) if trouble and trouble.key else None
            if trouble and log_type not in newer:
                found.troubles[log_type] = trouble


def _trouble(time: int, text: str) -> Trouble | None:
    match = next(filter(None, (pattern.match(text) for pattern in TROUBLE)), None)
    return Trouble(time, match["reason"], match.groupdict().get("key") or "") if match else None
