"""GuardDuty: findings as exported to S3, as EventBridge events, and as the API returns them.

https://docs.aws.amazon.com/guardduty/latest/APIReference/API_Finding.html
"""

import re

from es_loader.declarations import LogType
from es_loader.logtypes import Hooks, Refine
from es_loader.logtypes.guardduty_actions import READ_OF_ACTIONS, add_action, named_action
from es_loader.logtypes.guardduty_resources import READ_OF_RESOURCES, add_resources
from es_loader.logtypes.guardduty_scans import add_scans
from es_loader.normalize.coerce import to_double
from es_loader.normalize.letter_case import camel_case
from es_loader.normalize.members import decoded, object_at, text
from es_loader.normalize.remainder import undeclared
from es_loader.types import Document, Fields, RawRecord, Source

MAX_TYPE = 256
"""Characters of a finding's type that are taken apart; real ones have less than 100."""

_TYPE = re.compile(
    r"""
    (?P<ruleset> (?P<category> [^:/]+ ) : [^/]+ )   # the purpose, and the kind of resource
    (?: / (?P<family> [^.!]+ ) )?                   # a mechanism (.) and an artifact (!) may follow
    """,
    re.VERBOSE,
)
"""https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_finding-format.html"""

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
"""Upper bounds; what is above is critical.
https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_findings-severity.html"""

_READ = ("updatedAt", *READ_OF_ACTIONS, *READ_OF_RESOURCES)
"""Paths that become ECS fields as they are, without being declared."""

_KEYED_BY_TYPE = ("AffectedResources",)
"""A member whose names are types of resources, which begin with a capital letter everywhere."""


def hooks(log_type: LogType) -> Hooks:
    """Return what a declaration cannot say of this log."""
    return Hooks(prepare=prepare, refine=_refiner(log_type))


def prepare(fields: Fields) -> Fields:
    """Give a finding the names of the export, and of its actions the one that it says it has.

    What SDKs return begins every name with a capital letter.
    """
    if "Id" in fields or "AccountId" in fields:
        fields = camel_case(fields, verbatim=_KEYED_BY_TYPE)
    service = object_at(fields, "service")
    changed: Fields = {}
    if action := object_at(service, "action"):
        changed["action"] = named_action(action)
    additional = object_at(service, "additionalInfo")
    if type(additional.get("value")) is str:
        changed["additionalInfo"] = additional | {"value": decoded(additional["value"])}
    return fields | {"service": service | changed} if changed else fields


def _refiner(log_type: LogType) -> Refine:
    """Return the function that completes a document; it knows what the declaration takes out of a finding."""
    rest = undeclared(log_type, _READ)

    def refine(doc: Document, fields: Fields, _raw: RawRecord, _source: Source) -> None:
        service, resource = object_at(fields, "service"), object_at(fields, "resource")
        own = doc["aws"].setdefault("guardduty", {})
        _rule(doc, own, text(fields.get("type")) or "", service)
        _severity(doc, own, to_double(fields.get("severity")))
        add_resources(doc, resource, object_at(service, "detection"))
        add_action(doc, object_at(service, "action"), resource)
        add_scans(doc, own, service, resource)
        if left := rest(fields):
            own["unmapped"] = left

    return refine


def _rule(doc: Document, own: Document, finding_type: str, service: Fields) -> None:
    """Take apart the finding's type: rule, tactic, category."""
    malware = any(service.get(name) for name in _MALWARE_SCANS)
    if match := _TYPE.match(finding_type[:MAX_TYPE]):
        doc["rule"] |= {"category": match["category"], "ruleset": match["ruleset"]}
        if family := match["family"]:
            own["threat_family"] = family
            malware = malware or family in _MALWARE_FAMILIES
        if tactic := _TACTICS.get(match["category"]):
            doc["threat"] = {"framework": "MITRE ATT&CK", "tactic": {"id": [tactic[0]], "name": [tactic[1]]}}
    doc["event"]["category"] = ["malware" if malware else "intrusion_detection"]


def _severity(doc: Document, own: Document, severity: float | None) -> None:
    if severity is not None:
        doc["event"]["severity"] = int(severity)
        own["severity_label"] = next((label for bound, label in _SEVERITY_LABELS if severity < bound), "Critical")
