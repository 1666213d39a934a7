"""What columns of CloudFront's logs mean, standard and real-time alike: time, URL, outcome, addresses on the way.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logs-reference.html
"""

import re
from functools import lru_cache
from typing import Any

from es_loader.errors import RecordError
from es_loader.normalize.coerce import to_ip, to_keyword, to_long
from es_loader.normalize.connections import add_forwarded, add_requested_host, mirror_client
from es_loader.normalize.durations import nanoseconds
from es_loader.normalize.hostport import host_port
from es_loader.normalize.http_status import outcome
from es_loader.normalize.timestamps import to_iso
from es_loader.normalize.tls import tls
from es_loader.normalize.urls import path_and_query
from es_loader.types import Document, Fields, RawRecord, Source

_COUNTRY = re.compile(r"[A-Z]{2}\Z")
_IN_KEY = (
    re.compile(r"(?:^|/)([0-9A-Z]{12,14})\.20\d\d-\d\d-\d\d-\d\d\."),  # the name of a standard log
    re.compile(r"(?:^|/)(?i:distributionid)=([0-9A-Z]{12,14})/"),  # a Hive partition
    re.compile(r"(?:^|/)CloudFront/(?:[^/]+/)?(?=\d*[A-Z])([0-9A-Z]{12,14})/"),  # the documented prefix
)
"""Where a key names the distribution, in order of precedence."""


def refine(doc: Document, fields: Fields, raw: RawRecord, source: Source) -> None:
    """Add the time, the requested URL, the outcome, and what else follows from several columns."""
    _time(doc, fields, raw)
    mirror_client(doc)
    forwarded = to_keyword(fields.get("x_forwarded_for"))
    if forwarded:
        add_forwarded(doc, forwarded)
    _request(doc, fields, raw)
    session = tls(to_keyword(fields.get("ssl_cipher")), to_keyword(fields.get("ssl_protocol")))
    if session:
        doc["tls"] = session
    _result(doc, fields)
    _place(doc, fields)
    named = to_keyword(fields.get("distributionid")) or to_keyword(fields.get("primary_distribution_id"))
    if distribution := named or _distribution_in(source.key):
        doc["aws"].setdefault("cloudfront", {})["distribution_id"] = distribution


def _time(doc: Document, fields: Fields, raw: RawRecord) -> None:
    """Set the moment at which the edge finished its answer: with milliseconds where the log has them.

    A record of which one time is none is kept whole: no field holds that text.
    """
    if "@timestamp" in doc:
        return
    named = [value for name in ("timestamp_ms", "timestamp") if (value := fields.get(name))]
    if fields.get("date") or fields.get("time"):
        named.append(f"{fields.get('date')}T{fields.get('time')}")
    times = [to_iso(value) for value in named]
    found = next(filter(None, times), None)
    if found is None:
        raise RecordError("has no usable time in timestamp(ms), timestamp, or date and time")
    if None in times:
        doc["event"]["original"] = raw.text
    doc["@timestamp"] = found


def _request(doc: Document, fields: Fields, raw: RawRecord) -> None:
    """Put the URL together. A query that the path and the column tell differently is kept as it came, too."""
    asked, own = to_keyword(fields.get("x_host_header")), to_keyword(fields.get("cs_host"))
    stem, query = to_keyword(fields.get("cs_uri_stem")), to_keyword(fields.get("cs_uri_query"))
    scheme, version = to_keyword(fields.get("cs_protocol")), to_keyword(fields.get("cs_protocol_version"))
    path, _, within = (stem or "").partition("?")  # real-time logs leave the query where it was
    if within and query and within != query:
        doc["event"]["original"] = raw.text
    url: dict[str, Any] = path_and_query(path, within or query or "")
    place = f"{path}?{url['query']}" if "query" in url else path
    host = asked or own
    if path:
        url["original"] = place
    if scheme:
        url["scheme"] = scheme.lower()
        doc.setdefault("network", {})["protocol"] = url["scheme"]
    if path and host and scheme:
        url["full"] = f"{url['scheme']}://{host}{place}"
    if url:
        doc["url"] = url
    if host:
        add_requested_host(doc, host)
        _relate_hosts(doc, own, asked)
    if version and version.startswith("HTTP/"):
        doc.setdefault("http", {})["version"] = version.removeprefix("HTTP/")


def _relate_hosts(doc: Document, *headers: str | None) -> None:
    hosts = (host_port(text)[0] for text in headers if text)
    if names := [host for host in hosts if host and to_ip(host) is None]:
        doc.setdefault("related", {})["hosts"] = list(dict.fromkeys(names))


def _result(doc: Document, fields: Fields) -> None:
    event = doc["event"]
    status = doc.get("http", {}).get("response", {}).get("status_code")
    if status is not None:
        event["outcome"] = outcome(status) if status else "failure"  # 000: the viewer had gone
    if (duration := nanoseconds(fields.get("time_taken"))) is not None:
        event["duration"] = duration


def _place(doc: Document, fields: Fields) -> None:
    """Add what CloudFront knows of the viewer's place; the loader's own lookup replaces it."""
    country, number = to_keyword(fields.get("c_country")), to_long(fields.get("asn"))
    if country and _COUNTRY.match(country):
        doc.setdefault("source", {})["geo"] = {"country_iso_code": country}
    if number is not None:
        doc.setdefault("source", {})["as"] = {"number": number}


@lru_cache(maxsize=256)
def _distribution_in(key: str) -> str | None:
    return next((match[1] for pattern in _IN_KEY if (match := pattern.search(key))), None)
