"""The rule that puts Security Hub's findings into their stream."""

import json
from typing import Any

import pytest
from aws_cdk import assertions

from siem_stack.log_sources.security_hub import RULE_NAME, STREAM_NAME
from siem_stack.log_sources.source import Where
from tests.siem_stack.log_sources.stacks import properties, templates_of
from tests.siem_stack.log_sources.streams import ACCOUNT, REGION, elsewhere, resources, rights, role

RULE_ARN = f"arn:aws:events:{REGION}:{ACCOUNT}:rule/aes-siem-securityhub-to-firehose"


@pytest.fixture(scope="module")
def template() -> assertions.Template:
    return elsewhere(Where.EACH_REGION, security_hub="asff")


@pytest.fixture(scope="module")
def rule(template: assertions.Template) -> dict[str, Any]:
    (found,) = resources(template, "AWS::Events::Rule").values()
    return dict(found["Properties"])


@pytest.mark.parametrize(
    ("setting", "kinds"),
    [
        ("asff", ["Security Hub Findings - Imported"]),
        ("ocsf", ["Findings Imported V2"]),
        ("both", ["Security Hub Findings - Imported", "Findings Imported V2"]),
    ],
)
def test_findings_of_the_chosen_kinds(setting: str, kinds: list[str]) -> None:
    (rule,) = resources(elsewhere(Where.EACH_REGION, security_hub=setting), "AWS::Events::Rule").values()
    assert rule["Properties"]["Name"] == RULE_NAME == "aes-siem-securityhub-to-firehose"
    assert rule["Properties"]["EventPattern"] == {"source": ["aws.securityhub"], "detail-type": kinds}


def test_they_go_into_the_stream_by_a_role_of_the_rule(template: assertions.Template, rule: dict[str, Any]) -> None:
    (target,) = rule["Targets"]
    assert STREAM_NAME == "aes-siem-firehose-securityhub"
    assert target["Arn"] == f"arn:aws:firehose:{REGION}:{ACCOUNT}:deliverystream/{STREAM_NAME}"
    found = role(template, target["RoleArn"])
    (trust,) = found["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": "events.amazonaws.com"}
    assert trust["Condition"] == {"ArnLike": {"aws:SourceArn": RULE_ARN}}
    right = rights(found)["PutRecords"]
    assert right["Action"] == ["firehose:PutRecord", "firehose:PutRecordBatch"]
    assert right["Resource"] == target["Arn"]


def test_the_rule_is_made_after_the_stream(template: assertions.Template, rule: dict[str, Any]) -> None:
    (stream,) = template.find_resources("AWS::KinesisFirehose::DeliveryStream")
    put_role = template.find_resources("AWS::IAM::Role")[rule["Targets"][0]["RoleArn"]["Fn::GetAtt"][0]]
    assert stream in put_role["DependsOn"]


def test_what_the_stream_does_not_take_is_kept(template: assertions.Template, rule: dict[str, Any]) -> None:
    queue = rule["Targets"][0]["DeadLetterConfig"]["Arn"]["Fn::GetAtt"][0]
    properties = resources(template, "AWS::SQS::Queue")[queue]["Properties"]
    assert properties == {"MessageRetentionPeriod": 1_209_600, "SqsManagedSseEnabled": True}
    (policy,) = resources(template, "AWS::SQS::QueuePolicy").values()
    (allowed,) = (each for each in policy["Properties"]["PolicyDocument"]["Statement"] if each["Effect"] == "Allow")
    assert allowed["Sid"] == "Undelivered"
    assert allowed["Principal"] == {"Service": "events.amazonaws.com"}
    assert allowed["Action"] == "sqs:SendMessage"
    assert allowed["Condition"] == {"ArnEquals": {"aws:SourceArn": RULE_ARN}}


def test_what_the_stream_does_not_take_raises_an_alarm_where_there_is_somebody_to_tell(
    template: assertions.Template,
) -> None:
    main = templates_of(security_hub="asff")["aes-siem"]
    (queue,) = (each for each in main.find_resources("AWS::SQS::Queue") if "SecurityHubDeadLetters" in each)
    alarms = {each["AlarmName"]: each for each in properties(main, "AWS::CloudWatch::Alarm")}
    alarm = alarms["aes-siem-undelivered-findings"]
    assert alarm["Dimensions"] == [{"Name": "QueueName", "Value": {"Fn::GetAtt": [queue, "QueueName"]}}]
    assert (alarm["MetricName"], alarm["Threshold"]) == ("ApproximateNumberOfMessagesVisible", 0)
    (dashboard,) = properties(main, "AWS::CloudWatch::Dashboard")
    assert "undeliveredfindings" in json.dumps(dashboard)
    assert not template.find_resources("AWS::CloudWatch::Alarm")
