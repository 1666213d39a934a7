"""A line, or the same as a JSON object, of a load balancer's log -> its fields, under the names of its columns."""

import re
from collections.abc import Callable
from typing import Any

import msgspec

from es_loader.errors import RecordError
from es_loader.logtypes.load_balancers.layouts import Layout
from es_loader.logtypes.load_balancers.lines import words_of
from es_loader.normalize.coerce import ABSENT, to_keyword
from es_loader.normalize.hostport import host_port
from es_loader.normalize.request_line import request_line
from es_loader.types import Fields

_ALIASES = {"request_line": "request", "target:port_list": "target_port_list", "timestamp": "time"}
"""Names that documentation and CloudWatch's delivery use for a column as well."""

_NEGATIVE = re.compile(r"-[\d.]{0,32}\Z", re.ASCII)
_ORDERED_BY = "layout"
"""Holds the layout by which fields are in order already; no JSON can."""


def stages(
    layout: Layout, finish: Callable[[Fields], None] | None = None
) -> tuple[Callable[[str], Fields], Callable[[Fields], Fields]]:
    """Return what a log type's module has as `parse` and `prepare`: of a line, and of a decoded JSON object.

    `X` that holds an address and a port becomes `X_ip` and `X_port`, `request` its three parts. What was not measured
    is None. Surplus columns are in `extra`, members that are no columns in `unmapped`. `finish` adds what only this
    log has, in place.
    """

    def parse(text: str) -> Fields:
        if text[:1] == "{":
            return prepare(_decoded(text))
        words = words_of(text, layout)
        fields: Fields = dict(zip(layout.columns, words))  # noqa: B905 - lines have from the shortest length on
        if len(words) > len(layout.columns):
            fields["extra"] = words[len(layout.columns) :]
        return ordered(fields)

    def prepare(fields: Fields) -> Fields:
        return fields if fields.get(_ORDERED_BY) is layout else ordered(_columns(fields, layout))

    def ordered(fields: Fields) -> Fields:
        _order(fields, layout)
        if finish is not None:
            finish(fields)
        return fields

    return parse, prepare


def present(fields: Fields, column: str) -> str | None:
    """Return a column's text; None for a placeholder or a column that the line lacks."""
    value = fields.get(column)
    return value if type(value) is str and value not in ABSENT else None


def _order(fields: Fields, layout: Layout) -> None:
    fields[_ORDERED_BY] = layout
    for name, ip, port in layout.ends:
        text = fields.pop(name)
        fields[ip], fields[port] = (text, None) if text[:4] == "arn:" else host_port(text)
    if "request" in fields:
        fields["request_method"], fields["request_url"], fields["http_version"] = request_line(fields.pop("request"))
    for name in layout.unmeasured:
        if fields[name][:1] == "-" and _NEGATIVE.match(fields[name]):
            fields[name] = None
    for name, separator in layout.lists:
        listed = fields.get(name, "-")
        fields[name] = None if listed in ABSENT else [part for part in listed.split(separator) if part]


def _decoded(text: str) -> Fields:
    try:
        value = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError, UnicodeEncodeError) as exc:
        raise RecordError(f"begins like JSON, but is none: {exc}") from exc
    return value if type(value) is dict else {}


def _columns(members: Fields, layout: Layout) -> Fields:
    """Return every column of a layout as a line would have it; users choose which ones are delivered."""
    left = {_ALIASES.get(name, name): value for name, value in members.items()}
    found: Fields = {name: _end(left, name, ip, port) for name, ip, port in layout.ends}
    for name, separator in layout.lists:
        if type(value := left.get(name)) is list:
            left[name] = separator.join(text for item in value if (text := to_keyword(item)))
    for name in layout.columns:
        found.setdefault(name, to_keyword(left.pop(name, None)) or "-")
    found["unmapped"] = left or None
    return found


def _end(left: Fields, name: str, ip_name: str, port_name: str) -> str:
    """Take an address with its port, written as one (`client:port`, `client_port`, `client`) or apart."""
    ip = to_keyword(left.pop(ip_name, None))
    values: list[Any] = [left.pop(key, None) for key in (f"{name}:port", port_name, name)]
    text = next(filter(None, map(to_keyword, values)), "-")
    return f"[{ip}]:{text}" if ip else text
