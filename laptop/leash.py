"""A server on a leash: it ends when its owner lets go or dies, and its folder goes with it.

    owner ──holds a pipe──▶ keeper (this file, run as a script) ──starts──▶ server and its children, one process group

The keeper waits for the end of its standard input. The system closes the pipe however the owner ends (return, Ctrl-C,
SIGTERM, SIGKILL), so there is one way to stop a server and none to forget it: SIGTERM to its process group, SIGKILL to
what is left of the group after `grace` seconds, then the folder is removed. This works alike on Linux and macOS.

With a FIFO instead of the pipe, a server belongs to somebody else than the process that started it: it ends when no
process has the FIFO open for writing any more.

In the server's folder: `server.log` (its output), `pid`, and `exit` (its exit status) once it has ended by itself.
"""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn, TypeVar

POLL_SECONDS = 0.1
LOG_TAIL_LINES = 25
GROUP_GONE_SECONDS = 0.5

T = TypeVar("T")


class StartError(RuntimeError):
    """A server ended or was not ready in time; the text has the end of its log."""


@dataclass(frozen=True, slots=True)
class Leash:
    """The owner's end of a leash; `held` is None if a FIFO holds the server."""

    folder: Path
    keeper: "subprocess.Popen[bytes]"
    held: int | None

    def wait_until(self, ready: Callable[[], T | None], *, what: str, timeout: float) -> T:
        """The first answer of `ready` that is not None; it is asked ten times a second.

        Raises:
            StartError: the server ended first, or `timeout` seconds went by.
        """
        deadline = time.monotonic() + timeout
        while (answer := ready()) is None:
            if (self.folder / "exit").exists() or self.keeper.poll() is not None:
                raise StartError(f"{what} ended while starting. The end of its log:\n{self.log_tail()}")
            if time.monotonic() > deadline:
                raise StartError(f"{what} was not ready after {timeout:.0f} s. The end of its log:\n{self.log_tail()}")
            time.sleep(POLL_SECONDS)
        return answer

    def log_tail(self) -> str:
        """The last lines of the log, without the frames of Java stack traces: the causes are between them."""
        log = self.folder / "server.log"
        lines = log.read_text(errors="replace").splitlines() if log.exists() else []
        return "\n".join([line for line in lines if not line.lstrip().startswith("at ")][-LOG_TAIL_LINES:]) or "(empty)"

    def let_go(self) -> None:
        """End a server that this process holds, and return when it and its folder are gone."""
        if self.held is not None:
            os.close(self.held)
        self.keeper.wait()


def start(
    command: Sequence[str],
    *,
    folder: Path,
    env: Mapping[str, str],
    account: tuple[int, int] | None = None,
    fifo: Path | None = None,
    grace: float = 5.0,
) -> Leash:
    """Start `command` in `folder`, which belongs to the server from now on and is removed with it.

    Args:
        command: program and arguments, absolute.
        folder: an existing folder of the server's own; working directory and place of its log.
        env: the server's whole environment.
        account: user and group number to run as, if not the caller's.
        fifo: what holds the server, instead of this process.
        grace: seconds between SIGTERM and SIGKILL.
    """
    order = json.dumps({"folder": str(folder), "command": list(command), "account": account, "grace": grace})
    ours: int | None = None
    if fifo is None:
        theirs, ours = os.pipe()
    else:
        # Opened without waiting for a writer; the keeper, however, has to wait, for the end of the last one.
        theirs = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
        os.set_blocking(theirs, True)
    try:
        keeper = subprocess.Popen(
            [sys.executable, "-I", __file__, order],
            stdin=theirs,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            env=dict(env),
            start_new_session=True,  # a Ctrl-C in the terminal is the owner's to handle
        )
    finally:
        os.close(theirs)
    return Leash(folder, keeper, ours)


def keep(folder: Path, command: Sequence[str], account: tuple[int, int] | None, grace: float) -> None:
    """The keeper's life: start the server, wait for the end of standard input, leave nothing behind."""
    signal.signal(signal.SIGTERM, _exit)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    server: subprocess.Popen[bytes] | None = None
    try:
        server = _start_server(folder, command, account)
        sys.stdin.buffer.read()
    finally:
        if server is not None:
            _end(server, grace)
        shutil.rmtree(folder, ignore_errors=True)


def _exit(_signal: int, _frame: object) -> NoReturn:
    raise SystemExit(0)


def _start_server(
    folder: Path, command: Sequence[str], account: tuple[int, int] | None
) -> "subprocess.Popen[bytes] | None":
    user, group = account or (None, None)
    with (folder / "server.log").open("wb") as log:
        try:
            server = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                user=user,
                group=group,
                extra_groups=None if account is None else [],
            )
        except OSError as exc:
            log.write(f"cannot start {command[0]}: {exc}\n".encode())
            (folder / "exit").write_text("127")
            return None
    (folder / "pid").write_text(str(server.pid))
    threading.Thread(target=_note_exit, args=(server, folder), daemon=True).start()
    return server


def _note_exit(server: "subprocess.Popen[bytes]", folder: Path) -> None:
    status = server.wait()
    with contextlib.suppress(FileNotFoundError):  # the folder goes when the keeper itself ended the server
        (folder / "exit").write_text(str(status))


def _end(server: "subprocess.Popen[bytes]", grace: float) -> None:
    _signal_group(server.pid, signal.SIGTERM)
    with contextlib.suppress(subprocess.TimeoutExpired):
        server.wait(grace)
    deadline = time.monotonic() + GROUP_GONE_SECONDS
    while _signal_group(server.pid, signal.SIGKILL) and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS / 10)


def _signal_group(group: int, number: signal.Signals) -> bool:
    """Signal every process of the group; whether there was one (macOS forbids it for those that ended already)."""
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


if __name__ == "__main__":
    keep(**{**(order := json.loads(sys.argv[1])), "folder": Path(order["folder"])})
