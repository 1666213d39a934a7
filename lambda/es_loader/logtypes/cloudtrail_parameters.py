"""Members of a call's free-form trees that can be counted: the paths that `script_fields` declares.

A flat field answers "which records hold this value", but not "which values are the most frequent"; a typed field
beside it does. The path stays the log's: `request.a.b` repeats `requestParameters.a.b`.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from es_loader.normalize.coerce import converter
from es_loader.normalize.members import below
from es_loader.types import Document, Fields

Promotion = Callable[[Fields], Document]

MAX_VALUES = 1000
"""Values that one path keeps; a call that names more has them all in its tree."""

_SCALARS = (str, int, float)


class _Path(NamedTuple):
    """Where a member stands in its tree, and what makes its value fit its field's type."""

    names: tuple[str, ...]
    convert: Callable[[Any], Any]


def promotion(script_fields: Mapping[str, str], side: str) -> Promotion:
    """Return the function that copies the declared members of a tree.

    Args:
        script_fields: path -> type of everything that the log type declares.
        side: the first name of the paths that are meant; what follows it is the path in the tree.
    """
    by_head: dict[str, list[_Path]] = {}
    for path, kind in script_fields.items():
        first, *names = path.split(".")
        if first == side and names:
            by_head.setdefault(names[0], []).append(_Path(tuple(names), converter(kind)))

    def promote(tree: Fields) -> Document:
        found: Document = {}
        for head in tree:
            for names, convert in by_head.get(head, ()):
                values = [value for one in _at(tree, names) if (value := convert(one)) is not None]
                if values:
                    _put(found, names, values)
        return found

    return promote


def _at(tree: Fields, names: tuple[str, ...]) -> list[Any]:
    """Return the scalars at a path that leads through every element of the lists on its way."""
    nodes: list[Any] = [tree]
    for name in names:
        children = [node.get(name) for node in nodes if type(node) is dict]
        nodes = []
        for child in children:
            nodes += child if type(child) is list else (child,)
    return [node for node in nodes[:MAX_VALUES] if isinstance(node, _SCALARS)]


def _put(doc: Document, names: tuple[str, ...], values: list[Any]) -> None:
    *parents, leaf = names
    distinct = list(dict.fromkeys(values))
    below(doc, parents)[leaf] = distinct if len(distinct) > 1 else distinct[0]
