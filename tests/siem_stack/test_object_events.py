"""Who may send to the queue, and what tells it of objects in buckets that the stack did not make."""

from typing import Any

import pytest
from aws_cdk import assertions

from siem_stack.stack import SiemStack
from tests.siem_stack.conftest import template_of
from tests.siem_stack.policies import ACCOUNT, of_queue, stack_of

TOPICS = "arn:aws:sns:eu-central-1:444455556666:new-logs arn:aws:sns:eu-west-1:111122223333:own"
SEND = "sqs:SendMessage"


@pytest.fixture(scope="module")
def stack() -> SiemStack:
    return stack_of(
        additional_buckets="more-logs 444455556666:logs-of-others 444455556666:logs-of-old 777788889999:far",
        cloudfront_legacy_bucket="true",
        notification_topic_arns=TOPICS,
    )


@pytest.mark.parametrize(
    ("sid", "service", "conditions"),
    [
        ("LogBucket", "s3", {"ArnLike": {"aws:SourceArn": [f"arn:aws:s3:::aes-siem-{ACCOUNT}-log"]}, "StringEquals": {"aws:SourceAccount": ACCOUNT}}),
        ("CloudFrontLegacyBucket", "s3", {"ArnLike": {"aws:SourceArn": [f"arn:aws:s3:::aes-siem-{ACCOUNT}-cloudfront-legacy"]}, "StringEquals": {"aws:SourceAccount": ACCOUNT}}),
        ("AdditionalBuckets", "s3", {"ArnLike": {"aws:SourceArn": ["arn:aws:s3:::more-logs"]}, "StringEquals": {"aws:SourceAccount": ACCOUNT}}),
        ("BucketsOf444455556666", "s3", {"ArnLike": {"aws:SourceArn": ["arn:aws:s3:::logs-of-old", "arn:aws:s3:::logs-of-others"]}, "StringEquals": {"aws:SourceAccount": "444455556666"}}),
        ("BucketsOf777788889999", "s3", {"ArnLike": {"aws:SourceArn": ["arn:aws:s3:::far"]}, "StringEquals": {"aws:SourceAccount": "777788889999"}}),
        ("Topics", "sns", {"ArnEquals": {"aws:SourceArn": TOPICS.split()}}),
        ("EventBridge", "events", {}),
    ],
)  # fmt: skip
def test_who_may_send(stack: SiemStack, sid: str, service: str, conditions: dict[str, Any]) -> None:
    statement = of_queue(stack)[sid]
    assert statement["Principal"] == {"Service": f"{service}.amazonaws.com"}
    assert (statement["Effect"], statement["Action"]) == ("Allow", SEND)
    assert statement["Resource"].startswith("${QueuesNewObjects")
    found = statement["Condition"]
    if sid == "EventBridge":
        assert found["ArnEquals"]["aws:SourceArn"].startswith("${ObjectEventsNewObjects")
    else:
        assert found == conditions


def test_nobody_else_may_send(stack: SiemStack) -> None:
    expected = {"LogBucket", "CloudFrontLegacyBucket", "AdditionalBuckets", "Topics", "EventBridge"}
    assert of_queue(stack).keys() == expected | {"BucketsOf444455556666", "BucketsOf777788889999"}
    assert of_queue(stack_of()).keys() == {"LogBucket"}


def test_event_bridge_tells_of_own_buckets_only() -> None:
    template = template_of(additional_buckets="more-logs 444455556666:logs-of-others", existing_log_bucket="old")
    template.has_resource_properties(
        "AWS::Events::Rule",
        {
            "EventPattern": {
                "source": ["aws.s3"],
                "detail-type": ["Object Created"],
                "detail": {"bucket": {"name": ["old", "more-logs"]}},
            },
            "Targets": [{"Arn": {"Fn::GetAtt": [assertions.Match.any_value(), "Arn"]}, "Id": "NewObjects"}],
        },
    )


def test_the_queue_subscribes_to_topics_where_they_are() -> None:
    found = template_of(notification_topic_arns=TOPICS).find_resources("AWS::SNS::Subscription").values()
    assert [each["Properties"]["TopicArn"] for each in found] == TOPICS.split()
    assert [each["Properties"]["Region"] for each in found] == ["eu-central-1", "eu-west-1"]
    for each in found:
        assert each["Properties"]["RawMessageDelivery"] is True
        assert each["Properties"]["Protocol"] == "sqs"
        assert any(name.startswith("QueuesNewObjectsPolicy") for name in each["DependsOn"])


def test_an_existing_bucket_is_not_touched() -> None:
    template = template_of(existing_log_bucket="old")
    names = [each["Properties"]["BucketName"] for each in template.find_resources("AWS::S3::Bucket").values()]
    assert all("-dead-letters" in str(name) for name in names)
    assert not any(
        kind.startswith("Custom::S3") for kind in (each["Type"] for each in template.to_json()["Resources"].values())
    )
