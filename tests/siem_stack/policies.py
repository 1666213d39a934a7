"""The stack's policies as AWS gets them, by statement."""

from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_s3 as s3

from siem_stack.rendering import LIKELY, rendered
from siem_stack.settings import PREFIX, from_context
from siem_stack.stack import SiemStack
from tests.siem_stack.conftest import NO_BUNDLING

ACCOUNT = "111122223333"
BUCKET = f"arn:aws:s3:::aes-siem-{ACCOUNT}-log"
PSEUDO = {**LIKELY, "AWS::AccountId": ACCOUNT, "AWS::Partition": "aws", "AWS::Region": "eu-west-1"}

Statements = dict[str, dict[str, Any]]


def stack_of(region: str | None = None, **settings: str) -> SiemStack:
    """The stack with these settings, in a region if it is known."""
    context = {PREFIX + name: value for name, value in settings.items()}
    return SiemStack(cdk.App(context=NO_BUNDLING), from_context(context), env=cdk.Environment(region=region))


def by_sid(stack: cdk.Stack, document: Any) -> Statements:
    """A policy's statements, for our account in eu-west-1, by their identifiers; those without have none."""
    return {each["Sid"]: each for each in rendered(document, stack, PSEUDO)["Statement"] if "Sid" in each}


def of_log_bucket(stack: SiemStack) -> Statements:
    bucket = stack.node.find_child("LogBucket")
    assert isinstance(bucket, s3.Bucket)
    assert bucket.policy is not None
    return by_sid(stack, bucket.policy.document)


def of_key(stack: SiemStack) -> Statements:
    return by_sid(stack, stack.node.find_child("EncryptionKey").node.default_child.key_policy)  # type: ignore[union-attr]


def of_queue(stack: SiemStack) -> Statements:
    return by_sid(stack, stack.node.find_child("Queues").policy)  # type: ignore[attr-defined]


def of_loader(stack: SiemStack) -> Statements:
    role = stack.node.find_child("Loader").node.find_child("Role").node.default_child
    (policy,) = rendered(role.policies, stack, PSEUDO)  # type: ignore[union-attr]
    return {each["Sid"]: each for each in policy["policyDocument"]["Statement"]}
