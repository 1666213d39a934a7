"""What all sources need, as AWS answers when something is wrong with it."""

from collections.abc import Mapping
from typing import Any

import pytest

from es_loader.doctor.arrivals import Arrivals, Last, Trouble
from es_loader.doctor.calls import CannotLook
from es_loader.doctor.core import CHECKS, PAUSED_BY, Core, checks
from es_loader.doctor.findings import Finding, Level
from loader_pause.handler import TAG
from tests.es_loader.doctor.aws import NOW, Stubbed

OUTPUTS = {
    "DeadLetterBucket": "letters",
    "DeadLetters": "https://sqs.eu-west-1.amazonaws.com/111122223333/dead",
    "EncryptionKey": "arn:aws:kms:eu-west-1:111122223333:key/0a1b2c3d",
    "LoaderFunction": "loader",
    "LogBucket": "logs",
    "NewObjects": "https://sqs.eu-west-1.amazonaws.com/111122223333/new",
}
UUID = "0a1b2c3d-0000-4000-8000-000000000001"
MAPPING = {
    "UUID": UUID,
    "State": "Disabled",
    "EventSourceMappingArn": f"arn:aws:lambda:eu-west-1:111122223333:event-source-mapping:{UUID}",
}
T = round(NOW.timestamp() * 1000)
T = round(NOW.timestamp() * 1000)


@pytest.fixture
def aws() -> Stubbed:
    return Stubbed()


def check(aws: Stubbed, name: str, arrivals: Arrivals | None = None) -> Finding:
    """Return what one check finds; everything that was answered must have been asked."""
    found = CHECKS[name](Core(aws.aws, OUTPUTS.__getitem__, arrivals or Arrivals(), T))
    for stubber in aws.stubbers.values():
        stubber.assert_no_pending_responses()
    return found


def queue(aws: Stubbed, waiting: int) -> None:
    attributes = {"ApproximateNumberOfMessages": str(waiting), "ApproximateNumberOfMessagesNotVisible": "1"}
    aws.answer("sqs", "get_queue_attributes", {"Attributes": attributes})


def test_the_tag_of_a_pause_is_the_one_that_is_set() -> None:
    assert PAUSED_BY == TAG


@pytest.mark.parametrize(
    ("answer", "level"),
    [
        ({}, Level.WRONG),
        ({"EventBridgeConfiguration": {}}, Level.WELL),
        ({"QueueConfigurations": [{"QueueArn": "q", "Events": ["s3:ObjectCreated:*"]}]}, Level.WELL),
    ],
)
def test_the_bucket_tells_somebody(aws: Stubbed, answer: Mapping[str, Any], level: Level) -> None:
    aws.answer("s3", "get_bucket_notification_configuration", answer, {"Bucket": "logs"})
    assert check(aws, "log bucket").level is level


@pytest.mark.parametrize(("state", "level"), [("Enabled", Level.WELL), ("PendingDeletion", Level.WRONG)])
def test_the_key(aws: Stubbed, state: str, level: Level) -> None:
    aws.answer("kms", "describe_key", {"KeyMetadata": {"KeyId": "k", "KeyState": state}})
    assert check(aws, "encryption key").level is level


def test_a_trigger_that_was_paused(aws: Stubbed) -> None:
    aws.answer("lambda", "list_event_source_mappings", {"EventSourceMappings": [MAPPING]})
    aws.answer("lambda", "list_tags", {"Tags": {TAG: "aes-siem-loader-pause at 2030-01-02T03:04:05Z"}})
    found = check(aws, "trigger")
    assert (found.level, found.page) == (Level.WRONG, "docs/monitoring.md#pause")
    assert "paused by aes-siem-loader-pause at 2030" in found.text


def test_a_trigger_that_is_gone(aws: Stubbed) -> None:
    aws.answer("lambda", "list_event_source_mappings", {"EventSourceMappings": []})
    assert "loader has no trigger" in check(aws, "trigger").text


@pytest.mark.parametrize(("seconds", "level"), [(3_600.0, Level.WELL), (18_000.0, Level.WRONG)])
def test_how_long_the_oldest_object_waits(aws: Stubbed, seconds: float, level: Level) -> None:
    queue(aws, 11)
    aws.metrics([seconds, 0])
    found = check(aws, "queue")
    assert (found.level, found.text) == (level, f"12 objects wait, the oldest for {seconds / 3600:.1f} h")


def test_a_queue_whose_metrics_may_not_be_seen(aws: Stubbed) -> None:
    queue(aws, 11)
    aws.refuse("cloudwatch", "get_metric_data", "AccessDenied")
    assert check(aws, "queue").text == "12 objects wait"


def test_objects_that_were_given_up(aws: Stubbed) -> None:
    queue(aws, 2)
    assert check(aws, "dead-letter queue").hint == "es-loader replay --queue --list"


@pytest.mark.parametrize(("count", "said"), [(3, "3 files"), (1000, "1,000 or more files")])
def test_letters_that_wait(aws: Stubbed, count: int, said: str) -> None:
    aws.answer(
        "s3", "list_objects_v2", {"KeyCount": count}, {"Bucket": "letters", "Prefix": "waiting/", "MaxKeys": 1000}
    )
    assert check(aws, "dead letters").text.startswith(said)


@pytest.mark.parametrize(
    ("last", "level"), [({}, Level.WRONG), ({"waf": Last(T - 2)}, Level.WRONG), ({"waf": Last(T)}, Level.NOTE)]
)
def test_an_error_of_the_loader_until_something_is_read(aws: Stubbed, last: dict[str, Last], level: Level) -> None:
    assert check(aws, "es-loader", Arrivals(last, {None: Trouble(T - 1, "es:ESHttpPost is missing")})).level is level


def test_what_may_not_be_seen_or_is_gone_ends_nothing(aws: Stubbed) -> None:
    for service, operation in (
        *(("s3", "get_bucket_notification_configuration"), ("kms", "describe_key")),
        *(("lambda", "list_event_source_mappings"), ("s3", "list_objects_v2")),
        *(("sqs", "get_queue_attributes"), ("sqs", "get_queue_attributes")),
    ):
        aws.refuse(service, operation, "NotFoundException" if service == "kms" else "AccessDenied")
    blind = Arrivals(blind=CannotLook("needs logs:FilterLogEvents"))
    found = dict(checks(Core(aws.aws, OUTPUTS.__getitem__, blind, T)))
    assert found.keys() == CHECKS.keys()
    assert {name for name, one in found.items() if one.level is not Level.UNKNOWN} == {"encryption key"}
    assert found["encryption key"].level is Level.WRONG
    assert found["es-loader"].text == "cannot look: needs logs:FilterLogEvents"
