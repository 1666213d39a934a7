"""The stacks of two regions, what their services say, and the verdicts."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from es_loader.doctor.arrivals import Arrivals, Last, Trouble
from es_loader.doctor.calls import CannotLook
from es_loader.doctor.deployed import Deployed, Resource, Source, deployed
from es_loader.doctor.diagnosis import Diagnosis, Verdict, diagnoses
from tests.es_loader.doctor.aws import NOW, REGION, SINCE, Stubbed

TRAIL: dict[str, Any] = {
    "Metadata": {
        "LogSources": {
            "cloudtrail": {
                "Title": "AWS CloudTrail",
                "LogTypes": ["cloudtrail"],
                "Page": "docs/log-sources/cloudtrail.md",
                "Resources": ["Trail"],
            }
        }
    },
    "Resources": {"Trail": {"Type": "AWS::CloudTrail::Trail", "Properties": {"TrailName": "t"}}},
}
ACTIVE: dict[str, Any] = {
    "DeliveryStreamDescription": {
        "DeliveryStreamName": "s",
        "DeliveryStreamARN": "arn:aws:firehose:eu-west-1:111122223333:deliverystream/s",
        "DeliveryStreamStatus": "ACTIVE",
        "DeliveryStreamType": "DirectPut",
        "VersionId": "1",
        "HasMoreDestinations": False,
        "Destinations": [],
    }
}
PAGE = "docs/log-sources/cloudtrail.md"
T = round(NOW.timestamp() * 1000)


@pytest.fixture
def aws() -> Stubbed:
    return Stubbed()


def stack(aws: Stubbed, template: Mapping[str, Any], *, physical: str = "t") -> None:
    aws.answer("cloudformation", "get_template", {"TemplateBody": json.dumps(template)})
    resource = {
        "LogicalResourceId": "Trail",
        "PhysicalResourceId": physical,
        "ResourceType": "AWS::CloudTrail::Trail",
        "LastUpdatedTimestamp": NOW,
        "ResourceStatus": "CREATE_COMPLETE",
    }
    aws.answer("cloudformation", "list_stack_resources", {"StackResourceSummaries": [resource]})


def regions(aws: Stubbed, *names: str) -> None:
    aws.answer("ec2", "describe_regions", {"Regions": [{"RegionName": name} for name in names]})


def test_sources_of_both_regions_are_found(aws: Stubbed) -> None:
    stack(aws, TRAIL)
    regions(aws, "us-east-1")
    described = {"StackName": "aes-siem-us-east-1", "CreationTime": NOW, "StackStatus": "CREATE_COMPLETE"}
    aws.answer("cloudformation", "describe_stacks", {"Stacks": [described]}, {"StackName": "aes-siem-us-east-1"})
    stack(aws, TRAIL, physical="u")
    found = deployed(aws.aws, "aes-siem", {"LogBucket": "b"})
    assert [(one.resources[0].name, one.resources[0].region) for one in found.sources] == [
        ("t", REGION),
        ("u", "us-east-1"),
    ]
    assert found.names == {"t", "u", "b"}


@pytest.mark.parametrize(("code", "findings"), [("ValidationError", 0), ("AccessDenied", 1)])
def test_regions_without_a_stack_are_told_from_those_that_may_not_be_seen(
    aws: Stubbed, code: str, findings: int
) -> None:
    stack(aws, {"Resources": {}})
    regions(aws, "us-east-1")
    aws.refuse("cloudformation", "describe_stacks", code)
    found = deployed(aws.aws, "aes-siem", {})
    assert (found.sources, len(found.findings)) == ((), findings)


def test_a_region_whose_stack_may_not_be_read_is_named(aws: Stubbed) -> None:
    stack(aws, TRAIL)
    regions(aws, "us-east-1")
    described = {"StackName": "aes-siem-us-east-1", "CreationTime": NOW, "StackStatus": "CREATE_COMPLETE"}
    aws.answer("cloudformation", "describe_stacks", {"Stacks": [described]})
    aws.refuse("cloudformation", "get_template", "AccessDenied")
    found = deployed(aws.aws, "aes-siem", {})
    assert [one.text for one in found.findings] == ["us-east-1: cannot look: needs cloudformation:GetTemplate"]


def test_without_the_regions_names_this_one_is_looked_at(aws: Stubbed) -> None:
    stack(aws, TRAIL)
    aws.refuse("ec2", "describe_regions", "UnauthorizedOperation")
    found = deployed(aws.aws, "aes-siem", {})
    assert [one.name for one in found.sources] == ["cloudtrail"]
    assert [one.permission for one in found.findings] == ["ec2:DescribeRegions"]


def diagnose(aws: Stubbed, arrivals: Arrivals, *wanted: str, resource: Resource | None = None) -> list[Diagnosis]:
    there = (resource,) if resource else ()
    source = Source("cloudtrail", "AWS CloudTrail", ("cloudtrail",), PAGE, there)
    found = Deployed((source,), frozenset())
    return list(diagnoses(aws.aws, found, arrivals, since=SINCE, now=NOW, wanted=frozenset(wanted)))


def verdicts(aws: Stubbed, arrivals: Arrivals, *wanted: str) -> dict[str, Verdict]:
    return {one.name: one.verdict for one in diagnose(aws, arrivals, *wanted)}


@pytest.mark.parametrize(
    ("arrivals", "verdict"),
    [
        (Arrivals(), Verdict.SILENT),
        (Arrivals(blind=CannotLook("needs logs:FilterLogEvents")), Verdict.UNKNOWN),
        (Arrivals({"cloudtrail": Last(T)}), Verdict.DELIVERING),
        (Arrivals({"cloudtrail": Last(T)}, {"cloudtrail": Trouble(T - 1, "denied")}), Verdict.DELIVERING),
        (Arrivals({"cloudtrail": Last(T)}, {"cloudtrail": Trouble(T + 1, "denied")}), Verdict.FAILING),
        (Arrivals({"cloudtrail": Last(T)}, {"cloudtrail": Trouble(T + 1, "it does not exist")}), Verdict.DELIVERING),
        (Arrivals({}, {"cloudtrail": Trouble(T, "denied")}), Verdict.FAILING),
    ],
)
def test_verdicts(aws: Stubbed, arrivals: Arrivals, verdict: Verdict) -> None:
    assert verdicts(aws, arrivals) == {"cloudtrail": verdict}


def test_a_service_that_says_no_is_worse_than_anything(aws: Stubbed) -> None:
    aws.answer("cloudtrail", "get_trail_status", {"IsLogging": False})
    trail = Resource("AWS::CloudTrail::Trail", "t", region="us-east-1")
    (found,) = diagnose(aws, Arrivals({"cloudtrail": Last(T)}), resource=trail)
    assert found.verdict is Verdict.BROKEN
    assert found.findings[0].text == "us-east-1: the trail t does not log"
    assert found.findings[0].page == f"{PAGE}#when-nothing-comes"


def test_what_cloudformation_could_not_make_is_told(aws: Stubbed) -> None:
    trail = Resource("AWS::CloudTrail::Trail", "", "CREATE_FAILED", REGION)
    (found,) = diagnose(aws, Arrivals(), resource=trail)
    assert "CREATE_FAILED" in found.findings[0].text


def test_what_comes_by_hand_is_shown_too(aws: Stubbed) -> None:
    arrivals = Arrivals({"cloudtrail": Last(T), "waf": Last(T)}, {"guardduty": Trouble(T, "it does not exist")})
    assert verdicts(aws, arrivals) == {
        "cloudtrail": Verdict.DELIVERING,
        "guardduty": Verdict.QUIET,
        "waf": Verdict.DELIVERING,
    }


def test_a_users_own_log_type_is_told_by_the_stream_that_it_came_by(aws: Stubbed) -> None:
    aws.answer("firehose", "describe_delivery_stream", ACTIVE)
    aws.metrics([1], [1])
    stream = Resource("AWS::KinesisFirehose::DeliveryStream", "aes-siem-firelens-shop", region=REGION)
    arrivals = Arrivals(
        {"shop": Last(T, "AWSLogs/1/ECS/eu-west-1/shop/2030/01/02/03/aes-siem-firelens-shop-1-2030.gz")}
    )
    (found,) = diagnose(aws, arrivals, resource=stream)
    assert (found.verdict, found.log_types) == (Verdict.DELIVERING, ("cloudtrail", "shop"))


def test_what_is_meant_for_another_region_is_not_missed_here(aws: Stubbed) -> None:
    declared = {**TRAIL["Resources"]["Trail"], "Condition": "Elsewhere"}
    metadata = {"LogSources": {"cloudtrail": {**TRAIL["Metadata"]["LogSources"]["cloudtrail"], "Resources": ["Other"]}}}
    stack(aws, {"Metadata": metadata, "Resources": {"Other": declared}})
    regions(aws)
    assert deployed(aws.aws, "aes-siem", {}).sources == ()


def test_names_of_other_resources_are_resolved(aws: Stubbed) -> None:
    properties = {"LogGroupName": {"Ref": "Trail"}, "Other": {"Ref": "AWS::Region"}, "Text": "x"}
    declared = {**TRAIL["Resources"]["Trail"], "Properties": properties}
    stack(aws, {**TRAIL, "Resources": {"Trail": declared}})
    regions(aws)
    (found,) = deployed(aws.aws, "aes-siem", {}).sources
    assert found.resources[0].properties == {**properties, "LogGroupName": "t"}


def test_only_what_is_asked_for(aws: Stubbed) -> None:
    arrivals = Arrivals({"cloudtrail": Last(T), "waf": Last(T)})
    assert verdicts(aws, arrivals, "waf", "alb") == {"alb": Verdict.SILENT, "waf": Verdict.DELIVERING}
    assert verdicts(aws, arrivals, "cloudtrail") == {"cloudtrail": Verdict.DELIVERING}
