"""es-loader: the function that takes new objects off the queue."""

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct, IDependable

from es_loader.exclusions.conditions import PATH
from siem_stack.checks import accept_wildcard
from siem_stack.dead_letter_bucket import WAITING, DeadLetterBucket
from siem_stack.function import Function
from siem_stack.loader_reads import TAKING, Reads
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
        statements: its rights, but for its own log.
        messages: its triggers, that of the stack's queue first.
    """

    def __init__(
        self,
        scope: Construct,
        *,
        domain: SearchDomain,
        key: kms.IKey,
        letters: DeadLetterBucket,
        queue: sqs.Queue,
        reads: Reads,
        settings: Settings,
    ) -> None:
        super().__init__(scope, "Loader")
        self.statements = _rights(domain, queue, reads) + _rights_to_give_up(letters, key)
        self.function = Function(
            self,
            name=f"{settings.domain_name}-es-loader",
            package="es_loader",
            description="Logs in S3 objects -> ECS documents in OpenSearch",
            endpoint=domain.endpoint,
            network=domain.network,
            statements=self.statements,
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
        for each in reads.buckets:
            accept_wildcard(self, each.arn_for_objects("*"), "The keys of logs are not known in advance.")
        accept_wildcard(self, letters.arn_for_objects(WAITING), "Nor are those of dead letters.")
        assert self.function.role is not None
        self.role: iam.IRole = self.function.role
        self.function.add_environment("LOG_BUCKET", " ".join(each.bucket_name for each in reads.buckets))
        self.function.add_environment("OWN_ROLE", self.role.role_arn)
        self.messages = tuple(
            self._take(f"Messages{number or ''}", arn, settings)
            for number, arn in enumerate((queue.queue_arn, *reads.queue_arns))
        )

    def _take(self, name: str, queue_arn: str, settings: Settings) -> lambda_.EventSourceMapping:
        return lambda_.EventSourceMapping(
            self,
            name,
            batch_size=BATCH,
            event_source_arn=queue_arn,
            max_concurrency=settings.loader_max_concurrency,
            report_batch_item_failures=True,
            target=self.function,
        )

    def wait_for(self, ready: IDependable) -> None:
        """Let no messages come before the domain is ready for documents."""
        for mapping in self.messages:
            mapping.node.add_dependency(ready)


def _rights_to_give_up(letters: DeadLetterBucket, key: kms.IKey) -> list[iam.PolicyStatement]:
    return [
        iam.PolicyStatement(
            sid="StoreDeadLetters", actions=["s3:PutObject"], resources=[letters.arn_for_objects(WAITING)]
        ),
        iam.PolicyStatement(sid="EncryptDeadLetters", actions=["kms:GenerateDataKey"], resources=[key.key_arn]),
    ]


def _rights(domain: SearchDomain, queue: sqs.Queue, reads: Reads) -> list[iam.PolicyStatement]:
    return [
        *reads.statements(),
        iam.PolicyStatement(sid="TakeMessages", actions=list(TAKING), resources=[queue.queue_arn, *reads.queue_arns]),
        iam.PolicyStatement(sid="QueueTheRest", actions=["sqs:SendMessage"], resources=[queue.queue_arn]),
        iam.PolicyStatement(
            sid="ReadExclusions",
            actions=["ssm:GetParametersByPath"],
            resources=[
                cdk.Stack.of(queue).format_arn(service="ssm", resource="parameter", resource_name=PATH.lstrip("/"))
            ],
        ),
        iam.PolicyStatement(sid="WriteDocuments", actions=["es:ESHttpPost"], resources=[f"{domain.arn}/_bulk"]),
    ]
