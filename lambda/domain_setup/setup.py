"""What is wanted -> a domain: what would change, and the change. Idempotent; what belongs to others stays as it is."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, Protocol

from domain_setup.access import NOBODY, Access
from domain_setup.features import Feature, offered
from domain_setup.kinds import Body, kind_of
from domain_setup.plan import PLAIN, Deployment, plan
from es_loader.declarations import Config
from es_loader.errors import ConfigError

Action = Literal["created", "updated", "unchanged", "left out"]
CHANGING: frozenset[Action] = frozenset({"created", "updated"})
SHOWN = 5
"""Differences that one line names; `lines` has all."""

NOTHING = "nothing"
VERSION_FIELD = "version"


class Client(Protocol):
    """What is needed of a connection; see es_loader.sinks.opensearch.Requests."""

    def get(self, path: str) -> Any:
        """Return the body at a path; None if there is nothing."""

    def put(self, path: str, body: Any) -> Any:
        """Put a body at a path."""

    def post(self, path: str, body: Any) -> Any:
        """Post a body to a path."""


class Difference(NamedTuple):
    """One dotted place where what is there is not what is wanted; None stands for nothing."""

    place: str
    present: Any
    wanted: Any

    def __str__(self) -> str:
        return f"{self.place}: {_shown(self.present)} -> {_shown(self.wanted)}"


@dataclass(frozen=True, slots=True)
class Change:
    """What became, or with a dry run would become, of one thing.

    `reason` says why one is left out, `meaning` what one that is put does.
    """

    path: str
    action: Action
    differences: tuple[Difference, ...] = ()
    dry_run: bool = False
    reason: str = ""
    meaning: str = ""

    def __str__(self) -> str:
        action = f"to be {self.action}" if self.dry_run and self.action in CHANGING else self.action
        named = ", ".join(each.place for each in self.differences[:SHOWN])
        shown = self.reason or named + (" …" if len(self.differences) > SHOWN else "")
        notes = "".join(f" ({note})" for note in (shown, self.meaning) if note)
        return f"{self.path.removeprefix('/')}: {action}{notes}"

    @property
    def is_step_back(self) -> bool:
        """Whether what is there was made by a later version of this project."""
        return any(each.place == VERSION_FIELD and _is_later(each.present, each.wanted) for each in self.differences)

    def lines(self) -> Iterator[str]:
        """Yield the change in full: what it is, then each difference with its values before and after."""
        yield str(self)
        yield from (f"    {difference}" for difference in self.differences)


def run(
    *,
    endpoint: str,
    config: Config,
    access: Access = NOBODY,
    former: Access = NOBODY,
    deployment: Deployment = PLAIN,
    region: str | None = None,
    dry_run: bool = False,
    downgrade: bool = False,
) -> list[Change]:
    """Set up the domain at an endpoint for a configuration, give roles in it, and take them from who had them before.

    Raises:
        AccessError: the domain refuses; RetryableError: it cannot be reached; ConfigError: see templates and apply.
    """
    from es_loader.sinks.opensearch import Requests, connect  # noqa: PLC0415 - knows the client, slow to import

    client = Requests(connect(endpoint, region=region))
    features = offered(client)
    changes = apply(client, plan(config, features, access, former, deployment), dry_run=dry_run, downgrade=downgrade)
    missing = [feature for feature in Feature if feature not in features]
    return changes + [Change(each.path, "left out", reason=f"this OpenSearch has no {each.title}") for each in missing]


class _Step(NamedTuple):
    change: Change
    path: str
    body: Body
    method: Literal["put", "post"] = "put"


def apply(
    client: Client, wanted: Mapping[str, Body], *, dry_run: bool = False, downgrade: bool = False
) -> list[Change]:
    """Put everything that is missing or differs, in the order in which it is wanted: later things need earlier ones.

    Args:
        client: the connection.
        wanted: see plan.Plan.
        dry_run: only tell.
        downgrade: also replace what a later version of this project put there.

    Raises:
        ConfigError: something of another maker has the name of ours, or of a later version; nothing is changed then.
    """
    steps = [_step(client, path, wanted, dry_run=dry_run) for path in wanted]
    later = [step.change.path for step in steps if step.change.is_step_back]
    if later and not (downgrade or dry_run):
        raise ConfigError(
            f"a later version of this project made {later[0].removeprefix('/')}; upgrade, or put this version's back "
            "with --downgrade"
        )
    for step in steps:
        if step.change.action in CHANGING and not dry_run:
            getattr(client, step.method)(step.path, step.body)
    return [step.change for step in steps]


def _lacking(client: Client, path: str, wanted: Mapping[str, Body]) -> str | None:
    """Return the kind and name of what a thing needs, if that is neither in the domain nor wanted there."""
    need = kind_of(path).needs(path)
    if need is None or need in wanted or client.get(need) is not None:
        return None
    return f"{kind_of(need).name} {need.rpartition('/')[2]}"


def _step(client: Client, path: str, wanted: Mapping[str, Body], *, dry_run: bool) -> _Step:
    if need := _lacking(client, path, wanted):
        return _Step(Change(path, "left out", reason=f"this OpenSearch has no {need}"), path, {})
    kind = kind_of(path)
    answer = client.get(kind.look(path))
    if answer is None:
        target = kind.target({}, wanted[path])
        return _Step(Change(path, "created", (), dry_run, meaning=kind.meaning(target)), path, target, kind.create)
    if obstacle := kind.obstacle(path, answer):
        raise ConfigError(obstacle)
    present = kind.body(answer)
    target = kind.target(present, wanted[path])
    found = tuple(differences(kind.compared(present, target), target))
    if found and not kind.is_ours(present):
        raise ConfigError(
            f"{path.removeprefix('/')} is in the domain already, made by another; rename or delete it there"
        )
    condition = kind.condition(answer)
    change = Change(path, "unchanged", dry_run=dry_run)
    if found:
        change = Change(path, "updated", found, dry_run, meaning=kind.meaning(target))
    return _Step(change, f"{path}?{condition}" if condition else path, target)


def differences(present: Any, wanted: Any, place: str = "") -> Iterator[Difference]:
    """Yield where something differs from what is wanted; the engine answers settings as text."""
    if (isinstance(present, dict) and isinstance(wanted, dict)) or _is_new_or_gone(present, wanted):
        present, wanted = present or {}, wanted or {}
        for name in sorted({*wanted, *present}):
            yield from differences(present.get(name), wanted.get(name), f"{place}.{name}" if place else name)
    elif _as_text(present) != _as_text(wanted):
        yield Difference(place.replace(".properties.", "."), present, wanted)


def _is_new_or_gone(present: Any, wanted: Any) -> bool:
    """Tell an object on one side only, whose members differ one by one; a field's mapping is a value."""
    one = wanted if present is None else present
    return (present is None or wanted is None) and isinstance(one, dict) and not _is_mapping(one)


def _is_mapping(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("type"), str)


def _is_later(present: Any, wanted: Any) -> bool:
    return isinstance(present, int) and isinstance(wanted, int) and present > wanted


def _as_text(value: Any) -> Any:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int) else value


def _shown(value: Any) -> str:
    if value is None:
        return NOTHING
    return str(value["type"] if _is_mapping(value) else value)
