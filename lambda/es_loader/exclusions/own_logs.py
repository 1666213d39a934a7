"""The records that es-loader itself causes by reading logs: without them each object read would be a log to be read.

Nothing that a client can choose decides alone, as a user agent would: excluded is only what the loader's own role did,
without an error, to what it reads all the time. The same role doing anything else is a record like any other.
"""

from collections.abc import Callable
from typing import NamedTuple

from es_loader.documents import at
from es_loader.errors import Excluded
from es_loader.exclusions.conditions import PATH
from es_loader.types import Fields

REASON = "own logs"

USER_AGENT = "siem-es-loader"
"""What the loader's clients add to theirs."""

_READS = ("GetObject", "HeadObject", "ListObjects")
_READ_OPERATIONS = ("REST.GET.OBJECT", "REST.HEAD.OBJECT", "REST.GET.BUCKET")


class Own(NamedTuple):
    """The deployed loader.

    Attributes:
        role: its ARN, `arn:aws:iam::123456789012:role/name`.
        buckets: names of those that it reads logs from.
    """

    role: str
    buckets: tuple[str, ...]


def compile_own(log_type: str, own: Own | None) -> Callable[[Fields], None] | None:
    """Return the function that raises Excluded for what the loader did; None for log types that do not record it."""
    test = _TESTS.get(log_type)
    if test is None or own is None or not own.role or not own.buckets:
        return None

    def exclude(fields: Fields) -> None:
        if test(fields, own):
            raise Excluded(REASON)

    return exclude


def _in_cloudtrail(fields: Fields, own: Own) -> bool:
    if at(fields, "userIdentity.sessionContext.sessionIssuer.arn") != own.role or fields.get("errorCode"):
        return False
    call = _CALLS.get(str(fields.get("eventSource")))
    return call is not None and call(fields, own)


def _reads_log(fields: Fields, own: Own) -> bool:
    return (
        fields.get("eventName") in _READS
        and at(fields, "requestParameters.bucketName") in own.buckets
        and _is_ours(fields.get("userAgent"))
    )


def _decrypts_log(fields: Fields, own: Own) -> bool:
    """Tell whether S3 asked for the key of an object in one of the buckets, on the loader's behalf."""
    context = at(fields, "requestParameters.encryptionContext")
    named = context.get("aws:s3:arn") if type(context) is dict else None
    arn = f"arn:{_partition(own)}:s3:::"
    return (
        fields.get("eventName") == "Decrypt"
        and isinstance(named, str)
        and named.startswith(arn)
        and named.removeprefix(arn).partition("/")[0] in own.buckets
    )


def _reads_exclusions(fields: Fields, _own: Own) -> bool:
    return (
        fields.get("eventName") == "GetParametersByPath"
        and at(fields, "requestParameters.path") == PATH
        and _is_ours(fields.get("userAgent"))
    )


_CALLS: dict[str, Callable[[Fields, Own], bool]] = {
    "kms.amazonaws.com": _decrypts_log,
    "s3.amazonaws.com": _reads_log,
    "ssm.amazonaws.com": _reads_exclusions,
}


def _in_s3_access_log(fields: Fields, own: Own) -> bool:
    account, name = own.role.split(":")[4], own.role.rpartition("/")[2]
    session = f"arn:{_partition(own)}:sts::{account}:assumed-role/{name}/"
    return (
        fields.get("bucket") in own.buckets
        and fields.get("operation") in _READ_OPERATIONS
        and fields.get("error_code") in (None, "-")
        and str(fields.get("requester")).startswith(session)
        and _is_ours(fields.get("user_agent"))
    )


_TESTS = {"cloudtrail": _in_cloudtrail, "s3accesslog": _in_s3_access_log}


def _is_ours(user_agent: object) -> bool:
    return isinstance(user_agent, str) and USER_AGENT in user_agent


def _partition(own: Own) -> str:
    return own.role.split(":")[1]
