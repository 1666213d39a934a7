"""The condition that a stack is deployed to an account and region, for what one template has for several of them."""

import aws_cdk as cdk
from constructs import Construct


def deployed_to(scope: Construct, region: str, account: str) -> cdk.CfnCondition:
    """Return the stack's condition that it is deployed there: one for each place, whoever asks."""
    stack = cdk.Stack.of(scope)
    name = f"In{region}Of{account}"
    found = stack.node.try_find_child(name)
    if isinstance(found, cdk.CfnCondition):
        return found
    return cdk.CfnCondition(
        stack,
        name,
        expression=cdk.Fn.condition_and(
            cdk.Fn.condition_equals(cdk.Aws.REGION, region), cdk.Fn.condition_equals(cdk.Aws.ACCOUNT_ID, account)
        ),
    )
