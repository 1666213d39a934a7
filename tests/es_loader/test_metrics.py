"""The metrics of whole invocations: real objects, a real engine that is in the way, and lines as CloudWatch reads them."""

import json
import logging
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from es_loader.budget import ENDLESS, Budget
from es_loader.config import load_deployed_config
from es_loader.function import Function
from es_loader.metrics import METRICS, NAMESPACE, Origin, lines
from es_loader.pipeline import Loader, LoadReport
from es_loader.sinks.opensearch import bulk, connect
from es_loader.types import ObjectRef
from tests.fault_proxy import FaultProxy, items, status

NOW = 1_893_553_500_000 + 60_000
"""A minute after the notifications."""

USER_INI = r"""
[metricsa]
s3_key = MetricsA/
file_format = json
index_name = {index}
index_rotation = auto
timestamp_key = time
timestamp_format = iso8601
doc_id = id
ecs = event.action event.code
event.action = action
event.code = code

[metricsb]
s3_key = MetricsB/
file_format = text
log_pattern = (?P<time>\S+) (?P<action>\d+)
index_name = {index}
index_rotation = auto
timestamp_key = time
timestamp_format = iso8601
ecs = event.action
event.action = action
"""
CANARY = "canary7f3a"


class Place:
    """An index whose idea of event.action is wrong, and a function in front of it whose objects are in a folder."""

    def __init__(self, url: str, folder: Path) -> None:
        self.index = f"log-test-{uuid4().hex}"
        self.search = connect(url)
        action = {"properties": {"action": {"type": "long"}, "code": {"type": "keyword", "ignore_above": 99_999}}}
        mappings = {"dynamic": False, "properties": {"event": action}}
        self.search.indices.create(index=self.index, body={"mappings": mappings})
        ini = folder / "user.ini"
        ini.write_text(USER_INI.format(index=self.index))
        self.loader = Loader(load_deployed_config(ini))
        self.objects: dict[str, bytes] = {}
        self.emitted: list[str] = []

    def put(self, key: str, *records: str) -> dict[str, Any]:
        """Put an object and return its message's body."""
        self.objects[key] = "\n".join(records).encode()
        stored = {"key": key, "size": len(self.objects[key])}
        record = {
            "eventName": "ObjectCreated:Put",
            "eventTime": "2030-01-02T03:05:00.000Z",
            "s3": {"bucket": {"name": "b"}, "object": stored},
        }
        return {"Records": [record]}

    def load(self, url: str, *bodies: dict[str, Any], budget: Budget = ENDLESS) -> dict[str, dict[str, Any]]:
        """Answer one invocation; return its metrics by log type."""
        function = Function(
            self.loader,
            post=bulk(connect(url)),
            open_object=lambda ref: iter([iter([self.objects[ref.key]])]),
            emit=self.emitted.append,
        )
        records = [{"messageId": f"m{number}", "body": json.dumps(body)} for number, body in enumerate(bodies)]
        self.answer = function.answer({"Records": records}, now=NOW, budget=budget)
        return {line.get("LogType", ""): line for line in map(json.loads, self.emitted)}


@pytest.fixture
def place(opensearch_url: str, tmp_path: Path) -> Iterator[Place]:
    place = Place(opensearch_url, tmp_path)
    yield place
    place.search.indices.delete(index=place.index)


def a(number: int, **more: Any) -> str:
    return json.dumps({"time": "2030-01-02T03:04:05Z", "id": f"a{number}", "action": number, **more})


def b(number: int) -> str:
    return f"2030-01-02T03:04:05Z {number}"


def test_each_log_type_has_a_line_with_its_own_counts(place: Place, opensearch_url: str) -> None:
    objects = (
        place.put("MetricsA/1", a(1), "{ no json", a(2, action="no number")),
        place.put("MetricsB/1", b(1), b(2)),
        place.put("MetricsA/2", a(3)),
        place.put("Unknown/1", "x"),
    )
    found = place.load(opensearch_url, *objects)
    assert set(found) == {"metricsa", "metricsb", ""}
    first, second = found["metricsa"], found["metricsb"]
    assert (first["Objects"], first["Records"], first["Loaded"], first["PipelineErrors"]) == (2, 4, 4, 2)
    assert (second["Objects"], second["Records"], second["Loaded"], second["PipelineErrors"]) == (1, 2, 2, 0)
    assert first["BytesIn"] == sum(len(body) for key, body in place.objects.items() if key.startswith("MetricsA/"))
    assert first["BytesOut"] > second["BytesOut"] > 300
    assert len(first["EventLag"]) == 2
    assert all(60_000 <= lag < 80_000 for lag in first["EventLag"])
    assert {first["Failed"], first["DeadLettered"], first["Retries"]} == {0}
    assert found[""]["UnknownObjects"] == 1


def test_one_request_of_two_log_types_is_told_apart(place: Place, opensearch_url: str) -> None:
    objects = place.put("MetricsA/1", a(1), a(2), a(3)), place.put("MetricsB/1", b(1), b(2))
    with FaultProxy(opensearch_url) as proxy:
        proxy.faults += [items(429, 4), items(503, 2), items(403, 1)]
        found = place.load(proxy.url, *objects)
        assert len(proxy.requests) == 3
    first, second = found["metricsa"], found["metricsb"]
    assert (first["Loaded"], first["Failed"], first["Retries"]) == (2, 1, 5)
    assert (second["Loaded"], second["Failed"], second["Retries"]) == (2, 0, 1)
    assert "EventLag" not in first
    assert len(second["EventLag"]) == 1
    assert place.answer == {"batchItemFailures": [{"itemIdentifier": "m0"}]}


def test_nothing_counts_as_loaded_when_the_engine_takes_nothing(place: Place, opensearch_url: str) -> None:
    objects = place.put("MetricsA/1", a(1), a(2)), place.put("MetricsB/1", b(1))
    with FaultProxy(opensearch_url) as proxy:
        proxy.faults.append(status(403))
        found = place.load(proxy.url, *objects)
    assert [(line["Loaded"], line["Failed"]) for line in found.values()] == [(0, 2), (0, 1)]


def test_a_line_is_what_cloudwatch_reads(place: Place, opensearch_url: str) -> None:
    """The rules of the specification's JSON schema, and no zero that costs money in every log type."""
    place.load(opensearch_url, place.put("MetricsB/1", b(1)), place.put("Unknown/1", "x"))
    for text in place.emitted:
        assert "\n" not in text
        assert len(text) < 4_000
        line = json.loads(text)
        metadata = line["_aws"]
        assert set(metadata) == {"Timestamp", "CloudWatchMetrics"}
        assert isinstance(metadata["Timestamp"], int)
        for directive in metadata["CloudWatchMetrics"]:
            assert directive["Namespace"] == NAMESPACE
            assert directive["Metrics"]
            for metric in directive["Metrics"]:
                values = line[metric["Name"]]
                assert all(isinstance(value, int) for value in (values if isinstance(values, list) else [values]))
                assert not (values == 0 and ["LogType"] in directive["Dimensions"])
                assert metric["Unit"] in {"Count", "Bytes", "Milliseconds"}
    total = {
        metric["Name"]
        for directive in json.loads(place.emitted[0])["_aws"]["CloudWatchMetrics"]
        for metric in directive["Metrics"]
        if [] in directive["Dimensions"]
    }
    assert total == {metric.name for metric in METRICS}


def test_a_metric_of_many_objects_keeps_the_longest_lags() -> None:
    origins = [
        Origin(0, ObjectRef("b", str(n), n), LoadReport(str(n), log_type="x"), complete=True) for n in range(500)
    ]
    (line,) = lines(origins, stored=1_000)
    assert json.loads(line)["EventLag"] == [1_000 - n for n in range(100)]


def test_no_line_holds_anything_of_a_record(
    place: Place, opensearch_url: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """Whatever becomes of it: loaded, unparsable, refused with a preview, refused for good, not stored at all."""
    caplog.set_level(logging.INFO)
    records = (
        a(1, code=CANARY),
        f"{{ {CANARY}",
        a(2, id=CANARY, action=CANARY),
        a(3, id=CANARY + "x" * 600),
        a(4, code=CANARY * 5_000),
        a(5, time=CANARY),
        a(6, **{CANARY: CANARY}),
    )
    text = place.put("MetricsB/1", f"{CANARY} 1", f"2030-01-02T03:04:05Z {CANARY}")
    place.load(opensearch_url, place.put("MetricsA/1", *records), text)
    with FaultProxy(opensearch_url) as proxy:
        for number, fault in enumerate((items(400, 9), items(429, 9), status(403), status(503))):
            proxy.faults.append(fault)
            # A second request is too late.
            budget = Budget(math.inf, 100 * (number + 1), lambda: 100.0 * len(proxy.requests))
            place.load(proxy.url, place.put("MetricsA/1", *records), text, budget=budget)
    written = "\n".join(
        (*(json.dumps(vars(record), default=str) for record in caplog.records), *place.emitted, *capfd.readouterr())
    )
    assert "not acknowledged" in written
    assert CANARY not in written
    assert "99, 97, 110" not in written, "its bytes as numbers, as OpenSearch quotes a term that is too long"


def test_what_is_kept_out_of_the_log_is_in_the_document(place: Place, opensearch_url: str) -> None:
    place.load(opensearch_url, place.put("MetricsA/1", a(1, action=CANARY)))
    place.search.indices.refresh(index=place.index)
    (hit,) = place.search.search(index=place.index)["hits"]["hits"]
    assert CANARY in hit["_source"]["error"]["message"]
