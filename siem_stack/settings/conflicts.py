"""What settings may not be together, though each is allowed."""

from collections.abc import Callable, Iterator

from siem_stack.settings.declared import PREFIX, Settings
from siem_stack.settings.domain_conflicts import DOMAIN_CONFLICTS


def _cloudtrail_of_nothing(settings: Settings) -> str | None:
    chosen = set(settings.cloudtrail.split())
    if not chosen or chosen & {"management", "s3-data", "lambda-data"}:
        return None
    return f"{PREFIX}cloudtrail must have management, s3-data or lambda-data; it is {settings.cloudtrail!r}"


CONFLICTS: tuple[Callable[[Settings], str | None], ...] = (_cloudtrail_of_nothing,)


def conflicts(settings: Settings) -> Iterator[str]:
    """Yield a line for each conflict, which names the settings."""
    yield from filter(None, (conflict(settings) for conflict in CONFLICTS))
    for found in DOMAIN_CONFLICTS:
        yield from found(settings)
