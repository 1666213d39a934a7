"""Snapshots of the indices in a bucket of the user's: the bucket, and the role with which the domain writes there.

The repository and the schedule are put into the domain by lambda/domain_setup/snapshots.py.
https://docs.aws.amazon.com/opensearch-service/latest/developerguide/managedomains-snapshots.html
"""

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from siem_stack.checks import accept, accept_wildcard
from siem_stack.private_bucket import PrivateBucket, remains
from siem_stack.removal import removal_policy
from siem_stack.search_domain.domain import SearchDomain, output
from siem_stack.settings import ACCOUNT, Settings

PATHS = ("_snapshot/siem", "_plugins/_sm/policies/siem")
"""What the setup reads and puts in the domain."""

NONCURRENT_DAYS = 7
"""How long what the schedule deleted can be had back."""


class Snapshots(Construct):
    """A bucket and a role.

    Attributes:
        properties: what the setup is told.
        statements: its further rights.
    """

    def __init__(self, scope: Construct, *, domain: SearchDomain, key: kms.IKey, settings: Settings) -> None:
        super().__init__(scope, "Snapshots")
        stack = cdk.Stack.of(self)
        bucket = _bucket(self, key, settings)
        role = _role(self, bucket, domain, key)
        self.properties = {
            "Bucket": bucket.bucket_name,
            "Days": str(settings.snapshot_days),
            "Region": stack.region,
            "Role": role.role_arn,
        }
        self.statements = [
            iam.PolicyStatement(sid="PassSnapshotRole", actions=["iam:PassRole"], resources=[role.role_arn]),
            iam.PolicyStatement(
                sid="SetUpSnapshots",
                actions=["es:ESHttpGet", "es:ESHttpPost", "es:ESHttpPut"],
                resources=[f"{domain.arn}/{path}" for path in PATHS],
            ),
        ]
        output(self, "SnapshotBucket", bucket.bucket_name, "Snapshots of the indices, every night")


def _bucket(scope: Construct, key: kms.IKey, settings: Settings) -> s3.Bucket:
    """Return a bucket whose objects stay until the schedule deletes their snapshot: later ones build on them."""
    bucket = PrivateBucket(
        scope,
        "Bucket",
        name=settings.snapshot_bucket_name.replace(ACCOUNT, cdk.Stack.of(scope).account),
        key=key,
        lifecycle=[remains(NONCURRENT_DAYS)],
        removal_policy=removal_policy(settings),
    )
    accept(bucket, "S1", "Only the domain reads and writes here; CloudTrail data events record it where wanted.")
    return bucket


def _role(scope: Construct, bucket: s3.Bucket, domain: SearchDomain, key: kms.IKey) -> iam.Role:
    stack = cdk.Stack.of(scope)
    role = iam.Role(
        scope,
        "Role",
        assumed_by=iam.PrincipalWithConditions(
            iam.ServicePrincipal("es.amazonaws.com"),
            {"ArnLike": {"aws:SourceArn": domain.arn}, "StringEquals": {"aws:SourceAccount": stack.account}},
        ),
        inline_policies={
            "Rights": iam.PolicyDocument(
                statements=[
                    iam.PolicyStatement(sid="List", actions=["s3:ListBucket"], resources=[bucket.bucket_arn]),
                    iam.PolicyStatement(
                        sid="KeepSnapshots",
                        actions=["s3:DeleteObject", "s3:GetObject", "s3:PutObject"],
                        resources=[bucket.arn_for_objects("*")],
                    ),
                    iam.PolicyStatement(
                        sid="Encrypt", actions=["kms:Decrypt", "kms:GenerateDataKey"], resources=[key.key_arn]
                    ),
                ]
            )
        },
    )
    accept_wildcard(role, bucket.arn_for_objects("*"), "OpenSearch names the objects of a snapshot.")
    return role
