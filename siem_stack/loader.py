"""es-loader: the function that takes new objects off the queue."""

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs
from constructs import Construct, IDependable

from es_loader.exclusions.conditions import PATH
from siem_stack.checks import accept
from siem_stack.dead_letter_bucket import WAITING, DeadLetterBucket
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
        letters: DeadLetterBucket,
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
            network=domain.network,
            statements=_rights(bucket, domain, key, queue) + _rights_to_give_up(letters, key),
            settings=settings,
            timeout=settings.loader_timeout,
            memory=settings.loader_memory,
            temporary_storage=TEMPORARY_STORAGE,
        )
        # It sends itself the rest of an object that takes longer than an invocation, and ends that by its own count
        # where there is no progress; Lambda would stop it after 16 of them and lose what is left.
        cfn_function = self.function.node.default_child
        assert isinstance(cfn_function, lambda_.CfnFunction)
        cfn_function.recursive_loop = "Allow"
        self.function.add_environment("QUEUE_URL", queue.queue_url)
        self.function.add_environment("DEAD_LETTER_BUCKET", letters.bucket_name)
        for place, objects, what in ((bucket, "*", "logs"), (letters, WAITING, "dead letters")):
            bucket_id = cdk.Stack.of(self).get_logical_id(place.node.default_child)  # type: ignore[arg-type]  # a CfnBucket
            accept(
                self, f"IAM5[Resource::<{bucket_id}.Arn>/{objects}]", f"The keys of {what} are not known in advance."
            )
        assert self.function.role is not None
        self.role: iam.IRole = self.function.role
        self.function.add_environment("LOG_BUCKET", bucket.bucket_name)
        self.function.add_environment("OWN_ROLE", self.role.role_arn)
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


def _rights_to_give_up(letters: DeadLetterBucket, key: kms.IKey) -> list[iam.PolicyStatement]:
    return [
        iam.PolicyStatement(
            sid="StoreDeadLetters", actions=["s3:PutObject"], resources=[letters.arn_for_objects(WAITING)]
        ),
        iam.PolicyStatement(sid="EncryptDeadLetters", actions=["kms:GenerateDataKey"], resources=[key.key_arn]),
    ]


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
        iam.PolicyStatement(sid="QueueTheRest", actions=["sqs:SendMessage"], resources=[queue.queue_arn]),
        iam.PolicyStatement(
            sid="ReadExclusions",
            actions=["ssm:GetParametersByPath"],
            resources=[
                cdk.Stack.of(bucket).format_arn(service="ssm", resource="parameter", resource_name=PATH.lstrip("/"))
            ],
        ),
        iam.PolicyStatement(sid="WriteDocuments", actions=["es:ESHttpPost"], resources=[f"{domain.arn}/_bulk"]),
    ]
