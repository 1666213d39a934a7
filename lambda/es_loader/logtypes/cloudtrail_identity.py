"""Who made a CloudTrail call: `userIdentity` -> ECS `user.*`.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
"""

import re
from typing import Any

from es_loader.normalize.coerce import to_name
from es_loader.normalize.members import object_at
from es_loader.types import Document, Fields

MAX_TEXT = 1024
"""Characters of a name, an id or an ARN; what is longer is none of them, and is not kept in the cache."""

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+\Z")
_NAMELESS = frozenset({"AWSAccount", "AWSService"})
_ROLES = frozenset({"AssumedRole", "Role"})
_CACHE_LIMIT = 4096
_known: dict[tuple[Any, ...], tuple[Document, str | None]] = {}
_ASSUMED = ":assumed-role/"


def user(fields: Fields) -> tuple[Document, str | None]:
    """Return `user.*` of the caller, a fresh dict, and the name of the role session if there is one."""
    identity = object_at(fields, "userIdentity")
    facts = (
        identity.get("type"),
        identity.get("arn"),
        identity.get("principalId"),
        identity.get("userName"),
        object_at(object_at(identity, "sessionContext"), "sessionIssuer").get("userName"),
        object_at(fields, "additionalEventData").get("UserName"),
        object_at(identity, "onBehalfOf").get("userId"),
    )
    try:
        found, session = _known[facts]
    except (KeyError, TypeError):  # not seen yet, or of a shape that cannot be a key
        found, session = _learn(facts)
    return found.copy(), session


def _learn(facts: tuple[Any, ...]) -> tuple[Document, str | None]:
    """Put an identity together and keep the result: few callers make most calls."""
    texts = tuple(map(short, facts))
    result = _user(texts)
    if texts == facts:
        if len(_known) >= _CACHE_LIMIT:
            _known.clear()
        _known[facts] = result
    return result


def _user(texts: tuple[str | None, ...]) -> tuple[Document, str | None]:
    kind, arn, principal, own, issuer, extra, behalf = texts
    found: Document = {}
    session = to_name(_session(arn, principal))
    if kind not in _NAMELESS:
        name = next(filter(None, map(to_name, (issuer, own, extra))), None) or _unnamed(kind, arn)
        if name:
            found["name"] = name
            if kind in _ROLES:
                found["roles"] = [name]
        email = next((one for one in (session, own, extra) if one and _EMAIL.match(one)), None)
        if email:
            found["email"] = email
    if kind != "AWSService" and (user_id := to_name(principal) or to_name(behalf)):
        found["id"] = user_id
    return found, session


def _session(arn: str | None, principal: str | None) -> str | None:
    """Return a role session's name: the end of an assumed-role ARN, else what follows the role's id."""
    if arn and _ASSUMED in arn:
        role, _, session = arn.partition(_ASSUMED)[2].rpartition("/")
        return session if role else None
    return (principal or "").partition(":")[2] or None


def _unnamed(kind: str | None, arn: str | None) -> str | None:
    """Return the name of a caller whose record gives none: the role, the user or `root` of the ARN."""
    if kind == "Root":
        return "root"
    resource = (arn or "").split(":", 5)[-1]
    if resource.startswith("assumed-role/"):
        return resource.split("/")[1] or None
    return resource.rpartition("/")[2] or None


def short(value: Any) -> str | None:
    """Return a text that can be a name, an id or an ARN; None for anything else."""
    return value if type(value) is str and 0 < len(value) <= MAX_TEXT else None
