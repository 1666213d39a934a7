"""A user's own Python for a log type: `sf_<section>.py` with `transform(logdata)`, as AWS's SIEM sample has it.

A script is the user's code, deployed with the user's configuration; nothing in a log chooses or changes it.
"""

import importlib.util
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from es_loader.errors import ConfigError, Excluded, RecordError
from es_loader.normalize import ecs
from es_loader.normalize.flat import flat
from es_loader.types import Document, Fields

Transform = Callable[[dict[str, Any]], dict[str, Any]]

LAYER_FOLDER = Path("/opt/siem")
"""Where a Lambda layer brings scripts."""

_CONTROL = ("__index_name", "__doc_id_suffix", "__error_message", "@id", "is_ignored", "ignored_reason")


def load_script(section: str, folders: Iterable[Path]) -> Transform:
    """Import a section's script from the first folder that has it.

    Raises:
        ConfigError: there is none, it cannot be imported, or it has no function `transform`.
    """
    name = f"sf_{section.replace('-', '_')}"
    path = next((folder / f"{name}.py" for folder in folders if (folder / f"{name}.py").is_file()), None)
    if path is None:
        raise ConfigError(f"needs a script {name}.py beside the file that declares the section, or in {LAYER_FOLDER}")
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None, "a file that ends in .py"
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as exc:  # a user's code may raise anything, and costs its own section alone
        raise ConfigError(f"its script {path.name} cannot be imported: {type(exc).__name__}: {exc}") from exc
    transform = getattr(module, "transform", None)
    if not callable(transform):
        raise ConfigError(f"its script {path.name} has no function transform(logdata)")
    found: Transform = transform
    return found


def apply_script(transform: Transform, doc: Document, fields: Fields, prefix: str) -> tuple[Document, dict[str, Any]]:
    """Run a script on a record and return the document it leaves, and the control fields it set.

    The script gets the record's fields with the document laid over them. ECS fields and what it changed come back.

    Raises:
        Excluded: it says that the record is not wanted.
        RecordError: it raised, returned no dict, or says that the record is wrong.
    """
    given = {**fields, **doc}
    try:
        result = transform(dict(given))
    except Exception as exc:  # likewise, costs this record alone
        raise RecordError(f"was not taken by its script: {type(exc).__name__}: {exc}") from exc
    if type(result) is not dict:
        raise RecordError("was not taken by its script: transform did not return a dict")
    if result.get("is_ignored"):
        raise Excluded(str(result.get("ignored_reason") or "script"))
    if result.get("__error_message"):
        raise RecordError(str(result["__error_message"]))
    control = {name: result.pop(name) for name in _CONTROL if name in result}
    return _merged(doc, fields, result, prefix), control


def _merged(doc: Document, fields: Fields, result: dict[str, Any], prefix: str) -> Document:
    changed: Document = {}
    own: Document = {}
    for name, value in result.items():
        root = name.partition(".")[0]
        if name in doc or root in ecs.roots():
            _put(changed, name, value)
        elif name not in fields or value != fields[name]:
            own[name] = value
    if own and (kept := flat(own)):
        _part(changed, prefix).update(kept)
    return changed


def _put(doc: Document, name: str, value: Any) -> None:
    parent, _, leaf = name.rpartition(".")
    if parent:
        _part(doc, parent)[leaf] = value
    elif type(value) is dict and type(doc.get(name)) is dict:
        doc[name].update(value)
    else:
        doc[name] = value


def _part(doc: Document, path: str) -> Document:
    """Return the object at a dotted path, made where there is none."""
    node = doc
    for name in path.split("."):
        inner = node.get(name)
        if type(inner) is not dict:
            inner = node[name] = {}
        node = inner
    return node
