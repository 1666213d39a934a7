"""Access log of the shop's nginx containers."""

from collections.abc import Iterator

from samples.generator.containers import NGINX, Line, access_line, delivered, served
from samples.generator.dice import Dice
from samples.generator.objects import LogObject

NAME = "nginx-access"


def objects() -> Iterator[LogObject]:
    """Yield what Firehose writes every hour."""
    dice = Dice(NAME)
    lines = [Line(one.request.time, one.container, "stdout", access_line(one)) for one in served(dice, NGINX)]
    yield from delivered(dice, NAME, lines)
