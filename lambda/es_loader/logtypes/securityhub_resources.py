"""What a finding in ASFF is about: the first instance -> `cloud.instance`, `host`; the first user or role -> `user`.

https://docs.aws.amazon.com/securityhub/latest/userguide/asff-resources-attributes.html
"""

from collections.abc import Iterator

from es_loader.normalize.coerce import to_ip, to_name
from es_loader.normalize.members import object_at, text
from es_loader.normalize.related import relate
from es_loader.types import Document, Fields

_INSTANCE = "AwsEc2Instance"
_IDENTITIES = frozenset({"AwsIamAccessKey", "AwsIamRole", "AwsIamUser"})
_NAMES = ("PrincipalName", "UserName", "RoleName")
_IDS = ("PrincipalId", "UserId", "RoleId")
"""Members that hold the unique id of an identity, by the type of resource."""
_INSIDE = ("10.", "192.168.", *(f"172.{number}." for number in range(16, 32)), "fc", "fd")
"""How addresses begin that are private by RFC 1918 and RFC 4193."""


def add_resources(doc: Document, resources: list[Fields]) -> None:
    """Add the first instance and the first user, role or access key; to `related.ip` every instance's addresses."""
    instance = next((one for one in resources if one.get("Type") == _INSTANCE), None)
    if instance is not None:
        _host(doc, instance)
        relate(doc, "ip", addresses(resources))
    identity = next((one for one in resources if text(one.get("Type")) in _IDENTITIES), None)
    if identity is not None:
        _user(doc, identity)


def addresses(resources: list[Fields]) -> list[str]:
    """Return the addresses of all instances, each one's private ones first."""
    found = [
        sorted(filter(None, map(to_ip, _listed(_details(one)))), key=lambda ip: not ip.startswith(_INSIDE))
        for one in resources
        if one.get("Type") == _INSTANCE
    ]
    return [ip for some in found for ip in some]


def _listed(details: Fields) -> Iterator[object]:
    for name in ("IpV4Addresses", "IpV6Addresses"):
        listed = details.get(name)
        yield from listed if type(listed) is list else ()


def _host(doc: Document, instance: Fields) -> None:
    found: Document = {}
    if name := last_segment(text(instance.get("Id"))):
        found["id"] = name
        doc.setdefault("cloud", {})["instance"] = {"id": name}
    if kind := text(_details(instance).get("Type")):
        found["type"] = kind
    if found:
        doc["host"] = doc.get("host", {}) | found


def _user(doc: Document, identity: Fields) -> None:
    details, arn = _details(identity), text(identity.get("Id")) or ""
    found = {
        "name": _first(details, _NAMES) or (last_segment(arn) if "/" in arn else None),  # a key's id has no name in it
        "id": _first(details, _IDS),
    }
    if kept := {name: value for name, value in found.items() if value}:
        doc["user"] = doc.get("user", {}) | kept


def _first(details: Fields, names: tuple[str, ...]) -> str | None:
    return next((name for one in names if (name := to_name(text(details.get(one))))), None)


def _details(resource: Fields) -> Fields:
    """Return what is said of a resource of its type; old findings say it without naming the type again."""
    details = object_at(resource, "Details")
    return object_at(details, text(resource.get("Type")) or "") or details


def last_segment(identity: str | None) -> str | None:
    """Return what stands behind the last slash of an ARN; None if that is nothing."""
    return (identity or "").rpartition("/")[2] or None
