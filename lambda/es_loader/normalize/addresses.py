"""The address rule: what a log says about one end of a connection -> address, and ip or domain."""

import re

from es_loader.normalize.coerce import to_ip

MAX_HOST = 253
"""Characters of a host name; longer texts are neither names nor addresses, and are not kept in a cache."""

_CACHE_LIMIT = 65_536
_HOST = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9_.-]+\Z")
_MASKED = re.compile(r"\*+\Z|HIDDEN_DUE_TO_SECURITY_REASONS\Z|<sensitiveDataRemoved>\Z")
_cache: dict[tuple[str, bool], dict[str, str]] = {}


def address(text: str, *, dotted: bool = True) -> dict[str, str]:
    """Return `address` and, where it is one, `ip` or `domain`; a fresh dict.

    Args:
        text: the value as logged; masked values give nothing.
        dotted: a host name must hold a dot, as AWS's service names do.
    """
    return dict(shared_address(text, dotted=dotted))


def shared_address(text: str, *, dotted: bool = True) -> dict[str, str]:
    """Like address, but the dict is shared: not to be changed."""
    if len(text) > MAX_HOST:
        return {"address": text}
    try:
        return _cache[text, dotted]
    except KeyError:
        if len(_cache) >= _CACHE_LIMIT:
            _cache.clear()
        found = _cache[text, dotted] = _split(text, dotted=dotted)
        return found


def _split(text: str, *, dotted: bool) -> dict[str, str]:
    if _MASKED.match(text):
        return {}
    ip = to_ip(text)
    if ip is not None:
        return {"address": text if "%" in text else ip, "ip": ip}  # what stands behind % may be anything
    if _HOST.match(text) and (not dotted or "." in text):
        return {"address": text, "domain": text}
    return {"address": text}
