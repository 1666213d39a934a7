"""What an agent string says about itself: product, version, operating system, device.

Browsers, crawlers and common tools are told by ua-parser; AWS's own agents (SDKs, consoles, services), which it does
not know or mistakes for the SDK below them, by the first product that they name.
"""

import re
from functools import cache
from typing import Any

from es_loader.types import Document

MAX_AGENT = 1024
"""Characters of an agent that are looked at: some of ua-parser's patterns take time that grows faster than the text."""

MAX_NAME = 128
"""Characters of a name or version taken out of an agent."""

_CACHE_LIMIT = 8192
_SERVICE = re.compile(r"[\w-]+(?:\.[\w-]+)*\.(?:amazonaws\.com(?:\.cn)?|amazon\.com|aws\.internal|amazonaws\.eu)\Z")
_PRODUCT = re.compile(r"([A-Za-z][\w.+-]{0,63})/v?(\d[\w.+-]*)")
_LEADING = re.compile(r"([A-Za-z][\w .:+-]{0,63}?)(?:/v?(\d[\w.+-]*)|[,;(\[/]|\Z)")
_AWS = re.compile(r"(?i)\b(?:aws-(?:sdk|cli|internal|toolkit)|boto3?/|botocore|apn/1|s3console|aws internal)")
_SYSTEM = re.compile(r"\bos/[\w.-]+[#/](\d[\w.]*)")
_BROWSER = "Mozilla/"
_WRAPPERS = frozenset({"APN", "HashiCorp", "Mozilla"})
"""Products that stand in front of the one that called."""

_MASKED = re.compile(r"\*+\Z|HIDDEN_DUE_TO_SECURITY_REASONS\Z|<sensitiveDataRemoved>\Z")
_finished: dict[str, Document] = {}


def enrich_user_agent(doc: Document, field: str) -> None:
    """Add to `doc[field]` what its `original` tells: `name`, `version`, `os.*`, `device.name`.

    The nested objects are shared between documents: read, never changed.
    """
    part = doc.get(field)
    if type(part) is not dict or type(text := part.get("original")) is not str:
        return
    text = text[:MAX_AGENT]
    found = _finished.get(text)
    if found is None:
        if len(_finished) >= _CACHE_LIMIT:
            _finished.clear()
        found = _finished[text] = describe(text)
    part.update(found)


def describe(agent: str) -> Document:
    """Return the fields below `user_agent` that an agent string tells; {} if it tells nothing."""
    text = agent[:MAX_AGENT].encode(errors="replace").decode()
    text = text.strip().removeprefix("[").removesuffix("]").strip()
    if not text or _MASKED.match(text):
        return {}
    if _SERVICE.match(text):
        return {"name": text[:MAX_NAME]}
    parsed = _parser()(text)
    own = _AWS.search(text) is not None and not text.startswith(_BROWSER)
    known = parsed.user_agent
    if own or known is None:
        name, version = _own_product(text)
    else:
        name, version = known.family, _version(known.major, known.minor, known.patch, known.patch_minor)
    device = parsed.device.family if parsed.device and not own else None
    return _present(
        {"name": name, "version": version, "os": _system(parsed.os, text), "device": _present({"name": device})}
    )


def _own_product(text: str) -> tuple[str | None, str | None]:
    """Return the first product of an agent that is not a wrapper around the next, and its version."""
    leading = _LEADING.match(text)
    if leading and leading[1] not in _WRAPPERS:
        return leading[1], leading[2]
    products = (match.groups() for match in _PRODUCT.finditer(text))
    return next(((name, version) for name, version in products if name not in _WRAPPERS), (None, None))


def _system(system: Any, text: str) -> Document:
    if system is None:
        return {}
    version = _version(system.major, system.minor, system.patch, system.patch_minor)
    if version is None and (match := _SYSTEM.search(text)):
        version = match[1]
    return _present(
        {"name": system.family, "version": version, "full": f"{system.family} {version}" if version else None}
    )


def _version(*parts: str | None) -> str | None:
    return ".".join(part for part in parts if part) or None


def _present(values: Document) -> Document:
    """Return the values that say something, texts cut to a name's length."""
    return {
        name: value[:MAX_NAME] if type(value) is str else value
        for name, value in values.items()
        if value and value != "Other"
    }


@cache
def _parser() -> Any:
    from ua_parser import Parser  # noqa: PLC0415 - a fifth of a second, only for logs that name agents
    from ua_parser.loaders import load_builtins  # noqa: PLC0415
    from ua_parser.regex import Resolver  # noqa: PLC0415 - this one in Rust: no pattern backtracks

    return Parser(Resolver(load_builtins())).parse
