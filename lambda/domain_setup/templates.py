"""The configuration -> the component and index templates of its indices."""

from typing import Any

from domain_setup.mappings import COMMON_ECS, COMMON_FIELDS, Mapping, ecs_mapping, fields_of
from es_loader.config import Config, LogType
from es_loader.errors import ConfigError

Templates = dict[str, dict[str, Any]]
"""Path of a template in OpenSearch's API -> its body."""

COMMON = "siem-common"
VERSION = 1
"""Raised whenever what is generated from the same configuration changes."""

PRIORITY = 100
"""Of built-in index templates: a template of the user's own for the same indices wins from 101 on."""

MAX_FIELDS = 1000
"""The engine's default limit of fields in one index; templates stay below it."""

_META = {"managed_by": "siem-on-amazon-opensearch", "generated_from": "config/aws.ini and config/user.ini"}


def templates(config: Config) -> Templates:
    """Return every template that the log types of a configuration need.

    Raises:
        ConfigError: two log types write one index and disagree on a field.
    """
    found: Templates = {f"/_component_template/{COMMON}": _common()}
    by_index: dict[str, list[LogType]] = {}
    for log_type in config.log_types.values():
        by_index.setdefault(log_type.index_name, []).append(log_type)
    for index_name, log_types in sorted(by_index.items()):
        found[f"/_index_template/{index_name}"] = _index_template(index_name, log_types)
    return found


def _common() -> dict[str, Any]:
    fields = {name: ecs_mapping(name) for name in COMMON_ECS} | COMMON_FIELDS
    settings = {
        "index": {
            "codec": "best_compression",
            "mapping": {"total_fields": {"limit": MAX_FIELDS}},
            "number_of_shards": 1,
            "auto_expand_replicas": "0-1",
            "refresh_interval": "30s",
        }
    }
    return {
        "template": {"settings": settings, "mappings": {"dynamic": False, "properties": tree(fields)}},
        "version": VERSION,
        "_meta": _META,
    }


def _index_template(index_name: str, log_types: list[LogType]) -> dict[str, Any]:
    return {
        "index_patterns": [f"{index_name}-*", index_name],
        "composed_of": [COMMON],
        "priority": PRIORITY + index_name.count("-"),
        "template": {"mappings": {"dynamic": False, "properties": tree(_merged(index_name, log_types))}},
        "version": VERSION,
        "_meta": {**_META, "log_types": sorted(log_type.name for log_type in log_types)},
    }


def _merged(index_name: str, log_types: list[LogType]) -> dict[str, Mapping]:
    """Return the fields of all log types of one index."""
    merged: dict[str, Mapping] = {}
    owners: dict[str, str] = {}
    for log_type in log_types:
        for name, mapping in fields_of(log_type).items():
            if merged.setdefault(name, mapping) != mapping:
                raise ConfigError(
                    f"[{log_type.name}] and [{owners[name]}] both write {index_name}, but {name} has another type in each"
                )
            owners.setdefault(name, log_type.name)
    return merged


def tree(fields: dict[str, Mapping]) -> dict[str, Any]:
    """Nest dotted names into `properties`.

    Raises:
        ConfigError: one field lies below another, which is no object.
    """
    root: dict[str, Any] = {}
    for name, mapping in sorted(fields.items()):
        *parents, leaf = name.split(".")
        node = root
        for number, parent in enumerate(parents):
            inner = node.setdefault(parent, {"properties": {}})
            if "properties" not in inner:
                raise ConfigError(f"{name} lies below {'.'.join(parents[: number + 1])}, which is no object")
            node = inner["properties"]
        node[leaf] = mapping
    return root
