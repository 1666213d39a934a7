"""The network of a domain that has no public address, and of the functions that speak to it.

https://docs.aws.amazon.com/opensearch-service/latest/developerguide/vpc.html
https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
"""

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from siem_stack.log_sources.source import Destination
from siem_stack.removal import removal_policy
from siem_stack.settings import Settings
from siem_stack.settings.network import CREATE
from siem_stack.vpc import Vpc

HTTPS = ec2.Port.tcp(443)
ENI_ACTIONS = (
    "ec2:AssignPrivateIpAddresses",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:UnassignPrivateIpAddresses",
)
"""What Lambda does with a function's role to bring it into a VPC; none of it can be bound to a resource in advance."""


class Network(Construct):
    """A VPC, made or yours, with security groups: into the domain come the functions and the settings' addresses.

    Attributes:
        subnets: ids, each of another zone.
        functions: the security group of the functions.
        domain: that of the domain; None if the domain is there already, and has its own.
    """

    def __init__(self, scope: Construct, *, destination: Destination, settings: Settings) -> None:
        super().__init__(scope, "Network")
        made = Vpc(self, destination=destination, settings=settings) if settings.vpc == CREATE else None
        self.subnets = made.subnets if made else settings.subnet_ids.split()
        vpc = ec2.Vpc.from_vpc_attributes(
            self, "Used", vpc_id=made.id if made else settings.vpc, availability_zones=["any"]
        )
        self.functions = ec2.SecurityGroup(
            self, "Functions", vpc=vpc, description="Functions that speak to the domain", allow_all_outbound=False
        )
        self.functions.add_egress_rule(ec2.Peer.any_ipv4(), HTTPS, "The domain, S3, SQS, Systems Manager")
        if made:
            made.let_in(self.functions)
        self.domain = None if settings.existing_domain_endpoint else self._of_the_domain(vpc, settings)

    def join(self, function: lambda_.CfnFunction) -> None:
        """Bring a function into the network, whose role has `rights`."""
        function.vpc_config = lambda_.CfnFunction.VpcConfigProperty(
            security_group_ids=[self.functions.security_group_id], subnet_ids=self.subnets
        )

    def _of_the_domain(self, vpc: ec2.IVpc, settings: Settings) -> ec2.SecurityGroup:
        group = ec2.SecurityGroup(self, "Domain", vpc=vpc, description="OpenSearch domain", allow_all_outbound=False)
        group.apply_removal_policy(removal_policy(settings))  # a domain that is kept is in it
        group.add_ingress_rule(self.functions, HTTPS, "Functions of the SIEM")
        for addresses in settings.client_cidrs.split():
            group.add_ingress_rule(ec2.Peer.ipv4(addresses), HTTPS, "siem:client_cidrs")
        return group


def rights(function_arn: str) -> list[iam.PolicyStatement]:
    """Return what a role needs for Lambda to bring its function into a VPC, and keep that from the function's code."""
    return [
        iam.PolicyStatement(sid="JoinNetwork", actions=list(ENI_ACTIONS), resources=["*"]),
        iam.PolicyStatement(
            sid="CodeStaysOutOfNetwork",
            effect=iam.Effect.DENY,
            actions=list(ENI_ACTIONS),
            resources=["*"],
            conditions={"ArnEquals": {"lambda:SourceFunctionArn": function_arn}},
        ),
    ]
