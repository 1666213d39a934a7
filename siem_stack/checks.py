"""The rules that the template keeps: cdk-nag's AWS Solutions."""

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
