"""CloudTrail: management, data, network activity, Insights and aggregated events.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
"""

import re
from typing import Any

from es_loader.declarations import LogType
from es_loader.errors import Excluded
from es_loader.logtypes import Hooks, Refine
from es_loader.logtypes.cloudtrail_events import MAX_NAME, kind_of, service_of
from es_loader.logtypes.cloudtrail_identity import short, user
from es_loader.logtypes.cloudtrail_parameters import promotion
from es_loader.normalize import tls
from es_loader.normalize.coerce import to_boolean, to_ip, to_name
from es_loader.normalize.flat import flat
from es_loader.normalize.members import below, decoded, object_at
from es_loader.normalize.remainder import known, remainder
from es_loader.types import Document, Fields, RawRecord, Source

_TREES = """requestParameters responseElements additionalEventData serviceEventDetails edgeDeviceDetails
    eventContext""".split()
"""Free-form members that arrive as objects, and now and then as the JSON text of one."""

_ALIASES = {
    "accountID": "accountId",
    "eventId": "eventID",
    "recipientAccountID": "recipientAccountId",
    "requestId": "requestID",
    "sharedEventId": "sharedEventID",
    "vpcEndpointID": "vpcEndpointId",
}
_TOP_LEVEL = frozenset(
    """addendum additionalEventData annotation apiVersion accountId awsRegion edgeDeviceDetails errorCode errorMessage
    eventCategory eventContext eventID eventName eventSource eventTime eventType eventVersion insightDetails
    managementEvent readOnly recipientAccountId requestID requestParameters resources responseElements
    serviceEventDetails sessionCredentialFromConsole sharedEventID sourceIPAddress summary timeWindow tlsDetails
    userAgent userIdentity vpcEndpointAccountId vpcEndpointId""".split()
)
_NESTED = {
    "addendum": "reason updatedFields originalRequestID originalEventID originalUID",
    "insightDetails": "state insightType eventName eventSource errorCode insightContext",
    "timeWindow": "windowStart windowEnd windowSize",
    "tlsDetails": "tlsVersion cipherSuite clientProvidedHostHeader keyExchange",
    "userIdentity": """type arn accountId accessKeyId userName invokedBy identityProvider credentialId principalId
        sessionContext inScopeOf onBehalfOf invokedByDelegate""",
    "userIdentity.sessionContext": """sessionIssuer sourceIdentity ec2RoleDelivery webIdFederationData attributes
        assumedRoot""",
    "userIdentity.sessionContext.attributes": "creationDate mfaAuthenticated",
    "userIdentity.sessionContext.sessionIssuer": "type principalId arn accountId userName",
    "userIdentity.sessionContext.webIdFederationData": "federatedProvider attributes",
}
"""The members of the objects that are taken apart; those of all other objects are kept as they come."""

_OBJECTS = tuple((path.split("."), frozenset(names.split())) for path, names in _NESTED.items())
_LEAVES = {f"{path}.{name}" for path, names in _NESTED.items() for name in names.split()}
_MEMBERS = known((_TOP_LEVEL | _LEAVES) - _NESTED.keys())
_RESOURCE = ("ARN", "ARNPrefix", "accountId", "type")
_RESOURCE_MEMBERS = frozenset(_RESOURCE)
_OBJECT_STORES = frozenset({"s3", "s3express", "s3-outposts"})
_DIRECTORIES = frozenset({"iam", "identitystore", "sso-directory", "cognito-idp"})
"""Services whose `groupName` is a group of users; elsewhere it names a security group or a resource group."""

_INSTANCE = re.compile(r"m?i-[0-9a-f]{8,17}\Z")
_RESULTS = {"success": "success", "failure": "failure"}


def hooks(log_type: LogType) -> Hooks:
    """Return what a declaration cannot say of this log."""
    return Hooks(prepare=prepare, refine=_refiner(log_type))


def prepare(fields: Fields) -> Fields:
    """Give a record the names and shapes of the documentation.

    Raises:
        Excluded: it is a digest, which holds hashes of log files and no events.
    """
    if "EventTime" in fields:
        fields = {name[:1].lower() + name[1:]: value for name, value in fields.items()}
    if "eventTime" not in fields and "digestStartTime" in fields:
        raise Excluded("digest")
    if not _ALIASES.keys().isdisjoint(fields):
        for alias in _ALIASES.keys() & fields.keys():
            fields.setdefault(_ALIASES[alias], fields.pop(alias))
    for name in _TREES:
        if type(fields.get(name)) is str:
            fields[name] = decoded(fields[name])
    return fields


def _refiner(log_type: LogType) -> Refine:
    """Return what adds to a document all that several members say together: who, what, how it ended, on what."""
    request_of = promotion(log_type.script_fields, "request")
    response_of = promotion(log_type.script_fields, "response")
    prefix = log_type.field_prefix.split(".")

    def refine(doc: Document, fields: Fields, raw: RawRecord, _source: Source) -> None:
        request, response = object_at(fields, "requestParameters"), object_at(fields, "responseElements")
        service = _classify(doc, fields, response)
        _users(doc, fields, request, response)
        _targets(doc, service, request, response)
        _connection(doc, fields, raw)
        own: dict[str, Document | None] = {
            "request": request_of(request),
            "response": response_of(response),
            "resources": _resources(fields.get("resources")),
        }
        if service == "signin":
            own["console_login"] = _console_login(object_at(fields, "additionalEventData"))
        if not _TOP_LEVEL.issuperset(fields) or _has_unknown(fields):
            own["unmapped"] = _unknown(fields)
        if not _is_held(fields):
            doc["event"]["original"] = raw.text
        if any(own.values()):
            below(doc, prefix).update({name: value for name, value in own.items() if value})

    return refine


def _classify(doc: Document, fields: Fields, response: Fields) -> str | None:
    """Set kind, category, type and outcome; return the name of the called service."""
    event = doc["event"]
    name, source = event.get("action", ""), event.get("provider", "")
    kind = kind_of(
        name[:MAX_NAME],
        source[:MAX_NAME],
        str(fields.get("eventType"))[:MAX_NAME],
        str(fields.get("eventCategory"))[:MAX_NAME],
        reads=to_boolean(fields.get("readOnly")),
        denied=fields.get("errorCode") == "VpceAccessDenied",
    )
    event["kind"] = kind.kind
    if kind.category:
        event["category"], event["type"] = kind.category, kind.type
    if kind.kind == "event":
        event["outcome"] = _outcome(fields, name, response)
    service = service_of(source[:MAX_NAME])
    if service:
        doc.setdefault("cloud", {})["service"] = {"name": service}
    return service


def _outcome(fields: Fields, name: str, response: Fields) -> str:
    """Take a sign-in's own result before the absence of an error."""
    result = response.get(name) or object_at(fields, "serviceEventDetails").get(name)
    if type(result) is str and (found := _RESULTS.get(result.lower())):
        return found
    return "failure" if fields.get("errorCode") or fields.get("errorMessage") else "success"


def _users(doc: Document, fields: Fields, request: Fields, response: Fields) -> None:
    """Name the caller, the user that the call is about, and the role session."""
    found, session = user(fields)
    if "userName" in request and (target := to_name(short(request["userName"]))):
        found["target"] = {"name": target}
    if "user" in response and (target_id := short(object_at(response, "user").get("userId"))):
        found.setdefault("target", {})["id"] = target_id
    if "newUserName" in request and (new_name := to_name(short(request["newUserName"]))):
        found["changes"] = {"name": new_name}
    if found:
        doc["user"] = found
    if session:
        name = found.get("name")
        doc["related"] = {"user": [name, session] if name else [session]}
        if _INSTANCE.match(session):
            doc.setdefault("cloud", {})["instance"] = {"id": session}


def _targets(doc: Document, service: str | None, request: Fields, response: Fields) -> None:
    """Name the object, group and instance that a call is about."""
    if service in _OBJECT_STORES and (key := request.get("key")) and type(key) is str:
        doc["file"] = _file(key)
    if service in _DIRECTORIES:
        group = {"name": short(request.get("groupName")), "id": short(object_at(response, "group").get("groupId"))}
        if any(group.values()):
            doc["group"] = {name: value for name, value in group.items() if value}
    for value in (
        request.get("instanceId"),
        _only_instance(response),
        _only_instance(request),
        request.get("target"),
    ):
        if type(value) is str and _INSTANCE.match(value):
            doc.setdefault("cloud", {})["instance"] = {"id": value}
            return


def _file(key: str) -> Document:
    found = {"path": key}
    name = key.rpartition("/")[2]
    if name:
        found["name"] = name
        _stem, dot, extension = name.rpartition(".")
        if dot and extension:
            found["extension"] = extension
    return found


def _only_instance(tree: Fields) -> Any:
    held = tree.get("instancesSet")
    items = held.get("items") if type(held) is dict else None
    return items[0].get("instanceId") if type(items) is list and len(items) == 1 and type(items[0]) is dict else None


def _connection(doc: Document, fields: Fields, raw: RawRecord) -> None:
    """Add the TLS version, and the address that only a service event's details hold."""
    protocol = short(object_at(fields, "tlsDetails").get("tlsVersion"))
    if protocol and (version := tls.version(protocol)):
        doc.setdefault("tls", {}).update(version)
    elif protocol:
        doc["event"]["original"] = raw.text  # no field holds it
    details = fields.get("serviceEventDetails")
    if type(details) is dict and (address := to_ip(details.get("sourceIpAddress"))):
        doc.setdefault("related", {})["ip"] = [address]


def _resources(resources: Any) -> Document:
    """Return the resources as one list for each member; a resource that is named twice counts once."""
    found: Document = {}
    if type(resources) is list:
        for values in dict.fromkeys(_resource(item) for item in resources if type(item) is dict):
            for name, value in zip(_RESOURCE, values, strict=True):
                if value is not None:
                    found.setdefault(name, []).append(value)
    return found


def _resource(item: Fields) -> tuple[str | None, ...]:
    return tuple(short(item.get(name)) for name in _RESOURCE)


def _console_login(details: Fields) -> Document:
    values = {
        "mfa_used": to_boolean(details.get("MFAUsed")),
        "mobile_version": to_boolean(details.get("MobileVersion")),
        "login_to": short(details.get("LoginTo")),
    }
    return {name: value for name, value in values.items() if value is not None}


def _is_held(fields: Fields) -> bool:
    """Tell whether fields hold all that resources and the caller's id say: both are taken for what they should be."""
    resources, identity = fields.get("resources") or (), object_at(fields, "userIdentity")
    return (identity.get("principalId") is None or short(identity["principalId"]) is not None) and (
        not resources or (type(resources) is list and all(map(_is_resource, resources)))
    )


def _is_resource(item: Any) -> bool:
    return type(item) is dict and _RESOURCE_MEMBERS.issuperset(item) and all(map(_is_short, item.values()))


def _is_short(value: Any) -> bool:
    return value is None or short(value) is not None


def _unknown(fields: Fields) -> Document | None:
    """Return the members that are newer than this module."""
    left = remainder(fields, _MEMBERS)
    return None if left is None else flat(left)


def _has_unknown(fields: Fields) -> bool:
    """Tell whether an object that is taken apart has a member that is newer than this module."""
    for names, known_members in _OBJECTS:
        found = fields
        for name in names:
            found = object_at(found, name)
        if found and not known_members.issuperset(found):
            return True
    return False
