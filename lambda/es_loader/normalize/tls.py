"""The names that AWS gives TLS versions and ciphers -> ECS `tls.*`."""

import re
from functools import lru_cache
from typing import Any

from es_loader.normalize.coerce import ABSENT

_VERSION = re.compile(r"(tls|ssl)v?(\d)(?:\.?(\d))?\Z", re.IGNORECASE)


MAX_LENGTH = 16
"""Characters of a version's name; longer texts are none, and are not kept in the cache."""


def version(text: str) -> dict[str, str]:
    """Return `version` and `version_protocol` of `TLSv1.2`, `tlsv12`, `TLSv1`, `SSLv3`; shared, not to be changed."""
    return _version(text) if len(text) <= MAX_LENGTH else {}


@lru_cache(maxsize=1024)
def _version(text: str) -> dict[str, str]:
    match = _VERSION.match(text)
    if not match:
        return {}
    protocol, major, minor = match.groups()
    return {"version": f"{major}.{minor or 0}", "version_protocol": protocol.lower()}


def tls(cipher: str | None, protocol: str | None) -> dict[str, Any]:
    """Return `cipher`, `established`, `version` and `version_protocol`, each where it is known; a fresh dict."""
    found: dict[str, Any] = {}
    if cipher and cipher not in ABSENT:
        found = {"cipher": cipher, "established": True}
    if protocol and protocol not in ABSENT:
        found |= version(protocol)
    return found
