"""The sink in front of a real OpenSearch, through a proxy that fails as told."""

import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from es_loader.errors import AccessError, RetryableError
from es_loader.sinks.bulk import BulkSink
from es_loader.sinks.opensearch import bulk, connect
from tests.fault_proxy import FaultProxy, items, page, reset, reset_after_storing, stalled_after_storing, status


@pytest.fixture
def proxy(opensearch_url: str) -> Iterator[FaultProxy]:
    with FaultProxy(opensearch_url) as proxy:
        yield proxy


class Cluster:
    """One index of the engine, with `n` mapped as a number so that a text there is refused."""

    def __init__(self, url: str) -> None:
        self.client = connect(url)
        self.index = f"log-test-{uuid4().hex}"
        mappings = {"properties": {"n": {"type": "long"}, "original": {"type": "keyword", "index": False}}}
        self.client.indices.create(index=self.index, body={"mappings": mappings})

    def documents(self) -> dict[str, Any]:
        self.client.indices.refresh(index=self.index)
        found = self.client.search(index=self.index, body={"size": 1000})
        return {hit["_id"]: hit["_source"] for hit in found["hits"]["hits"]}


@pytest.fixture
def cluster(opensearch_url: str) -> Iterator[Cluster]:
    cluster = Cluster(opensearch_url)
    yield cluster
    cluster.client.indices.delete(index=cluster.index)


def replacement(source: bytes, reason: str) -> bytes:
    return json.dumps({"original": source.decode(), "reason": reason}).encode()


class Loading:
    """A sink with its callbacks written down; no time passes while it waits."""

    def __init__(self, url: str, **options: Any) -> None:
        self.taken: list[Any] = []
        self.failed: list[tuple[Any, str]] = []
        self.slept: list[float] = []
        self.sink = BulkSink(
            bulk(connect(url)),
            replace=replacement,
            on_failed=lambda ref, reason: self.failed.append((ref, reason)),
            clock=lambda: sum(self.slept),
            sleep=self.slept.append,
            **options,
        )

    def add(self, cluster: Cluster, *numbers: Any) -> None:
        for number in numbers:
            self.taken.append(number)
            self.sink.add(cluster.index, f"id {number}", json.dumps({"n": number}).encode(), number)


def test_documents_arrive_in_requests_of_bounded_size(proxy: FaultProxy, cluster: Cluster) -> None:
    loading = Loading(proxy.url, max_bytes=10_000)
    with loading.sink:
        loading.add(cluster, *range(500))
    assert len(cluster.documents()) == 500
    assert cluster.documents()["id 7"] == {"n": 7}
    assert all(len(request.body) <= 10_000 for request in proxy.requests)
    assert loading.sink.counters.requests == len(proxy.requests) > 3
    assert loading.sink.counters.sent_bytes == sum(len(request.body) for request in proxy.requests)
    assert (loading.sink.counters.loaded, loading.sink.counters.failed) == (500, 0)


def test_a_document_larger_than_a_request_goes_alone(proxy: FaultProxy, cluster: Cluster) -> None:
    loading = Loading(proxy.url, max_bytes=100)
    with loading.sink:
        loading.sink.add(cluster.index, "large", b'{"original":"%b"}' % (b"x" * 5000), 0)
        loading.add(cluster, 1)
    assert [len(request.ids) for request in proxy.requests] == [1, 1]
    assert set(cluster.documents()) == {"large", "id 1"}


@pytest.mark.parametrize("doc_id", ['quote " and \\', "é ü 漢字", "line\nbreak", "a/b?c=d&e"])
def test_ids_of_any_text_come_back_as_they_are(proxy: FaultProxy, cluster: Cluster, doc_id: str) -> None:
    loading = Loading(proxy.url)
    with loading.sink:
        loading.sink.add(cluster.index, doc_id, b"{}", 0)
    assert set(cluster.documents()) == {doc_id}


def test_only_busy_items_are_sent_again(proxy: FaultProxy, cluster: Cluster) -> None:
    proxy.faults += [items(429, 3), items(503, 1)]
    loading = Loading(proxy.url)
    with loading.sink:
        loading.add(cluster, *range(10))
    assert [len(request.ids) for request in proxy.requests] == [10, 3, 1]
    assert len(cluster.documents()) == 10
    assert loading.sink.counters.retries == len(loading.slept) == 2
    assert loading.failed == []


@pytest.mark.parametrize("fault", [status(429), status(503), status(500, "<html>"), reset, reset_after_storing, page])
def test_a_request_without_a_good_answer_is_repeated_and_nothing_is_stored_twice(
    proxy: FaultProxy, cluster: Cluster, fault: Any
) -> None:
    proxy.faults += [fault, fault]
    loading = Loading(proxy.url)
    with loading.sink:
        loading.add(cluster, *range(10))
    assert len(proxy.requests) == 3
    assert len(cluster.documents()) == 10
    assert loading.failed == []


def test_a_timeout_after_storing_is_repeated(proxy: FaultProxy, cluster: Cluster) -> None:
    proxy.faults.append(stalled_after_storing)
    loading = Loading(proxy.url, timeout=0.5)
    with loading.sink:
        loading.add(cluster, *range(3))
    assert len(proxy.requests) == 2
    assert len(cluster.documents()) == 3


def test_a_request_that_is_too_large_is_halved_and_the_next_ones_are_smaller(
    proxy: FaultProxy, cluster: Cluster
) -> None:
    proxy.max_body = 200_000
    loading = Loading(proxy.url, max_bytes=300_000)
    source = b'{"original":"%b"}' % (b"x" * 1000)
    with loading.sink:
        for number in range(3000):
            loading.sink.add(cluster.index, str(number), source, number)
    refused = [request for request in proxy.requests if len(request.body) > proxy.max_body]
    assert 1 <= len(refused) <= 4
    assert loading.sink.counters.loaded == 3000
    assert loading.failed == []


def test_a_refused_document_is_replaced(proxy: FaultProxy, cluster: Cluster) -> None:
    loading = Loading(proxy.url)
    with loading.sink:
        loading.add(cluster, 1, "no number", 2)
    documents = cluster.documents()
    assert documents["id no number"]["original"] == '{"n": "no number"}'
    assert documents["id no number"]["reason"].startswith("400: mapper_parsing_exception")
    assert len(documents) == 3
    counters = loading.sink.counters
    assert (counters.loaded, counters.rejected, counters.failed) == (3, 1, 0)


def test_refused_documents_by_the_thousand_are_replaced_in_requests_of_bounded_size(
    proxy: FaultProxy, cluster: Cluster
) -> None:
    loading = Loading(proxy.url, max_bytes=20_000)
    with loading.sink:
        loading.add(cluster, *(f"text {number}" for number in range(800)))
    assert len(cluster.documents()) == 800
    assert all(len(request.body) <= 20_000 for request in proxy.requests)
    assert loading.sink.counters.rejected == 800


def test_a_replacement_that_is_refused_too_has_failed(proxy: FaultProxy, cluster: Cluster) -> None:
    loading = Loading(proxy.url)
    with loading.sink:
        loading.add(cluster, 1)
        loading.sink.add("log-UPPER-CASE", "bad", b"{}", "bad")
    assert [ref for ref, _ in loading.failed] == ["bad"]
    assert "log-UPPER-CASE: 400 invalid_index_name_exception" in loading.failed[0][1]
    assert len(cluster.documents()) == 1


def test_an_id_that_spoils_its_request_costs_only_its_document(proxy: FaultProxy, cluster: Cluster) -> None:
    loading = Loading(proxy.url)
    with loading.sink:
        loading.add(cluster, 1, 2, 3)
        loading.sink.add(cluster.index, "x" * 513, b"{}", "long")
        loading.sink.add(cluster.index, "", b"{}", "empty")
    assert sorted(ref for ref, _ in loading.failed) == ["empty", "long"]
    assert set(cluster.documents()) == {"id 1", "id 2", "id 3"}


def test_an_item_that_may_not_be_written_fails_for_its_message_alone(proxy: FaultProxy, cluster: Cluster) -> None:
    cluster.client.indices.put_settings(index=cluster.index, body={"index.blocks.write": True})
    loading = Loading(proxy.url)
    with loading.sink:
        loading.add(cluster, 1)
    assert [ref for ref, _ in loading.failed] == [1]
    assert "403 cluster_block_exception" in loading.failed[0][1]


def test_items_that_stay_busy_fail_without_an_exception(proxy: FaultProxy, cluster: Cluster) -> None:
    proxy.faults += [items(429, 2)] * 3
    loading = Loading(proxy.url, attempts=3)
    with loading.sink:
        loading.add(cluster, *range(5))
    assert sorted(ref for ref, _ in loading.failed) == [0, 1]
    assert len(cluster.documents()) == 3


@pytest.mark.parametrize("fault", [status(429), reset])
def test_when_nothing_can_be_stored_every_unconfirmed_document_is_reported(
    proxy: FaultProxy, cluster: Cluster, fault: Any
) -> None:
    loading = Loading(proxy.url, attempts=2, max_bytes=1000)
    loading.add(cluster, *range(20))
    loading.sink.flush()
    proxy.faults += [fault] * 100
    loading.taken.clear()
    with pytest.raises(RetryableError), loading.sink:
        loading.add(cluster, *range(20, 10_000))
    assert {document["n"] for document in cluster.documents().values()} == set(range(20))
    assert sorted(ref for ref, _ in loading.failed) == loading.taken
    assert len(loading.taken) < 100
    with pytest.raises(RetryableError):
        loading.add(cluster, 0)


def test_a_refused_role_is_not_tried_again(proxy: FaultProxy, cluster: Cluster) -> None:
    proxy.faults.append(status(403, '{"Message":"User is not authorized to perform es:ESHttpPost"}'))
    loading = Loading(proxy.url)
    loading.add(cluster, 1)
    with loading.sink, pytest.raises(AccessError, match="ESHttpPost"):
        loading.sink.flush()
    assert len(proxy.requests) == 1


def test_leaving_with_an_exception_sends_nothing_more(proxy: FaultProxy, cluster: Cluster) -> None:
    loading = Loading(proxy.url)
    with pytest.raises(TypeError), loading.sink:
        loading.add(cluster, 1, object())
    assert proxy.requests == []


def test_closing_does_not_wait_for_patience(proxy: FaultProxy, cluster: Cluster) -> None:
    proxy.faults += [reset] * 100
    sink = BulkSink(bulk(connect(proxy.url)), replace=replacement, on_failed=lambda *_: None, max_bytes=1)
    sink.add(cluster.index, "1", b"{}", 1)
    sink.add(cluster.index, "2", b"{}", 2)
    sink.close()
    assert len(proxy.requests) <= 2


def test_a_replacement_that_waits_for_room_when_everything_stops_has_failed_too(
    proxy: FaultProxy, cluster: Cluster
) -> None:
    proxy.faults += [items(400, 1), status(403)]
    loading = Loading(proxy.url, max_bytes=10, in_flight=1)
    with pytest.raises(AccessError), loading.sink:
        loading.add(cluster, *range(10))
    assert {ref for ref, _ in loading.failed} == {0, 1, 2}


def test_what_is_added_after_everything_stopped_has_failed(proxy: FaultProxy, cluster: Cluster) -> None:
    proxy.faults.append(status(403))
    loading = Loading(proxy.url)
    loading.add(cluster, 1)
    with pytest.raises(AccessError):
        loading.sink.flush()
    with pytest.raises(AccessError):
        loading.add(cluster, 2)
    assert [ref for ref, _ in loading.failed] == [1, 2]
    loading.sink.close()


def test_it_is_told_of_each_document_that_is_sent_again_or_replaced(proxy: FaultProxy, cluster: Cluster) -> None:
    proxy.faults += [items(429, 2), items(503, 1)]
    told: list[tuple[Any, str]] = []
    loading = Loading(proxy.url, tally=lambda ref, what: told.append((ref, what)))
    with loading.sink:
        loading.add(cluster, 0, 1, "no number")
    assert told == [(0, "resent"), (1, "resent"), (0, "resent"), ("no number", "rejected")]


def test_bytes_are_counted_as_they_are_taken(proxy: FaultProxy, cluster: Cluster) -> None:
    loading = Loading(proxy.url, max_bytes=1_000)
    with loading.sink:
        loading.add(cluster, *range(100))
        taken = loading.sink.taken_bytes
    assert taken == loading.sink.counters.sent_bytes
