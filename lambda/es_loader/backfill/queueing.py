"""Objects -> messages on the loader's queue, not faster than told, and a file that says how far that got."""

import hashlib
import os
import random
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

import msgspec

from es_loader.backfill.selection import Item
from es_loader.errors import ObjectError, RetryableError
from es_loader.pace import Pace

BATCH = 10
"""Messages that SendMessageBatch takes."""

ATTEMPTS = 8
LONGEST_PAUSE = 20.0
"""Seconds between two attempts to send what SQS did not accept."""

ROOM_EVERY = 10
"""Batches after which the queue is asked how many messages wait."""

ROOM_SECONDS = 5.0
"""Between two such questions while too many do."""

Send = Callable[[list[str]], Mapping[int, tuple[str, bool]]]
"""Sends up to BATCH bodies; returns position -> why it was not accepted, and whether that is the message's fault."""


class State(msgspec.Struct, kw_only=True):
    """How far a backfill has got: all objects up to `last_key`, in S3's order, are queued.

    The fields before it are what was asked for; times are ISO 8601, `until` is empty for the time of the start.
    """

    source: str
    since: str
    until: str
    log_types: list[str]
    queue_url: str
    started: str
    last_key: str = ""
    queued: int = 0
    done: bool = False

    def asked_for(self) -> tuple[object, ...]:
        """Return what tells one backfill from another."""
        return self.source, self.since, self.until, tuple(self.log_types), self.queue_url

    def file(self) -> Path:
        """Return the file's name, unless another is given."""
        told = msgspec.json.encode(self.asked_for())
        return Path(f"es-loader-backfill-{hashlib.sha256(told).hexdigest()[:12]}.json")


def load_state(path: Path, new: State) -> State:
    """Return the state in a file, or the new one if there is no file.

    Raises:
        ObjectError: the file is none of this backfill.
    """
    try:
        found = msgspec.json.decode(path.read_bytes(), type=State)
    except FileNotFoundError:
        return new
    except (OSError, msgspec.MsgspecError) as exc:
        raise ObjectError(f"{path}: is no state of a backfill: {exc}") from exc
    if found.asked_for() != new.asked_for():
        raise ObjectError(f"{path}: is the state of another backfill, of {found.source}; give another --state")
    return found


def save_state(path: Path, state: State) -> None:
    """Replace the file as a whole: whatever happens, there is the state of before or of now."""
    beside = path.with_name(f"{path.name}.new")
    with beside.open("wb") as file:
        file.write(msgspec.json.format(msgspec.json.encode(state)) + b"\n")
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def notification(bucket: str, item: Item, region: str) -> str:
    """Return the message that S3 would have sent when the object was written.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
    """
    time = item.modified.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    record = {
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "awsRegion": region,
        "eventTime": time,
        "eventName": "ObjectCreated:Put",
        "s3": {
            "s3SchemaVersion": "1.0",
            "configurationId": "es-loader backfill",
            "bucket": {"name": bucket},
            "object": {"key": quote_plus(item.key, safe="/"), "size": item.size},
        },
    }
    return msgspec.json.encode({"Records": [record]}).decode()


def queue(
    objects: Iterable[Item],
    state: State,
    *,
    body_of: Callable[[Item], str],
    send: Send,
    save: Callable[[State], None],
    pace: Pace,
    has_room: Callable[[], bool],
) -> Iterator[int]:
    """Send a message for each object; yields how many each time that all of a batch are accepted and that is saved.

    Args:
        objects: in S3's order, after `state.last_key`.
        state: changed as it goes on.
        body_of: an object's message.
        send: see Send.
        save: writes the state.
        pace: how fast.
        has_room: whether the queue may take more.

    Raises:
        ObjectError: SQS refuses a message; RetryableError: it does not take one for long.
    """
    rest = iter(objects)
    number = 0
    while batch := list(islice(rest, BATCH)):
        while number % ROOM_EVERY == 0 and not has_room():
            pace.sleep(ROOM_SECONDS)
        number += 1
        pace.wait(len(batch))
        _send_all([body_of(item) for item in batch], send, pace.sleep)
        state.last_key, state.queued = batch[-1].key, state.queued + len(batch)
        save(state)
        yield len(batch)
    state.done = True
    save(state)


def _send_all(bodies: list[str], send: Send, sleep: Callable[[float], object]) -> None:
    for attempt in range(ATTEMPTS):
        failed = send(bodies)
        if not failed:
            return
        for reason, is_ours in failed.values():
            if is_ours:
                raise ObjectError(f"SQS refuses a message: {reason}")
        bodies = [bodies[position] for position in sorted(failed)]
        sleep(min(LONGEST_PAUSE, 0.5 * 2**attempt) * random.uniform(0.5, 1.0))  # noqa: S311 - jitter
    raise RetryableError(f"SQS did not accept {len(bodies)} messages in {ATTEMPTS} attempts: {reason}")


def sqs_sender(sqs: Any, queue_url: str) -> Send:
    """Return the function that sends to a queue."""

    def send(bodies: list[str]) -> dict[int, tuple[str, bool]]:
        entries = [{"Id": str(position), "MessageBody": body} for position, body in enumerate(bodies)]
        reply = sqs.send_message_batch(QueueUrl=queue_url, Entries=entries)
        return {
            int(each["Id"]): (f"{each.get('Code')}: {each.get('Message')}", bool(each.get("SenderFault")))
            for each in reply.get("Failed", ())
        }

    return send


def sqs_room(sqs: Any, queue_url: str, most: int) -> Callable[[], bool]:
    """Return the function that tells whether no more than `most` messages wait in a queue; always with 0."""

    def has_room() -> bool:
        if not most:
            return True
        found = sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=["ApproximateNumberOfMessages"])
        return int(found["Attributes"]["ApproximateNumberOfMessages"]) <= most

    return has_room


def now() -> datetime:
    """Return the time in UTC."""
    return datetime.now(UTC)
