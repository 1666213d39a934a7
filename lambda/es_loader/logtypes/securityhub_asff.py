"""A finding in ASFF: what kind it is of, how bad, by which rule; what it says of weaknesses and of known threats.

https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-findings-format.html
"""

from es_loader.logtypes.securityhub_activity import READ_OF_ACTIVITY, add_activity
from es_loader.logtypes.securityhub_resources import add_resources
from es_loader.normalize.arns import arn
from es_loader.normalize.coerce import to_date, to_double, to_ip, to_keyword, to_long
from es_loader.normalize.members import below, object_at, objects, text
from es_loader.normalize.related import relate
from es_loader.normalize.urls import url
from es_loader.types import Document, Fields

TOP_LEVEL = frozenset(
    """Action AwsAccountId AwsAccountName CompanyName Compliance Confidence CreatedAt Criticality Description Detection
    FindingProviderFields FirstObservedAt GeneratorDetails GeneratorId Id LastObservedAt Malware Network NetworkPath
    Note PatchSummary Process ProcessedAt ProductArn ProductFields ProductName RecordState Region RelatedFindings
    Remediation Resources Sample SchemaVersion Severity SourceUrl ThreatIntelIndicators Threats Title Types UpdatedAt
    UserDefinedFields VerificationState Vulnerabilities Workflow WorkflowState""".split()
)
"""The members of a finding."""

READ_OF_ASFF = (
    "Severity.Normalized",
    "SourceUrl",
    "UpdatedAt",
    *READ_OF_ACTIVITY,
)
"""Paths that become ECS fields as they are, without being declared."""

_ALERTS = frozenset({"Effects", "Sensitive Data Identifications", "TTPs", "Unusual Behaviors"})
"""Namespaces of types whose findings tell of something that happened.
https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-findings-format-type-taxonomy.html"""

_CHECKS = "Software and Configuration Checks"
_CATEGORY_OF_PRODUCT = {
    "GuardDuty": "intrusion_detection",
    "Inspector": "vulnerability",
    "Macie": "intrusion_detection",
    "Security Hub": "configuration",
}
"""For findings without a type of the taxonomy."""

_OUTCOMES = {"FAILED": "failure", "NOT_AVAILABLE": "unknown", "PASSED": "success", "WARNING": "unknown"}
_SEVERITIES = {"CRITICAL": 90, "HIGH": 70, "INFORMATIONAL": 0, "LOW": 1, "MEDIUM": 40}
"""Label -> the least normalized severity that has it."""

_INDICATORS = {
    "DOMAIN": ("domain-name", "url.domain"),
    "EMAIL_ADDRESS": ("email-addr", "email.address"),
    "HASH_MD5": ("file", "file.hash.md5"),
    "HASH_SHA1": ("file", "file.hash.sha1"),
    "HASH_SHA256": ("file", "file.hash.sha256"),
    "HASH_SHA512": ("file", "file.hash.sha512"),
    "IPV4_ADDRESS": ("ipv4-addr", "ip"),
    "IPV6_ADDRESS": ("ipv6-addr", "ip"),
    "MUTEX": ("mutex", None),
    "PROCESS": ("process", None),
    "URL": ("url", "url.full"),
}
"""Type of an indicator -> `threat.indicator.type`, and the field of `threat.indicator` that holds its value."""


def add_asff(doc: Document, fields: Fields) -> None:
    """Add to a document what a declaration cannot say of a finding."""
    _classify(doc, fields)
    _grade(doc, fields)
    if (title := doc.get("rule", {}).get("name")) is not None:
        doc["rule"]["name"] = title.removesuffix(".") or title
    cloud = doc.setdefault("cloud", {})
    if "region" not in cloud and (region := arn(text(fields.get("ProductArn"))).region):
        cloud["region"] = region
    if address := text(fields.get("SourceUrl")):
        doc["url"] = url(address, decode=True)
    resources = list(objects(fields.get("Resources")))
    add_resources(doc, resources)
    add_activity(doc, fields, resources)
    _vulnerability(doc, fields)
    _indicators(doc, list(objects(fields.get("ThreatIntelIndicators"))))


def _classify(doc: Document, fields: Fields) -> None:
    """Set kind and category by the finding's first type, else by its product, else by what it is made of."""
    namespace, _, below = doc.get("rule", {}).get("category", "").partition("/")
    event = doc["event"]
    category: str | None
    if namespace in _ALERTS:
        event["kind"] = "alert"
        category = "malware" if fields.get("Malware") else "intrusion_detection"
    elif namespace == _CHECKS:
        category = "vulnerability" if below.partition("/")[0] == "Vulnerabilities" else "configuration"
    else:
        category = _CATEGORY_OF_PRODUCT.get(doc.get("observer", {}).get("product", "")) or next(
            (found for name, found in _CATEGORY_OF_MEMBER.items() if fields.get(name)), None
        )
    if category:
        event["category"] = [category]


_CATEGORY_OF_MEMBER = {"Malware": "malware", "Vulnerabilities": "vulnerability", "Compliance": "configuration"}


def _grade(doc: Document, fields: Fields) -> None:
    """Set outcome and severity."""
    outcome = _OUTCOMES.get(text(object_at(fields, "Compliance").get("Status")) or "")
    if outcome:
        doc["event"]["outcome"] = outcome
    severity = object_at(fields, "Severity")
    found = to_long(severity.get("Normalized"))
    if found is None:
        found = _SEVERITIES.get(text(severity.get("Label")) or "")
    if found is not None:
        doc["event"]["severity"] = found


def _vulnerability(doc: Document, fields: Fields) -> None:
    """Add the newest score of the first vulnerability, and the finding's severity as its own."""
    first = next(objects(fields.get("Vulnerabilities")), None)
    if first is None:
        return
    scores = list(objects(first.get("Cvss"))) or [{}]
    base, version = to_double(scores[-1].get("BaseScore")), to_keyword(scores[-1].get("Version"))
    score = {name: value for name, value in (("base", base), ("version", version)) if value is not None}
    found = {"score": score, "severity": text(object_at(fields, "Severity").get("Label"))}
    doc["vulnerability"] = doc.get("vulnerability", {}) | {name: value for name, value in found.items() if value}


def _indicators(doc: Document, indicators: list[Fields]) -> None:
    """Add the first indicator, and all their hashes and addresses to `related`."""
    for number, indicator in enumerate(indicators):
        kind, value = text(indicator.get("Type")) or "", text(indicator.get("Value"))
        ecs_type, target = _INDICATORS.get(kind, (None, None))
        if target == "ip":
            value = to_ip(value)
            relate(doc, "ip", [value])
        elif target and target.startswith("file.hash."):
            relate(doc, "hash", [value])
        if number == 0:
            found: Document = {"type": ecs_type, "last_seen": to_date(indicator.get("LastObservedAt"))}
            _put(found, target, value)
            if kept := {name: one for name, one in found.items() if one}:
                doc.setdefault("threat", {})["indicator"] = kept


def _put(part: Document, path: str | None, value: str | None) -> None:
    """Set a value at a dotted path, if both are there."""
    if path and value:
        *parents, leaf = path.split(".")
        below(part, parents)[leaf] = value
