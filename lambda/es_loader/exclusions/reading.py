"""Where exclusions come from: files beside the configuration, S3 objects, the parameter store; read again when old.

What cannot be read excludes nothing new: the rules of the last time stay, and whatever has no rules yet is loaded.
"""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from es_loader.config import USER_LAYERS, deployed_folder
from es_loader.declarations import Config
from es_loader.exclusions import Exclusions
from es_loader.exclusions.conditions import PATH, Condition, read_conditions
from es_loader.exclusions.own_logs import Own
from es_loader.exclusions.patterns import MAX_FILE, Pattern, Row, read_patterns
from es_loader.options import OPTIONS
from es_loader.pipeline import Loader

LOGGER = logging.getLogger(__name__)

S3_SCHEME = "s3://"
DEFAULT_FILE: str = OPTIONS["exclude_log_patterns_filename"].default
"""The one name of a file that need not be there."""

_EMPTY = b"log_type,field,pattern"
"""A file without rows, for those that only the deployed function can read."""

MAX_AGE = 300_000
"""Milliseconds after which exclusions are read again."""

Patterns = dict[str, tuple[Pattern, ...]]
Fetch = Callable[[str, str], bytes]
"""Takes bucket and key, returns the object's bytes; raises OSError with what is wrong."""

Parameters = Callable[[], Mapping[str, str]]
"""Returns all parameters below PATH, full name -> value; raises OSError with what is wrong."""


def folders_of(*layers: Path) -> tuple[Path, ...]:
    """Return the folders in which files of patterns are looked for, the first one first.

    Those of the layers that are given, the one beside the code, and those of Lambda layers.
    """
    return (
        *(layer.resolve().parent for layer in layers),
        deployed_folder(),
        *(Path(each).parent for each in USER_LAYERS),
    )


class ExclusionReader:
    """Reads the exclusions of a configuration.

    Args:
        config: whose log types name files of patterns.
        folders: where these are, see `folders_of`.
        own: the deployed loader; None where it is not known.
        fetch: reads `s3://bucket/key`; None where nothing can.
        parameters: reads conditions; None where there are none.
    """

    def __init__(
        self,
        config: Config,
        folders: Sequence[Path],
        *,
        own: Own | None = None,
        fetch: Fetch | None = None,
        parameters: Parameters | None = None,
    ) -> None:
        self._config = config
        self._folders = folders
        self._own = own
        self._fetch = fetch
        self._parameters = parameters
        self._contents: dict[str, bytes] = {}
        self._conditions: Mapping[str, str] = {}
        self._read_at: int | None = None

    def is_old(self, now: int) -> bool:
        """Tell whether it is time to read (again); `now` is epoch milliseconds."""
        return self._read_at is None or now - self._read_at >= MAX_AGE

    def read(self, now: int = 0) -> tuple[Exclusions, list[str]]:
        """Read everything, and return the rules and one text for each mistake and for what could not be read."""
        self._read_at = now
        problems: list[str] = []
        patterns = self._patterns(problems)
        return Exclusions(patterns, self._read_conditions(problems), self._own), problems

    def _patterns(self, problems: list[str]) -> Patterns:
        log_types = self._config.log_types
        found: Patterns = {}
        for file in sorted({each.exclude_log_patterns_filename for each in log_types.values()} - {""}):
            try:
                rows = self._rows(file, problems)
            except OSError as exc:
                problems.append(f"exclude_log_patterns_filename = {file}: {exc}")
                continue
            for name in (name for name, each in log_types.items() if each.exclude_log_patterns_filename == file):
                if own := tuple(row.pattern for row in rows if row.log_type == name):
                    found[name] = own
        return found

    def _rows(self, file: str, problems: list[str]) -> list[Row]:
        try:
            content = self._content(file)
        except OSError as exc:
            if file not in self._contents:
                raise
            problems.append(f"{file}: {exc}; what was read before stays in force")
            content = self._contents[file]
        if content is None:
            return []
        self._contents[file] = content
        rows, mistakes = read_patterns(content, file.rpartition("/")[2], self._config.log_types)
        problems.extend(mistakes)
        return rows

    def _content(self, file: str) -> bytes | None:
        if file.startswith(S3_SCHEME):
            bucket, _, key = file.removeprefix(S3_SCHEME).partition("/")
            if self._fetch is None:
                raise OSError("is in S3 and read by the deployed function only")
            return self._fetch(bucket, key)
        path = next((folder / file for folder in self._folders if (folder / file).is_file()), None)
        if path is not None:
            with path.open("rb") as opened:
                return opened.read(MAX_FILE + 1)
        if file != DEFAULT_FILE:
            raise FileNotFoundError(f"no such file in {', '.join(map(str, self._folders))}")
        return None

    def _read_conditions(self, problems: list[str]) -> dict[str, tuple[Condition, ...]]:
        if self._parameters is not None:
            try:
                self._conditions = self._parameters()
            except OSError as exc:
                problems.append(f"conditions cannot be read, those of before stay in force: {exc}")
        conditions, mistakes = read_conditions(self._conditions)
        problems.extend(mistakes)
        unknown = sorted(conditions.keys() - self._config.log_types.keys())
        problems.extend(f"{PATH}/{name}: there is no log type of this name" for name in unknown)
        return conditions


def mistakes_in_files(config: Config, *layers: Path) -> list[str]:
    """Return one text for each mistake in the files of patterns that lie beside the configuration and its layers."""
    return ExclusionReader(config, folders_of(*layers), fetch=lambda _bucket, _key: _EMPTY).read()[1]


class Renewal:
    """Gives a loader its exclusions, and others when they are old and have changed.

    What is wrong with them is logged when it changes, not with every reading.
    """

    def __init__(self, loader: Loader, reader: ExclusionReader) -> None:
        self._loader = loader
        self._reader = reader
        self._told: list[str] = []

    def __call__(self, now: int) -> None:
        """Read the exclusions if it is time to; `now` is epoch milliseconds."""
        if not self._reader.is_old(now):
            return
        exclusions, problems = self._reader.read(now)
        self._loader.exclude(exclusions)
        for problem in problems if problems != self._told else ():
            LOGGER.error("exclusions: %s", problem)
        self._told = problems


def s3_fetch(s3: Callable[[], Any]) -> Fetch:
    """Return the function that reads a small object; `s3` returns the client."""

    def fetch(bucket: str, key: str) -> bytes:
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - slow to import

        try:
            body: bytes = s3().get_object(Bucket=bucket, Key=key)["Body"].read(MAX_FILE + 1)
        except (BotoCoreError, ClientError) as exc:
            raise OSError(str(exc)) from exc
        return body

    return fetch


def ssm_parameters(ssm: Callable[[], Any]) -> Parameters:
    """Return the function that reads all parameters below PATH; `ssm` returns the client."""

    def parameters() -> dict[str, str]:
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - slow to import

        try:
            pages: Iterable[Any] = ssm().get_paginator("get_parameters_by_path").paginate(Path=PATH, Recursive=True)
            return {each["Name"]: each["Value"] for page in pages for each in page["Parameters"]}
        except (BotoCoreError, ClientError) as exc:
            raise OSError(str(exc)) from exc

    return parameters
