"""Health checks of the shop's Application Load Balancer: both nodes ask both web servers, one is slow for a while."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from samples.generator import alb
from samples.generator.dice import Dice
from samples.generator.load_balancers import NAME, folder, microseconds, tail
from samples.generator.objects import LogObject, by_slice, stamp, text_object
from samples.generator.story import BALANCER_1, BALANCER_2, RECORDED, WEB_1, WEB_2, WEB_2_SLOW, Host

EVERY, BY = timedelta(minutes=5), timedelta(hours=2)
TARGET_GROUP = "shop-web"


@dataclass(frozen=True, slots=True)
class Check:
    """One request of a node to a web server."""

    time: datetime
    target: Host


def objects() -> Iterator[LogObject]:
    """Yield both nodes' objects, for two hours each."""
    dice = Dice("alb-healthcheck")
    name = f"health_check_log_{NAME}_{alb.BALANCER.replace('/', '.')}"
    for node in (BALANCER_1, BALANCER_2):
        for end, checks in by_slice(_checks(dice), lambda check: check.time, BY):
            key = f"{folder(end)}/{name}_{stamp(end)}_{tail(dice, node)}.log.gz"
            yield text_object("alb-healthcheck", key, [_line(dice, check, node) for check in checks])


def _checks(dice: Dice) -> Iterator[Check]:
    for target in (WEB_1, WEB_2):
        first = RECORDED.start + timedelta(milliseconds=dice.randrange(290_000))
        for number in range(RECORDED.length // EVERY):
            yield Check(first + number * EVERY + timedelta(milliseconds=dice.randrange(40)), target)


def _line(dice: Dice, check: Check, node: Host) -> str:
    """Return the 10 columns of a line."""
    if check.target is WEB_2 and check.time in WEB_2_SLOW:
        late = check.time > WEB_2_SLOW.end - 2 * EVERY
        answer = f"0.{dice.randrange(900_000):06d}", "FAIL 503 HealthCheckMismatch"
        latency, status = answer if late else ("5.000127", "FAIL - RequestTimedOut")
    else:
        latency, status = f"0.00{dice.randrange(1_000, 9_999)}", "PASS 200 -"
    return " ".join(
        (
            f"http {microseconds(check.time)} {latency} {check.target.address}:8080 {TARGET_GROUP} {status}",
            f"{alb.BALANCER} {node.public_address}",
        )
    )
