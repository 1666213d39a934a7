"""What tests of log sources ask of templates."""

from typing import Any

import aws_cdk as cdk
from aws_cdk import assertions

from app import add_stacks
from siem_stack.settings import PREFIX, from_context
from tests.siem_stack.conftest import NO_BUNDLING


def templates_of(region: str | None = "us-east-1", **settings: Any) -> dict[str, assertions.Template]:
    """All stacks of the app, deployed to a region, by name."""
    app = cdk.App(context=NO_BUNDLING)
    chosen = from_context({PREFIX + name: value for name, value in settings.items()})
    add_stacks(app, chosen, env=cdk.Environment(region=region))
    stacks = [each for each in app.node.children if isinstance(each, cdk.Stack)]
    return {stack.stack_name: assertions.Template.from_stack(stack) for stack in stacks}


def resources(template: assertions.Template, kind: str) -> list[dict[str, Any]]:
    """The resources of a type, with what they depend on."""
    return [dict(each) for each in template.find_resources(kind).values()]


def properties(template: assertions.Template, kind: str) -> list[dict[str, Any]]:
    return [each["Properties"] for each in resources(template, kind)]


def waits_for_the_policy(resource: dict[str, Any]) -> bool:
    return any(name.startswith("LogBucketPolicy") for name in resource.get("DependsOn", ()))
