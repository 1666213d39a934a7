"""Route 53 Resolver query logs: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-query-logs-format.html."""

from collections.abc import Callable
from typing import Any

from es_loader.declarations import LogType
from es_loader.logtypes import Hooks, Refine
from es_loader.normalize.coerce import every, to_ip, to_keyword
from es_loader.normalize.connections import mirror_client
from es_loader.normalize.domains import domain_parts
from es_loader.normalize.members import objects
from es_loader.normalize.remainder import undeclared
from es_loader.types import Document, Fields, RawRecord, Source

_ADDRESSES = frozenset({"A", "AAAA"})
_HOSTS = frozenset({"CNAME", "PTR"})
_NAMES = frozenset({"CNAME", "DNAME", "MX", "NS", "PTR", "SRV"})
"""Types of answers that are a name, or end with one."""

_TRANSPORTS = {"doh": ("tcp", "6"), "dot": ("tcp", "6"), "tcp": ("tcp", "6"), "udp": ("udp", "17")}
"""`transport` in lower case -> IANA keyword and number of what carries it."""

_IPV4_ZONE, _IPV4_LABELS = ".in-addr.arpa", 4
_IPV6_ZONE, _IPV6_LABELS = ".ip6.arpa", 32
_HEX = frozenset("0123456789abcdef")
_READ = ("answers.Class", "answers.Rdata", "answers.Type", "transport")
"""Paths that become ECS fields without being declared."""


def hooks(log_type: LogType) -> Hooks:
    """Return what a declaration cannot say of this log."""
    return Hooks(refine=_refiner(log_type))


def _refiner(log_type: LogType) -> Refine:
    """Return the function that completes a document: the name asked for, every answer, who asked by what."""
    rest = undeclared(log_type, _READ)

    def refine(doc: Document, fields: Fields, _raw: RawRecord, _source: Source) -> None:
        dns, event = doc["dns"], doc["event"]
        asked = _question(dns.get("question", {}))
        answers = _answers(fields.get("answers"))
        if answers:
            dns["answers"] = answers
        resolved = _data(answers, _ADDRESSES, to_ip)
        if resolved:
            dns["resolved_ip"] = resolved
        related = {"ip": [*resolved, *asked["ip"]], "hosts": [*asked["hosts"], *_data(answers, _HOSTS, to_keyword)]}
        if found := {name: list(dict.fromkeys(values)) for name, values in related.items() if values}:
            doc["related"] = found
        if code := dns.get("response_code"):
            event["outcome"] = "success" if code == "NOERROR" else "failure"
        if event.get("action") == "BLOCK":
            event["type"] = [*event["type"], "denied"]
        _transport(doc["network"], to_keyword(fields.get("transport")))
        mirror_client(doc)
        if left := rest(fields):
            doc["aws"].setdefault("route53", {})["unmapped"] = left

    return refine


def _question(question: Document) -> dict[str, list[str]]:
    """Take the question's name apart, and return the address or the host that it asks for as `ip` and `hosts`."""
    name = question.get("name")
    if name is None:
        return {"ip": [], "hosts": []}
    name = question["name"] = _without_root(name)
    question |= domain_parts(name)
    if question.get("type") != "PTR":
        return {"ip": [], "hosts": [name]}
    address = _reversed(name.lower())
    return {"ip": [address] if address else [], "hosts": []}


def _without_root(name: str) -> str:
    """Return a name without its last dot; the root itself is that dot."""
    return name[:-1] if name.endswith(".") and name[-2:] not in {".", " ."} else name


def _reversed(name: str) -> str | None:
    """Return the address that a whole reverse name stands for; IPv6 is not compressed."""
    if name.endswith(_IPV4_ZONE):
        labels = name.removesuffix(_IPV4_ZONE).split(".")
        return to_ip(".".join(reversed(labels))) if len(labels) == _IPV4_LABELS else None
    labels = name.removesuffix(_IPV6_ZONE).split(".")
    if not name.endswith(_IPV6_ZONE) or len(labels) != _IPV6_LABELS or not _HEX.issuperset(labels):
        return None
    digits = "".join(reversed(labels))
    return ":".join(digits[start : start + 4] for start in range(0, _IPV6_LABELS, 4))


def _answers(listed: Any) -> list[Document]:
    """Return every answer in order; some exports hold a single one without a list."""
    found = []
    for answer in objects([listed] if type(listed) is dict else listed):
        kind, data = to_keyword(answer.get("Type")), to_keyword(answer.get("Rdata"))
        if data and kind in _NAMES:
            data = _without_root(data)
        values = {"class": to_keyword(answer.get("Class")), "type": kind, "data": data}
        if kept := {name: value for name, value in values.items() if value is not None}:
            found.append(kept)
    return found


def _data(answers: list[Document], types: frozenset[str], convert: Callable[[Any], str | None]) -> list[str]:
    return every(convert)([answer.get("data") for answer in answers if answer.get("type") in types]) or []


def _transport(network: Document, word: str | None) -> None:
    if word is None:
        return
    name, number = _TRANSPORTS.get(word.lower(), (word.lower(), None))
    network["transport"] = name
    if number:
        network["iana_number"] = number
