"""The kinds of things in a domain that are ours to put there: how the API shows each, and whose it is."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, Literal

from domain_setup.indices import OWNER

Body = dict[str, Any]


def _as_it_is(present: Body, _wanted: Body) -> Body:
    return present


def _as_wanted(_present: Body, wanted: Body) -> Body:
    return wanted


def _without_obstacle(_path: str, _answer: Any) -> str:
    return ""


def _without_meaning(_body: Body) -> str:
    return ""


def _without_condition(_answer: Any) -> str:
    return ""


def _nothing(_path: str) -> str | None:
    return None


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of thing.

    Attributes:
        name: what people call it.
        body: the API's answer -> the body as it was put, without what the engine adds.
        is_ours: whether this project made a body.
        target: what is there, empty if nothing is, and what is wanted -> the body to put, where users may add to ours.
        condition: the API's answer -> the query string without which it takes no second body.
        look: where the API shows what is at a path.
        needs: path -> that of something without which the API takes nothing there; None if there is no such thing.
        compared: what is there and what is to be there -> what is there without what need not be wanted.
        obstacle: path and the API's answer -> why this can be none of ours, and what to do; empty if it can.
        meaning: body -> what it does, for the report.
        create: how the first body is sent.
    """

    name: str
    body: Callable[[Any], Body]
    is_ours: Callable[[Body], bool]
    target: Callable[[Body, Body], Body] = _as_wanted
    condition: Callable[[Any], str] = _without_condition
    look: Callable[[str], str] = str
    needs: Callable[[str], str | None] = _nothing
    compared: Callable[[Body, Body], Body] = _as_it_is
    obstacle: Callable[[str, Any], str] = _without_obstacle
    meaning: Callable[[Body], str] = _without_meaning
    create: Literal["put", "post"] = "put"


def _listed(name: str) -> Callable[[Any], Body]:
    """Take a template out of the list that the API answers with."""

    def body(answer: Any) -> Body:
        (entry,) = answer[f"{name}s"]
        found: Body = entry[name]
        return found

    return body


def _says_so(body: Body) -> bool:
    return bool(body.get("_meta", {}).get("managed_by") == OWNER)


def _policy(answer: Any) -> Body:
    return {"policy": answer["policy"]}


def _is_our_policy(body: Body) -> bool:
    return OWNER in str(body["policy"].get("description"))


def _same_revision(answer: Any) -> str:
    return f"if_seq_no={answer['_seq_no']}&if_primary_term={answer['_primary_term']}"


def _said_of_records(body: Body) -> str:
    return str(body["policy"]["description"]).partition("; ")[2]


def _schedule(answer: Any) -> Body:
    body: Body = answer["sm_policy"]
    return body


def _is_our_schedule(body: Body) -> bool:
    return OWNER in str(body.get("description"))


def _is_our_repository(body: Body) -> bool:
    return bool(body.get("settings", {}).get("base_path") == OWNER)


def _said_of_snapshots(body: Body) -> str:
    return str(body["description"]).partition("; ")[2]


STAMPS = frozenset({"last_updated_time", "policy_id", "schema_version", "user"})
ENGINES_OWN = {"backoff": "exponential", "retry": {"count": 3, "backoff": "exponential", "delay": "1m"}}
"""What index management adds to a policy: who put it and when, and defaults."""


def _without_additions(present: Any, wanted: Any) -> Any:
    """Return a policy as it was put: what is not wanted stays, to be taken out, unless the engine has added it."""
    if isinstance(present, dict):
        wanted = wanted if isinstance(wanted, dict) else {}
        return {
            name: _without_additions(value, wanted.get(name))
            for name, value in present.items()
            if name in wanted or not _is_added(name, value)
        }
    if isinstance(present, list):
        wanted = wanted if isinstance(wanted, list) else []
        return [_without_additions(one, other) for one, other in zip_longest(present, wanted[: len(present)])]
    return present


def _is_added(name: str, value: Any) -> bool:
    return name in STAMPS or value is None or value is False or value == ENGINES_OWN.get(name)


def within(present: Any, wanted: Any) -> Any:
    """Return what is there without members that are not wanted: the API adds defaults, and others may add their own."""
    if isinstance(present, dict) and isinstance(wanted, dict):
        return {name: within(value, wanted[name]) for name, value in present.items() if name in wanted}
    if isinstance(present, list) and isinstance(wanted, list) and len(present) == len(wanted):
        return [within(one, other) for one, other in zip(present, wanted, strict=True)]
    return present


def _alias(path: str) -> str:
    return path.rpartition("-")[0]


def _series(answer: Any) -> Body:
    """Return the aliases of a series: one that has gone on has other indices than its first, and users add aliases."""
    return {"aliases": {name: {"is_write_index": True} for index in answer.values() for name in index["aliases"]}}


def _no_series(path: str, answer: Any) -> str:
    """Say why nothing can be written to a series, if so."""
    alias = _alias(path)[1:]
    if not all(alias in index["aliases"] for index in answer.values()):
        return (
            f"{alias} is an index or a data stream, and index_rotation = auto needs the name for an alias: give the "
            f"log type another index_name or index_rotation; or delete {alias} while nothing is loaded, set up again, "
            "and load its logs again from S3"
        )
    flags = [index["aliases"][alias].get("is_write_index") for index in answer.values()]
    if True in flags or flags == [None]:  # the engine writes to an only index unless it says that it is not to
        return ""
    return (
        f"{alias} is an alias without a write index, so that no record can be stored; make its newest index that one: "
        f'PUT /{max(answer)}/_alias/{alias} {{"is_write_index":true}}'
    )


def _named(answer: Any) -> Body:
    """Return the one thing that a security answer holds under its name."""
    (found,) = answer.values()
    body: Body = found
    return body


def _role(answer: Any) -> Body:
    """Return a role without members that say nothing: the API adds empty lists and marks, and a restriction is seen."""
    found: Body = _saying(_named(answer))
    return found


def _saying(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _saying(member) for name, member in value.items() if member}
    return [_saying(item) for item in value] if isinstance(value, list) else value


def _is_our_role(body: Body) -> bool:
    return OWNER in str(body.get("description"))


def _is_free(body: Body) -> bool:
    return not (body.get("reserved") or body.get("hidden"))


OTHERS = ("and_backend_roles", "description", "hosts")
"""Of a role mapping: whoever set these, they stay."""


def _with_members(present: Body, wanted: Body) -> Body:
    """Add who is wanted to those who have a role already, whoever gave it to them, and take the leavers out."""
    body: Body = {name: present[name] for name in OTHERS if present.get(name)}
    for name in ("backend_roles", "users"):
        members = present.get(name) or []
        stay = [member for member in members if member not in wanted["leavers"]]
        body[name] = stay + [member for member in wanted[name] if member not in members]
    return body


def _mapped_role(path: str) -> str:
    return path.replace("/rolesmapping/", "/roles/")


KINDS = {
    "/": Kind("first index", _series, lambda _body: True, look=_alias, compared=within, obstacle=_no_series),
    "/_plugins/_ism/policies/": Kind(
        "lifecycle policy",
        _policy,
        _is_our_policy,
        condition=_same_revision,
        compared=_without_additions,
        meaning=_said_of_records,
    ),
    "/_plugins/_sm/policies/": Kind(
        "snapshot schedule",
        _schedule,
        _is_our_schedule,
        condition=_same_revision,
        compared=within,
        meaning=_said_of_snapshots,
        create="post",
    ),
    "/_snapshot/": Kind("snapshot repository", _named, _is_our_repository, compared=within),
    "/_plugins/_security/api/roles/": Kind("role", _role, _is_our_role),
    "/_plugins/_security/api/rolesmapping/": Kind(
        "role mapping", _named, _is_free, _with_members, needs=_mapped_role, compared=within
    ),
    "/_component_template/": Kind("component template", _listed("component_template"), _says_so),
    "/_index_template/": Kind("index template", _listed("index_template"), _says_so),
}
"""The part of a path before the name -> what lies there."""


def kind_of(path: str) -> Kind:
    """Return the kind of what lies at a path."""
    return KINDS[path[: path.rindex("/") + 1]]
