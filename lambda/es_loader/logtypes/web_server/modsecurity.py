"""A message of ModSecurity, `… [id "942100"] [msg "…"] [uri "/…"] …` -> the rule, the request, and all that it says."""

import re

from es_loader.logtypes.web_server.request import add_url
from es_loader.normalize.addresses import address
from es_loader.normalize.coerce import ABSENT
from es_loader.normalize.flat import flat
from es_loader.types import Document

NAME = "ModSecurity"
MAX_PARTS = 256
"""Parts of a message that are looked at; rules write some dozens."""

_PART = re.compile(r'\[([\w-]{1,64}) "((?:[^"\\]|\\.)*+)"\]', re.DOTALL)


def add(doc: Document, message: str) -> None:
    """Set `rule.*`, `url.*`, `destination.*` and `event.id` of an Apache error, and keep every part.

    The first part of a name counts: what a request brought along stands behind the rule's own, its quotes escaped.
    """
    parts: dict[str, list[str]] = {}
    for _, (name, value) in zip(range(MAX_PARTS), _PART.findall(message), strict=False):
        if value not in ABSENT:
            parts.setdefault(name, []).append(value)
    first = {name: values[0] for name, values in parts.items()}
    event = doc["event"]
    event["category"] = ["web", "intrusion_detection"]
    if unique := first.get("unique_id"):
        event["id"] = unique
    if rule := {name: first[key] for name, key in (("id", "id"), ("name", "msg")) if key in first}:
        doc["rule"] = rule
    if uri := first.get("uri"):
        add_url(doc, uri, None)
    if host := first.get("hostname"):
        doc.setdefault("destination", {}).update(address(host, dotted=False))
    if found := flat({name: values[0] if len(values) == 1 else values for name, values in parts.items()}):
        own = doc.setdefault("apache", {}).setdefault("error", {})
        own["modsecurity"] = found
        if severity := first.get("severity"):
            own["severity"] = severity
