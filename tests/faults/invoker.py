"""What Lambda does with a queue, as one process: batches of ten into the real handler, what it does not name is deleted.

    python tests/faults/invoker.py QUEUE_URL SECONDS_OF_AN_INVOCATION

Prints `batch <messages>` before an invocation, `done <deleted> <seconds>` after its messages are deleted.
"""

import sys
import time
from typing import Any

import boto3

from es_loader.handler import handler


class Context:
    """How much of an invocation is left."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def get_remaining_time_in_millis(self) -> int:
        return int((self._end - time.monotonic()) * 1000)


def invoke(messages: list[dict[str, Any]], seconds: float) -> list[dict[str, str]]:
    """Return the entries of the messages that may be deleted."""
    records = [
        {
            "messageId": one["MessageId"],
            "body": one["Body"],
            "attributes": one["Attributes"],
            "eventSource": "aws:sqs",
        }
        for one in messages
    ]
    failed = {one["itemIdentifier"] for one in handler({"Records": records}, Context(seconds))["batchItemFailures"]}
    return [
        {"Id": str(number), "ReceiptHandle": one["ReceiptHandle"]}
        for number, one in enumerate(messages)
        if one["MessageId"] not in failed
    ]


def main(url: str, seconds: float) -> None:
    sqs = boto3.client("sqs")
    while True:
        answer = sqs.receive_message(
            QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=1, AttributeNames=["SentTimestamp"]
        )
        messages = answer.get("Messages", [])
        if not messages:
            continue
        print(f"batch {len(messages)}", flush=True)
        started = time.monotonic()
        entries = invoke(messages, seconds)
        took = time.monotonic() - started
        if entries:
            sqs.delete_message_batch(QueueUrl=url, Entries=entries)
        print(f"done {len(entries)} {took:.2f}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]))
