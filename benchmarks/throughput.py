"""Records a second on one core by log type: from the compressed object to the compressed bulk request."""

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

from isal import igzip

from benchmarks.logs import FLOW_KEY, GOLDEN, chunks, cloudtrail_object, flow_object, golden_object, longest
from es_loader.compression import plain
from es_loader.config import load_deployed_config
from es_loader.enrich import enrichers
from es_loader.pipeline import Loader, LoadReport
from es_loader.sinks.bulk import BulkSink
from es_loader.sinks.delivery import Reply
from es_loader.types import ObjectRef

RECORDS = 100_000
SIZE = 20 << 20
"""Bytes of log for a type that has no generator of its own."""

ROUNDS = 5
TARGETS = {"vpcflowlogs": 40_000, "cloudtrail": 15_000}
"""Records a second that this version promises."""


_GENERATORS: dict[str, Callable[[int], bytes]] = {"cloudtrail": cloudtrail_object, "vpcflowlogs": flow_object}


@dataclass(frozen=True, slots=True)
class Figure:
    """What was measured for one log type; times are CPU seconds of the whole process."""

    log_type: str
    records: int
    rate: float
    slowest: float
    fastest: float
    bytes_in: int
    bytes_out: int


def log_types() -> list[str]:
    """Return the log types with golden pairs: all."""
    return sorted(path.name for path in GOLDEN.iterdir() if path.is_dir())


def measure(name: str) -> Figure:
    """Load one object of a log type a few times and return the median rate."""
    content = _GENERATORS[name](RECORDS) if name in _GENERATORS else golden_object(name)(SIZE)
    key = FLOW_KEY if name == "vpcflowlogs" else _key(name)
    loader = Loader(load_deployed_config(), enrichers=enrichers)
    loader.compile_all()
    gc.freeze()
    rates = []
    for _ in range(ROUNDS + 1):
        started = time.process_time()
        report, sent = load_once(loader, content, key)
        rates.append(report.records / (time.process_time() - started))
    rates = rates[1:]
    return Figure(name, report.records, statistics.median(rates), min(rates), max(rates), len(content), sent)


def _key(name: str) -> str:
    own = longest(name).with_suffix(".key")
    return (own if own.exists() else GOLDEN / name / "key").read_text().strip()


def load_once(loader: Loader, content: bytes, key: str) -> tuple[LoadReport, int]:
    """Load one object; returns the report and the bytes of the compressed requests."""
    sent = 0

    def post(request: bytes, _seconds: float) -> Reply:
        nonlocal sent
        sent += len(igzip.compress(request, 1))
        return Reply(200)

    ref = ObjectRef("benchmark", key, 1_893_553_200_000)
    with BulkSink(post, replace=lambda source, _reason: source, on_failed=_fail) as sink:
        report = loader.load(ref, lambda: plain(chunks(content)), sink)
    return report, sent


def _fail(_ref: object, reason: str) -> None:
    raise AssertionError(reason)
