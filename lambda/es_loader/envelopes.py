"""JSON values as they were carried (CloudWatch Logs, EventBridge, FireLens) -> the records inside, and by whom."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from es_loader import firelens
from es_loader.declarations import LogType
from es_loader.errors import Excluded, RecordError
from es_loader.formats.json import Value, part_text
from es_loader.normalize.members import object_at
from es_loader.normalize.timestamps import epoch_ms, to_iso
from es_loader.types import Document, Envelope, RawRecord

ARRAYS = frozenset({"logEvents"})
"""Members whose elements are records whatever the log type."""

CONTROL_MESSAGE = "CWL CONTROL MESSAGE:"
"""What CloudWatch Logs writes to test a subscription's way; it is nobody's log."""

_ACCOUNT = re.compile(r"\d{12}\Z")
_INSTANCE = re.compile(r"(?<![0-9a-f])(i-(?:[0-9a-f]{17}|[0-9a-f]{8}))(?![0-9a-f])")

_PLAUSIBLE = range(1, 7_258_118_400_000)
"""Epoch milliseconds up to the year 2200, like all times that are read."""

Unwrap = Callable[[int, Value], RawRecord]


def unwrapper(log_type: LogType) -> Callable[[Iterator[Value]], Iterator[RawRecord]]:
    """Return the function from the decoded values of an object to the raw records inside.

    The value of a record is the decoded JSON, None for a carried line (which is text of whatever format), or the
    RecordError that it costs: a value that does not decode, or one that is dropped on purpose.
    """
    arrays = log_type.json_delimiter
    if not log_type.via_firelens:
        return lambda values: _records(_from_details(values, arrays) if arrays else values, _plain)
    unwrap_line = firelens.unwrapper(log_type)

    def plain(number: int, found: Value) -> RawRecord:
        return unwrap_line(number, found) if firelens.is_carried(found.value) else _plain(number, found)

    return lambda values: _records(firelens.joined(values), plain)


def _records(values: Iterator[Value], plain: Unwrap) -> Iterator[RawRecord]:
    carrier: dict[str, Any] | None = None
    shared = Envelope("cloudwatch")
    for number, found in enumerate(values):
        around = found.around
        if found.error is not None:
            control = found.text.startswith(CONTROL_MESSAGE)
            yield RawRecord(number, found.text, Excluded("control message") if control else RecordError(found.error))
        elif around and "messageType" in around:
            if around is not carrier:
                carrier, shared = around, _cloudwatch(around)
            yield _log_event(number, found, shared, control=around["messageType"] != "DATA_MESSAGE")
        elif around and "detail-type" in around:
            yield RawRecord(number, found.text, found.value, _eventbridge(around))
        else:
            yield plain(number, found)


def _from_details(values: Iterator[Value], arrays: tuple[str, ...]) -> Iterator[Value]:
    """Yield values; of an EventBridge event whose `detail` has an array that is looked for, the array's elements.

    What is a scalar beside the array says something about each element (the action that was taken on it), so an
    element has it too.
    """
    for found in values:
        event = found.value
        detail = object_at(event, "detail") if type(event) is dict and "detail-type" in event else {}
        name = next((one for one in arrays if type(detail.get(one)) is list), None)
        if name is None:
            yield found
            continue
        beside = {one: value for one, value in detail.items() if type(value) not in {dict, list}}
        for item in detail[name]:
            yield Value(part_text(item, found), beside | item if type(item) is dict else item, None, event)


def bare(messages: Iterator[RawRecord]) -> Iterator[RawRecord]:
    """Yield messages of which Firehose has left nothing but their text; those that are no logs are to be dropped.

    A control message is one line: a record of several is not dropped for how its first line begins.
    """
    for raw in messages:
        control = raw.text.startswith(CONTROL_MESSAGE) and "\n" not in raw.text
        yield msgspec.structs.replace(raw, value=Excluded("control message")) if control else raw


def _plain(number: int, found: Value) -> RawRecord:
    value = found.value
    if type(value) is dict:
        if "detail-type" in value and type(value.get("detail")) is dict:
            detail = value["detail"]
            return RawRecord(number, part_text(detail, found), detail, _eventbridge(value))
        if "rawData" in value and "errorCode" in value:
            return RawRecord(number, found.text, Excluded("Firehose error record"))
    return RawRecord(number, found.text, value)


def _log_event(number: int, found: Value, shared: Envelope, *, control: bool) -> RawRecord:
    event = found.value
    message = event.get("message") if type(event) is dict else None
    if type(message) is not str:
        return RawRecord(number, found.text, RecordError("is a CloudWatch Logs event without a message"), shared)
    if control or message.startswith(CONTROL_MESSAGE):
        return RawRecord(number, message, Excluded("control message"), shared)
    identity, time = event.get("id"), event.get("timestamp")
    envelope = Envelope(
        "cloudwatch",
        account=shared.account,
        record_id=identity if type(identity) is str else None,
        timestamp=time if type(time) is int and time in _PLAUSIBLE else None,
        document=shared.document,
        identity=shared.identity,
    )
    return RawRecord(number, message.rstrip("\r\n"), None, envelope)


def _cloudwatch(around: dict[str, Any]) -> Envelope:
    """Return what all events of one CloudWatch Logs envelope share."""
    group, stream, owner = (str(around.get(name) or "") for name in ("logGroup", "logStream", "owner"))
    names = {"log_group": group, "log_stream": stream, "subscription_filters": around.get("subscriptionFilters")}
    document: Document = {"aws": {"cloudwatch": {name: value for name, value in names.items() if value}}}
    if instance := _INSTANCE.search(stream):
        document |= {"cloud": {"instance": {"id": instance[1]}}, "host": {"id": instance[1]}}
    return Envelope(
        "cloudwatch",
        account=owner if _ACCOUNT.match(owner) else None,
        document=document,
        identity=f"{owner}\0{group}\0{stream}",
    )


def _eventbridge(event: dict[str, Any]) -> Envelope:
    names = {"detail_type": event["detail-type"], "source": event.get("source"), "resources": event.get("resources")}
    account, region, identity = (
        value if type(value) is str else None for value in map(event.get, ("account", "region", "id"))
    )
    return Envelope(
        "eventbridge",
        account=account if account and _ACCOUNT.match(account) else None,
        region=region,
        record_id=identity,
        timestamp=_milliseconds(event.get("time")),
        document={"aws": {"eventbridge": {name: value for name, value in names.items() if value}}},
    )


def _milliseconds(time: Any) -> int | None:
    found = to_iso(time)
    return epoch_ms(found) if found else None
