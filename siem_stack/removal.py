"""What becomes of what cannot be had again, when the stack is deleted or no longer has it."""

import aws_cdk as cdk

from siem_stack.settings import Settings

_POLICIES = {"destroy": cdk.RemovalPolicy.DESTROY, "retain": cdk.RemovalPolicy.RETAIN}


def removal_policy(settings: Settings) -> cdk.RemovalPolicy:
    """Return what the settings say, as CDK names it."""
    return _POLICIES[settings.removal_policy]
