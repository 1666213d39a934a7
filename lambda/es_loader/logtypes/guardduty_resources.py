"""What a GuardDuty finding is about (`resource`): whom and what it names -> `user`, `related`.

https://docs.aws.amazon.com/guardduty/latest/APIReference/API_Resource.html
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from es_loader.normalize.coerce import to_ip, to_name
from es_loader.normalize.members import object_at, objects, text
from es_loader.normalize.related import relate
from es_loader.types import Document, Fields


class _Identity(NamedTuple):
    """What one of the objects that describe a user says: `user.name`, `user.id`."""

    name: str | None
    id: str | None


READ_OF_RESOURCES = ("resource.accessKeyDetails.principalId", "resource.accessKeyDetails.userName")
"""Paths that become ECS fields as they are, without being declared."""


def add_resources(doc: Document, resource: Fields, detection: Fields) -> None:
    """Add the user, the kind of cluster, and to `related.*` everything that resources are known by.

    Args:
        doc: the document.
        resource: the finding's `resource`.
        detection: the finding's `service.detection`; an attack sequence has its actors and endpoints there.
    """
    identities = _identities(resource)
    if first := next((one for one in identities if any(one)), None):
        found = {name: value for name, value in (("name", first.name), ("id", first.id)) if value}
        doc["user"] = doc.get("user", {}) | found
    if resource.get("eksClusterDetails") or resource.get("kubernetesDetails"):
        doc.setdefault("orchestrator", {})["type"] = "kubernetes"
    elif resource.get("ecsClusterDetails"):
        doc.setdefault("orchestrator", {})["type"] = "ecs"
    interfaces = list(objects(object_at(resource, "instanceDetails").get("networkInterfaces")))
    sequence = object_at(detection, "sequence")
    endpoints = list(objects(sequence.get("endpoints")))
    relate(doc, "ip", [to_ip(one) for interface in interfaces for one in _addresses(interface)])
    relate(doc, "ip", [to_ip(endpoint.get("ip")) for endpoint in endpoints])
    relate(doc, "hosts", [text(one) for interface in interfaces for one in _names(interface)])
    relate(doc, "hosts", [text(endpoint.get("domain")) for endpoint in endpoints])
    relate(doc, "user", [value for one in identities for value in one])
    relate(doc, "user", [to_name(text(one)) for one in _others(resource, sequence)])


def first_address(resource: Fields) -> str | None:
    """Return the first address of an instance."""
    interfaces = objects(object_at(resource, "instanceDetails").get("networkInterfaces"))
    return next((ip for interface in interfaces for one in _addresses(interface) if (ip := to_ip(one))), None)


def _identities(resource: Fields) -> tuple[_Identity, ...]:
    key, database = object_at(resource, "accessKeyDetails"), object_at(resource, "rdsDbUserDetails")
    kubernetes = object_at(object_at(resource, "kubernetesDetails"), "kubernetesUserDetails")
    return (
        _Identity(to_name(text(key.get("userName"))), to_name(text(key.get("principalId")))),
        _Identity(to_name(text(kubernetes.get("username"))), to_name(text(kubernetes.get("uid")))),
        _Identity(to_name(text(database.get("user"))), None),
    )


def _others(resource: Fields, sequence: Fields) -> Iterator[Any]:
    """Yield the owners of buckets and the actors of a sequence."""
    yield from (object_at(bucket, "owner").get("id") for bucket in objects(resource.get("s3BucketDetails")))
    yield from (object_at(actor, "user").get("name") for actor in objects(sequence.get("actors")))


def _addresses(interface: Fields) -> Iterator[Any]:
    yield interface.get("privateIpAddress")
    yield from (one.get("privateIpAddress") for one in objects(interface.get("privateIpAddresses")))
    yield interface.get("publicIp")
    listed = interface.get("ipv6Addresses")
    yield from listed if type(listed) is list else ()


def _names(interface: Fields) -> Iterator[Any]:
    yield interface.get("privateDnsName")
    yield from (one.get("privateDnsName") for one in objects(interface.get("privateIpAddresses")))
    yield interface.get("publicDnsName")
