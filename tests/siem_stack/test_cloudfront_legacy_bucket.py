"""The one bucket with access lists."""

from typing import Any

import pytest
from aws_cdk import assertions

from siem_stack.settings import SettingsError
from tests.siem_stack.conftest import template_of
from tests.siem_stack.policies import stack_of


@pytest.fixture(scope="module")
def bucket() -> dict[str, Any]:
    template = template_of(cloudfront_legacy_bucket="true")
    (found,) = (each for name, each in template.find_resources("AWS::S3::Bucket").items() if name.startswith("Cloud"))
    return dict(found)


def test_it_has_access_lists_and_is_private(bucket: dict[str, Any]) -> None:
    properties = bucket["Properties"]
    assert properties["BucketName"]["Fn::Join"][1] == ["aes-siem-", {"Ref": "AWS::AccountId"}, "-cloudfront-legacy"]
    assert properties["OwnershipControls"] == {"Rules": [{"ObjectOwnership": "BucketOwnerPreferred"}]}
    assert set(properties["PublicAccessBlockConfiguration"].values()) == {True}
    assert properties["VersioningConfiguration"] == {"Status": "Enabled"}
    (rule,) = properties["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert rule["ServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}
    assert bucket["DeletionPolicy"] == "Retain"


def test_it_tells_the_same_queue(bucket: dict[str, Any]) -> None:
    (notification,) = bucket["Properties"]["NotificationConfiguration"]["QueueConfigurations"]
    assert notification["Event"] == "s3:ObjectCreated:*"
    assert notification["Queue"]["Fn::GetAtt"][0].startswith("QueuesNewObjects")
    assert any(name.startswith("QueuesNewObjectsPolicy") for name in bucket["DependsOn"])


def test_it_takes_tls_only() -> None:
    template = template_of(cloudfront_legacy_bucket="true")
    template.has_resource_properties(
        "AWS::S3::BucketPolicy",
        {
            "Bucket": {"Ref": assertions.Match.string_like_regexp("CloudFrontLegacyBucket")},
            "PolicyDocument": {
                "Statement": [
                    assertions.Match.object_like(
                        {"Effect": "Deny", "Condition": {"Bool": {"aws:SecureTransport": "false"}}}
                    ),
                    assertions.Match.object_like({"Effect": "Deny"}),
                ]
            },
        },
    )


def test_there_is_none_where_cloudfront_cannot_write() -> None:
    with pytest.raises(SettingsError, match=r"^siem:cloudfront_legacy_bucket: CloudFront cannot write .* ap-east-1"):
        stack_of("ap-east-1", cloudfront_legacy_bucket="true")


def test_the_template_names_it_as_a_source_of_logs() -> None:
    template = template_of(cloudfront_legacy_bucket="true").to_json()
    (name,) = template["Metadata"]["LogSources"]["cloudfront_legacy"]["Resources"]
    assert template["Resources"][name]["Type"] == "AWS::S3::Bucket"
