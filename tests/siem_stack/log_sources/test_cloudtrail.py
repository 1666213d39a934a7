"""The trail."""

from typing import Any

import pytest
from aws_cdk import assertions

from siem_stack.log_sources.cloudtrail import TRAIL_NAME
from tests.siem_stack.conftest import template_of

KEY = "arn:aws:kms:eu-west-1:111122223333:key/0123abcd-0000-4000-8000-000000000002"


def trail(template: assertions.Template) -> dict[str, Any]:
    (found,) = template.find_resources("AWS::CloudTrail::Trail").values()
    return dict(found)


def selectors(template: assertions.Template) -> list[dict[str, Any]]:
    """The fields of each selector: what they equal or are not."""
    return [
        {field["Field"]: field.get("Equals") or field.get("NotEquals") or field["NotStartsWith"] for field in fields}
        for fields in (each["FieldSelectors"] for each in trail(template)["Properties"]["AdvancedEventSelectors"])
    ]


@pytest.fixture(scope="module")
def management() -> assertions.Template:
    return template_of(cloudtrail="management")


def test_a_trail_of_all_regions_with_our_bucket_and_key(management: assertions.Template) -> None:
    properties = trail(management)["Properties"]
    assert properties["TrailName"] == TRAIL_NAME
    assert properties["IsMultiRegionTrail"] is properties["IncludeGlobalServiceEvents"] is True
    assert properties["EnableLogFileValidation"] is True
    assert properties["KMSKeyId"]["Fn::GetAtt"][0] == "EncryptionKey1B843E66"
    assert properties["S3BucketName"] == {"Ref": "LogBucketCC3B17E8"}


def test_it_waits_for_the_policy_that_lets_it_write(management: assertions.Template) -> None:
    assert any(name.startswith("LogBucketPolicy") for name in trail(management)["DependsOn"])


def test_with_an_existing_bucket_and_key_there_is_nothing_to_wait_for() -> None:
    found = trail(template_of(cloudtrail="management", existing_log_bucket="old", existing_key_arn=KEY))
    assert "DependsOn" not in found
    assert (found["Properties"]["S3BucketName"], found["Properties"]["KMSKeyId"]) == ("old", KEY)


def test_management_events_alone(management: assertions.Template) -> None:
    assert selectors(management) == [{"eventCategory": ["Management"]}]
    assert "InsightSelectors" not in trail(management)["Properties"]


def test_what_is_left_out() -> None:
    template = template_of(cloudtrail="management without-kms without-rds-data")
    assert selectors(template) == [
        {"eventCategory": ["Management"], "eventSource": ["kms.amazonaws.com", "rdsdata.amazonaws.com"]}
    ]


def test_data_events_but_not_of_the_log_bucket_itself() -> None:
    s3, functions = selectors(template_of(cloudtrail="s3-data lambda-data"))
    assert s3["resources.type"] == ["AWS::S3::Object"]
    assert s3["resources.ARN"] == [{"Fn::Join": ["", [{"Fn::GetAtt": ["LogBucketCC3B17E8", "Arn"]}, "/"]]}]
    assert functions == {"eventCategory": ["Data"], "resources.type": ["AWS::Lambda::Function"]}


def test_insights() -> None:
    found = trail(template_of(cloudtrail="management insights"))["Properties"]["InsightSelectors"]
    assert found == [{"InsightType": "ApiCallRateInsight"}, {"InsightType": "ApiErrorRateInsight"}]
