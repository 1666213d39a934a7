"""The key of the domain, and of logs whose service can name a key."""

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct


class EncryptionKey(kms.Key):
    """A customer managed key, which CloudTrail and GuardDuty of this account may encrypt with.

    Other services that write to the log bucket encrypt with the bucket's own keys, and need nothing here.
    """

    def __init__(self, scope: Construct, *, alias: str, removal_policy: cdk.RemovalPolicy) -> None:
        super().__init__(
            scope,
            "EncryptionKey",
            alias=alias,
            description="SIEM: OpenSearch domain, and logs of services that can name a key",
            enable_key_rotation=True,
            removal_policy=removal_policy,
        )
        for statement in _statements(cdk.Stack.of(self)):
            self.add_to_resource_policy(statement)


def _statements(stack: cdk.Stack) -> tuple[iam.PolicyStatement, ...]:
    """Return what the services ask for.

    https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-kms-key-policy-for-cloudtrail.html
    https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_exportfindings.html
    """
    trails = f"arn:{stack.partition}:cloudtrail:*:{stack.account}:trail/*"
    detectors = f"arn:{stack.partition}:guardduty:*:{stack.account}:detector/*"
    return (
        iam.PolicyStatement(
            sid="CloudTrailEncrypt",
            principals=[iam.ServicePrincipal("cloudtrail.amazonaws.com")],
            actions=["kms:GenerateDataKey*"],
            resources=["*"],  # in a key's policy: this key
            conditions={
                "StringLike": {"kms:EncryptionContext:aws:cloudtrail:arn": trails},
                "ArnLike": {"aws:SourceArn": trails},
            },
        ),
        iam.PolicyStatement(
            sid="CloudTrailDescribe",
            principals=[iam.ServicePrincipal("cloudtrail.amazonaws.com")],
            actions=["kms:DescribeKey"],
            resources=["*"],
            conditions={"ArnLike": {"aws:SourceArn": trails}},
        ),
        iam.PolicyStatement(
            sid="GuardDutyEncrypt",
            principals=[iam.ServicePrincipal("guardduty.amazonaws.com")],
            actions=["kms:GenerateDataKey"],
            resources=["*"],
            conditions={
                "StringEquals": {"aws:SourceAccount": stack.account},
                "ArnLike": {"aws:SourceArn": detectors},
            },
        ),
    )
