"""What settings may not be together, though each is allowed."""

from collections.abc import Callable, Iterator

from siem_stack.settings.declared import PREFIX, Settings


def _cloudtrail_of_nothing(settings: Settings) -> str | None:
    chosen = set(settings.cloudtrail.split())
    if not chosen or chosen & {"management", "s3-data", "lambda-data"}:
        return None
    return f"{PREFIX}cloudtrail must have management, s3-data or lambda-data; it is {settings.cloudtrail!r}"


def _linux_log_group_of_both_kinds(settings: Settings) -> str | None:
    both = sorted({*settings.linux_logs.split()} & {*settings.linux_secure_logs.split()})
    return f"{PREFIX}linux_logs and {PREFIX}linux_secure_logs both have {' '.join(both)}" if both else None


CONFLICTS: tuple[Callable[[Settings], str | None], ...] = (_cloudtrail_of_nothing, _linux_log_group_of_both_kinds)


def conflicts(settings: Settings) -> Iterator[str]:
    """Yield a line for each conflict, which names the settings."""
    yield from filter(None, (conflict(settings) for conflict in CONFLICTS))
