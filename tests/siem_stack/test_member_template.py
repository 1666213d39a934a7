"""The template for other accounts."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import assertions

from siem_stack.checks import check
from siem_stack.member_template import MemberStack
from siem_stack.settings import PREFIX, from_context
from tests.siem_stack.log_sources.stacks import resources

ROOT = Path(__file__).parents[2]
DETECTOR = "12abc34d567e8fa901bc2d34e56789f0"


def template_of(**settings: str) -> assertions.Template:
    chosen = from_context({PREFIX + name: value for name, value in settings.items()})
    return assertions.Template.from_stack(MemberStack(cdk.App(), chosen))


def conditions(template: assertions.Template, kind: str) -> list[Any]:
    """What has to hold for each resource of a type, all references followed."""
    declared = template.to_json()["Conditions"]

    def resolved(value: Any) -> Any:
        if isinstance(value, dict):
            return (
                resolved(declared[value["Condition"]])
                if value.keys() == {"Condition"}
                else {k: resolved(v) for k, v in value.items()}
            )
        return [resolved(each) for each in value] if isinstance(value, list) else value

    return [resolved({"Condition": each["Condition"]}) for each in resources(template, kind)]


def is_in(region: Any) -> dict[str, Any]:
    return {"Fn::Equals": [{"Ref": "AWS::Region"}, region]}


def is_on(name: str) -> dict[str, Any]:
    return {"Fn::Equals": [{"Ref": name}, "on"]}


HOME = {"Ref": "HomeRegion"}


@pytest.fixture(scope="module")
def template() -> assertions.Template:
    return template_of(
        cloudfront_standard="E1A2B3C4D5E6F7",
        cloudtrail="management",
        guardduty=f"create eu-west-1/{DETECTOR}",
        vpc_flow_logs="vpc-0a1b2c3d eu-west-1/vpc-0123abcd",
    )


def test_its_parameters(template: assertions.Template) -> None:
    found = template.find_parameters("*")
    assert found.keys() == {
        *("LogBucket", "EncryptionKey", "HomeRegion"),
        *("CloudfrontStandard", "Cloudtrail", "Guardduty", "VpcFlowLogs"),
    }
    assert found["Guardduty"]["AllowedValues"] == ["on", "off"]
    assert found["HomeRegion"]["Default"] == "us-east-1"


def test_what_an_account_has_once_is_in_its_home_region(template: assertions.Template) -> None:
    assert conditions(template, "AWS::CloudTrail::Trail") == [{"Fn::And": [is_in(HOME), is_on("Cloudtrail")]}]


def test_what_us_east_1_has_is_there(template: assertions.Template) -> None:
    found = conditions(template, "AWS::Logs::Delivery")
    assert found == [{"Fn::And": [is_in("us-east-1"), is_on("CloudfrontStandard")]}]


def test_what_each_region_has_is_everywhere_but_where_it_is_said_otherwise(template: assertions.Template) -> None:
    named = {"Fn::And": [is_in("eu-west-1"), is_on("Guardduty")]}
    others = {"Fn::And": [{"Fn::Not": [is_in("eu-west-1")]}, is_on("Guardduty")]}
    assert conditions(template, "AWS::GuardDuty::Detector") == [others]
    exports = conditions(template, "AWS::GuardDuty::PublishingDestination")
    assert len(exports) == 2
    assert named in exports
    assert others in exports


def test_resources_are_in_their_regions(template: assertions.Template) -> None:
    found = dict(
        zip(
            (each["Properties"]["ResourceId"] for each in resources(template, "AWS::EC2::FlowLog")),
            conditions(template, "AWS::EC2::FlowLog"),
            strict=True,
        )
    )
    assert found == {
        "vpc-0a1b2c3d": {"Fn::And": [is_in(HOME), is_on("VpcFlowLogs")]},
        "vpc-0123abcd": {"Fn::And": [is_in("eu-west-1"), is_on("VpcFlowLogs")]},
    }


def test_a_source_of_all_regions_asks_for_its_switch_alone() -> None:
    assert conditions(template_of(guardduty="create"), "AWS::GuardDuty::Detector") == [is_on("Guardduty")]


def test_all_of_it_goes_to_the_bucket_and_key_of_the_parameters(template: assertions.Template) -> None:
    template.has_resource_properties(
        "AWS::GuardDuty::PublishingDestination",
        {
            "DestinationProperties": {
                "DestinationArn": {
                    "Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, ":s3:::", {"Ref": "LogBucket"}]]
                },
                "KmsKeyArn": {"Ref": "EncryptionKey"},
            }
        },
    )


def test_it_has_neither_assets_nor_lookups(template: assertions.Template) -> None:
    text = json.dumps(template.to_json())
    assert "cdk-bootstrap" not in text
    assert "cdk-hnb659fds" not in text
    assert "Transform" not in template.to_json()


def test_no_rule_is_broken(app: cdk.App) -> None:
    MemberStack(app, from_context({"siem:guardduty": "create", "siem:cloudtrail": "management"}))
    check(app)
    app.synth()


def run(context: dict[str, Any], folder: Path) -> "subprocess.CompletedProcess[str]":
    env = {**os.environ, "CDK_CONTEXT_JSON": json.dumps(context), "CDK_OUTDIR": str(folder)}
    command = [sys.executable, "-m", "siem_stack.member_template"]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)


def test_the_command_writes_it(tmp_path: Path) -> None:
    done = run({"siem:guardduty": "create"}, tmp_path)
    assert done.returncode == 0, done.stderr
    assert "AWS::GuardDuty::Detector" in (tmp_path / "SiemMember.template.json").read_text()


@pytest.mark.parametrize(
    ("context", "message"),
    [({}, "no log source is switched on"), ({"siem:guardduty": "yes"}, "siem:guardduty must be `create`")],
)
def test_it_says_what_is_wrong(context: dict[str, Any], message: str, tmp_path: Path) -> None:
    done = run(context, tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith(message)
