"""A VPC without a way to the internet: private subnets, and endpoints of the services that the functions call.

In its resources' own properties, since CDK's Vpc knows two zones only where the region is not known.
"""

import ipaddress

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from siem_stack.log_sources.source import Destination
from siem_stack.removal import removal_policy
from siem_stack.settings import Settings

SERVICES = ("sqs", "ssm")
"""That es-loader calls, besides S3 and the domain: to queue the rest of an object, and to read exclusions."""

NAMED_OTHERWISE_IN_CHINA = frozenset({"sqs"})
"""Services whose endpoints are cn.com.amazonaws.<region>.<service> there."""

SPARE_BITS = 2
"""The addresses are divided by four, for up to three zones."""


class Vpc(Construct):
    """A private subnet for each of the domain's zones, and a flow log in the log bucket.

    Attributes:
        id: of the VPC.
        subnets: ids.
    """

    def __init__(self, scope: Construct, *, destination: Destination, settings: Settings) -> None:
        super().__init__(scope, "Vpc")
        vpc = ec2.CfnVPC(
            self,
            "Vpc",
            cidr_block=settings.vpc_cidr,
            enable_dns_hostnames=True,
            enable_dns_support=True,
            tags=_name(self),
        )
        self._removal = removal_policy(settings)  # a domain that is kept is in it
        vpc.apply_removal_policy(self._removal)
        self.id = vpc.ref
        routes = ec2.CfnRouteTable(self, "Routes", vpc_id=self.id)
        ranges = ipaddress.IPv4Network(settings.vpc_cidr).subnets(SPARE_BITS)
        self.subnets = [
            self._subnet(zone, str(addresses), routes)
            for zone, addresses in zip(range(settings.size().zones), ranges, strict=False)
        ]
        self._endpoint("s3", "Gateway", route_table_ids=[routes.ref])
        self._group = ec2.SecurityGroup(
            self,
            "Endpoints",
            vpc=ec2.Vpc.from_vpc_attributes(self, "Self", vpc_id=self.id, availability_zones=["any"]),
            description="Endpoints of AWS services",
            allow_all_outbound=False,
        )
        for service in SERVICES:
            self._endpoint(
                service,
                "Interface",
                private_dns_enabled=True,
                security_group_ids=[self._group.security_group_id],
                subnet_ids=self.subnets,
            )
        destination.first(
            ec2.CfnFlowLog(
                self,
                "FlowLog",
                log_destination=destination.bucket_arn,
                log_destination_type="s3",
                resource_id=self.id,
                resource_type="VPC",
                traffic_type="ALL",
            )
        )

    def let_in(self, functions: ec2.ISecurityGroup) -> None:
        """Let functions use the endpoints."""
        self._group.add_ingress_rule(functions, ec2.Port.tcp(443), "Functions of the SIEM")

    def _subnet(self, zone: int, addresses: str, routes: ec2.CfnRouteTable) -> str:
        subnet = ec2.CfnSubnet(
            self,
            f"Subnet{zone + 1}",
            availability_zone=cdk.Fn.select(zone, cdk.Fn.get_azs()),
            cidr_block=addresses,
            map_public_ip_on_launch=False,
            tags=_name(self),
            vpc_id=self.id,
        )
        subnet.apply_removal_policy(self._removal)
        ec2.CfnSubnetRouteTableAssociation(self, f"Routes{zone + 1}", route_table_id=routes.ref, subnet_id=subnet.ref)
        return subnet.ref

    def _endpoint(self, service: str, kind: str, **properties: object) -> None:
        ec2.CfnVPCEndpoint(
            self,
            f"To-{service}",
            service_name=f"{self._prefix(service)}.{cdk.Stack.of(self).region}.{service}",
            vpc_endpoint_type=kind,
            vpc_id=self.id,
            **properties,  # type: ignore[arg-type]  # named by the callers above
        )

    def _prefix(self, service: str) -> str:
        """Return what an endpoint's name begins with; the partition is known at deployment only."""
        if service not in NAMED_OTHERWISE_IN_CHINA:
            return "com.amazonaws"
        china = cdk.CfnCondition(self, "InChina", expression=cdk.Fn.condition_equals(cdk.Aws.PARTITION, "aws-cn"))
        return cdk.Token.as_string(cdk.Fn.condition_if(china.logical_id, "cn.com.amazonaws", "com.amazonaws"))


def _name(scope: Construct) -> list[cdk.CfnTag]:
    return [cdk.CfnTag(key="Name", value=cdk.Stack.of(scope).stack_name)]
