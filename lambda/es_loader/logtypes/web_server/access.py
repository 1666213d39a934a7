"""The access log of a web server: fields under the names of nginx's variables -> a document.

A record is a line of text, a JSON object with nginx's variables, or what the groups of a user's own `log_pattern` hold.
"""

import re
from collections.abc import Callable
from functools import lru_cache

from es_loader.logtypes.web_server.clients import endpoint
from es_loader.logtypes.web_server.lines import scan
from es_loader.logtypes.web_server.request import add_url, method_of, request_of, version_of
from es_loader.logtypes.web_server.variables import Line, decode, from_object
from es_loader.normalize.addresses import address
from es_loader.normalize.coerce import ABSENT, to_ip, to_long
from es_loader.normalize.connections import forwarded
from es_loader.normalize.durations import nanoseconds
from es_loader.normalize.http_status import outcome
from es_loader.normalize.networks import is_public
from es_loader.normalize.tls import tls
from es_loader.types import Document, Fields, RawRecord, Source

FORWARDED = "x_forwarded_for"

_SITE = re.compile(r"(?:^|/)web-site-name=([^/]{1,256})/")
_Clients = Callable[[list[str], Fields], None]


def parser(clients: _Clients, *, combinedio: bool) -> Callable[[str], Fields]:
    """Return the parser of a server's lines; `clients` reads what stands before the time."""

    def parse(text: str) -> Fields:
        if text.lstrip()[:1] == "{":
            return decode(text)
        left, fields = scan(text, combinedio=combinedio)
        line = Line(fields)
        clients(left, line)
        return line

    return parse


def preparer(*, old: bool) -> Callable[[Fields], Fields]:
    """Return the function that takes request and addresses apart; `old` requests may have no version."""

    def prepare(fields: Fields) -> Fields:
        line = fields if type(fields) is Line else from_object(fields)
        _request(line, old=old)
        for name, parts in (("remote_addr", "client"), ("host", "site")):
            text = line.get(name)
            if type(text) is str:
                line[parts], line[f"{parts}_port"] = endpoint(text)
        return line

    return prepare


def _request(line: Fields, *, old: bool) -> None:
    text = line.get("request")
    if type(text) is str:
        method, target, version, regular = request_of(text, old=old)
        if regular:
            del line["request"]
    else:
        target = line.get("request_uri")
        method, version = method_of(line.get("request_method")), version_of(line.get("server_protocol"))
    line["method"], line["version"] = method, version
    line["target"] = target if type(target) is str else None


def refine(doc: Document, line: Fields, _raw: RawRecord, source: Source) -> None:
    """Add what follows from several fields: URL, outcome, duration, the host asked, TLS, the way of the request."""
    if target := line.get("target"):
        add_url(doc, target, line["method"])
    event = doc["event"]
    status = to_long(line.get("status"))
    if status is not None:
        event["outcome"] = outcome(status)
    _site(doc, line)
    if "ssl_protocol" in line or "ssl_cipher" in line:
        _session(doc, line)
    _forwarded(doc, line)
    if "request_time" in line and (duration := nanoseconds(line["request_time"])) is not None:
        event["duration"] = duration
    add_service(doc, source)


def _site(doc: Document, line: Fields) -> None:
    """Fill `destination.*` and `url.domain` from the host that was asked and the address that answered."""
    site, server = line.get("site"), line.get("server_addr")
    if not site and type(server) is not str:
        return
    destination: Document = {}
    if type(server) is str:
        destination = address(server, dotted=False)
    if site:
        destination = {**address(site, dotted=False), **destination}
        doc.setdefault("url", {}).setdefault("domain", site)
    port = to_long(line.get("server_port")) or line.get("site_port")
    if port is not None:
        destination["port"] = port
    doc.setdefault("destination", {}).update(destination)


def _session(doc: Document, line: Fields) -> None:
    cipher, protocol = (
        value if type(value := line.get(name)) is str else None for name in ("ssl_cipher", "ssl_protocol")
    )
    if session := tls(cipher, protocol):
        doc["tls"] = session


def _forwarded(doc: Document, line: Fields) -> None:
    """Fill what X-Forwarded-For says: a claim of the client's, so the peer stays the source."""
    listed = line.get("remote_ip_list", ())
    addresses = [ip for word in listed if (ip := to_ip(endpoint(word)[0]))]
    text = line.get("http_x_forwarded_for")
    if type(text) is str and text not in ABSENT:
        doc.setdefault("http", {}).setdefault("request", {})["header"] = {FORWARDED: text}
        if claimed := forwarded(text):
            doc["client"] = address(next((ip for ip in claimed if is_public(ip)), claimed[0]))
            doc.setdefault("network", {})["forwarded_ip"] = claimed[0]
            addresses += claimed
    if addresses:
        doc.setdefault("related", {})["ip"] = list(dict.fromkeys(addresses))


def add_service(doc: Document, source: Source) -> None:
    """Set `service.name` to the site that the object's key names, `…/web-site-name=shop/…`."""
    if name := _site_name(source.key):
        doc.setdefault("service", {}).setdefault("name", name)


@lru_cache(maxsize=1024)
def _site_name(key: str) -> str | None:
    found = _SITE.search(key)
    return found[1] if found else None
