"""The bucket that all logs come into: the stack's own, or one that is there already."""

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from siem_stack.checks import accept
from siem_stack.object_events import notify
from siem_stack.policies_of_others import StatementsToAdd
from siem_stack.private_bucket import PrivateBucket


class LogBucket(PrivateBucket):
    """A private, versioned bucket, which puts a message on a queue for each new object.

    Its default encryption is S3's own, unless there is a key: load balancers and S3's access logs cannot be written to
    a bucket whose default is a KMS key. Services that can name a key use EncryptionKey.
    """

    def __init__(
        self,
        scope: Construct,
        *,
        name: str,
        key: kms.IKey | None = None,
        queue: sqs.Queue,
        removal_policy: cdk.RemovalPolicy,
    ) -> None:
        super().__init__(scope, "LogBucket", name=name, key=key, removal_policy=removal_policy)
        notify(self, name, queue)
        accept(
            self,
            "S1",
            "Access logs of the log bucket would be as many objects again, and all reads are the loader's own. "
            "CloudTrail data events record access where that is wanted.",
        )


def existing_log_bucket(scope: Construct, name: str) -> s3.IBucket:
    """Return a bucket that the stack does not make; object_events.py takes what is new in it."""
    return s3.Bucket.from_bucket_name(scope, "LogBucket", name)


def allow(bucket: s3.IBucket, statement: iam.PolicyStatement) -> None:
    """Put a statement into the bucket's policy, or among those that the bucket's owner must add."""
    if not bucket.add_to_resource_policy(statement).statement_added:
        StatementsToAdd.of(bucket).add(f"bucket {bucket.bucket_name}", statement)
