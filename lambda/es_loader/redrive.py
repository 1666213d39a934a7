"""The dead-letter queue: which objects' messages wait there, why, and back to the queue that they came from."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import msgspec

from es_loader.classify import classify
from es_loader.dead_letters import translate
from es_loader.declarations import Config
from es_loader.events import Message, read_event
from es_loader.letter_bucket import Selection

BATCH = 10
"""Messages that SQS takes in one request."""

HOLD_SECONDS = 300
"""How long nobody else sees a message that was received here, unless it is given back earlier."""

WAIT_SECONDS = 2
"""Long enough for SQS to ask all its servers."""

PAGES = 200
"""Of log lines that are searched for reasons: the newest runs of a function that failed all day would be thousands."""

NOT_ACKNOWLEDGED = "not acknowledged: "
UNKNOWN_REASON = "not in the function's log"


class Waiting(msgspec.Struct, frozen=True):
    """One message of the dead-letter queue; `sent` is epoch milliseconds, `body` as it was sent."""

    message_id: str
    receipt: str
    body: str
    sent: int
    message: Message
    log_type: str | None

    @property
    def key(self) -> str:
        """The key of its first object; empty if it names none."""
        return self.message.refs[0].key if self.message.refs else ""

    def reason(self, reasons: Mapping[str, str]) -> str:
        """Return why it is here: it is unreadable, or what the function's log says."""
        if self.message.errors:
            return f"the message is unreadable: {self.message.errors[0]}"
        return reasons.get(self.message_id, UNKNOWN_REASON)


def receive(sqs: Any, url: str, config: Config) -> Iterator[list[Waiting]]:
    """Yield the messages of a queue, each once, a batch at a time; they are held back from others meanwhile.

    Raises:
        AccessError, RetryableError: SQS refuses, or cannot be reached.
    """
    seen: set[str] = set()
    while True:
        with _errors(url, "sqs:ReceiveMessage"):
            answer = sqs.receive_message(
                QueueUrl=url,
                MaxNumberOfMessages=BATCH,
                VisibilityTimeout=HOLD_SECONDS,
                WaitTimeSeconds=WAIT_SECONDS,
                AttributeNames=["SentTimestamp"],
            )
        found = [_waiting(one, config) for one in answer.get("Messages", ()) if one["MessageId"] not in seen]
        if not found:
            return
        seen |= {one.message_id for one in found}
        yield found


def _waiting(received: dict[str, Any], config: Config) -> Waiting:
    sent = int(received.get("Attributes", {}).get("SentTimestamp", 0))
    queued = {"messageId": received["MessageId"], "body": received["Body"]}
    (message,) = read_event({"Records": [queued]}, now=sent)
    log_type = classify(config, message.refs[0].key) if message.refs else None
    name = log_type.name if log_type else None
    return Waiting(received["MessageId"], received["ReceiptHandle"], received["Body"], sent, message, name)


def takes(selection: Selection, waiting: Waiting, *, reasons: Mapping[str, str]) -> bool:
    """Tell whether a message is meant."""
    reason = waiting.reason(reasons)
    return selection.takes(log_type=waiting.log_type, reason=reason, time=waiting.sent, key=waiting.key)


def give_back(sqs: Any, url: str, messages: Sequence[Waiting]) -> None:
    """Let others see messages again at once."""
    for start in range(0, len(messages), BATCH):
        entries = [
            {"Id": str(number), "ReceiptHandle": one.receipt, "VisibilityTimeout": 0}
            for number, one in enumerate(messages[start : start + BATCH])
        ]
        with _errors(url, "sqs:ChangeMessageVisibility"):
            sqs.change_message_visibility_batch(QueueUrl=url, Entries=entries)


def move(sqs: Any, messages: Sequence[Waiting], *, source: str, target: str) -> int:
    """Send at most ten messages to a queue, then delete them from the one they are in; return how many went over.

    If this ends in between, a message is in both, which does no harm: nothing is stored twice.
    """
    entries = [{"Id": str(number), "MessageBody": one.body} for number, one in enumerate(messages)]
    with _errors(target, "sqs:SendMessage"):
        answer = sqs.send_message_batch(QueueUrl=target, Entries=entries)
    sent = [messages[int(one["Id"])] for one in answer.get("Successful", ())]
    if sent:
        gone = [{"Id": str(number), "ReceiptHandle": one.receipt} for number, one in enumerate(sent)]
        with _errors(source, "sqs:DeleteMessage"):
            sqs.delete_message_batch(QueueUrl=source, Entries=gone)
    return len(sent)


def reasons_of(logs: Any, log_group: str, since: int) -> dict[str, str]:
    """Return why messages were not acknowledged, by their ids, as the function's log has it last.

    Args:
        logs: a boto3 client.
        log_group: of the function.
        since: epoch milliseconds.

    Raises:
        AccessError, RetryableError: CloudWatch Logs refuses, or cannot be reached.
    """
    found: dict[str, str] = {}
    pages = logs.get_paginator("filter_log_events").paginate(
        logGroupName=log_group,
        filterPattern=f'"{NOT_ACKNOWLEDGED.strip(": ")}"',
        startTime=since,
        PaginationConfig={"MaxItems": PAGES * 10_000},
    )
    with _errors(log_group, "logs:FilterLogEvents"):
        for page in pages:
            for event in page["events"]:
                line = _json(event["message"])
                if "message_id" in line:
                    found[str(line["message_id"])] = str(line.get("message", "")).removeprefix(NOT_ACKNOWLEDGED)
    return found


def _json(text: str) -> dict[str, Any]:
    try:
        found = msgspec.json.decode(text)
    except msgspec.DecodeError:
        return {}
    return found if isinstance(found, dict) else {}


@contextmanager
def _errors(where: str, permission: str) -> Iterator[None]:
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - slow to import

    try:
        yield
    except (BotoCoreError, ClientError) as exc:
        raise translate(exc, where, permission) from exc
