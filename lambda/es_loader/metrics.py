"""What became of the objects of one invocation -> metrics: one line for each log type, in CloudWatch's embedded format.

Lambda hands on what is printed as it is, whatever the function's log format; what goes through `logging` it wraps, and
CloudWatch would find no metrics in it.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from heapq import nlargest
from typing import Any, Protocol, TypeAlias

import msgspec

from es_loader.pipeline import UNKNOWN_KEY, LoadReport
from es_loader.sinks.bulk import REJECTED, RESENT
from es_loader.types import ObjectRef

NAMESPACE = "SiemOnOpenSearch"
DIMENSION = "LogType"

FAILED = "failed"
DEAD_LETTERED = "dead_lettered"
REST_DEAD_LETTERED = "rest_dead_lettered"
"""What else than REJECTED and RESENT may happen to a document, or to the rest of an object."""

_MOST_VALUES = 100
"""Of one metric in one line."""

Value: TypeAlias = int | list[int]


class _Taker(Protocol):
    @property
    def taken_bytes(self) -> int: ...


@dataclass(slots=True, eq=False)
class Origin:
    """One object on its way, which each of its documents brings along as the sink's `ref`.

    Attributes:
        message: position in the batch of the message that names it.
        counts: documents by what happened to them; the others were stored.
        complete: it was read to its end, or as far as it can be read.
    """

    message: int
    ref: ObjectRef
    report: LoadReport
    counts: Counter[str] = field(default_factory=Counter)
    milliseconds: int = 0
    bytes_out: int = 0
    complete: bool = False

    def count(self, what: str) -> None:
        """Count one document."""
        self.counts[what] += 1

    @contextmanager
    def measured(self, sink: _Taker) -> Iterator[None]:
        """Measure the loading that is done inside."""
        started, taken = time.monotonic(), sink.taken_bytes
        try:
            yield
            self.complete = self.report.rest is None
        finally:
            self.milliseconds = round(1000 * (time.monotonic() - started))
            self.bytes_out = sink.taken_bytes - taken


def lines(origins: Sequence[Origin], *, stored: int) -> Iterator[str]:
    """Yield a line for each log type, and one for objects that no log type takes.

    Args:
        origins: all objects of the invocation.
        stored: epoch milliseconds at which the last document was known to be stored.
    """
    by_type: dict[str, list[Origin]] = {}
    for origin in origins:
        if origin.report.log_type:
            by_type.setdefault(origin.report.log_type, []).append(origin)
    for log_type, members in sorted(by_type.items()):
        values = {metric.name: metric.value(members, stored) for metric in METRICS}
        yield _line({DIMENSION: log_type}, values, stored)
    unknown = sum(origin.report.skipped == UNKNOWN_KEY for origin in origins)
    if unknown:
        yield _line({}, {UNKNOWN_OBJECTS: unknown}, stored)


def database_line(built: Sequence[int], *, now: int) -> str:
    """Return the line of a function that starts: which GeoIP databases it has, and how old the oldest is.

    Args:
        built: epoch seconds of each.
        now: epoch milliseconds.
    """
    values: dict[str, Value] = {DATABASES: len(built)}
    if built:
        values[DATABASE_AGE] = max(0, now // 1000 - min(built)) // 86_400
    return _line({}, values, now)


def _lags(origins: Sequence[Origin], stored: int) -> list[int]:
    done = (origin for origin in origins if origin.complete and not origin.counts[FAILED])
    return nlargest(_MOST_VALUES, (max(0, stored - origin.ref.event_time) for origin in done))


def _sum_of(measure: Callable[[Origin], int]) -> Callable[[Sequence[Origin], int], Value]:
    return lambda origins, _stored: sum(map(measure, origins))


class Metric(msgspec.Struct, frozen=True):
    """One metric: its name, unit, and value for the objects of one log type."""

    name: str
    unit: str
    value: Callable[[Sequence[Origin], int], Value]


def _loaded(origin: Origin) -> int:
    added = origin.report.documents + origin.report.failures
    return added - origin.counts[FAILED] - origin.counts[DEAD_LETTERED]


def _letters(origin: Origin) -> int:
    return origin.counts[DEAD_LETTERED] + origin.counts[REST_DEAD_LETTERED]


METRICS = (
    Metric("Objects", "Count", _sum_of(lambda _origin: 1)),
    Metric("Records", "Count", _sum_of(lambda origin: origin.report.records)),
    Metric("Loaded", "Count", _sum_of(_loaded)),
    Metric("PipelineErrors", "Count", _sum_of(lambda origin: origin.report.failures + origin.counts[REJECTED])),
    Metric("Failed", "Count", _sum_of(lambda origin: origin.counts[FAILED])),
    Metric("DeadLettered", "Count", _sum_of(_letters)),
    Metric("Excluded", "Count", _sum_of(lambda origin: origin.report.excluded.total())),
    Metric("Retries", "Count", _sum_of(lambda origin: origin.counts[RESENT])),
    Metric("BytesIn", "Bytes", _sum_of(lambda origin: origin.ref.size or 0)),
    Metric("BytesOut", "Bytes", _sum_of(lambda origin: origin.bytes_out)),
    Metric("Duration", "Milliseconds", _sum_of(lambda origin: origin.milliseconds)),
    Metric("EventLag", "Milliseconds", _lags),
)
"""Of each log type, and of all together. docs/monitoring.md says what they mean."""

UNKNOWN_OBJECTS = "UnknownObjects"
DATABASES = "GeoIPDatabases"
DATABASE_AGE = "GeoIPDatabaseAge"
OTHERS = {UNKNOWN_OBJECTS: "Count", DATABASES: "Count", DATABASE_AGE: "None"}
"""Metrics that belong to no log type, with their units; the age is in days."""

_UNITS = {metric.name: metric.unit for metric in METRICS} | OTHERS


def _line(dimension: dict[str, str], values: dict[str, Value], stored: int) -> str:
    """Return one line. A metric that is zero goes without the dimension: each that is sent with it costs money."""
    there = [name for name, value in values.items() if value]
    zero = [name for name, value in values.items() if value == 0]
    directives = [_directive([list(dimension), []] if dimension else [[]], there), _directive([[]], zero)]
    metadata = {"Timestamp": stored, "CloudWatchMetrics": [each for each in directives if each["Metrics"]]}
    said = {name: values[name] for name in (*there, *zero)}
    return msgspec.json.encode({"_aws": metadata, **dimension, **said}).decode()


def _directive(dimensions: list[list[str]], names: Sequence[str]) -> dict[str, Any]:
    metrics = [{"Name": name, "Unit": _UNITS[name]} for name in names]
    return {"Namespace": NAMESPACE, "Dimensions": dimensions, "Metrics": metrics}
