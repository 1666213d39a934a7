"""A rule: a form of message, what it means, and where its words belong."""

import re
from dataclasses import dataclass, field
from typing import Any

from es_loader.normalize.addresses import address
from es_loader.normalize.coerce import to_name
from es_loader.normalize.members import below
from es_loader.normalize.networks import network_type
from es_loader.types import Document

_UNKNOWN = frozenset({"", "UNKNOWN", "?"})
_PLACES = {
    "user": ("user", "name"),
    "user_id": ("user", "id"),
    "effective": ("user", "effective", "name"),
    "effective_id": ("user", "effective", "id"),
    "target": ("user", "target", "name"),
    "target_id": ("user", "target", "id"),
    "group": ("group", "name"),
    "group_id": ("group", "id"),
}
"""Group of a pattern -> ECS field. The groups `address port domain to to_port` make source and destination."""

_ENDS = {"source": ("address", "port"), "destination": ("to", "to_port")}
_OF_ECS = frozenset({*_PLACES, "address", "port", "domain", "to", "to_port"})


@dataclass(frozen=True, slots=True)
class Rule:
    """Messages that `pattern` matches mean an event of this category, type, outcome and action."""

    pattern: re.Pattern[str]
    category: tuple[str, ...] = ()
    type: tuple[str, ...] = ()
    outcome: str | None = None
    action: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What a message says: its rule, the words that its pattern named, and fields below the prefix by part."""

    rule: Rule
    words: dict[str, str | None] = field(default_factory=dict)
    own: dict[str, dict[str, Any]] = field(default_factory=dict)


def rule(pattern: str, what: str = "", outcome: str | None = None, action: str | None = None) -> Rule:
    """Write a rule; `what` is `category … / type …`."""
    category, _, kind = what.partition("/")
    return Rule(re.compile(pattern, re.DOTALL), tuple(category.split()), tuple(kind.split()), outcome, action)


def first(rules: tuple[Rule, ...], text: str, part: str) -> Finding | None:
    """Return the finding of the first rule that matches at the text's beginning.

    Args:
        rules: in order.
        text: the message.
        part: the part below the prefix that takes the words which no ECS field holds.
    """
    for candidate in rules:
        match = candidate.pattern.match(text)
        if match:
            words = match.groupdict()
            own = {name: value for name, value in words.items() if value and name not in _OF_ECS}
            return Finding(candidate, words, {part: own})
    return None


def write(finding: Finding, doc: Document, own: Document) -> None:
    """Put a finding into a document; `own` is the document's object below the prefix."""
    event = doc["event"]
    for name in ("category", "type"):
        if values := getattr(finding.rule, name):
            event[name] = list(values)
    for name in ("outcome", "action"):
        if value := getattr(finding.rule, name):
            event[name] = value
    for word, path in _PLACES.items():
        if value := to_name(finding.words.get(word)):
            below(doc, path[:-1])[path[-1]] = value
    _connect(finding.words, doc)
    for part, values in finding.own.items():
        if values:
            own[part] = values


def _connect(words: dict[str, str | None], doc: Document) -> None:
    for side, (place, port) in _ENDS.items():
        text = words.get(place)
        if not text or text in _UNKNOWN:
            continue
        end: dict[str, Any] = doc.setdefault(side, {})
        end.update(address(text, dotted=False))
        number = words.get(port)
        if number and len(number) <= 5 and int(number) < 65_536:  # noqa: PLR2004 - as a port is
            end["port"] = int(number)
    if domain := words.get("domain"):
        doc.setdefault("source", {})["domain"] = domain
    if ip := doc.get("source", {}).get("ip"):
        doc.setdefault("network", {})["type"] = network_type(ip)
