"""The two ends of a connection that a service in between has seen: who called, which host was asked, through whom."""

import re
from urllib.parse import unquote

from es_loader.normalize.coerce import to_ip
from es_loader.normalize.domains import domain_parts
from es_loader.normalize.hostport import host_port
from es_loader.normalize.networks import network_type
from es_loader.types import Document

MAX_FORWARDED = 64
"""Addresses of one X-Forwarded-For that are looked at: a client writes into it what it likes."""

_LOCAL = re.compile(r"localhost", re.IGNORECASE)
_ESCAPED_BLANK = r"\x20"
"""How some of AWS's edge services write a blank between two addresses."""


def mirror_client(doc: Document) -> None:
    """Set `client` to what `source` says, and `network.type` to the family of its address."""
    source = doc.get("source")
    if not source:
        return
    doc["client"] = {**source, **doc.get("client", {})}
    if ip := source.get("ip"):
        doc.setdefault("network", {}).setdefault("type", network_type(ip))


def forwarded(text: str, *, encoded: bool = False) -> list[str]:
    """Return the addresses of an X-Forwarded-For value, each once, in order.

    Args:
        text: addresses with commas between them, each with or without a port; what is no address is left out.
        encoded: whether it is percent-encoded.
    """
    decoded = unquote(text) if encoded else text
    found: dict[str, None] = {}
    for part in decoded.split(",", MAX_FORWARDED)[:MAX_FORWARDED]:
        word = part.replace(_ESCAPED_BLANK, "").strip()
        host = "127.0.0.1" if _LOCAL.match(word) else word
        if ip := to_ip(host) or to_ip(host_port(host)[0]):  # a bare IPv6 address may look as if a port stood at its end
            found[ip] = None
    return list(found)


def add_forwarded(doc: Document, text: str, *, encoded: bool = False) -> None:
    """Set `network.forwarded_ip` to every address of an X-Forwarded-For value, and relate them.

    A list, as AWS's edge services write every hop: the first alone is what the client claims.
    """
    if addresses := forwarded(text, encoded=encoded):
        doc.setdefault("network", {})["forwarded_ip"] = addresses
        related = doc.setdefault("related", {})
        related["ip"] = list(dict.fromkeys((*related.get("ip", ()), *addresses)))


def add_requested_host(doc: Document, text: str) -> None:
    """Fill `url.domain`, `url.port`, `destination.*` and the domains' parts from a Host header.

    What the URL says already stays.
    """
    host, port = host_port(text)
    if not host:
        return
    url, destination = doc.setdefault("url", {}), doc.setdefault("destination", {})
    url.setdefault("domain", host)
    destination.setdefault("address", host)
    if to_ip(host) is None:
        parts = domain_parts(host)
        destination.update({"domain": host, **parts, **destination})
        url.update({**parts, **url})
    if port is not None:
        url.setdefault("port", port)
        destination.setdefault("port", port)
