"""Resolver query logs: the name asked for, the answers, and who asked by what."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from es_loader.pipeline import Loader
from tests.golden import load_bytes
from tests.strategies import LOOSE_JSON

KEY = (
    "AWSLogs/111122223333/vpcdnsquerylogs/vpc-0123456789abcdef0/2030/01/02/"
    "vpc-0123456789abcdef0_vpcdnsquerylogs_111122223333_20300102T0205Z_1a2b3c4d.log.gz"
)
QUERY = {
    "version": "1.100000",
    "query_timestamp": "2030-01-02T02:03:04Z",
    "query_name": "shop.example.com.",
    "query_type": "A",
    "query_class": "IN",
    "rcode": "NOERROR",
    "answers": [],
    "srcaddr": "10.0.1.21",
    "srcport": "40001",
    "transport": "UDP",
    "srcids": {"instance": "i-0a1b2c3d4e5f60718"},
}


def document(loader: Loader, **members: Any) -> dict[str, Any]:
    (found,), _report = load_bytes(loader, json.dumps(QUERY | members).encode(), KEY)
    source: dict[str, Any] = found["_source"]
    return source


@pytest.mark.parametrize(
    ("kind", "data", "expected"),
    [
        ("A", "192.0.2.10", "192.0.2.10"),
        ("CNAME", "cdn.example.net.", "cdn.example.net"),
        ("MX", "10 mail.example.com.", "10 mail.example.com"),
        ("MX", "0 .", "0 ."),
        ("CNAME", ".", "."),
        ("SRV", "0 5 5060 sip.example.com.", "0 5 5060 sip.example.com"),
        ("TXT", '"a text."', '"a text."'),
        ("TXT", "a text.", "a text."),
        ("TYPE65", "1 .", "1 ."),
    ],
)
def test_names_in_answers_lose_their_last_dot(loader: Loader, kind: str, data: str, expected: str) -> None:
    answers = document(loader, answers=[{"Rdata": data, "Type": kind, "Class": "IN"}])["dns"]["answers"]
    assert answers == [{"class": "IN", "type": kind, "data": expected}]


def test_addresses_and_names_of_answers_are_related_once(loader: Loader) -> None:
    answers = [("CNAME", "cdn.example.net."), ("A", "10.0.1.21"), ("A", "192.0.2.10"), ("A", "192.0.2.10"), ("A", "?")]
    source = document(loader, answers=[{"Rdata": data, "Type": kind} for kind, data in answers])
    assert source["dns"]["resolved_ip"] == ["10.0.1.21", "192.0.2.10"]
    assert source["related"] == {
        "ip": ["10.0.1.21", "192.0.2.10"],
        "hosts": ["shop.example.com", "cdn.example.net"],
    }


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("10.2.0.192.in-addr.arpa.", "192.0.2.10"),
        ("10.2.0.192.IN-ADDR.ARPA", "192.0.2.10"),
        (f"{'0.' * 23}1.8.b.d.0.1.0.0.2.ip6.arpa.", "2001:0db8:1000:0000:0000:0000:0000:0000"),
        ("2.0.192.in-addr.arpa.", None),
        ("1.10.2.0.192.in-addr.arpa.", None),
        ("256.2.0.192.in-addr.arpa.", None),
        ("a.2.0.192.in-addr.arpa.", None),
        (f"{'0.' * 23}8.b.d.0.1.0.0.2.ip6.arpa.", None),
        (f"{'0.' * 23}g.8.b.d.0.1.0.0.2.ip6.arpa.", None),
        (f"{'0.' * 22}00.1.8.b.d.0.1.0.0.2.ip6.arpa.", None),
        ("in-addr.arpa.", None),
        ("shop.example.com.", None),
    ],
)
def test_a_reverse_lookup_relates_its_address_and_no_host(loader: Loader, name: str, address: str | None) -> None:
    related = document(loader, query_name=name, query_type="PTR")["related"]
    assert related == {"ip": [address, "10.0.1.21"] if address else ["10.0.1.21"]}


@pytest.mark.parametrize(
    ("action", "types"),
    [("BLOCK", ["protocol", "denied"]), ("ALERT", ["protocol"]), ("ALLOW", ["protocol"]), (None, ["protocol"])],
)
def test_only_a_blocked_query_is_denied(loader: Loader, action: str | None, types: list[str]) -> None:
    event = document(loader, firewall_rule_action=action)["event"]
    assert (event.get("action"), event["type"], event["outcome"]) == (action, types, "success")


@pytest.mark.parametrize(
    ("code", "outcome"), [("NOERROR", "success"), ("NXDOMAIN", "failure"), ("SERVFAIL", "failure"), (None, None)]
)
def test_outcome(loader: Loader, code: str | None, outcome: str | None) -> None:
    source = document(loader, rcode=code)
    assert (source["dns"].get("response_code"), source["event"].get("outcome")) == (code, outcome)


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("UDP", {"transport": "udp", "iana_number": "17"}),
        ("TCP", {"transport": "tcp", "iana_number": "6"}),
        ("DoT", {"transport": "tcp", "iana_number": "6"}),
        ("DOH", {"transport": "tcp", "iana_number": "6"}),
        ("QUIC", {"transport": "quic"}),
        ("", {}),
        (None, {}),
    ],
)
def test_transport(loader: Loader, word: str | None, expected: dict[str, str]) -> None:
    assert document(loader, transport=word)["network"] == {"protocol": "dns", "type": "ipv4"} | expected


@pytest.mark.parametrize(
    "change",
    [
        {"answers": {"Rdata": "192.0.2.10", "Type": "A", "Class": "IN"}},
        {"srcport": 40001},
        {"query_timestamp": "2030-01-02 02:03:04"},
        {"srcids": {"instance": "i-0a1b2c3d4e5f60718", "resolver-endpoint": "rslvr-in-0"}},
    ],
    ids=lambda change: next(iter(change)),
)
def test_other_spellings_give_the_same_document(loader: Loader, change: dict[str, Any]) -> None:
    usual = {
        "answers": [{"Rdata": "192.0.2.10", "Type": "A", "Class": "IN"}],
        "srcids": {"instance": "i-0a1b2c3d4e5f60718", "resolver_endpoint": "rslvr-in-0"},
    }
    found = [document(loader, **usual), document(loader, **(usual | change))]
    for source in found:
        del source["event"]["original"]
    assert found[0] == found[1]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(record=st.dictionaries(st.sampled_from(sorted(QUERY)) | st.text(), LOOSE_JSON))
def test_any_members_give_one_document(loader: Loader, record: dict[str, Any]) -> None:
    content = json.dumps(QUERY | record).encode()
    found, report = load_bytes(loader, content, KEY)
    assert (len(found), report.records, report.error) == (1, 1, None)
    error = found[0]["_source"].get("error", {})
    assert error.get("type") in {None, "parse_error"}
