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
    accept(construct, f"IAM5[Resource::{printed(construct, arn)}]", reason)


def printed(construct: IConstruct, value: str) -> str:
    """Return a value as findings have it, in whatever region: what only CloudFormation knows is `<Name>`."""
    return flat(cdk.Stack.of(construct).resolve(value))


def flat(value: Any) -> str:
    """Return a template's value as one text: `<Reference>`, `<Reference.Attribute>` and literals joined."""
    match value:
        case {"Ref": name}:
            return f"<{name}>"
        case {"Fn::GetAtt": [name, attribute]}:
            return f"<{name}.{attribute}>"
        case {"Fn::Join": [separator, list(parts)]}:
            return str(separator).join(map(flat, parts))
        case _:
            return str(value)
