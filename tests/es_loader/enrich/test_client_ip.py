"""Whom X-Forwarded-For names, and when it is believed."""

from typing import Any

import pytest

from es_loader.config import load_config
from es_loader.enrich.client_ip import client_ip
from tests.golden import ROOT

PEER = {"address": "10.0.0.5", "ip": "10.0.0.5", "port": 4711}


def client_of(header: Any, peer: dict[str, Any] | None = None) -> dict[str, Any]:
    doc: dict[str, Any] = {"source": dict(peer or PEER), "http": {"request": {"header": {"x_forwarded_for": header}}}}
    client_ip(doc, field="source.ip", header="http.request.header.x_forwarded_for")
    return doc


@pytest.mark.parametrize(
    ("header", "client"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("192.0.2.1, 203.0.113.9", "203.0.113.9"),
        ("192.0.2.1, 203.0.113.9, 10.0.0.7,127.0.0.1", "203.0.113.9"),
        ("203.0.113.9:4711, [fd00::1]:80", "203.0.113.9"),
        ("2001:db8::5:21", "2001:db8::5:21"),
        ("192.0.2.1," * 1000 + "203.0.113.9", "203.0.113.9"),
    ],
)
def test_the_last_public_address_is_the_client(header: str, client: str) -> None:
    doc = client_of(header)
    assert doc["source"] == {"address": client, "ip": client}
    assert doc["related"] == {"ip": ["10.0.0.5"]}


@pytest.mark.parametrize("header", ["", "-", "10.0.0.1", "203.0.113.9, unknown", 7, None, ["203.0.113.9"]])
def test_who_is_not_named_is_not_guessed(header: Any) -> None:
    assert client_of(header)["source"] == PEER


def test_a_public_peer_is_the_client_whatever_it_claims() -> None:
    peer = {"address": "192.0.2.1", "ip": "192.0.2.1"}
    assert client_of("203.0.113.9", peer)["source"] == peer


def test_a_document_without_a_peer_or_a_header_stays() -> None:
    doc: dict[str, Any] = {"source": {"domain": "a"}}
    client_ip(doc, field="source.ip", header="http.request.header.x_forwarded_for")
    client_ip(doc, field="client.ip", header="message")
    assert doc == {"source": {"domain": "a"}}


def test_the_option_needs_two_names(tmp_path: Any) -> None:
    user_ini = tmp_path / "user.ini"
    user_ini.write_text("[apache-access]\nclientip_xff = source.ip\n")
    (problem,) = load_config(ROOT / "config" / "aws.ini", user_ini).problems
    assert "two names" in str(problem)
