"""Who may do what in a domain with fine-grained access control: two roles, and the IAM identities that have them.

https://docs.aws.amazon.com/opensearch-service/latest/developerguide/fgac.html
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from domain_setup.indices import OWNER

PATTERNS = ["log-*", "metrics-*"]
"""All that the loader writes and analysts read."""

LOADER, ANALYST = "siem_loader", "siem_analyst"

MEMBERS = {
    LOADER: "loaders",
    ANALYST: "analysts",
    "all_access": "administrators",
    "security_manager": "administrators",
    "manage_snapshots": "snapshot_managers",
    "opensearch_dashboards_user": "dashboards_users",
}
"""Role -> who in Access is to have it. All but two are the domain's own; Amazon's masters have all_access and
security_manager, and other domains have no security_manager."""

_RIGHTS: dict[str, tuple[str, list[str], list[str]]] = {
    LOADER: (
        "writes documents and makes their indices, reads nothing",
        ["indices:data/write/bulk"],
        # no action groups: `index` has updates, too, which change and tell what is there
        [
            "indices:admin/create",
            "indices:admin/mapping/put",  # for users' own templates, where fields come with documents
            "indices:data/write/bulk[s]",
            "indices:data/write/index",
        ],
    ),
    ANALYST: (
        "reads documents",
        [
            "cluster_composite_ops_ro",
            "cluster:monitor/health",
            "cluster:monitor/main",
            "indices:data/read/scroll/clear",
        ],
        [
            "read",
            "indices:admin/aliases/get",
            "indices:admin/get",
            "indices:admin/mappings/get",
            "indices:admin/resolve/index",
            "indices:admin/validate/query",
            "indices:monitor/settings/get",
            "indices:monitor/stats",
        ],
    ),
}
"""Role -> what it does in words, its rights in the cluster, and in indices."""


@dataclass(frozen=True, slots=True)
class Access:
    """ARNs of the IAM roles and users, and names of an identity provider's groups, that get a role in the domain.

    Attributes:
        loaders: write documents.
        analysts: read.
        administrators: may do everything.
        dashboards_users: may also keep what they make in OpenSearch Dashboards.
        snapshot_managers: register repositories.
    """

    loaders: tuple[str, ...] = ()
    analysts: tuple[str, ...] = ()
    administrators: tuple[str, ...] = ()
    dashboards_users: tuple[str, ...] = ()
    snapshot_managers: tuple[str, ...] = ()

    @classmethod
    def of(cls, properties: Mapping[str, Any]) -> Self:
        """Read the properties of the stack's custom resource."""
        return cls(*(tuple(properties.get(name, ())) for name in PROPERTIES))


PROPERTIES = ("Loaders", "Analysts", "Administrators", "DashboardsUsers", "SnapshotManagers")
NOBODY = Access()


def roles() -> dict[str, dict[str, Any]]:
    """Return path and body of each role."""
    return {
        f"/_plugins/_security/api/roles/{name}": {
            "description": f"managed_by: {OWNER}; {words}",
            "cluster_permissions": cluster,
            "index_permissions": [{"index_patterns": PATTERNS, "allowed_actions": actions}],
        }
        for name, (words, cluster, actions) in _RIGHTS.items()
    }


def role_mappings(access: Access, former: Access = NOBODY) -> dict[str, dict[str, Any]]:
    """Return path and members of each role that somebody is to have or to lose; ARNs of roles and users may mix.

    Args:
        access: who is to have the roles.
        former: who was given them before; `leavers` are those of them who are not to have a role any more.
    """
    found = {}
    for role, who in MEMBERS.items():
        arns = getattr(access, who)
        leavers = [arn for arn in getattr(former, who) if arn not in arns]
        if arns or leavers:
            found[f"/_plugins/_security/api/rolesmapping/{role}"] = {
                "backend_roles": [arn for arn in arns if ":user/" not in arn],
                "users": [arn for arn in arns if ":user/" in arn],
                "leavers": leavers,
            }
    return found
