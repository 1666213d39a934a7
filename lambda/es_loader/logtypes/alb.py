"""Application Load Balancer access logs: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-access-logs.html."""

import re

from es_loader.errors import RecordError
from es_loader.formats.quoted import any_quote_closes, blank_closes, regular
from es_loader.normalize.arns import add_cloud
from es_loader.normalize.coerce import to_ip
from es_loader.normalize.connections import mirror_client
from es_loader.normalize.durations import between
from es_loader.normalize.hostport import host_port
from es_loader.normalize.http_status import outcome
from es_loader.normalize.request_line import request_line
from es_loader.normalize.tls import tls
from es_loader.normalize.urls import url
from es_loader.types import Document, Fields, RawRecord, Source

COLUMNS = (
    *("type", "time", "elb", "client", "target"),
    *("request_processing_time", "target_processing_time", "response_processing_time"),
    *("elb_status_code", "target_status_code", "received_bytes", "sent_bytes", "request", "user_agent"),
    *("ssl_cipher", "ssl_protocol", "target_group_arn", "trace_id", "domain_name", "chosen_cert_arn"),
    *("matched_rule_priority", "request_creation_time", "actions_executed", "redirect_url", "error_reason"),
    *("target_port_list", "target_status_code_list", "classification", "classification_reason"),
    "conn_trace_id",
    *("transformed_host", "transformed_uri", "request_transform_status"),
    *("ip_address", "target_error_code", "elb_error_code"),
)
"""Columns in order; every line since 2018 ends with `error_reason` or later."""

_SHORTEST = COLUMNS.index("error_reason") + 1
_LENGTHS = frozenset({25, 29, 30, 33, 34, 35, 36})
_REQUEST = COLUMNS.index("request")
_CREATED = COLUMNS.index("request_creation_time")
_UNMEASURED = ("request_processing_time", "target_processing_time", "response_processing_time", "received_bytes")
_LISTS = (("actions_executed", ","), ("target_port_list", " "), ("target_status_code_list", " "))

_REQUEST_END = re.compile(r'"(.*?(?: HTTP/[\d.]+| -))" ?(?=["\w-])|"(.*?)" ?|(\S* \S* (?:HTTP/[\d.]+|-)) |(\S+) ')
_TAIL = r"(?=[\w-]+ (?:-|(?i:tls|ssl)v?[\d.]+) \"?(?:-|arn:[^ \"]*)\"? )"
_TAIL_AFTER_QUOTE = re.compile(r'" ?' + _TAIL)
_TAIL_AFTER_BLANK = re.compile(" " + _TAIL)
_TAILS_TRIED = 16


def parse(text: str) -> Fields:
    """Name the columns of a line; what was not measured (`-1`) is absent, surplus columns are in `extra`."""
    words = _words(text)
    fields: Fields = dict(zip(COLUMNS, words))  # noqa: B905 - lines have from 25 columns on
    if len(words) > len(COLUMNS):
        fields["extra"] = words[len(COLUMNS) :]
    fields["client_ip"], fields["client_port"] = host_port(fields.pop("client"))
    fields["target_ip"], fields["target_port"] = host_port(fields.pop("target"))
    fields["request_method"], fields["request_url"], fields["http_version"] = request_line(fields.pop("request"))
    for name in _UNMEASURED:
        if fields[name][:1] == "-":
            fields[name] = None
    for name, separator in _LISTS:
        listed = fields.get(name, "-")
        fields[name] = None if listed in {"-", ""} else [part for part in listed.split(separator) if part]
    return fields


def _words(text: str) -> list[str]:
    """Return a line's columns: the first reading that fits the layout, else the first that is possible."""
    words = regular(text)
    if words is not None and _fits(words) and len(words) in _LENGTHS:
        return words
    possible = None
    for read in (blank_closes, _anchored, any_quote_closes):
        words = read(text)
        if _fits(words) and (len(words) in _LENGTHS or len(words) > len(COLUMNS)):
            return words
        if len(words) >= _SHORTEST and _is_time(words[1]):
            possible = possible or words
    if possible is None:
        raise RecordError(f"is no access log line of a load balancer: {len(words or ())} columns")
    return possible


def _fits(words: list[str]) -> bool:
    """Tell whether times and counts stand in their columns, and no second tail behind the first."""
    return (
        len(words) >= _SHORTEST
        and _is_time(words[1])
        and _is_time(words[_CREATED])
        and (words[11].isdecimal() or words[11][:1] == "-")
        and not any(_is_time(word) for word in words[_SHORTEST:])
    )


def _is_time(word: str) -> bool:
    return word[4:5] == "-" and word[10:11] == "T" and word[:4].isdecimal()


def _anchored(text: str) -> list[str]:
    """Split from both ends: the user agent, between request and the last tail that fits, may hold anything."""
    head = text.split(" ", _REQUEST)
    request = _REQUEST_END.match(head.pop()) if len(head) > _REQUEST else None
    if request is None:
        return []
    rest = request.string[request.end() :]
    quoted = rest[:1] == '"'
    tails = list((_TAIL_AFTER_QUOTE if quoted else _TAIL_AFTER_BLANK).finditer(rest, int(quoted)))
    for tail in reversed(tails[-_TAILS_TRIED:]):
        agent = rest[int(quoted) : tail.start()]
        words = [*head, next(filter(None, request.groups()), ""), agent, *blank_closes(rest[tail.end() :])]
        if _fits(words):
            return words
    return []


def refine(doc: Document, fields: Fields, _raw: RawRecord, _source: Source) -> None:
    """Add what follows from several columns: URL, outcome, duration, TLS, the client, and every target's address."""
    _connection(doc, fields)
    _request(doc, fields)
    duration = between(fields["request_creation_time"], fields["time"])
    if duration is not None:
        doc["event"]["duration"] = duration
    session = tls(fields["ssl_cipher"], fields["ssl_protocol"])
    if session:
        doc["tls"] = {**session, **doc.get("tls", {})}
    for column in ("chosen_cert_arn", "target_group_arn"):
        add_cloud(doc, fields[column])
    doc.setdefault("aws", {}).setdefault("elb", {})["protocol"] = "http"


def _connection(doc: Document, fields: Fields) -> None:
    mirror_client(doc)
    targets = fields["target_port_list"]
    if targets and (len(targets) > 1 or fields["target_ip"] is None):
        listed = doc.setdefault("related", {}).setdefault("ip", [])
        listed += [host for target in targets if (host := host_port(target)[0]) and to_ip(host)]
    host = fields.get("transformed_host")
    if host and host != "-" and to_ip(host) is None:
        doc.setdefault("related", {}).setdefault("hosts", []).append(host)


def _request(doc: Document, fields: Fields) -> None:
    text = fields["request_url"]
    if text:
        malformed = fields["request_method"] is None
        doc["url"] = url(text.removesuffix("-") if malformed else text) | {"original": text}
    status = fields["elb_status_code"]
    if status.isdecimal():
        doc["event"]["outcome"] = outcome(int(status))
