"""Access logs of the shop's two buckets: what the data events of CloudTrail show, and what came while they were off.

The bucket of the exports logs below the documented prefix, that of the assets into folders by the date of the request.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from samples.generator.cloudtrail import calls_of_the_day
from samples.generator.cloudtrail_attack import EXPORTS
from samples.generator.cloudtrail_calls import Call, Service
from samples.generator.dice import Dice
from samples.generator.objects import LogObject, by_slice, text_object
from samples.generator.story import (
    ASSETS_BUCKET,
    BUCKET_OWNER,
    DAY,
    EXPORTS_BUCKET,
    NAT_GATEWAY,
    NOISE,
    RECORDED,
    REGION,
    SHOP,
    TRAIL_STARTED,
    TRAIL_STOPPED,
    WEB_ROLES,
)

_BUCKETS = (EXPORTS_BUCKET, ASSETS_BUCKET)
EVERY = timedelta(minutes=30)
NAME_LETTERS = "0123456789ABCDEF"
KEPT = timedelta(days=90)
"""Age at which the lifecycle rule takes an export away."""

_OPERATIONS = {
    "GetObject": ("GET", "REST.GET.OBJECT"),
    "PutObject": ("PUT", "REST.PUT.OBJECT"),
    "ListObjectsV2": ("GET", "REST.GET.BUCKET"),
    "GetBucketPolicy": ("GET", "REST.GET.BUCKETPOLICY"),
}
_PARAMETERS = {
    "ListObjectsV2": "/?list-type=2&prefix=&encoding-type=url",
    "GetBucketPolicy": "/?policy",
}
_SIGNED = ("SigV4", "TLS_AES_128_GCM_SHA256", "AuthHeader")
_ANONYMOUS = ("-", "TLS_AES_128_GCM_SHA256", "-")
_NO_REQUEST = ("-", "-", "-")
_WEB_AGENT = "Boto3/1.36.20 md/Botocore#1.36.20 ua/2.0 os/linux#6.1.128 lang/python#3.12.9 Botocore/1.36.20"
_SCANNER = "Mozilla/5.0 (compatible; bucket-census/1.2)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """One line of an access log; `-` stands for what a request does not have."""

    time: datetime
    bucket: str
    operation: str
    key: str = "-"
    address: str = "-"
    requester: str = "-"
    request: str = "-"
    status: str = "-"
    error: str = "-"
    sent: str = "-"
    size: str = "-"
    took: int = 0
    agent: str = "-"
    host_id: str = "-"
    security: tuple[str, str, str] = _NO_REQUEST


def objects() -> Iterator[LogObject]:
    """Yield the objects of both buckets' logs."""
    dice = Dice("s3accesslog")
    lines = [*_recorded_calls(dice), *_unrecorded_writes(dice), *_lifecycle(dice), *_strangers(dice)]
    for bucket, key in ((EXPORTS_BUCKET, _documented_key), (ASSETS_BUCKET, _partitioned_key)):
        yield from _of_bucket(dice, [line for line in lines if line.bucket == bucket], key)


def _of_bucket(dice: Dice, lines: list[Access], key: Callable[[Dice, str, datetime], str]) -> Iterator[LogObject]:
    for end, some in by_slice(lines, lambda line: line.time, EVERY):
        dice.shuffle(some)  # S3 writes lines in no order
        name = key(dice, some[0].bucket, end + timedelta(seconds=dice.randrange(40, 900)))
        yield text_object("s3accesslog", name, [_line(dice, access) for access in some], compressed=False)


def _documented_key(dice: Dice, bucket: str, delivered: datetime) -> str:
    name = f"{delivered:%Y-%m-%d-%H-%M-%S}-{dice.letters(16, NAME_LETTERS)}"
    return f"AWSLogs/{SHOP}/s3accesslog/{REGION}/{bucket}/{name}"


def _partitioned_key(dice: Dice, bucket: str, delivered: datetime) -> str:
    name = f"{delivered:%Y-%m-%d}-00-00-00-{dice.letters(16, NAME_LETTERS)}"
    return f"s3logs/{SHOP}/{REGION}/{bucket}/{delivered:%Y/%m/%d}/{name}"


def _recorded_calls(dice: Dice) -> Iterator[Access]:
    """Yield the requests that CloudTrail recorded too, with the same objects, sizes and addresses."""
    for call in calls_of_the_day(Dice("cloudtrail")):
        request = call.request or {}
        if call.service == "s3" and call.name in _OPERATIONS and request.get("bucketName") in _BUCKETS:
            yield _of_call(dice, call)


def _of_call(dice: Dice, call: Call) -> Access:
    assert not isinstance(call.caller, Service), "services write no objects here"
    request, transfer = call.request or {}, call.extra or {}
    method, operation = _OPERATIONS[call.name]
    key = request.get("key", "-")
    error = call.error[0] if call.error else "-"
    sent = transfer.get("bytesTransferredOut") or (243 if call.error else "-")
    size = transfer.get("bytesTransferredIn") or sent
    return Access(
        time=call.time,
        bucket=request["bucketName"],
        operation=operation,
        key=key,
        address=call.address,
        requester=call.caller.arn,
        request=f"{method} {_PARAMETERS.get(call.name, f'/{key}')} HTTP/1.1",
        status="403" if call.error else "200",
        error=error,
        sent=str(sent),
        size=str(size) if key != "-" else "-",
        took=dice.randrange(12, 480),
        agent=call.agent,
        host_id=transfer.get("x-amz-id-2") or f"{dice.letters(75)}=",
        security=_SIGNED,
    )


def _unrecorded_writes(dice: Dice) -> Iterator[Access]:
    """Yield the exports that were written while the trail of the data events was stopped."""
    for time in dice.moments(TRAIL_STOPPED, TRAIL_STARTED, 24):
        kind = dice.choice(EXPORTS)
        key = f"{kind}/{DAY:%Y/%m/%d}/{kind}-{time.hour:02d}.csv.gz"
        yield Access(
            time=time,
            bucket=EXPORTS_BUCKET,
            operation="REST.PUT.OBJECT",
            key=key,
            address=NAT_GATEWAY,
            requester=dice.choice(WEB_ROLES).arn,
            request=f"PUT /{key} HTTP/1.1",
            status="200",
            size=str(dice.randrange(8_000, 700_000)),
            took=dice.randrange(30, 480),
            agent=_WEB_AGENT,
            host_id=f"{dice.letters(75)}=",
            security=_SIGNED,
        )


def _lifecycle(dice: Dice) -> Iterator[Access]:
    """Yield the exports that the lifecycle rule took away."""
    for number, time in enumerate(dice.moments(RECORDED.start, RECORDED.start + timedelta(hours=1), 12)):
        kind, old = EXPORTS[number % len(EXPORTS)], DAY - KEPT
        yield Access(
            time=time,
            bucket=EXPORTS_BUCKET,
            operation="S3.EXPIRE.OBJECT",
            key=f"{kind}/{old:%Y/%m/%d}/{kind}-{number:02d}.csv.gz",
            requester="AmazonS3",
            size=str(dice.randrange(180_000, 6_400_000)),
            host_id=f"{dice.letters(75)}=",
        )


def _strangers(dice: Dice) -> Iterator[Access]:
    """Yield those who try every bucket name without a key."""
    for time in dice.moments(RECORDED.start, RECORDED.end, 16):
        yield Access(
            time=time,
            bucket=dice.choice(_BUCKETS),
            operation="REST.GET.BUCKET",
            address=dice.choice(NOISE),
            request="GET /?list-type=2&max-keys=3 HTTP/1.1",
            status="403",
            error="AccessDenied",
            sent="243",
            took=dice.randrange(4, 30),
            agent=_SCANNER,
            host_id=f"{dice.letters(75)}=",
            security=_ANONYMOUS,
        )


def _line(dice: Dice, access: Access) -> str:
    """Return the 27 columns of a line."""
    asked = access.request != "-"
    host, tls = (f"{access.bucket}.s3.{REGION}.amazonaws.com", "TLSv1.3") if asked else ("-", "-")
    took = f"{access.took} {max(1, access.took // 3)}" if asked else "- -"
    signature, cipher, authentication = access.security
    request_id = dice.letters(16, "ABCDEFGHJKMNPQRSTVWXYZ0123456789")
    return " ".join(
        (
            f"{BUCKET_OWNER} {access.bucket} [{access.time:%d/%b/%Y:%H:%M:%S} +0000] {access.address}",
            f'{access.requester} {request_id} {access.operation} {access.key} "{access.request}"',
            f'{access.status} {access.error} {access.sent} {access.size} {took} "-" "{access.agent}" -',
            f"{access.host_id} {signature} {cipher} {authentication} {host} {tls} - -",
            REGION if access.address == NAT_GATEWAY else "-",
        )
    )
