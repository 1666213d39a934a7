"""What AWS's services answer when they do not do what they are asked -> the loader's errors."""

from collections.abc import Iterator
from contextlib import contextmanager

from es_loader.errors import AccessError, LoaderError, ObjectError, RetryableError

DENIED = frozenset(
    {
        "403",
        "AccessDenied",
        "AccessDeniedException",
        "ExpiredToken",
        "InvalidAccessKeyId",
        "InvalidClientTokenId",
        "KMS.AccessDeniedException",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
    }
)
MISSING = frozenset(
    {
        "404",
        "AWS.SimpleQueueService.NonExistentQueue",
        "NoSuchBucket",
        "NoSuchKey",
        "QueueDoesNotExist",
        "ValidationError",  # CloudFormation's, of a stack
    }
)


@contextmanager
def aws_errors(what: str, permission: str, *, missing: type[LoaderError] = ObjectError) -> Iterator[None]:
    """Translate what a service answers to the calls inside.

    Args:
        what: is asked for or changed, for the error's text.
        permission: that the calls need, likewise.
        missing: raised where there is no such thing.

    Raises:
        AccessError: the permission is missing; RetryableError: AWS cannot be reached, or does not do it now.
    """
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - slow to import

    try:
        yield
    except ClientError as exc:
        code, message = (str(exc.response.get("Error", {}).get(name, "")) for name in ("Code", "Message"))
        if code in MISSING:
            raise missing(f"{what}: there is none ({code}: {message})") from exc
        if code in DENIED:
            raise AccessError(f"{what}: {permission} is missing ({code}: {message})") from exc
        raise RetryableError(f"{what}: AWS does not do it now ({code}: {message})") from exc
    except (BotoCoreError, ValueError) as exc:  # ValueError: an endpoint in the environment that is no URL
        raise RetryableError(f"{what}: AWS cannot be reached: {exc}") from exc
