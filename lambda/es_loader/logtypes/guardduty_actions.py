"""The activity of a GuardDuty finding (`service.action`): who did it to whom -> source, destination and what they did.

https://docs.aws.amazon.com/guardduty/latest/APIReference/API_Action.html
"""

from collections.abc import Callable
from typing import Any

from es_loader.logtypes.guardduty_resources import relate
from es_loader.normalize.addresses import address
from es_loader.normalize.coerce import to_double, to_ip, to_keyword, to_long
from es_loader.normalize.members import object_at, text
from es_loader.normalize.networks import transport
from es_loader.normalize.urls import url
from es_loader.types import Document, Fields

_DIRECTIONS = {"INBOUND": "inbound", "OUTBOUND": "outbound", "UNKNOWN": "unknown"}
_METHODS = frozenset({"CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"})
_MAX_PROTOCOL = 32


def _network_connection(doc: Document, action: Fields, resource: Fields) -> None:
    remote = _remote(action, port=True)
    local = _local(action, resource)
    sides = (local, remote) if action.get("connectionDirection") == "OUTBOUND" else (remote, local)
    _set_sides(doc, *sides)
    direction = _DIRECTIONS.get(action.get("connectionDirection") or "")
    _set_network(doc, direction, action.get("protocol"))


def _port_probe(doc: Document, action: Fields, resource: Fields) -> None:
    details = action.get("portProbeDetails")
    probes = [probe for probe in details if type(probe) is dict] if type(details) is list else []
    if not probes:
        return
    _set_sides(doc, _remote(probes[0]), _local(probes[0], resource))
    _set_network(doc, "inbound", None)
    relate(doc, "ip", [_ip(object_at(probe, "remoteIpDetails")) for probe in probes])
    relate(doc, "ip", [_ip(object_at(probe, "localIpDetails")) for probe in probes])


def _dns_request(doc: Document, action: Fields, _resource: Fields) -> None:
    _set_network(doc, "outbound", action.get("protocol"))
    if domain := text(action.get("domain")):
        doc["dns"] = {"question": {"name": domain}}


def _api_call(doc: Document, action: Fields, _resource: Fields) -> None:
    _set_sides(doc, _remote(action), {})
    if service := text(action.get("serviceName")):
        doc["event"]["provider"] = service
    if error := text(action.get("errorCode")):
        doc["error"] = {"code": error}
    _set_agent(doc, action)
    relate(doc, "hosts", [text(object_at(action, "domainDetails").get("domain"))])


def _kubernetes_api_call(doc: Document, action: Fields, _resource: Fields) -> None:
    listed = action.get("sourceIPs") or action.get("sourceIps")
    addresses = [found for one in listed if (found := to_ip(one))] if type(listed) is list else []
    side = _remote(action)
    if "address" not in side and addresses:
        side |= address(addresses[0])
    _set_sides(doc, side, {})
    relate(doc, "ip", addresses)
    method, status = str(action.get("verb")).upper(), to_long(action.get("statusCode"))
    http: Document = {}
    if method in _METHODS:
        http["request"] = {"method": method}
    if status is not None:
        http["response"] = {"status_code": status}
    if http:
        doc["http"] = http
    if target := text(action.get("requestUri")):
        doc["url"] = url(target, decode=True)
    _set_agent(doc, action)


def _rds_login(doc: Document, action: Fields, _resource: Fields) -> None:
    _set_sides(doc, _remote(action), {})


ACTIONS: dict[Any, tuple[str, Callable[[Document, Fields, Fields], None]]] = {
    "AWS_API_CALL": ("awsApiCallAction", _api_call),
    "DNS_REQUEST": ("dnsRequestAction", _dns_request),
    "KUBERNETES_API_CALL": ("kubernetesApiCallAction", _kubernetes_api_call),
    "NETWORK_CONNECTION": ("networkConnectionAction", _network_connection),
    "PORT_PROBE": ("portProbeAction", _port_probe),
    "RDS_LOGIN_ATTEMPT": ("rdsLoginAttemptAction", _rds_login),
}
"""`actionType` -> the member that holds the activity, and what reads it: document, that member, `resource`."""

_SIDED = ("awsApiCallAction", "kubernetesApiCallAction", "networkConnectionAction", "rdsLoginAttemptAction")
READ_OF_ACTIONS = tuple(
    [f"service.action.{name}.remoteIpDetails.{member}" for name in _SIDED for member in ("ipAddressV4", "ipAddressV6")]
    + [f"service.action.{name}.remoteIpDetails.geoLocation" for name in (*_SIDED, "portProbeAction.portProbeDetails")]
    + [
        f"service.action.{path}"
        for path in """awsApiCallAction.errorCode awsApiCallAction.serviceName awsApiCallAction.userAgent
        dnsRequestAction.domain dnsRequestAction.protocol kubernetesApiCallAction.requestUri
        kubernetesApiCallAction.statusCode kubernetesApiCallAction.userAgent networkConnectionAction.connectionDirection
        networkConnectionAction.localIpDetails.ipAddressV4 networkConnectionAction.localIpDetails.ipAddressV6
        networkConnectionAction.localPortDetails.port networkConnectionAction.protocol
        networkConnectionAction.remotePortDetails.port""".split()
    ]
)
"""Paths that become ECS fields as they are, without being declared."""


def _remote(action: Fields, *, port: bool = False) -> Document:
    """Return the ECS side of `remoteIpDetails`, with its place as GuardDuty sees it."""
    details = object_at(action, "remoteIpDetails")
    ip = _ip(details)
    side: Document = address(ip) if ip else {}
    number = to_long(object_at(action, "remotePortDetails").get("port")) if port else None
    if number is not None:
        side["port"] = number
    if geo := _geo(details):
        side["geo"] = geo
    if owner := _autonomous_system(object_at(details, "organization")):
        side["as"] = owner
    return side


def _local(action: Fields, resource: Fields) -> Document:
    """Return the ECS side of `localIpDetails`; findings older than that member have the instance's first address."""
    ip = _ip(object_at(action, "localIpDetails")) or _first_private(resource)
    side: Document = address(ip) if ip else {}
    number = to_long(object_at(action, "localPortDetails").get("port"))
    if number is not None:
        side["port"] = number
    return side


def _first_private(resource: Fields) -> str | None:
    interfaces = object_at(resource, "instanceDetails").get("networkInterfaces")
    first = interfaces[0] if type(interfaces) is list and interfaces else None
    return to_ip(first.get("privateIpAddress")) if type(first) is dict else None


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


def _set_sides(doc: Document, source: Document, destination: Document) -> None:
    if source:
        doc["source"] = source
    if destination:
        doc["destination"] = destination


def _set_network(doc: Document, direction: str | None, protocol: Any) -> None:
    network: Document = {"direction": direction} if direction else {}
    name = (to_keyword(protocol) or "").lower()[:_MAX_PROTOCOL]
    if name.isdecimal() and name.isascii():
        network["iana_number"] = name
        name = transport(int(name)) or ""
    if name and name != "unknown":
        network["transport"] = name
    if network:
        doc["network"] = network


def _set_agent(doc: Document, action: Fields) -> None:
    if agent := text(action.get("userAgent")):
        doc["user_agent"] = {"original": agent}
