"""es-loader may read exactly the buckets, keys and queues of the settings."""

from typing import Any

import pytest
from aws_cdk import assertions

from siem_stack.stack import SiemStack
from tests.siem_stack.conftest import template_of
from tests.siem_stack.policies import ACCOUNT, BUCKET, of_loader, stack_of

KEY = "arn:aws:kms:eu-west-1:444455556666:key/0123abcd-0000-4000-8000-000000000001"
QUEUE = "arn:aws:sqs:eu-west-1:444455556666:new-logs"
SETTINGS = {
    "additional_buckets": "more-logs 444455556666:logs-of-others",
    "additional_key_arns": KEY,
    "cloudfront_legacy_bucket": "true",
    "notification_queue_arns": QUEUE,
}
BUCKETS = [
    BUCKET,
    f"arn:aws:s3:::aes-siem-{ACCOUNT}-cloudfront-legacy",
    "arn:aws:s3:::logs-of-others",
    "arn:aws:s3:::more-logs",
]


@pytest.fixture(scope="module")
def stack() -> SiemStack:
    return stack_of(**SETTINGS)


@pytest.fixture(scope="module")
def template() -> assertions.Template:
    return template_of(**SETTINGS)


def loader(template: assertions.Template) -> dict[str, Any]:
    (found,) = template.find_resources(
        "AWS::Lambda::Function", {"Properties": {"Handler": "es_loader.handler.handler"}}
    ).values()
    return dict(found["Properties"])


def test_exactly_these(stack: SiemStack) -> None:
    rights = of_loader(stack)
    assert sorted(rights["ReadLogs"]["Resource"]) == [f"{arn}/*" for arn in sorted(BUCKETS)]
    assert sorted(rights["TellMissingLogs"]["Resource"]) == sorted(BUCKETS)
    (own, other) = rights["DecryptLogs"]["Resource"]
    assert own.startswith("${EncryptionKey")
    assert other == KEY
    (own, other) = rights["TakeMessages"]["Resource"]
    assert own.startswith("${QueuesNewObjects")
    assert other == QUEUE
    assert rights["QueueTheRest"]["Resource"] == own


def test_its_own_reads_are_told_in_all_of_them(template: assertions.Template) -> None:
    names = str(loader(template)["Environment"]["Variables"]["LOG_BUCKET"])
    assert all(word in names for word in ("LogBucket", "CloudFrontLegacyBucket", " more-logs", " logs-of-others"))


def test_each_queue_has_its_trigger_and_all_are_paused_together(template: assertions.Template) -> None:
    mappings = template.find_resources("AWS::Lambda::EventSourceMapping")
    assert [each["Properties"]["EventSourceArn"] for each in mappings.values()][1] == QUEUE
    for each in mappings.values():
        assert each["Properties"]["BatchSize"] == 10
        assert each["Properties"]["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    (pause,) = template.find_resources(
        "AWS::Lambda::Function", {"Properties": {"Handler": "loader_pause.handler.handler"}}
    ).values()
    arns = str(pause["Properties"]["Environment"]["Variables"]["MAPPING_ARNS"])
    assert all(name in arns for name in mappings)
