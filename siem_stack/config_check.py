"""The log types' configuration is sound, or nothing is deployed."""

from es_loader.config import Config, load_deployed_config


class LogTypesError(ValueError):
    """The configuration has mistakes; the text has one line for each."""


def require_sound_log_types(config: Config | None = None) -> None:
    """Read config/aws.ini and config/user.ini, and refuse any mistake: deployed, it would switch a log type off.

    Args:
        config: instead of the one that would be deployed.

    Raises:
        LogTypesError: see there.
    """
    problems = (config or load_deployed_config()).problems
    if problems:
        raise LogTypesError("\n".join(map(str, problems)))
