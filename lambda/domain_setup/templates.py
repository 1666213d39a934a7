"""The configuration -> the component and index templates of its indices."""

from typing import Any

from domain_setup.features import Feature
from domain_setup.indices import OWNER, by_index, index_settings, priority
from domain_setup.mappings import COMMON_ECS, COMMON_FIELDS, Mapping, ecs_mapping, fields_of, holds_objects
from es_loader.declarations import Config, LogType
from es_loader.errors import ConfigError

Templates = dict[str, dict[str, Any]]
"""Path of a template in OpenSearch's API -> its body."""

COMMON = "siem-common"
VERSION = 1
"""Raised whenever what is generated from the same configuration changes."""

MAX_FIELDS = 1000
"""The engine's default limit of fields in one index; templates stay below it."""

_COMMON_OWNER = "what all documents have"
_META = {"managed_by": OWNER, "generated_from": "config/aws.ini and config/user.ini"}


def templates(config: Config, features: frozenset[Feature] = frozenset(), most_replicas: int = 1) -> Templates:
    """Return every template that the log types of a configuration need, on an OpenSearch with these features.

    Indices of which nothing else is said have up to `most_replicas` replicas, as many as there are nodes for.

    Raises:
        ConfigError: log types that write one index disagree on a field, or have too many of them.
    """
    found: Templates = {f"/_component_template/{COMMON}": _common()}
    for index_name, log_types in by_index(config).items():
        found[f"/_index_template/{index_name}"] = _index_template(index_name, log_types, features, most_replicas)
    return found


def _common() -> dict[str, Any]:
    settings = {"index": {"mapping": {"total_fields": {"limit": MAX_FIELDS}}}}
    return {
        "template": {"settings": settings, "mappings": {"dynamic": False, "properties": tree(_common_fields())}},
        "version": VERSION,
        "_meta": _META,
    }


def _index_template(
    index_name: str, log_types: list[LogType], features: frozenset[Feature], most_replicas: int
) -> dict[str, Any]:
    mappings = {"dynamic": False, "properties": tree(_merged(index_name, log_types))}
    return {
        "index_patterns": [f"{index_name}-*", index_name],
        "composed_of": [COMMON],
        "priority": priority(index_name),
        "template": {
            "settings": {"index": index_settings(index_name, log_types, features, most_replicas)},
            "mappings": mappings,
        },
        "version": VERSION,
        "_meta": {**_META, "log_types": sorted(log_type.name for log_type in log_types)},
    }


def _common_fields() -> dict[str, Mapping]:
    return {name: ecs_mapping(name) for name in COMMON_ECS} | COMMON_FIELDS


def _merged(index_name: str, log_types: list[LogType]) -> dict[str, Mapping]:
    """Return the fields of all log types of one index, those that are common to all indices left out."""
    merged = _common_fields()
    owners = dict.fromkeys(merged, _COMMON_OWNER)
    for log_type in log_types:
        for name, mapping in fields_of(log_type).items():
            owner = f"[{log_type.name}]"
            if merged.setdefault(name, mapping) != mapping:
                raise ConfigError(
                    f"{owner} and {owners[name]} both write {index_name}, but {name} has another type in each"
                )
            owners.setdefault(name, owner)
    own = _without_containers(index_name, merged, owners)
    total = _count(tree(own))
    if total > MAX_FIELDS:
        sections = " ".join(f"[{log_type.name}]" for log_type in log_types)
        raise ConfigError(f"{sections}: {index_name} would have {total} fields, and {MAX_FIELDS} is an index's limit")
    return {name: mapping for name, mapping in own.items() if owners[name] != _COMMON_OWNER}


def _without_containers(index_name: str, fields: dict[str, Mapping], owners: dict[str, str]) -> dict[str, Mapping]:
    """Return the fields without ECS objects that have fields inside; any other field with one below is a mistake."""
    found = dict(fields)
    for name in fields:
        parts = name.split(".")
        for parent in (".".join(parts[:length]) for length in range(1, len(parts))):
            if parent not in fields:
                continue
            if not holds_objects(parent):
                raise ConfigError(
                    f"{owners[name]} and {owners[parent]} write {index_name}, but {name} lies below {parent}, "
                    "which is no object"
                )
            found.pop(parent, None)
    return found


def _count(properties: dict[str, Any]) -> int:
    """Count fields as the engine does: objects are fields too."""
    return sum(1 + _count(mapping.get("properties", {})) for mapping in properties.values())


def tree(fields: dict[str, Mapping]) -> dict[str, Any]:
    """Nest dotted names, none of which lies below another, into `properties`."""
    root: dict[str, Any] = {}
    for name, mapping in sorted(fields.items()):
        *parents, leaf = name.split(".")
        properties = root
        for parent in parents:
            properties = properties.setdefault(parent, {"properties": {}})["properties"]
        properties[leaf] = mapping
    return root
