"""The sample logs: what the loader makes of them here, and how that arrives in the engine of a deployed stack."""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from es_loader.config import load_deployed_config
from es_loader.declarations import Config
from es_loader.exclusions.reading import ExclusionReader, folders_of
from es_loader.objects import open_object
from es_loader.pipeline import Loader
from es_loader.sinks.opensearch import Requests
from es_loader.types import ObjectRef
from laptop.deployment import ROOT, Deployment

LOGS = ROOT / "samples" / "logs"
POLL_SECONDS = 0.5
STALLED_SECONDS = 30.0
"""Without a new document; a message that failed comes again only after an hour."""


class MissingError(RuntimeError):
    """Documents did not arrive; the text says of which log types, and what the loader logged last."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Documents in the engine: those that are what their log type says, and those that say what failed."""

    documents: int = 0
    failures: int = 0

    @property
    def all(self) -> int:
        """Number of both."""
        return self.documents + self.failures


@dataclass(slots=True)
class Arrival:
    """One log type of the samples: what must arrive, and what did.

    Attributes:
        log_type: section of the configuration.
        keys: of its objects.
        records: in its objects.
        dropped: those that are meant to be, by reason.
        expected: counted with the loader on this machine.
        arrived: found in the engine by now.
        put_at: when its first object was put, and
        complete_at: when everything expected was found: readings of the monotonic clock.
    """

    log_type: str
    keys: list[str] = field(default_factory=list)
    records: int = 0
    dropped: Counter[str] = field(default_factory=Counter)
    expected: Counts = field(default_factory=Counts)
    arrived: Counts = field(default_factory=Counts)
    put_at: float = 0.0
    complete_at: float | None = None

    @property
    def complete(self) -> bool:
        """Whether all that must arrive did, and nothing else."""
        return self.arrived == self.expected

    @property
    def seconds(self) -> float | None:
        """Seconds from the first object put to all documents found."""
        return None if self.complete_at is None else self.complete_at - self.put_at


@dataclass(slots=True)
class _Ids:
    """A sink that remembers which documents it got: the same one twice is one."""

    seen: set[tuple[str, str]] = field(default_factory=set)

    def add(self, index: str, doc_id: str, source: bytes, ref: Any) -> None:  # noqa: ARG002 - only ids count
        self.seen.add((index, doc_id))


class Samples:
    """The sample logs on their way into the bucket and the engine.

    Args:
        stack: whose bucket they are put into.
        requests: to the engine.
        folder: the logs; their paths in it are their keys.
    """

    def __init__(self, stack: Deployment, requests: Requests, *, folder: Path = LOGS) -> None:
        self._stack = stack
        self._requests = requests
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        self._files = {path.relative_to(folder).as_posix(): path for path in files}
        self.arrivals = _expected(load_deployed_config(), stack.bucket, self._files)

    @property
    def objects(self) -> int:
        """Number of objects."""
        return len(self._files)

    @property
    def documents(self) -> int:
        """Number of documents that must arrive."""
        return sum(each.expected.all for each in self.arrivals.values())

    def put(self) -> Iterator[int]:
        """Put every object, yielding how many are put; count meanwhile what arrived."""
        types = {key: each for each in self.arrivals.values() for key in each.keys}
        counted = time.monotonic()
        for number, (key, path) in enumerate(self._files.items(), 1):
            arrival = types[key]
            arrival.put_at = arrival.put_at or time.monotonic()
            self._stack.put(key, path.read_bytes())
            if time.monotonic() - counted > POLL_SECONDS:
                self.count()
                counted = time.monotonic()
            yield number

    def wait(self, *, stalled: float = STALLED_SECONDS, sleep: Callable[[float], object] = time.sleep) -> Iterator[int]:
        """Yield how many documents have arrived, until all have and the queue is empty.

        Raises:
            MissingError: no further one arrives, or a message is given up.
        """
        arrived, changed = -1, time.monotonic()
        while not (self.count() and self._stack.waiting("NewObjects") == 0):
            found = sum(each.arrived.all for each in self.arrivals.values())
            if found != arrived:
                arrived, changed = found, time.monotonic()
                yield found
            if time.monotonic() - changed > stalled or self._stack.waiting("DeadLetters"):
                raise MissingError(self._missing())
            sleep(POLL_SECONDS)
        if self._stack.waiting("DeadLetters"):
            raise MissingError(self._missing())
        yield self.documents

    def count(self) -> bool:
        """Count what has arrived and return whether that is everything."""
        self._requests.post("/log-*/_refresh")
        found = _documents(self._requests, self._stack.bucket, self.arrivals)
        for name, each in self.arrivals.items():
            each.arrived = found.get(name, Counts())
            if each.complete and each.complete_at is None:
                each.complete_at = time.monotonic()
        return all(each.complete for each in self.arrivals.values())

    def _missing(self) -> str:
        lines = [
            f"{each.log_type}: {each.arrived.all:,} of {each.expected.all:,} documents"
            for each in self.arrivals.values()
            if not each.complete
        ]
        queues = f"{self._stack.waiting('NewObjects')} messages wait, {self._stack.waiting('DeadLetters')} are given up"
        return "\n".join([*lines, queues, "The end of the loader's log:", self._stack.log_tail()])


def _expected(config: Config, bucket: str, files: dict[str, Path]) -> dict[str, Arrival]:
    """Run the loader over the files, as the function will, and return what must arrive by log type."""
    exclusions, _ = ExclusionReader(config, folders_of()).read()
    loader = Loader(config, exclusions=exclusions)
    arrivals, sinks = dict[str, Arrival](), dict[str, _Ids]()
    failures = Counter[str]()
    for key, path in files.items():
        sink = _Ids()
        ref = ObjectRef(bucket, key, 0, size=path.stat().st_size, path=str(path))
        report = loader.load(ref, partial(open_object, ref), sink)
        if report.log_type is None:
            raise MissingError(f"{key} is no object of a log type: {report.skipped}")
        arrival = arrivals.setdefault(report.log_type, Arrival(report.log_type))
        arrival.keys.append(key)
        arrival.records += report.records
        arrival.dropped += report.excluded
        failures[report.log_type] += report.failures
        sinks.setdefault(report.log_type, _Ids()).seen |= sink.seen
    for name, arrival in arrivals.items():
        arrival.expected = Counts(len(sinks[name].seen) - failures[name], failures[name])
    return dict(sorted(arrivals.items()))


def _documents(requests: Requests, bucket: str, arrivals: Mapping[str, Arrival]) -> dict[str, Counts]:
    """Count the documents of a bucket's objects by log type, which their keys tell: some write the same dataset."""
    failed = {"filter": {"term": {"event.kind": "pipeline_error"}}}
    of_type = {name: {"terms": {"aws.s3.object.key": arrival.keys}} for name, arrival in arrivals.items()}
    body = {
        "size": 0,
        "query": {"term": {"aws.s3.bucket.name": bucket}},
        "aggs": {"log_types": {"filters": {"filters": of_type}, "aggs": {"failed": failed}}},
    }
    buckets = requests.post("/log-*/_search", body).get("aggregations", {}).get("log_types", {}).get("buckets", {})
    found = {}
    for name, each in buckets.items():
        failures = each["failed"]["doc_count"]
        found[name] = Counts(each["doc_count"] - failures, failures)
    return found
