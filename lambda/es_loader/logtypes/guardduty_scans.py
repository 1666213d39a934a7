"""What a malware scan of GuardDuty found: the first file and its threat -> `file`, `threat`; all hashes -> `related`.

https://docs.aws.amazon.com/guardduty/latest/APIReference/API_EbsVolumeScanDetails.html
https://docs.aws.amazon.com/guardduty/latest/APIReference/API_MalwareScanDetails.html
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from es_loader.normalize.members import object_at, objects, text
from es_loader.normalize.related import relate
from es_loader.types import Document, Fields

_SHA256 = re.compile(r"[0-9A-Fa-f]{64}\Z")


class _Found(NamedTuple):
    """One file in which a threat was found, as far as the scan describes it."""

    threat: str | None
    path: str | None
    name: str | None
    hash: str | None


def add_scans(doc: Document, own: Document, service: Fields, resource: Fields) -> None:
    """Add the first file that a scan names, its threat, and every file's hash."""
    found = [*_in_volumes(service), *_in_objects(service, resource)]
    if not found:
        return
    if threats := list(dict.fromkeys(one.threat for one in found if one.threat)):
        own["threat_names"] = threats
        doc["threat"] = doc.get("threat", {}) | {"software": {"name": threats[0]}}
    first = next((one for one in found if one.path or one.name), found[0])
    name = first.name or (first.path or "").rpartition("/")[2]
    file: Document = {key: value for key, value in (("path", first.path), ("name", name)) if value}
    hashes = [one.hash for one in found if one.hash and _SHA256.match(one.hash)]
    if first.hash in hashes:
        file["hash"] = {"sha256": first.hash}
    if file:
        doc["file"] = file
    relate(doc, "hash", hashes)


def _in_volumes(service: Fields) -> Iterator[_Found]:
    detections = object_at(object_at(service, "ebsVolumeScanDetails"), "scanDetections")
    for threat in objects(object_at(detections, "threatDetectedByName").get("threatNames")):
        name, paths = text(threat.get("name")), list(objects(threat.get("filePaths")))
        if not paths:
            yield _Found(name, None, None, None)
        for file in paths:
            yield _Found(name, text(file.get("filePath")), text(file.get("fileName")), text(file.get("hash")))


def _in_objects(service: Fields, resource: Fields) -> Iterator[_Found]:
    """Yield what was found in objects; one that is no archive has no path of its own but its key."""
    buckets = objects(resource.get("s3BucketDetails"))
    scanned = [one for bucket in buckets for one in objects(bucket.get("s3ObjectDetails"))]
    key, sha256 = (text(scanned[0].get(name)) for name in ("key", "hash")) if len(scanned) == 1 else (None, None)
    for threat in objects(object_at(service, "malwareScanDetails").get("threats")):
        name = text(threat.get("name"))
        items = [
            _Found(name, text(item.get("nestedItemPath")) or text(item.get("itemPath")), None, text(item.get("hash")))
            for member in ("itemPaths", "itemDetails")
            for item in objects(threat.get(member))
        ]
        known = [item for item in items if item.path]
        yield from known or [_Found(name, key, None, next((one.hash for one in items if one.hash), sha256))]
