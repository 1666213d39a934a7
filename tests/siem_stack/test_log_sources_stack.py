"""Stacks of other regions."""

from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import assertions

from app import add_stacks
from siem_stack.checks import check
from siem_stack.log_sources.regions import RegionError
from siem_stack.settings import from_context
from tests.siem_stack.conftest import NO_BUNDLING
from tests.siem_stack.log_sources.stacks import properties, templates_of

DETECTOR = "12abc34d567e8fa901bc2d34e56789f0"
BUCKET = ["arn:", {"Ref": "AWS::Partition"}, ":s3:::aes-siem-", {"Ref": "AWS::AccountId"}, "-log"]
EXPORT = "AWS::GuardDuty::PublishingDestination"
REGIONS = {
    "us-east-1": "eu-west-1",
    "ap-northeast-1": "us-west-2",
    "us-gov-west-1": "us-gov-east-1",
    "cn-north-1": "cn-northwest-1",
}
"""Where the bucket is -> another region of the partition."""


@pytest.fixture(scope="module", params=REGIONS)
def templates(request: pytest.FixtureRequest) -> tuple[str, str, dict[str, assertions.Template]]:
    home, other = request.param, REGIONS[request.param]
    settings = {
        "guardduty": f"create {other}/{DETECTOR}",
        "resolver_query_logs": f"vpc-0a1b2c3d {other}/vpc-0123abcd",
        "vpc_flow_logs": f"{home}/vpc-0a1b2c3d {other}/tgw-0123abcd {other}/subnet-0123abcd",
    }
    return home, other, templates_of(home, log_regions=other, **settings)


def test_a_stack_for_each_region_that_is_named(templates: tuple[str, str, dict[str, assertions.Template]]) -> None:
    _, other, found = templates
    assert found.keys() == {"aes-siem", f"aes-siem-{other}"}


def test_each_resource_is_in_its_region(templates: tuple[str, str, dict[str, assertions.Template]]) -> None:
    _, other, found = templates
    main, elsewhere = found["aes-siem"], found[f"aes-siem-{other}"]
    assert [each["ResourceId"] for each in properties(main, "AWS::EC2::FlowLog")] == ["vpc-0a1b2c3d"]
    assert [each["ResourceId"] for each in properties(elsewhere, "AWS::EC2::FlowLog")] == [
        "tgw-0123abcd",
        "subnet-0123abcd",
    ]
    assert [each["DetectorId"] for each in properties(elsewhere, EXPORT)] == [DETECTOR]
    main.resource_count_is("AWS::GuardDuty::Detector", 1)
    elsewhere.resource_count_is("AWS::GuardDuty::Detector", 0)
    association = "AWS::Route53Resolver::ResolverQueryLoggingConfigAssociation"
    assert [each["ResourceId"] for each in properties(elsewhere, association)] == ["vpc-0123abcd"]


def test_all_of_it_goes_to_the_central_bucket_and_key(
    templates: tuple[str, str, dict[str, assertions.Template]],
) -> None:
    home, other, found = templates
    (export,) = properties(found[f"aes-siem-{other}"], EXPORT)
    assert export["DestinationProperties"]["DestinationArn"] == {"Fn::Join": ["", BUCKET]}
    assert export["DestinationProperties"]["KmsKeyArn"] == {
        "Fn::GetStackOutput": {"StackName": "aes-siem", "OutputName": "EncryptionKey", "Region": home}
    }


def test_it_needs_neither_assets_nor_a_bootstrapped_region(
    templates: tuple[str, str, dict[str, assertions.Template]],
) -> None:
    _, other, found = templates
    template = found[f"aes-siem-{other}"].to_json()
    assert "Parameters" not in template
    assert "Rules" not in template


def test_a_stack_in_us_east_1_for_cloudfront_has_nothing_else() -> None:
    found = templates_of("eu-west-1", cloudfront_standard="E1A2B3C4D5E6F7", guardduty="create")["aes-siem-us-east-1"]
    assert {each["Type"].split("::")[1] for each in found.to_json()["Resources"].values()} == {"Logs"}


def test_without_other_regions_there_is_one_stack() -> None:
    assert templates_of("us-east-1", log_regions="eu-west-1").keys() == {"aes-siem"}


def test_where_the_region_is_unknown_the_key_is_a_parameter() -> None:
    found = templates_of(None, guardduty="create", log_regions="eu-west-1")["aes-siem-eu-west-1"]
    assert found.find_parameters("EncryptionKey")
    (export,) = properties(found, EXPORT)
    assert export["DestinationProperties"]["KmsKeyArn"] == {"Ref": "EncryptionKey"}


def test_another_name_of_the_bucket() -> None:
    settings: dict[str, Any] = {"vpc_flow_logs": "eu-west-1/vpc-0a1b2c3d", "log_bucket_name": "central"}
    (found,) = properties(templates_of("us-east-1", **settings)["aes-siem-eu-west-1"], "AWS::EC2::FlowLog")
    assert found["LogDestination"] == {"Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, ":s3:::central"]]}


def test_it_is_deployed_after_the_stack_with_the_bucket() -> None:
    app = cdk.App(context=NO_BUNDLING)
    add_stacks(app, from_context({"siem:vpc_flow_logs": "eu-west-1/vpc-0a1b2c3d"}))
    other = app.node.find_child("SiemStack-eu-west-1")
    assert isinstance(other, cdk.Stack)
    assert [each.stack_name for each in other.dependencies] == ["aes-siem"]


def test_what_a_partition_does_not_have_is_refused() -> None:
    with pytest.raises(RegionError, match="siem:cloudfront_standard must be empty in cn-north-1"):
        templates_of("cn-north-1", cloudfront_standard="E1A2B3C4D5E6F7")


@pytest.mark.parametrize("region", [*REGIONS, None])
def test_no_rule_is_broken(app: cdk.App, region: str | None) -> None:
    settings = {
        "siem:guardduty": "create",
        "siem:log_regions": REGIONS.get(region or "us-east-1"),
        "siem:vpc_flow_logs": "vpc-0a1b2c3d",
    }
    add_stacks(app, from_context(settings), env=cdk.Environment(region=region))
    check(app)
    app.synth()
