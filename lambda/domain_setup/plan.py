"""The configuration and what a domain offers -> everything that is to be in it, in the order in which it is put."""

from typing import Any

from domain_setup.features import Feature
from domain_setup.indices import first_indices
from domain_setup.lifecycle import policies
from domain_setup.templates import templates
from es_loader.declarations import Config

Plan = dict[str, dict[str, Any]]
"""Path in OpenSearch's API -> body."""


def plan(config: Config, features: frozenset[Feature]) -> Plan:
    """Return what a configuration needs of a domain with these features.

    Raises:
        ConfigError: see templates.
    """
    found: Plan = templates(config, features)
    if Feature.INDEX_MANAGEMENT in features:
        found |= policies(config)
    return found | first_indices(config)
