"""The connection: endpoints, signatures and replies."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from es_loader.errors import AccessError
from es_loader.sinks.delivery import NO_ANSWER
from es_loader.sinks.opensearch import bulk, connect
from tests.fault_proxy import FaultProxy, page, reset, status

AWS = {"AWS_ACCESS_KEY_ID": "EXAMPLEKEY", "AWS_SECRET_ACCESS_KEY": "not-a-secret", "AWS_SESSION_TOKEN": "token"}
INDEX = "log-connection-test"
DOCUMENT = b'{"index":{"_index":"%b","_id":"1"}}\n{"a":1}\n' % INDEX.encode()


@pytest.fixture
def engine(opensearch_url: str) -> Iterator[str]:
    yield opensearch_url
    connect(opensearch_url).indices.delete(index=INDEX, ignore_unavailable=True)


def connection(endpoint: str, **options: Any) -> Any:
    return connect(endpoint, **options).transport.get_connection()


@pytest.mark.parametrize(
    ("endpoint", "host"),
    [
        ("search-siem-abc.example.com", "https://search-siem-abc.example.com:443"),
        ("127.0.0.1:9200", "http://127.0.0.1:9200"),
        ("http://localhost", "http://localhost:80"),
        ("https://node.example.com:9200/", "https://node.example.com:9200"),
        ("http://[::1]:9200", "http://[::1]:9200"),
    ],
)
def test_a_missing_scheme_is_https_unless_there_is_a_port(endpoint: str, host: str) -> None:
    assert connection(endpoint).host == host


def test_a_path_comes_before_every_request() -> None:
    assert connection("https://proxy.example.com/opensearch/").url_prefix == "/opensearch"


@pytest.mark.parametrize(
    ("endpoint", "region", "scope"),
    [
        ("search-siem-abc.eu-west-1.es.amazonaws.com", None, "eu-west-1/es"),
        ("https://vpc-siem-abc.us-gov-west-1.es.amazonaws.com", "us-east-1", "us-gov-west-1/es"),
        ("search-siem-abc.cn-north-1.es.amazonaws.com.cn", None, "cn-north-1/es"),
        ("abc.us-east-2.aoss.amazonaws.com", None, "us-east-2/aoss"),
        ("search-siem-abc.aos.ap-southeast-1.on.aws", None, "ap-southeast-1/es"),
        ("siem.example.com", "eu-central-1", "eu-central-1/es"),
    ],
)
def test_requests_to_aws_are_signed(
    endpoint: str, region: str | None, scope: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in AWS.items():
        monkeypatch.setenv(name, value)
    used = connection(endpoint, region=region)
    headers = used.http_auth("POST", f"{used.host}/_bulk?filter_path=errors%2Citems.%2A.status", b"body")
    assert f"/{scope}/aws4_request" in headers["Authorization"]
    assert headers["X-Amz-Security-Token"] == "token"
    assert headers["X-Amz-Content-SHA256"]


@pytest.mark.parametrize(
    ("endpoint", "region"),
    [("127.0.0.1:9200", "eu-west-1"), ("https://localhost:9200", "eu-west-1"), ("siem.example.com", None)],
)
def test_requests_to_other_servers_are_not_signed(endpoint: str, region: str | None) -> None:
    assert connection(endpoint, region=region).http_auth is None


def test_a_user_in_the_endpoint_comes_before_signatures() -> None:
    used = connection("https://log%40siem:pass%3Aword@search-a.eu-west-1.es.amazonaws.com")
    assert used.http_auth == ("log@siem", "pass:word")
    assert "word" not in used.host


def test_missing_credentials_are_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    for name in AWS:
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    with pytest.raises(AccessError, match="credentials"):
        connect("search-siem-abc.eu-west-1.es.amazonaws.com")


def test_a_request_is_compressed_and_its_answer_short(engine: str) -> None:
    with FaultProxy(engine) as proxy:
        assert bulk(connect(proxy.url))(DOCUMENT, 30) == (200, "", None)
    (request,) = proxy.requests
    assert request.body == DOCUMENT
    assert request.headers["content-encoding"] == "gzip"


def test_the_items_of_a_mixed_answer_stay_in_order(engine: str) -> None:
    lines = DOCUMENT + DOCUMENT.replace(b"1}\n", b'{"b":"text"}}\n') + DOCUMENT
    reply = bulk(connect(engine))(lines, 30)
    assert reply.items is not None
    assert [one.status // 100 for one in reply.items] == [2, 4, 2]
    assert "mapper_parsing_exception" in reply.items[1].reason


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (reset, NO_ANSWER),
        (page, NO_ANSWER),
        (status(200, '{"took":1}'), NO_ANSWER),
        (status(200, "null"), NO_ANSWER),
        (status(413, ""), 413),
        (status(429), 429),
        (status(503, "<html>no</html>"), 503),
        (status(403, json.dumps({"Message": "not authorized"})), 403),
    ],
)
def test_every_way_a_request_can_end_is_a_reply(engine: str, fault: Any, code: int) -> None:
    with FaultProxy(engine) as proxy:
        proxy.faults.append(fault)
        assert bulk(connect(proxy.url))(DOCUMENT, 30).status == code
        assert len(proxy.requests) == 1


def test_nobody_there_is_a_reply(unused_tcp_port: int) -> None:
    reply = bulk(connect(f"127.0.0.1:{unused_tcp_port}"))(DOCUMENT, 30)
    assert reply.status == NO_ANSWER
    assert "refused" in reply.reason
