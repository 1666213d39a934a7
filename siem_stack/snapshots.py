"""Snapshots of the indices in a bucket of the user's: the bucket, and the role with which the domain writes there.

The repository and the schedule are put into the domain by lambda/domain_setup/snapshots.py.
https://docs.aws.amazon.com/opensearch-service/latest/developerguide/managedomains-snapshots.html
"""

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from siem_stack.checks import accept
from siem_stack.removal import removal_policy
from siem_stack.search_domain.domain import SearchDomain, output
from siem_stack.settings import ACCOUNT, Settings

PATHS = ("_snapshot/siem", "_plugins/_sm/policies/siem")
"""What the setup reads and puts in the domain."""


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
    bucket = s3.Bucket(
        scope,
        "Bucket",
        bucket_key_enabled=True,
        bucket_name=settings.snapshot_bucket_name.replace(ACCOUNT, cdk.Stack.of(scope).account),
        block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
        blocked_encryption_types=[s3.BlockedEncryptionType.SSE_C],
        encryption=s3.BucketEncryption.KMS,
        encryption_key=key,
        enforce_ssl=True,
        lifecycle_rules=[
            s3.LifecycleRule(
                id="remains",
                abort_incomplete_multipart_upload_after=cdk.Duration.days(7),
                expired_object_delete_marker=True,
                noncurrent_version_expiration=cdk.Duration.days(7),
            )
        ],
        minimum_tls_version=1.2,
        object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
        removal_policy=removal_policy(settings),
        versioned=True,
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
    bucket_id = stack.get_logical_id(bucket.node.default_child)  # type: ignore[arg-type]  # a CfnBucket
    accept(role, f"IAM5[Resource::<{bucket_id}.Arn>/*]", "OpenSearch names the objects of a snapshot.")
    return role
