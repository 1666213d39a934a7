"""What all buckets of the stack are: private, versioned, encrypted, TLS only, and kept if the settings say so."""

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

NONCURRENT_DAYS = 30
"""How long an object can be had back that was written again or deleted."""


def remains(noncurrent_days: int = NONCURRENT_DAYS) -> s3.LifecycleRule:
    """Return the rule that clears away what is left of objects that are gone or were never whole."""
    return s3.LifecycleRule(
        id="remains",
        abort_incomplete_multipart_upload_after=cdk.Duration.days(7),
        expired_object_delete_marker=True,
        noncurrent_version_expiration=cdk.Duration.days(noncurrent_days),
    )


class PrivateBucket(s3.Bucket):
    """A bucket for the stack alone, and for whom its policy names.

    Args:
        scope: the construct that it belongs to.
        construct_id: its id there.
        name: of the bucket.
        key: that it encrypts with; None for S3's own keys.
        lifecycle: what becomes of old objects and versions.
        ownership: whether there are access lists.
        removal_policy: of the bucket.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        key: kms.IKey | None = None,
        lifecycle: Sequence[s3.LifecycleRule] = (),
        ownership: s3.ObjectOwnership = s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
        removal_policy: cdk.RemovalPolicy,
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            bucket_key_enabled=True if key else None,
            bucket_name=name,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            blocked_encryption_types=[s3.BlockedEncryptionType.SSE_C],  # nobody here could read it
            encryption=s3.BucketEncryption.KMS if key else s3.BucketEncryption.S3_MANAGED,
            encryption_key=key,
            enforce_ssl=True,
            lifecycle_rules=list(lifecycle) or [remains()],
            minimum_tls_version=1.2,
            object_ownership=ownership,
            removal_policy=removal_policy,
            versioned=True,
        )
