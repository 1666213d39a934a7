"""Who may do what in a domain with fine-grained access control: two roles, and the IAM identities that have them.

https://docs.aws.amazon.com/opensearch-service/latest/developerguide/fgac.html
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from domain_setup.indices import OWNER

PATTERNS = ["log-*", "metrics-*"]
"""All that the loader writes and analysts read."""

LOADER, ANALYST, ADMINISTRATOR = "siem_loader", "siem_analyst", "all_access"

_INDEX_RIGHTS: dict[str, tuple[str, list[str], list[str]]] = {
    LOADER: (
        "writes documents and makes their indices, reads nothing",
        ["indices:data/write/bulk"],
        ["create_index", "index"],
    ),
    ANALYST: (
        "reads documents",
        ["cluster_composite_ops_ro", "cluster:monitor/main", "cluster:monitor/health"],
        [
            "read",
            "indices:admin/aliases/get",
            "indices:admin/get",
            "indices:admin/mappings/get",
            "indices:admin/resolve/index",
            "indices:monitor/settings/get",
            "indices:monitor/stats",
        ],
    ),
}
"""Role -> what it does in words, its rights in the cluster, and in indices."""


@dataclass(frozen=True, slots=True)
class Access:
    """ARNs of the IAM roles and users that get a role in the domain."""

    loaders: tuple[str, ...] = ()
    analysts: tuple[str, ...] = ()
    administrators: tuple[str, ...] = ()

    @classmethod
    def of(cls, properties: Mapping[str, Any]) -> Self:
        """Read the properties of the stack's custom resource."""
        return cls(*(tuple(properties.get(name, ())) for name in ("Loaders", "Analysts", "Administrators")))


def roles() -> dict[str, dict[str, Any]]:
    """Return path and body of each role."""
    return {
        f"/_plugins/_security/api/roles/{name}": {
            "description": f"managed_by: {OWNER}; {words}",
            "cluster_permissions": cluster,
            "index_permissions": [
                {"index_patterns": PATTERNS, "fls": [], "masked_fields": [], "allowed_actions": actions}
            ],
            "tenant_permissions": [],
        }
        for name, (words, cluster, actions) in _INDEX_RIGHTS.items()
    }


def role_mappings(access: Access) -> dict[str, dict[str, Any]]:
    """Return path and body of the mapping of each role that somebody is to have; ARNs of roles and users may mix."""
    members = {LOADER: access.loaders, ANALYST: access.analysts, ADMINISTRATOR: access.administrators}
    return {
        f"/_plugins/_security/api/rolesmapping/{name}": {
            "backend_roles": [arn for arn in arns if ":user/" not in arn],
            "hosts": [],
            "users": [arn for arn in arns if ":user/" in arn],
        }
        for name, arns in members.items()
        if arns
    }
