"""Security Hub: findings in ASFF and in OCSF, custom actions on them, results of insights.

https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-findings-format.html
https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-cwe-event-formats.html
"""

from es_loader.declarations import LogType
from es_loader.logtypes import Hooks, Refine
from es_loader.logtypes.securityhub_asff import READ_OF_ASFF, TOP_LEVEL, add_asff
from es_loader.logtypes.securityhub_ocsf import add_ocsf
from es_loader.normalize.flat import flat
from es_loader.normalize.letter_case import pascal_case, upper_first
from es_loader.normalize.members import object_at
from es_loader.normalize.remainder import known, remainder
from es_loader.normalize.timestamps import to_iso
from es_loader.types import Document, Fields, RawRecord, Source

_KEYED_FREELY = frozenset(
    """AffectedResources Other ProductFields Tags UserDefinedFields
    affectedResources other productFields tags userDefinedFields""".split()
)
"""Members of ASFF whose names are products', users' or resources' own."""

_READ = (*READ_OF_ASFF, "actionName", "finding_info")
"""Paths that are read without being declared."""


def hooks(log_type: LogType) -> Hooks:
    """Return what a declaration cannot say of this log."""
    return Hooks(prepare=prepare, refine=_refiner(log_type))


def prepare(fields: Fields) -> Fields:
    """Give a finding the names of ASFF for what identifies it; all names of ASFF a capital letter.

    Exports of SDKs begin names with a small letter, old events have such ones beside the others: where both are
    there, the name of ASFF holds.
    """
    if _is_ocsf(fields):
        return fields | _identity(object_at(fields, "finding_info"))
    small = [name for name in fields if name[:1].islower() and upper_first(name) in TOP_LEVEL]
    if not small:
        return fields
    renamed = pascal_case({name: fields[name] for name in small}, verbatim=_KEYED_FREELY)
    kept = {name: value for name, value in fields.items() if name not in small or upper_first(name) in fields}
    return {**renamed, **kept}


def _is_ocsf(fields: Fields) -> bool:
    return "class_uid" in fields and "ProductArn" not in fields


def _identity(finding: Fields) -> Fields:
    modified = (finding.get(name) for name in ("modified_time_dt", "modified_time"))
    return {"Id": finding.get("uid"), "UpdatedAt": next((time for time in modified if to_iso(time)), None)}


def _refiner(log_type: LogType) -> Refine:
    """Return the function that completes a document; it knows what the declaration takes out of a finding."""
    origins = [path for declared in log_type.ecs.values() for path in declared.paths]
    table = known([*origins, *(log_type.original_fields or ()), *_READ])

    def refine(doc: Document, fields: Fields, _raw: RawRecord, _source: Source) -> None:
        if _is_ocsf(fields):
            add_ocsf(doc, fields)
        elif "insightResults" in fields:
            doc["event"]["category"] = ["configuration"]
        else:
            add_asff(doc, fields)
        if "category" in doc["event"]:
            doc["event"]["type"] = ["info"]
        if doc.get("vulnerability", {}).get("id", "").startswith("CVE-"):
            doc["vulnerability"]["enumeration"] = "CVE"
        if left := flat(remainder(fields, table)):
            doc["aws"].setdefault("securityhub", {})["unmapped"] = left

    return refine
