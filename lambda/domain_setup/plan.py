"""The configuration and what a domain offers -> everything that is to be in it, in the order in which it is put."""

from typing import Any

from domain_setup.access import NOBODY, Access, role_mappings, roles
from domain_setup.features import Feature
from domain_setup.indices import first_indices
from domain_setup.lifecycle import policies
from domain_setup.templates import templates
from es_loader.declarations import Config

Plan = dict[str, dict[str, Any]]
"""Path in OpenSearch's API -> what is wanted there: the body, or what its kind makes one from, see kinds.Kind."""


def plan(config: Config, features: frozenset[Feature], access: Access = NOBODY, former: Access = NOBODY) -> Plan:
    """Return what a configuration needs of a domain with these features.

    Args:
        config: the log types.
        features: of the domain.
        access: who is to have the roles.
        former: who was given them before: those who are not in `access` any more lose them.

    Raises:
        ConfigError: see templates.
    """
    found: Plan = templates(config, features)
    if Feature.INDEX_MANAGEMENT in features:
        found |= policies(config)
    found |= first_indices(config)
    if Feature.ACCESS_CONTROL in features:
        found |= roles() | role_mappings(access, former)
    return found
