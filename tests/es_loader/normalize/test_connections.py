from typing import Any

import pytest

from es_loader.normalize.arns import arn
from es_loader.normalize.connections import add_requested_host, forwarded, mirror_client
from es_loader.normalize.durations import NS_OF_MILLISECOND, between, nanoseconds


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "198.51.100.7, 192.0.2.1:4711, [2001:db8::1]:80,unknown, 10.0.0.*",
            ["198.51.100.7", "192.0.2.1", "2001:db8::1"],
        ),
        ("localhost:8080, 192.0.2.1, 192.0.2.1", ["127.0.0.1", "192.0.2.1"]),
        ("2001:db8::5:21, 2001:db8::1", ["2001:db8::5:21", "2001:db8::1"]),
        ("-", []),
        ("", []),
        ("," * 10_000, []),
        (r"198.51.100.7,\x20192.0.2.1", ["198.51.100.7", "192.0.2.1"]),
    ],
)
def test_addresses_of_x_forwarded_for(text: str, found: list[str]) -> None:
    assert forwarded(text) == found


def test_x_forwarded_for_is_decoded_once() -> None:
    assert forwarded("198.51.100.7,%20192.0.2.1,%2520203.0.113.1", encoded=True) == ["198.51.100.7", "192.0.2.1"]


@pytest.mark.parametrize(
    ("host", "url", "destination"),
    [
        (
            "Shop.EXAMPLE.com:8443",
            {
                "domain": "Shop.EXAMPLE.com",
                "port": 8443,
                "registered_domain": "EXAMPLE.com",
                "subdomain": "Shop",
                "top_level_domain": "com",
            },
            {
                "address": "Shop.EXAMPLE.com",
                "domain": "Shop.EXAMPLE.com",
                "port": 8443,
                "registered_domain": "EXAMPLE.com",
                "subdomain": "Shop",
                "top_level_domain": "com",
            },
        ),
        ("192.0.2.1", {"domain": "192.0.2.1"}, {"address": "192.0.2.1"}),
        ("intranet", {"domain": "intranet"}, {"address": "intranet", "domain": "intranet"}),
    ],
)
def test_a_requested_host_is_domain_and_destination(
    host: str, url: dict[str, Any], destination: dict[str, Any]
) -> None:
    doc: dict[str, Any] = {}
    add_requested_host(doc, host)
    assert doc == {"url": url, "destination": destination}


def test_client_is_source_and_tells_the_family() -> None:
    doc = {"source": {"address": "2001:db8::1", "ip": "2001:db8::1", "port": 1}}
    mirror_client(doc)
    assert doc["client"] == doc["source"]
    assert doc["network"] == {"type": "ipv6"}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/shop/0a1b", ("wafv2", "eu-west-1", "111122223333")),
        ("arn:aws-us-gov:s3:us-gov-west-1:111122223333:accesspoint/x", ("s3", "us-gov-west-1", "111122223333")),
        ("arn:aws:wafv2:eu-west-1:111122223333", ("wafv2", "eu-west-1", None)),
        ("arn:aws:s3:::bucket", ("s3", None, None)),
        ("arn:aws:iam::12345:user/x", ("iam", None, None)),
        ("-", (None, None, None)),
        (None, (None, None, None)),
    ],
)
def test_parts_of_an_arn(text: str | None, found: tuple[str | None, ...]) -> None:
    assert arn(text)[:3] == found


@pytest.mark.parametrize(
    ("value", "unit", "found"),
    [
        ("0.001", 10**9, 1_000_000),
        ("1.1", 10**9, 1_100_000_000),
        (0.107, 10**9, 107_000_000),
        (7, NS_OF_MILLISECOND, 7_000_000),
        ("-1", 10**9, None),
        ("-", 10**9, None),
        ("nan", 10**9, None),
        ("1e400", 10**9, None),
        (True, 10**9, None),
    ],
)
def test_durations_are_exact(value: Any, unit: int, found: int | None) -> None:
    assert nanoseconds(value, unit) == found


def test_a_time_that_goes_backwards_lasted_nothing_known() -> None:
    assert between("2030-01-02T03:00:00Z", "2030-01-02T03:00:00.000316Z") == 316_000
    assert between("2030-01-02T03:00:01Z", "2030-01-02T03:00:00Z") is None
    assert between("-", "2030-01-02T03:00:00Z") is None
