"""The bucket of what es-loader gave up for good; the alarm when something comes into it is in monitoring.py."""

import aws_cdk as cdk
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from siem_stack.checks import accept
from siem_stack.private_bucket import NONCURRENT_DAYS, PrivateBucket

WAITING = "waiting/*"
"""Where es-loader puts letters; what was replayed lies elsewhere in the bucket. See es_loader/dead_letters.py."""


class DeadLetterBucket(PrivateBucket):
    """A private, versioned bucket, encrypted with the stack's key.

    A letter holds a record of a log that may have been encrypted with that key, so reading it takes the same right. Old
    versions are kept for a while: a file that is written again, or that a replay removed, can be had back.
    """

    def __init__(
        self, scope: Construct, *, name: str, days: int, key: kms.IKey, removal_policy: cdk.RemovalPolicy
    ) -> None:
        letters = s3.LifecycleRule(
            id="letters",
            expiration=cdk.Duration.days(days),
            noncurrent_version_expiration=cdk.Duration.days(NONCURRENT_DAYS),
        )
        super().__init__(
            scope, "DeadLetterBucket", name=name, key=key, lifecycle=[letters], removal_policy=removal_policy
        )
        accept(self, "S1", "Letters are few, and es-loader writes a line for each file of them.")
