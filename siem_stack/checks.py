"""The rules that the template keeps: cdk-nag's AWS Solutions."""

from typing import Any

import aws_cdk as cdk
from cdk_nag import AwsSolutionsChecks
from constructs import IConstruct

PACK = "AwsSolutions"


def check(app: cdk.App) -> None:
    """Have every rule checked when the app is synthesised, which then fails on a finding."""
    cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app))


def accept(construct: IConstruct, rule: str, reason: str) -> None:
    """Take one rule's findings in a construct, and below it, for right.

    Args:
        construct: where the finding is.
        rule: as it is printed, without the pack: `S1`, `IAM5[Resource::…]`.
        reason: why it is right here.
    """
    cdk.Validations.of(construct).acknowledge(cdk.Acknowledgment(id=f"{PACK}::{PACK}-{rule}", reason=reason))


def accept_wildcard(construct: IConstruct, arn: str, reason: str) -> None:
    """Take it for right that a policy names resources by this ARN, which has a `*`."""
    accept(construct, f"IAM5[Resource::{_as_printed(cdk.Stack.of(construct).resolve(arn))}]", reason)


def _as_printed(value: Any) -> str:
    """Return a text of the template as the rules print it: `<LogBucket.Arn>/AWSLogs/<AWS::AccountId>/*`."""
    if isinstance(value, str):
        return value
    ((function, argument),) = value.items()
    if function == "Fn::Join":
        return str(argument[0]).join(map(_as_printed, argument[1]))
    return f"<{argument if isinstance(argument, str) else '.'.join(argument)}>"
