"""The same records as AWS's own sample of a SIEM shapes its documents, to compare an index with.

Original fields stand at the root under their own names, numbers of text logs are text, `@message` holds the raw record
as analysed text, `@id` is an MD5 of it; ECS fields are those of its mapping. Its index has three shards, the default
codec, and maps every text that it does not know as a keyword. Where the shape is told by its documentation, that is
what is made here; where it is open, the thriftier way.
"""

import csv
import hashlib
import json
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

from domain_setup.templates import tree
from es_loader.documents import at
from es_loader.types import RawRecord, Source

Fields = dict[str, Any]

_REQUEST = re.compile(
    r"(?P<http_method>\S+) (?P<http_protocol>\w+)://\[?(?P<http_host>[^/]+?)\]?:(?P<http_port>\d+)"
    r"(?P<http_path>/[^? ]*)?(?:\?(?P<http_query>\S*))? \w+/(?P<http_version>[0-9.]+)"
)
_ALB = """request_type timestamp elb client target request_processing_time target_processing_time
response_processing_time elb_status_code target_status_code received_bytes sent_bytes request useragent ssl_cipher
ssl_protocol target_group_arn trace_id domain_name chosen_cert_arn matched_rule_priority request_creation_time
actions_executed redirect_url error_reason target_port_list target_status_code_list classification
classification_reason conn_trace_id""".split()


class Shape(NamedTuple):
    """How a log type's records are read, which ECS fields they get, and which types its original fields have.

    `all_text`: its values are text, also where a field is a number. `copies`: ECS fields and the original
    field that each repeats, where ours holds something else.
    """

    index_name: str
    fields: Callable[[RawRecord], Fields]
    ecs: tuple[str, ...]
    types: dict[str, str]
    all_text: bool = False
    copies: tuple[tuple[str, str], ...] = ()


def _json(raw: RawRecord) -> Fields:
    found: Fields = json.loads(raw.text)
    return found


def _columns(raw: RawRecord) -> Fields:
    return {name.replace("-", "_"): value for name, value in zip(raw.value, raw.text.split(), strict=True)}


def _load_balancer(raw: RawRecord) -> Fields:
    (row,) = csv.reader([raw.text], delimiter=" ")
    found: Fields = dict(zip(_ALB, row, strict=False))
    for name in ("client", "target"):
        found[f"{name}_ip"], _, found[f"{name}_port"] = found.pop(name).rpartition(":")
    if request := _REQUEST.match(found["request"]):
        found |= {name: value for name, value in request.groupdict().items() if value}
    return {name: value for name, value in found.items() if value not in {"-", ""}}


def _web_acl(raw: RawRecord) -> Fields:
    found = _json(raw)
    request = found["httpRequest"]
    request["header"] = {each["name"].lower().replace("-", "_"): each["value"] for each in request["headers"]}
    return found


SHAPES = {
    "alb": Shape(
        "log-aws-elb",
        _load_balancer,
        tuple(
            """destination.address destination.ip destination.port http.request.bytes http.request.method
            http.response.bytes http.response.status_code http.version related.ip source.address source.ip source.port
            url.domain url.full url.path url.port url.query url.scheme user_agent.original user_agent.name
            user_agent.version user_agent.os.full user_agent.os.name user_agent.os.version
            user_agent.device.name""".split()
        ),
        {
            "date": "timestamp request_creation_time",
            "half_float": "request_processing_time response_processing_time target_processing_time",
            "integer": "client_port http_port matched_rule_priority received_bytes sent_bytes target_port",
            "ip": "client_ip target_ip",
            "short": "elb_status_code target_status_code",
        },
        all_text=True,
    ),
    "cloudtrail": Shape(
        "log-aws-cloudtrail",
        _json,
        tuple(
            """cloud.instance.id error.code error.message event.action event.outcome related.ip
            source.address source.ip user.id user.name user_agent.original user_agent.name user_agent.version
            user_agent.os.full user_agent.os.name user_agent.os.version user_agent.device.name""".split()
        ),
        {},
        copies=(("event.module", "eventSource"), ("rule.name", "eventName")),
    ),
    "vpcflowlogs": Shape(
        "log-aws-vpcflowlogs",
        _columns,
        tuple(
            """cloud.instance.id destination.address destination.ip destination.port
            event.action event.outcome network.bytes network.direction network.iana_number network.packets
            network.transport network.type related.ip source.address source.bytes source.ip source.packets
            source.port""".split()
        ),
        {"epoch_second": "start end", "integer": "srcport dstport packets bytes", "ip": "srcaddr dstaddr"}
        | {"short": "protocol"},
        all_text=True,
    ),
    "waf": Shape(
        "log-aws-waf",
        _web_acl,
        tuple(
            """event.action http.request.method http.request.referrer http.version
            related.ip rule.name rule.ruleset source.address source.ip url.domain url.path url.query
            user_agent.original user_agent.name user_agent.version user_agent.os.full user_agent.os.name
            user_agent.os.version user_agent.device.name""".split()
        ),
        {"epoch_millis": "timestamp", "ip": "httpRequest.clientIp"},
    ),
}
_TYPES = {
    "analysed": "url.full url.original user_agent.original user_agent.os.name",
    "date": "@timestamp event.ingested",
    "integer": "destination.port network.bytes source.port",
    "ip": "destination.ip related.ip source.ip",
    "long": """destination.bytes destination.packets http.request.bytes http.response.bytes network.packets source.bytes
            source.packets url.port""",
    "looked_up": "@log_s3key",
    "short": "http.response.status_code network.iana_number",
    "text": "@message error.message",
}
"""Of the fields of all its log types; texts that are not named become keywords."""

_MAPPINGS: dict[str, Fields] = {
    "analysed": {"type": "keyword", "fields": {"text": {"type": "text"}}},
    "epoch_millis": {"type": "date", "format": "epoch_millis"},
    "epoch_second": {"type": "date", "format": "epoch_second"},
    "looked_up": {"type": "keyword", "doc_values": False},
}
_EVERYWHERE = tuple(
    """@timestamp cloud.account.id cloud.provider cloud.region ecs.version event.category event.ingested event.kind
    event.module""".split()
)

_TIMES = ("@timestamp", "event.ingested")
"""Written with the offset of UTC in digits, and microseconds where there are any."""


def document(shape: Shape, raw: RawRecord, source: Source, ours: Fields) -> tuple[str, Fields]:
    """Return id and document of a record; `ours` is the document that this project makes of it."""
    digest = hashlib.md5(raw.text.encode(), usedforsecurity=False).hexdigest()
    found = shape.fields(raw)
    for name in (*_EVERYWHERE, *shape.ecs):
        value = at(ours, name)
        if value is not None:
            _put(found, name, str(value) if shape.all_text and type(value) is int else value)
    for name, origin in shape.copies:
        _put(found, name, found[origin])
    for name in _TIMES:
        _put(found, name, datetime.fromisoformat(at(found, name)).isoformat())
    found |= {
        "@id": digest,
        "@log_s3bucket": source.bucket,
        "@log_s3key": source.key,
        "@log_type": shape.index_name.rpartition("-")[2],
        "@message": raw.text,
    }
    return found.get("eventID", digest), found


def _put(target: Fields, name: str, value: Any) -> None:
    """Set a dotted field; a text of the log in the way of an object gives way."""
    *parents, leaf = name.split(".")
    for parent in parents:
        if not isinstance(target.get(parent), dict):
            target[parent] = {}
        target = target[parent]
    target[leaf] = value


def template(shape: Shape, pattern: str) -> Fields:
    """Return an index template with the settings, dynamic rules and types of the sample's."""
    return {
        "index_patterns": [pattern],
        "priority": 1_000,
        "template": {
            "settings": {
                "index": {
                    "number_of_shards": 3,
                    "number_of_replicas": 0,
                    "refresh_interval": "30s",
                    "mapping": {"ignore_malformed": True, "total_fields": {"limit": 8_000}},
                }
            },
            "mappings": {
                "dynamic_templates": [
                    {"strings": {"match_mapping_type": "string", "mapping": {"type": "keyword", "ignore_above": 8_191}}}
                ],
                "properties": tree(_types(shape)),
            },
        },
    }


def _types(shape: Shape) -> dict[str, Fields]:
    """Return the mapping of each field whose type is known."""
    return {
        name: _MAPPINGS.get(kind, {"type": kind})
        for kind, names in (*_TYPES.items(), *shape.types.items())
        for name in names.split()
    }
