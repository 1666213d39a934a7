"""The log types' configuration is sound, or nothing is deployed."""

from collections.abc import Iterable
from pathlib import Path

from domain_setup.templates import templates
from es_loader import golden
from es_loader.config import golden_folder, load_deployed_config
from es_loader.declarations import Config
from es_loader.enrich import enrichers
from es_loader.errors import ConfigError
from es_loader.exclusions.reading import mistakes_in_files
from es_loader.pipeline import Loader


class LogTypesError(ValueError):
    """The configuration has mistakes; the text has one line for each."""


def require_sound_log_types(
    config: Config | None = None, golden_logs: Path | None = None, watched: Iterable[str] = ()
) -> None:
    """Read config/aws.ini and config/user.ini, and refuse any mistake: deployed, it would switch a log type off.

    Two log types that write one index and disagree on a field are a mistake too, and so is a golden log of the user's
    that no longer becomes what it must.

    Args:
        config: instead of the one that would be deployed.
        golden_logs: instead of those in config/golden.
        watched: log types that a setting names.

    Raises:
        LogTypesError: see there.
    """
    found = config or load_deployed_config()
    if problems := [*map(str, found.problems), *mistakes_in_files(found)]:
        raise LogTypesError("\n".join(problems))
    unknown = sorted(set(watched) - found.log_types.keys())
    if unknown:
        raise LogTypesError(f"siem:silence_alarms names log types that there are not: {', '.join(unknown)}")
    try:
        templates(found)
        changed = _changed(Loader(found, enrichers=enrichers), golden_logs or golden_folder())
    except ConfigError as exc:
        raise LogTypesError(str(exc)) from exc
    if changed:
        raise LogTypesError("\n".join(changed))


def _changed(loader: Loader, folder: Path) -> list[str]:
    return [f"{pair}: {line}" for pair in golden.pairs(folder) for line in golden.differences(pair, loader)]
