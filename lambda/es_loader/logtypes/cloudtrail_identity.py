"""Who made a CloudTrail call: `userIdentity` -> ECS `user.*`.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
"""

import re
from typing import Any

from es_loader.normalize.coerce import to_name
from es_loader.types import Document, Fields

MAX_EMAIL = 320
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+\Z")
_NAMELESS = frozenset({"AWSAccount", "AWSService"})
_ROLES = frozenset({"AssumedRole", "Role"})
_NOTHING: Fields = {}


def user(fields: Fields) -> tuple[Document, str | None]:
    """Return `user.*` of the caller, and the name of the role session if there is one."""
    identity = object_at(fields, "userIdentity")
    kind = identity.get("type")
    arn, principal = text(identity.get("arn")), text(identity.get("principalId"))
    session = _session(arn, principal)
    found: Document = {}
    extra = to_name(text(object_at(fields, "additionalEventData").get("UserName")))
    if kind not in _NAMELESS:
        issuer = object_at(object_at(identity, "sessionContext"), "sessionIssuer")
        own = to_name(text(identity.get("userName")))
        name = to_name(text(issuer.get("userName"))) or own or extra or _name_in_arn(arn)
        if name:
            found["name"] = name
            if kind in _ROLES:
                found["roles"] = [name]
        email = next((one for one in (session, own, extra) if one and _is_email(one)), None)
        if email:
            found["email"] = email
    if kind != "AWSService":
        behalf = object_at(identity, "onBehalfOf")
        if user_id := to_name(principal) or to_name(text(behalf.get("userId"))):
            found["id"] = user_id
    return found, session


def object_at(fields: Fields, name: str) -> Fields:
    """Return the object under a name; an empty one for anything else."""
    value = fields.get(name)
    return value if type(value) is dict else _NOTHING


def text(value: Any) -> str | None:
    """Return a text that is not empty; None for anything else."""
    return value if type(value) is str and value else None


def _session(arn: str | None, principal: str | None) -> str | None:
    """Return a role session's name: the end of an assumed-role ARN, else what follows the role's id."""
    if arn and ":assumed-role/" in arn:
        parts = arn.partition(":assumed-role/")[2].split("/")
        return parts[-1] if len(parts) > 1 and parts[-1] else None
    return (principal.partition(":")[2] or None) if principal else None


def _name_in_arn(arn: str | None) -> str | None:
    if not arn:
        return None
    resource = arn.split(":", 5)[-1]
    if resource.startswith("assumed-role/"):
        return resource.split("/")[1] or None
    return resource.rpartition("/")[2] or None


def _is_email(value: str) -> bool:
    return len(value) <= MAX_EMAIL and _EMAIL.match(value) is not None
