"""Flow logs."""

from typing import Any

import pytest

from siem_stack.settings import SettingsError, from_context
from siem_stack.settings.flow_log_fields import GATEWAY_FIELDS, SETS
from tests.siem_stack.conftest import template_of
from tests.siem_stack.log_sources.stacks import properties, resources, waits_for_the_policy

KIND = "AWS::EC2::FlowLog"
VPC = "vpc-0a1b2c3d4e5f60718"


def flow_log(**settings: str) -> dict[str, Any]:
    (found,) = properties(template_of(**settings), KIND)
    return found


def test_a_flow_log_into_our_bucket() -> None:
    found = flow_log(vpc_flow_logs=VPC)
    assert found["LogDestination"] == {"Fn::GetAtt": ["LogBucketCC3B17E8", "Arn"]}
    assert found["LogDestinationType"] == "s3"
    assert (found["ResourceType"], found["ResourceId"], found["TrafficType"]) == ("VPC", VPC, "ALL")
    assert found["MaxAggregationInterval"] == 600


def test_options_of_the_destination_are_spelled_as_cloudformation_takes_them() -> None:
    options = flow_log(vpc_flow_logs=VPC, vpc_flow_logs_hourly="true", vpc_flow_logs_file_format="parquet")
    assert options["DestinationOptions"] == {
        "FileFormat": "parquet",
        "HiveCompatiblePartitions": False,
        "PerHourPartition": True,
    }


def test_it_waits_for_the_policy_that_lets_it_write() -> None:
    assert all(map(waits_for_the_policy, resources(template_of(vpc_flow_logs=VPC), KIND)))


@pytest.mark.parametrize(
    ("resource_id", "kind", "interval"),
    [
        ("subnet-0a1b2c3d4e5f60718", "Subnet", 600),
        ("eni-0a1b2c3d", "NetworkInterface", 600),
        ("tgw-0a1b2c3d4e5f60718", "TransitGateway", 60),
        ("tgw-attach-0a1b2c3d4e5f60718", "TransitGatewayAttachment", 60),
    ],
)
def test_types_of_resources(resource_id: str, kind: str, interval: int) -> None:
    found = flow_log(vpc_flow_logs=resource_id)
    assert (found["ResourceType"], found["MaxAggregationInterval"]) == (kind, interval)


def test_a_transit_gateway_has_its_own_fields_and_no_type_of_traffic() -> None:
    found = flow_log(vpc_flow_logs="tgw-0a1b2c3d4e5f60718", vpc_flow_logs_fields="v2")
    assert found["LogFormat"] == " ".join(f"${{{field}}}" for field in GATEWAY_FIELDS)
    assert "TrafficType" not in found


@pytest.mark.parametrize(
    ("words", "fields"),
    [
        ("", SETS["v5"]),
        ("v2 vpc-id srcaddr", (*SETS["v2"], "vpc-id")),
        ("all", SETS["all"]),
        ("srcaddr dstaddr", ("srcaddr", "dstaddr")),
    ],
)
def test_fields(words: str, fields: tuple[str, ...]) -> None:
    found = flow_log(vpc_flow_logs=VPC, vpc_flow_logs_fields=words)
    assert found["LogFormat"] == " ".join(f"${{{field}}}" for field in fields)


def test_sets_of_fields_are_those_of_the_documentation() -> None:
    assert " ".join(SETS["v2"]) == (
        "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status"
    )
    assert len(SETS["v5"]) == 29
    assert {"reject-reason", "ecs-task-id", "encryption-status"} <= set(SETS["all"])
    assert not {"instance-tag", "asg-tag"} & set(SETS["all"])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("vpc_flow_logs", "i-0a1b2c3d"),
        ("vpc_flow_logs", "vpc-0A1B2C3D"),
        ("vpc_flow_logs", "eu-west/vpc-0a1b2c3d"),
        ("vpc_flow_logs_fields", "srcadr"),
        ("vpc_flow_logs_fields", "${srcaddr}"),
        ("vpc_flow_logs_interval", "120"),
        ("vpc_flow_logs_file_format", "csv"),
    ],
)
def test_what_is_refused(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"siem:{name} must be"):
        from_context({f"siem:{name}": value})
