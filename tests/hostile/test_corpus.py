"""A slice of the hostile corpus: nothing ends an object, takes long or is lost, and the engine takes all that comes."""

import hashlib
import json
import random
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pytest

from es_loader.compression import plain
from es_loader.failures import rejected_document
from es_loader.sinks.bulk import BulkSink
from es_loader.sinks.opensearch import Requests, bulk, connect
from es_loader.types import ObjectRef
from tests.golden import ROOT
from tests.hostile import soak
from tests.hostile.corpus import hostile_object, objects
from tests.hostile.pumps import of_pattern, patterns, pumps
from tests.hostile.seeds import config, loader, seeds
from tests.own_templates import own_templates
from tests.timing import _slowness

RECORDS = 6_000
PREFIX = "log-hostile"
"""Of index names in this file: other tests use the node at the same time."""

PERIOD = re.compile(r"-\d{4}(?:-\w+)*\Z")
"""The rotation of an index name: hostile times would make an index for each of many years."""

INDEXED = 3_000
INDEXED_BYTES = 60 << 20


def test_every_hostile_record_is_accounted_for_in_time() -> None:
    tally = soak.run(objects(RECORDS), patience=soak.MOST_SECONDS * _slowness())
    assert tally.faults == []
    assert tally.made >= RECORDS
    assert min(tally.documents, tally.failures["parse_error"], tally.excluded.total()) > 0


def test_there_are_seeds_of_every_log_type() -> None:
    assert seeds().keys() == config().log_types.keys()


THERE = """
import hashlib, time
from tests.hostile.corpus import hostile_object
time.time = lambda: 1_000_000_000.0
for number in range(80):
    print(hashlib.sha256(hostile_object(number).content).hexdigest())
"""


def test_the_same_number_gives_the_same_object_in_another_process_on_another_day() -> None:
    made = [hostile_object(number) for number in range(80)]
    assert {each.carrier.rpartition(", ")[2] for each in made} == {"plain", "gzip", "bzip2", "zstd", "zip"}
    there = subprocess.run(
        [sys.executable, "-c", THERE],
        cwd=ROOT, env={"PYTHONPATH": "lambda:.", "PYTHONHASHSEED": "7"}, check=True, capture_output=True, text=True,
    )  # fmt: skip
    assert there.stdout.split() == [hashlib.sha256(each.content).hexdigest() for each in made]


def test_a_pump_runs_on_what_a_pattern_repeats() -> None:
    (found,) = of_pattern(re.compile(r'\[(?P<when>[^\]]{1,64})\] "'))
    assert (found.prefix, found.unit) == ("[", "a")
    assert found.text(random.Random(1), 10).startswith("[aaaaaaaaaa")
    assert len(pumps()) > 150
    declared = config().log_types["shop-text"].log_pattern
    assert declared is not None
    assert declared.pattern in {pattern.pattern for pattern in patterns()}


@pytest.fixture(scope="module")
def requests(opensearch_url: str) -> Iterator[Requests]:
    """The node with the deployed templates, for indices of this file's own."""
    with own_templates(opensearch_url, config(), PREFIX, priority=450) as found:
        yield found


class Sample:
    """A sink that keeps some documents of every kind that it gets, in one index for each log type."""

    def __init__(self, dice: random.Random) -> None:
        self.found: dict[str, list[tuple[str, bytes]]] = defaultdict(list)
        self.size = 0
        self._dice = dice

    def add(self, index: str, doc_id: str, source: bytes, _ref: Any) -> None:
        if self._dice.random() < 0.5 and self.size < INDEXED_BYTES:
            name = f"{PERIOD.sub('', index).replace('log-', f'{PREFIX}-', 1)}-all"
            self.found[name].append((doc_id, source))
            self.size += len(source)


def test_the_engine_takes_what_hostile_records_become(requests: Requests, opensearch_url: str) -> None:
    sample = Sample(random.Random(1))
    for made in objects(INDEXED, seed=7):
        ref = ObjectRef(soak.BUCKET, made.key, soak.EVENT_TIME)
        loader().load(ref, lambda content=made.content: plain(iter((content,))), sample)  # type: ignore[misc]
    for name in sample.found:
        requests.put(f"/{name}", None)
    before = {name: requests.get(f"/{name}/_mapping") for name in sample.found}
    refused: list[str] = []

    def replaced(source: bytes, reason: str) -> bytes:
        refused.append(f"{reason}: {source[:300]!r}")
        return rejected_document(source, reason)

    failed: list[str] = []
    sink = BulkSink(bulk(connect(opensearch_url)), replace=replaced, on_failed=lambda _ref, why: failed.append(why))
    with sink:
        for name, documents in sample.found.items():
            for doc_id, source in documents:
                sink.add(name, doc_id, source, None)
    assert (refused[:5], failed[:5]) == ([], [])
    assert sink.counters.loaded == sum(map(len, sample.found.values()))
    assert {name: requests.get(f"/{name}/_mapping") for name in sample.found} == before
    requests.post(f"/{PREFIX}-*/_refresh")
    query = {"query": {"exists": {"field": "_ignored"}}, "size": 3, "fields": ["_ignored"]}
    ignored = requests.post(f"/{PREFIX}-*/_search", query)["hits"]
    assert ignored["total"]["value"] == 0, json.dumps(ignored)[:3_000]
