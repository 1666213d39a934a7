"""The columns of flow logs by version, and the layout of a row that comes without a header.

https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html
https://docs.aws.amazon.com/vpc/latest/tgw/tgw-flow-logs.html
"""

from collections.abc import Callable

from es_loader.normalize.coerce import to_ip

VERSIONS: dict[int, str] = {
    2: """version account_id interface_id srcaddr dstaddr srcport dstport protocol packets bytes start end action
        log_status""",
    3: "vpc_id subnet_id instance_id tcp_flags type pkt_srcaddr pkt_dstaddr",
    4: "region az_id sublocation_type sublocation_id",
    5: "pkt_src_aws_service pkt_dst_aws_service flow_direction traffic_path",
    7: """ecs_cluster_arn ecs_cluster_name ecs_container_instance_arn ecs_container_instance_id ecs_container_id
        ecs_second_container_id ecs_service_name ecs_task_definition_arn ecs_task_arn ecs_task_id""",
    8: "reject_reason",
    9: "resource_id",
    10: "encryption_status",
    11: """instance_tag instance_tag_2 interface_tag interface_tag_2 asg_tag asg_tag_2 interface_type
        next_hop_interface_id next_hop_subnet_id next_hop_az_id next_hop_vpc_id next_hop_interface_type""",
}
"""Version -> the columns that it added."""

TRANSIT_GATEWAY = """version resource_type account_id tgw_id tgw_attachment_id tgw_src_vpc_account_id
    tgw_dst_vpc_account_id tgw_src_vpc_id tgw_dst_vpc_id tgw_src_subnet_id tgw_dst_subnet_id tgw_src_eni tgw_dst_eni
    tgw_src_az_id tgw_dst_az_id tgw_pair_attachment_id srcaddr dstaddr srcport dstport protocol packets bytes start end
    log_status type packets_lost_no_route packets_lost_blackhole packets_lost_mtu_exceeded packets_lost_ttl_expired
    tcp_flags region flow_direction pkt_src_aws_service pkt_dst_aws_service"""
"""The default layout of Transit Gateway flow logs (version 6)."""

EXAMPLES = (
    "instance_id interface_id srcaddr dstaddr pkt_srcaddr pkt_dstaddr",
    """version interface_id account_id vpc_id subnet_id instance_id srcaddr dstaddr srcport dstport protocol tcp_flags
    type pkt_srcaddr pkt_dstaddr action log_status""",
    """version vpc_id subnet_id instance_id interface_id account_id type srcaddr dstaddr srcport dstport pkt_srcaddr
    pkt_dstaddr protocol bytes packets start end action tcp_flags log_status""",
)
"""Custom layouts that AWS's documentation shows."""

TAGS = frozenset(name for name in VERSIONS[11].split() if "_tag" in name)
"""Columns whose values are percent-encoded."""

KNOWN = frozenset(" ".join((*VERSIONS.values(), TRANSIT_GATEWAY)).split())

Layout = tuple[str, ...]


def _layouts() -> dict[int, list[Layout]]:
    """Return number of columns -> layouts: each version with all before it, and the documented others."""
    cumulative = " ".join(VERSIONS.values()).split()
    sizes = (14, 21, 25, 29, 39, 40, 41, 42, 54)
    found: dict[int, list[Layout]] = {}
    for names in (
        *(tuple(cumulative[:size]) for size in sizes),
        *(tuple(text.split()) for text in (TRANSIT_GATEWAY, *EXAMPLES)),
    ):
        found.setdefault(len(names), []).append(names)
    return found


def _is_number(low: int, high: int) -> Callable[[str], bool]:
    return lambda text: text.isdecimal() and low <= int(text) <= high


def _is_address(text: str) -> bool:
    return to_ip(text) is not None


_PORT, _TIME = _is_number(0, 65_535), _is_number(10**8, 10**10 - 1)
_CHECKS: dict[str, Callable[[str], bool]] = {
    "version": _is_number(2, 99),
    "srcaddr": _is_address,
    "dstaddr": _is_address,
    "pkt_srcaddr": _is_address,
    "pkt_dstaddr": _is_address,
    "srcport": _PORT,
    "dstport": _PORT,
    "protocol": _is_number(0, 255),
    "start": _TIME,
    "end": _TIME,
    "action": {"ACCEPT", "REJECT"}.__contains__,
    "log_status": {"OK", "NODATA", "SKIPDATA"}.__contains__,
    "tcp_flags": _is_number(0, 255),
    "interface_id": lambda text: text.startswith("eni-"),
    "instance_id": lambda text: text.startswith("i-"),
    "vpc_id": lambda text: text.startswith("vpc-"),
    "type": {"IPv4", "IPv6", "EFA"}.__contains__,
}
"""Column -> what its values look like; `-` fits everywhere."""

_LAYOUTS = {
    size: [(names, [(at, _CHECKS[name]) for at, name in enumerate(names) if name in _CHECKS]) for names in layouts]
    for size, layouts in _layouts().items()
}


def layout_of(values: list[str]) -> Layout | None:
    """Return the column names of a row without a header; None if no documented layout fits, or two do."""
    fitting = [
        names
        for names, checks in _LAYOUTS.get(len(values), ())
        if all(values[at] == "-" or check(values[at]) for at, check in checks)
    ]
    return fitting[0] if len(fitting) == 1 else None
