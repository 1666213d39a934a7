import base64
import hashlib
import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from es_loader.normalize.networks import community_id, is_public, network_type, transport

ADDRESSES = st.ip_addresses().map(str)
PORTS = st.integers(0, 65_535)


@pytest.mark.parametrize(("number", "keyword"), [(6, "tcp"), (17, "udp"), (58, "ipv6-icmp"), (89, "ospfigp")])
def test_a_protocol_number_has_an_iana_keyword(number: int, keyword: str) -> None:
    assert transport(number) == keyword


def test_an_unassigned_protocol_number_has_none() -> None:
    assert transport(253) is None


def test_the_family_is_read_from_the_address() -> None:
    assert network_type("192.0.2.1") == "ipv4"
    assert network_type("::ffff:192.0.2.1") == "ipv6"


@pytest.mark.parametrize(
    ("flow", "expected"),
    [
        # the baselines of the specification
        (("128.232.110.120", "66.35.250.204", 6, 34855, 80), "1:LQU9qZlK+B5F3KDmev6m5PMibrg="),
        (("192.168.1.52", "8.8.8.8", 17, 54585, 53), "1:d/FP5EW3wiY1vCndhwleRRKHowQ="),
        (("192.168.170.8", "192.168.170.56", 132, 7, 80), "1:jQgCxbku+pNGw8WPbEc/TS/uTpQ="),
    ],
)
def test_both_directions_have_the_specified_id(flow: tuple[str, str, int, int, int], expected: str) -> None:
    source, destination, protocol, source_port, destination_port = flow
    assert community_id(*flow) == expected
    assert community_id(destination, source, protocol, destination_port, source_port) == expected


def _by_hand(first: str, second: str, protocol: int, ports: bytes) -> str:
    packed = ipaddress.ip_address(first).packed + ipaddress.ip_address(second).packed
    digest = hashlib.sha1(b"\0\0" + packed + bytes((protocol, 0)) + ports).digest()
    return "1:" + base64.b64encode(digest).decode()


def test_icmp_is_an_echo_reply() -> None:
    assert community_id("192.0.2.1", "192.0.2.9", 1, 0, 0) == _by_hand("192.0.2.1", "192.0.2.9", 1, b"\0\0\0\x08")
    assert community_id("192.0.2.9", "192.0.2.1", 1, 0, 0) == _by_hand("192.0.2.1", "192.0.2.9", 1, b"\0\x08\0\0")


def test_icmpv6_keeps_its_direction() -> None:
    assert community_id("2001:db8::9", "2001:db8::1", 58, 0, 0) == _by_hand("2001:db8::9", "2001:db8::1", 58, bytes(4))


def test_other_protocols_have_no_ports() -> None:
    assert community_id("192.0.2.9", "192.0.2.1", 47, None, None) == _by_hand("192.0.2.1", "192.0.2.9", 47, b"")


@pytest.mark.parametrize(
    "flow",
    [
        ("web", "192.0.2.1", 6, 1, 2),
        ("192.0.2.1", "192.0.2.01", 6, 1, 2),
        ("192.0.2.1", "192.0.2.2", 6, None, 2),
        ("192.0.2.1", "192.0.2.2", 6, 1, 65_536),
        ("192.0.2.1", "192.0.2.2", 256, 1, 2),
        ("192.0.2.1", "192.0.2.2", -1, 1, 2),
        ("192.0.2.1\0", "192.0.2.2", 6, 1, 2),
    ],
)
def test_what_is_no_flow_has_no_id(flow: tuple[str, str, int, int | None, int | None]) -> None:
    assert community_id(*flow) is None


@given(ADDRESSES, ADDRESSES, st.sampled_from([6, 17, 132]), PORTS, PORTS)
def test_direction_never_matters(source: str, destination: str, protocol: int, here: int, there: int) -> None:
    assert community_id(source, destination, protocol, here, there) == community_id(
        destination, source, protocol, there, here
    )


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("203.0.113.9", True),
        ("2001:db8::1", True),
        ("172.15.0.1", True),
        ("172.16.0.1", False),
        ("10.0.0.1", False),
        ("192.168.1.1", False),
        ("100.64.0.1", False),
        ("127.0.0.1", False),
        ("169.254.169.254", False),
        ("::1", False),
        ("fd00::1", False),
        ("fe80::1%eth0", False),
        ("::ffff:10.0.0.1", False),
        ("::ffff:203.0.113.9", True),
    ],
)
def test_addresses_of_the_whole_internet(address: str, expected: bool) -> None:
    assert is_public(address) is expected
