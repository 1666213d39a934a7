"""Templates -> a domain: what would change, and the change. Idempotent; what belongs to others stays as it is."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from domain_setup.templates import OWNER, Templates, templates
from es_loader.declarations import Config
from es_loader.errors import ConfigError

Action = Literal["created", "updated", "unchanged"]


class Client(Protocol):
    """What is needed of a connection; see es_loader.sinks.opensearch.Requests."""

    def get(self, path: str) -> Any:
        """Return the body at a path; None if there is nothing."""

    def put(self, path: str, body: Any) -> None:
        """Put a body at a path."""


@dataclass(frozen=True, slots=True)
class Change:
    """What became, or with a dry run would become, of one template; `fields` counts those that differ."""

    path: str
    action: Action
    differences: tuple[str, ...] = ()
    dry_run: bool = False

    def __str__(self) -> str:
        action = f"to be {self.action}" if self.dry_run and self.action != "unchanged" else self.action
        shown = ", ".join(self.differences[:5]) + (" …" if len(self.differences) > 5 else "")  # noqa: PLR2004
        return f"{self.path.removeprefix('/')}: {action}" + (f" ({shown})" if shown else "")


def run(*, endpoint: str, config: Config, region: str | None = None, dry_run: bool = False) -> list[Change]:
    """Set up the domain at an endpoint for a configuration.

    Raises:
        AccessError: the domain refuses; RetryableError: it cannot be reached; ConfigError: see templates.
    """
    from es_loader.sinks.opensearch import Requests, connect  # noqa: PLC0415 - knows the client, slow to import

    return apply(Requests(connect(endpoint, region=region)), templates(config), dry_run=dry_run)


def apply(client: Client, wanted: Templates, *, dry_run: bool = False) -> list[Change]:
    """Put every template that is missing or differs; component templates come first, index templates need them.

    Raises:
        ConfigError: a template of another maker has the name of one of ours; nothing is changed then.
    """
    changes = [_change(path, client.get(path), body, dry_run=dry_run) for path, body in wanted.items()]
    for change in changes:
        if change.action != "unchanged" and not dry_run:
            client.put(change.path, wanted[change.path])
    return changes


def _change(path: str, answer: Any, wanted: dict[str, Any], *, dry_run: bool) -> Change:
    if answer is None:
        return Change(path, "created", (), dry_run)
    present = _body(answer)
    if present.get("_meta", {}).get("managed_by") != OWNER:
        raise ConfigError(
            f"{path.removeprefix('/')} is in the domain already, made by another; rename or delete it there"
        )
    found = tuple(differences(present, wanted))
    return Change(path, "updated" if found else "unchanged", found, dry_run)


def _body(present: Any) -> Any:
    """Take a template out of the list that the API answers with."""
    (kind,) = (name for name in ("component_templates", "index_templates") if name in present)
    (entry,) = present[kind]
    return entry[kind.removesuffix("s")]


def differences(present: Any, wanted: Any, path: str = "") -> Iterator[str]:
    """Yield the dotted places where a template differs from what is wanted; the engine answers settings as text."""
    if isinstance(wanted, dict) and isinstance(present, dict):
        for name in sorted({*wanted, *present}):
            yield from differences(present.get(name), wanted.get(name), f"{path}.{name}" if path else name)
    elif _as_text(present) != _as_text(wanted):
        yield path


def _as_text(value: Any) -> Any:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int) else value
