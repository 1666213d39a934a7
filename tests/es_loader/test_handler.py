"""Whole invocations: objects in the emulator's S3, documents in the real engine, and which messages come again."""

import gzip
import json
import logging
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

import boto3
import pytest
from botocore.stub import Stubber

from es_loader import continuation, handler
from es_loader.budget import Budget
from es_loader.compression import Members
from es_loader.config import load_deployed_config
from es_loader.errors import RetryableError
from es_loader.function import Function, no_queue
from es_loader.objects import open_object
from es_loader.pipeline import Loader
from es_loader.sinks.opensearch import bulk, connect
from es_loader.types import ObjectRef
from laptop.emulator import Emulator
from tests.fault_proxy import Exchange, Fault, FaultProxy, items, reset, status

NOW = 1_900_000_000_000
BUCKET = "handler-test-log"
USER_INI = r"""
[handlertest]
s3_key = HandlerTest/
file_format = json
index_name = {index}
index_rotation = auto
timestamp_key = time
timestamp_format = iso8601
ecs = event.action event.severity
event.action = action
event.severity = severity
"""


class Clock:
    """Time that passes when a test says so."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def tick(self, _document: Any) -> None:
        self.now += 1

    def at(self, now: float, fault: Fault) -> Fault:
        """Let it be late once this fault has come."""

        def late(exchange: Exchange) -> None:
            self.now = now
            fault(exchange)

        return late


class Place:
    """A bucket, an index, and a function between them."""

    def __init__(self, s3: Any, url: str, user_ini: Path) -> None:
        self.s3 = s3
        self.opened: list[str] = []
        self.index = f"log-test-{uuid4().hex}"
        self.search = connect(url)
        # An index whose idea of event.action is wrong: a text there is refused.
        mappings = {"dynamic": False, "properties": {"event": {"properties": {"action": {"type": "long"}}}}}
        self.search.indices.create(index=self.index, body={"mappings": mappings})
        user_ini.write_text(USER_INI.format(index=self.index))
        self.clock = Clock()  # a second goes by with each record
        self.loader = Loader(load_deployed_config(user_ini), enrichers=lambda _: (self.clock.tick,))
        self.url = url
        self.function = self.function_at(url)

    def function_at(self, url: str, s3: Any = None, queue: continuation.Queue = no_queue) -> Function:
        def opened(ref: ObjectRef) -> Members:
            self.opened.append(ref.key)
            return open_object(ref, s3=s3 or self.s3)

        return Function(self.loader, post=bulk(connect(url)), open_object=opened, queue=queue)

    def put(self, key: str, *records: dict[str, Any] | bytes, cut: int | None = None) -> str:
        lines = [one if isinstance(one, bytes) else json.dumps(one).encode() for one in records]
        self.s3.put_object(Bucket=BUCKET, Key=key, Body=gzip.compress(b"\n".join(lines))[:cut])
        return key

    def ids(self) -> set[str]:
        self.search.indices.refresh(index=self.index)
        found = self.search.search(index=self.index, body={"size": 1000, "_source": False})
        return {hit["_id"] for hit in found["hits"]["hits"]}

    def documents(self) -> list[dict[str, Any]]:
        self.search.indices.refresh(index=self.index)
        found = self.search.search(index=self.index, body={"size": 1000})
        return [hit["_source"] for hit in found["hits"]["hits"]]


@pytest.fixture(scope="module")
def s3(emulator: Emulator) -> Any:
    client = boto3.client(
        "s3",
        endpoint_url=emulator.endpoint_url,
        region_name="us-east-1",
        aws_access_key_id="EXAMPLE",
        aws_secret_access_key="emulator",
    )
    client.create_bucket(Bucket=BUCKET)
    return client


@pytest.fixture
def place(s3: Any, opensearch_url: str, tmp_path: Path) -> Iterator[Place]:
    place = Place(s3, opensearch_url, tmp_path / "user.ini")
    yield place
    place.search.indices.delete(index=place.index)


def record(number: int, **more: Any) -> dict[str, Any]:
    return {"time": f"2030-01-02T03:04:05.{number:03}Z", "action": number, "severity": number, **more}


def notification(*keys: str) -> dict[str, Any]:
    return {
        "Records": [
            {
                "eventName": "ObjectCreated:Put",
                "eventTime": "2030-01-02T03:05:00.000Z",
                "s3": {"bucket": {"name": BUCKET}, "object": {"key": key}},
            }
            for key in keys
        ]
    }


def queued(*bodies: dict[str, Any] | str) -> dict[str, Any]:
    texts = [body if isinstance(body, str) else json.dumps(body) for body in bodies]
    return {"Records": [{"messageId": f"m{number}", "body": text} for number, text in enumerate(texts)]}


def answer(function: Function, event: dict[str, Any]) -> list[str]:
    return [one["itemIdentifier"] for one in function.answer(event, now=NOW)["batchItemFailures"]]


def test_records_become_documents_and_a_second_delivery_gives_the_same(place: Place) -> None:
    key = place.put("HandlerTest/a.gz", *(record(number) for number in range(100)))
    for _ in range(2):
        assert answer(place.function, queued(notification(key))) == []
        assert sorted(document["event"]["severity"] for document in place.documents()) == list(range(100))
    assert place.documents()[0]["aws"]["s3"]["object"]["key"] == key


@pytest.mark.parametrize(
    "wrap", [lambda event: event, lambda event: {"Records": [{"Sns": {"Message": json.dumps(event)}}]}]
)
def test_events_that_come_without_a_queue_are_loaded_too(place: Place, wrap: Any) -> None:
    assert answer(place.function, wrap(notification(place.put("HandlerTest/direct.gz", record(1))))) == []
    assert len(place.documents()) == 1


def test_exactly_the_messages_that_failed_come_again(place: Place, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    good = place.put("HandlerTest/good.gz", record(1), record(2))
    bad_record = place.put("HandlerTest/bad-record.gz", record(3), b"{ no json", record(4))
    truncated = place.put(
        "HandlerTest/truncated.gz", record(5), *(record(n, pad=uuid4().hex) for n in range(400)), cut=-9
    )
    event = queued(
        notification(good),
        "unreadable",
        {"Event": "s3:TestEvent"},
        notification("Unknown/key.log"),
        notification("HandlerTest/gone.gz"),
        notification(bad_record),
        notification(truncated),
    )
    assert answer(place.function, event) == ["m1"]
    documents = place.documents()
    kinds = [document["event"].get("kind") for document in documents]
    assert kinds.count("pipeline_error") == 2
    assert len(documents) > 300
    text = caplog.text
    for expected in ("not JSON", "test event", "unknown key Unknown/key.log", "gone.gz does not exist", "truncated"):
        assert expected in text
    assert [one.levelname for one in caplog.records if "unknown key" in one.message] == ["WARNING"]
    assert "no json" not in text
    assert "_bulk" not in text


@pytest.mark.parametrize(
    ("code", "message", "permission"),
    [
        ("AccessDenied", "Access Denied", "s3:GetObject"),
        ("AccessDenied", "not authorized to perform: kms:Decrypt on this ciphertext", "kms:Decrypt"),
    ],
)
def test_a_missing_permission_is_named_and_the_message_comes_again(
    place: Place, caplog: pytest.LogCaptureFixture, code: str, message: str, permission: str
) -> None:
    client = boto3.client("s3", region_name="us-east-1", aws_access_key_id="EXAMPLE", aws_secret_access_key="none")
    with Stubber(client) as stub:
        stub.add_client_error("get_object", code, message, 403)
        function = place.function_at(place.url, client)
        assert answer(function, queued(notification("HandlerTest/denied.gz"))) == ["m0"]
    assert permission in caplog.text


def test_a_document_that_the_mapping_refuses_becomes_a_pipeline_error(place: Place) -> None:
    key = place.put("HandlerTest/conflict.gz", record(1), record(2, action="a text"), record(3))
    assert answer(place.function, queued(notification(key))) == []
    (refused,) = [one for one in place.documents() if one["event"].get("kind") == "pipeline_error"]
    assert refused["error"]["type"] == "rejected"
    assert "a text" in refused["event"]["original"]
    assert len(place.documents()) == 3


def test_a_busy_item_costs_only_its_own_message(place: Place, opensearch_url: str) -> None:
    first = place.put("HandlerTest/first.gz", record(1))
    second = place.put("HandlerTest/second.gz", record(2))
    with FaultProxy(opensearch_url) as proxy:
        clock = Clock()
        proxy.faults.append(clock.at(100, items(429, 1)))
        # No time is left for another attempt.
        failed = place.function_at(proxy.url).answer(
            queued(notification(first), notification(second)), now=NOW, budget=Budget(100, 100, clock)
        )
    assert failed == {"batchItemFailures": [{"itemIdentifier": "m0"}]}
    assert [document["event"]["severity"] for document in place.documents()] == [2]


def test_an_engine_that_takes_nothing_fails_every_message(place: Place, opensearch_url: str) -> None:
    keys = [place.put(f"HandlerTest/{name}.gz", record(1)) for name in "ab"]
    with FaultProxy(opensearch_url) as proxy:
        function = place.function_at(proxy.url)
        proxy.faults += [status(403), status(403)]
        assert answer(function, queued(*map(notification, keys), {"Event": "s3:TestEvent"})) == ["m0", "m1"]
        with pytest.raises(RetryableError, match="ESHttpPost"):
            answer(function, notification(keys[0]))
    assert place.documents() == []


def test_when_nothing_can_be_stored_no_other_object_is_opened(place: Place, opensearch_url: str) -> None:
    # Records of the first object fill more than one request, so its fate is known before the second one's turn.
    pad = "x" * 100_000
    keys = [place.put("HandlerTest/full.gz", *(record(n, pad=pad) for n in range(200))), "HandlerTest/unopened.gz"]
    with FaultProxy(opensearch_url) as proxy:
        proxy.faults += [status(403)] * 10
        assert answer(place.function_at(proxy.url), queued(*map(notification, keys))) == ["m0", "m1"]
    assert place.opened == keys[:1]


class Queued:
    """A continuation.Queue that is a list of events, or refuses everything."""

    def __init__(self, reason: str | None = None) -> None:
        self.reason = reason
        self.bodies: list[str] = []

    def __call__(self, refs: Sequence[ObjectRef]) -> list[str | None]:
        if self.reason is None:
            self.bodies += map(continuation.write, refs)
        return [self.reason] * len(refs)


def in_a_chain(place: Place, function: Function, queue: Queued, records: int, *bodies: dict[str, Any]) -> int:
    """Answer until nothing is queued any more, each time for about so many records; return the invocations."""
    event, invocations = queued(*bodies), 0
    while event["Records"]:
        place.clock.now = 0
        found = function.answer(event, now=NOW, budget=Budget(records, 1e9, place.clock))
        assert found == {"batchItemFailures": []}
        event = queued(*queue.bodies)
        queue.bodies.clear()
        invocations += 1
    return invocations


def test_an_object_that_takes_several_invocations_gives_the_same_documents_each_sent_once(
    place: Place, opensearch_url: str
) -> None:
    first = place.put("HandlerTest/large.gz", *(record(number) for number in range(200)))
    second = place.put("HandlerTest/small.gz", *(record(number) for number in range(200, 210)))
    assert answer(place.function, queued(notification(first), notification(second))) == []
    wanted = place.ids()
    place.search.delete_by_query(index=place.index, body={"query": {"match_all": {}}}, params={"refresh": "true"})
    queue = Queued()
    with FaultProxy(opensearch_url) as proxy:
        function = place.function_at(proxy.url, queue=queue)
        invocations = in_a_chain(place, function, queue, 40, notification(first), notification(second))
        sent = [doc_id for request in proxy.requests for doc_id in request.ids]
    assert 4 <= invocations <= 6
    assert place.ids() == wanted
    assert sorted(sent) == sorted(wanted)


def test_a_small_object_does_not_wait_for_the_rest_of_a_large_one(place: Place) -> None:
    large = place.put("HandlerTest/long.gz", *(record(number) for number in range(300)))
    small = place.put("HandlerTest/short.gz", record(300))
    queue = Queued()
    function = place.function_at(place.url, queue=queue)
    function.answer(queued(notification(large)), now=NOW, budget=Budget(40, 1e9, place.clock))
    place.clock.now = 0
    event = queued(json.loads(queue.bodies.pop()), notification(small))
    assert function.answer(event, now=NOW, budget=Budget(40, 1e9, place.clock)) == {"batchItemFailures": []}
    assert place.opened == [large, small, large]
    assert [continuation.read(json.loads(body)).key for body in queue.bodies] == [large]


def test_a_message_with_several_objects_goes_on_with_each_that_is_not_done(place: Place) -> None:
    keys = [place.put(f"HandlerTest/several-{name}.gz", *(record(n) for n in range(20))) for name in "abc"]
    queue = Queued()
    found = place.function_at(place.url, queue=queue).answer(
        queued(notification(*keys)), now=NOW, budget=Budget(24, 1e9, place.clock)
    )
    assert found == {"batchItemFailures": []}
    left = [continuation.read(json.loads(body)) for body in queue.bodies]
    assert [(ref.key, ref.first_record, ref.attempt) for ref in left] == [(keys[1], 16, 0), (keys[2], 0, 1)]
    assert place.opened == keys[:2]
    assert len(place.documents()) == 36


@pytest.mark.parametrize("queue", [Queued("AccessDenied"), no_queue])
def test_a_rest_that_no_queue_takes_brings_the_message_back(
    place: Place, queue: Any, caplog: pytest.LogCaptureFixture
) -> None:
    key = place.put("HandlerTest/unqueued.gz", *(record(number) for number in range(50)))
    found = place.function_at(place.url, queue=queue).answer(
        queued(notification(key), {"Event": "s3:TestEvent"}), now=NOW, budget=Budget(4, 1e9, place.clock)
    )
    assert found == {"batchItemFailures": [{"itemIdentifier": "m0"}]}
    assert "AccessDenied" in caplog.text or "QUEUE_URL" in caplog.text


def test_an_object_that_never_gets_anywhere_is_left_to_the_queue(
    place: Place, caplog: pytest.LogCaptureFixture
) -> None:
    key = place.put("HandlerTest/stuck.gz", *(record(number) for number in range(50)))
    queue = Queued()
    function = place.function_at(place.url, queue=queue)
    event = queued(notification(key))
    for _ in range(continuation.MAX_ATTEMPTS):
        assert function.answer(event, now=NOW, budget=Budget(0, 1e9, place.clock)) == {"batchItemFailures": []}
        event = queued(*queue.bodies)
        queue.bodies.clear()
    found = function.answer(event, now=NOW, budget=Budget(0, 1e9, place.clock))
    assert found == {"batchItemFailures": [{"itemIdentifier": "m0"}]}
    assert queue.bodies == []
    assert "stuck.gz: 9 invocations in a row" in caplog.text


def test_nothing_is_queued_while_nothing_can_be_stored(place: Place, opensearch_url: str) -> None:
    keys = [place.put(f"HandlerTest/busy-{name}.gz", *(record(n) for n in range(20))) for name in "ab"]
    queue, clock = Queued(), place.clock
    with FaultProxy(opensearch_url) as proxy:
        proxy.faults += [clock.at(1e9, reset)] * 10
        found = place.function_at(proxy.url, queue=queue).answer(
            queued(*map(notification, keys)), now=NOW, budget=Budget(3, 1e6, clock)
        )
    assert found == {"batchItemFailures": [{"itemIdentifier": "m0"}, {"itemIdentifier": "m1"}]}
    assert queue.bodies == []


class Context:
    """What Lambda tells about the invocation."""

    @staticmethod
    def get_remaining_time_in_millis() -> int:
        return 60_000


def test_the_entry_point_finds_its_edges_in_the_environment(
    place: Place, emulator: Emulator, opensearch_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {**emulator.env, "OPENSEARCH_ENDPOINT": opensearch_url.removeprefix("http://")}.items():
        monkeypatch.setenv(name, value)
    key = place.put("Unknown/nothing.gz", record(1))
    assert handler.handler(queued(notification(key)), Context()) == {"batchItemFailures": []}
    handler._function.cache_clear()
    handler._s3.cache_clear()
