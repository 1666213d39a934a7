"""Firewalls that log: which, what, and where to."""

from typing import Any

import pytest
from aws_cdk import assertions

from siem_stack.log_sources.source import Where
from siem_stack.settings import SettingsError
from tests.siem_stack.conftest import FIREWALL, template_of
from tests.siem_stack.log_sources.streams import BUCKET, elsewhere

ANOTHER = FIREWALL.replace("eu-west-1", "us-east-1")


def loggings(template: assertions.Template) -> dict[str, dict[str, Any]]:
    """The logging configurations by the ARN of their firewall."""
    found = template.find_resources("AWS::NetworkFirewall::LoggingConfiguration").values()
    return {each["Properties"]["FirewallArn"]: dict(each) for each in found}


def logs(logging: dict[str, Any]) -> list[tuple[str, str, Any]]:
    """Kind, type of destination, and bucket of each log."""
    return [
        (each["LogType"], each["LogDestinationType"], each["LogDestination"]["bucketName"])
        for each in logging["Properties"]["LoggingConfiguration"]["LogDestinationConfigs"]
    ]


def test_alerts_and_flows_go_to_the_log_bucket_when_its_policy_is_there() -> None:
    (logging,) = loggings(template_of(network_firewall=FIREWALL)).values()
    bucket = {"Ref": "LogBucketCC3B17E8"}
    assert logs(logging) == [("ALERT", "S3", bucket), ("FLOW", "S3", bucket)]
    assert any(name.startswith("LogBucketPolicy") for name in logging["DependsOn"])


def test_other_logs() -> None:
    (logging,) = loggings(template_of(network_firewall=FIREWALL, network_firewall_logs="tls")).values()
    assert [kind for kind, _, _ in logs(logging)] == ["TLS"]


def test_cloudformation_decides_where_the_region_is_not_known() -> None:
    template = elsewhere(Where.EACH_REGION, None, network_firewall=f"{FIREWALL} {ANOTHER}")
    conditions = template.to_json()["Conditions"]
    for arn, logging in loggings(template).items():
        region, account = conditions[logging["Condition"]]["Fn::And"]
        assert region == {"Fn::Equals": [{"Ref": "AWS::Region"}, arn.split(":")[3]]}
        assert account == {"Fn::Equals": [{"Ref": "AWS::AccountId"}, "111122223333"]}


def test_a_region_has_its_own_firewalls() -> None:
    found = loggings(elsewhere(Where.EACH_REGION, "us-east-1", network_firewall=f"{FIREWALL} {ANOTHER}"))
    assert {arn: {bucket for _, _, bucket in logs(each)} for arn, each in found.items()} == {ANOTHER: {BUCKET}}


def test_a_firewall_has_to_log_something() -> None:
    with pytest.raises(SettingsError, match="siem:network_firewall_logs"):
        template_of(network_firewall=FIREWALL, network_firewall_logs="")


def test_what_is_no_firewall_is_refused() -> None:
    with pytest.raises(SettingsError, match="ARNs of firewalls"):
        template_of(network_firewall="egress")
