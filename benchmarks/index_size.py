"""What an index of each log type costs: bytes and processor time of the node, measured on a real engine.

    python -m benchmarks.index_size            all log types, and benchmarks/index-size.md; or `make bench-index`

For four log types the same records are indexed a second time as AWS's own sample shapes them (sample_shape.py), into
the same node, in turns.
"""

import json
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import psutil

from benchmarks import sample_shape, varied
from domain_setup.setup import run as set_up
from es_loader import documents
from es_loader.compression import plain
from es_loader.config import load_deployed_config
from es_loader.enrich import enrichers
from es_loader.errors import Excluded
from es_loader.pipeline import Loader, source_of
from es_loader.sinks.opensearch import Requests, bulk, connect
from es_loader.types import ObjectRef, RawRecord, Source
from laptop.opensearch_node import opensearch_node

RESULTS = Path(__file__).with_name("index-size.md")
ROUNDS = (1, 3)
COMPARED_ROUNDS = (8, 16)
"""Those that warm the node up, and those that count. The Java compiler goes on for that many: a node that runs for days
has all of it behind it."""

REQUEST = 1_000
"""Records of one request, after which comes a refresh: as on a domain, where one has half a minute of them."""

RECORDS = {"alb": 20_000, "cloudtrail": 10_000, "vpcflowlogs": 20_000, "waf": 10_000}
REQUEST_SECONDS = 60.0
NOTIFIED = 1_893_556_800_000
MOST_BYTES = 1 / 3
MOST_CPU = 0.5
"""Of what the sample's shape takes: the promises of this version."""

NOISE = 1.1
"""How much of it processor time may be from run to run."""

_encode = msgspec.json.Encoder().encode


class Converted(NamedTuple):
    """One record and its document."""

    raw: RawRecord
    source: Source
    index_name: str
    doc_id: str
    document: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Cost:
    """What indexing some documents took: of one record, bytes on disk, and microseconds of the node's processors.

    `seconds` are those of the whole indexing on the clock, without merging to one segment.
    """

    records: int
    bytes: float
    cpu: float
    seconds: float
    refused: int


@dataclass(frozen=True, slots=True)
class Figure:
    """One log type: what its documents cost, and what the sample's would."""

    log_type: str
    raw_bytes: float
    ours: Cost
    sample: Cost | None


def converted(log_type: str, count: int) -> Iterator[Converted]:
    """Yield the records of a log type with their documents."""
    loader = Loader(load_deployed_config(), enrichers=enrichers)
    program = loader.program(log_type)
    for key, content in varied.objects(log_type, count):
        source = source_of(ObjectRef("aes-siem-111122223333-log", key, NOTIFIED))
        prefix = documents.id_prefix(source)
        for member in plain(iter((content,))):
            for raw in program.split(member):
                try:
                    yield Converted(raw, source, *program.convert(raw, source, prefix))
                except Excluded:
                    continue


def measure(
    requests: Requests, used: Callable[[], float], log_type: str, count: int, rounds: tuple[int, int]
) -> Figure:
    """Index a log type's records in both shapes in turns and return the mean of the rounds of each.

    Args:
        requests: a connection to a node that is set up.
        used: tells the seconds of processor time that the node has used.
        log_type: its name.
        count: records, for types with a generator.
        rounds: those that warm the node up, and those that count.
    """
    warm, counted = rounds
    found = list(converted(log_type, count))
    index = found[0].index_name.rpartition("-20")[0]
    shape = sample_shape.SHAPES.get(log_type)
    bodies = {f"{index}-benchmark": _requests((each.doc_id, each.document) for each in found)}
    if shape:
        theirs = f"benchmark-{index}"
        requests.put(f"/_index_template/{theirs}", sample_shape.template(shape, theirs))
        bodies[theirs] = _requests(sample_shape.document(shape, each.raw, each.source, each.document) for each in found)
    costs: dict[str, list[Cost]] = {name: [] for name in bodies}
    for _ in range(warm + counted):
        for name, body in bodies.items():
            costs[name].append(_index(requests, used, name, body, len(found)))
    raw_bytes = statistics.fmean(len(each.raw.text.encode(errors="replace")) for each in found)
    ours, *sample = (_mean(of[warm:]) for of in costs.values())
    return Figure(log_type, raw_bytes, ours, sample[0] if sample else None)


def _mean(costs: list[Cost]) -> Cost:
    return replace(
        costs[0],
        cpu=statistics.fmean(cost.cpu for cost in costs),
        seconds=statistics.fmean(cost.seconds for cost in costs),
    )


def _requests(items: Iterable[tuple[str, dict[str, Any]]]) -> list[bytes]:
    """Return bodies of bulk requests without an index."""
    lines = [b'{"index":{"_id":%b}}\n%b\n' % (_encode(name), _encode(document)) for name, document in items]
    return [b"".join(lines[first : first + REQUEST]) for first in range(0, len(lines), REQUEST)]


def _index(requests: Requests, used: Callable[[], float], name: str, bodies: list[bytes], records: int) -> Cost:
    """Index documents into an empty index and merge it to one segment, both counted; then measure its size."""
    requests.put(f"/{name}", None)
    send = bulk(requests.client, path=f"/{name}/_bulk")
    before = used()
    started = time.perf_counter()
    replies = []
    for body in bodies:
        replies.append(send(body, REQUEST_SECONDS))
        requests.post(f"/{name}/_refresh")
    seconds = time.perf_counter() - started
    requests.post(f"/{name}/_forcemerge?max_num_segments=1")
    cpu = used() - before
    failed = [reply for reply in replies if reply.status != 200]  # noqa: PLR2004
    if failed:
        raise RuntimeError(f"{name}: {failed[0].status} {failed[0].reason}")
    refused = sum(item.status >= 400 for reply in replies for item in reply.items or ())  # noqa: PLR2004
    requests.post(f"/{name}/_flush")
    requests.post(f"/{name}/_refresh")  # until then the segments that were merged are still there
    size = _size(requests, name)
    requests.client.indices.delete(index=name)
    return Cost(records, size / records, cpu / records * 1e6, seconds, refused)


def _size(requests: Requests, name: str) -> int:
    """Return the bytes of an index's segments; its statistics are some seconds old."""
    shards = requests.get(f"/{name}/_segments")["indices"][name]["shards"]
    return sum(segment["size_in_bytes"] for (shard,) in shards.values() for segment in shard["segments"].values())


def processor_time(requests: Requests) -> Callable[[], float]:
    """Return what tells the seconds of processor time that a node on this machine has used.

    The node's own figure is a second old at times: waiting for it would count what an idle node does.
    """
    (node,) = requests.get("/_nodes/process")["nodes"].values()
    process = psutil.Process(node["process"]["id"])

    def used() -> float:
        times = process.cpu_times()
        return times.user + times.system

    return used


def main() -> int:
    """Measure every log type and write the page; 1 if what this version promises is missed."""
    figures = []
    os.environ.pop("OPENSEARCH_URL", None)  # a node of its own: others' work would be measured with ours
    with opensearch_node() as node:
        set_up(endpoint=node.url, config=load_deployed_config())
        requests = Requests(connect(node.url))
        used = processor_time(requests)
        for log_type in sorted(load_deployed_config().log_types):
            rounds = COMPARED_ROUNDS if log_type in sample_shape.SHAPES else ROUNDS
            figures.append(measure(requests, used, log_type, RECORDS.get(log_type, 0), rounds))
            print(json.dumps(_summary(figures[-1])), flush=True)
    RESULTS.write_text(page(figures), encoding="utf-8")
    return int(any(missed(figure) for figure in figures))


def _summary(figure: Figure) -> dict[str, Any]:
    cells = {"log_type": figure.log_type, "bytes": round(figure.ours.bytes), "cpu_us": round(figure.ours.cpu)}
    if figure.sample:
        cells |= {"sample_bytes": round(figure.sample.bytes), "sample_cpu_us": round(figure.sample.cpu)}
    return cells


def missed(figure: Figure) -> bool:
    """Tell whether a log type takes more than the promised part of the sample's bytes, or clearly more of its time."""
    ours, sample = figure.ours, figure.sample
    return sample is not None and (ours.bytes > sample.bytes * MOST_BYTES or ours.cpu > sample.cpu * MOST_CPU * NOISE)


def page(figures: list[Figure]) -> str:
    """Return the page of results."""
    machine = f"{platform.machine()}, {os.cpu_count()} cores, OpenSearch 3.7 with 1 GB of heap"
    return "\n".join(
        [
            "# Index size",
            "",
            f"Written by `make bench-index` on {datetime.now(UTC).date().isoformat()}: {machine}.",
            "Bytes and microseconds are those of one record; [what is measured](README.md#index-size).",
            "",
            _cells("log type", "records", "raw bytes", "index bytes", "index / raw", "node CPU, us", "records/s"),
            "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
            *map(_row, figures),
            "",
            "Beside documents in the shape of AWS's sample, of the same records in the same run:",
            "",
            _cells("log type", "bytes: ours", "theirs", "ratio", "CPU, us: ours", "theirs", "ratio", "theirs refused"),
            "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
            *(_comparison(figure, figure.sample) for figure in figures if figure.sample),
            "",
            "Promised are a third of the bytes and half of the processor time at most.",
            "",
        ]
    )


def _cells(*texts: str) -> str:
    return f"| {' | '.join(texts)} |"


def _row(figure: Figure) -> str:
    ours = figure.ours
    share, rate = ours.bytes / figure.raw_bytes, ours.records / ours.seconds
    numbers = (f"{ours.records:,}", f"{figure.raw_bytes:,.0f}", f"{ours.bytes:,.0f}", f"{share:.2f}")
    return _cells(figure.log_type, *numbers, f"{ours.cpu:,.0f}", f"{rate:,.0f}")


def _comparison(figure: Figure, sample: Cost) -> str:
    ours = figure.ours
    size = (f"{ours.bytes:,.0f}", f"{sample.bytes:,.0f}", f"{ours.bytes / sample.bytes:.2f}")
    cpu = (f"{ours.cpu:,.0f}", f"{sample.cpu:,.0f}", f"{ours.cpu / sample.cpu:.2f}")
    return _cells(figure.log_type, *size, *cpu, str(sample.refused))


if __name__ == "__main__":
    sys.exit(main())
