"""VPC flow logs: public subnets in the default format, databases in a custom one, by the hour, below a prefix."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from samples.generator import story
from samples.generator.dice import Dice
from samples.generator.objects import LogObject, by_slice, stamp, text_object
from samples.generator.story import RECORDED, REGION, SHOP, Host

DEFAULT = (
    "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status"
)
CUSTOM = (
    "version account-id interface-id vpc-id subnet-id instance-id srcaddr dstaddr srcport dstport protocol tcp-flags"
    " type pkt-srcaddr pkt-dstaddr packets bytes start end action flow-direction region az-id log-status"
)
TCP, UDP, ICMP = 6, 17, 1
SYN, SYN_ACK, ALL = 2, 18, 19
EVERY, HALF_AN_HOUR = timedelta(minutes=20), timedelta(minutes=30)
SSH = 22
SCANNED_PORTS = 640
SCANNED_INSIDE = (22, 3306, 6379, 9200)
GUESSING_SESSIONS = {story.ATTACKER: 70, story.ATTACKER_SECOND: 40}
CLIENTS = tuple(address for address in story.CUSTOMERS if ":" not in address)
WELL_KNOWN = (21, 22, 23, 25, 80, 110, 139, 443, 445, 1433, 3306, 3389, 5432, 5900, 6379, 8080, 8443, 9200, 27017)
PROBED = {23: 9, 22: 3, 2323: 3, 445: 4, 3389: 4, 5900: 2, 6379: 2, 8080: 3, 8545: 1, 5060: 1, 9200: 1, 1433: 1}


@dataclass(frozen=True, slots=True)
class Flow:
    """One line: packets of one direction, seen by one interface. `source` None stands for a NODATA line."""

    host: Host
    start: datetime
    end: datetime
    source: str | None = None
    destination: str = "-"
    source_port: int = 0
    destination_port: int = 0
    protocol: int = TCP
    packets: int = 0
    bytes: int = 0
    accepted: bool = True
    flags: int = 0


@dataclass(frozen=True, slots=True)
class Habit:
    """Traffic that goes on all the time: clients of a host, or what a host asks for."""

    host: Host
    peers: tuple[str, ...]
    port: int
    every_half_hour: int
    inbound: bool
    protocol: int = TCP


HABITS = (
    Habit(story.BALANCER_1, CLIENTS, 443, 9, inbound=True),
    Habit(story.BALANCER_2, CLIENTS, 443, 6, inbound=True),
    Habit(story.WEB_1, (story.BALANCER_1.address, story.BALANCER_2.address), 8080, 5, inbound=True),
    Habit(story.WEB_2, (story.BALANCER_1.address, story.BALANCER_2.address), 8080, 4, inbound=True),
    Habit(story.WEB_1, (story.DATABASE.address,), 5432, 4, inbound=False),
    Habit(story.WEB_2, (story.DATABASE.address,), 5432, 3, inbound=False),
    Habit(story.WEB_1, story.AWS_ENDPOINTS, 443, 3, inbound=False),
    Habit(story.WEB_2, story.AWS_ENDPOINTS, 443, 3, inbound=False),
    Habit(story.JUMP_HOST, story.AWS_ENDPOINTS, 443, 1, inbound=False),
    Habit(story.JUMP_HOST, (story.OFFICE,), 22, 1, inbound=True),
    Habit(story.JUMP_HOST, (story.TIME_SERVER,), 123, 1, inbound=False, protocol=UDP),
    Habit(story.WEB_1, (story.TIME_SERVER,), 123, 1, inbound=False, protocol=UDP),
    Habit(story.JUMP_HOST, (story.MONITORING,), 0, 1, inbound=True, protocol=ICMP),
)
DATABASE_HABITS = (
    Habit(story.DATABASE, (story.WEB_1.address, story.WEB_2.address), 5432, 10, inbound=True),
    Habit(story.CACHE, (story.WEB_1.address, story.WEB_2.address), 6379, 7, inbound=True),
    Habit(story.CACHE, (story.DATABASE.address,), 5432, 2, inbound=False),
)


def objects() -> Iterator[LogObject]:
    """Yield the objects of both flow logs."""
    dice = Dice("vpcflowlogs")
    flows = [*_habits(dice, HABITS), *_noise(dice, 170), *_nodata(), *_incident(dice)]
    databases = [*_habits(dice, DATABASE_HABITS), *_refused_inside(dice)]
    yield from _written(dice, flows, DEFAULT, _default_line, hourly=False)
    yield from _written(dice, databases, CUSTOM, _custom_line, hourly=True)


def _written(
    dice: Dice, flows: list[Flow], header: str, line: Callable[[Flow], str], *, hourly: bool
) -> Iterator[LogObject]:
    flow_log = f"fl-{dice.hex(17)}"
    place = f"{'network/' if hourly else ''}AWSLogs/{SHOP}/vpcflowlogs/{REGION}"
    for end, some in by_slice(flows, lambda flow: flow.start, EVERY):
        begin = end - EVERY
        name = f"{SHOP}_vpcflowlogs_{REGION}_{flow_log}_{stamp(begin)}_{dice.hex(8)}.log.gz"
        folder = f"{begin:%Y/%m/%d/%H}" if hourly else f"{begin:%Y/%m/%d}"
        yield text_object("vpcflowlogs", f"{place}/{folder}/{name}", [line(flow) for flow in some], header)


def _default_line(flow: Flow) -> str:
    times = f"{int(flow.start.timestamp())} {int(flow.end.timestamp())}"
    head = f"2 {SHOP} {flow.host.interface}"
    if flow.source is None:
        return f"{head} - - - - - - - {times} - NODATA"
    traffic = f"{flow.source} {flow.destination} {flow.source_port} {flow.destination_port} {flow.protocol}"
    return f"{head} {traffic} {flow.packets} {flow.bytes} {times} {_action(flow)} OK"


def _custom_line(flow: Flow) -> str:
    host = flow.host
    direction = "ingress" if flow.destination == host.address else "egress"
    return " ".join(
        (
            f"5 {SHOP} {host.interface} {story.VPC} {host.subnet} {host.instance or '-'}",
            f"{flow.source} {flow.destination} {flow.source_port} {flow.destination_port} {flow.protocol} {flow.flags}",
            f"IPv4 {flow.source} {flow.destination} {flow.packets} {flow.bytes}",
            f"{int(flow.start.timestamp())} {int(flow.end.timestamp())} {_action(flow)} {direction}",
            f"{REGION} {host.zone} OK",
        )
    )


def _action(flow: Flow) -> str:
    return "ACCEPT" if flow.accepted else "REJECT"


def _habits(dice: Dice, habits: tuple[Habit, ...]) -> list[Flow]:
    return [
        flow
        for habit in habits
        for number in range(RECORDED.length // HALF_AN_HOUR)
        for _ in range(habit.every_half_hour)
        for flow in _exchange(dice, habit, RECORDED.start + number * HALF_AN_HOUR)
    ]


def _exchange(dice: Dice, habit: Habit, begin: datetime) -> tuple[Flow, Flow]:
    """Return both directions of a conversation."""
    start = dice.moment(begin, begin + HALF_AN_HOUR - timedelta(minutes=2))
    peer, own = dice.choice(habit.peers), habit.host.address
    tcp = habit.protocol == TCP
    asked, answered = (dice.randrange(4, 40), dice.randrange(4, 60)) if tcp else (1, 1)
    client, server = (peer, own) if habit.inbound else (own, peer)
    one = Flow(
        host=habit.host,
        start=start,
        end=start + timedelta(seconds=dice.randrange(4, 110)),
        source=client,
        destination=server,
        source_port=dice.port() if tcp else habit.port,
        destination_port=habit.port,
        protocol=habit.protocol,
        packets=asked,
        bytes=asked * (dice.randrange(52, 480) if tcp else 76),
        flags=ALL if tcp else 0,
    )
    return one, _reply(one, packets=answered, size=answered * (dice.randrange(90, 1200) if tcp else 76))


def _noise(dice: Dice, count: int) -> list[Flow]:
    """Return what the Internet sends to every address all day, and the security groups refuse."""
    hosts = (story.JUMP_HOST, story.BALANCER_1, story.BALANCER_2)
    return [
        _probe(dice, dice.choice(hosts), dice.choice(story.NOISE), dice.pick(PROBED), moment)
        for moment in dice.moments(RECORDED.start, RECORDED.end, count)
    ]


def _probe(dice: Dice, host: Host, source: str, port: int, moment: datetime) -> Flow:
    packets = dice.pick({1: 6, 2: 2, 3: 1})
    return Flow(
        host=host,
        start=moment,
        end=moment + timedelta(seconds=dice.randrange(1, 58)),
        source=source,
        destination=host.address,
        source_port=dice.port(),
        destination_port=port,
        packets=packets,
        bytes=packets * 44,
        accepted=port == SSH and host is story.JUMP_HOST,
        flags=SYN,
    )


def _nodata() -> list[Flow]:
    starts = (RECORDED.start + number * HALF_AN_HOUR for number in range(RECORDED.length // HALF_AN_HOUR))
    return [Flow(story.STANDBY, start, start + timedelta(seconds=599)) for start in starts]


def _incident(dice: Dice) -> Iterator[Flow]:
    scan, scanned = story.PORT_SCAN, dice.sample(range(1, 49152), SCANNED_PORTS)
    ports = sorted({*WELL_KNOWN, *scanned[len(WELL_KNOWN) :]})
    dice.shuffle(ports)
    for port, moment in zip(ports, dice.moments(scan.start, scan.end, len(ports)), strict=True):
        yield _probe(dice, story.JUMP_HOST, story.ATTACKER, port, moment)
    for moment in dice.moments(story.WEB_SCAN.start, story.WEB_SCAN.end, 16):
        yield from _session(dice, story.BALANCER_1, story.ATTACKER, moment, (9_000, 30_000), port=443)
    for source, count in GUESSING_SESSIONS.items():
        for moment in dice.moments(story.BRUTE_FORCE.start, story.BRUTE_FORCE.end, count):
            yield from _session(dice, story.JUMP_HOST, source, moment, (2_600, 4_200))
    yield from _on_the_host(dice)


def _on_the_host(dice: Dice) -> Iterator[Flow]:
    """Yield the attacker's own session, the look around in the VPC, and what is sent away."""
    jump_host, call_home, scan = story.JUMP_HOST, story.CALL_HOME, story.INTERNAL_SCAN
    for begin in range(0, int(story.HOST_SESSION.length.total_seconds()), 600):
        time = story.HOST_SESSION.start + timedelta(seconds=begin - 4)
        for flow in _session(dice, jump_host, story.ATTACKER, time, (58_000, 171_000)):
            yield _of_one_login(flow)
    for moment in (call_home.start, *dice.moments(call_home.start, call_home.end - timedelta(minutes=1), 13)):
        yield from _session(
            dice, jump_host, story.COMMAND_AND_CONTROL, moment, (4_200_000, 61_000), port=443, outbound=True
        )
    targets = [(f"10.20.8.{number}", port) for number in range(20, 50) for port in SCANNED_INSIDE]
    for (target, port), moment in zip(targets, dice.moments(scan.start, scan.end, len(targets)), strict=True):
        yield _knock(dice, jump_host, target, port, moment, accepted=True)


def _of_one_login(flow: Flow) -> Flow:
    """Give a part of the long session the port that the host's log names, and the length of a capture window."""
    end = min(flow.start + timedelta(seconds=599), story.HOST_SESSION.end)
    if flow.source == story.ATTACKER:
        return replace(flow, source_port=story.HOST_LOGIN_PORT, end=end)
    return replace(flow, destination_port=story.HOST_LOGIN_PORT, end=end)


def _refused_inside(dice: Dice) -> Iterator[Flow]:
    """Yield the same look around as the databases' interfaces saw it."""
    for host in (story.DATABASE, story.CACHE):
        for port in SCANNED_INSIDE:
            yield _knock(
                dice, host, host.address, port, dice.moment(story.INTERNAL_SCAN.start, story.INTERNAL_SCAN.end)
            )


def _knock(dice: Dice, host: Host, target: str, port: int, moment: datetime, *, accepted: bool = False) -> Flow:
    return Flow(
        host=host,
        start=moment,
        end=moment + timedelta(seconds=31),
        source=story.JUMP_HOST.address,
        destination=target,
        source_port=dice.port(),
        destination_port=port,
        packets=3,
        bytes=180,
        accepted=accepted,
        flags=SYN,
    )


def _session(
    dice: Dice,
    host: Host,
    peer: str,
    start: datetime,
    sizes: tuple[int, int],
    *,
    port: int = SSH,
    outbound: bool = False,
) -> tuple[Flow, Flow]:
    """Return both directions of a connection of about so many bytes to and from the server."""
    client, server = (host.address, peer) if outbound else (peer, host.address)
    there, back = (dice.randrange(size * 8 // 10, size * 12 // 10) for size in sizes)
    one = Flow(
        host=host,
        start=start,
        end=start + timedelta(seconds=dice.randrange(5, 55)),
        source=client,
        destination=server,
        source_port=dice.port(),
        destination_port=port,
        packets=there // 600 + 3,
        bytes=there,
        flags=ALL,
    )
    return one, _reply(one, packets=back // 900 + 3, size=back)


def _reply(flow: Flow, *, packets: int, size: int) -> Flow:
    return replace(
        flow,
        source=flow.destination,
        destination=flow.source or "",
        source_port=flow.destination_port,
        destination_port=flow.source_port,
        packets=packets,
        bytes=size,
        flags=SYN_ACK | 1 if flow.protocol == TCP else 0,
    )
