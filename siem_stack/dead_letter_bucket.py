"""The bucket of what es-loader gave up for good; the alarm when something comes into it is in monitoring.py."""

import aws_cdk as cdk
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from siem_stack.checks import accept

WAITING = "waiting/*"
"""Where es-loader puts letters; what was replayed lies elsewhere in the bucket. See es_loader/dead_letters.py."""


class DeadLetterBucket(s3.Bucket):
    """A private, versioned bucket, encrypted with the stack's key.

    A letter holds a record of a log that may have been encrypted with that key, so reading it takes the same right. Old
    versions are kept for a while: a file that is written again, or that a replay removed, can be had back.
    """

    def __init__(
        self, scope: Construct, *, name: str, days: int, key: kms.IKey, removal_policy: cdk.RemovalPolicy
    ) -> None:
        super().__init__(
            scope,
            "DeadLetterBucket",
            bucket_key_enabled=True,
            bucket_name=name,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            blocked_encryption_types=[s3.BlockedEncryptionType.SSE_C],
            encryption=s3.BucketEncryption.KMS,
            encryption_key=key,
            enforce_ssl=True,
            lifecycle_rules=[
                s3.LifecycleRule(
                    id="letters",
                    expiration=cdk.Duration.days(days),
                    noncurrent_version_expiration=cdk.Duration.days(30),
                )
            ],
            minimum_tls_version=1.2,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            removal_policy=removal_policy,
            versioned=True,
        )
        accept(self, "S1", "Letters are few, and es-loader writes a line for each file of them.")
