"""AWS services -> the statements that let them write to the log bucket.

They have the identifiers and conditions of AWS's documentation: some services compare, and append their own if these
differ. Prefixes before `AWSLogs/` are the user's choice.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_iam as iam

FULL_CONTROL = {"s3:x-amz-acl": "bucket-owner-full-control"}
ACCOUNT_FOLDER = ("AWSLogs/{account}/*", "*/AWSLogs/{account}/*")
TRAIL_FOLDERS = (*ACCOUNT_FOLDER, "AWSLogs/o-*", "*/AWSLogs/o-*")
"""A trail of this account that is an organisation's writes below the organisation's id."""


@dataclass(frozen=True, slots=True)
class Grant:
    """What one service may do in the bucket.

    Attributes:
        sid: as AWS's documentation has it.
        service: the first part of its principal's name.
        actions: on `paths`, or on the bucket itself if there are none.
        paths: of objects.
        source: ARN of what writes, without partition; empty if the service does not say.
        equals: further conditions.
        own_account: whether the service says for which account it writes.
    """

    sid: str
    service: str
    actions: tuple[str, ...]
    paths: tuple[str, ...] = ()
    source: str = ""
    equals: Mapping[str, str] | None = None
    own_account: bool = False


_TRAILS = "cloudtrail:*:{account}:trail/*"
_DELIVERIES = "logs:*:{account}:*"
_DETECTORS = "guardduty:*:{account}:detector/*"

GRANTS = (
    # https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html
    Grant("AWSCloudTrailAclCheck20150319", "cloudtrail", ("s3:GetBucketAcl",), source=_TRAILS),
    Grant("AWSCloudTrailWrite20150319", "cloudtrail", ("s3:PutObject",), TRAIL_FOLDERS, _TRAILS, FULL_CONTROL),
    # VPC flow logs, Resolver query logs, CloudFront: https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-s3-permissions.html
    Grant(
        *("AWSLogDeliveryAclCheck", "delivery.logs", ("s3:GetBucketAcl", "s3:ListBucket")),
        source=_DELIVERIES,
        own_account=True,
    ),
    Grant(
        *("AWSLogDeliveryWrite", "delivery.logs", ("s3:PutObject",), ACCOUNT_FOLDER, _DELIVERIES, FULL_CONTROL),
        own_account=True,
    ),
    # https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
    Grant("AWSLoadBalancerWrite", "logdelivery.elasticloadbalancing", ("s3:PutObject",), ACCOUNT_FOLDER),
    # https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html
    Grant(
        *("S3ServerAccessLogsPolicy", "logging.s3", ("s3:PutObject",), ACCOUNT_FOLDER),
        source="s3:::*",
        own_account=True,
    ),
    # https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_exportfindings.html
    Grant("AllowGetBucketLocation", "guardduty", ("s3:GetBucketLocation",), source=_DETECTORS, own_account=True),
    Grant("AllowPutObject", "guardduty", ("s3:PutObject",), ("*",), _DETECTORS, own_account=True),
)


def statements(bucket_arn: str, stack: cdk.Stack) -> Iterator[iam.PolicyStatement]:
    """Yield the bucket's statements for services that write logs of this account."""
    for grant in GRANTS:
        yield iam.PolicyStatement(
            sid=grant.sid,
            principals=[iam.ServicePrincipal(f"{grant.service}.amazonaws.com")],
            actions=list(grant.actions),
            resources=[f"{bucket_arn}/{path.format(account=stack.account)}" for path in grant.paths] or [bucket_arn],
            conditions=_conditions(grant, stack),
        )


def _conditions(grant: Grant, stack: cdk.Stack) -> dict[str, Any]:
    equals = {**(grant.equals or {}), **({"aws:SourceAccount": stack.account} if grant.own_account else {})}
    source = {"aws:SourceArn": f"arn:{stack.partition}:{grant.source.format(account=stack.account)}"}
    return {**({"StringEquals": equals} if equals else {}), **({"ArnLike": source} if grant.source else {})}
