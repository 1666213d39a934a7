"""Classic Load Balancer access logs: https://docs.aws.amazon.com/elasticloadbalancing/latest/classic/access-log-collection.html."""

import re

from es_loader.declarations import LogType
from es_loader.logtypes import Hooks
from es_loader.logtypes.load_balancers.fields import stages
from es_loader.logtypes.load_balancers.layouts import FreeText, Layout, is_count, is_time
from es_loader.logtypes.load_balancers.refinement import add_protocol, add_request, add_session
from es_loader.normalize.connections import mirror_client
from es_loader.normalize.durations import nanoseconds
from es_loader.normalize.tls import version
from es_loader.types import Document, Fields, RawRecord, Source

COLUMNS = (
    *("time", "elb", "client", "backend"),
    *("request_processing_time", "backend_processing_time", "response_processing_time"),
    *("elb_status_code", "backend_status_code", "received_bytes", "sent_bytes", "request"),
    *("user_agent", "ssl_cipher", "ssl_protocol"),
)
"""Columns in order; very old lines end with `request`."""

_TIMES = ("request_processing_time", "backend_processing_time", "response_processing_time")
_CLIENT = COLUMNS.index("client")
_COUNTS = tuple(map(COLUMNS.index, ("elb_status_code", "backend_status_code", "received_bytes", "sent_bytes")))
_PROTOCOL = COLUMNS.index("ssl_protocol")
_CIPHER = re.compile(r"[\w()-]+\Z")


def _begins(words: list[str]) -> bool:
    return is_time(words[0]) and ":" in words[_CLIENT]


def _fits(words: list[str]) -> bool:
    return (
        _begins(words)
        and all(is_count(words[number]) for number in _COUNTS)
        and (len(words) <= _PROTOCOL or _is_session(words[_PROTOCOL - 1], words[_PROTOCOL]))
    )


def _is_session(cipher: str, protocol: str) -> bool:
    """Tell whether two words are a cipher and its protocol, or say that there are none."""
    return protocol == cipher if protocol == "-" else bool(version(protocol) and _CIPHER.match(cipher))


LAYOUT = Layout(
    name="a Classic Load Balancer's access log",
    columns=COLUMNS,
    lengths=frozenset({12, 15}),
    begins=_begins,
    fits=_fits,
    free=FreeText(head=COLUMNS.index("request"), request=True, tail=r"[\w()-]+ (?:-|(?i:tls|ssl)v?[\d.]+)(?: |\Z)"),
    ends=(
        ("client", "client_ip", "client_port"),
        ("backend", "backend_ip", "backend_port"),
    ),
    unmeasured=(*_TIMES, "received_bytes", "sent_bytes"),
)

parse, prepare = stages(LAYOUT)


def hooks(_log_type: LogType) -> Hooks:
    """Return what a declaration cannot say of this log."""
    return Hooks(parse=parse, prepare=prepare, refine=refine)


def refine(doc: Document, fields: Fields, _raw: RawRecord, _source: Source) -> None:
    """Add what depends on the listener, which no column names: HTTP has a status or a request, TCP has neither."""
    mirror_client(doc)
    event = doc["event"]
    if fields["elb_status_code"].isdecimal() or fields["request_method"] or fields["request_url"]:
        event["category"], event["type"] = ["web"], ["access"]
        doc["network"]["protocol"] = "http"
        add_protocol(doc, "http")
        add_request(doc, fields)
        _add_body_bytes(doc)
    else:
        event["category"], event["type"] = ["network"], ["connection"]
        add_protocol(doc, "tcp")
    add_session(doc, fields.get("ssl_cipher"), fields.get("ssl_protocol"))
    times = [nanoseconds(fields[name]) for name in _TIMES]
    measured = [time for time in times if time is not None]
    if len(measured) == len(times):
        event["duration"] = sum(measured)


def _add_body_bytes(doc: Document) -> None:
    """Give the counts to the bodies: for HTTP listeners they leave the headers out."""
    http = doc.setdefault("http", {})
    for part, side in (("request", "source"), ("response", "destination")):
        count = doc.get(side, {}).get("bytes")
        if count is not None:
            http.setdefault(part, {})["body"] = {"bytes": count}
