"""The bucket that WAF writes to by itself: one of its own, as WAF takes only names that begin with `aws-waf-logs-`.

https://docs.aws.amazon.com/waf/latest/developerguide/logging-s3.html
"""

from collections.abc import Iterator

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from siem_stack.checks import accept, accept_wildcard
from siem_stack.log_delivery import FULL_CONTROL
from siem_stack.object_events import notify


class WafBucket(s3.Bucket):
    """A private bucket whose objects es-loader loads as it does those of the log bucket."""

    def __init__(
        self,
        scope: Construct,
        *,
        name: str,
        queue: sqs.Queue,
        reader: iam.IRole,
        removal_policy: cdk.RemovalPolicy,
    ) -> None:
        super().__init__(
            scope,
            "WafBucket",
            bucket_name=name,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            blocked_encryption_types=[s3.BlockedEncryptionType.SSE_C],
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
        for statement in _delivery(self.bucket_arn, stack):
            self.add_to_resource_policy(statement)
        notify(self, name, queue)
        self._let_read(reader)
        accept(self, "S1", "Access logs of it would be as many objects again, and all reads are es-loader's own.")

    def _let_read(self, reader: iam.IRole) -> None:
        objects = self.arn_for_objects("*")
        policy = iam.CfnPolicy(
            self,
            "Reading",
            policy_name="ReadWafLogs",
            policy_document=iam.PolicyDocument(
                statements=[
                    iam.PolicyStatement(
                        sid="ReadLogs", actions=["s3:GetObject", "s3:GetObjectVersion"], resources=[objects]
                    ),
                    # Without it S3 answers 403, not 404, for an object that is gone.
                    iam.PolicyStatement(sid="TellMissingLogs", actions=["s3:ListBucket"], resources=[self.bucket_arn]),
                ]
            ),
            roles=[reader.role_name],
        )
        accept_wildcard(policy, objects, "The keys of logs are not known in advance.")


def _delivery(bucket_arn: str, stack: cdk.Stack) -> Iterator[iam.PolicyStatement]:
    deliveries = {"ArnLike": {"aws:SourceArn": f"arn:{stack.partition}:logs:*:{stack.account}:*"}}
    service = [iam.ServicePrincipal("delivery.logs.amazonaws.com")]
    own = {"aws:SourceAccount": stack.account}
    yield iam.PolicyStatement(
        sid="AWSLogDeliveryAclCheck",
        principals=service,
        actions=["s3:GetBucketAcl", "s3:ListBucket"],
        resources=[bucket_arn],
        conditions={**deliveries, "StringEquals": own},
    )
    yield iam.PolicyStatement(
        sid="AWSLogDeliveryWrite",
        principals=service,
        actions=["s3:PutObject"],
        resources=[f"{bucket_arn}/AWSLogs/{stack.account}/*"],
        conditions={**deliveries, "StringEquals": {**own, **FULL_CONTROL}},
    )
