"""Connection log of the shop's Application Load Balancer: the connections of what its access log holds of two hours."""

import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from samples.generator import alb, story
from samples.generator.dice import Dice
from samples.generator.load_balancers import HOUR, NAME, folder, microseconds, tail
from samples.generator.objects import LogObject, by_slice, stamp, text_object
from samples.generator.story import BALANCER_1, BALANCER_2, Host, Period, at

SWITCHED_ON = Period(at("07:00"), at("09:00"))
"""Somebody looked at the handshakes for so long."""
STRAYED, WEAK = 26, 5
TRACE = 29
TLS_13, TLS_12 = ("TLSv1.3", "TLS_AES_128_GCM_SHA256"), ("TLSv1.2", "ECDHE-RSA-AES128-GCM-SHA256")
NODES = {node.public_address: node for node in (BALANCER_1, BALANCER_2)}


@dataclass(frozen=True, slots=True)
class Connection:
    """One connection; `session` None if the handshake failed."""

    time: datetime
    node: Host
    client: str
    port: int
    trace: str
    session: tuple[str, str] | None


def objects() -> Iterator[LogObject]:
    """Yield both nodes' objects, by the hour."""
    dice = Dice("alb-connection")
    connections = [*_of_access_log(dice), *_failed(dice, story.NOISE, SWITCHED_ON, STRAYED)]
    connections += _failed(dice, (story.ATTACKER,), story.WEB_SCAN, WEAK)
    name = f"conn_log_{NAME}_{alb.BALANCER.replace('/', '.')}"
    for node in (BALANCER_1, BALANCER_2):
        own = [connection for connection in connections if connection.node is node]
        for end, some in by_slice(own, lambda connection: connection.time, HOUR):
            key = f"{folder(end)}/{name}_{stamp(end)}_{tail(dice, node)}.log.gz"
            yield text_object("alb-connection", key, [_line(dice, connection) for connection in some])


def _of_access_log(dice: Dice) -> Iterator[Connection]:
    """Yield the connection of each client's port that the access log names, with its first request's trace id."""
    seen = set()
    for item in alb.objects():
        node = next(node for address, node in NODES.items() if f"_{address}_" in item.key)
        for line in item.content.decode().splitlines():
            columns = shlex.split(line)
            time, end = datetime.fromisoformat(columns[1]), columns[3]
            if time not in SWITCHED_ON or end in seen:
                continue
            seen.add(end)
            client, _, port = end.rpartition(":")
            before = timedelta(milliseconds=dice.randrange(20, 400))
            session = dice.pick({TLS_13: 7, TLS_12: 1})
            yield Connection(time - before, node, client.strip("[]"), int(port), columns[TRACE], session)


def _failed(dice: Dice, clients: tuple[str, ...], period: Period, count: int) -> Iterator[Connection]:
    for time in dice.moments(period.start, period.end, count):
        yield Connection(time, BALANCER_1, dice.choice(clients), dice.port(), f"TID_{dice.hex(32)}", None)


def _line(dice: Dice, connection: Connection) -> str:
    """Return the 15 columns of a line."""
    version, cipher = connection.session or ("-", "-")
    latency = f"0.{dice.randrange(4, 90):03d}" if connection.session else "-"
    exchange = "X25519MLKEM768" if connection.session is TLS_13 else "-"
    return " ".join(
        (
            f"{microseconds(connection.time)} {connection.client} {connection.port} 443 {version} {cipher} {latency}",
            f'"-" - - - {connection.trace} {exchange} {alb.BALANCER} {connection.node.public_address}',
        )
    )
