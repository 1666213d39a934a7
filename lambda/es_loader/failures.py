"""Documents for what could not be loaded as what it is: hostile lines are the ones that must not be dropped."""

from collections.abc import Callable
from typing import Any

import msgspec

from es_loader import documents
from es_loader.declarations import LogType
from es_loader.errors import RecordError
from es_loader.normalize.ecs import ECS_VERSION
from es_loader.types import Document, RawRecord, Source

Encoded = tuple[str, str, bytes]
IndexOf = Callable[[str], str]


def failure_document(log_type: LogType, source: Source, raw: RawRecord, exc: Exception, index_of: IndexOf) -> Encoded:
    """Return index, id and document of a record that does not become what its log type says.

    Its time is the object's; the whole record is in `event.original`.
    """
    if isinstance(exc, RecordError):
        kind, reason = "parse_error", str(exc)
    else:
        kind, reason = "unexpected_shape", f"has a shape that no rule foresees: {type(exc).__name__}: {exc}"
    document = _document(log_type, source, raw.number, kind, f"{log_type.name}: record {raw.number} {reason}")
    document["event"]["original"] = raw.text
    doc_id = documents.position_id(documents.id_prefix(source), raw)
    return index_of(source.event_time), doc_id, _encode(document)


def object_failure(log_type: LogType, source: Source, number: int, reason: str, index_of: IndexOf) -> Encoded:
    """Return the document that says from which record on an object could not be read."""
    message = f"{log_type.name}: the object {reason}; records before number {number} are loaded"
    document = _document(log_type, source, number, "object_error", message)
    doc_id = f"{documents.id_prefix(source)}{number}-rest"
    return index_of(source.event_time), doc_id, _encode(document)


def rejected_document(source: bytes, reason: str) -> bytes:
    """Return the document in place of one that OpenSearch refused: the same record as text, and why.

    The original is the record where the refused document held it, else that document's JSON.
    """
    refused: dict[str, Any] = msgspec.json.decode(source)
    event = refused.get("event", {})
    kept = {name: event[name] for name in ("module", "dataset", "ingested") if name in event}
    cloud, aws = refused.get("cloud", {}), refused.get("aws", {})
    document = {
        "@timestamp": refused["@timestamp"],
        "aws": {"s3": aws["s3"]} if "s3" in aws else {},
        "cloud": {name: cloud[name] for name in ("provider", "account", "region") if name in cloud},
        "ecs": refused.get("ecs", {}),
        "error": {"message": f"refused by OpenSearch: {reason}", "type": "rejected"},
        "event": {**kept, "kind": "pipeline_error", "original": event.get("original", source.decode())},
    }
    return _encode(document)


def _document(log_type: LogType, source: Source, number: int, kind: str, message: str) -> Document:
    cloud: Document = {"provider": log_type.cloud_provider} if log_type.cloud_provider else {}
    if source.account:
        cloud["account"] = {"id": source.account}
    if source.region:
        cloud["region"] = source.region
    return {
        "@timestamp": source.event_time,
        "aws": {"s3": documents.provenance(source, number)},
        "cloud": cloud,
        "ecs": {"version": ECS_VERSION},
        "error": {"message": message, "type": kind},
        "event": {
            "kind": "pipeline_error",
            "module": log_type.event_module,
            "dataset": log_type.event_dataset,
            "ingested": source.event_time,
        },
    }


def _encode(document: Document) -> bytes:
    try:
        return msgspec.json.encode(document)
    except UnicodeEncodeError:  # a lone surrogate in the text of a JSON record
        document["event"]["original"] = document["event"]["original"].encode(errors="replace").decode()
        document["error"]["message"] = document["error"]["message"].encode(errors="replace").decode()
        return msgspec.json.encode(document)
