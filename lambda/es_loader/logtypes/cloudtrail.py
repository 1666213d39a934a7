"""CloudTrail: management, data, network activity, Insights and aggregated events.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
"""

import re
from typing import Any

import msgspec

from es_loader.errors import Excluded
from es_loader.logtypes.cloudtrail_events import MAX_NAME, kind_of
from es_loader.logtypes.cloudtrail_identity import object_at, text, user
from es_loader.normalize import tls
from es_loader.normalize.coerce import to_boolean, to_ip, to_name
from es_loader.normalize.flat import flat
from es_loader.types import Document, Fields, RawRecord, Source

_TREES = ("requestParameters", "responseElements", "additionalEventData", "serviceEventDetails", "eventContext")
"""Free-form members that arrive as objects, and now and then as the JSON text of one."""

_ALIASES = {"eventId": "eventID", "sharedEventId": "sharedEventID", "requestId": "requestID"}
_TOP_LEVEL = frozenset(
    """addendum additionalEventData annotation apiVersion accountId awsRegion edgeDeviceDetails errorCode errorMessage
    eventCategory eventContext eventID eventName eventSource eventTime eventType eventVersion insightDetails
    managementEvent readOnly recipientAccountId requestID requestParameters resources responseElements
    serviceEventDetails sessionCredentialFromConsole sharedEventID sourceIPAddress summary timeWindow tlsDetails
    userAgent userIdentity vpcEndpointAccountId vpcEndpointId""".split()
)
_PROMOTED = frozenset(
    """accessKeyId accountId bucketName clusterName dBInstanceIdentifier dBSnapshotIdentifier documentName functionName
    groupId groupName imageId instanceId instanceType key keyId keyName logGroupName loadBalancerArn name policyArn
    policyName publicKeyId queueUrl roleArn roleName roleSessionName secretId serialNumber snapshotId stackName
    subnetId tableName topicArn trailARN userName volumeId vpcId""".split()
)
"""Members of requestParameters and responseElements that analysts count by; a flat field cannot be counted."""

_S3_SOURCES = frozenset({"s3.amazonaws.com", "s3express.amazonaws.com", "s3-outposts.amazonaws.com"})
_GROUP_SOURCES = frozenset(
    {"iam.amazonaws.com", "identitystore.amazonaws.com", "sso-directory.amazonaws.com", "cognito-idp.amazonaws.com"}
)
_SERVICE = re.compile(r"(.+?)\.amazon(?:aws\.com(?:\.cn)?|\.com)\Z")
_INSTANCE = re.compile(r"m?i-[0-9a-f]{8,17}\Z")
_RESULTS = {"success": "success", "failure": "failure"}


def prepare(fields: Fields) -> Fields:
    """Give a record the names and shapes of the documentation.

    Raises:
        Excluded: it is a digest, which holds hashes of log files and no events.
    """
    if "EventTime" in fields:
        fields = {name[:1].lower() + name[1:]: value for name, value in fields.items()}
    if "eventTime" not in fields and "digestStartTime" in fields:
        raise Excluded("digest")
    for alias, name in _ALIASES.items():
        if alias in fields:
            fields.setdefault(name, fields.pop(alias))
    for name in _TREES:
        if type(fields.get(name)) is str:
            fields[name] = _decoded(fields[name])
    if type(fields.get("resources")) is list:
        fields["resources"] = _distinct(fields["resources"])
    return fields


def refine(doc: Document, fields: Fields, _raw: RawRecord, _source: Source) -> None:
    """Add what several members say together: who, what kind of event, how it ended, on what."""
    event = doc["event"]
    source, name = event.get("provider", ""), event.get("action", "")
    request, response = object_at(fields, "requestParameters"), object_at(fields, "responseElements")
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
    if match := _SERVICE.match(source[:MAX_NAME]):
        doc["cloud"].setdefault("service", {"name": match[1]})
    _users(doc, fields, request, response)
    _targets(doc, source, request, response)
    _tls(doc, fields)
    _own_fields(doc, fields, request, response)


def _outcome(fields: Fields, name: str, response: Fields) -> str:
    """Take a sign-in's own result before the absence of an error."""
    result = response.get(name) or object_at(fields, "serviceEventDetails").get(name)
    if type(result) is str and (found := _RESULTS.get(result.lower())):
        return found
    return "failure" if fields.get("errorCode") or fields.get("errorMessage") else "success"


def _users(doc: Document, fields: Fields, request: Fields, response: Fields) -> None:
    found, session = user(fields)
    if target := to_name(text(request.get("userName"))):
        found["target"] = {"name": target}
    if target_id := text(object_at(response, "user").get("userId")):
        found.setdefault("target", {})["id"] = target_id
    if new_name := to_name(text(request.get("newUserName"))):
        found["changes"] = {"name": new_name}
    if found:
        doc["user"] = found
    if session:
        doc["related"] = {"user": [name for name in (found.get("name"), session) if name]}
        if _INSTANCE.match(session):
            doc["cloud"].setdefault("instance", {"id": session})


def _targets(doc: Document, source: str, request: Fields, response: Fields) -> None:
    """Name the object, group and instance that a call is about."""
    key = text(request.get("key"))
    if key and source in _S3_SOURCES:
        name = key.rpartition("/")[2]
        doc["file"] = {"path": key}
        if name:
            doc["file"]["name"] = name
            if (extension := name.rpartition(".")[2]) and extension != name:
                doc["file"]["extension"] = extension
    if source in _GROUP_SOURCES:
        group = {"name": text(request.get("groupName")), "id": text(object_at(response, "group").get("groupId"))}
        if any(group.values()):
            doc["group"] = {name: value for name, value in group.items() if value}
    instance = next(
        (
            value
            for value in (
                request.get("instanceId"),
                _only_instance(response),
                _only_instance(request),
                request.get("target"),
            )
            if type(value) is str and _INSTANCE.match(value)
        ),
        None,
    )
    if instance:
        doc["cloud"]["instance"] = {"id": instance}


def _only_instance(tree: Fields) -> Any:
    items = object_at(tree, "instancesSet").get("items")
    return items[0].get("instanceId") if type(items) is list and len(items) == 1 and type(items[0]) is dict else None


def _tls(doc: Document, fields: Fields) -> None:
    protocol = text(object_at(fields, "tlsDetails").get("tlsVersion"))
    if protocol:
        doc.setdefault("tls", {}).update(tls.version(protocol[:MAX_NAME]))


def _own_fields(doc: Document, fields: Fields, request: Fields, response: Fields) -> None:
    """Add to the record's own fields what can be counted in its trees, and members that are newer than this list."""
    own = doc["aws"].setdefault("cloudtrail", {})
    for name, tree in (("request", request), ("response", response)):
        if tree and (promoted := _promoted(tree)):
            own[name] = promoted
    if "signin" in doc["event"].get("provider", ""):
        _console_login(own, object_at(fields, "additionalEventData"))
    unknown = fields.keys() - _TOP_LEVEL
    if unknown and (kept := flat({name: fields[name] for name in sorted(unknown)})):
        own["unmapped"] = kept
    address = to_ip(object_at(fields, "serviceEventDetails").get("sourceIpAddress"))
    if address:
        doc.setdefault("related", {})["ip"] = [address]


def _promoted(tree: Fields) -> Document:
    found: Document = {}
    for name in _PROMOTED & tree.keys():
        value = tree[name]
        if type(value) is str and value:
            found[name] = value
    items = object_at(tree, "instancesSet").get("items")
    if type(items) is list:
        instances = [item.get("instanceId") for item in items[:1000] if type(item) is dict]
        if kept := [value for value in instances if type(value) is str]:
            found["instanceId"] = kept if len(kept) > 1 else kept[0]
    return dict(sorted(found.items()))


def _console_login(own: Document, details: Fields) -> None:
    values = {
        "mfa_used": to_boolean(details.get("MFAUsed")),
        "mobile_version": to_boolean(details.get("MobileVersion")),
        "login_to": text(details.get("LoginTo")),
    }
    if kept := {name: value for name, value in values.items() if value is not None}:
        own["console_login"] = kept


def _decoded(value: str) -> Any:
    """Return the object that a text holds as JSON; the text itself if it holds none."""
    if not value.startswith("{"):
        return value
    try:
        return msgspec.json.decode(value)
    except (msgspec.DecodeError, RecursionError, UnicodeEncodeError):
        return value


def _distinct(resources: list[Any]) -> list[Any]:
    seen: dict[tuple[Any, ...], Any] = {}
    for item in resources:
        if type(item) is dict:
            seen.setdefault(tuple(str(item.get(name)) for name in ("ARN", "ARNPrefix", "accountId", "type")), item)
    return list(seen.values())
