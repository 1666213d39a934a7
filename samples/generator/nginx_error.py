"""Error log of the shop's nginx containers: files that are not there, most of them asked for by the word list."""

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import unquote

from samples.generator.containers import NGINX, Line, Served, delivered, served
from samples.generator.dice import Dice
from samples.generator.objects import LogObject
from samples.generator.story import DOMAIN, RECORDED

NAME = "nginx-error"
ROOT = "/usr/share/nginx/html"
MISSING, FORBIDDEN = 404, 403


def objects() -> Iterator[LogObject]:
    """Yield what Firehose writes every hour."""
    dice = Dice(NAME)
    refused = [one for one in served(Dice("nginx-access"), NGINX) if one.status in {MISSING, FORBIDDEN}]
    lines = [Line(one.request.time, one.container, "stderr", _refused(dice, one)) for one in refused]
    yield from delivered(dice, NAME, [*_started(), *lines])


def _started() -> Iterator[Line]:
    """Yield what each container says when it starts."""
    for number, container in enumerate(NGINX):
        time = RECORDED.start + timedelta(minutes=3 * number, seconds=12)
        for text in ('using the "epoll" event method', "nginx/1.27.4", "start worker processes"):
            yield Line(time, container, "stderr", f"{time:%Y/%m/%d %H:%M:%S} [notice] 1#1: {text}")


def _refused(dice: Dice, one: Served) -> str:
    request, worker = one.request, dice.choice((29, 30))
    file = ROOT + unquote(request.path.partition("?")[0])
    what = f'open() "{file}" failed (2: No such file or directory)'
    if one.status == FORBIDDEN:
        what = f'access forbidden by rule, while serving "{file}"'
    where = f'client: {request.client}, server: {DOMAIN}, request: "{request.method} {request.path} HTTP/1.1"'
    head = f"{request.time:%Y/%m/%d %H:%M:%S} [error] {worker}#{worker}: *{dice.randrange(100, 99_999)}"
    return f'{head} {what}, {where}, host: "{DOMAIN}"'
