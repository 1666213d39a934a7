"""What is done to parsed fields before they are mapped: other names, text in place of objects, the module's part."""

from collections.abc import Callable

import msgspec

from es_loader.declarations import LogType
from es_loader.logtypes import Hooks
from es_loader.types import Fields

Prepare = Callable[[Fields], Fields]


def preparations(log_type: LogType, hooks: Hooks) -> list[Prepare]:
    """Return the steps that a log type needs, in order."""
    return [step for step in (_renamer(log_type), _texts_maker(log_type), hooks.prepare) if step]


def _renamer(log_type: LogType) -> Prepare | None:
    if not log_type.renamed:
        return None

    def rename(fields: Fields) -> Fields:
        for new, old in log_type.renamed.items():
            if old in fields:
                fields[new] = fields.pop(old)
        return fields

    return rename


def _texts_maker(log_type: LogType) -> Prepare | None:
    paths = [path.split(".") for path in log_type.json_to_text]
    if not paths:
        return None

    def make_texts(fields: Fields) -> Fields:
        for *parents, leaf in paths:
            _to_text([fields], parents, leaf)
        return fields

    return make_texts


def _to_text(nodes: list[object], parents: list[str], leaf: str) -> None:
    """Replace objects and lists at a path by their JSON text, through lists on the way."""
    for name in parents:
        below = [node[name] for node in nodes if type(node) is dict and name in node]
        nodes = [one for node in below for one in (node if type(node) is list else [node])]
    for node in nodes:
        if type(node) is dict and type(node.get(leaf)) in {dict, list}:
            node[leaf] = msgspec.json.encode(node[leaf]).decode(errors="replace")
