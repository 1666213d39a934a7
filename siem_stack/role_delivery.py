"""Roles of other accounts -> the statements that let them write to the log bucket, and encrypt with the key.

Those are Firehose's, which deliver what a service sends to a stream, and S3's, which replicate other buckets.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_iam as iam

from siem_stack.firehose_rights import FIND_BUCKET, USE_KEY, WRITE_OBJECTS, by_s3
from siem_stack.origins import Origin
from siem_stack.settings import Settings

STREAM_ROLES = ("aes-siem-*", "StackSet-aes-siem-*")
"""Names of the roles by which Firehose of other accounts may deliver."""

OWN_FOLDER = "AWSLogs/${aws:PrincipalAccount}/*"


def role_bucket_statements(
    bucket_arn: str, who: Iterable[Origin], settings: Settings, stack: cdk.Stack
) -> Iterator[iam.PolicyStatement]:
    """Yield the bucket's statements.

    https://docs.aws.amazon.com/firehose/latest/dev/controlling-access.html#cross-account-delivery-s3
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-walkthrough-2.html
    """
    for origin in _with_streams(who):
        yield iam.PolicyStatement(
            sid=f"FirehoseBucket{origin.name}",
            principals=_accounts(origin),
            actions=list(FIND_BUCKET),
            resources=[bucket_arn],
            conditions=_by_stream_roles(stack),
        )
        yield iam.PolicyStatement(
            sid=f"FirehoseObjects{origin.name}",
            principals=_accounts(origin),
            actions=list(WRITE_OBJECTS),
            resources=[f"{bucket_arn}/{OWN_FOLDER}"],
            conditions=_by_stream_roles(stack),
        )
    if roles := _replication_roles(settings):
        # Neither s3:ReplicateDelete nor s3:PutBucketVersioning: what deletes a log elsewhere must not hide it here.
        yield iam.PolicyStatement(
            sid="ReplicationBucket",
            principals=roles,
            actions=["s3:GetBucketVersioning", "s3:ListBucket"],
            resources=[bucket_arn],
        )
        yield iam.PolicyStatement(
            sid="ReplicationObjects",
            principals=roles,
            actions=["s3:ObjectOwnerOverrideToBucketOwner", "s3:ReplicateObject", "s3:ReplicateTags"],
            resources=[f"{bucket_arn}/*"],
        )


def role_key_statements(
    bucket_arn: str, who: Iterable[Origin], settings: Settings, stack: cdk.Stack
) -> Iterator[iam.PolicyStatement]:
    """Yield the key's statements: by way of S3, for the log bucket.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-config-for-kms-objects.html
    """
    for origin in _with_streams(who):
        yield iam.PolicyStatement(
            sid=f"FirehoseEncrypt{origin.name}",
            principals=_accounts(origin),
            actions=list(USE_KEY),
            resources=["*"],
            conditions={**_by_stream_roles(stack), "StringLike": by_s3(stack.region, bucket_arn, f"{bucket_arn}/*")},
        )
    if roles := _replication_roles(settings):
        yield iam.PolicyStatement(
            sid="ReplicationEncrypt",
            principals=roles,
            actions=["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"],
            resources=["*"],
            conditions={"StringLike": by_s3(stack.region, bucket_arn, f"{bucket_arn}/*")},
        )


def _with_streams(who: Iterable[Origin]) -> list[Origin]:
    return [origin for origin in who if origin.name and not origin.service]


def _by_stream_roles(stack: cdk.Stack) -> dict[str, Any]:
    return {"ArnLike": {"aws:PrincipalArn": [f"arn:{stack.partition}:iam::*:role/{name}" for name in STREAM_ROLES]}}


def _accounts(origin: Origin) -> list[iam.IPrincipal]:
    """Return the accounts whose roles it is for; a role says itself which organisation it is of."""
    if origin.by_organization:
        return [iam.OrganizationPrincipal(str(origin.said["aws:SourceOrgID"]))]
    return [iam.AccountPrincipal(account) for account in origin.accounts]


def _replication_roles(settings: Settings) -> list[iam.IPrincipal]:
    return [iam.ArnPrincipal(arn) for arn in settings.replication_role_arns.split()]
