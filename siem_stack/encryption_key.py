"""The key of the domain, and of logs whose service can name a key."""

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from siem_stack.policies_of_others import StatementsToAdd


class EncryptionKey(kms.Key):
    """A customer managed key; what services may do with it is added by `allow`."""

    def __init__(self, scope: Construct, *, alias: str, removal_policy: cdk.RemovalPolicy) -> None:
        super().__init__(
            scope,
            "EncryptionKey",
            alias=alias,
            description="SIEM: OpenSearch domain, and logs of services that can name a key",
            enable_key_rotation=True,
            removal_policy=removal_policy,
        )


def existing_key(scope: Construct, arn: str) -> kms.IKey:
    """Return a key that the stack does not make."""
    return kms.Key.from_key_arn(scope, "EncryptionKey", arn)


def allow(key: kms.IKey, statement: iam.PolicyStatement) -> None:
    """Put a statement into the key's policy, or among those that the key's owner must add."""
    if not key.add_to_resource_policy(statement).statement_added:
        StatementsToAdd.of(key).add(f"key {key.key_arn}", statement)
