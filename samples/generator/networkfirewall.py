"""The firewall around the shop's VPC: flows and alerts of the scan and of what jump-1 sends away, and TLS errors."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from samples.generator import story
from samples.generator.dice import Dice
from samples.generator.objects import LogObject, by_slice, json_object
from samples.generator.story import CONTROL_DOMAIN, RECORDED, REGION, SHOP, Host, at

Json = dict[str, Any]

FIREWALL = "shop-perimeter"
EVERY = timedelta(minutes=30)
LOOK_UPS, NOISE, SCANNED, BEACONS = 96, 30, 60, 14
HTTPS, SSH, SYN, ALL = 443, 22, "02", "1b"
SITES = {
    "packages.example.org": "192.0.2.90",
    "payments.example.net": "192.0.2.91",
    f"sqs.{REGION}.amazonaws.com": story.AWS_ENDPOINTS[3],
    f"logs.{REGION}.amazonaws.com": story.AWS_ENDPOINTS[5],
}
"""What the shop's hosts ask for by HTTPS all day."""

SCAN_RULE = (1000021, "scan: many ports of one host", "Detection of a Network Scan", 3)
SSH_RULE = (1000024, "scan: SSH logins one after another", "Attempted Administrator Privilege Gain", 2)
AGENT_RULE = (1000031, "egress: TLS to a name younger than a month", "Potentially Bad Traffic", 2)
UPLOAD_RULE = (1000036, "egress: large upload to an unknown host", "Potential Corporate Privacy Violation", 1)
BLOCK_RULE = (1000042, "egress: indicator of incident 2026-03-10", "A Network Trojan was detected", 1)
BLOCKED = ("12:56:07", "12:57:41", "13:04:12")
"""When the jump host tries again, after the administrator has had the address blocked."""

ZONES = {"use1-az1": f"{REGION}a", "use1-az2": f"{REGION}b"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Packet:
    """A connection in one direction; `kind` is the log that it stands in, `more` what that log adds."""

    kind: str
    time: datetime
    host: Host
    source: str
    source_port: int
    destination: str
    destination_port: int
    protocol: str = "TCP"
    more: Json = field(default_factory=dict)


def objects() -> Iterator[LogObject]:
    """Yield the objects of the three logs."""
    dice = Dice("networkfirewall")
    packets = [*_look_ups(dice), *_noise(dice), *_scan(dice), *_guesses(dice), *_calls_home(dice), *_tls_errors(dice)]
    for kind in ("alert", "flow", "tls"):
        of_kind = [packet for packet in packets if packet.kind == kind]
        for end, some in by_slice(of_kind, lambda packet: packet.time, EVERY):
            place = f"AWSLogs/{SHOP}/network-firewall/{kind}/{REGION}/{FIREWALL}/{end:%Y/%m/%d/%H}"
            name = f"{SHOP}_network-firewall_{kind}_{REGION}_{FIREWALL}_{end:%Y%m%d%H%M}_{dice.hex(8)}.log.gz"
            yield json_object("networkfirewall", f"{place}/{name}", [_record(dice, packet) for packet in some])


def _look_ups(dice: Dice) -> Iterator[Packet]:
    for time in dice.moments(RECORDED.start + timedelta(minutes=2), RECORDED.end, LOOK_UPS):
        host = dice.choice((story.WEB_1, story.WEB_2))
        yield from _flows(dice, time, host, dice.choice(tuple(SITES.values())), (4_000, 21_000))


def _noise(dice: Dice) -> Iterator[Packet]:
    for time in dice.moments(RECORDED.start, RECORDED.end, NOISE):
        yield _knock(dice, time, dice.choice(story.NOISE), dice.choice((22, 23, 445, 3389, 8080)))


def _scan(dice: Dice) -> Iterator[Packet]:
    """Yield the ports that the attacker knocks at, and the alert at every tenth."""
    scan = story.PORT_SCAN
    ports = dice.sample(range(1, 49152), SCANNED - 1)
    for number, time in enumerate(dice.moments(scan.start, scan.end, SCANNED)):
        flow = _knock(dice, time, story.ATTACKER, [*ports, SSH][number])
        yield flow
        if number % 10 == 9:  # noqa: PLR2004
            yield _alert(flow, SCAN_RULE, "allowed", {})


def _guesses(dice: Dice) -> Iterator[Packet]:
    for time in dice.moments(story.BRUTE_FORCE.start, story.BRUTE_FORCE.end, 8):
        source = dice.pick({story.ATTACKER: 2, story.ATTACKER_SECOND: 1})
        yield _alert(_knock(dice, time, source, SSH), SSH_RULE, "allowed", {"app_proto": "ssh"})


def _calls_home(dice: Dice) -> Iterator[Packet]:
    """Yield the uploads of what the attacker left on the jump host, noticed by two rules, and stopped by a third."""
    home = story.CALL_HOME
    name = {"app_proto": "tls", "tls": {"sni": CONTROL_DOMAIN, "version": "TLS 1.3", "ja3": {}, "ja3s": {}}}
    times = (home.start, *dice.moments(home.start, home.end - timedelta(minutes=1), BEACONS - 1))
    for number, time in enumerate(times):
        there, back = _flows(dice, time, story.JUMP_HOST, story.COMMAND_AND_CONTROL, (4_200_000, 61_000))
        yield from (there, back)
        if number == 0:
            yield _alert(there, AGENT_RULE, "allowed", name)
        if number % 5 == 4:  # noqa: PLR2004
            yield _alert(there, UPLOAD_RULE, "allowed", name)
    for clock in BLOCKED:
        there, _ = _flows(dice, at(clock), story.JUMP_HOST, story.COMMAND_AND_CONTROL, (180, 0))
        yield _alert(there, BLOCK_RULE, "blocked", name)


def _tls_errors(dice: Dice) -> Iterator[Packet]:
    """Yield a partner's certificate that does not fit, and one that was revoked."""
    for time in dice.moments(RECORDED.start, RECORDED.end, 5):
        error = {"error_message": "SNI: api.example.org Match Failed to server certificate names: www.example.org "}
        yield _of_tls(dice, time, story.WEB_2, {"sni": "api.example.org", "tls_error": error})
    check = {"leaf_cert_fpr": dice.hex(40), "status": "REVOKED", "action": "DROP"}
    yield _of_tls(dice, at("11:17:33.412"), story.WEB_1, {"sni": "old.example.org", "revocation_check": check})


def _of_tls(dice: Dice, time: datetime, host: Host, more: Json) -> Packet:
    return Packet(
        kind="tls",
        time=time,
        host=host,
        source=host.address,
        source_port=dice.port(),
        destination="192.0.2.92",
        destination_port=HTTPS,
        more=more,
    )


def _knock(dice: Dice, time: datetime, source: str, port: int) -> Packet:
    flow = _netflow(time - timedelta(seconds=dice.randrange(2, 60)), time, 1, 44)
    return Packet(
        kind="flow",
        time=time,
        host=story.JUMP_HOST,
        source=source,
        source_port=dice.port(),
        destination=story.JUMP_HOST.address,
        destination_port=port,
        more={"netflow": flow, "tcp": {"tcp_flags": SYN, "syn": True}},
    )


def _flows(dice: Dice, time: datetime, host: Host, peer: str, sizes: tuple[int, int]) -> tuple[Packet, Packet]:
    """Return both directions of a connection from a host of ours, about so many bytes to and from the peer."""
    port, start = dice.port(), time - timedelta(seconds=dice.randrange(4, 55))
    there, back = (dice.randrange(size * 8 // 10, size * 12 // 10 + 1) for size in sizes)
    tcp = {"tcp_flags": ALL, "syn": True, "fin": True, "psh": True, "ack": True}
    ends = ((host.address, port, peer, HTTPS, there), (peer, HTTPS, host.address, port, back))
    one, other = (
        Packet(
            kind="flow",
            time=time,
            host=host,
            source=source,
            source_port=source_port,
            destination=destination,
            destination_port=destination_port,
            more={"app_proto": "tls", "netflow": _netflow(start, time, size // 900 + 3, size), "tcp": tcp},
        )
        for source, source_port, destination, destination_port, size in ends
    )
    return one, other


def _netflow(start: datetime, end: datetime, packets: int, size: int) -> Json:
    age = int((end - start).total_seconds())
    times = {"start": _time(start), "end": _time(end)}
    return {"pkts": packets, "bytes": size, **times, "age": age, "min_ttl": 63, "max_ttl": 63}


def _alert(flow: Packet, rule: tuple[int, str, str, int], action: str, more: Json) -> Packet:
    number, name, category, severity = rule
    alert = {"action": action, "signature_id": number, "rev": 1, "signature": name}
    return Packet(
        kind="alert",
        time=flow.time,
        host=flow.host,
        source=flow.source,
        source_port=flow.source_port,
        destination=flow.destination,
        destination_port=flow.destination_port,
        more={"alert": {**alert, "category": category, "severity": severity}, **more},
    )


def _record(dice: Dice, packet: Packet) -> Json:
    ends: Json = {
        "src_ip": packet.source,
        "src_port": packet.source_port,
        "dest_ip": packet.destination,
        "dest_port": packet.destination_port,
    }
    if packet.kind == "tls":
        event: Json = {"timestamp": f"{_time(packet.time)[:-5]}Z", **{name: str(value) for name, value in ends.items()}}
    else:
        head = {"timestamp": _time(packet.time), "flow_id": dice.getrandbits(50)}
        kind = {"alert": "alert", "flow": "netflow"}[packet.kind]
        event = {**head, "event_type": kind, **ends, "proto": packet.protocol}
    return {
        "firewall_name": FIREWALL,
        "availability_zone": ZONES[packet.host.zone],
        "event_timestamp": str(int(packet.time.timestamp())),
        "event": {**event, **packet.more},
    }


def _time(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S.%f}+0000"
