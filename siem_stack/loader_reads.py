"""What es-loader reads: buckets, keys and queues, of the stack and of others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from siem_stack.object_events import buckets_by_account
from siem_stack.policies_of_others import StatementsToAdd
from siem_stack.settings import Settings

TAKING = ("sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage")
READING = ("s3:GetObject", "s3:GetObjectVersion")


@dataclass(frozen=True, slots=True)
class Reads:
    """What es-loader reads.

    Attributes:
        buckets: the log bucket first.
        key_arns: what their objects may be encrypted with.
        queue_arns: of others that tell of new objects.
    """

    buckets: Sequence[s3.IBucket]
    key_arns: Sequence[str]
    queue_arns: Sequence[str]

    def statements(self) -> list[iam.PolicyStatement]:
        """Return the rights to read exactly these."""
        return [
            *reading(self.buckets),
            iam.PolicyStatement(sid="DecryptLogs", actions=["kms:Decrypt"], resources=list(self.key_arns)),
        ]


def reading(buckets: Sequence[s3.IBucket]) -> list[iam.PolicyStatement]:
    """Return the rights to read all objects in buckets."""
    return [
        iam.PolicyStatement(
            sid="ReadLogs", actions=list(READING), resources=[each.arn_for_objects("*") for each in buckets]
        ),
        # Without it S3 answers 403, not 404, for an object that is gone.
        iam.PolicyStatement(
            sid="TellMissingLogs", actions=["s3:ListBucket"], resources=[each.bucket_arn for each in buckets]
        ),
    ]


def reads_of(
    scope: Construct, settings: Settings, *, log_bucket: s3.IBucket, key: kms.IKey, more: Sequence[s3.IBucket]
) -> Reads:
    """Return what the settings name, and what the stack has itself; `more` are further buckets of the stack."""
    place = Construct(scope, "AdditionalBuckets")
    names = [name for names in buckets_by_account(settings, cdk.Aws.ACCOUNT_ID).values() for name in names]
    additional = [s3.Bucket.from_bucket_name(place, name, name) for name in names]
    return Reads(
        [log_bucket, *more, *additional],
        [key.key_arn, *settings.additional_key_arns.split()],
        settings.notification_queue_arns.split(),
    )


def ask_owners(settings: Settings, *, to_add: StatementsToAdd, loader: iam.IRole, queue_arn: str) -> None:
    """Collect what the owners of the buckets, keys, queues and topics that the settings name must add.

    For what belongs to this account it is needed only where its policy does not leave rights to IAM.
    """
    stack = cdk.Stack.of(to_add)
    role = iam.ArnPrincipal(loader.role_arn)
    for owner, names in buckets_by_account(settings, "").items():
        for name in filter(lambda _: owner, names):
            arn = f"arn:{stack.partition}:s3:::{name}"
            to_add.add(f"bucket {name}", _allowed("SiemReadLogs", role, READING, f"{arn}/*"))
            to_add.add(f"bucket {name}", _allowed("SiemTellMissingLogs", role, ["s3:ListBucket"], arn))
    for arn in settings.additional_key_arns.split():
        to_add.add(f"key {arn}", _allowed("SiemDecryptLogs", role, ["kms:Decrypt"], "*"))
    for arn in settings.notification_queue_arns.split():
        to_add.add(f"queue {arn}", _allowed("SiemTakeMessages", role, TAKING, arn))
    for arn in settings.notification_topic_arns.split():
        only_the_queue = {"StringEquals": {"sns:Endpoint": queue_arn, "sns:Protocol": "sqs"}}
        account = iam.AccountPrincipal(stack.account)
        to_add.add(f"topic {arn}", _allowed("SiemSubscribe", account, ["sns:Subscribe"], arn, only_the_queue))


def _allowed(
    sid: str,
    principal: iam.IPrincipal,
    actions: Sequence[str],
    resource: str,
    conditions: Mapping[str, object] | None = None,
) -> iam.PolicyStatement:
    return iam.PolicyStatement(
        sid=sid, principals=[principal], actions=list(actions), resources=[resource], conditions=conditions
    )
