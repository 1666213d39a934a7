"""Access log of the Network Load Balancer in front of the partners' API, below a prefix, by the hour."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from samples.generator import story
from samples.generator.dice import Dice
from samples.generator.load_balancers import HOUR, NAME, end_point, evenly, folder
from samples.generator.objects import LogObject, by_slice, stamp, text_object
from samples.generator.story import PARTNER_BALANCER, PARTNER_DOMAIN, RECORDED, REGION, SHOP, WEB_SCAN

BALANCER = "net/partner/8f2d6b1c4e9a7305"
LISTENER = "b3c9d1f47e6a2850"
CERTIFICATE = f"arn:aws:acm:{REGION}:{SHOP}:certificate/9c4e2b7a-1d3f-4a68-8b5e-0f6a7c8d9e21"
PREFIX = "partner"
FETCHED, PROBED, STRAYED = 170, 36, 24
HTTP_2, HTTP_1 = 'h2 h2 "h2","http/1.1"', 'http/1.1 http/1.1 "http/1.1"'
NO_HTTP = "- - -"
TLS_13, TLS_12 = ("TLS_AES_128_GCM_SHA256", "tlsv13", "X25519MLKEM768"), ("ECDHE-RSA-AES128-GCM-SHA256", "tlsv12", "-")


@dataclass(frozen=True, slots=True)
class Connection:
    """One TLS connection; `session` None if the handshake failed, with the client's `alert` if it sent one."""

    created: datetime
    closed: datetime
    client: str
    received: int
    sent: int
    session: tuple[str, str, str] | None = None
    name: str = "-"
    protocols: str = NO_HTTP
    alert: str = "-"


def objects() -> Iterator[LogObject]:
    """Yield one object for each hour."""
    dice = Dice("nlb")
    connections = [*_partners(dice), *_web_scan(dice), *_noise(dice)]
    for end, some in by_slice(connections, lambda connection: connection.closed, HOUR):
        file = f"{NAME}_{BALANCER.replace('/', '.')}_{stamp(end)}_{dice.hex(8)}.log.gz"
        lines = [_line(dice, connection) for connection in some]
        yield text_object("nlb", f"{PREFIX}/{folder(end)}/{file}", lines)


def _partners(dice: Dice) -> Iterator[Connection]:
    for created in dice.moments(RECORDED.start, RECORDED.end - timedelta(minutes=4), FETCHED):
        client = dice.choice(story.PARTNERS)
        closed = created + timedelta(seconds=dice.randrange(1, 200))
        modern = client != story.PARTNERS[0]
        session, protocols = (TLS_13, HTTP_2) if modern else (TLS_12, HTTP_1)
        sizes = dice.randrange(700, 9_000), dice.randrange(4_000, 90_000)
        yield Connection(created, closed, client, *sizes, session, PARTNER_DOMAIN, protocols)


def _web_scan(dice: Dice) -> Iterator[Connection]:
    """Yield the attacker's tries: the API wants a token that he lacks, and old protocols are refused."""
    for number, created in enumerate(evenly(WEB_SCAN.start, WEB_SCAN.end, PROBED)):
        closed = created + timedelta(seconds=dice.randrange(3))
        if number % 4 == 0:
            yield Connection(created, closed, story.ATTACKER, dice.randrange(120, 260), 7)
        else:
            sizes = dice.randrange(690, 980), dice.randrange(3_200, 3_700)
            yield Connection(created, closed, story.ATTACKER, *sizes, TLS_12, PARTNER_DOMAIN, NO_HTTP)


def _noise(dice: Dice) -> Iterator[Connection]:
    """Yield what scanners of the whole Internet leave: plain HTTP, no name, a certificate that they do not trust."""
    for created in dice.moments(RECORDED.start, RECORDED.end - timedelta(minutes=1), STRAYED):
        alert = dice.pick({"-": 3, "46": 1, "48": 1})
        closed = created + timedelta(seconds=dice.randrange(12))
        yield Connection(created, closed, dice.choice(story.NOISE), dice.randrange(0, 320), 7, alert=alert)


def _line(dice: Dice, connection: Connection) -> str:
    """Return the 22 columns of a line."""
    established = connection.session is not None
    cipher, version, exchange = connection.session or ("-", "-", "-")
    took = (connection.closed - connection.created) // timedelta(milliseconds=1)
    return " ".join(
        (
            f"tls 2.0 {connection.closed:%Y-%m-%dT%H:%M:%S} {BALANCER} {LISTENER}",
            f"{end_point(connection.client, dice.port())} {PARTNER_BALANCER.address}:443",
            f"{took + dice.randrange(400)} {dice.randrange(4, 90) if established else '-'}",
            f"{connection.received} {connection.sent} {connection.alert}",
            f"{CERTIFICATE if established else '-'} - {cipher} {version} {exchange} {connection.name}",
            f"{connection.protocols} {connection.created:%Y-%m-%dT%H:%M:%S}",
        )
    )
