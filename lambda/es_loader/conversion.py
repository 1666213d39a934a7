"""A log type's parse, mapping, refinement and enrichment as one function: raw record -> index, id, document."""

from collections.abc import Callable
from typing import Any

from es_loader import documents
from es_loader.declarations import LogType
from es_loader.errors import RecordError
from es_loader.event_time import event_time
from es_loader.exclusions import Filters
from es_loader.logtypes import Hooks
from es_loader.normalize import ecs
from es_loader.normalize.derived import derivations
from es_loader.normalize.flat import MAX_KEY
from es_loader.normalize.mapping import UNHELD, Mapping, compile_mapping
from es_loader.normalize.overlong import set_aside
from es_loader.normalize.timestamps import to_iso
from es_loader.parsing import holds_more_than_a_line, parser
from es_loader.scripts import apply_script
from es_loader.types import Document, Envelope, Fields, RawRecord, Source

Conversion = Callable[[RawRecord, Source, str], tuple[str, str, Document]]
"""Takes the raw record, its source and the prefix of its object's ids."""

_MapFields = Callable[[RawRecord, Fields], Document]

SUSPICIOUS = MAX_KEY
"""Characters of a record from which on there may be a text in it that is too long for the index."""

ANALYSED = frozenset(
    {"event.original", *(name for name, found in ecs.fields().items() if found.type == "match_only_text")}
)

MAX_HEADERS = 64
"""Headers of columns that get a mapping compiled for them; a log with more of them is hostile."""


def compile_conversion(
    log_type: LogType,
    hooks: Hooks,
    index_of: Callable[[str], str],
    enrichers: tuple[Callable[[Document], None], ...],
    *,
    conversion_of: Callable[[str], Conversion | None] = lambda _: None,
    filters: Filters = Filters(),  # noqa: B008 - a tuple
) -> Conversion:
    """Return the conversion of one log type; it raises RecordError or Excluded for a record that gives no document.

    A record that belongs to another section goes through `conversion_of` that; None keeps it here.
    """
    parse, map_fields = parser(log_type, hooks), _checked(_mapping_by_header(log_type), filters.fields)
    time, refine, belongs = event_time(log_type), hooks.refine, hooks.belongs
    own_time = bool(log_type.timestamp_keys) or refine is None or not log_type.builtin
    identify = documents.identifier(log_type)
    by_ingestion = log_type.index_time == "event_ingested"
    begin = _beginner(log_type)
    script, analysed = log_type.transform, _analysed(log_type)
    additions, check = (*derivations(log_type), *enrichers), filters.document

    def convert(raw: RawRecord, source: Source, prefix: str) -> tuple[str, str, Document]:
        fields = parse(raw)
        if belongs is not None and (section := belongs(fields)) and (of_section := conversion_of(section)):
            return of_section(raw, source, prefix)
        doc = map_fields(raw, fields)
        if own_time:
            doc["@timestamp"] = time(fields, raw, source, doc)
        begin(doc, raw, source)
        if refine is not None:
            refine(doc, fields, raw, source)
            if "@timestamp" not in doc:
                raise RecordError("has no usable time")
        control: dict[str, Any] = {}
        if script is not None:
            doc, control = apply_script(script, doc, fields, log_type.field_prefix)
            doc["@timestamp"] = _usable_time(doc)
        if script is not None or len(raw.text) > SUSPICIOUS:
            set_aside(doc, analysed)
        _place(doc, source, raw.envelope)
        for add in additions:
            add(doc)
        documents.relate(doc)
        if check is not None:
            check(fields, doc)
        doc_id = identify(fields, raw, prefix)
        index = index_of(source.event_time if by_ingestion else doc["@timestamp"])
        return (*_controlled(log_type, index, doc_id, control), doc)

    return convert


def _analysed(log_type: LogType) -> frozenset[str]:
    """Return the fields whose texts may be of any length."""
    own = {**(log_type.original_fields or {}), **log_type.script_fields}
    texts = (f"{log_type.field_prefix}.{path.replace('-', '_')}" for path, kind in own.items() if kind == "text")
    return ANALYSED | frozenset(texts)


def _usable_time(doc: Document) -> str:
    found = to_iso(doc.get("@timestamp"))
    if found is None:
        raise RecordError("has no usable time after its script")
    return found


def _controlled(log_type: LogType, index: str, doc_id: str, control: dict[str, Any]) -> tuple[str, str]:
    """Return index and id as a script's control fields want them: another index name keeps the period of rotation."""
    if not control:
        return index, doc_id
    name, own_id, suffix = (control.get(key) for key in ("__index_name", "@id", "__doc_id_suffix"))
    if name:
        index = f"{name}{index.removeprefix(log_type.index_name)}"
    if own_id:
        doc_id = str(own_id)
    return index, f"{doc_id}_{suffix}" if suffix else doc_id


def _mapping_by_header(log_type: LogType) -> _MapFields:
    """Return the function that maps a record's fields: by a mapping of its own for the first few headers of columns."""
    general = compile_mapping(log_type)
    special: dict[tuple[str, ...], Mapping] = {}

    def map_fields(raw: RawRecord, fields: Fields) -> Document:
        header = raw.value
        if not isinstance(header, tuple):
            return general(fields)
        found = special.get(header)
        if found is None:
            if len(special) >= MAX_HEADERS:
                return general(fields)
            found = special[header] = compile_mapping(log_type, frozenset((*header, "extra", "unmapped")))
        return found(fields)

    return map_fields


def _checked(map_fields: _MapFields, check: Callable[[Fields], None] | None) -> _MapFields:
    """Let fields pass a check, if there is one, before they are mapped."""
    if check is None:
        return map_fields

    def checked(raw: RawRecord, fields: Fields) -> Document:
        check(fields)
        return map_fields(raw, fields)

    return checked


def _beginner(log_type: LogType) -> Callable[[Document, RawRecord, Source], None]:
    """Return the function that adds what the object and the carrier know, before the log type's module sees it."""
    keep_original = log_type.keep_original
    lines = log_type.file_format not in {"json", "parquet"}

    def begin(doc: Document, raw: RawRecord, source: Source) -> None:
        event = doc["event"]
        event["ingested"] = source.event_time
        if doc.pop(UNHELD, keep_original) or (lines and holds_more_than_a_line(raw.value)):
            event["original"] = raw.text
        _part(doc, "aws")["s3"] = documents.provenance(source, raw.number)
        envelope = raw.envelope
        if envelope is not None:
            merge(doc, envelope.document)
            if envelope.record_id is not None:
                event.setdefault("id", envelope.record_id)

    return begin


def _place(doc: Document, source: Source, envelope: Envelope | None) -> None:
    """Fill account and region from the carrier, else from the key, where the record says nothing."""
    account = (envelope and envelope.account) or source.account
    region = (envelope and envelope.region) or source.region
    if account or region:
        cloud = _part(doc, "cloud")
        if account and "account" not in cloud:
            cloud["account"] = {"id": account}
        if region and "region" not in cloud:
            cloud["region"] = region
    if source.organization:
        _part(doc, "organization").setdefault("id", source.organization)


def _part(doc: Document, name: str) -> Document:
    part: Document | None = doc.get(name)
    if part is None:
        part = doc[name] = {}
    return part


def merge(doc: Document, partial: Document) -> None:
    """Add to a document what it lacks of a shared partial one, which stays as it is."""
    for name, value in partial.items():
        present: Any = doc.get(name)
        if type(value) is not dict:
            doc.setdefault(name, value)
        elif type(present) is dict:
            merge(present, value)
        else:
            merge(doc.setdefault(name, {}), value)
