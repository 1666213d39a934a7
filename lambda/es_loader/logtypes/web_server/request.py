"""The request line of a web server's log, written by whoever sent it -> what can be recognised of it."""

import re
from typing import Any, NamedTuple

from es_loader.normalize.coerce import ABSENT
from es_loader.normalize.hostport import host_port
from es_loader.normalize.urls import url
from es_loader.types import Document

_METHOD = re.compile(r"[A-Za-z_-]{1,32}\Z")
_PROTOCOL = re.compile(r"HTTP/(\d{1,9}(?:\.\d{1,9})?)\Z")
_TARGET = re.compile(r"/|\*\Z|[A-Za-z][A-Za-z0-9+.-]{0,32}://")


class Request(NamedTuple):
    """The parts of a request line, None for each that is not there; `regular` says that nothing else was."""

    method: str | None
    target: str | None
    version: str | None
    regular: bool


_NOTHING = Request(None, None, None, regular=True)


def request_of(text: str, *, old: bool) -> Request:
    """Split `METHOD target HTTP/version`; the target is all between, blanks included.

    Args:
        text: the line as logged; it may hold anything.
        old: whether a line without a version is one of HTTP/0.9.
    """
    if text in ABSENT:
        return _NOTHING
    head, _, last = text.rpartition(" ")
    protocol = _PROTOCOL.match(last)
    if protocol is None:
        return _without_version(text) if old else Request(None, None, None, regular=False)
    method, blank, target = head.partition(" ")
    if _METHOD.match(method):
        return Request(method, _present(target), protocol[1], regular=bool(blank))
    return Request(None, _present(head.rpartition(" ")[2]), protocol[1], regular=False)


def _without_version(text: str) -> Request:
    method, _, target = text.partition(" ")
    if _METHOD.match(method) and _TARGET.match(target):
        return Request(method, target, None, regular=True)
    return Request(None, None, None, regular=False)


def method_of(value: Any) -> str | None:
    """Return a method that is one; None for anything else."""
    return value if type(value) is str and value != "-" and _METHOD.match(value) else None


def version_of(value: Any) -> str | None:
    """Return the version of `HTTP/1.1` or `1.1`; None for anything else."""
    protocol = _PROTOCOL.match(f"HTTP/{value.removeprefix('HTTP/')}") if type(value) is str else None
    return protocol[1] if protocol else None


def add_url(doc: Document, target: str, method: str | None) -> None:
    """Set `url.*` from a request's target; that of CONNECT is a host with a port."""
    if method == "CONNECT" and "/" not in target:
        host, port = host_port(target)
        parts = {"original": target, "domain": host, "port": port}
        found = {name: part for name, part in parts.items() if part is not None}
    else:
        found = url(target, decode=True)
    doc["url"] = {**found, **doc.get("url", {})}


def _present(word: str) -> str | None:
    return None if word in ABSENT else word
