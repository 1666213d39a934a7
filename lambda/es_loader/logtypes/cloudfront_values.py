"""A record of CloudFront's logs -> the same in one spelling of names, with its values as they were before encoding.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logs-reference.html
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

import msgspec

from es_loader.logtypes.cloudfront_columns import KNOWN, column
from es_loader.normalize.coerce import ABSENT
from es_loader.types import Fields

MAX_PAIRS = 200
"""Cookies or headers of one request that are told apart; the rest stays one text."""

MAX_KEPT = 1024
"""Characters of a text whose decoding is kept in a cache: user agents come again and again."""

_ENCODED = ("cs_user_agent", "cs_referer", "x_forwarded_for", "cs_accept_encoding")


def prepare(fields: Fields) -> Fields:
    """Return a record in one spelling of names, what the service percent-encoded decoded once.

    Columns that are newer than this list go to `unmapped`. Path and query stay as they are.
    """
    if not KNOWN.issuperset(fields):
        fields = _known(fields)
    for name in _ENCODED:
        value = fields.get(name)
        if type(value) is str and "%" in value:
            fields[name] = _decoded(value) if len(value) <= MAX_KEPT else unquote(value)
    for name, read in _FREE_FORM.items():
        value = fields.get(name)
        if type(value) is str:
            fields[name] = read(value) if value not in ABSENT else None
    return fields


_decoded = lru_cache(maxsize=8192)(unquote)


def _known(fields: Fields) -> Fields:
    found, unmapped = {}, {}
    for spelled, value in fields.items():
        name = column(spelled)
        if name in KNOWN:
            found[name] = value
        elif type(value) is not str or value not in ABSENT:
            unmapped[name] = value
    if unmapped:
        found["unmapped"] = unmapped
    return found


def _pairs(text: str, separator: str, equals: str) -> dict[str, Any]:
    """Return what a text sets, name -> value, or values; a part without a name, or with nothing else, as `value`."""
    found: dict[str, Any] = {}
    for part in text.split(separator, MAX_PAIRS):
        name, given, value = part.strip().partition(equals)
        name, value = (name.strip() or "value", value.strip()) if given else ("value", name)
        if not value:
            name, value = "value", part.strip()
        if not value:
            continue
        present = found.get(name)
        found[name] = value if present is None else [*(present if type(present) is list else [present]), value]
    return found


def _cookies(text: str) -> dict[str, Any]:
    return _pairs(unquote(text), ";", "=")


def _headers(text: str) -> dict[str, Any]:
    return _pairs(unquote(text), "\n", ":")


def _header_names(text: str) -> list[str]:
    return [name for name in unquote(text).split("\n", MAX_PAIRS) if name]


def _log_data(text: str) -> Any:
    """Return what a function at the edge has logged, as the object that it mostly is."""
    try:
        return msgspec.json.decode(text) if text.startswith("{") else text
    except (msgspec.DecodeError, RecursionError, UnicodeEncodeError):
        return text


_FREE_FORM: dict[str, Callable[[str], Any]] = {
    "cs_cookie": _cookies,
    "cs_headers": _headers,
    "cs_header_names": _header_names,
    "viewer_request_log_data": _log_data,
    "viewer_response_log_data": _log_data,
}
