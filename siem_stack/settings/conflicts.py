"""What settings may not be together, though each is allowed."""

from collections.abc import Callable, Iterator

from siem_stack.settings.declared import PREFIX, Settings


def _cloudtrail_of_nothing(settings: Settings) -> str | None:
    chosen = set(settings.cloudtrail.split())
    if not chosen or chosen & {"management", "s3-data", "lambda-data"}:
        return None
    return f"{PREFIX}cloudtrail must have management, s3-data or lambda-data; it is {settings.cloudtrail!r}"


def _several_detectors(settings: Settings) -> str | None:
    regions = [word.rpartition("/")[0] for word in settings.guardduty.split()]
    if len(set(regions)) == len(regions):
        return None
    return f"{PREFIX}guardduty must have one word for each region; it is {settings.guardduty!r}"


def _detector_of_all_regions(settings: Settings) -> str | None:
    loose = [word for word in settings.guardduty.split() if "/" not in word and word != "create"]
    if not loose or not settings.log_regions:
        return None
    return (
        f"{PREFIX}guardduty must name the region of detector {loose[0]}, as `us-east-1/{loose[0]}`, since "
        f"{PREFIX}log_regions has {settings.log_regions!r}: without a region it would be meant for each"
    )


CONFLICTS: tuple[Callable[[Settings], str | None], ...] = (
    _cloudtrail_of_nothing,
    _several_detectors,
    _detector_of_all_regions,
)


def conflicts(settings: Settings) -> Iterator[str]:
    """Yield a line for each conflict, which names the settings."""
    yield from filter(None, (conflict(settings) for conflict in CONFLICTS))
