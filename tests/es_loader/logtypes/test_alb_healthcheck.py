from typing import Any

import pytest

from tests.es_loader.logtypes.load_balancer_lines import at, document, line


def check(count: int = 10, /, **changed: str) -> dict[str, Any]:
    return document("alb-healthcheck", line("alb-healthcheck", count, **changed))


@pytest.mark.parametrize("count", [8, 10])
def test_a_check_is_of_a_host_and_no_client_asked(count: int) -> None:
    doc = check(count)
    assert (doc["event"]["category"], doc["event"]["type"]) == (["host"], ["info"])
    assert doc["destination"] == {"address": "192.0.2.20", "ip": "192.0.2.20", "port": 8080}
    assert doc["event"]["duration"] == 19_584_000
    assert at(doc, "http.response.status_code") == 200
    assert not {"source", "client", "url"} & doc.keys()


@pytest.mark.parametrize(
    ("status", "code", "reason", "outcome"),
    [
        ("PASS", "200", "-", "success"),
        ("FAIL", "503", "HealthCheckMismatch", "failure"),
        ("FAIL", "-", "RequestTimedOut", "failure"),
        ("ODD", "-", "-", None),
    ],
)
def test_the_status_is_the_outcome(status: str, code: str, reason: str, outcome: str | None) -> None:
    doc = check(status=status, status_code=code, reason_code=reason)
    assert doc["event"].get("outcome") == outcome
    assert doc["event"].get("reason") == (None if reason == "-" else reason)
    assert at(doc, "http.response.status_code") == (int(code) if code != "-" else None)


def test_a_function_is_no_address() -> None:
    target = "arn:aws:lambda:eu-west-2:123456789012:function:web:7"
    doc = check(target_addr=target)
    assert doc["destination"] == {"address": target}
    assert (at(doc, "cloud.region"), at(doc, "cloud.account.id")) == ("eu-west-2", "123456789012")
