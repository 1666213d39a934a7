"""Settings of where the domain is in the network, and who gets at it there."""

import ipaddress
from dataclasses import dataclass

from siem_stack.settings.rules import YES_OR_NO, Rule, matching, setting, words

CREATE = "create"


def _is_range(word: str, *, low: int = 0, high: int = 32) -> bool:
    try:
        return low <= ipaddress.IPv4Network(word).prefixlen <= high
    except ValueError:
        return False


def _ranges(value: str) -> bool:
    found = value.split()
    return len(set(found)) == len(found) and all(_is_range(word, low=1) for word in found)


RANGES = Rule("ranges of IPv4 addresses as 192.0.2.0/24 with blanks between them, or empty", _ranges)


@dataclass(frozen=True, kw_only=True)
class NetworkSettings:
    """Network of the domain."""

    vpc: str = setting(
        "",
        matching(r"(?:create|vpc-[0-9a-f]{8,17})?", "create, the id of a VPC, or empty"),
        "VPC that the domain and the functions that speak to it are in: one that is made, or yours. Empty: the domain "
        "has a public address. A domain cannot change between the two; see [VPC or public](domain.md#vpc-or-public).",
    )
    subnet_ids: str = setting(
        "",
        words(r"subnet-[0-9a-f]{8,17}", "ids of subnets"),
        "Private subnets of your VPC, each in another availability zone: as many as the domain has zones.",
    )
    vpc_cidr: str = setting(
        "10.170.0.0/22",
        Rule(
            "a range of IPv4 addresses from /16 to /24, as 10.170.0.0/22",
            lambda value: _is_range(value, low=16, high=24),
        ),
        "Addresses of the VPC that is made.",
    )
    client_cidrs: str = setting(
        "", RANGES, "Addresses that may open connections to a domain in a VPC, besides the functions."
    )
    allowed_cidrs: str = setting(
        "",
        RANGES,
        "Addresses that requests to a public domain may come from, besides the functions'. Empty: from everywhere, "
        "with a signature or a sign-in.",
    )
    service_linked_role: bool = setting(
        False,
        YES_OR_NO,
        "Whether to make OpenSearch Service's role for domains in a VPC. An account has it once, and making it again "
        "fails; see [VPC or public](domain.md#vpc-or-public).",
    )
