"""What the leaked key did, what the key made with it did, and how the administrator answered."""

from collections.abc import Iterator
from datetime import timedelta
from typing import NamedTuple

from samples.generator.cloudtrail_calls import Call, Json, object_call
from samples.generator.dice import Dice
from samples.generator.story import (
    ATTACKER,
    ATTACKER_SECOND,
    BACKDOOR,
    DATA_TRAIL,
    DAY,
    DEPLOY,
    EXPORTS_BUCKET,
    INES,
    OFFICE,
    ORGANIZATION_TRAIL,
    TRAIL_STARTED,
    TRAIL_STOPPED,
    IamUser,
    at,
)

CONSOLE = (
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/134.0.0.0"
    " Safari/537.36"
)
KALI = (
    "aws-cli/2.23.13 md/awscrt#0.23.8 ua/2.0 os/linux#6.11.2-amd64 md/arch#x86_64 lang/python#3.12.9 md/pyimpl#CPython"
    " cfg/retry-mode#standard md/installer#source md/distrib#kali.2025 md/prompt#off md/command#"
)
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"


class _Step(NamedTuple):
    clock: str
    service: str
    name: str
    request: Json | None
    mode: str
    """"r" or "w": whether the call changes something."""
    refused: bool


_BY_LEAKED_KEY = (
    _Step("09:25:10", "sts", "GetCallerIdentity", None, "r", False),
    _Step("09:25:44", "s3", "ListBuckets", {"Host": "s3.us-east-1.amazonaws.com"}, "r", False),
    _Step("09:26:20", "iam", "ListUsers", None, "r", True),
    _Step("09:26:31", "iam", "ListRoles", None, "r", True),
    _Step("09:26:52", "iam", "GetAccountAuthorizationDetails", None, "r", True),
    _Step("09:27:15", "iam", "ListAttachedUserPolicies", {"userName": DEPLOY.name}, "r", False),
    _Step("09:28:02", "ec2", "DescribeInstances", {"instancesSet": {}, "filterSet": {}}, "r", False),
    _Step("09:28:40", "ec2", "DescribeSecurityGroups", {"securityGroupSet": {}, "filterSet": {}}, "r", False),
    _Step("09:29:33", "rds", "DescribeDBInstances", None, "r", True),
    _Step("09:30:12", "lambda", "ListFunctions20150331", None, "r", False),
    _Step("09:31:05", "secretsmanager", "ListSecrets", None, "r", False),
    _Step("09:37:48", "cloudtrail", "DescribeTrails", None, "r", False),
    _Step(
        "09:38:30",
        "s3",
        "GetBucketPolicy",
        {"bucketName": EXPORTS_BUCKET, "policy": "", "Host": EXPORTS_BUCKET},
        "r",
        True,
    ),
    _Step("09:52:11", "iam", "CreateUser", {"userName": "aws-support"}, "w", True),
    _Step("09:52:58", "iam", "CreateUser", {"userName": BACKDOOR.name}, "w", False),
    _Step("09:53:26", "iam", "CreateAccessKey", {"userName": BACKDOOR.name}, "w", False),
    _Step("09:54:01", "iam", "AttachUserPolicy", {"userName": BACKDOOR.name, "policyArn": ADMINISTRATOR}, "w", False),
    _Step(
        "09:54:40", "iam", "CreateLoginProfile", {"userName": BACKDOOR.name, "passwordResetRequired": False}, "w", True
    ),
    _Step("09:56:09", "cloudtrail", "StopLogging", {"name": DATA_TRAIL}, "w", True),
)
_BY_BACKDOOR = (
    _Step("10:03:20", "sts", "GetCallerIdentity", None, "r", False),
    _Step("10:04:02", "iam", "ListUsers", None, "r", False),
    _Step("10:04:31", "cloudtrail", "DescribeTrails", None, "r", False),
    _Step("10:05:12", "cloudtrail", "StopLogging", {"name": ORGANIZATION_TRAIL}, "w", True),
    _Step(f"{TRAIL_STOPPED:%H:%M:%S}", "cloudtrail", "StopLogging", {"name": DATA_TRAIL}, "w", False),
    _Step("10:07:30", "guardduty", "ListDetectors", None, "r", False),
    _Step("10:08:14", "guardduty", "DeleteDetector", {"detectorId": "4ec1b2d3a5f60718293a4b5c6d7e8f90"}, "w", True),
    _Step("10:11:45", "ec2", "RunInstances", {"instanceType": "p4d.24xlarge", "maxCount": 8, "minCount": 8}, "w", True),
    _Step("10:12:20", "ec2", "RunInstances", {"instanceType": "g5.12xlarge", "maxCount": 4, "minCount": 1}, "w", True),
    _Step("10:14:02", "ec2", "CreateKeyPair", {"keyName": "monitor", "keyType": "rsa", "keyFormat": "pem"}, "w", False),
    _Step(
        "10:20:37", "iam", "CreateLoginProfile", {"userName": BACKDOOR.name, "passwordResetRequired": False}, "w", False
    ),
)
_RESPONSES: dict[str, Json] = {
    "CreateUser": {
        "user": {
            "path": "/",
            "userName": BACKDOOR.name,
            "userId": BACKDOOR.user_id,
            "arn": BACKDOOR.arn,
            "createDate": "Mar 10, 2026, 9:52:58 AM",
        }
    },
    "CreateAccessKey": {
        "accessKey": {
            "userName": BACKDOOR.name,
            "accessKeyId": BACKDOOR.access_key,
            "status": "Active",
            "createDate": "Mar 10, 2026, 9:53:26 AM",
        }
    },
    "CreateLoginProfile": {
        "loginProfile": {
            "userName": BACKDOOR.name,
            "createDate": "Mar 10, 2026, 10:20:37 AM",
            "passwordResetRequired": False,
        }
    },
    "CreateKeyPair": {
        "keyName": "monitor",
        "keyPairId": "key-0a7c3e9b5d1f2468a",
        "keyFingerprint": "3b:9e:51:0c:77:a2:d4:18:6f:e0:4d:b5:92:8c:13:fa:60:27:c9:5e",
        "keyMaterial": "<sensitiveDataRemoved>",
    },
}
SECRETS_TRIED = 45
_SECRETS = ("prod/shop/db", "prod/shop/payment-gateway", "prod/shop/smtp", "staging/shop/db", "prod/erp/api")
EXPORTS = ("orders", "customers", "refunds", "newsletter")
_GLOBAL_SERVICES = frozenset({"iam", "sts", "s3"})


def calls(dice: Dice) -> Iterator[Call]:
    """Yield every call of the incident, in no order."""
    for step in _BY_LEAKED_KEY:
        yield _call(step, DEPLOY, ATTACKER)
    yield from _secrets_refused()
    yield from _exports_taken(dice)
    for step in _BY_BACKDOOR:
        yield _call(step, BACKDOOR, ATTACKER_SECOND)
    yield from _answer()


def _call(step: _Step, caller: IamUser, address: str) -> Call:
    return Call(
        time=at(step.clock),
        caller=caller,
        service=step.service,
        name=step.name,
        address=address,
        agent=KALI + f"{step.service}.{_command(step.name)}",
        request=step.request,
        response=None if step.refused else _RESPONSES.get(step.name),
        error=_refusal(caller, step) if step.refused else None,
        writes=step.mode == "w",
        host=f"{step.service}.amazonaws.com" if step.service in _GLOBAL_SERVICES else "",
    )


def _command(name: str) -> str:
    """Return the command line's name of a call: `CreateUser` -> `create-user`."""
    name = name.removesuffix("20150331")
    return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("-")


def _refusal(caller: IamUser, step: _Step) -> tuple[str, str]:
    if step.name == "RunInstances":
        kind = (step.request or {})["instanceType"]
        text = (
            "You have requested more vCPU capacity than your current vCPU limit of 0 allows for the instance bucket"
            f" that the specified instance type {kind} belongs to."
        )
        return "Client.VcpuLimitExceeded", text
    action = f"{step.service}:{step.name.removesuffix('20150331')}"
    why = (
        f"because no identity-based policy allows the {action} action"
        if caller is DEPLOY
        else "with an explicit deny in a service control policy"
    )
    return "AccessDenied", f"User: {caller.arn} is not authorized to perform: {action} {why}"


def _secrets_refused() -> Iterator[Call]:
    """Yield one attempt after the other on every secret: the error rate that CloudTrail's Insight notes."""
    for number in range(SECRETS_TRIED):
        clock = at("09:31:40") + timedelta(seconds=number * 7)
        request = {"secretId": _SECRETS[number % len(_SECRETS)]}
        step = _Step(f"{clock:%H:%M:%S}", "secretsmanager", "GetSecretValue", request, "r", refused=True)
        yield _call(step, DEPLOY, ATTACKER)


def _exports_taken(dice: Dice) -> Iterator[Call]:
    """Yield the download of the exports: one listing, then one object after the other."""
    who = {"caller": DEPLOY, "address": ATTACKER, "agent": KALI + "s3.sync"}
    listed, time = at("09:40:03"), at("09:40:21")
    yield object_call(dice, name="ListObjectsV2", bucket=EXPORTS_BUCKET, key="", size=24_310, time=listed, **who)
    for number in range(148):
        time += timedelta(milliseconds=dice.randrange(900, 4400))
        kind, day = EXPORTS[number % len(EXPORTS)], DAY - timedelta(days=number // 12)
        key = f"{kind}/{day:%Y/%m/%d}/{kind}-{number % 12:02d}.csv.gz"
        size = dice.randrange(180_000, 6_400_000)
        yield object_call(dice, name="GetObject", bucket=EXPORTS_BUCKET, key=key, size=size, time=time, **who)


def _answer() -> Iterator[Call]:
    """Yield how the administrator took the keys away and started the trail again."""
    steps: tuple[tuple[str, str, str, Json, bool], ...] = (
        ("12:48:40", "cloudtrail", "LookupEvents", {"maxResults": 50}, False),
        ("12:51:13", "iam", "UpdateAccessKey", _key(DEPLOY.name, DEPLOY.access_key), True),
        ("12:52:02", "iam", "UpdateAccessKey", _key(BACKDOOR.name, BACKDOOR.access_key), True),
        ("12:53:30", "iam", "DeleteLoginProfile", {"userName": BACKDOOR.name}, True),
        ("12:54:11", "iam", "DetachUserPolicy", {"userName": BACKDOOR.name, "policyArn": ADMINISTRATOR}, True),
        ("12:55:47", "ec2", "DeleteKeyPair", {"keyName": "monitor"}, True),
        (f"{TRAIL_STARTED:%H:%M:%S}", "cloudtrail", "StartLogging", {"name": DATA_TRAIL}, True),
        ("13:10:26", "ec2", "ModifyInstanceAttribute", _quarantine(), True),
    )
    for clock, service, name, request, writes in steps:
        yield Call(
            time=at(clock),
            caller=INES,
            service=service,
            name=name,
            address=OFFICE,
            agent=CONSOLE,
            request=request,
            response={"_return": True} if service == "ec2" else None,
            writes=writes,
            from_console=True,
        )


def _key(user: str, key: str) -> Json:
    return {"userName": user, "accessKeyId": key, "status": "Inactive"}


def _quarantine() -> Json:
    return {"instanceId": "i-0e3b7c94a1d85f206", "groupSet": {"items": [{"groupId": "sg-0f1e2d3c4b5a69780"}]}}
