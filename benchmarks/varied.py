"""Records to index: seeded, as many as wanted, with as much variety as an index meets, in the objects they come in."""

import gzip
import json
import random
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.logs import FLOW_KEY, ROOT, SEED, cloudtrail_object, flow_lines
from es_loader.classify import classify
from es_loader.config import load_deployed_config

SAMPLES = ROOT / "samples" / "logs"
PER_OBJECT = 2_000
DAY = datetime(2030, 1, 2, tzinfo=UTC)

_CLIENT = re.compile(r" (?P<address>\S+):(?P<port>\d+) ")
_HEX = "0123456789abcdef"


class LogObject(NamedTuple):
    """An object as it lies in the bucket; `content` may be compressed."""

    key: str
    content: bytes


def objects(log_type: str, count: int) -> list[LogObject]:
    """Return objects that hold at least so many records; the samples, all of them, for types without a generator."""
    maker = _MAKERS.get(log_type)
    return sample_objects(log_type) if maker is None else list(maker(count))


def sample_objects(log_type: str) -> list[LogObject]:
    """Return the sample objects of a log type."""
    return [LogObject(str(path.relative_to(SAMPLES)), path.read_bytes()) for path in _sample_paths()[log_type]]


@cache
def _sample_paths() -> dict[str, list[Path]]:
    config, found = load_deployed_config(), dict[str, list[Path]]()
    for path in sorted(SAMPLES.rglob("*")):
        log_type = classify(config, str(path.relative_to(SAMPLES))) if path.is_file() else None
        if log_type is not None:
            found.setdefault(log_type.name, []).append(path)
    return found


def _in_objects(key: str, lines: list[str], header: str = "") -> Iterator[LogObject]:
    """Yield lines in objects whose keys differ in the digits before the suffix, as a service's own names do."""
    head = [header] if header else []
    for first in range(0, len(lines), PER_OBJECT):
        name = key.replace("1a2b3c4d", f"{first + 0x1A2B3C4D:08x}")
        yield LogObject(name, gzip.compress("\n".join([*head, *lines[first : first + PER_OBJECT], ""]).encode(), 1))


def _flows(count: int) -> Iterator[LogObject]:
    """Yield flows as an interface logs them: what was accepted is a record each way, what was refused is one."""
    header, *lines = flow_lines(count)
    both = [way for line in lines for way in ((line, _answer(line)) if " ACCEPT " in line else (line,))]
    return _in_objects(FLOW_KEY, both[:count], header)


def _answer(line: str) -> str:
    version, account, interface, source, destination, port, peer, protocol, *rest = line.split()
    packets = str(int(rest[0]) * 2 + 1)
    return " ".join((version, account, interface, destination, source, peer, port, protocol, packets, *rest[1:]))


def _cloudtrail(count: int) -> Iterator[LogObject]:
    folder = "AWSLogs/111122223333/CloudTrail/eu-west-1/2030/01/02"
    key = folder + "/111122223333_CloudTrail_eu-west-1_20300102T0300Z_{}.json.gz"
    records = json.loads(gzip.decompress(cloudtrail_object(count)))["Records"]
    for first in range(0, count, PER_OBJECT):
        content = json.dumps({"Records": records[first : first + PER_OBJECT]}).encode()
        yield LogObject(key.format(f"{first:016x}"), gzip.compress(content, 1))


def _alb(count: int) -> Iterator[LogObject]:
    dice = random.Random(SEED)
    lines = _sample_lines("alb")
    key = (
        "AWSLogs/111122223333/elasticloadbalancing/eu-west-1/2030/01/02/"
        "111122223333_elasticloadbalancing_eu-west-1_app.shop.50dc6c495c0c9188_20300102T0300Z_192.0.2.51_1a2b3c4d.log.gz"
    )
    return _in_objects(key, [_varied_request(dice.choice(lines), number, dice) for number in range(count)])


def _varied_request(line: str, number: int, dice: random.Random) -> str:
    """Return a load balancer's line with a client, times, sizes and trace ids of its own."""
    kind, _time, rest = line.split(" ", 2)
    moment = DAY + timedelta(milliseconds=number * 173)
    rest = _CLIENT.sub(f" 198.51.{dice.randrange(64)}.{dice.randrange(1, 255)}:{dice.randrange(1024, 65536)} ", rest, 1)
    rest = re.sub(r" 0\.\d{3}(?= )", lambda _: f" {dice.random() / 2:.3f}", rest, count=3)
    rest = re.sub(r"Root=1-\w{8}-\w{24}", f"Root=1-{int(moment.timestamp()):08x}-{_digits(24, dice)}", rest)
    rest = re.sub(r"TID_\w{32}", f"TID_{_digits(32, dice)}", rest)
    rest = re.sub(r"2026-03-10T[\d:.]+Z", f"{moment - timedelta(milliseconds=20):%Y-%m-%dT%H:%M:%S.%f}Z", rest)
    return f"{kind} {moment:%Y-%m-%dT%H:%M:%S.%f}Z {rest}"


def _waf(count: int) -> Iterator[LogObject]:
    dice = random.Random(SEED)
    records = [json.loads(line) for line in _sample_lines("waf")]
    folder = "AWSLogs/111122223333/WAF/eu-west-1/2030/01/02/03"
    key = f"{folder}/aws-waf-logs-shop-1-2030-01-02-03-00-16-1a2b3c4d-4917-4120-8454-cabb2c25887a.gz"
    prints = [_digits(32, dice) for _ in range(300)]
    lines = []
    for number in range(count):
        record = dice.choice(records)
        record["timestamp"] = int(DAY.timestamp() * 1000) + number * 173
        if "ja3Fingerprint" in record:
            record["ja3Fingerprint"] = dice.choice(prints)
        _vary_http(record["httpRequest"], dice)
        lines.append(json.dumps(record, separators=(",", ":")))
    return _in_objects(key, lines)


def _vary_http(request: dict[str, Any], dice: random.Random) -> None:
    request["clientIp"] = f"198.51.{dice.randrange(64)}.{dice.randrange(1, 255)}"
    request["requestId"] = f"1-{_digits(8, dice)}-{_digits(24, dice)}"
    for header in request["headers"]:
        if header["name"].lower() == "cookie":
            header["value"] = f"session={_digits(32, dice)}"


def _sample_lines(log_type: str) -> list[str]:
    return [
        line
        for each in sample_objects(log_type)
        for line in (gzip.decompress(each.content) if each.content[:2] == b"\x1f\x8b" else each.content)
        .decode()
        .splitlines()
    ]


def _digits(length: int, dice: random.Random) -> str:
    return "".join(dice.choices(_HEX, k=length))


_MAKERS: dict[str, Callable[[int], Iterator[LogObject]]] = {
    "alb": _alb,
    "cloudtrail": _cloudtrail,
    "vpcflowlogs": _flows,
    "waf": _waf,
}
