"""Flow log of the shared VPC as Parquet files, by the hour, under keys that Hive understands."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from arro3.core import DataType

from samples.generator import story
from samples.generator.dice import Dice
from samples.generator.objects import LogObject, by_slice, stamp
from samples.generator.parquet import parquet_object
from samples.generator.story import RECORDED, REGION, SECURITY, Host

_INT, _LONG, _TEXT = DataType.int32(), DataType.int64(), DataType.utf8()
COLUMNS = {
    **dict.fromkeys(("version",), _INT),
    **dict.fromkeys(("account_id", "interface_id", "srcaddr", "dstaddr"), _TEXT),
    **dict.fromkeys(("srcport", "dstport", "protocol"), _INT),
    **dict.fromkeys(("packets", "bytes", "start", "end"), _LONG),
    **dict.fromkeys(("action", "log_status", "vpc_id", "subnet_id", "instance_id"), _TEXT),
    "tcp_flags": _INT,
    **dict.fromkeys(("type", "pkt_srcaddr", "pkt_dstaddr", "region", "az_id", "sublocation_type"), _TEXT),
    **dict.fromkeys(("sublocation_id", "pkt_src_aws_service", "pkt_dst_aws_service", "flow_direction"), _TEXT),
    "traffic_path": _INT,
}
"""Versions 2 to 5, in AWS's order."""

EVERY = timedelta(hours=1)
TCP, UDP = 6, 17
SYN, SYN_ACK, ALL = 2, 18, 19
IKE, BACKUP_PORT = 500, 8443
TO_INTERNET, TO_SAME_REGION = 8, 7
VPN_IPV6 = "2001:db8:4c1:f0::20"
TUNNELS = (story.OFFICE, "2001:db8:4c1:2::7")
"""The other ends of the staff's tunnels; one of them is on the road."""
PROBED = (443, 500, 1194, 1701, 1723, 4433, 4500, 8443, 10443, 51820)


def objects() -> Iterator[LogObject]:
    """Yield an object an hour."""
    dice = Dice("vpcflowlogs-parquet")
    rows = [*_tunnels(dice), *_backups(dice), *_probes(dice), *_nothing()]
    flow_log = f"fl-{dice.hex(17)}"
    service = f"AWSLogs/aws-account-id={SECURITY}/aws-service=vpcflowlogs/aws-region={REGION}"
    for end, some in by_slice(rows, _start, EVERY):
        begin = end - EVERY
        name = f"{SECURITY}_vpcflowlogs_{REGION}_{flow_log}_{stamp(begin)}_{dice.hex(8)}.log.parquet"
        key = f"{service}/year={begin:%Y}/month={begin:%m}/day={begin:%d}/hour={begin:%H}/{name}"
        yield parquet_object("vpcflowlogs", key, COLUMNS, some)


def _start(row: dict[str, Any]) -> datetime:
    return datetime.fromtimestamp(row["start"], RECORDED.start.tzinfo)


def _row(host: Host, start: datetime, seconds: int, **traffic: Any) -> dict[str, Any]:
    """Return a row with what is known of the interface; `-` is where AWS writes it, absent is null."""
    begin = int(start.timestamp())
    return {
        "version": 5,
        "account_id": SECURITY,
        "interface_id": host.interface,
        "start": begin,
        "end": begin + seconds,
        "log_status": "OK",
        "vpc_id": story.SHARED_VPC,
        "subnet_id": host.subnet,
        "instance_id": host.instance,
        "region": REGION,
        "az_id": host.zone,
        "sublocation_type": "-",
        "sublocation_id": "-",
        "pkt_src_aws_service": "-",
        "pkt_dst_aws_service": "-",
        **traffic,
    }


def _traffic(host: Host, peer: str, ports: tuple[int, int], *, inbound: bool, size: int, **more: Any) -> dict[str, Any]:
    """Return the columns of packets between an interface and a peer; the ports are the peer's and the host's."""
    own = VPN_IPV6 if ":" in peer else host.address
    near, far = (peer, own) if inbound else (own, peer)
    source, destination = ports if inbound else ports[::-1]
    return {
        "srcaddr": near,
        "dstaddr": far,
        "pkt_srcaddr": near,
        "pkt_dstaddr": far,
        "srcport": source,
        "dstport": destination,
        "packets": size // 700 + 1,
        "bytes": size,
        "action": "ACCEPT",
        "tcp_flags": 0,
        "type": "IPv6" if ":" in peer else "IPv4",
        "flow_direction": "ingress" if inbound else "egress",
        **more,
    }


def _tunnels(dice: Dice) -> Iterator[dict[str, Any]]:
    for peer in TUNNELS:
        for start in dice.moments(RECORDED.start, RECORDED.end - timedelta(minutes=1), 30):
            size, seconds, own = dice.randrange(4_000, 400_000), dice.randrange(20, 58), story.VPN
            ports = (IKE, IKE)
            yield _row(own, start, seconds, **_traffic(own, peer, ports, inbound=True, size=size, protocol=UDP))
            back = _traffic(own, peer, ports, inbound=False, size=size * 2, protocol=UDP, traffic_path=TO_INTERNET)
            yield _row(own, start, seconds, **back)


def _backups(dice: Dice) -> Iterator[dict[str, Any]]:
    """Yield backups as they leave for S3: the destination is a service's."""
    for start in dice.moments(RECORDED.start, RECORDED.end - timedelta(minutes=1), 48):
        own, peer = story.BACKUP, dice.choice(story.AWS_ENDPOINTS)
        port, size = dice.port(), dice.randrange(200_000, 4_000_000)
        out = _traffic(own, peer, (443, port), inbound=False, size=size, protocol=TCP, tcp_flags=ALL)
        yield _row(own, start, 57, **{**out, "pkt_dst_aws_service": "S3", "traffic_path": TO_SAME_REGION})
        back = _traffic(own, peer, (443, port), inbound=True, size=size // 40, protocol=TCP, tcp_flags=SYN_ACK | 1)
        yield _row(own, start, 57, **{**back, "pkt_src_aws_service": "S3"})


def _probes(dice: Dice) -> Iterator[dict[str, Any]]:
    """Yield what the Internet tries at the VPN host's public address, and the attacker's look at it."""
    own, scan = story.VPN, story.VPN_PROBES
    tries = [
        *((dice.choice(story.NOISE), start) for start in dice.moments(RECORDED.start, RECORDED.end, 60)),
        *((story.ATTACKER_SECOND, start) for start in dice.moments(scan.start, scan.end, 24)),
    ]
    for peer, start in tries:
        ports = (dice.port(), dice.choice(PROBED))
        probe = _traffic(own, peer, ports, inbound=True, size=44, protocol=TCP, tcp_flags=SYN, action="REJECT")
        yield _row(own, start, dice.randrange(1, 58), **probe)


def _nothing() -> Iterator[dict[str, Any]]:
    """Yield the hours in which an interface saw nothing: rows without columns of traffic."""
    unused = Host("unused", "10.30.2.9", "eni-0e8b4d2f6a1c95730", "subnet-0177f6c8d9eabbfc0", "use1-az1")
    for number in range(RECORDED.length // EVERY):
        row = _row(unused, RECORDED.start + number * EVERY, 600, log_status="NODATA", action="-", instance_id="-")
        yield row
