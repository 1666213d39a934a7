"""A bucket that notifies a queue, an index, and the loader as processes that can be killed between them."""

import gzip
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import boto3

from es_loader.sinks.opensearch import connect
from laptop.emulator import Emulator

ROOT = Path(__file__).parents[2]
HEADER = b"version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status\n"
ROW = "2 111122223333 eni-0a1b2c3d4e5f60718 192.0.2.{octet} 10.0.1.20 {port} 443 6 1 40 {time} {time} ACCEPT OK\n"
KEY = "AWSLogs/111122223333/vpcflowlogs/eu-west-1/{day:%Y/%m/%d}/111122223333_vpcflowlogs_eu-west-1_fl-0123456789abcdef0_{day:%Y%m%d}T0000Z_{unique}.log.gz"
MAPPINGS = {
    "dynamic": False,
    "properties": {
        "error": {"properties": {"type": {"type": "keyword"}}},
        "aws": {
            "properties": {
                "s3": {
                    "properties": {
                        "object": {"properties": {"key": {"type": "keyword"}, "record_number": {"type": "long"}}}
                    }
                }
            }
        },
    },
}
WAITING = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
ATTEMPTS = 50


class Scene:
    """One test's flow logs, all of a day of their own, so that their index is the test's alone.

    Args:
        invocation: seconds that Lambda would give the function.
        visibility: seconds after which a message that was not deleted comes again.
    """

    def __init__(
        self, emulator: Emulator, opensearch_url: str, folder: Path, *, invocation: float, visibility: int
    ) -> None:
        self.emulator = emulator
        self.search = connect(opensearch_url)
        self.endpoint = opensearch_url
        self.invocation = invocation
        self.day = datetime(2031, 1, 1, tzinfo=UTC) + timedelta(days=random.randrange(20_000))
        self.index = f"log-aws-vpcflowlogs-{self.day:%Y-%m-%d}"
        self.search.indices.create(index=self.index, body={"mappings": MAPPINGS})
        self.placed: dict[str, int] = {}
        self.log = folder / "loader.log"
        name = f"faults-{uuid4().hex[:12]}"
        self.s3, self.sqs = self._client("s3"), self._client("sqs")
        self.dead_letters = self.sqs.create_queue(QueueName=f"{name}-dead")["QueueUrl"]
        arn = self._arn(self.dead_letters)
        redrive = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": ATTEMPTS})
        attributes = {"VisibilityTimeout": str(visibility), "RedrivePolicy": redrive}
        self.queue = self.sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
        self.bucket = name
        self.s3.create_bucket(Bucket=name)
        told = {"QueueArn": self._arn(self.queue), "Events": ["s3:ObjectCreated:*"]}
        self.s3.put_bucket_notification_configuration(
            Bucket=name, NotificationConfiguration={"QueueConfigurations": [told]}
        )

    def _client(self, service: str) -> Any:
        return boto3.client(
            service,  # type: ignore[call-overload]  # any service
            endpoint_url=self.emulator.endpoint_url,
            region_name=self.emulator.env["AWS_REGION"],
            aws_access_key_id=self.emulator.env["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key="emulator",
        )

    def _arn(self, url: str) -> str:
        attributes = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
        return str(attributes["QueueArn"])

    def put(self, records: int) -> str:
        """Put one object of so many records."""
        key = KEY.format(day=self.day, unique=uuid4().hex[:8])
        time = int(self.day.timestamp())
        rows = (ROW.format(octet=n % 250, port=1024 + n % 60_000, time=time + n % 80_000) for n in range(records))
        self.s3.put_object(Bucket=self.bucket, Key=key, Body=gzip.compress(HEADER + "".join(rows).encode(), 1))
        self.placed[key] = records
        return key

    def start(self) -> "subprocess.Popen[str]":
        """Start a process of the function."""
        env = {
            **self.emulator.environment(),
            "AWS_LAMBDA_FUNCTION_NAME": "faults",  # then it is ready before its first invocation
            "LOG_LEVEL": "WARNING",
            "OPENSEARCH_ENDPOINT": self.endpoint,
            "PYTHONPATH": f"{ROOT / 'lambda'}:{ROOT}",
            "QUEUE_URL": self.queue,
        }
        command = [sys.executable, str(Path(__file__).with_name("invoker.py")), self.queue, str(self.invocation)]
        with self.log.open("a") as log:
            return subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=log, text=True)

    @contextmanager
    def running(self) -> Iterator[list[float]]:
        """Run the function; give, at its end, how long each invocation took, none longer than Lambda would have let it."""
        process = self.start()
        took: list[float] = []
        try:
            yield took
            assert process.poll() is None, self.log_tail()
        finally:
            process.kill()
            output, _ = process.communicate()
        took += [float(line.split()[2]) for line in output.splitlines() if line.startswith("done")]
        assert max(took, default=0) < self.invocation, took

    def waiting(self, url: str) -> int:
        found = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=WAITING)["Attributes"]
        return sum(map(int, found.values()))

    def settle(self, seconds: float) -> None:
        """Wait until no message is left."""
        deadline = time.monotonic() + seconds
        while self.waiting(self.queue):
            assert time.monotonic() < deadline, (self.waiting(self.queue), self.log_tail())
            time.sleep(0.1)

    def log_tail(self) -> str:
        return self.log.read_text()[-3000:]

    def check(self) -> None:
        """Assert that every record of every object is there exactly once, and nothing else."""
        self.search.indices.refresh(index=self.index)
        number = {"extended_stats": {"field": "aws.s3.object.record_number"}}
        keys = {"terms": {"field": "aws.s3.object.key", "size": 10_000}, "aggs": {"numbers": number}}
        body = {
            "size": 0,
            "track_total_hits": True,
            "aggs": {"keys": keys, "errors": {"value_count": {"field": "error.type"}}},
        }
        answer = self.search.search(index=self.index, body=body)
        found = {
            bucket["key"]: [
                bucket["doc_count"],
                *(bucket["numbers"][name] for name in ("min", "sum", "sum_of_squares")),
            ]
            for bucket in answer["aggregations"]["keys"]["buckets"]
        }
        assert found == {key: _numbers(count) for key, count in self.placed.items()}
        assert answer["hits"]["total"]["value"] == sum(self.placed.values())
        assert answer["aggregations"]["errors"]["value"] == 0
        assert self.waiting(self.dead_letters) == 0

    def close(self) -> None:
        self.search.indices.delete(index=self.index)


def _numbers(count: int) -> list[float]:
    """Return how many numbers there are below a number, the least, their sum, the sum of their squares."""
    return [count, 0, sum(range(count)), sum(number**2 for number in range(count))]


SOAK = bool(os.environ.get("SOAK"))
"""Whether the faults last as long as they are meant to, or only as long as a test of every day may take."""
