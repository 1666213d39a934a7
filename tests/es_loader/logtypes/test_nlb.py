from typing import Any

import pytest

from tests.es_loader.logtypes.load_balancer_lines import at, document, line


def nlb(count: int = 22, /, **changed: str) -> dict[str, Any]:
    return document("nlb", line("nlb", count, **changed))


def test_a_connection_has_its_times_bytes_and_ends() -> None:
    doc = nlb()
    assert doc["@timestamp"] == doc["event"]["end"] == "2030-01-02T02:51:07.000Z"
    assert doc["event"]["start"] == "2030-01-02T02:51:02.000Z"
    assert doc["event"]["duration"] == 5_007_000_000
    assert (doc["event"]["category"], doc["event"]["type"]) == (["network"], ["connection"])
    assert (doc["source"]["bytes"], doc["destination"]["bytes"]) == (1830, 24110)
    assert doc["destination"]["ip"] == "192.0.2.20"
    assert "http" not in doc
    assert (at(doc, "cloud.region"), at(doc, "cloud.account.id")) == ("eu-west-2", "123456789012")
    assert doc["aws"]["elb"]["protocol"] == "tcp"


@pytest.mark.parametrize(
    ("cipher", "version", "outcome", "tls"),
    [
        ("ECDHE-RSA-AES128-GCM-SHA256", "tlsv12", "success", "1.2"),
        ("TLS_AES_128_GCM_SHA256", "tlsv13", "success", "1.3"),
        ("-", "-", "failure", None),
        ("-", "tlsv12", "failure", "1.2"),
    ],
)
def test_without_a_cipher_the_handshake_failed(cipher: str, version: str, outcome: str, tls: str | None) -> None:
    doc = nlb(tls_cipher=cipher, tls_protocol_version=version, tls_handshake_time="-")
    assert doc["event"]["outcome"] == outcome
    assert at(doc, "tls.version") == tls
    assert at(doc, "tls.established") == (True if outcome == "success" else None)
    assert "tls_handshake_time" not in doc["aws"]["elb"]


@pytest.mark.parametrize(
    ("written", "listed"),
    [
        ('"h2","http/1.1"', ["h2", "http/1.1"]),
        ('"h2"', ["h2"]),
        ("h2,http/1.1", ["h2", "http/1.1"]),
        ('\\"h2\\",\\"http/1.1\\"', ["h2", "http/1.1"]),
        ("-", None),
        ('"-"', None),
    ],
)
def test_the_preferred_protocols_are_one_word(written: str, listed: list[str] | None) -> None:
    doc = nlb(alpn_client_preference_list=written)
    assert doc["aws"]["elb"].get("alpn_client_preference_list") == listed
    assert doc["event"]["start"] == "2030-01-02T02:51:02.000Z"


@pytest.mark.parametrize(
    ("front", "back", "protocol"),
    [("h2", "h2", "http"), ("http/1.1", "-", "http"), ("-", "-", None), ("h3x", "-", None), ("-", "http/1.1", "http")],
)
def test_http_is_known_by_the_protocol_that_was_agreed(front: str, back: str, protocol: str | None) -> None:
    assert at(nlb(alpn_fe_protocol=front, alpn_be_protocol=back), "network.protocol") == protocol


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("partner.example.com", "partner.example.com"),
        ("%2A.example.com", "*.example.com"),
        ("a%252Db.example.com", "a%2Db.example.com"),
    ],
)
def test_the_name_is_decoded_once(written: str, name: str) -> None:
    doc = nlb(domain_name=written)
    assert at(doc, "destination.domain") == at(doc, "tls.client.server_name") == name
    assert doc["related"]["hosts"] == [name]


def test_an_address_in_place_of_the_name_is_no_host() -> None:
    doc = nlb(domain_name="192.0.2.9")
    assert at(doc, "tls.client.server_name") == "192.0.2.9"
    assert "domain" not in doc["destination"]
    assert "hosts" not in doc["related"]


@pytest.mark.parametrize("count", [18, 21])
def test_version_1_ends_earlier(count: int) -> None:
    dashes = dict.fromkeys(("alpn_fe_protocol", "alpn_be_protocol", "alpn_client_preference_list"), "-")
    doc = nlb(count, version="1.0", **dashes)
    assert doc["aws"]["elb"]["version"] == "1.0"
    assert "start" not in doc["event"]
    assert doc["event"]["duration"] == 5_007_000_000
