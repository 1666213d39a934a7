"""Objects in buckets that the stack did not make are loaded, whatever tells of them: deployed, and looked up."""

import gzip
import json
import time
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from es_loader.sinks.opensearch import Requests, connect
from laptop.demo_settings import NO_SOURCES
from laptop.deployment import Deployment, bootstrap, deploy, synthesis, work_folder
from laptop.emulator import ACCOUNT, REGION, Emulator

SECONDS = 150.0
LOGS, EVENTS, NOTIFIED, TOLD, QUEUED = "logs-of-old", "logs-by-events", "logs-notified", "logs-told", "logs-queued"
QUEUE = f"arn:aws:sqs:{REGION}:{ACCOUNT}:queue-of-others"
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:topic-of-others"
KEY = "AWSLogs/123456789012/vpcflowlogs/eu-west-1/2030/01/02/123456789012_vpcflowlogs_eu-west-1_fl-0_20300102T0255Z_{n}.log.gz"
BODY = gzip.compress(b"version srcaddr dstaddr protocol start end\n2 192.0.2.1 10.0.0.1 6 1893552840 1893552899\n")
LEGACY = f"aes-siem-{ACCOUNT}-cloudfront-legacy"
TO_EVENT_BRIDGE: dict[str, Any] = {"EventBridgeConfiguration": {}}
OWNERS = {"TopicConfigurations": [{"Id": "owners", "TopicArn": TOPIC, "Events": ["s3:ObjectRemoved:*"]}]}


def client(aws: Emulator, service: str) -> Any:
    return boto3.client(
        service,  # type: ignore[call-overload]  # any service
        endpoint_url=aws.endpoint_url,
        region_name=REGION,
        aws_access_key_id=aws.env["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key="emulator",
    )


@pytest.fixture(scope="module")
def key_arn(emulator: Emulator) -> str:
    return str(client(emulator, "kms").create_key()["KeyMetadata"]["Arn"])


@pytest.fixture(scope="module")
def stack(emulator: Emulator, key_arn: str) -> Iterator[Deployment]:
    s3 = client(emulator, "s3")
    for name in (LOGS, EVENTS, NOTIFIED, TOLD, QUEUED):
        s3.create_bucket(Bucket=name)
    client(emulator, "sns").create_topic(Name=TOPIC.rpartition(":")[2])
    client(emulator, "sqs").create_queue(QueueName=QUEUE.rpartition(":")[2], Attributes={"VisibilityTimeout": "3600"})
    s3.put_bucket_notification_configuration(Bucket=LOGS, NotificationConfiguration=OWNERS | TO_EVENT_BRIDGE)
    settings = {
        "existing_log_bucket": LOGS,
        "existing_key_arn": key_arn,
        "cloudfront_legacy_bucket": "true",
        "s3_access_logs": "true",
        "additional_buckets": f"{EVENTS} {NOTIFIED} {TOLD} {QUEUED}",
        "notification_queue_arns": QUEUE,
        "notification_topic_arns": TOPIC,
    }
    with work_folder() as folder, synthesis(folder, NO_SOURCES | settings) as run:
        bootstrap(emulator, folder)
        run.output()
        yield deploy(emulator, folder)


@pytest.fixture(scope="module")
def requests(opensearch_url: str) -> Requests:
    return Requests(connect(opensearch_url))


def found(requests: Requests, key: str) -> int:
    requests.post("/log-*/_refresh")
    count = requests.post("/log-*/_count", {"query": {"term": {"aws.s3.object.key": key}}})
    return int(count["count"])


def test_each_way_ends_in_the_index(stack: Deployment, requests: Requests) -> None:
    s3, created = stack.client("s3"), ["s3:ObjectCreated:*"]
    url = stack.outputs["NewObjects"]
    own = stack.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    ways: dict[str, dict[str, Any]] = {
        EVENTS: TO_EVENT_BRIDGE,
        NOTIFIED: {"QueueConfigurations": [{"QueueArn": own, "Events": created}]},
        TOLD: {"TopicConfigurations": [{"TopicArn": TOPIC, "Events": created}]},
        QUEUED: {"QueueConfigurations": [{"QueueArn": QUEUE, "Events": created}]},
    }
    for bucket, configuration in ways.items():
        s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration=configuration)
    keys = {bucket: KEY.format(n=f"{bucket} 1+1") for bucket in (LOGS, LEGACY, *ways)}
    for bucket, key in keys.items():
        s3.put_object(Bucket=bucket, Key=key, Body=BODY)
    deadline = time.monotonic() + SECONDS
    while missing := [bucket for bucket, key in keys.items() if not found(requests, key)]:
        assert time.monotonic() < deadline, (missing, stack.log_tail())
        time.sleep(0.2)
    assert all(found(requests, key) == 1 for key in keys.values())
    assert stack.waiting("DeadLetters") == 0


def test_the_existing_bucket_keeps_what_its_owner_configured(stack: Deployment) -> None:
    s3 = stack.client("s3")
    configuration = s3.get_bucket_notification_configuration(Bucket=LOGS)
    (topic,) = configuration["TopicConfigurations"]
    assert (topic["Id"], topic["TopicArn"]) == ("owners", TOPIC)
    assert "QueueConfigurations" not in configuration
    assert "EventBridgeConfiguration" in configuration
    assert stack.bucket == LOGS


def test_the_deployment_says_what_the_owners_must_add(stack: Deployment, key_arn: str) -> None:
    texts = [value for name, value in sorted(stack.outputs.items()) if name.startswith("StatementsToAdd")]
    owners: dict[str, list[dict[str, Any]]] = {}
    for text in texts:
        assert len(text.encode()) <= 4096
        for owner, statements in json.loads(text).items():
            owners.setdefault(owner, []).extend(statements)
    assert owners.keys() == {f"bucket {LOGS}", f"key {key_arn}", f"queue {QUEUE}", f"topic {TOPIC}"}
    (loader,) = (each for each in owners[f"key {key_arn}"] if each["Sid"] == "SiemLoader")
    assert loader["Principal"]["AWS"].startswith(f"arn:aws:iam::{ACCOUNT}:role/aes-siem-")
    (trail,) = (each for each in owners[f"bucket {LOGS}"] if each["Sid"] == "AWSCloudTrailAclCheck20150319")
    assert trail["Resource"] == f"arn:aws:s3:::{LOGS}"
    assert "${" not in "".join(texts)
