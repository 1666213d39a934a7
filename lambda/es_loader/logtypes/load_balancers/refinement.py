"""What follows from the columns of load balancers' logs and no declaration can say -> ECS."""

import re
from collections.abc import Iterable

from es_loader.logtypes.load_balancers.fields import present
from es_loader.normalize.coerce import to_ip
from es_loader.normalize.http_status import outcome
from es_loader.normalize.tls import tls
from es_loader.normalize.urls import url
from es_loader.types import Document, Fields

_STRAY_DASH = re.compile(r"\A([A-Za-z]+://[^/?#]*?:\d++)-(?=[/?#]|\Z)")
"""Balancers put a dash behind the port of a request that they could not read."""


def add_protocol(doc: Document, protocol: str) -> None:
    """Say whether the balancer spoke `http` with the client, or handed `tcp` on."""
    doc.setdefault("aws", {}).setdefault("elb", {})["protocol"] = protocol


def add_request(doc: Document, fields: Fields) -> None:
    """Fill `url.*` from the request line, and the outcome from the status that the client got."""
    text = fields["request_url"]
    if text:
        malformed = fields["request_method"] is None
        doc["url"] = url(_STRAY_DASH.sub(r"\1", text, count=1) if malformed else text) | {"original": text}
    status = fields["elb_status_code"]
    if status.isdecimal():
        doc["event"]["outcome"] = outcome(int(status))


def add_session(doc: Document, cipher: str | None, protocol: str | None) -> None:
    """Add what is known of the TLS session to what the mapping already found."""
    session = tls(cipher, protocol)
    if session:
        doc["tls"] = {**session, **doc.get("tls", {})}


def relate_ends(doc: Document, addresses: Iterable[str | None]) -> None:
    """Relate both ends' addresses and further ones behind them; what is no address is left out."""
    ends = (doc.get(side, {}).get("ip") for side in ("source", "destination"))
    found = dict.fromkeys(ip for address in (*ends, *addresses) if address and (ip := to_ip(address)))
    if found:
        doc.setdefault("related", {})["ip"] = list(found)


def relate_hosts(doc: Document, fields: Fields) -> None:
    """Relate the host of the URL, of the TLS handshake and of the rewritten request; an address is no host."""
    asked = doc["url"].get("domain") if "url" in doc else None
    named, rewritten = present(fields, "domain_name"), present(fields, "transformed_host")
    if named == asked and rewritten is None and (named is None or to_ip(named) is None):
        return  # the usual case, which needs nothing beside what every document gets
    found = dict.fromkeys(name for name in (asked, named, rewritten) if name and to_ip(name) is None)
    if found:
        doc.setdefault("related", {})["hosts"] = list(found)
    destination = doc.get("destination", {})
    if "domain" in destination and destination["domain"] not in found:
        del destination["domain"]
        if not destination:
            del doc["destination"]
