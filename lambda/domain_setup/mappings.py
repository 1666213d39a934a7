"""Field types -> OpenSearch mappings, for ECS fields and for a log type's own."""

from typing import Any

from es_loader import firelens
from es_loader.declarations import LogType
from es_loader.normalize import ecs
from es_loader.normalize.derived import derived_fields
from es_loader.normalize.overlong import LEAF, LIMIT, ROOT
from es_loader.options import ALL_OTHERS, UNMAPPED

Mapping = dict[str, Any]

KEYWORD: Mapping = {"type": "keyword", "ignore_above": LIMIT}
"""What the loader cuts longer texts to: the engine's own guard behind it, for documents of others."""

STORED: Mapping = {"type": "keyword", "index": False, "doc_values": False}
"""In `_source` only."""

FLAT: Mapping = {"type": "flat_object"}
TEXT: Mapping = {"type": "match_only_text"}
DATE: Mapping = {"type": "date", "format": "strict_date_time||strict_date_optional_time||epoch_millis"}
"""The loader's own form comes first: it is read in half the time of the default, whose optional parts are tried one by
one. Searches may give any part of a date, or a number, as everywhere."""


_ECS_TYPES: dict[str, Mapping] = {
    "boolean": {"type": "boolean"},
    "constant_keyword": KEYWORD,
    "date": DATE,
    "double": {"type": "double"},
    "flattened": FLAT,
    "float": {"type": "float"},
    "geo_point": {"type": "geo_point", "ignore_malformed": True},
    "integer": {"type": "integer"},
    "ip": {"type": "ip"},
    "keyword": KEYWORD,
    "long": {"type": "long"},
    "match_only_text": TEXT,
    "nested": FLAT,
    "object": FLAT,
    "scaled_float": {"type": "scaled_float", "scaling_factor": 1000},
    "wildcard": KEYWORD,
}
"""ECS type -> mapping. Nested documents would multiply an index's documents: they are flat here."""

_OWN_TYPES: dict[str, Mapping] = {
    "boolean": {"type": "boolean"},
    "date": DATE,
    "double": {"type": "double"},
    "flat": FLAT,
    "ip": {"type": "ip"},
    "keyword": KEYWORD,
    "long": {"type": "long"},
    "text": TEXT,
}

_MEASURES = frozenset("bytes duration ingested latency packets record_number sent_bytes received_bytes size".split())
"""Last parts of the names of numbers and times that are summed, sorted by and compared, seldom looked for alone: their
ranges are answered from doc values, and a second structure for them would be a quarter of a flow log's index."""

_IDENTIFIERS = frozenset("community_id conn_trace_id requestID request_id sharedEventID trace_id".split()) | {
    "http.request.id",
    "trace.id",
    "transaction.id",
}
"""Names, or last parts of them, of what is different in almost every record: looked up, never counted or sorted by."""

_LOOKED_UP = frozenset({"related.hash", "related.hosts", "related.ip", "related.user"})
"""What other fields hold too: searched, and counted by those."""

_EXCEPTIONS: dict[str, Mapping] = {
    "ecs.version": STORED,
    "event.original": STORED,
    "file.path": KEYWORD,
    "url.path": KEYWORD,
}

EXTRA_FIELDS: dict[str, Mapping] = {"http.request.header.x_forwarded_for": KEYWORD}
"""Fields that are not ECS but keep the place that AWS's sample gave them."""

COMMON_FIELDS: dict[str, Mapping] = {
    "aws.cloudwatch.log_group": KEYWORD,
    "aws.cloudwatch.log_stream": KEYWORD,
    "aws.cloudwatch.subscription_filters": KEYWORD,
    "aws.eventbridge.detail_type": KEYWORD,
    "aws.eventbridge.resources": KEYWORD,
    "aws.eventbridge.source": KEYWORD,
    "aws.s3.bucket.name": KEYWORD,
    "aws.s3.object.key": KEYWORD,
    "aws.s3.object.record_number": {"type": "long", "index": False},
    f"{ROOT}.{LEAF}": TEXT,
}
"""Fields of every document that are not ECS: where it came from, and what is too long where it stands."""

COMMON_ECS = tuple(
    """@timestamp cloud.account.id cloud.instance.id cloud.provider cloud.region ecs.version error.code error.message
    error.type event.action event.category event.dataset event.id event.ingested event.kind event.module
    event.original event.outcome event.type host.id message organization.id related.hash related.hosts related.ip
    related.user tags""".split()
)
"""ECS fields of every document, whatever its log type."""

GEOIP_FIELDS = tuple(
    """as.number as.organization.name geo.city_name geo.continent_code geo.continent_name geo.country_iso_code
    geo.country_name geo.location geo.region_iso_code geo.region_name""".split()
)
ADDRESS_FIELDS = ("domain", "ip")
"""What the address rule and GeoIP add beside a declared `X.address` and `X`."""

USER_AGENT_FIELDS = ("device.name", "name", "os.full", "os.name", "os.version", "version")


def ecs_mapping(name: str) -> Mapping:
    """Return the mapping of an ECS field."""
    return _EXCEPTIONS.get(name) or _thrifty(name, _ECS_TYPES[ecs.fields()[name].type])


def _thrifty(name: str, mapping: Mapping) -> Mapping:
    """Return a mapping without the structure that a field of this name is not asked through."""
    leaf = name.rpartition(".")[2]
    kind = mapping["type"]
    if kind in {"keyword", "ip"} and (name in _LOOKED_UP or name in _IDENTIFIERS or leaf in _IDENTIFIERS):
        return {**mapping, "doc_values": False}
    if kind in {"date", "double", "float", "long"} and (leaf in _MEASURES or leaf.endswith("_time")):
        return {**mapping, "index": False}
    return mapping


def _stored(mapping: Mapping) -> Mapping:
    """Return what keeps a field in `_source` only; its type stays, or a search over several indices meets two."""
    if mapping["type"] in {FLAT["type"], TEXT["type"]}:
        return STORED
    return {**mapping, "index": False, "doc_values": False}


def holds_objects(name: str) -> bool:
    """Tell whether an ECS field is only the place of fields inside it, to which it gives way."""
    field = ecs.fields().get(name)
    return field is not None and field.type in {"flattened", "nested", "object"}


def fields_of(log_type: LogType) -> dict[str, Mapping]:
    """Return every field that a log type's documents may have beside the common ones, with its mapping."""
    declared = {*log_type.ecs, *log_type.static_ecs, *log_type.script_ecs}
    names = declared & ecs.fields().keys() | derived_fields(log_type)
    for name in tuple(names):
        parent, _, leaf = name.rpartition(".")
        if leaf == "address":
            names |= {f"{parent}.{field}" for field in ADDRESS_FIELDS}
    names |= {f"{side}.{field}" for side in log_type.geoip for field in GEOIP_FIELDS}
    if log_type.user_agent_enrichment_field:
        names |= {f"{log_type.user_agent_enrichment_field}.{field}" for field in USER_AGENT_FIELDS}
    if log_type.via_firelens:
        names |= set(firelens.ECS_FIELDS)
    found = {name: ecs_mapping(name) for name in sorted(names & ecs.fields().keys())}
    found |= {name: _stored(found[name]) for name in log_type.not_indexed if name in found}
    extra = {name: EXTRA_FIELDS[name] for name in sorted(declared & EXTRA_FIELDS.keys())}
    return found | extra | _own_fields(log_type)


def _own_fields(log_type: LogType) -> dict[str, Mapping]:
    """Return what lies below the prefix: typed fields, or one flat field where nothing is declared."""
    if log_type.original_fields is None:
        return {log_type.field_prefix: FLAT}
    declared = {**log_type.original_fields, **log_type.script_fields}
    if log_type.via_firelens:
        declared |= {f"{firelens.KIND}.{name}": kind for name, kind in firelens.FIELDS.items()}
    named = {UNMAPPED if path == ALL_OTHERS else path.replace("-", "_"): kind for path, kind in declared.items()}
    return {
        f"{log_type.field_prefix}.{path}": _thrifty(path, _OWN_TYPES[kind]) if log_type.builtin else _OWN_TYPES[kind]
        for path, kind in named.items()
    }
