"""ECS fields that follow from others, for log types that are declared and have no code: nobody has to declare them."""

from collections.abc import Callable
from typing import NamedTuple

from es_loader.declarations import LogType
from es_loader.normalize.domains import domain_parts
from es_loader.normalize.durations import between
from es_loader.normalize.networks import community_id, network_type
from es_loader.types import Document

Derive = Callable[[Document], None]

_PORT_PROTOCOLS = {"tcp": 6, "udp": 17, "sctp": 132}
"""Those whose community id needs nothing but addresses and ports."""


class _Rule(NamedTuple):
    """What fills `targets`, each where it is missing, if the declaration has all of `needs`."""

    targets: tuple[str, ...]
    needs: tuple[str, ...]
    derive: Derive


def _network_type(doc: Document) -> None:
    if ip := doc.get("source", {}).get("ip"):
        doc.setdefault("network", {}).setdefault("type", network_type(ip))


def _duration(doc: Document) -> None:
    event = doc["event"]
    if "start" in event and "end" in event and (span := between(event["start"], event["end"])) is not None:
        event.setdefault("duration", span)


def _community_id(doc: Document) -> None:
    number = _PORT_PROTOCOLS.get(doc.get("network", {}).get("transport"))
    source, destination = doc.get("source", {}), doc.get("destination", {})
    if number is None or "ip" not in source or "ip" not in destination:
        return
    found = community_id(source["ip"], destination["ip"], number, source.get("port"), destination.get("port"))
    if found is not None:
        doc["network"].setdefault("community_id", found)


def _url_domain(doc: Document) -> None:
    if domain := doc.get("url", {}).get("domain"):
        doc["url"] = {**domain_parts(domain), **doc["url"]}


_RULES = (
    _Rule(("network.type",), ("source.ip",), _network_type),
    _Rule(("event.duration",), ("event.start", "event.end"), _duration),
    _Rule(
        ("network.community_id",),
        ("source.ip", "source.port", "destination.ip", "destination.port", "network.transport"),
        _community_id,
    ),
    _Rule(
        ("url.registered_domain", "url.subdomain", "url.top_level_domain"),
        ("url.domain",),
        _url_domain,
    ),
)


def derived_fields(log_type: LogType) -> frozenset[str]:
    """Return the fields that follow from those that a log type declares."""
    return frozenset(target for rule in _rules(log_type) for target in rule.targets)


def derivations(log_type: LogType) -> tuple[Derive, ...]:
    """Return the functions that complete a document of the log type in place; none where nothing follows."""
    return tuple(rule.derive for rule in _rules(log_type))


def _rules(log_type: LogType) -> tuple[_Rule, ...]:
    if log_type.builtin and log_type.script_ecs:  # its module says all
        return ()
    declared = {*log_type.ecs, *log_type.static_ecs, *log_type.script_ecs}
    declared |= {f"{name.removesuffix('.address')}.ip" for name in declared if name.endswith(".address")}
    return tuple(rule for rule in _RULES if declared.issuperset(rule.needs) and not declared.issuperset(rule.targets))
