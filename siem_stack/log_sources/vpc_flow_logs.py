"""VPC and Transit Gateway flow logs: one for each VPC, subnet, interface, gateway or attachment.

https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-s3.html
https://docs.aws.amazon.com/vpc/latest/tgw/flow-logs-s3.html
"""

from collections.abc import Iterable

from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from siem_stack.log_sources.source import Destination, LogSource, Where
from siem_stack.settings import Settings
from siem_stack.settings.flow_log_fields import GATEWAY_FIELDS, named_fields

TYPES = {
    "eni": "NetworkInterface",
    "subnet": "Subnet",
    "tgw": "TransitGateway",
    "tgw-attach": "TransitGatewayAttachment",
    "vpc": "VPC",
}
"""What an id begins with -> the type of resource."""

GATEWAYS = frozenset({"TransitGateway", "TransitGatewayAttachment"})
GATEWAY_INTERVAL = 60
"""Seconds; AWS takes no other."""


def build(scope: Construct, destination: Destination, settings: Settings) -> None:
    """Make a flow log for each id."""
    for resource_id in settings.vpc_flow_logs.split():
        destination.first(_flow_log(scope, resource_id, destination, settings))


def _flow_log(scope: Construct, resource_id: str, destination: Destination, settings: Settings) -> ec2.CfnFlowLog:
    kind = TYPES[resource_id.rpartition("-")[0]]
    gateway = kind in GATEWAYS
    return ec2.CfnFlowLog(
        scope,
        f"FlowLog-{resource_id}",
        destination_options={  # CDK puts these into the template as they are spelled here
            "FileFormat": settings.vpc_flow_logs_file_format,
            "HiveCompatiblePartitions": False,
            "PerHourPartition": settings.vpc_flow_logs_hourly,
        },
        log_destination=destination.bucket_arn,
        log_destination_type="s3",
        log_format=_format(GATEWAY_FIELDS if gateway else named_fields(settings.vpc_flow_logs_fields)),
        max_aggregation_interval=GATEWAY_INTERVAL if gateway else settings.vpc_flow_logs_interval,
        resource_id=resource_id,
        resource_type=kind,
        traffic_type=None if gateway else "ALL",
    )


def _format(fields: Iterable[str]) -> str:
    return " ".join(f"${{{field}}}" for field in fields)


SOURCE = LogSource(
    name="vpc_flow_logs",
    title="Amazon VPC Flow Logs",
    setting="vpc_flow_logs",
    log_types=("vpcflowlogs",),
    where=Where.RESOURCES,
    build=build,
)
