"""What an OpenSearch may have or lack: parts of the setup that need it are left out, and the report says so."""

from enum import Enum
from typing import Protocol


class Feature(Enum):
    """A plugin: its name and a path that only an OpenSearch with it knows."""

    INDEX_MANAGEMENT = ("index management", "/_plugins/_ism/policies")
    ACCESS_CONTROL = ("fine-grained access control", "/_plugins/_security/api/roles")

    def __init__(self, title: str, path: str) -> None:
        self.title = title
        self.path = path


class Prober(Protocol):
    """What is needed of a connection; see es_loader.sinks.opensearch.Requests."""

    def offers(self, path: str) -> bool:
        """Tell whether there is an API at a path."""


def offered(client: Prober) -> frozenset[Feature]:
    """Return what the OpenSearch behind a connection has."""
    return frozenset(feature for feature in Feature if client.offers(feature.path))
