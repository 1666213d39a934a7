import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from laptop import leash

STUBBORN = """\
import os, signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
sleep = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(99)"
child = subprocess.Popen([sys.executable, "-c", sleep])
open("children", "w").write(str(child.pid))
os.rename("children", "ready")
time.sleep(99)
"""


@pytest.fixture
def folder() -> Path:
    return Path(tempfile.mkdtemp(prefix="siem-leash-"))


def _start(folder: Path, code: str, *, fifo: Path | None = None) -> leash.Leash:
    return leash.start([sys.executable, "-c", code], folder=folder, env=os.environ, fifo=fifo, grace=0.3)


def _ready(folder: Path) -> Callable[[], list[int] | None]:
    return lambda: _pids(folder) if (folder / "ready").exists() else None


def _pids(folder: Path) -> list[int]:
    return [int((folder / name).read_text()) for name in ("pid", "ready")]


def _alive(pid: int) -> bool:
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
    return bool(state.strip()) and not state.startswith("Z")


def _until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_letting_go_ends_a_server_that_ignores_sigterm_with_its_children_and_its_folder(folder: Path) -> None:
    server = _start(folder, STUBBORN)
    pids = server.wait_until(_ready(folder), what="it", timeout=10)
    server.let_go()
    assert not any(map(_alive, pids))
    assert not folder.exists()


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_server_ends_with_its_owner_however_that_one_ends(folder: Path, end: signal.Signals) -> None:
    owner_code = f"""\
import os, pathlib, sys, time
from laptop import leash
folder = pathlib.Path({str(folder)!r})
leash.start([sys.executable, "-c", {STUBBORN!r}], folder=folder, env=os.environ, grace=0.3)
time.sleep(99)
"""
    owner = subprocess.Popen(
        [sys.executable, "-c", owner_code], cwd=Path(__file__).parents[2], stderr=subprocess.DEVNULL
    )
    _until((folder / "ready").exists)
    pids = _pids(folder)
    owner.send_signal(end)
    owner.wait()
    _until(lambda: not folder.exists())
    assert not any(map(_alive, pids))


def test_a_fifo_holds_a_server_for_its_writers(folder: Path, tmp_path: Path) -> None:
    fifo = tmp_path / "hold"
    os.mkfifo(fifo)
    held = os.open(fifo, os.O_RDWR)
    server = _start(folder, STUBBORN, fifo=fifo)
    pids = server.wait_until(_ready(folder), what="it", timeout=10)
    assert all(map(_alive, pids))
    os.close(held)
    server.keeper.wait(10)
    assert not any(map(_alive, pids))
    assert not folder.exists()


def test_a_server_that_ends_while_starting_is_reported_with_its_log(folder: Path) -> None:
    server = _start(folder, "import sys; sys.exit('disk is full')")
    with pytest.raises(leash.StartError, match=r"(?s)The thing ended while starting.*disk is full"):
        server.wait_until(lambda: None, what="The thing", timeout=10)
    server.let_go()
    assert not folder.exists()


def test_the_causes_in_a_java_stack_trace_are_not_pushed_out_by_its_frames(folder: Path) -> None:
    server = _start(
        folder, r"print('BindException: port taken' + 99 * '\n\tat java.base/Thread.run'); raise SystemExit(1)"
    )
    with pytest.raises(leash.StartError, match="BindException: port taken"):
        server.wait_until(lambda: None, what="It", timeout=10)
    server.let_go()


def test_a_server_that_takes_too_long_is_reported(folder: Path) -> None:
    server = _start(folder, STUBBORN)
    with pytest.raises(leash.StartError, match=r"The thing was not ready after 0 s"):
        server.wait_until(lambda: None, what="The thing", timeout=0.2)
    server.let_go()


def test_a_program_that_is_missing_is_reported(folder: Path) -> None:
    server = leash.start(["/does/not/exist"], folder=folder, env={})
    with pytest.raises(leash.StartError, match="cannot start /does/not/exist"):
        server.wait_until(lambda: None, what="It", timeout=10)
    server.let_go()
    assert not folder.exists()
