from typing import Any

import pytest

from tests.es_loader.logtypes.load_balancer_lines import at, document, line

NO_CERTIFICATE = {
    "leaf_client_cert_subject": '"-"',
    "leaf_client_cert_validity": "-",
    "leaf_client_cert_serial_number": "-",
    "tls_verify_status": "-",
}


def connection(count: int = 15, /, **changed: str) -> dict[str, Any]:
    return document("alb-connection", line("alb-connection", count, **changed))


def test_a_connection_has_its_client_and_its_session() -> None:
    doc = connection()
    assert doc["@timestamp"] == doc["event"]["start"] == "2030-01-02T02:51:07.316482Z"
    assert "end" not in doc["event"]
    assert doc["event"]["duration"] == 4_036_000_000
    assert doc["client"] == doc["source"] == {"address": "198.51.100.7", "ip": "198.51.100.7", "port": 50123}
    assert doc["destination"] == {"port": 443}
    assert (at(doc, "tls.version"), at(doc, "tls.established")) == ("1.2", True)
    own = doc["aws"]["elb"]
    assert (own["tls_handshake_latency"], own["elb"], own["ip_address"]) == (
        4.036,
        "app/web/0123456789abcdef",
        "192.0.2.10",
    )


@pytest.mark.parametrize(
    ("status", "outcome", "reason", "kinds"),
    [
        ("Success", "success", None, ["connection"]),
        ("Failed:ClientCertUntrusted", "failure", "ClientCertUntrusted", ["connection", "denied"]),
        (
            "Failed:ClientCertMaxChainDepthExceeded",
            "failure",
            "ClientCertMaxChainDepthExceeded",
            ["connection", "denied"],
        ),
        ("Failed:UnmappedConnectionError", "failure", "UnmappedConnectionError", ["connection"]),
        ("Failed:", "failure", None, ["connection"]),
        ("-", "success", None, ["connection"]),
    ],
)
def test_the_verification_is_the_outcome(status: str, outcome: str, reason: str | None, kinds: list[str]) -> None:
    event = connection(tls_verify_status=status)["event"]
    assert (event["outcome"], event.get("reason"), event["type"]) == (outcome, reason, kinds)


def test_without_certificate_and_cipher_the_handshake_failed() -> None:
    doc = connection(12, tls_cipher="-", tls_protocol="-", tls_handshake_latency="-", **NO_CERTIFICATE)
    assert doc["event"]["outcome"] == "failure"
    assert "tls" not in doc
    assert "duration" not in doc["event"]


@pytest.mark.parametrize(
    ("subject", "names"),
    [
        ("CN=till-7.example.com,O=Example", ["till-7.example.com"]),
        ("C=DE, O=Example, CN=till 7", ["till 7"]),
        ("O=Example,OU=CN", None),
        ("CN=a\\,b+CN=c", ["a,b", "c"]),
        ('O="CN=no, CN=maybe",CN="a, b"', ["a, b"]),
    ],
)
def test_common_names_are_taken_out_of_the_subject(subject: str, names: list[str] | None) -> None:
    doc = connection(leaf_client_cert_subject=f'"{subject}"')
    assert at(doc, "tls.client.subject") == subject
    assert at(doc, "tls.client.x509.subject.distinguished_name") == subject
    if names != ["a, b"]:
        assert at(doc, "tls.client.x509.subject.common_name") == names


@pytest.mark.parametrize(("written", "number"), [("0A1B2C3D", "0A1B2C3D"), ("0a:1b:2c:3d", "0A1B2C3D"), ("-", None)])
def test_a_serial_number_is_upper_case_without_colons(written: str, number: str | None) -> None:
    doc = connection(leaf_client_cert_serial_number=written)
    assert at(doc, "tls.client.x509.serial_number") == number


@pytest.mark.parametrize(
    ("written", "before", "after"),
    [
        (
            "NotBefore=2029-06-01T00:00:00Z;NotAfter=2031-06-01T00:00:00Z",
            "2029-06-01T00:00:00.000Z",
            "2031-06-01T00:00:00.000Z",
        ),
        ("NotBefore=soon;NotAfter=2031-06-01T00:00:00Z", None, "2031-06-01T00:00:00.000Z"),
        ("NotBefore=2029-06-01T00:00:00Z", None, None),
        ("-", None, None),
    ],
)
def test_the_validity_is_two_dates(written: str, before: str | None, after: str | None) -> None:
    doc = connection(leaf_client_cert_validity=written)
    assert (at(doc, "tls.client.not_before"), at(doc, "tls.client.not_after")) == (before, after)


@pytest.mark.parametrize("subject", ['O="x" y', '"', 'CN=a" - - "b', 'x" NotBefore=1 2 3 "y'])
def test_a_subject_may_hold_quotes(subject: str) -> None:
    doc = connection(leaf_client_cert_subject=f'"{subject}"')
    assert at(doc, "tls.client.subject") == subject
    assert doc["event"]["outcome"] == "success"
