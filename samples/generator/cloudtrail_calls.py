"""An API call and the CloudTrail record that it leaves, with AWS's members in AWS's order.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from samples.generator.dice import Dice
from samples.generator.story import DAY, REGION, SHOP, IamUser, RoleSession

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Service:
    """A service of AWS that acts on its own."""

    host: str
    account: str = SHOP


Caller = IamUser | RoleSession | Service


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One API call.

    Attributes:
        service: the event source without `.amazonaws.com`.
        error: code and message of a refusal; without a code, only the message.
        writes: the call changes something.
        data: a data event, which only the trail of the data events has.
        resources: ARN, account and type of each resource.
        host: the host name that the client asked for; derived from service and region if empty.
    """

    time: datetime
    caller: Caller
    service: str
    name: str
    address: str
    agent: str
    region: str = REGION
    request: Json | None = None
    response: Json | None = None
    error: tuple[str, str] | None = None
    extra: Json | None = None
    writes: bool = False
    data: bool = False
    resources: tuple[tuple[str, str, str], ...] = ()
    host: str = ""
    event_type: str = "AwsApiCall"
    from_console: bool = False


def object_call(dice: Dice, *, name: str, bucket: str, key: str, size: int, **who: Any) -> Call:
    """Return a call for an object of a bucket, which is a data event; an empty key stands for a listing.

    Args:
        dice: draws what S3 adds.
        name: GetObject, PutObject or ListObjectsV2.
        bucket: the bucket's name.
        key: the object's key.
        size: bytes that were read or written.
        who: `time`, `caller`, `address` and `agent` of the call.
    """
    host, writes = f"{bucket}.s3.{REGION}.amazonaws.com", name == "PutObject"
    request: Json = {"bucketName": bucket, "Host": host, "key": key}
    resources = [
        (f"arn:aws:s3:::{bucket}/{key}", "", "AWS::S3::Object"),
        (f"arn:aws:s3:::{bucket}", SHOP, "AWS::S3::Bucket"),
    ]
    if not key:
        request = {"list-type": "2", "bucketName": bucket, "prefix": "", "encoding-type": "url", "Host": host}
        del resources[0]
    return Call(
        service="s3",
        name=name,
        request=request,
        response={"x-amz-server-side-encryption": "AES256"} if writes else None,
        extra=_transfer(dice, read=0 if writes else size, written=size if writes else 0),
        writes=writes,
        data=True,
        resources=tuple(resources),
        host=host,
        **who,
    )


def _transfer(dice: Dice, *, read: int, written: int) -> Json:
    return {
        "SignatureVersion": "SigV4",
        "CipherSuite": "TLS_AES_128_GCM_SHA256",
        "bytesTransferredIn": written,
        "AuthenticationMethod": "AuthHeader",
        "x-amz-id-2": f"{dice.letters(75)}=",
        "bytesTransferredOut": read,
    }


def record(call: Call, dice: Dice) -> Json:
    """Return the record of a call; members without a value are left out where AWS leaves them out."""
    by_service = isinstance(call.caller, Service)
    found: Json = {
        "eventVersion": "1.11",
        "userIdentity": _identity(call),
        "eventTime": f"{call.time:%Y-%m-%dT%H:%M:%SZ}",
        "eventSource": f"{call.service}.amazonaws.com",
        "eventName": call.name,
        "awsRegion": call.region,
        "sourceIPAddress": call.address,
        "userAgent": f"[{call.agent}]" if call.service == "s3" and not by_service else call.agent,
    }
    if call.error:
        found |= {name: text for name, text in zip(("errorCode", "errorMessage"), call.error, strict=True) if text}
    found |= {"requestParameters": call.request, "responseElements": call.response}
    if call.extra:
        found["additionalEventData"] = call.extra
    found |= {"requestID": dice.uuid(), "eventID": dice.uuid(), "readOnly": not call.writes}
    if call.resources:
        found["resources"] = [_resource(*resource) for resource in call.resources]
    found |= {
        "eventType": call.event_type,
        "managementEvent": not call.data,
        "recipientAccountId": call.caller.account,
        "eventCategory": "Data" if call.data else "Management",
    }
    if not by_service:
        found["tlsDetails"] = _tls(call)
    if call.from_console:
        found["sessionCredentialFromConsole"] = "true"
    return found


def _tls(call: Call) -> Json:
    return {
        "tlsVersion": "TLSv1.3",
        "cipherSuite": "TLS_AES_128_GCM_SHA256",
        "clientProvidedHostHeader": call.host or f"{call.service}.{call.region}.amazonaws.com",
    }


def _resource(arn: str, account: str, kind: str) -> Json:
    return {"accountId": account, "type": kind, "ARN": arn} if account else {"type": kind, "ARN": arn}


def _identity(call: Call) -> Json:
    caller = call.caller
    if isinstance(caller, Service):
        return {"type": "AWSService", "invokedBy": caller.host}
    if isinstance(caller, IamUser):
        identity = {
            "type": "IAMUser",
            "principalId": caller.user_id,
            "arn": caller.arn,
            "accountId": caller.account,
            "accessKeyId": caller.access_key,
            "userName": caller.name,
        }
        if call.event_type == "AwsConsoleSignIn":
            del identity["accessKeyId"]
        return identity
    return {
        "type": "AssumedRole",
        "principalId": f"{caller.role_id}:{caller.session}",
        "arn": caller.arn,
        "accountId": caller.account,
        "accessKeyId": caller.access_key,
        "sessionContext": _session(caller, call.time),
    }


def _session(caller: RoleSession, time: datetime) -> Json:
    begin = max(DAY, time.replace(minute=2, second=11) - timedelta(hours=time.hour % 4))
    context: Json = {
        "sessionIssuer": {
            "type": "Role",
            "principalId": caller.role_id,
            "arn": caller.role_arn,
            "accountId": caller.account,
            "userName": caller.role,
        },
        "attributes": {"creationDate": f"{min(begin, time):%Y-%m-%dT%H:%M:%SZ}", "mfaAuthenticated": "false"},
    }
    if caller.session.startswith("i-"):
        context["ec2RoleDelivery"] = "2.0"
    return context
