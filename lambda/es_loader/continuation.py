"""The rest of an object as a message on the loader's own queue, and back.

    {"continuation": 1, "bucket": "…", "key": "…", "version_id": "…", "event_time": 1893553445678,
     "first_record": 250000, "attempt": 0}

`continuation` is the version of this shape; `version_id` is null where the notification had none; `event_time` is that
of the notification in epoch milliseconds, so the documents are the same as without a break; `attempt` counts the
invocations in a row that did not load a record of it.
"""

from collections.abc import Callable, Sequence
from typing import Annotated, Any, TypeAlias

import msgspec

from es_loader.types import ObjectRef

VERSION = 1

MAX_ATTEMPTS = 8
"""Invocations in a row without progress after which an object is left to the queue's own counting of attempts."""

_BATCH = 10
"""Messages of one request to SQS at most."""

Queue: TypeAlias = Callable[[Sequence[ObjectRef]], list[str | None]]
"""Takes objects, and returns for each None if it is queued, or why it is not."""


class _Continuation(msgspec.Struct, forbid_unknown_fields=True):
    continuation: int
    bucket: Annotated[str, msgspec.Meta(min_length=1)]
    key: Annotated[str, msgspec.Meta(min_length=1)]
    version_id: str | None
    event_time: int
    first_record: Annotated[int, msgspec.Meta(ge=0)]
    attempt: Annotated[int, msgspec.Meta(ge=0)]


def rest_of(ref: ObjectRef, first_record: int) -> ObjectRef | None:
    """Return what is left of an object from a record on; None if it was tried often enough without progress."""
    attempt = 0 if first_record > ref.first_record else ref.attempt + 1
    if attempt > MAX_ATTEMPTS:
        return None
    return msgspec.structs.replace(ref, first_record=first_record, attempt=attempt)


def write(ref: ObjectRef) -> str:
    """Return the message for an object."""
    fields = _Continuation(VERSION, ref.bucket, ref.key, ref.version_id, ref.event_time, ref.first_record, ref.attempt)
    return msgspec.json.encode(fields).decode()


def read(value: dict[str, Any]) -> ObjectRef:
    """Return the object of a decoded message.

    Raises:
        ValueError: another version wrote it, or it is none.
    """
    if value["continuation"] != VERSION:
        raise ValueError(f"a continuation of version {value['continuation']!r}, where {VERSION} is understood"[:200])
    try:
        found = msgspec.convert(value, _Continuation)
    except msgspec.ValidationError as exc:
        raise ValueError(f"a continuation that is damaged: {exc}") from exc
    return ObjectRef(
        found.bucket,
        found.key,
        found.event_time,
        version_id=found.version_id,
        first_record=found.first_record,
        attempt=found.attempt,
    )


def queue(refs: Sequence[ObjectRef], *, sqs: Any, url: str) -> list[str | None]:
    """Send the objects to a queue with a boto3 client; see Queue for what comes back.

    After a request that fails as a whole no other is made: there is little time left.
    """
    answers: list[str | None] = []
    for start in range(0, len(refs), _BATCH):
        batch = refs[start : start + _BATCH]
        try:
            answers += _send(batch, sqs, url)
        except _errors() as exc:
            return answers + [f"the rest cannot be queued (sqs:SendMessage to {url}): {exc}"] * (len(refs) - start)
    return answers


def _send(batch: Sequence[ObjectRef], sqs: Any, url: str) -> list[str | None]:
    entries = [{"Id": str(place), "MessageBody": write(ref)} for place, ref in enumerate(batch)]
    answer = sqs.send_message_batch(QueueUrl=url, Entries=entries)
    refused = {
        one["Id"]: f"the rest is not queued: {one['Code']} {one.get('Message', '')}" for one in answer.get("Failed", ())
    }
    return [refused.get(entry["Id"]) for entry in entries]


def _errors() -> tuple[type[Exception], ...]:
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - slow to import

    return BotoCoreError, ClientError
