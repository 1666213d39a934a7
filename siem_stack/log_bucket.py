"""The bucket that all logs come into."""

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from siem_stack.checks import accept
from siem_stack.log_delivery import statements


class LogBucket(s3.Bucket):
    """A private, versioned bucket, which puts a message on a queue for each new object.

    Its default encryption is S3's own: load balancers cannot write to a bucket whose default is a KMS key.
    Services that can name a key use EncryptionKey.
    """

    def __init__(self, scope: Construct, *, name: str, queue: sqs.Queue, removal_policy: cdk.RemovalPolicy) -> None:
        super().__init__(
            scope,
            "LogBucket",
            bucket_name=name,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            blocked_encryption_types=[s3.BlockedEncryptionType.SSE_C],  # nobody here could read it
            encryption=s3.BucketEncryption.S3_MANAGED,
            enforce_ssl=True,
            lifecycle_rules=[
                s3.LifecycleRule(
                    id="remains",
                    abort_incomplete_multipart_upload_after=cdk.Duration.days(7),
                    expired_object_delete_marker=True,
                    noncurrent_version_expiration=cdk.Duration.days(30),
                )
            ],
            minimum_tls_version=1.2,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            removal_policy=removal_policy,
            versioned=True,
        )
        stack = cdk.Stack.of(self)
        for statement in statements(self.bucket_arn, stack):
            self.add_to_resource_policy(statement)
        self._notify(queue, f"arn:{stack.partition}:s3:::{name}")
        accept(
            self,
            "S1",
            "Access logs of the log bucket would be as many objects again, and all reads are the loader's own. "
            "CloudTrail data events record access where that is wanted.",
        )

    def _notify(self, queue: sqs.Queue, arn: str) -> None:
        """Send messages to the queue.

        In the bucket's own properties, where CDK's way is a function that changes the bucket afterwards. S3 tries the
        queue at once, so the queue's policy comes first; it must not refer to the bucket then, only to its name.
        """
        queue.add_to_resource_policy(
            iam.PolicyStatement(
                sid="LogBucket",
                principals=[iam.ServicePrincipal("s3.amazonaws.com")],
                actions=["sqs:SendMessage"],
                resources=[queue.queue_arn],
                conditions={
                    "ArnLike": {"aws:SourceArn": arn},
                    "StringEquals": {"aws:SourceAccount": cdk.Stack.of(self).account},
                },
            )
        )
        bucket = self.node.default_child
        assert isinstance(bucket, s3.CfnBucket)
        bucket.notification_configuration = s3.CfnBucket.NotificationConfigurationProperty(
            queue_configurations=[
                s3.CfnBucket.QueueConfigurationProperty(event="s3:ObjectCreated:*", queue=queue.queue_arn)
            ]
        )
        bucket.node.add_dependency(queue.node.find_child("Policy"))
