"""Some findings of the day once more, as the Security Hub of 2025 writes them: in OCSF.

https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-ocsf-findings.html
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from samples.generator import securityhub_parts as parts
from samples.generator import securityhub_scanners as scanners
from samples.generator import story
from samples.generator.dice import Dice
from samples.generator.securityhub_parts import Tree
from samples.generator.story import REGION, SHOP, at


class _Class(NamedTuple):
    number: int
    name: str


_VULNERABILITY = _Class(2002, "Vulnerability Finding")
_COMPLIANCE = _Class(2003, "Compliance Finding")
_DETECTION = _Class(2004, "Detection Finding")
_DATA_SECURITY = _Class(2006, "Data Security Finding")
_SEVERITIES = {"Medium": 3, "High": 4, "Critical": 5}


def _resource(kind: str, uid: str) -> Tree:
    return {"type": kind, "uid": uid, "region": REGION, "owner": {"account": {"uid": SHOP}}}


_JUMP_HOST = _resource("AWS::EC2::Instance", parts.instance_arn(story.JUMP_HOST))
_WEB_SERVER = _resource("AWS::EC2::Instance", parts.instance_arn(story.WEB_1))
_BUCKET = _resource("AWS::S3::Bucket", f"arn:aws:s3:::{story.EXPORTS_BUCKET}")
_WEAKNESS = {
    "cve": {"uid": scanners.CVE, "cvss": [{"base_score": 9.8, "version": "3.1"}]},
    "affected_packages": [{"name": "nginx", "version": "1.28.0"}],
    "references": [scanners.CVE_URL],
}


def findings(dice: Dice) -> Iterator[Tree]:
    """Yield the findings in order of time."""
    yield _finding(
        (_VULNERABILITY, "Inspector", "Critical", scanners.SCANNED),
        {"uid": dice.hex(32), "title": scanners.CVE_TITLE, "desc": scanners.CVE_TEXT},
        resources=[_WEB_SERVER],
        vulnerabilities=[_WEAKNESS],
    )
    yield _finding(
        (_DATA_SECURITY, "Macie", "High", scanners.CLASSIFIED),
        {"uid": dice.hex(32), "title": scanners.PERSONAL, "desc": f"{scanners.PERSONAL}."},
        resources=[_BUCKET],
    )
    yield from _detections(dice)
    title = "S3 general purpose buckets should log object-level read events"
    yield _finding(
        (_COMPLIANCE, "Security Hub CSPM", "Medium", at("10:17:25")),
        {"uid": dice.hex(32), "title": title, "desc": f"This control checks: {title}."},
        resources=[_resource("AWS::::Account", SHOP)],
        compliance={"control": "S3.23", "status": "Fail", "status_id": 3, "standards": list(parts.STANDARDS)},
    )


def _detections(dice: Dice) -> Iterator[Tree]:
    host = story.JUMP_HOST
    yield _finding(
        (_DETECTION, "GuardDuty", "Medium", at("08:58:00")),
        _attack(dice, "SSH brute force attacks", ("Credential Access", "TA0006"), ("Brute Force", "T1110")),
        resources=[_JUMP_HOST],
        evidences=[
            {
                "src_endpoint": {"ip": story.ATTACKER, "port": 40210},
                "dst_endpoint": {"ip": host.address, "port": 22},
            }
        ],
    )
    yield _finding(
        (_DETECTION, "GuardDuty", "High", at("09:32:00")),
        _attack(
            dice,
            "talk with a command and control server",
            ("Command and Control", "TA0011"),
            ("Web Protocols", "T1071.001"),
        ),
        resources=[_JUMP_HOST],
        evidences=[
            {
                "src_endpoint": {"ip": host.address, "port": 51644},
                "dst_endpoint": {"ip": story.COMMAND_AND_CONTROL, "port": 443},
                "process": {"name": "curl", "pid": 18463},
            }
        ],
    )


def _attack(dice: Dice, what: str, tactic: tuple[str, str], technique: tuple[str, str]) -> Tree:
    title = f"{story.JUMP_HOST.instance}: {what}"
    attack = {
        "tactic": {"name": tactic[0], "uid": tactic[1]},
        "technique": {"name": technique[0], "uid": technique[1]},
    }
    return {"uid": dice.hex(32), "title": title, "desc": f"GuardDuty saw at {title}.", "attacks": [attack]}


def _finding(kind: tuple[_Class, str, str, datetime], info: Tree, **members: Any) -> Tree:
    """Return a finding of a class, product, severity and time."""
    of_class, product, severity, moment = kind
    stamps = {"modified_time": round(moment.timestamp() * 1000), "modified_time_dt": parts.iso(moment)}
    return {
        "activity_id": 1,
        "activity_name": "Create",
        "category_name": "Findings",
        "category_uid": 2,
        "class_name": of_class.name,
        "class_uid": of_class.number,
        "cloud": {"account": {"uid": SHOP}, "cloud_partition": "aws", "provider": "AWS", "region": REGION},
        "finding_info": {**info, **stamps},
        "metadata": {"product": {"name": product, "vendor_name": "AWS"}, "version": "1.6.0"},
        "severity": severity,
        "severity_id": _SEVERITIES[severity],
        "status": "New",
        "status_id": 1,
        "time": stamps["modified_time"],
        "time_dt": stamps["modified_time_dt"],
        **members,
    }
