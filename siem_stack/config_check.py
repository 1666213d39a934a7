"""The log types' configuration is sound, or nothing is deployed."""

from domain_setup.templates import templates
from es_loader.config import load_deployed_config
from es_loader.declarations import Config
from es_loader.errors import ConfigError


class LogTypesError(ValueError):
    """The configuration has mistakes; the text has one line for each."""


def require_sound_log_types(config: Config | None = None) -> None:
    """Read config/aws.ini and config/user.ini, and refuse any mistake: deployed, it would switch a log type off.

    Two log types that write one index and disagree on a field are a mistake too.

    Args:
        config: instead of the one that would be deployed.

    Raises:
        LogTypesError: see there.
    """
    found = config or load_deployed_config()
    if found.problems:
        raise LogTypesError("\n".join(map(str, found.problems)))
    try:
        templates(found)
    except ConfigError as exc:
        raise LogTypesError(str(exc)) from exc
