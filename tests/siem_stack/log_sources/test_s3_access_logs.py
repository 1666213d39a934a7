"""S3 server access logs of the stack's own buckets."""

from typing import Any

import pytest
from aws_cdk import assertions

from tests.siem_stack.conftest import template_of

ACCOUNT, REGION = {"Ref": "AWS::AccountId"}, {"Ref": "AWS::Region"}


@pytest.fixture(scope="module")
def template() -> assertions.Template:
    return template_of(s3_access_logs="true", cloudfront_legacy_bucket="true")


def buckets(template: assertions.Template) -> dict[str, Any]:
    """Each bucket's resource by what its name ends with."""
    found = template.find_resources("AWS::S3::Bucket").values()
    return {each["Properties"]["BucketName"]["Fn::Join"][1][-1]: each for each in found}


@pytest.mark.parametrize("name", ["dead-letters", "cloudfront-legacy"])
def test_a_bucket_logs_below_its_own_prefix(template: assertions.Template, name: str) -> None:
    bucket = buckets(template)[f"-{name}"]
    logging = bucket["Properties"]["LoggingConfiguration"]
    assert logging["DestinationBucketName"] == {"Ref": "LogBucketCC3B17E8"}
    parts = ["AWSLogs/", ACCOUNT, "/s3accesslog/", REGION, "/aes-siem-", ACCOUNT, f"-{name}/"]
    assert logging["LogFilePrefix"] == {"Fn::Join": ["", parts]}
    assert "AccessControl" not in bucket["Properties"]
    assert any(each.startswith("LogBucketPolicy") for each in bucket["DependsOn"])


def test_the_log_bucket_does_not_log_to_itself(template: assertions.Template) -> None:
    assert "LoggingConfiguration" not in buckets(template)["-log"]["Properties"]


def test_nothing_logs_without_the_setting() -> None:
    without = template_of(cloudfront_legacy_bucket="true")
    assert all("LoggingConfiguration" not in each["Properties"] for each in buckets(without).values())


def test_an_existing_log_bucket_is_written_to() -> None:
    template = template_of(s3_access_logs="true", existing_log_bucket="old")
    logging = buckets(template)["-dead-letters"]["Properties"]["LoggingConfiguration"]
    assert logging["DestinationBucketName"] == "old"
