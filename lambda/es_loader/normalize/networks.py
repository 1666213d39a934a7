"""What addresses, protocol numbers and ports say about a connection: its transport, its family, its community id."""

import binascii
import hashlib
import socket
import struct
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

_TRANSPORTS = {
    0: "hopopt",
    1: "icmp",
    2: "igmp",
    3: "ggp",
    4: "ipv4",
    5: "st",
    6: "tcp",
    8: "egp",
    9: "igp",
    12: "pup",
    17: "udp",
    27: "rdp",
    33: "dccp",
    41: "ipv6",
    43: "ipv6-route",
    44: "ipv6-frag",
    46: "rsvp",
    47: "gre",
    50: "esp",
    51: "ah",
    58: "ipv6-icmp",
    59: "ipv6-nonxt",
    60: "ipv6-opts",
    88: "eigrp",
    89: "ospfigp",
    94: "ipip",
    97: "etherip",
    103: "pim",
    108: "ipcomp",
    112: "vrrp",
    115: "l2tp",
    132: "sctp",
    133: "fc",
    135: "mobility header",
    136: "udplite",
    137: "mpls-in-ip",
    139: "hip",
    143: "ethernet",
}
"""https://www.iana.org/assignments/protocol-numbers: number -> keyword, lower case."""

TRANSPORTS = frozenset(_TRANSPORTS.values())
"""The keywords themselves."""

_LOCAL = tuple(
    ip_network(text)
    for text in """0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.168.0.0/16
    224.0.0.0/3 ::/127 fc00::/7 fe80::/10 ff00::/8""".split()
)
"""Networks of which everyone has their own; the documentation's are not among them, so that samples work."""

_ICMP, _ICMPV6 = 1, 58
_PORT_PROTOCOLS = frozenset({6, 17, 132})
_SEED = b"\0\0"
_PROTOCOL_BYTES = tuple(bytes((number, 0)) for number in range(256))
_CACHE_LIMIT = 65_536
_pack_ports = struct.Struct("!HH").pack
_packed: dict[str, bytes | None] = {}


def transport(number: int) -> str | None:
    """Return the IANA keyword of a protocol number; None for an unassigned one."""
    return _TRANSPORTS.get(number)


def network_type(address: str) -> str:
    """Return `ipv6` or `ipv4`: the family of a valid address."""
    return "ipv6" if ":" in address else "ipv4"


def is_local(address: IPv4Address | IPv6Address) -> bool:
    """Tell whether an address belongs to a network of which everyone has their own."""
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return any(address in network for network in _LOCAL)


@lru_cache(maxsize=16_384)
def is_public(text: str) -> bool:
    """Tell whether a valid address is one of the whole Internet's."""
    return not is_local(ip_address(text.partition("%")[0]))


def community_id(
    source_ip: str, destination_ip: str, protocol: int, source_port: int | None, destination_port: int | None
) -> str | None:
    """Return the community id of a flow, version 1 with seed 0, the same for both directions.

    Source: https://github.com/corelight/community-id-spec. ICMP is taken for an echo, as flow logs name neither
    its type nor its code. Ports count only for TCP, UDP and SCTP.

    Returns:
        None if an address is not valid, a number is out of range, or a port is missing where the protocol has ports.
    """
    try:
        first, second = _packed[source_ip], _packed[destination_ip]
    except KeyError:
        first, second = _pack(source_ip), _pack(destination_ip)
    if first is None or second is None or not 0 <= protocol <= 255:  # noqa: PLR2004 - one byte on the wire
        return None
    if protocol in _PORT_PROTOCOLS:
        try:
            if first < second or (first == second and source_port <= destination_port):  # type: ignore[operator]
                ports = _pack_ports(source_port, destination_port)
            else:
                first, second, ports = second, first, _pack_ports(destination_port, source_port)
        except (TypeError, struct.error):
            return None
    else:
        first, second, ports = _portless(first, second, protocol)
    digest = hashlib.sha1(_SEED + first + second + _PROTOCOL_BYTES[protocol] + ports).digest()  # noqa: S324 - as specified
    return "1:" + binascii.b2a_base64(digest, newline=False).decode()


def _portless(first: bytes, second: bytes, protocol: int) -> tuple[bytes, bytes, bytes]:
    """Order the ends of a flow without ports, and say what stands in the place of ports."""
    if protocol == _ICMPV6:  # type 0 has no counterpart, so the flow has one direction
        return first, second, b"\0\0\0\0"
    swapped = second < first
    ports = (b"\0\x08\0\0" if swapped else b"\0\0\0\x08") if protocol == _ICMP else b""
    return (second, first, ports) if swapped else (first, second, ports)


def _pack(address: str) -> bytes | None:
    try:
        return _packed[address]
    except KeyError:
        if len(_packed) >= _CACHE_LIMIT:
            _packed.clear()
    try:
        found = socket.inet_pton(socket.AF_INET6 if ":" in address else socket.AF_INET, address)
    except (OSError, ValueError):
        found = None
    _packed[address] = found
    return found
