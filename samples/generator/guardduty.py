"""GuardDuty findings as the security account exports them: what it saw of the incident, and two that are noise."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from samples.generator import story
from samples.generator.dice import Dice
from samples.generator.guardduty_parts import (
    HTTPS,
    SSH,
    Tree,
    access_key,
    api_call,
    bucket,
    connection,
    instance,
    port_probe,
)
from samples.generator.objects import LogObject, by_slice
from samples.generator.story import REGION, SECURITY, SHOP, Country, at

DETECTOR = "4ec1b2d3a5f60718293a4b5c6d7e8f90"
ELSEWHERE = Country("NL", "Netherlands", "Amsterdam", 52.3716, 4.8883, "64511", "Example Research Scanner")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A finding.

    Attributes:
        first_seen: when its first event happened.
        updates: each time at which it is exported, with the count of events so far.
        role: whether the resource is the "TARGET" or the "ACTOR".
    """

    type: str
    title: str
    description: str
    severity: float
    first_seen: str
    updates: tuple[tuple[str, int], ...]
    action: Tree
    resource: Tree
    role: str = "TARGET"


def objects() -> Iterator[LogObject]:
    """Yield an object per export, with the updates of all findings since the last one."""
    dice = Dice("guardduty")
    lines = _updates(dice)
    for end, some in by_slice(lines, lambda line: datetime.fromisoformat(line["updatedAt"]), timedelta(minutes=30)):
        key = f"AWSLogs/{SECURITY}/GuardDuty/{REGION}/{end:%Y/%m/%d}/{dice.uuid()}.jsonl.gz"
        content = "".join(json.dumps(line, separators=(",", ":")) + "\n" for line in some)
        yield LogObject("guardduty", key, (content.encode(),), len(some))


def updates() -> list[Tree]:
    """Return each update of each finding as it is exported."""
    return _updates(Dice("guardduty"))


def _updates(dice: Dice) -> list[Tree]:
    return [line for finding in _findings() for line in _exported(dice, finding)]


def _exported(dice: Dice, finding: Finding) -> Iterator[Tree]:
    name = dice.hex(32)
    for clock, count in finding.updates:
        yield {
            "schemaVersion": "2.0",
            "accountId": SHOP,
            "region": REGION,
            "partition": "aws",
            "id": name,
            "arn": f"arn:aws:guardduty:{REGION}:{SHOP}:detector/{DETECTOR}/finding/{name}",
            "type": finding.type,
            "resource": finding.resource,
            "service": _service(finding, at(clock), count),
            "severity": finding.severity,
            "createdAt": _iso(at(finding.updates[0][0])),
            "updatedAt": _iso(at(clock)),
            "title": finding.title,
            "description": finding.description,
        }


def _service(finding: Finding, updated: datetime, count: int) -> Tree:
    return {
        "serviceName": "guardduty",
        "detectorId": DETECTOR,
        "action": finding.action,
        "resourceRole": finding.role,
        "additionalInfo": {"value": "{}", "type": "default"},
        "eventFirstSeen": _iso(at(finding.first_seen)),
        "eventLastSeen": _iso(updated - timedelta(minutes=4)),
        "archived": False,
        "count": count,
    }


def _iso(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S}.000Z"


def _findings() -> Iterator[Finding]:
    yield from _probes()
    yield from _guessing()
    yield from _from_the_host()
    yield from _by_the_leaked_key()
    yield from _persistence()
    yield from _data_and_trail()


def _probes() -> Iterator[Finding]:
    for host, port, address, country, first_seen, updates in (
        (story.WEB_2, 8080, story.NOISE[3], ELSEWHERE, "06:31", (("06:46", 1),)),
        (story.JUMP_HOST, SSH, story.NOISE[1], ELSEWHERE, "07:12", (("07:27", 2),)),
        (story.JUMP_HOST, SSH, story.ATTACKER, story.COUNTRY, "08:20", (("08:36", 1), ("09:06", 3))),
    ):
        yield Finding(
            type="Recon:EC2/PortProbeUnprotectedPort",
            title=f"Unprotected port on EC2 instance {host.instance} is being probed.",
            description=f"EC2 instance {host.instance} has an unprotected port which is being probed by a known"
            " malicious host.",
            severity=2,
            first_seen=first_seen,
            updates=updates,
            action=port_probe(host, port, address, country),
            resource=instance(host),
        )


def _guessing() -> Iterator[Finding]:
    host = story.JUMP_HOST
    for address, severity, count in ((story.ATTACKER, 5, 171), (story.ATTACKER_SECOND, 2, 70)):
        text = f"{address} is performing SSH brute force attacks against {host.instance}."
        yield Finding(
            type="UnauthorizedAccess:EC2/SSHBruteForce",
            title=text,
            description=f"{text} Brute force attacks are used to gain unauthorized access to your instance by guessing"
            " the SSH password.",
            severity=severity,
            first_seen="08:41",
            updates=(("08:58", 41), ("09:28", count)),
            action=connection("INBOUND", address, remote_port=40210, local_port=SSH),
            resource=instance(host),
        )


def _from_the_host() -> Iterator[Finding]:
    host, away = story.JUMP_HOST, story.COMMAND_AND_CONTROL
    yield Finding(
        type="Recon:EC2/Portscan",
        title=f"Outbound port scan from EC2 instance {host.instance}.",
        description=f"EC2 instance {host.instance} is performing outbound port scans against remote host"
        f" {story.DATABASE.address}.",
        severity=5,
        first_seen="09:21",
        updates=(("09:37", 1),),
        action=connection("OUTBOUND", story.DATABASE.address, remote_port=3306, local_port=51602, country=None),
        resource=instance(host),
        role="ACTOR",
    )
    yield Finding(
        type="Backdoor:EC2/C&CActivity.B",
        title=f"{host.instance} is communicating with a command and control server.",
        description=f"EC2 instance {host.instance} is communicating outbound with {away}, a known command and control"
        " server.",
        severity=8,
        first_seen="09:16",
        updates=(("09:32", 3), ("10:02", 14)),
        action=connection("OUTBOUND", away, remote_port=HTTPS, local_port=51644),
        resource=instance(host),
        role="ACTOR",
    )


def _by_the_leaked_key() -> Iterator[Finding]:
    leaked, name = story.DEPLOY, story.DEPLOY.name
    yield Finding(
        type="UnauthorizedAccess:IAMUser/MaliciousIPCaller",
        title="An API was invoked from a known malicious IP address.",
        description=f"API GetCallerIdentity was invoked by {name} from an IP address on a threat list,"
        f" {story.ATTACKER}.",
        severity=5,
        first_seen="09:25",
        updates=(("09:41", 12), ("10:11", 69)),
        action=api_call("sts", "GetCallerIdentity", story.ATTACKER),
        resource=access_key(leaked),
    )
    yield Finding(
        type="PenTest:IAMUser/KaliLinux",
        title="An API was invoked from a Kali Linux computer.",
        description=f"API ListBuckets was invoked by {name} from a remote host with IP address {story.ATTACKER} that"
        " is potentially running the Kali Linux penetration testing software.",
        severity=5,
        first_seen="09:25",
        updates=(("09:41", 2),),
        action=api_call("s3", "ListBuckets", story.ATTACKER),
        resource=access_key(leaked),
    )


def _persistence() -> Iterator[Finding]:
    for user, call, address, first_seen, update in (
        (story.DEPLOY, "AttachUserPolicy", story.ATTACKER, "09:52", "10:09"),
        (story.BACKDOOR, "CreateLoginProfile", story.ATTACKER_SECOND, "10:20", "10:36"),
    ):
        yield Finding(
            type="Persistence:IAMUser/AnomalousBehavior",
            title=f"User IAMUser : {user.name} is anomalously invoking APIs commonly used in Persistence tactics.",
            description=f"APIs commonly used in Persistence tactics were invoked by user IAMUser : {user.name} under"
            " anomalous circumstances. Such activity is not typically seen from this user.",
            severity=5,
            first_seen=first_seen,
            updates=((update, 3),),
            action=api_call("iam", call, address),
            resource=access_key(user),
        )


def _data_and_trail() -> Iterator[Finding]:
    name, user = story.DEPLOY.name, story.BACKDOOR
    yield Finding(
        type="Exfiltration:S3/AnomalousBehavior",
        title=f"User IAMUser : {name} is anomalously reading objects of an S3 bucket.",
        description=f"APIs commonly used in Exfiltration tactics were invoked by user IAMUser : {name} under anomalous"
        " circumstances. Such activity is not typically seen from this user.",
        severity=8,
        first_seen="09:40",
        updates=(("09:56", 149),),
        action=api_call("s3", "GetObject", story.ATTACKER),
        resource=bucket(story.DEPLOY),
    )
    yield Finding(
        type="Stealth:IAMUser/CloudTrailLoggingDisabled",
        title=f"AWS CloudTrail trail {story.DATA_TRAIL} was disabled.",
        description=f"AWS CloudTrail trail {story.DATA_TRAIL} was disabled by {user.name} calling StopLogging under"
        " unusual circumstances. This can be attackers attempt to cover their tracks by eliminating any trace of"
        " activity performed while they accessed your account.",
        severity=2,
        first_seen="10:05",
        updates=(("10:21", 1),),
        action=api_call("cloudtrail", "StopLogging", story.ATTACKER_SECOND),
        resource=access_key(user),
    )
