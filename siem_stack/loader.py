"""es-loader: the function that takes new objects off the queue."""

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs
from constructs import Construct, IDependable

from siem_stack.checks import accept
from siem_stack.function import Function
from siem_stack.search_domain import SearchDomain
from siem_stack.settings import Settings

BATCH = 10
"""Objects a batch: what failed comes again alone."""

TEMPORARY_STORAGE = cdk.Size.gibibytes(2)
"""Where a Parquet object lies while it is read, one at a time."""


class Loader(Construct):
    """The function, its rights, and the queue's messages.

    Attributes:
        role: what the function is to the domain.
        messages: its trigger.
    """

    def __init__(
        self,
        scope: Construct,
        *,
        bucket: s3.Bucket,
        domain: SearchDomain,
        key: kms.IKey,
        queue: sqs.Queue,
        settings: Settings,
    ) -> None:
        super().__init__(scope, "Loader")
        self.function = Function(
            self,
            name=f"{settings.domain_name}-es-loader",
            package="es_loader",
            description="Logs in S3 objects -> ECS documents in OpenSearch",
            endpoint=domain.endpoint,
            statements=_rights(bucket, domain, key, queue),
            settings=settings,
            timeout=settings.loader_timeout,
            memory=settings.loader_memory,
            temporary_storage=TEMPORARY_STORAGE,
        )
        bucket_id = cdk.Stack.of(self).get_logical_id(bucket.node.default_child)  # type: ignore[arg-type]  # a CfnBucket
        accept(self, f"IAM5[Resource::<{bucket_id}.Arn>/*]", "The keys of logs are not known in advance.")
        assert self.function.role is not None
        self.role: iam.IRole = self.function.role
        self.messages = lambda_.EventSourceMapping(
            self,
            "Messages",
            batch_size=BATCH,
            event_source_arn=queue.queue_arn,
            max_concurrency=settings.loader_max_concurrency,
            report_batch_item_failures=True,
            target=self.function,
        )

    def wait_for(self, ready: IDependable) -> None:
        """Let no messages come before the domain is ready for documents."""
        self.messages.node.add_dependency(ready)


def _rights(bucket: s3.Bucket, domain: SearchDomain, key: kms.IKey, queue: sqs.Queue) -> list[iam.PolicyStatement]:
    return [
        iam.PolicyStatement(
            sid="ReadLogs",
            actions=["s3:GetObject", "s3:GetObjectVersion"],
            resources=[bucket.arn_for_objects("*")],
        ),
        # Without it S3 answers 403, not 404, for an object that is gone.
        iam.PolicyStatement(sid="TellMissingLogs", actions=["s3:ListBucket"], resources=[bucket.bucket_arn]),
        iam.PolicyStatement(sid="DecryptLogs", actions=["kms:Decrypt"], resources=[key.key_arn]),
        iam.PolicyStatement(
            sid="TakeMessages",
            actions=[
                "sqs:ChangeMessageVisibility",
                "sqs:DeleteMessage",
                "sqs:GetQueueAttributes",
                "sqs:ReceiveMessage",
            ],
            resources=[queue.queue_arn],
        ),
        iam.PolicyStatement(sid="WriteDocuments", actions=["es:ESHttpPost"], resources=[f"{domain.arn}/_bulk"]),
    ]
