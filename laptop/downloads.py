"""An artifact's coordinate -> a checked file in the cache folder, downloaded once.

The cache folder is `$SIEM_CACHE_DIR`, else `~/.cache/siem-on-opensearch`. A file has its final name there only if its
SHA-256 was right, so whoever finds it may use it. Processes that want the same file wait for each other.

The download itself is left to the `maven-artifact` client: it knows where artifacts are served. It runs as a process of
its own because it can neither report progress nor notice a stalled connection; we watch the file grow instead.
"""

import fcntl
import hashlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

ATTEMPTS = 3
POLL_SECONDS = 0.1
STALLED_SECONDS = 60.0

_CONSOLE = Console(stderr=True, soft_wrap=True)


class DownloadError(RuntimeError):
    """An artifact could not be had, or is not the one that was asked for; the text says which and why."""


@dataclass(frozen=True, slots=True)
class Artifact:
    """A file in the Maven repository layout.

    Attributes:
        coordinate: `group:name:extension:version`.
        sha256: of the file, in lower-case hexadecimal.
        size: of the file in bytes; only the progress bar uses it.
    """

    coordinate: str
    sha256: str
    size: int

    @property
    def filename(self) -> str:
        """`name-version.extension`, as build tools name it."""
        _, name, extension, version = self.coordinate.split(":")
        return f"{name}-{version}.{extension}"


def cache_dir() -> Path:
    """The cache folder, which exists when this returns."""
    chosen = os.environ.get("SIEM_CACHE_DIR")
    folder = Path(chosen) if chosen else Path.home() / ".cache" / "siem-on-opensearch"
    folder.mkdir(parents=True, exist_ok=True)
    return folder.resolve()


@contextmanager
def only_one(name: str) -> Iterator[None]:
    """Let one process at a time, of all that use this cache folder, do the thing called `name`."""
    with (cache_dir() / f"{name}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            _CONSOLE.print(f"{name}: waiting for another process that prepares it", highlight=False)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def download(artifact: Artifact) -> Path:
    """The artifact's file in the cache, downloaded if it is not there yet.

    Raises:
        DownloadError: after `ATTEMPTS` failures, or at once when the checksum differs.
    """
    target = cache_dir() / artifact.filename
    with only_one(artifact.filename):
        if not target.exists():
            with tempfile.TemporaryDirectory(prefix=".download-", dir=cache_dir()) as folder:
                part = Path(folder) / artifact.filename
                _download_patiently(artifact, part)
                _check(artifact, part)
                part.replace(target)
    return target


def _download_patiently(artifact: Artifact, part: Path) -> None:
    for attempt in range(1, ATTEMPTS + 1):
        try:
            _download_once(artifact, part)
        except DownloadError:
            if attempt == ATTEMPTS:
                raise
            part.unlink(missing_ok=True)
        else:
            return


def _download_once(artifact: Artifact, part: Path) -> None:
    command = [sys.executable, "-m", "maven_artifact.main", artifact.coordinate, str(part)]
    with (
        tempfile.TemporaryFile("w+") as output,
        subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT) as client,
    ):
        try:
            _watch(client, artifact, part)
        finally:
            client.kill()
        if client.wait() != 0:
            output.seek(0)
            raise DownloadError(f"{artifact.coordinate} cannot be downloaded: {output.read().strip()[-2000:]}")


def _watch(client: "subprocess.Popen[bytes]", artifact: Artifact, part: Path) -> None:
    """Show how the file grows until the client is done; raise DownloadError when it no longer grows."""
    grown, seen = time.monotonic(), -1
    with _progress(artifact) as bar:
        task = bar.add_task(artifact.filename, total=artifact.size)
        while client.poll() is None:
            size = part.stat().st_size if part.exists() else 0
            if size != seen:
                grown, seen = time.monotonic(), size
            elif time.monotonic() - grown > STALLED_SECONDS:
                raise DownloadError(f"{artifact.coordinate}: no byte for {STALLED_SECONDS:.0f} s, at {size:,} bytes")
            bar.update(task, completed=size)
            time.sleep(POLL_SECONDS)
        bar.update(task, completed=part.stat().st_size if part.exists() else 0)


def _progress(artifact: Artifact) -> Progress:
    """A progress bar on a terminal; elsewhere one line, and a bar that draws nothing."""
    if not _CONSOLE.is_terminal:
        _CONSOLE.print(f"downloading {artifact.filename}, {artifact.size / 1e6:.0f} MB", highlight=False)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    return Progress(*columns, console=_CONSOLE, disable=not _CONSOLE.is_terminal)


def _check(artifact: Artifact, part: Path) -> None:
    with part.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != artifact.sha256:
        raise DownloadError(f"{artifact.coordinate} has SHA-256 {found}, expected {artifact.sha256}: it was not kept")
