"""Policy statements that the owners of other buckets, keys, topics and queues must add: outputs of the stack.

CDK cannot change the policy of what the stack does not make, and says nothing about it. Each output is JSON, an object
whose members are what the policy belongs to, and its new statements. `python -m siem_stack.statements_to_add` prints
the same before the deployment.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from constructs import Construct, IConstruct

from siem_stack.rendering import LIKELY, rendered, size

OUTPUT = "StatementsToAdd"
OUTPUT_BYTES = 3_500
"""Of an output: CloudFormation takes 4,096, and what only the deployment knows may be longer than it seems."""

ID = "StatementsToAdd"

Policy = tuple[str, dict[str, Any]]
"""What a policy belongs to, and one new statement of it."""


class StatementsToAdd(Construct):
    """Collects statements; `put_out` makes the outputs, when all are there."""

    def __init__(self, scope: Construct) -> None:
        super().__init__(scope, ID)
        self._found: list[tuple[str, iam.PolicyStatement]] = []

    @staticmethod
    def of(construct: IConstruct) -> "StatementsToAdd":
        """Return those of the construct's stack, which has made them first."""
        found = cdk.Stack.of(construct).node.find_child(ID)
        assert isinstance(found, StatementsToAdd)
        return found

    def add(self, owner: str, *statements: iam.PolicyStatement) -> None:
        """Add statements to the policy of what is named: its kind, and its name or ARN."""
        self._found.extend((owner, statement) for statement in statements)

    def policies(self) -> list[Policy]:
        """Return all that was added."""
        return [(owner, statement.to_statement_json()) for owner, statement in self._found]

    def put_out(self) -> None:
        """Make the outputs, each no longer than CloudFormation takes."""
        stack = cdk.Stack.of(self)
        for number, policies in enumerate(_portions(self.policies(), stack), 1):
            output = cdk.CfnOutput(
                self,
                f"Output{number}",
                value=stack.to_json_string(policies),
                description="To be added to the policies of these, by their owners: see docs/other-accounts.md",
            )
            output.override_logical_id(f"{OUTPUT}{number}")


def _portions(policies: list[Policy], stack: cdk.Stack) -> Iterator[dict[str, list[Any]]]:
    portion: dict[str, list[Any]] = {}
    for owner, whole in policies:
        for statement in _short(whole, stack):
            grown = {**portion, owner: [*portion.get(owner, []), statement]}
            if portion and size(grown, stack) > OUTPUT_BYTES:
                yield portion
                grown = {owner: [statement]}
            portion = grown
    if portion:
        yield portion


def _short(statement: dict[str, Any], stack: cdk.Stack) -> Iterator[dict[str, Any]]:
    """Yield a statement, or several with a part of its resources each, which say the same together."""
    resources = stack.resolve(statement["Resource"])
    if not isinstance(resources, list) or len(resources) == 1 or size(statement, stack) <= OUTPUT_BYTES - 200:
        yield statement
        return
    middle = len(resources) // 2
    for number, half in enumerate((resources[:middle], resources[middle:]), 1):
        yield from _short({**statement, "Sid": f"{statement['Sid']}{number}", "Resource": half}, stack)


def collected(stack: cdk.Stack, pseudo: Mapping[str, str] = LIKELY) -> dict[str, list[Any]]:
    """Return all that must be added, by what the policy belongs to; pseudo parameters as given."""
    found: dict[str, list[Any]] = {}
    for owner, statement in StatementsToAdd.of(stack).policies():
        found.setdefault(owner, []).append(rendered(statement, stack, pseudo))
    return found
