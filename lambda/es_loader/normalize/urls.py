"""A URL as logs write it, absolute or only path and query -> ECS `url.*`."""

import re
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

from es_loader.normalize.domains import domain_parts
from es_loader.normalize.hostport import host_port

MAX_ORIGIN = 512
"""Characters of scheme, user, host and port; host names have 253 at most."""

_ORIGIN = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*")


def url(text: str, *, decode: bool = False) -> dict[str, Any]:
    """Return `original` and the parts that the text has; a fresh dict.

    Args:
        text: an absolute URL, which gives `full scheme domain port username fragment registered_domain subdomain
            top_level_domain` too, or a path with an optional query.
        decode: percent-decode path and query once; bytes that are no UTF-8 become U+FFFD.
    """
    origin = _ORIGIN.match(text)
    if origin is None:
        found: dict[str, Any] = {"original": text}
        rest = text
    else:
        found = {"original": text, "full": text, **_origin_of(origin[0])}
        rest, _, fragment = text[origin.end() :].partition("#")
        if fragment:
            found["fragment"] = fragment
    path, _, query = rest.partition("?")
    found |= path_and_query(path, query)
    if decode:
        found |= {part: unquote(found[part]) for part in ("path", "query") if part in found}
    return found


def path_and_query(path: str, query: str) -> dict[str, str]:
    """Return `path`, `extension` and `query`, each where it exists; a fresh dict."""
    found = {}
    if path:
        found["path"] = path
        if suffix := extension(path):
            found["extension"] = suffix
    if query:
        found["query"] = query
    return found


def extension(path: str) -> str | None:
    """Return what follows the last dot of a path's last segment; None if nothing does."""
    _, dot, suffix = path.rpartition("/")[2].rpartition(".")
    return suffix if dot and suffix else None


def _origin_of(text: str) -> dict[str, Any]:
    """Return what stands before the path; shared. What is too long to be one is not kept in the cache."""
    return _cached_origin(text) if len(text) <= MAX_ORIGIN else _origin(text)


def _origin(text: str) -> dict[str, Any]:
    scheme, _, authority = text.partition("://")
    user, _, place = authority.rpartition("@")
    host, port = host_port(place)
    found: dict[str, Any] = {"scheme": scheme}
    if name := user.partition(":")[0]:
        found["username"] = name
    if host:
        found["domain"] = host
        found |= domain_parts(host)
    if port is not None:
        found["port"] = port
    return found


_cached_origin = lru_cache(maxsize=16_384)(_origin)
