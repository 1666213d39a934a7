"""A Lambda event -> the objects it names, by the message that carries them.

Understood, in any nesting: S3 notifications, SQS messages, SNS notifications (with and without raw delivery),
EventBridge `Object Created` events, CloudTrail's own SNS notifications, the records that Lambda itself
queues about an invocation that failed, and the continuations that this function queues.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, TypeAlias, TypeGuard
from urllib.parse import unquote_plus

import msgspec

from es_loader import continuation
from es_loader.types import ObjectRef

MAX_NESTING = 10
"""Deeper than any chain of queues and topics: S3 in SNS in SQS in a dead letter takes four."""

CREATED = "ObjectCreated:"
EVENTBRIDGE_CREATED = "Object Created"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SUBSCRIPTION_TYPES = ("SubscriptionConfirmation", "UnsubscribeConfirmation")


class Skipped(msgspec.Struct, frozen=True):
    """Something that an event says and that needs no loading; `key` is empty where no object is meant."""

    reason: str
    key: str = ""


class Unreadable(msgspec.Struct, frozen=True):
    """A part of a message that is none of the shapes known here."""

    reason: str


class Message(msgspec.Struct, frozen=True):
    """What one message asks for.

    `message_id` is the one to report if it fails; None when the event did not come through a queue. A message
    with `errors` must be reported as failed, after its `refs` have been loaded.
    """

    message_id: str | None
    refs: tuple[ObjectRef, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    errors: tuple[str, ...] = ()


Outcome: TypeAlias = ObjectRef | Skipped | Unreadable


class _Carrier(NamedTuple):
    """What the layers around a value say: its time in epoch milliseconds, and how many they are."""

    time: int
    depth: int = 0

    def inside(self, time: Any = None) -> "_Carrier":
        """Return the carrier of the next layer, which may know the time better."""
        return _Carrier(_time(time, self.time), self.depth + 1)


def read_event(event: Any, *, now: int) -> list[Message]:
    """Return the messages of a Lambda event, whatever it is: never raises.

    Args:
        event: the decoded event.
        now: epoch milliseconds that stand for the event's time where it says nothing.
    """
    carrier = _Carrier(now)
    records = event.get("Records") if isinstance(event, dict) else None
    if isinstance(records, list) and any(_is_queued(record) for record in records):
        return [_message(_queued_id(record), _outcomes(record, carrier)) for record in records]
    return [_message(None, _outcomes(event, carrier))]


def _message(message_id: str | None, outcomes: Iterator[Outcome]) -> Message:
    found = list(outcomes)
    return Message(
        message_id,
        refs=tuple(one for one in found if isinstance(one, ObjectRef)),
        skipped=tuple(one for one in found if isinstance(one, Skipped)),
        errors=tuple(one.reason for one in found if isinstance(one, Unreadable)),
    )


def _is_queued(record: Any) -> bool:
    return isinstance(record, dict) and isinstance(record.get("body"), str)


def _queued_id(record: Any) -> str | None:
    message_id = record.get("messageId") if isinstance(record, dict) else None
    return message_id if isinstance(message_id, str) else None


def _outcomes(value: Any, carrier: _Carrier) -> Iterator[Outcome]:
    """Yield what a decoded value asks for, layer by layer."""
    if carrier.depth > MAX_NESTING:
        yield Unreadable(f"nested more than {MAX_NESTING} levels deep")
    elif isinstance(value, dict):
        reader = next((reader for name, reader in _SHAPES if name in value), None)
        if reader:
            yield from reader(value, carrier)
        else:
            yield Unreadable(f"not a notification about an object; its fields: {_names(value)}")
    else:
        yield Unreadable(f"not a notification about an object but a JSON {type(value).__name__}")


def _text(text: Any, carrier: _Carrier) -> Iterator[Outcome]:
    """Yield what a JSON text asks for."""
    try:
        value = msgspec.json.decode(text)
    except (ValueError, TypeError, RecursionError) as exc:
        yield Unreadable(f"not JSON: {type(exc).__name__}: {exc}"[:200])
    else:
        yield from _outcomes(value, carrier)


def _records(value: dict[str, Any], carrier: _Carrier) -> Iterator[Outcome]:
    records = value["Records"]
    if not isinstance(records, list):
        yield Unreadable("Records is no list")
    elif not records:
        yield Skipped("no records")
    else:
        for record in records:
            yield from _outcomes(record, carrier.inside())


def _queued(record: dict[str, Any], carrier: _Carrier) -> Iterator[Outcome]:
    attributes = record.get("attributes")
    sent = attributes.get("SentTimestamp") if isinstance(attributes, dict) else None
    yield from _text(record["body"], carrier.inside(sent))


def _sns_record(record: dict[str, Any], carrier: _Carrier) -> Iterator[Outcome]:
    yield from _outcomes(record["Sns"], carrier.inside())


def _sns(value: dict[str, Any], carrier: _Carrier) -> Iterator[Outcome]:
    if value.get("Type") in _SUBSCRIPTION_TYPES:
        yield Skipped("SNS subscription notice")
    elif "Message" in value:
        yield from _text(value["Message"], carrier.inside(value.get("Timestamp")))
    else:
        yield Unreadable("an SNS notification without Message")


def _failed_invocation(value: dict[str, Any], carrier: _Carrier) -> Iterator[Outcome]:
    yield from _outcomes(value["requestPayload"], carrier.inside(value.get("timestamp")))


def _test_event(value: dict[str, Any], _carrier: _Carrier) -> Iterator[Outcome]:
    yield Skipped("test event") if value["Event"] == "s3:TestEvent" else Unreadable("an unknown Event")


def _s3_record(record: dict[str, Any], carrier: _Carrier) -> Iterator[Outcome]:
    name = str(record.get("eventName", CREATED)).removeprefix("s3:")
    subject = _subject(record["s3"])
    if subject is None:
        yield Unreadable("an S3 record without bucket name or object key")
        return
    bucket, stored = subject
    key = unquote_plus(stored["key"])
    if not name.startswith(CREATED):
        yield Skipped("not about a new object", key)
        return
    time = _time(record.get("eventTime"), carrier.time)
    yield _reference(bucket, key, time, stored.get("versionId"), stored.get("size"))


def _eventbridge(value: dict[str, Any], carrier: _Carrier) -> Iterator[Outcome]:
    subject = _subject(value.get("detail"))
    if value["detail-type"] != EVENTBRIDGE_CREATED:
        yield Skipped("not about a new object", subject[1]["key"] if subject else "")
    elif subject is None:
        yield Unreadable("an EventBridge event without bucket name or object key")
    else:
        bucket, stored = subject
        time = _time(value.get("time"), carrier.time)
        # Unlike those of S3 notifications, these keys are not URL-encoded: decoding would break every `+` and `%`.
        yield _reference(bucket, stored["key"], time, stored.get("version-id"), stored.get("size"))


def _cloudtrail(value: dict[str, Any], carrier: _Carrier) -> Iterator[Outcome]:
    keys = value["s3ObjectKey"]
    bucket = value.get("s3Bucket")
    if not _is_name(bucket) or not isinstance(keys, list) or not keys or not all(map(_is_name, keys)):
        yield Unreadable("a CloudTrail notification without bucket or keys")
        return
    for key in keys:
        yield _reference(bucket, key, carrier.time, None, None)


def _continuation(value: dict[str, Any], _carrier: _Carrier) -> Iterator[Outcome]:
    try:
        yield continuation.read(value)
    except ValueError as exc:
        yield Unreadable(str(exc))


_SHAPES: tuple[tuple[str, Callable[[dict[str, Any], _Carrier], Iterator[Outcome]]], ...] = (
    ("s3", _s3_record),
    ("Records", _records),
    ("body", _queued),
    ("Sns", _sns_record),
    ("detail-type", _eventbridge),
    ("Event", _test_event),
    ("requestPayload", _failed_invocation),
    ("s3ObjectKey", _cloudtrail),
    ("continuation", _continuation),
    ("Type", _sns),
    ("Message", _sns),
)
"""The field that gives a shape away -> its reader; the first that is there decides."""


def _subject(value: Any) -> tuple[str, dict[str, Any]] | None:
    """Return bucket name and object of the structure that S3 and EventBridge share; None if it is not that."""
    if not isinstance(value, dict):
        return None
    bucket, stored = value.get("bucket"), value.get("object")
    if not isinstance(bucket, dict) or not isinstance(stored, dict):
        return None
    name = bucket.get("name")
    return (name, stored) if _is_name(name) and _is_name(stored.get("key")) else None


def _reference(bucket: str, key: str, time: int, version: Any, size: Any) -> ObjectRef | Skipped:
    known = size if isinstance(size, int) else None  # CloudTrail's own notifications have none: that is not zero
    if key.endswith("/"):
        return Skipped("folder marker", key)
    if known == 0:
        return Skipped("zero bytes", key)
    return ObjectRef(bucket, key, time, version_id=version if _is_name(version) else None, size=known)


def _time(value: Any, otherwise: int) -> int:
    """Return epoch milliseconds of an ISO 8601 text or a text of epoch milliseconds."""
    if not isinstance(value, str):
        return otherwise
    if value.isascii() and value.isdigit() and len(value) <= len("1520621625029"):
        return int(value)
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return otherwise
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return (aware - _EPOCH) // timedelta(milliseconds=1)


def _is_name(value: Any) -> TypeGuard[str]:
    return isinstance(value, str) and value != ""


def _names(value: dict[str, Any]) -> str:
    return ", ".join(sorted(map(str, value))[:10])[:200] or "none"
