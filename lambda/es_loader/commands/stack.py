"""What the deployed stack says about itself: its outputs, by their names in siem_stack/stack.py."""

from functools import cache
from typing import Any

from es_loader.errors import AccessError, ObjectError, RetryableError

_DENIED = {
    "AccessDenied",
    "ExpiredToken",
    "InvalidClientTokenId",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
}


@cache
def outputs(stack: str) -> dict[str, str]:
    """Return the outputs of a stack in the account and region of the environment.

    Raises:
        ObjectError: there is no such stack.
        AccessError, RetryableError: it may not be described, or AWS cannot be reached.
    """
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - slow to import, and seldom needed

    try:
        found = client("cloudformation").describe_stacks(StackName=stack)["Stacks"][0].get("Outputs", [])
    except ClientError as exc:
        error = exc.response.get("Error", {})
        if error.get("Code") == "ValidationError":
            raise ObjectError(
                f"there is no stack {stack} here; name it with --stack, its region with AWS_REGION"
            ) from exc
        kind = AccessError if error.get("Code") in _DENIED else RetryableError
        raise kind(f"stack {stack} cannot be described: {exc}") from exc
    except (BotoCoreError, ValueError) as exc:
        raise RetryableError(f"stack {stack} cannot be described: {exc}") from exc
    return {one["OutputKey"]: one["OutputValue"] for one in found}


def output(stack: str, name: str) -> str:
    """Return one output of a stack.

    Raises:
        ObjectError: there is no such stack, or it is of a version without that; else see `outputs`.
    """
    found = outputs(stack)
    if name not in found:
        raise ObjectError(f"stack {stack} has no output {name}: deploy this version of it first")
    return found[name]


@cache
def client(service: str) -> Any:
    """Return this process's client of a service."""
    import boto3  # noqa: PLC0415 - slow to import

    return boto3.client(service)  # type: ignore[call-overload]  # any service
