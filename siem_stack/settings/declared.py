"""All settings, group by group."""

from dataclasses import dataclass, fields

from siem_stack.settings.access import AccessSettings
from siem_stack.settings.domain import DomainSettings
from siem_stack.settings.loader import LoaderSettings
from siem_stack.settings.log_sources import LogSourceSettings
from siem_stack.settings.network import NetworkSettings
from siem_stack.settings.operations import OperationsSettings
from siem_stack.settings.origins import OriginSettings
from siem_stack.settings.rules import Value
from siem_stack.settings.storage import StorageSettings

PREFIX = "siem:"
"""Of a setting's name in the context: `"siem:architecture": "arm64"` in cdk.json, `-c siem:architecture=arm64`."""

GROUPS = (
    StorageSettings,
    OriginSettings,
    LogSourceSettings,
    LoaderSettings,
    DomainSettings,
    NetworkSettings,
    AccessSettings,
    OperationsSettings,
)


@dataclass(frozen=True, kw_only=True)
class Settings(
    StorageSettings,
    OriginSettings,
    LogSourceSettings,
    LoaderSettings,
    DomainSettings,
    NetworkSettings,
    AccessSettings,
    OperationsSettings,
):
    """All settings, checked."""


Row = tuple[str, Value, str, str]
"""A setting's name in the context, default, what is allowed, and description."""


def rows() -> dict[str, list[Row]]:
    """Return the rows of all settings by their group's title."""
    return {
        (group.__doc__ or "").rstrip("."): [
            (PREFIX + each.name, each.default, each.metadata["rule"].text, each.metadata["description"])  # type: ignore[misc]  # all have a default
            for each in fields(group)
        ]
        for group in GROUPS
    }


def defaults() -> dict[str, Value]:
    """Return the default of each setting by its name in the context."""
    return {name: default for group in rows().values() for name, default, _, _ in group}
