from typing import Any

import pytest

from tests.es_loader.logtypes.load_balancer_lines import at, document, line

TCP = {"elb_status_code": "-", "backend_status_code": "-", "request": '"- - - "', "user_agent": '"-"'}
PLAIN = {"ssl_cipher": "-", "ssl_protocol": "-"}
AGENT = "Mozilla/5.0 (X11; Linux x86_64)"


def clb(count: int = 15, /, **changed: str) -> dict[str, Any]:
    return document("clb", line("clb", count, **changed))


def test_a_request_has_bodies_without_headers() -> None:
    doc = clb()
    assert (doc["event"]["category"], doc["event"]["type"]) == (["web"], ["access"])
    assert doc["http"] == {
        "request": {"method": "GET", "body": {"bytes": 7}},
        "response": {"status_code": 200, "body": {"bytes": 2914}},
        "version": "1.1",
    }
    assert (doc["source"]["bytes"], doc["client"]["bytes"], doc["destination"]["bytes"]) == (7, 7, 2914)
    assert doc["event"]["end"] == doc["@timestamp"]
    assert "start" not in doc["event"]
    assert doc["event"]["duration"] == 1_178_000
    assert at(doc, "tls.version") == "1.2"
    assert doc["url"]["full"] == "https://www.example.com:443/a?b=1"
    assert (doc["network"]["protocol"], doc["aws"]["elb"]["protocol"]) == ("http", "http")


@pytest.mark.parametrize("session", [PLAIN, {}])
def test_a_connection_has_nothing_of_http(session: dict[str, str]) -> None:
    doc = clb(**TCP, **session)
    assert (doc["event"]["category"], doc["event"]["type"]) == (["network"], ["connection"])
    assert "outcome" not in doc["event"]
    assert not {"http", "url", "user_agent"} & doc.keys()
    assert ("tls" in doc) == (not session)
    assert "protocol" not in doc["network"]
    assert doc["aws"]["elb"]["protocol"] == "tcp"
    assert (doc["source"]["bytes"], doc["destination"]["bytes"]) == (7, 2914)


def test_what_was_not_measured_is_absent() -> None:
    times = dict.fromkeys(("request_processing_time", "backend_processing_time", "response_processing_time"), "-1")
    doc = clb(backend_port="-", received_bytes="-1", sent_bytes="-1", elb_status_code="503", **times)
    assert "destination" not in doc
    assert "bytes" not in doc["source"]
    assert doc["event"]["outcome"] == "failure"
    assert "duration" not in doc["event"]
    assert doc["http"] == {"request": {"method": "GET"}, "response": {"status_code": 503}, "version": "1.1"}
    assert not [name for name in doc["aws"]["elb"] if "time" in name or name.startswith("backend_i")]


@pytest.mark.parametrize(
    ("request_text", "url"),
    [
        ("- - - ", None),
        ("- http://198.51.100.7:80- -", "http://198.51.100.7:80"),
        ("- http://198.51.100.7:80- - ", "http://198.51.100.7:80"),
        ("- http://www.example.com:80-/ ", "http://www.example.com:80/"),
    ],
)
def test_a_malformed_request_is_a_good_record(request_text: str, url: str | None) -> None:
    doc = clb(request=f'"{request_text}"', elb_status_code="400")
    assert doc["event"]["category"] == ["web"]
    assert at(doc, "http.request.method") is None
    assert at(doc, "http.version") is None
    assert at(doc, "url.full") == url
    assert at(doc, "url.port") == (80 if url else None)


@pytest.mark.parametrize(
    "agent",
    ['quoted "words" inside', 'ends with "quote"', '"', 'a" "b', 'x" - - "y', '() { :; }; echo "a b"', "é → \\x22"],
)
@pytest.mark.parametrize("session", [PLAIN, {}])
def test_a_user_agent_may_hold_quotes(agent: str, session: dict[str, str]) -> None:
    doc = clb(user_agent=f'"{agent}"', **session)
    assert doc["user_agent"]["original"] == agent
    assert ("tls" in doc) == (not session)


@pytest.mark.parametrize("target", ['/a"b', '/a" b', "/a b c", '/a?q="x" y', '/" "z'])
def test_a_url_may_hold_blanks_and_quotes(target: str) -> None:
    doc = clb(request=f'"GET http://www.example.com:80{target} HTTP/1.1"')
    assert doc["url"]["original"] == f"http://www.example.com:80{target}"
    assert doc["user_agent"]["original"] == AGENT


@pytest.mark.parametrize("agent", ['""', '"-"', "-"])
def test_no_user_agent_is_absent(agent: str) -> None:
    assert "user_agent" not in clb(user_agent=agent)


def test_quotes_and_blanks_may_be_missing() -> None:
    expected = clb()
    for text in (line("clb").replace('" "', '""'), line("clb").replace('"', "")):
        found = document("clb", text)
        assert {**found, "aws": 0} == {**expected, "aws": 0}


def test_very_old_lines_end_with_the_request() -> None:
    doc = clb(12)
    assert doc["http"]["response"]["status_code"] == 200
    assert not {"user_agent", "tls"} & doc.keys()
