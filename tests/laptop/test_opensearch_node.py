import json
import socket
import urllib.request
from typing import Any

import pytest

from laptop.leash import StartError
from laptop.opensearch_node import OpenSearchNode
from laptop.opensearch_node import opensearch_node as running_node


def _call(url: str, body: dict[str, Any] | None = None, method: str = "GET") -> Any:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"}, method=method)
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def test_the_node_is_a_healthy_opensearch(opensearch_url: str) -> None:
    assert _call(f"{opensearch_url}/_cluster/health")["status"] in {"green", "yellow"}
    assert _call(opensearch_url)["version"]["distribution"] == "opensearch"


def test_a_document_is_found_after_indexing(opensearch_url: str) -> None:
    _call(f"{opensearch_url}/laptop-test/_doc/1?refresh=true", {"source": {"ip": "192.0.2.1"}}, "PUT")
    found = _call(f"{opensearch_url}/laptop-test/_search?q=source.ip:192.0.2.1")
    _call(f"{opensearch_url}/laptop-test", method="DELETE")
    assert [hit["_source"] for hit in found["hits"]["hits"]] == [{"source": {"ip": "192.0.2.1"}}]


def test_a_given_node_is_used_and_not_stopped(opensearch_node: OpenSearchNode, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENSEARCH_URL", f"{opensearch_node.url}/")
    with running_node() as node:
        assert node == OpenSearchNode(opensearch_node.url, None)
    assert _call(node.url)["tagline"]


def test_a_node_leaves_neither_its_port_nor_its_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENSEARCH_URL", raising=False)
    with running_node(heap="512m") as node:
        assert node.folder is not None
        assert node.folder.exists()
    host, port = node.host_and_port.split(":")
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((host, int(port)), timeout=5).close()
    assert not node.folder.exists()


def test_a_taken_port_is_an_error_that_shows_the_servers_log(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENSEARCH_URL", raising=False)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(StartError, match=rf"(?s)OpenSearch ended while starting.*{port}"), running_node(port=port):
            pass
