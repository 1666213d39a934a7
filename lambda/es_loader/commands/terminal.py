"""What the commands share on the terminal: colours, text made harmless, the configuration with its complaints."""

import os
import re
import sys
from argparse import Namespace
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from rich.console import Console

from es_loader.config import load_deployed_config
from es_loader.declarations import Config, LogType
from es_loader.enrich import enrichers, geoip_directory
from es_loader.errors import ConfigError
from es_loader.exclusions import Exclusions
from es_loader.exclusions.reading import ExclusionReader, folders_of
from es_loader.types import Document

_HARMFUL = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""Control characters, marks that change the direction of writing, and what no terminal can show."""


def visible(text: object) -> str:
    r"""Return a text in which nothing can command the terminal: `\u001b` stands for ESC, and JSON stays JSON."""
    return _HARMFUL.sub(lambda match: f"\\u{ord(match[0]):04x}", str(text))


def console(*, errors: bool = False) -> Console:
    """Return a console that colours only on a terminal and never breaks or interprets text.

    It does not make text harmless: what comes from a log, a key or a file goes through `visible` first.
    """
    return Console(stderr=errors, highlight=False, markup=False, emoji=False, soft_wrap=True)


def complain(text: object, style: str | None = None) -> None:
    """Print one line to standard error."""
    console(errors=True).print(visible(text), style=style)


def configuration(arguments: Namespace) -> Config:
    """Load the configuration; its mistakes go to standard error, sound log types are there."""
    for layer in arguments.user_ini:
        if not layer.is_file():
            raise ConfigError(f"--user-ini {layer}: no such file")
    config = load_deployed_config(*arguments.user_ini)
    for problem in config.problems:
        complain(f"ERROR {problem}", "red")
    return config


def enrichment() -> Callable[[LogType], tuple[Callable[[Document], None], ...]]:
    """Return the function from a log type to its enrichers; places only where `GEOIP_DIR` or the default exists."""
    directory = geoip_directory(os.environ)
    return partial(enrichers, geoip_directory=directory if directory.is_dir() else None)


def exclusions(config: Config, user_ini: Sequence[Path]) -> Exclusions:
    """Read the files of patterns that exclude records; their mistakes go to standard error.

    Conditions in the parameter store and the loader's own reads are the deployed function's business.
    """
    found, problems = ExclusionReader(config, folders_of(*user_ini)).read()
    for problem in problems:
        complain(f"ERROR {problem}", "red")
    return found


def event_time(arguments: Namespace, path: Path | None = None) -> int:
    """Return the time that stands for the notification's, in epoch milliseconds."""
    if arguments.event_time:
        try:
            moment = datetime.fromisoformat(arguments.event_time)
        except ValueError:
            raise ConfigError(
                f"--event-time {arguments.event_time}: not an ISO 8601 time such as 2030-01-02T03:04:05Z"
            ) from None
        return round((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)
    return round(path.stat().st_mtime * 1000) if path else round(datetime.now(UTC).timestamp() * 1000)


def survive_any_encoding() -> None:
    """Let a terminal that does not know a character show its number instead of ending the command."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")
