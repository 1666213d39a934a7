"""What the deployed stack says about itself: its outputs, by their names in siem_stack/stack.py."""

from functools import cache
from typing import Any, NamedTuple

from es_loader.aws import aws_errors
from es_loader.errors import ConfigError, ObjectError


@cache
def outputs(stack: str, region: str | None = None) -> dict[str, str]:
    """Return the outputs of a stack in the account of the environment, in its region if none is given.

    Raises:
        ObjectError: there is no such stack.
        AccessError, RetryableError: it may not be described, or AWS cannot be reached.
    """
    with aws_errors(
        f"stack {stack} (--stack) in this region (--region, or AWS_REGION)", "cloudformation:DescribeStacks"
    ):
        (found,) = client("cloudformation", region).describe_stacks(StackName=stack)["Stacks"]
    return {one["OutputKey"]: one["OutputValue"] for one in found.get("Outputs", ())}


class Stack(NamedTuple):
    """A deployed stack: its name, and its region if that of the environment is not meant."""

    name: str
    region: str | None = None

    def output(self, name: str) -> str:
        """Return one output.

        Raises:
            ObjectError: there is no such stack, or it is of a version without that; else see `outputs`.
        """
        found = outputs(self.name, self.region)
        if name not in found:
            raise ObjectError(f"stack {self.name} has no output {name}: deploy this version of it first")
        return found[name]

    def client(self, service: str) -> Any:
        """Return this process's client of a service, in the stack's region."""
        return client(service, self.region)


@cache
def client(service: str, region: str | None = None) -> Any:
    """Return this process's client of a service.

    Raises:
        ConfigError: the environment names no region, or an endpoint that is no URL.
    """
    import boto3  # noqa: PLC0415 - slow to import
    from botocore.exceptions import BotoCoreError  # noqa: PLC0415

    try:
        return boto3.client(service, region_name=region)  # type: ignore[call-overload]  # any service
    except (BotoCoreError, ValueError) as exc:
        raise ConfigError(f"AWS cannot be asked: {exc}") from exc
