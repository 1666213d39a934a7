"""Logs of Linux instances: subscriptions, the agent's configuration, and that no record of an object is lost."""

import gzip
import json
from typing import Any

import pytest
from aws_cdk import assertions

from es_loader.pipeline import Loader
from siem_stack.log_sources.linux_logs import PARAMETER_NAME
from siem_stack.log_sources.source import Where
from tests.golden import builtin_config, load_bytes
from tests.siem_stack.log_sources.streams import (
    ACCOUNT,
    REGION,
    elsewhere,
    object_key,
    resources,
    rights,
    role,
    streams,
)

OS, SECURE = "aes-siem-firehose-linux-os", "aes-siem-firehose-linux-secure"


@pytest.fixture(scope="module")
def template() -> assertions.Template:
    return elsewhere(
        Where.EACH_REGION, linux_logs="/var/log/messages /fleet/syslog", linux_secure_logs="/var/log/secure"
    )


def subscriptions(template: assertions.Template) -> dict[str, dict[str, Any]]:
    found = resources(template, "AWS::Logs::SubscriptionFilter").values()
    return {each["Properties"]["LogGroupName"]: each for each in found}


def agent(template: assertions.Template) -> dict[str, str]:
    """The files that the agent reads, with their log groups."""
    (parameter,) = resources(template, "AWS::SSM::Parameter").values()
    assert parameter["Properties"]["Name"] == PARAMETER_NAME
    assert len(parameter["Properties"]["Value"]) <= 4096
    files = json.loads(parameter["Properties"]["Value"])["logs"]["logs_collected"]["files"]["collect_list"]
    assert {each["log_stream_name"] for each in files} == {"{instance_id}"}
    return {each["file_path"]: each["log_group_name"] for each in files}


def envelope(group: str, kind: str = "DATA_MESSAGE", *messages: str) -> bytes:
    """A record as CloudWatch Logs puts it into a stream: packed, without a line's end."""
    events = [
        {"id": f"{number:056}", "timestamp": 1_893_553_445_000 + number, "message": message}
        for number, message in enumerate(messages)
    ]
    return gzip.compress(
        json.dumps(
            {
                "messageType": kind,
                "owner": ACCOUNT,
                "logGroup": group,
                "logStream": "i-0123456789abcdef0",
                "subscriptionFilters": ["aes-siem"],
                "logEvents": events,
            }
        ).encode()
    )


def test_every_log_group_goes_to_the_stream_of_its_kind(template: assertions.Template) -> None:
    found = subscriptions(template)
    stream = f"arn:aws:firehose:{REGION}:{ACCOUNT}:deliverystream/"
    assert {name: each["Properties"]["DestinationArn"] for name, each in found.items()} == {
        "/var/log/messages": stream + OS,
        "/fleet/syslog": stream + OS,
        "/var/log/secure": stream + SECURE,
    }
    assert {each["Properties"]["FilterPattern"] for each in found.values()} == {""}


def test_the_role_is_for_cloudwatch_logs_of_this_account_and_that_stream(template: assertions.Template) -> None:
    properties = subscriptions(template)["/var/log/secure"]["Properties"]
    found = role(template, properties["RoleArn"])
    (trust,) = found["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": "logs.amazonaws.com"}
    assert trust["Condition"] == {"ArnLike": {"aws:SourceArn": f"arn:aws:logs:{REGION}:{ACCOUNT}:*"}}
    right = rights(found)["PutRecords"]
    assert right["Action"] == ["firehose:PutRecord", "firehose:PutRecordBatch"]
    assert right["Resource"] == properties["DestinationArn"]


def test_one_kind_alone() -> None:
    template = elsewhere(Where.EACH_REGION, linux_secure_logs="/var/log/secure")
    assert streams(template).keys() == {SECURE}
    assert agent(template) == {"/var/log/secure": "/var/log/secure", "/var/log/auth.log": "/var/log/secure"}


def test_the_agent_reads_what_any_distribution_has_into_the_first_log_group_of_each_kind(
    template: assertions.Template,
) -> None:
    assert agent(template) == {
        "/var/log/messages": "/var/log/messages",
        "/var/log/syslog": "/var/log/messages",
        "/var/log/secure": "/var/log/secure",
        "/var/log/auth.log": "/var/log/secure",
    }


def test_log_groups_are_made_where_that_is_wanted(template: assertions.Template) -> None:
    def groups(found: assertions.Template) -> set[str]:
        names = {each["Properties"]["LogGroupName"] for each in resources(found, "AWS::Logs::LogGroup").values()}
        return {name for name in names if not name.startswith("/aws/kinesisfirehose/")}

    made = elsewhere(Where.EACH_REGION, linux_logs="/var/log/messages", linux_make_log_groups="true")
    assert groups(template) == set()
    assert groups(made) == {"/var/log/messages"}
    (subscription,) = resources(made, "AWS::Logs::SubscriptionFilter").values()
    assert any("Group" in name for name in subscription["DependsOn"])


def test_a_log_group_cannot_be_of_both_kinds() -> None:
    with pytest.raises(ValueError, match="siem:linux_logs and siem:linux_secure_logs both have /var/log/all"):
        elsewhere(Where.EACH_REGION, linux_logs="/var/log/all /a", linux_secure_logs="/var/log/all")


def test_every_record_of_an_object_is_loaded_with_group_stream_and_owner(template: assertions.Template) -> None:
    """An object is what CloudWatch Logs put, one after another: gzip of several members."""
    lines = [
        f"Jan  2 03:04:0{number} web-1 sshd[7]: Invalid user oracle from 192.0.2.9 port 471{number}"
        for number in range(3)
    ]
    content = b"".join(
        [
            envelope(
                "/var/log/secure", "CONTROL_MESSAGE", "CWL CONTROL MESSAGE: Checking health of destination Firehose."
            ),
            envelope("/var/log/secure", "DATA_MESSAGE", *lines[:2]),
            envelope("/var/log/secure", "DATA_MESSAGE", lines[2]),
        ]
    )
    found, report = load_bytes(Loader(builtin_config()), content, object_key(streams(template)[SECURE]))
    assert [each["_source"]["source"]["port"] for each in found] == [4710, 4711, 4712]
    assert report.failures == 0
    for each in found:
        document = each["_source"]
        assert document["aws"]["cloudwatch"] == {
            "log_group": "/var/log/secure", "log_stream": "i-0123456789abcdef0", "subscription_filters": ["aes-siem"],
        }  # fmt: skip
        assert document["cloud"]["account"]["id"] == ACCOUNT
        assert document["cloud"]["region"] == REGION
        assert document["cloud"]["instance"]["id"] == "i-0123456789abcdef0"
        assert document["event"]["dataset"] == "system.auth"
