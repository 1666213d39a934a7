"""What a finding in ASFF says of traffic and calls: `Network`, `Action`, or what GuardDuty puts into `ProductFields`.

https://docs.aws.amazon.com/securityhub/latest/userguide/asff-top-level-attributes.html
"""

import re
from collections.abc import Callable
from typing import Any

from es_loader.logtypes.guardduty_actions import add_action, connect, named_action
from es_loader.logtypes.securityhub_resources import addresses
from es_loader.normalize import networks
from es_loader.normalize.coerce import to_ip, to_keyword, to_long
from es_loader.normalize.letter_case import camel_case
from es_loader.normalize.mac import mac
from es_loader.normalize.members import below, object_at, text
from es_loader.normalize.related import relate
from es_loader.types import Document, Fields

MAX_PATH = 512
"""Characters of a slash path that is taken apart."""

_DIRECTIONS = {"IN": "inbound", "OUT": "outbound"}
_MAX_PROTOCOL = 32
_SIDES = {"source": "Source", "destination": "Destination"}
READ_OF_ACTIVITY = (
    "Network.Direction",
    "Network.Protocol",
    *(f"Network.{side}Mac" for side in _SIDES.values()),
)
"""Paths that become ECS fields as they are, without being declared."""

_GUARDDUTY = "aws/guardduty/"
_BRANCHES = (f"{_GUARDDUTY}service/action/", f"{_GUARDDUTY}resource/instanceDetails/")
_INDEX = re.compile(r"\d{1,3}_\Z")

_Convert = Callable[[Any], Any]
_TOLD: dict[str, tuple[tuple[str, str, str, _Convert], ...]] = {
    "awsApiCallAction": (
        ("errorCode", "error", "code", to_keyword),
        ("serviceName", "event", "provider", to_keyword),
        ("userAgent", "user_agent", "original", to_keyword),
    ),
    "dnsRequestAction": (("domain", "dns.question", "name", to_keyword),),
    "kubernetesApiCallAction": (
        ("statusCode", "http.response", "status_code", to_long),
        ("userAgent", "user_agent", "original", to_keyword),
    ),
}
"""Members of an action that become ECS fields as they are: member, object, field, type."""


def add_activity(doc: Document, fields: Fields, resources: list[Fields]) -> None:
    """Add the connection, then what the action knows beyond it."""
    if network := object_at(fields, "Network"):
        _network(doc, network)
    stated = {name: doc.get(name, {}) for name in (*_SIDES, "network")}
    _action(doc, fields, resources)
    if network:
        source, destination = (_side(stated[side], doc.get(side, {})) for side in _SIDES)
        connect(doc, source, destination, _undirected(doc.get("network", {}) | stated["network"]))


def _side(stated: Document, acted: Document) -> Document:
    """Return a side as `Network` states it, with what the action says beyond it, unless of another address."""
    another = "ip" in stated and stated["ip"] != acted.get("ip", stated["ip"])
    return stated if another else acted | stated


def _undirected(network: Document) -> Document:
    """Return what is said of a connection without what follows from its sides."""
    return {name: value for name, value in network.items() if name not in ("community_id", "type")}


def _action(doc: Document, fields: Fields, resources: list[Fields]) -> None:
    products = tree(object_at(fields, "ProductFields"))
    action = camel_case(object_at(fields, "Action"), verbatim=("AffectedResources",))
    action = named_action(action or object_at(object_at(products, "service"), "action"))
    if not action:
        return
    if kind := text(action.get("actionType")):
        doc["event"].setdefault("action", kind.lower())
    interfaces = [{"privateIpAddress": ip} for ip in addresses(resources)]
    add_action(doc, action, object_at(products, "resource") or {"instanceDetails": {"networkInterfaces": interfaces}})
    for name, told in _TOLD.items():
        _tell(doc, object_at(action, name), told)


def _tell(doc: Document, details: Fields, told: tuple[tuple[str, str, str, _Convert], ...]) -> None:
    for member, path, field, convert in told:
        if (value := convert(details.get(member))) is not None:
            below(doc, path.split("."))[field] = value


def _network(doc: Document, network: Fields) -> None:
    for side, name in _SIDES.items():
        if address := mac(text(network.get(f"{name}Mac")) or ""):
            doc.setdefault(side, {})["mac"] = address
        relate(doc, "ip", [to_ip(network.get(f"{name}IpV4")), to_ip(network.get(f"{name}IpV6"))])
    direction = _DIRECTIONS.get((text(network.get("Direction")) or "")[:_MAX_PROTOCOL].upper())
    told = {"direction": direction} | _protocol(network.get("Protocol"))
    connect(doc, doc.get("source", {}), doc.get("destination", {}), told)


def _protocol(value: Any) -> Document:
    """Return a protocol by its name as what it is: products put that of the application here too."""
    name = (to_keyword(value) or "").lower()[:_MAX_PROTOCOL]
    if name.isascii() and name.isdecimal():
        return {"iana_number": name, "transport": networks.transport(int(name))}
    return {"transport" if name in networks.TRANSPORTS else "protocol": name}


def tree(products: Fields) -> Fields:
    """Return what GuardDuty put into `ProductFields` as the finding had it.

    Keys are paths with slashes, elements of lists have their number: `…/portProbeDetails.0_/remoteIpDetails/…`.
    """
    root: Fields = {}
    for path, value in products.items():
        if len(path) <= MAX_PATH and path.startswith(_BRANCHES):
            *parents, leaf = path.removeprefix(_GUARDDUTY).replace(".", "/").split("/")
            level: Any = root
            for name in parents:
                level = level.setdefault(name, {}) if type(level) is dict else None
            if type(level) is dict:
                level.setdefault(leaf, value)
    return {name: _listed(member) for name, member in root.items()}


def _listed(node: Any) -> Any:
    """Return objects whose members are numbers as lists."""
    if type(node) is not dict:
        return node
    found = {name: _listed(member) for name, member in node.items()}
    if found and all(map(_INDEX.match, found)):
        return [found[name] for name in sorted(found, key=lambda name: int(name[:-1]))]
    return found
