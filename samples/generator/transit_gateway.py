"""Flow log of the transit gateway between the shop's VPC and the shared one, in its default format."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from samples.generator import story
from samples.generator.dice import Dice
from samples.generator.objects import LogObject, by_slice, stamp, text_object
from samples.generator.story import RECORDED, REGION, SECURITY, SHOP, Host

HEADER = (
    "version resource-type account-id tgw-id tgw-attachment-id tgw-src-vpc-account-id tgw-dst-vpc-account-id"
    " tgw-src-vpc-id tgw-dst-vpc-id tgw-src-subnet-id tgw-dst-subnet-id tgw-src-eni tgw-dst-eni tgw-src-az-id"
    " tgw-dst-az-id tgw-pair-attachment-id srcaddr dstaddr srcport dstport protocol packets bytes start end log-status"
    " type packets-lost-no-route packets-lost-blackhole packets-lost-mtu-exceeded packets-lost-ttl-expired tcp-flags"
    " region flow-direction pkt-src-aws-service pkt-dst-aws-service"
)
EVERY = timedelta(hours=1)
TCP, SYN, ALL, REPLY = 6, 2, 19, 27
BACKUPS_AN_HOUR = 4
BACKED_UP = (story.WEB_1, story.WEB_2, story.DATABASE)
BACKUP_PORT = 8443
GONE = tuple(f"10.40.0.{number}" for number in range(10, 34))
"""Addresses to which a route leads, but no attachment."""
SCANNED = (22, 445, 3389)


@dataclass(frozen=True, slots=True)
class Passage:
    """Packets of one direction as they entered the transit gateway; `to` is None where nobody is."""

    start: datetime
    end: datetime
    sender: Host
    to: Host | None
    destination: str
    source_port: int
    destination_port: int
    packets: int
    bytes: int
    flags: int
    lost: int = 0


def objects() -> Iterator[LogObject]:
    """Yield an object an hour."""
    dice = Dice("transit-gateway")
    passages = [*_backups(dice), *_look_around(dice)]
    flow_log = f"fl-{dice.hex(17)}"
    for end, some in by_slice(passages, lambda passage: passage.start, EVERY):
        begin = end - EVERY
        name = f"{SECURITY}_vpcflowlogs_{REGION}_{flow_log}_{stamp(begin)}_{dice.hex(8)}.log.gz"
        key = f"transit/AWSLogs/{SECURITY}/vpcflowlogs/{REGION}/{begin:%Y/%m/%d}/{name}"
        yield text_object("vpcflowlogs", key, [_line(passage) for passage in some], HEADER)


def _backups(dice: Dice) -> Iterator[Passage]:
    """Yield what the hosts of the shop send to the backup host, and its answers."""
    for host in BACKED_UP:
        for number in range(RECORDED.length // EVERY * BACKUPS_AN_HOUR):
            begin = RECORDED.start + number * EVERY / BACKUPS_AN_HOUR
            start = dice.moment(begin, begin + timedelta(minutes=10))
            packets, size = dice.randrange(300, 2_400), dice.randrange(400_000, 3_000_000)
            one = Passage(
                start=start,
                end=start + timedelta(seconds=dice.randrange(8, 58)),
                sender=host,
                to=story.BACKUP,
                destination=story.BACKUP.address,
                source_port=dice.port(),
                destination_port=BACKUP_PORT,
                packets=packets,
                bytes=size,
                flags=ALL,
            )
            yield one
            yield replace(
                one,
                sender=story.BACKUP,
                to=host,
                destination=host.address,
                source_port=BACKUP_PORT,
                destination_port=one.source_port,
                packets=packets // 3,
                bytes=packets // 3 * 66,
                flags=REPLY,
            )


def _look_around(dice: Dice) -> Iterator[Passage]:
    """Yield the attacker's packets from the jump host into a network that is not there."""
    scan = story.BLACKHOLE_SCAN
    targets = [(address, port) for address in GONE for port in SCANNED]
    for (address, port), start in zip(targets, dice.moments(scan.start, scan.end, len(targets)), strict=True):
        yield Passage(
            start=start,
            end=start + timedelta(seconds=31),
            sender=story.JUMP_HOST,
            to=None,
            destination=address,
            source_port=dice.port(),
            destination_port=port,
            packets=3,
            bytes=180,
            flags=SYN,
            lost=3,
        )


def _line(passage: Passage) -> str:
    sender, to = passage.sender, passage.to
    account, vpc = _home(sender)
    to_account, to_vpc = _home(to) if to else ("-", "-")
    return " ".join(
        (
            f"6 TransitGateway {SECURITY} {story.TRANSIT_GATEWAY} {story.ATTACHMENTS[vpc]}",
            f"{account} {to_account} {vpc} {to_vpc} {sender.subnet} {to.subnet if to else '-'}",
            f"{sender.interface} {to.interface if to else '-'} {sender.zone} {to.zone if to else '-'}",
            f"{story.ATTACHMENTS[to_vpc] if to else '-'} {sender.address} {passage.destination}",
            f"{passage.source_port} {passage.destination_port} {TCP} {passage.packets} {passage.bytes}",
            f"{int(passage.start.timestamp())} {int(passage.end.timestamp())} OK IPv4",
            f"0 {passage.lost} 0 0 {passage.flags} {REGION} ingress - -",
        )
    )


def _home(host: Host) -> tuple[str, str]:
    """Return account and VPC of a host."""
    return (SECURITY, story.SHARED_VPC) if host in {story.BACKUP, story.VPN} else (SHOP, story.VPC)
