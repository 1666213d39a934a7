"""Access log of the old Classic Load Balancer, by the hour and not compressed: HTTPS, and a TCP listener for tills."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from samples.generator import alb, story
from samples.generator.dice import Dice
from samples.generator.load_balancers import HOUR, NAME, end_point, evenly, folder, microseconds, tail
from samples.generator.objects import LogObject, by_slice, stamp, text_object
from samples.generator.story import LEGACY_BALANCER, LEGACY_DOMAIN, LEGACY_HOST, RECORDED, WEB_SCAN

BALANCER = "legacy"
VISITS, TILLS, STRAYED = 90, 60, 18
PAGES = (
    "/",
    "/index.php",
    "/index.php?cat=7",
    "/product.php?id=118",
    "/product.php?id=204",
    "/cart.php",
    "/img/logo.gif",
)
PROBES = tuple(
    """/ /robots.txt /phpinfo.php /admin.php /config.php.bak /index.php?cat=7%27 /index.php?cat=7%20OR%201=1
    /product.php?id=118%20UNION%20SELECT%201,2,3 /product.php?id=../../etc/passwd /uploads/ /backup.sql /.git/HEAD
    /phpMyAdmin/index.php /setup.php /test.php /shell.php /cart.php?debug=1 /cgi-bin/php /old/ /.env""".split()
)
TLS_12, TLS_10 = "ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2", "AES128-SHA TLSv1"
REFUSED = 400


@dataclass(frozen=True, slots=True)
class Request:
    """One request, or one connection of the TCP listener: then without `path`."""

    time: datetime
    client: str
    status: int = 0
    method: str = "GET"
    path: str = ""
    agent: str = "-"
    session: str = TLS_12


def objects() -> Iterator[LogObject]:
    """Yield one object for each hour."""
    dice = Dice("clb")
    requests = [*_visits(dice), *_tills(), *_web_scan(dice), *_noise(dice)]
    for end, some in by_slice(requests, lambda request: request.time, HOUR):
        file = f"{NAME}_{BALANCER}_{stamp(end)}_{tail(dice, LEGACY_BALANCER)}.log"
        yield text_object("clb", f"{folder(end)}/{file}", [_line(dice, request) for request in some], compressed=False)


def _visits(dice: Dice) -> Iterator[Request]:
    for time in dice.moments(RECORDED.start, RECORDED.end, VISITS):
        status = dice.pick({200: 30, 304: 5, 404: 1, 500: 1})
        session = dice.pick({TLS_12: 5, TLS_10: 1})
        yield Request(
            time, dice.choice(story.CUSTOMERS), status, "GET", dice.choice(PAGES), dice.pick(alb.AGENTS), session
        )


def _tills() -> Iterator[Request]:
    for time in evenly(RECORDED.start, RECORDED.end, TILLS):
        yield Request(time, story.PARTNERS[0], session="- -")


def _web_scan(dice: Dice) -> Iterator[Request]:
    """Yield the attacker's tries: SQL in parameters gives errors, nothing is found."""
    for time, path in zip(evenly(WEB_SCAN.start, WEB_SCAN.end, len(PROBES)), PROBES, strict=True):
        status = 200 if path in {"/", "/robots.txt"} else 500 if "id=" in path or "cat=" in path else 404
        yield Request(
            time + timedelta(milliseconds=dice.randrange(4000)), story.ATTACKER, status, "GET", path, alb.SCANNER
        )


def _noise(dice: Dice) -> Iterator[Request]:
    for time in dice.moments(RECORDED.start, RECORDED.end, STRAYED):
        yield Request(time, dice.choice(story.NOISE), REFUSED, "-", session="- -")


def _line(dice: Dice, request: Request) -> str:
    """Return the 15 columns of a line."""
    answered = request.status != REFUSED
    backend = end_point(LEGACY_HOST.address, 80) if answered else "-"
    times = f"0.0000{dice.randrange(20, 99)} 0.{dice.randrange(400, 190_000):06d} 0.0000{dice.randrange(20, 99)}"
    if request.path:
        what = f"{request.method} https://{LEGACY_DOMAIN}:443{request.path} HTTP/1.1"
        counts = f"{request.status} {request.status} 0 {dice.randrange(180, 14_000)}"
    elif answered:
        what, counts = "- - - ", f"- - {dice.randrange(90, 900)} {dice.randrange(60, 400)}"
    else:
        what, counts = f"- http://{LEGACY_DOMAIN}:80- - ", f"{REFUSED} 0 0 0"
    return " ".join(
        (
            f"{microseconds(request.time)} {BALANCER} {end_point(request.client, dice.port())} {backend}",
            f"{times if answered else '-1 -1 -1'} {counts}",
            f'"{what}" "{request.agent}" {request.session}',
        )
    )
