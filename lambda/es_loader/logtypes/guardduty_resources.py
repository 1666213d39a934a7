"""What a GuardDuty finding is about (`resource`): every address, host and user named there -> `related.*`.

https://docs.aws.amazon.com/guardduty/latest/APIReference/API_Resource.html
"""

from collections.abc import Iterable, Iterator
from typing import Any

from es_loader.normalize.coerce import to_ip, to_name
from es_loader.normalize.members import object_at, objects, text
from es_loader.types import Document, Fields


def relate_resources(doc: Document, resource: Fields, detection: Fields) -> None:
    """Add the kind of cluster, and to `related.*` whom and what the resources name.

    Args:
        doc: the document.
        resource: the finding's `resource`.
        detection: the finding's `service.detection`; an attack sequence has its actors and endpoints there.
    """
    if resource.get("eksClusterDetails") or resource.get("kubernetesDetails"):
        doc.setdefault("orchestrator", {})["type"] = "kubernetes"
    elif resource.get("ecsClusterDetails"):
        doc.setdefault("orchestrator", {})["type"] = "ecs"
    interfaces = list(objects(object_at(resource, "instanceDetails").get("networkInterfaces")))
    endpoints = list(objects(object_at(detection, "sequence").get("endpoints")))
    relate(doc, "ip", [to_ip(one) for interface in interfaces for one in _addresses(interface)])
    relate(doc, "ip", [to_ip(endpoint.get("ip")) for endpoint in endpoints])
    relate(doc, "hosts", [text(one) for interface in interfaces for one in _names(interface)])
    relate(doc, "hosts", [text(endpoint.get("domain")) for endpoint in endpoints])
    relate(doc, "user", [to_name(one) for one in _users(resource, detection)])


def relate(doc: Document, name: str, values: Iterable[str | None]) -> None:
    """Add what is there of `values` to `related.<name>`, each once."""
    if kept := [value for value in values if value]:
        related = doc.setdefault("related", {})
        related[name] = list(dict.fromkeys((*related.get(name, ()), *kept)))


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


def _users(resource: Fields, detection: Fields) -> Iterator[str | None]:
    key = object_at(resource, "accessKeyDetails")
    kubernetes = object_at(object_at(resource, "kubernetesDetails"), "kubernetesUserDetails")
    for holder, names in (
        (key, ("userName", "principalId")),
        (kubernetes, ("username", "uid")),
        (object_at(resource, "rdsDbUserDetails"), ("user",)),
    ):
        yield from (text(holder.get(name)) for name in names)
    for bucket in objects(resource.get("s3BucketDetails")):
        yield text(object_at(bucket, "owner").get("id"))
    for actor in objects(object_at(detection, "sequence").get("actors")):
        yield text(object_at(actor, "user").get("name"))
