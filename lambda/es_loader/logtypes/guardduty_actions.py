"""The activity of a GuardDuty finding (`service.action`): who did it to whom -> source, destination and what they did.

https://docs.aws.amazon.com/guardduty/latest/APIReference/API_Action.html
"""

from collections.abc import Callable
from typing import Any

from es_loader.logtypes.guardduty_resources import first_address
from es_loader.normalize import networks
from es_loader.normalize.addresses import address
from es_loader.normalize.coerce import to_double, to_ip, to_keyword, to_long
from es_loader.normalize.members import object_at, objects, text
from es_loader.normalize.related import relate
from es_loader.normalize.urls import url
from es_loader.types import Document, Fields

_DIRECTIONS = {"INBOUND": "inbound", "OUTBOUND": "outbound", "UNKNOWN": "unknown"}
_METHODS = frozenset({"CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"})
_NUMBERS = {"sctp": 132, "tcp": 6, "udp": 17}
"""Transports whose connections have a community id of their ports."""
_PORTS = range(65_536)
_MAX_PROTOCOL = 32


def named_action(action: Fields) -> Fields:
    """Return an action without the members of other kinds of actions: exports may carry some, which mean nothing."""
    kind = text(action.get("actionType"))
    if kind is None:
        return action
    first, *rest = kind.lower().split("_")
    named = f"{first}{''.join(map(str.capitalize, rest))}Action"
    kept = {name: value for name, value in action.items() if name == named or not name.endswith("Action")}
    details = object_at(kept, named)
    if "LoginAttributes" in details:  # the one member that exports write so
        kept[named] = {name[:1].lower() + name[1:]: value for name, value in details.items()}
    return kept


def add_action(doc: Document, action: Fields, resource: Fields) -> None:
    """Add what an action says: the two sides, how they are connected, whom else it names."""
    for name, details in action.items():
        if name in _ACTIONS and type(details) is dict:
            _ACTIONS[name](doc, details, resource)


def _network_connection(doc: Document, action: Fields, resource: Fields) -> None:
    """Let the source be who began: the remote side, unless the direction says outbound."""
    direction = _DIRECTIONS.get(text(action.get("connectionDirection")) or "")
    remote, local = _remote(action), _local(action, resource)
    sides = (local, remote) if direction == "outbound" else (remote, local)
    connect(doc, *sides, {"direction": direction} | _transport(action.get("protocol")))


def _port_probe(doc: Document, action: Fields, resource: Fields) -> None:
    probes = list(objects(action.get("portProbeDetails")))
    if probes:
        connect(doc, _remote(probes[0]), _local(probes[0], resource), {"direction": "inbound"})
    for side in ("remoteIpDetails", "localIpDetails"):
        relate(doc, "ip", [_ip(object_at(probe, side)) for probe in probes])


def _dns_request(doc: Document, action: Fields, _resource: Fields) -> None:
    connect(doc, {}, {}, {"direction": "outbound", "protocol": "dns"} | _transport(action.get("protocol")))


def _api_call(doc: Document, action: Fields, _resource: Fields) -> None:
    connect(doc, _remote(action), {}, {})
    relate(doc, "hosts", [text(object_at(action, "domainDetails").get("domain"))])


def _kubernetes_api_call(doc: Document, action: Fields, _resource: Fields) -> None:
    listed = action.get("sourceIPs") or action.get("sourceIps")
    callers = [ip for one in listed if (ip := to_ip(one))] if type(listed) is list else []
    source = _remote(action)
    if "ip" not in source and callers:
        source |= address(callers[0])
    connect(doc, source, {}, {})
    relate(doc, "ip", callers)
    method = (text(action.get("verb")) or "").upper()
    if method in _METHODS:
        doc.setdefault("http", {})["request"] = {"method": method}
    if target := text(action.get("requestUri")):
        doc["url"] = url(target, decode=True)


def _rds_login_attempt(doc: Document, action: Fields, _resource: Fields) -> None:
    connect(doc, _remote(action), {}, {})


_ACTIONS: dict[str, Callable[[Document, Fields, Fields], None]] = {
    "awsApiCallAction": _api_call,
    "dnsRequestAction": _dns_request,
    "kubernetesApiCallAction": _kubernetes_api_call,
    "networkConnectionAction": _network_connection,
    "portProbeAction": _port_probe,
    "rdsLoginAttemptAction": _rds_login_attempt,
}
"""Member that holds an activity -> what adds it to a document, given the member and the finding's `resource`."""

_WITH_REMOTE = ("awsApiCallAction", "kubernetesApiCallAction", "networkConnectionAction", "rdsLoginAttemptAction")
READ_OF_ACTIONS = (
    "service.action.dnsRequestAction.protocol",
    "service.action.kubernetesApiCallAction.requestUri",
    "service.action.networkConnectionAction.connectionDirection",
    "service.action.networkConnectionAction.localIpDetails.ipAddressV4",
    "service.action.networkConnectionAction.localIpDetails.ipAddressV6",
    "service.action.networkConnectionAction.localPortDetails.port",
    "service.action.networkConnectionAction.protocol",
    "service.action.networkConnectionAction.remotePortDetails.port",
    *(
        f"service.action.{name}.remoteIpDetails.{member}"
        for name in _WITH_REMOTE
        for member in ("geoLocation", "ipAddressV4", "ipAddressV6")
    ),
)
"""Paths that become ECS fields as they are, without being declared."""


def _remote(action: Fields) -> Document:
    """Return the ECS side of `remoteIpDetails`, with its place as GuardDuty knows it."""
    details = object_at(action, "remoteIpDetails")
    side = _side(_ip(details), object_at(action, "remotePortDetails"))
    places = {"geo": _geo(details), "as": _autonomous_system(object_at(details, "organization"))}
    return side | {name: place for name, place in places.items() if place}


def _local(action: Fields, resource: Fields) -> Document:
    """Return the ECS side of `localIpDetails`; findings older than that member have the instance's first address."""
    ip = _ip(object_at(action, "localIpDetails")) or first_address(resource)
    return _side(ip, object_at(action, "localPortDetails"))


def _side(ip: str | None, port_details: Fields) -> Document:
    side: Document = address(ip) if ip else {}
    port = to_long(port_details.get("port"))
    return side if port is None or port not in _PORTS else side | {"port": port}


def _ip(details: Fields) -> str | None:
    return to_ip(details.get("ipAddressV4")) or to_ip(details.get("ipAddressV6"))


def _geo(details: Fields) -> Document:
    country, place = object_at(details, "country"), object_at(details, "geoLocation")
    geo: Document = {
        "city_name": text(object_at(details, "city").get("cityName")),
        "country_iso_code": text(country.get("countryCode")),
        "country_name": text(country.get("countryName")),
    }
    lat, lon = to_double(place.get("lat")), to_double(place.get("lon"))
    if lat is not None and lon is not None and (lat or lon) and abs(lat) <= 90 and abs(lon) <= 180:  # noqa: PLR2004
        geo["location"] = {"lat": lat, "lon": lon}
    return {name: value for name, value in geo.items() if value}


def _autonomous_system(organization: Fields) -> Document:
    number, name = to_long(organization.get("asn")), text(organization.get("asnOrg"))
    owner: Document = {}
    if number is not None and number > 0:
        owner["number"] = number
    if name:
        owner["organization"] = {"name": name}
    return owner


def connect(doc: Document, source: Document, destination: Document, network: Document) -> None:
    """Put both sides into the document, and what they say together.

    Args:
        doc: the document; a side that says nothing leaves what stands there.
        source: what becomes `source`.
        destination: what becomes `destination`.
        network: `network` as far as it is known; absent values are left out.
    """
    here, there = source.get("ip"), destination.get("ip")
    if ip := here or there:
        network["type"] = networks.network_type(ip)
    number = _NUMBERS.get(network.get("transport") or "")
    if here and there and number and "port" in source and "port" in destination:
        network["community_id"] = networks.community_id(here, there, number, source["port"], destination["port"])
    network = {name: value for name, value in network.items() if value}
    doc |= {
        name: part for name, part in (("source", source), ("destination", destination), ("network", network)) if part
    }


def _transport(protocol: Any) -> Document:
    """Return a protocol by its name; a number has one too, mostly."""
    name = (to_keyword(protocol) or "").lower()[:_MAX_PROTOCOL]
    if name.isascii() and name.isdecimal():
        return {"iana_number": name, "transport": networks.transport(int(name))}
    return {"transport": name if name != "unknown" else None}
