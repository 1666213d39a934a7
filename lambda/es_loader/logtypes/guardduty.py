"""GuardDuty: findings as exported to S3, as EventBridge events, and as the API returns them.

https://docs.aws.amazon.com/guardduty/latest/APIReference/API_Finding.html
"""

import re
from collections.abc import Callable
from typing import Any

from es_loader.config import LogType
from es_loader.logtypes.guardduty_actions import ACTIONS, READ_OF_ACTIONS
from es_loader.logtypes.guardduty_resources import relate_resources
from es_loader.logtypes.guardduty_scans import add_scans
from es_loader.normalize.coerce import to_double
from es_loader.normalize.flat import flat
from es_loader.normalize.members import object_at, text
from es_loader.normalize.remainder import Known, known, remainder
from es_loader.types import Document, Fields, RawRecord, Source

MAX_TYPE = 256
"""Characters of a finding's type that are taken apart."""

_TYPE = re.compile(r"(?P<ruleset>(?P<purpose>[^:/]+):[^/]+)(?:/(?P<family>[^.!]+))?")
"""`Purpose:Resource/Family.Mechanism!Artifact`,
https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_finding-format.html"""

_MALWARE_FAMILIES = frozenset({"MaliciousFile", "SuspiciousFile"})
_MALWARE_SCANS = ("ebsVolumeScanDetails", "malwareScanDetails")

_TACTICS = {
    "CommandAndControl": ("TA0011", "Command and Control"),
    "CredentialAccess": ("TA0006", "Credential Access"),
    "DefenseEvasion": ("TA0005", "Defense Evasion"),
    "Discovery": ("TA0007", "Discovery"),
    "Execution": ("TA0002", "Execution"),
    "Exfiltration": ("TA0010", "Exfiltration"),
    "Impact": ("TA0040", "Impact"),
    "InitialAccess": ("TA0001", "Initial Access"),
    "Persistence": ("TA0003", "Persistence"),
    "PrivilegeEscalation": ("TA0004", "Privilege Escalation"),
    "Recon": ("TA0043", "Reconnaissance"),
}
"""Purpose of a finding -> id and name of the tactic, https://attack.mitre.org/tactics/enterprise/"""

_SEVERITY_LABELS = ((4.0, "Low"), (7.0, "Medium"), (9.0, "High"))
"""https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_findings-severity.html, upper bounds; above: Critical."""

_READ = ("updatedAt", *READ_OF_ACTIONS)
"""Paths that become ECS fields as they are, without being declared."""


def prepare(fields: Fields) -> Fields:
    """Give a finding the names of the export: what SDKs return begins every name with a capital letter."""
    if "Id" in fields or "AccountId" in fields:
        fields = _camel_case(fields)
    return fields


def _camel_case(value: Any) -> Any:
    if type(value) is dict:
        return {name[:1].lower() + name[1:]: _camel_case(member) for name, member in value.items()}
    return [_camel_case(item) for item in value] if type(value) is list else value


def refiner(log_type: LogType) -> Callable[[Document, Fields, RawRecord, Source], None]:
    """Return the function that completes a document, which knows what the declaration takes out of a finding."""
    origins = [path for declared in log_type.ecs.values() for path in declared.paths]
    named = known([*origins, *(log_type.original_fields or ()), *_READ])

    def refine(doc: Document, fields: Fields, _raw: RawRecord, _source: Source) -> None:
        service, resource = object_at(fields, "service"), object_at(fields, "resource")
        own = doc["aws"].setdefault("guardduty", {})
        _rule(doc, text(fields.get("type")) or "", service)
        _severity(doc, own, to_double(fields.get("severity")))
        relate_resources(doc, resource, object_at(service, "detection"))
        action = object_at(service, "action")
        member, read = ACTIONS.get(action.get("actionType"), ("", None))
        if read is not None:
            read(doc, object_at(action, member), resource)
        add_scans(doc, service, resource)
        if left := flat(_unmapped(fields, named, member)):
            own["unmapped"] = left

    return refine


def _rule(doc: Document, finding_type: str, service: Fields) -> None:
    """Take apart the finding's type: rule, tactic, category."""
    match = _TYPE.match(finding_type[:MAX_TYPE])
    malware = any(service.get(name) for name in _MALWARE_SCANS)
    if match is not None:
        doc["rule"] |= {"category": match["purpose"], "ruleset": match["ruleset"]}
        malware = malware or match["family"] in _MALWARE_FAMILIES
        if tactic := _TACTICS.get(match["purpose"]):
            identity, name = tactic
            doc["threat"] = {"framework": "MITRE ATT&CK", "tactic": {"id": [identity], "name": [name]}}
    doc["event"]["category"] = ["malware" if malware else "intrusion_detection"]


def _severity(doc: Document, own: Document, severity: float | None) -> None:
    if severity is None:
        return
    doc["event"]["severity"] = int(severity)
    own["severity_label"] = next((label for bound, label in _SEVERITY_LABELS if severity < bound), "Critical")


def _unmapped(fields: Fields, named: Known, member: str) -> Fields | None:
    """Return what no field holds; of several actions only the one that the finding names is read."""
    left: Fields | None = remainder(fields, named)
    action = object_at(object_at(fields, "service"), "action")
    unread = {name: value for name, value in action.items() if name.endswith("Action") and name != member and value}
    if unread:
        left = left or {}
        service = left.get("service") or {}
        left["service"] = service | {"action": (service.get("action") or {}) | unread}
    return left
