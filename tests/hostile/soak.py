"""Load a hostile corpus and account for every record: `python -m tests.hostile.soak`, or `make soak`.

    --records 1000000    how many
    --seed 20300102      another corpus
    --object 4711        that object alone, as the summary names it

What must hold: no exception leaves the loader, no record takes a second, each object's records are documents, failures
or excluded, every marked record is found in a document, and every document is JSON.
"""

import argparse
import faulthandler
import json
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import msgspec

from benchmarks.peak_memory import peak_mb
from es_loader.compression import CHUNK, plain
from es_loader.pipeline import LoadReport
from es_loader.types import ObjectRef
from tests.hostile.corpus import MARK, SEED, HostileObject, hostile_object, objects
from tests.hostile.seeds import loader

RECORDS = 1_000_000
MOST_SECONDS = 1.0
"""Of one record."""

HANG_SECONDS = 120
"""After so long in one object, the stack is shown and the process ends."""

EVENT_TIME = 1_893_553_200_000
BUCKET = "aes-siem-111122223333-log"


class Slowest(NamedTuple):
    """Seconds of processor time, and the object with the record that took them."""

    seconds: float = 0.0
    number: int = -1
    log_type: str = ""


@dataclass(slots=True)
class Tally:
    """What became of the objects. `faults` are broken promises, each with the number of its object."""

    objects: int = 0
    made: int = 0
    records: int = 0
    documents: int = 0
    failures: Counter[str] = field(default_factory=Counter)
    excluded: Counter[str] = field(default_factory=Counter)
    bytes_in: int = 0
    bytes_out: int = 0
    marks: int = 0
    slowest: Slowest = field(default_factory=Slowest)
    faults: list[str] = field(default_factory=list)


class Watch:
    """A sink that looks at every document, and at how long it took to come."""

    def __init__(self) -> None:
        self.documents = 0
        self.bytes = 0
        self.marks: set[bytes] = set()
        self.failures: Counter[str] = Counter()
        self.longest = 0.0
        self._decode = msgspec.json.Decoder(dict[str, Any]).decode
        self._since = time.thread_time()

    def add(self, _index: str, _doc_id: str, source: bytes, _ref: Any) -> None:
        """Take one document; it must be a JSON object."""
        self.longest = max(self.longest, time.thread_time() - self._since)
        document = self._decode(source)
        if document["event"].get("kind") == "pipeline_error":
            self.failures[document["error"]["type"]] += 1
        self.documents += 1
        self.bytes += len(source)
        self.marks.update(MARK.findall(source))
        self._since = time.thread_time()

    def end(self) -> None:
        """Count what came after the last document."""
        self.longest = max(self.longest, time.thread_time() - self._since)


def load(made: HostileObject, tally: Tally, *, patience: float = MOST_SECONDS) -> None:
    """Load one object, whose records may take so many seconds each, and add what became of it to the tally."""
    watch = Watch()
    try:
        report = loader().load(ObjectRef(BUCKET, made.key, EVENT_TIME), lambda: plain(_chunks(made.content)), watch)
        watch.end()
    except Exception as exc:  # noqa: BLE001 - none may come: this is what is tested
        tally.faults.append(
            f"object {made.number} ({made.log_type}, {made.carrier}): {type(exc).__name__}: {exc}"[:400]
        )
        return
    tally.objects += 1
    tally.made += len(made.made)
    tally.records += report.records
    tally.documents += report.documents
    tally.failures.update(watch.failures)
    tally.excluded.update(report.excluded)
    tally.bytes_in += len(made.content)
    tally.bytes_out += watch.bytes
    tally.marks += len(made.marks)
    tally.slowest = max(tally.slowest, Slowest(watch.longest, made.number, made.log_type))
    where = f"object {made.number} ({made.log_type}, {made.carrier})"
    tally.faults += [f"{where}: {fault}" for fault in faults(made, report, watch, patience)]


def faults(made: HostileObject, report: LoadReport, watch: Watch, patience: float) -> Iterator[str]:
    """Yield what does not hold of one object."""
    ended = report.error is not None
    if report.log_type != made.log_type:
        yield f"was taken for {report.log_type}"
    if report.records != report.documents + report.failures - ended + report.excluded.total():
        yield f"accounts for something else than its records: {report}"
    if watch.documents != report.documents + report.failures:
        yield f"gave {watch.documents} documents, and reports {report}"
    lost = len(made.marks - watch.marks)
    if lost > report.excluded.total():
        yield f"has {lost} records that are in no document, of which {report.excluded.total()} are excluded"
    if watch.longest > patience:
        yield f"has a record that took {watch.longest:.2f} s"


def run(found: Iterable[HostileObject], *, progress: int = 0, patience: float = MOST_SECONDS) -> Tally:
    """Load objects; say how far it is every so many records, if at all, and what does not hold."""
    tally, started, told = Tally(), time.monotonic(), 0
    loader()
    for made in found:
        faulthandler.dump_traceback_later(HANG_SECONDS, exit=True)
        known = len(tally.faults)
        load(made, tally, patience=patience)
        faulthandler.cancel_dump_traceback_later()
        for fault in tally.faults[known:] if progress else ():
            print(fault, flush=True)
        if progress and tally.made >= told + progress:
            told = tally.made
            rate = tally.made / (time.monotonic() - started)
            print(f"{tally.made:>10,} records, {rate:,.0f}/s, {len(tally.faults)} faults, {peak_mb()} MB", flush=True)
    return tally


def _chunks(content: bytes) -> Iterator[bytes]:
    return (content[at : at + CHUNK] for at in range(0, len(content), CHUNK))


def summary(tally: Tally, seconds: float) -> str:
    """Return the tally as JSON, for eyes."""
    figures = {
        "records made": tally.made,
        "records": tally.records,
        "objects": tally.objects,
        "documents": tally.documents,
        "failures": dict(tally.failures),
        "excluded": dict(tally.excluded),
        "marked": tally.marks,
        "MB in": tally.bytes_in >> 20,
        "MB out": tally.bytes_out >> 20,
        "slowest record": tally.slowest._asdict(),
        "peak RSS in MB": peak_mb(),
        "seconds": round(seconds),
        "faults": tally.faults,
    }
    return json.dumps(figures, indent=2)


def main() -> int:
    """Run it; 1 if something does not hold."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=RECORDS)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--object", type=int)
    wanted = parser.parse_args()
    started = time.monotonic()
    found = objects(wanted.records, seed=wanted.seed)
    if wanted.object is not None:
        found = iter((hostile_object(wanted.object, seed=wanted.seed),))
    tally = run(found, progress=20_000)
    print(summary(tally, time.monotonic() - started))
    return int(bool(tally.faults))


if __name__ == "__main__":
    sys.exit(main())
