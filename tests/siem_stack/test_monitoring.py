"""Alarms, who is told, the dashboard, and what pauses the loader."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import assertions

from es_loader.metrics import METRICS, NAMESPACE, OTHERS
from siem_stack.settings import Settings, SettingsError, from_context

Template = assertions.Template

DOCS = Path(__file__).parents[2] / "docs" / "monitoring.md"
ALARMS = {
    "cluster-red",
    "dead-letter-queue",
    "dead-letters",
    "free-storage-exhausted",
    "free-storage-low",
    "free-storage-recovering",
    "loader-errors",
    "loader-pause-errors",
    "loader-throttles",
    "memory-pressure",
    "oldest-message",
    "writes-blocked",
}
SILENT = {"free-storage-recovering"}
"""It is no news: it only holds a resumption back."""


def _alarms(template: Template) -> dict[str, dict[str, Any]]:
    """Properties of the alarms by their names, without what all names begin with."""
    found = [each["Properties"] for each in template.find_resources("AWS::CloudWatch::Alarm").values()]
    return {re.sub("^(aes-siem|logs)-", "", each["AlarmName"]): each for each in found}


def _logical_id(template: Template, alarm: str) -> str:
    (name,) = template.find_resources("AWS::CloudWatch::Alarm", {"Properties": {"AlarmName": f"aes-siem-{alarm}"}})
    return str(name)


def _statements(template: Template) -> dict[str, dict[str, Any]]:
    (function,) = template.find_resources(
        "AWS::Lambda::Function", {"Properties": {"Handler": "loader_pause.handler.handler"}}
    ).values()
    role = template.find_resources("AWS::IAM::Role")[function["Properties"]["Role"]["Fn::GetAtt"][0]]["Properties"]
    (policy,) = role["Policies"]
    return {each["Sid"]: each for each in policy["PolicyDocument"]["Statement"]}


def test_there_is_an_alarm_for_everything_that_can_be_wrong(template: Template, other_template: Template) -> None:
    assert set(_alarms(template)) == ALARMS
    assert set(_alarms(other_template)) == ALARMS | {
        "silence-cloudtrail",
        "silence-vpcflowlogs",
        "undelivered-findings",
    }


def test_every_alarm_tells_the_topic_when_it_goes_off_and_when_it_is_over(other_template: Template) -> None:
    (topic,) = other_template.find_resources("AWS::SNS::Topic")
    for name, alarm in _alarms(other_template).items():
        told = [{"Ref": topic}]
        assert alarm.get("AlarmActions", []) == alarm.get("OKActions", []) == ([] if name in SILENT else told), name


def test_every_alarm_says_where_it_is_explained_and_is_explained_there(other_template: Template) -> None:
    headings = set(re.findall(r"^### (\S+)$", DOCS.read_text(), re.MULTILINE))
    for name, alarm in _alarms(other_template).items():
        assert alarm["AlarmDescription"].endswith(f"docs/monitoring.md#{name}")
        assert re.sub("^silence-.*", "silence", name) in headings, name


def test_every_metric_is_explained() -> None:
    explained = set(re.findall(r"^\| `(\w+)` \|", DOCS.read_text(), re.MULTILINE))
    assert {*(metric.name for metric in METRICS), *OTHERS} <= explained


@pytest.mark.parametrize(("name", "seconds"), [("template", 4 * 3600), ("other_template", 12 * 3600)])
def test_an_object_that_waits_too_long_raises_an_alarm(request: pytest.FixtureRequest, name: str, seconds: int) -> None:
    alarm = _alarms(request.getfixturevalue(name))["oldest-message"]
    assert (alarm["MetricName"], alarm["Threshold"]) == ("ApproximateAgeOfOldestMessage", seconds)


def test_a_log_type_that_falls_silent_raises_an_alarm(other_template: Template) -> None:
    alarm = _alarms(other_template)["silence-cloudtrail"]
    assert (alarm["Namespace"], alarm["MetricName"]) == (NAMESPACE, "Objects")
    assert alarm["Dimensions"] == [{"Name": "LogType", "Value": "cloudtrail"}]
    assert (alarm["Period"], alarm["EvaluationPeriods"], alarm["TreatMissingData"]) == (3600, 2, "breaching")
    assert (alarm["ComparisonOperator"], alarm["Threshold"]) == ("LessThanThreshold", 1)


def test_dead_letters_of_all_log_types_are_watched(template: Template) -> None:
    alarm = _alarms(template)["dead-letters"]
    assert (alarm["Namespace"], alarm["MetricName"]) == (NAMESPACE, "DeadLettered")
    assert "Dimensions" not in alarm


@pytest.mark.parametrize(("name", "volume"), [("template", 50), ("other_template", 100)])
def test_loading_stops_below_a_threshold_and_begins_above_a_higher_one(
    request: pytest.FixtureRequest, name: str, volume: int
) -> None:
    alarms = _alarms(request.getfixturevalue(name))
    thresholds = {
        key: alarms[f"free-storage-{key}"]["Threshold"] / 1024 / volume for key in ("exhausted", "low", "recovering")
    }
    assert thresholds == pytest.approx({"exhausted": 0.05, "recovering": 0.075, "low": 0.25})
    for key in thresholds:
        alarm = alarms[f"free-storage-{key}"]
        assert (alarm["MetricName"], alarm["Statistic"]) == ("FreeStorageSpace", "Minimum")
        assert alarm["TreatMissingData"] == "ignore", "no figures are no room"


def test_the_pause_is_called_when_its_alarms_change_and_from_time_to_time(template: Template) -> None:
    rules = [each["Properties"] for each in template.find_resources("AWS::Events::Rule").values()]
    (changed,) = (each["EventPattern"] for each in rules if "EventPattern" in each)
    names = ("writes-blocked", "free-storage-exhausted", "free-storage-recovering")
    assert changed == {
        "source": ["aws.cloudwatch"],
        "detail-type": ["CloudWatch Alarm State Change"],
        "resources": [{"Fn::GetAtt": [_logical_id(template, name), "Arn"]} for name in names],
    }
    assert [each["ScheduleExpression"] for each in rules if "ScheduleExpression" in each] == ["rate(15 minutes)"]


def test_the_pause_may_switch_one_trigger_and_look_at_its_alarms(template: Template) -> None:
    statements = _statements(template)
    assert {name: each["Action"] for name, each in statements.items()} == {
        "EncryptReports": ["kms:Decrypt", "kms:GenerateDataKey"],
        "LookAtAlarms": "cloudwatch:DescribeAlarms",
        "OwnLog": ["logs:CreateLogStream", "logs:PutLogEvents"],
        "Report": "sns:Publish",
        "SwitchTrigger": [
            "lambda:GetEventSourceMapping",
            "lambda:ListTags",
            "lambda:TagResource",
            "lambda:UntagResource",
            "lambda:UpdateEventSourceMapping",
        ],
    }
    assert all("*" not in json.dumps(each["Resource"]) for each in statements.values())
    (mapping,) = template.find_resources("AWS::Lambda::EventSourceMapping")
    assert mapping in json.dumps(statements["SwitchTrigger"]["Resource"])
    assert len(statements["LookAtAlarms"]["Resource"]) == 3


def test_the_topic_is_encrypted_and_takes_alarms_of_this_account_over_tls(template: Template) -> None:
    (topic,) = template.find_resources("AWS::SNS::Topic").values()
    assert "EncryptionKey" in json.dumps(topic["Properties"]["KmsMasterKeyId"])
    (policy,) = template.find_resources("AWS::SNS::TopicPolicy").values()
    allowed, denied = sorted(policy["Properties"]["PolicyDocument"]["Statement"], key=lambda each: each["Effect"])
    assert (allowed["Principal"], allowed["Action"]) == ({"Service": "cloudwatch.amazonaws.com"}, "sns:Publish")
    assert allowed["Condition"]["StringEquals"] == {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
    assert denied["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_alarms_may_use_the_key_of_the_topic(template: Template) -> None:
    (key,) = template.find_resources("AWS::KMS::Key").values()
    (statement,) = (each for each in key["Properties"]["KeyPolicy"]["Statement"] if each.get("Sid") == "AlarmsEncrypt")
    assert statement["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert statement["Action"] == ["kms:Decrypt", "kms:GenerateDataKey*"]
    assert statement["Condition"]["StringEquals"] == {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}


def test_an_address_is_told_if_there_is_one(template: Template, other_template: Template) -> None:
    assert template.find_resources("AWS::SNS::Subscription") == {}
    subscriptions = [each["Properties"] for each in other_template.find_resources("AWS::SNS::Subscription").values()]
    assert [each["Endpoint"] for each in subscriptions if each["Protocol"] == "email"] == ["soc@example.com"]


def test_the_dashboards_first_row_is_what_can_be_wrong(template: Template) -> None:
    (dashboard,) = template.find_resources("AWS::CloudWatch::Dashboard").values()
    assert dashboard["Properties"]["DashboardName"] == "aes-siem"
    parts = dashboard["Properties"]["DashboardBody"]["Fn::Join"][1]
    body = json.loads("".join(part if isinstance(part, str) else "token" for part in parts))
    first, *_ = widgets = body["widgets"]
    assert first["properties"]["title"] == "What is wrong"
    assert len(first["properties"]["alarms"]) == len(ALARMS)
    rows = sorted({widget["y"] for widget in widgets})
    assert len(rows) == 4
    assert all(sum(widget["width"] for widget in widgets if widget["y"] == row) == 24 for row in rows)
    (loaded,) = (each for each in widgets if each["properties"]["title"] == "Records loaded")
    (expression,) = loaded["properties"]["metrics"][0]
    assert expression["expression"] == "SEARCH('{SiemOnOpenSearch,LogType} MetricName=\"Loaded\"', 'Sum')"


@pytest.mark.parametrize("text", ["cloudtrail", "cloudtrail=0", "cloudtrail=169", "a=1 a=2", "a=1,b=2", "a = 1"])
def test_a_wrong_list_of_log_types_is_refused(text: str) -> None:
    with pytest.raises(SettingsError, match="siem:silence_alarms must be"):
        from_context({"siem:silence_alarms": text})


def test_log_types_are_watched_for_the_hours_of_the_setting() -> None:
    assert Settings(silence_alarms=" cloudtrail=2  my-log.x=168 ").silences() == {"cloudtrail": 2, "my-log.x": 168}


@pytest.mark.parametrize("address", ["soc", "a@b", "a b@example.com", "a@example.com,b@example.com"])
def test_a_wrong_address_is_refused(address: str) -> None:
    with pytest.raises(SettingsError, match="siem:alarm_email must be an e-mail address"):
        from_context({"siem:alarm_email": address})
