"""Where logs lie: log bucket and key, made here or there already, with what services may do in them."""

from collections.abc import Iterator, Sequence
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs
from constructs import Construct, IDependable

from siem_stack import encryption_key, log_bucket
from siem_stack.cloudfront_legacy_bucket import CloudFrontLegacyBucket
from siem_stack.encryption_key import EncryptionKey, existing_key
from siem_stack.log_bucket import LogBucket, existing_log_bucket
from siem_stack.log_delivery import bucket_statements, key_statements
from siem_stack.object_events import ObjectEvents
from siem_stack.origins import origins
from siem_stack.policy_size import BUCKET_POLICY, KEY_POLICY, Limit
from siem_stack.role_delivery import role_bucket_statements, role_key_statements
from siem_stack.settings import ACCOUNT, Settings


class LogStorage:
    """Bucket and key, ready for logs. Its constructs are the stack's own children, as they have been from the first.

    Attributes:
        bucket: the log bucket.
        key: for services that can name one, or for all.
        more: further buckets of the stack that logs come into.
        ready: what a service's resource must wait for; empty where bucket and key are there already.
    """

    def __init__(
        self, stack: cdk.Stack, *, queue: sqs.Queue, settings: Settings, removal_policy: cdk.RemovalPolicy
    ) -> None:
        self._stack, self._settings = stack, settings
        self._name = settings.existing_log_bucket or settings.log_bucket_name.replace(ACCOUNT, stack.account)
        self.key = _key(stack, settings, removal_policy)
        self.bucket = self._bucket(queue, removal_policy)
        self._allow_services()
        ObjectEvents(stack, queue=queue, settings=settings)
        self.more: Sequence[s3.IBucket] = (
            [CloudFrontLegacyBucket(stack, queue=queue, removal_policy=removal_policy)]
            if settings.cloudfront_legacy_bucket
            else []
        )
        made = (self.bucket.policy, self.key if isinstance(self.key, kms.Key) else None)
        self.ready: Sequence[IDependable] = [each for each in made if each is not None]

    def may_be_read_by(self, loader: iam.IRole) -> None:
        """Have the owner of an existing key let es-loader use it; in a key of the stack IAM decides."""
        if self._settings.existing_key_arn:
            encryption_key.allow(
                self.key,
                iam.PolicyStatement(
                    sid="SiemLoader",
                    principals=[iam.ArnPrincipal(loader.role_arn)],
                    actions=["kms:Decrypt", "kms:GenerateDataKey"],
                    resources=["*"],
                ),
            )

    def limits(self) -> Iterator[tuple[Limit, Any]]:
        """Yield the policies, or what is to be added to them, that must not be too large."""
        made = self.bucket.policy
        yield BUCKET_POLICY, made.document if made else iam.PolicyDocument(statements=self._of_bucket())
        key = self.key.node.default_child
        in_force = key.key_policy if isinstance(key, kms.CfnKey) else iam.PolicyDocument(statements=self._of_key())
        yield KEY_POLICY, in_force

    def _bucket(self, queue: sqs.Queue, removal_policy: cdk.RemovalPolicy) -> s3.IBucket:
        if self._settings.existing_log_bucket:
            return existing_log_bucket(self._stack, self._name)
        key = self.key if self._settings.log_bucket_encryption == "kms" else None
        return LogBucket(self._stack, name=self._name, key=key, queue=queue, removal_policy=removal_policy)

    def _allow_services(self) -> None:
        for statement in self._of_bucket():
            log_bucket.allow(self.bucket, statement)
        for statement in self._of_key():
            encryption_key.allow(self.key, statement)

    def _of_bucket(self) -> list[iam.PolicyStatement]:
        who = origins(self._settings, self._stack.account)
        return [
            *bucket_statements(self.bucket.bucket_arn, who, self._stack),
            *role_bucket_statements(self.bucket.bucket_arn, who, self._settings, self._stack),
        ]

    def _of_key(self) -> list[iam.PolicyStatement]:
        """By the bucket's name: CloudFormation would make neither of two that refer to each other."""
        who = origins(self._settings, self._stack.account)
        arn = f"arn:{self._stack.partition}:s3:::{self._name}"
        default = self._settings.log_bucket_encryption == "kms"
        return [
            *key_statements(who, self._stack, default=default),
            *role_key_statements(arn, who, self._settings, self._stack),
        ]


def _key(scope: Construct, settings: Settings, removal_policy: cdk.RemovalPolicy) -> kms.IKey:
    if settings.existing_key_arn:
        return existing_key(scope, settings.existing_key_arn)
    return EncryptionKey(scope, alias=settings.key_alias, removal_policy=removal_policy)
