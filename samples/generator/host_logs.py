"""Logs of Linux hosts by CloudWatch Logs subscription and Firehose: objects of gzip members, an envelope each."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from samples.generator import story
from samples.generator.dice import Dice
from samples.generator.objects import LogObject, by_slice
from samples.generator.story import RECORDED, SHOP, Host

BATCH = 40
"""Log events that the subscription puts into one envelope at most."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a host's log; `text` starts at the program's name."""

    time: datetime
    host: Host
    text: str


@dataclass(frozen=True, slots=True)
class Subscription:
    """A log group and the stream that takes its events to S3; `stream` is also the name of the filter."""

    log_type: str
    log_group: str
    stream: str
    every: timedelta


def delivered(dice: Dice, lines: list[Line], subscription: Subscription, place: str) -> Iterator[LogObject]:
    """Yield what Firehose writes below `place`."""
    for end, some in by_slice(lines, lambda line: line.time, subscription.every):
        begin = end - subscription.every
        key = f"{place}/{begin:%Y/%m/%d/%H}/{subscription.stream}-1-{begin:%Y-%m-%d-%H-%M-%S}-{dice.uuid()}.gz"
        test = [_test_message(begin)] if begin == RECORDED.start else []
        yield LogObject(subscription.log_type, key, (*test, *_members(dice, some, subscription)), len(some))


def _test_message(time: datetime) -> bytes:
    """Return the message with which CloudWatch Logs tests the way; it is no record."""
    text = "CWL CONTROL MESSAGE: Checking health of destination Firehose."
    return _envelope("CONTROL_MESSAGE", "CloudwatchLogs", ("", "", []), [("", time, text)])


def _members(dice: Dice, lines: list[Line], subscription: Subscription) -> Iterator[bytes]:
    """Yield an envelope per host and batch."""
    for host in (story.JUMP_HOST, story.WEB_1, story.WEB_2):
        own = [line for line in lines if line.host is host]
        way = (subscription.log_group, host.instance, [subscription.stream])
        for first in range(0, len(own), BATCH):
            events = [(_event_id(dice, line.time), line.time, _syslog(line)) for line in own[first : first + BATCH]]
            yield _envelope("DATA_MESSAGE", SHOP, way, events)


def _envelope(kind: str, owner: str, way: tuple[str, str, list[str]], events: list[tuple[str, datetime, str]]) -> bytes:
    """Return an envelope; `way` is log group, log stream and subscription filters."""
    envelope = {
        "messageType": kind,
        "owner": owner,
        **dict(zip(("logGroup", "logStream", "subscriptionFilters"), way, strict=True)),
        "logEvents": [
            {"id": name, "timestamp": round(time.timestamp() * 1000), "message": message}
            for name, time, message in events
        ],
    }
    return json.dumps(envelope, separators=(",", ":")).encode()


def _event_id(dice: Dice, time: datetime) -> str:
    """Return an id as CloudWatch Logs makes it: 56 digits that grow with time."""
    return f"{round(time.timestamp() * 1000) << 122 | dice.getrandbits(72):056d}"


def _syslog(line: Line) -> str:
    return f"{line.time:%b} {line.time.day:>2} {line.time:%H:%M:%S} {line.host.hostname} {line.text}"
