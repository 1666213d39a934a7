"""The kinds of things in a domain that are ours to put there: how the API shows each, and whose it is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from domain_setup.templates import OWNER

Body = dict[str, Any]


def _as_wanted(_present: Body, wanted: Body) -> Body:
    return wanted


def _without_condition(_answer: Any) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of thing.

    Attributes:
        name: what people call it.
        body: the API's answer -> the body as it was put, without what the engine adds.
        is_ours: whether this project made a body.
        target: what is there and what is wanted -> what is to be there, where users may add to ours.
        condition: the API's answer -> the query string without which it takes no second body.
    """

    name: str
    body: Callable[[Any], Body]
    is_ours: Callable[[Body], bool]
    target: Callable[[Body, Body], Body] = _as_wanted
    condition: Callable[[Any], str] = _without_condition


def _listed(name: str) -> Callable[[Any], Body]:
    """Take a template out of the list that the API answers with."""

    def body(answer: Any) -> Body:
        (entry,) = answer[f"{name}s"]
        found: Body = entry[name]
        return found

    return body


def _says_so(body: Body) -> bool:
    return bool(body.get("_meta", {}).get("managed_by") == OWNER)


KINDS = {
    "/_component_template/": Kind("component template", _listed("component_template"), _says_so),
    "/_index_template/": Kind("index template", _listed("index_template"), _says_so),
}
"""The part of a path before the name -> what lies there."""


def kind_of(path: str) -> Kind:
    """Return the kind of what lies at a path."""
    return KINDS[path[: path.rindex("/") + 1]]
