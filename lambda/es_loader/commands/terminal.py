"""What the commands share on the terminal: the configuration with its complaints, colours, and time options."""

import os
import sys
from argparse import Namespace
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from rich.console import Console

from es_loader.config import Config, LogType, load_deployed_config
from es_loader.enrich import enrichers, geoip_directory
from es_loader.errors import ConfigError
from es_loader.types import Document


def console(*, errors: bool = False) -> Console:
    """Return a console that colours only on a terminal and never breaks or interprets text."""
    return Console(stderr=errors, highlight=False, markup=False, emoji=False, soft_wrap=True)


def configuration(arguments: Namespace) -> Config:
    """Load the configuration; its mistakes go to standard error, sound log types are there."""
    for layer in arguments.user_ini:
        if not layer.is_file():
            raise ConfigError(f"--user-ini {layer}: no such file")
    config = load_deployed_config(*arguments.user_ini)
    for problem in config.problems:
        print(f"ERROR {problem}", file=sys.stderr)
    return config


def enrichment() -> Callable[[LogType], tuple[Callable[[Document], None], ...]]:
    """Return the function from a log type to its enrichers; places only where `GEOIP_DIR` or the default exists."""
    directory = geoip_directory(os.environ)
    return partial(enrichers, geoip_directory=directory if directory.is_dir() else None)


def event_time(arguments: Namespace, path: Path | None = None) -> int:
    """Return the time that stands for the notification's, in epoch milliseconds."""
    if arguments.event_time:
        try:
            moment = datetime.fromisoformat(arguments.event_time)
        except ValueError:
            raise ConfigError(f"--event-time {arguments.event_time}: not an ISO 8601 time") from None
        return round((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)
    return round(path.stat().st_mtime * 1000) if path else round(datetime.now(UTC).timestamp() * 1000)
