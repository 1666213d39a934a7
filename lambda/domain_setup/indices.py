"""The indices that log types write: which sections share one, and what they say of it together."""

from dataclasses import fields
from typing import Any

from domain_setup.features import Feature
from es_loader.declarations import Config, IndexSettings, LogType
from es_loader.errors import ConfigError
from es_loader.options import AUTO

OWNER = "siem-on-amazon-opensearch"
"""In everything that this project puts into a domain."""

PRIORITY = 100
"""Of our templates and policies, and one more for each hyphen of the index name, so that no two tie: those of the
user's own for the same indices win from 200 on."""

DEFAULTS = IndexSettings(
    shards=1,
    replicas=AUTO,
    refresh="30s",
    codec="best_compression",
    rollover_size="30gb",
    rollover_age=30,
    warm_after=0,
    cold_after=0,
    delete_after=400,
    tier="local",
)
"""Deleted after a year and a month: what must be kept for a year is, and a month can be compared with last year's."""

FIRST = "000001"


def by_index(config: Config) -> dict[str, list[LogType]]:
    """Return index names in order, each with the log types that write it."""
    found: dict[str, list[LogType]] = {}
    for log_type in config.log_types.values():
        found.setdefault(log_type.index_name, []).append(log_type)
    return dict(sorted(found.items()))


def priority(index_name: str) -> int:
    """Return the priority of what holds for an index."""
    return PRIORITY + index_name.count("-")


def agreed(index_name: str, log_types: list[LogType]) -> IndexSettings:
    """Return what the log types of an index say of it: what one of them says holds for all, and comes before DEFAULT.

    Raises:
        ConfigError: two of them say different things, or what they say cannot be.
    """
    found: dict[str, Any] = {}
    for each in fields(IndexSettings):
        said = _said(log_types, each.name)
        if len(set(said.values())) > 1:
            (one, its), (other, theirs) = _two_that_differ(said)
            raise ConfigError(
                f"[{one}] and [{other}] both write {index_name}, but index_{each.name} is {its} in one and {theirs} "
                "in the other"
            )
        found[each.name] = next(iter(said.values()), getattr(DEFAULTS, each.name))
    settings = IndexSettings(**found)
    _check(index_name, log_types, settings)
    return settings


def rolls_over(log_types: list[LogType]) -> bool:
    """Tell whether an index is a series behind an alias."""
    return any(log_type.index_rotation == AUTO for log_type in log_types)


def index_settings(
    index_name: str, log_types: list[LogType], features: frozenset[Feature], most_replicas: int = 1
) -> dict[str, Any]:
    """Return the settings of an index, as its template has them.

    Raises:
        ConfigError: see agreed.
    """
    said = agreed(index_name, log_types)
    found: dict[str, Any] = {
        "codec": said.codec,
        "number_of_shards": said.shards,
        "refresh_interval": said.refresh,
    }
    if said.replicas == AUTO:
        found["auto_expand_replicas"] = f"0-{most_replicas}"
    else:
        found["number_of_replicas"] = said.replicas
    if rolls_over(log_types) and Feature.INDEX_MANAGEMENT in features:
        found["plugins"] = {"index_state_management": {"rollover_alias": index_name}}
    return found


def first_indices(config: Config) -> dict[str, dict[str, Any]]:
    """Return the first index of each series, which makes the alias that the loader writes to."""
    return {
        f"/{index_name}-{FIRST}": {"aliases": {index_name: {"is_write_index": True}}}
        for index_name, log_types in by_index(config).items()
        if rolls_over(log_types)
    }


def _said(log_types: list[LogType], name: str) -> dict[str, Any]:
    """Return section -> what it says; only if none says anything itself, section -> what it has from DEFAULT."""
    own = {log_type.name: getattr(log_type.index_settings, name) for log_type in log_types}
    inherited = {log_type.name: getattr(log_type.index_defaults, name) for log_type in log_types}
    found = own if any(value is not None for value in own.values()) else inherited
    return {section: value for section, value in found.items() if value is not None}


def _two_that_differ(said: dict[str, Any]) -> tuple[tuple[str, Any], tuple[str, Any]]:
    first, *others = said.items()
    return first, next(other for other in others if other[1] != first[1])


def _check(index_name: str, log_types: list[LogType], settings: IndexSettings) -> None:
    rotations = {log_type.index_rotation for log_type in log_types}
    if AUTO in rotations and len(rotations) > 1:
        raise ConfigError(f"{_sections(log_types)}: {index_name} cannot be both a series and of a period; use one")
    if settings.cold_after and settings.tier != "ultrawarm":
        raise ConfigError(
            f"{_sections(log_types)}: index_cold_after needs index_tier = ultrawarm; a closed index takes no late logs"
        )
    if settings.cold_after and not settings.warm_after:
        raise ConfigError(
            f"{_sections(log_types)}: index_cold_after needs index_warm_after, of the same age or less: cold storage "
            f"takes indices from UltraWarm only, and {index_name} never gets there"
        )
    ages = [age for age in (settings.warm_after, settings.cold_after, settings.delete_after) if age]
    if ages != sorted(ages):
        raise ConfigError(f"{_sections(log_types)}: {index_name} must become warm, then cold, then be deleted")


def _sections(log_types: list[LogType]) -> str:
    return " ".join(f"[{log_type.name}]" for log_type in log_types)
