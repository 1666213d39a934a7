"""The configuration and what a domain offers -> everything that is to be in it, in the order in which it is put."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from domain_setup.access import NOBODY, Access, role_mappings, roles
from domain_setup.features import Feature
from domain_setup.indices import first_indices
from domain_setup.lifecycle import policies
from domain_setup.snapshots import Snapshots, snapshots
from domain_setup.templates import templates
from es_loader.declarations import Config

Plan = dict[str, dict[str, Any]]
"""Path in OpenSearch's API -> what is wanted there: the body, or what its kind makes one from, see kinds.Kind."""


@dataclass(frozen=True, slots=True)
class Deployment:
    """What a deployment says of its domain, beside the log types and who has access.

    Attributes:
        snapshots: where they go; None if none are made.
        most_replicas: of an index, where its log types say nothing; 2 for a domain of which one zone is on standby.
    """

    snapshots: Snapshots | None = None
    most_replicas: int = 1

    @classmethod
    def of(cls, properties: Mapping[str, Any]) -> Self:
        """Read the properties of the stack's custom resource."""
        return cls(Snapshots.of(properties), int(properties.get("MostReplicas", 1)))


PLAIN = Deployment()


def plan(
    config: Config,
    features: frozenset[Feature],
    access: Access = NOBODY,
    former: Access = NOBODY,
    deployment: Deployment = PLAIN,
) -> Plan:
    """Return what a configuration needs of a domain with these features.

    Args:
        config: the log types.
        features: of the domain.
        access: who is to have the roles.
        former: who was given them before: those who are not in `access` any more lose them.
        deployment: see there.

    Raises:
        ConfigError: see templates.
    """
    found: Plan = templates(config, features, deployment.most_replicas)
    if Feature.INDEX_MANAGEMENT in features:
        found |= policies(config)
    found |= first_indices(config)
    if Feature.ACCESS_CONTROL in features:
        found |= roles() | role_mappings(access, former)
    return found | snapshots(deployment.snapshots, config, features)
