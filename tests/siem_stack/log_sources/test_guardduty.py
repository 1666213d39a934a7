"""The export of findings."""

from typing import Any

import pytest
from aws_cdk import assertions

from siem_stack.settings import SettingsError, from_context
from tests.siem_stack.conftest import template_of
from tests.siem_stack.log_sources.stacks import properties, resources, waits_for_the_policy

DETECTOR = "12abc34d567e8fa901bc2d34e56789f0"
KIND = "AWS::GuardDuty::PublishingDestination"


@pytest.fixture(scope="module")
def created() -> assertions.Template:
    return template_of(guardduty="create")


def test_findings_go_to_our_bucket_encrypted_with_our_key(created: assertions.Template) -> None:
    (export,) = properties(created, KIND)
    assert export["DestinationType"] == "S3"
    assert export["DestinationProperties"] == {
        "DestinationArn": {"Fn::GetAtt": ["LogBucketCC3B17E8", "Arn"]},
        "KmsKeyArn": {"Fn::GetAtt": ["EncryptionKey1B843E66", "Arn"]},
    }


def test_a_detector_that_is_made(created: assertions.Template) -> None:
    (detector,) = properties(created, "AWS::GuardDuty::Detector")
    assert detector == {"Enable": True, "FindingPublishingFrequency": "FIFTEEN_MINUTES"}
    (export,) = properties(created, KIND)
    assert export["DetectorId"]["Fn::GetAtt"][1] == "Id"


@pytest.mark.parametrize(("policy", "expected"), [("retain", "RetainExceptOnCreate"), ("destroy", "Delete")])
def test_it_stays_with_its_findings_unless_all_is_to_go(policy: str, expected: str) -> None:
    (detector,) = resources(template_of(guardduty="create", removal_policy=policy), "AWS::GuardDuty::Detector")
    assert detector["DeletionPolicy"] == expected


def test_it_waits_for_the_policies_that_let_it_write(created: assertions.Template) -> None:
    (export,) = resources(created, KIND)
    assert waits_for_the_policy(export)
    assert all(map(waits_for_the_policy, resources(created, "AWS::GuardDuty::Detector")))
    assert "EncryptionKey1B843E66" in export["DependsOn"]


def test_a_detector_that_is_there() -> None:
    template = template_of(guardduty=DETECTOR)
    (export,) = properties(template, KIND)
    assert export["DetectorId"] == DETECTOR
    template.resource_count_is("AWS::GuardDuty::Detector", 0)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"guardduty": "yes"}, "siem:guardduty must be `create` or the id of a detector"),
        ({"guardduty": f"create {DETECTOR}"}, "siem:guardduty must have one word for each region"),
        (
            {"guardduty": DETECTOR, "log_regions": "eu-west-1"},
            f"siem:guardduty must name the region of detector {DETECTOR}, as `us-east-1/{DETECTOR}`",
        ),
    ],
)
def test_what_is_refused(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        from_context({f"siem:{name}": value for name, value in settings.items()})
