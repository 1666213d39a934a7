"""A finding in OCSF, as Security Hub writes them since 2025: what kind it is of, how bad, about which instance.

https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-ocsf-findings.html, https://schema.ocsf.io/
"""

from es_loader.logtypes.guardduty_actions import connect
from es_loader.logtypes.securityhub_resources import last_segment
from es_loader.normalize.coerce import to_ip, to_long
from es_loader.normalize.members import object_at, objects, text
from es_loader.normalize.related import relate
from es_loader.types import Document, Fields

_COMPLIANCE = 2003
_CLASSES = {
    2002: ("event", "vulnerability"),
    _COMPLIANCE: ("event", "configuration"),
    2004: ("alert", "intrusion_detection"),
    2006: ("alert", "intrusion_detection"),
}
"""`class_uid` -> kind and category."""

_OUTCOMES = {"fail": "failure", "failed": "failure", "pass": "success", "passed": "success", "warning": "unknown"}
_OUTCOME_IDS = {1: "success", 2: "unknown", 3: "failure"}
"""https://schema.ocsf.io/objects/compliance: `status`, `status_id`"""

_SEVERITIES = {1: 21, 2: 21, 3: 47, 4: 73, 5: 99, 6: 99}
"""`severity_id` -> a number on the scale of ASFF's normalized severity."""

_INSTANCE = "AWS::EC2::Instance"


def add_ocsf(doc: Document, fields: Fields) -> None:
    """Add to a document what a declaration cannot say of a finding."""
    event = doc["event"]
    number = to_long(fields.get("class_uid"))
    if found := _CLASSES.get(number or 0):
        event["kind"], event["category"] = found[0], [found[1]]
    if number == _COMPLIANCE and (outcome := _outcome(fields)):
        event["outcome"] = outcome
    if severity := _SEVERITIES.get(to_long(fields.get("severity_id")) or 0):
        event["severity"] = severity
    if attacks := object_at(fields, "finding_info").get("attacks"):
        _framework(doc, attacks)
    connect(doc, doc.get("source", {}), doc.get("destination", {}), {})
    resources = objects(fields.get("resources"))
    if instance := next((one for one in resources if one.get("type") == _INSTANCE), None):
        _host(doc, instance)
    if next(objects(fields.get("vulnerabilities")), None):
        _vulnerability(doc, fields)


def _host(doc: Document, instance: Fields) -> None:
    """Add the instance, and what the finding tells of it."""
    details = object_at(object_at(instance, "data"), "awsEc2InstanceDetails")
    listed = [details.get(name) for name in ("ipV4Addresses", "ipV6Addresses")]
    host: Document = {
        "id": last_segment(text(instance.get("uid"))),
        "ip": [ip for some in listed if type(some) is list for one in some if (ip := to_ip(one))],
        "type": text(details.get("type")),
    }
    if host["id"]:
        doc.setdefault("cloud", {})["instance"] = {"id": host["id"]}
    if kept := {name: value for name, value in host.items() if value}:
        doc["host"] = kept
        relate(doc, "ip", host["ip"])


def _vulnerability(doc: Document, fields: Fields) -> None:
    """Add which product found the first vulnerability, how it is scored, and the finding's severity as its own."""
    found: Document = doc.get("vulnerability", {})
    scanner = doc.get("observer", {}).get("product")
    told = {
        "classification": "CVSS" if "score" in found else None,
        "scanner": scanner and {"vendor": scanner},
        "severity": text(fields.get("severity")),
    }
    if kept := {name: value for name, value in told.items() if value}:
        doc["vulnerability"] = found | kept


def _outcome(fields: Fields) -> str | None:
    compliance = object_at(fields, "compliance")
    for status in (compliance.get("status"), fields.get("status")):
        if found := _OUTCOMES.get((text(status) or "").lower()):
            return found
    return _OUTCOME_IDS.get(to_long(compliance.get("status_id")) or 0)


def _framework(doc: Document, attacks: object) -> None:
    """Name the framework that tactics and techniques are of: OCSF's are MITRE's."""
    if next(objects(attacks), None) and "threat" in doc:
        doc["threat"]["framework"] = "MITRE ATT&CK"
