"""Web servers in containers of ECS behind the shop's balancer, whose lines FireLens and Firehose bring to S3.

They take the client from X-Forwarded-For (mod_remoteip, ngx_http_realip_module): the error log names it, the access log
begins with the peer, as its format says, and ends with the header.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from samples.generator import alb, story
from samples.generator.alb import Request
from samples.generator.dice import Dice
from samples.generator.objects import LogObject, by_slice
from samples.generator.story import REGION, SHOP, Host

CLUSTER = "shop"
EVERY = timedelta(hours=1)
INJECTIONS = ("%27", "%3Cscript", "../", "..%2f", "${jndi:")
"""What stands in a request that tries to inject something."""


@dataclass(frozen=True, slots=True)
class Container:
    """A container of a service that serves the paths below `routes`, on one host."""

    server: str
    service: str
    revision: int
    host: Host
    task: str
    container_id: str
    routes: tuple[str, ...]

    def record(self, source: str, line: str) -> str:
        """Return a line as FireLens hands it to Firehose."""
        record = {
            "container_id": self.container_id,
            "container_name": f"/ecs-{self.service}-{self.revision}-{self.server}-{self.task[:20]}",
            "ec2_instance_id": self.host.instance,
            "ecs_cluster": CLUSTER,
            "ecs_task_arn": f"arn:aws:ecs:{REGION}:{SHOP}:task/{CLUSTER}/{self.task}",
            "ecs_task_definition": f"{self.service}:{self.revision}",
            "log": line,
            "source": source,
        }
        return json.dumps(record, separators=(",", ":"))


_FRONT, _CATALOG = ("/static", "/search", "/api"), ("/category", "/item", "/blog", "/old")
NGINX = (
    Container(
        "nginx",
        "shop-front",
        14,
        story.WEB_1,
        "4c1e9a7d3b5f4820a6c8e0d2f4b6a819",
        "f08db22fd293056a3170fab23d90fbac32833106536e95df40b2d002cc92d33d",
        _FRONT,
    ),
    Container(
        "nginx",
        "shop-front",
        14,
        story.WEB_2,
        "92f0b8d6e4c24a1785b3d9f7a1c3e506",
        "3ce1268c9c8052e3ffec3fee8ed2305df3faa8e879eaa7234ad5cfbc1d74bd1c",
        _FRONT,
    ),
)
APACHE = (
    Container(
        "apache",
        "shop-catalog",
        31,
        story.WEB_1,
        "d8b6f4a2c0e14937b5d3f1a9c7e5083b",
        "47aa2dbad9e2ec8d009f001680289e32a93f32a9a17251028e4edc90253d9e30",
        _CATALOG,
    ),
    Container(
        "apache",
        "shop-catalog",
        31,
        story.WEB_2,
        "0e7c5a3b1d9f4e6280c4a6b8d0f2e417",
        "30f47f35d0380cfbcadd40e92c34bf1c7f453a0ef5097b4fd5de6e91074206e2",
        _CATALOG,
    ),
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line that a container writes to `source`."""

    time: datetime
    container: Container
    source: str
    text: str


@dataclass(frozen=True, slots=True)
class Served:
    """One request as a container sees it: from a node of the balancer, which names the client."""

    container: Container
    request: Request

    @property
    def status(self) -> int:
        """The answer; the balancer keeps only answered requests' status."""
        return self.request.status or 0

    @property
    def is_injection(self) -> bool:
        """Whether the request tries to inject something."""
        return any(mark in self.request.path for mark in INJECTIONS)


def served(dice: Dice, containers: tuple[Container, ...]) -> list[Served]:
    """Return the requests in the balancer's log that these containers answered."""
    seen = alb.all_requests(Dice("alb"))
    routes = containers[0].routes
    own = [request for request in seen if request.status is not None and request.path.startswith(routes)]
    return [Served(dice.choice(containers), request) for request in sorted(own, key=lambda request: request.time)]


def delivered(dice: Dice, log_type: str, lines: list[Line]) -> Iterator[LogObject]:
    """Yield what Firehose writes every hour: JSON objects without anything between them."""
    place = f"AWSLogs/{SHOP}/ECS/{CLUSTER}/{log_type.replace('-', '/')}"
    for end, some in by_slice(lines, lambda line: line.time, EVERY):
        begin = end - EVERY
        key = f"{place}/{begin:%Y/%m/%d/%H}/siem-ecs-{log_type}-1-{begin:%Y-%m-%d-%H-%M-%S}-{dice.uuid()}.gz"
        content = "".join(line.container.record(line.source, line.text) for line in some)
        yield LogObject(log_type, key, (content.encode(),), len(some))


def access_line(one: Served) -> str:
    """Return a request in the combined format, with X-Forwarded-For behind it, as both servers write it here."""
    request = one.request
    what = f"{request.method} {request.path} HTTP/1.1"
    words = (f'[{request.time:%d/%b/%Y:%H:%M:%S} +0000] "{what}"', f"{one.status} {request.sent}")
    return f'{request.node.address} - - {" ".join(words)} "-" "{request.agent}" "{request.client}"'
