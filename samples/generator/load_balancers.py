"""Names and times that the logs of all load balancers have in common."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from samples.generator.dice import Dice
from samples.generator.story import REGION, SHOP, Host

NAME = f"{SHOP}_elasticloadbalancing_{REGION}"
SMALL = "abcdefghijklmnopqrstuvwxyz0123456789"
HOUR = timedelta(hours=1)


def folder(day: datetime) -> str:
    """Return the folder of a day, without what a prefix puts before it."""
    return f"AWSLogs/{SHOP}/elasticloadbalancing/{REGION}/{day:%Y/%m/%d}"


def tail(dice: Dice, node: Host) -> str:
    """Return how file names end: the node's address and a random text."""
    return f"{node.public_address}_{dice.letters(8, SMALL)}"


def end_point(address: str, port: int) -> str:
    """Return an address with its port, an IPv6 address in brackets."""
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def microseconds(moment: datetime) -> str:
    """Return a time as most of these logs write it."""
    return f"{moment:%Y-%m-%dT%H:%M:%S.%f}Z"


def evenly(start: datetime, end: datetime, count: int) -> Iterator[datetime]:
    """Yield that many times in [start, end), always the same time apart."""
    for number in range(count):
        yield start + (end - start) * number // count
