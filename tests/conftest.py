"""Real servers for the tests that ask for them.

A test run starts one OpenSearch at most, on the first request for it, however many xdist workers there are. The pytest
process that was called holds it by a FIFO (see laptop/leash.py) and is the last to end; a worker finds the node in
`node.json`, or starts it. The emulator is cheap: each worker has its own.

A server that cannot start fails the tests that need it; nothing is skipped.
"""

import fcntl
import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import pytest
from hypothesis import settings

from es_loader.commands import stack
from laptop.emulator import Emulator
from laptop.emulator import emulator as running_emulator
from laptop.opensearch_node import OpenSearchNode
from laptop.opensearch_node import opensearch_node as running_node
from laptop.security_node import SecurityNode
from laptop.security_node import security_node as running_security_node

HEAP = "512m"
STOP_SECONDS = 15.0
SHARED_FOLDER = pytest.StashKey[Path]()
HELD = pytest.StashKey[int]()


# How long an example takes depends on the machine's other work; a hang is ended by pytest-timeout.
settings.register_profile("patient", deadline=None)
settings.load_profile("ci" if os.environ.get("CI") else "patient")


def pytest_configure(config: pytest.Config) -> None:
    worker_input = getattr(config, "workerinput", None)
    if worker_input is not None:
        config.stash[SHARED_FOLDER] = Path(worker_input["shared_folder"])
        return
    folder = Path(tempfile.mkdtemp(prefix="siem-tests-"))
    os.mkfifo(folder / "hold")
    reader = os.open(folder / "hold", os.O_RDONLY | os.O_NONBLOCK)  # opening to write would wait for a reader
    config.stash[HELD] = os.open(folder / "hold", os.O_WRONLY)
    os.close(reader)
    config.stash[SHARED_FOLDER] = folder


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: pytest.Config) -> None:
    """Tell an xdist worker where to meet the others."""
    node.workerinput["shared_folder"] = str(node.config.stash[SHARED_FOLDER])  # type: ignore[attr-defined]


def pytest_unconfigure(config: pytest.Config) -> None:
    held = config.stash.get(HELD, None)
    if held is None:
        return
    os.close(held)
    note = config.stash[SHARED_FOLDER] / "node.json"
    if note.exists() and (folder := json.loads(note.read_text())["folder"]):
        deadline = time.monotonic() + STOP_SECONDS
        while Path(folder).exists() and time.monotonic() < deadline:
            time.sleep(0.05)
    shutil.rmtree(config.stash[SHARED_FOLDER])


@pytest.fixture(scope="session")
def opensearch_node(request: pytest.FixtureRequest) -> OpenSearchNode:
    """The test run's OpenSearch: index names are the test's own, since other tests use it at the same time."""
    shared = request.config.stash[SHARED_FOLDER]
    note = shared / "node.json"
    with (shared / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not note.exists():
            with running_node(heap=HEAP, fifo=shared / "hold") as node:
                note.write_text(json.dumps({"url": node.url, "folder": str(node.folder or "")}))
    found = json.loads(note.read_text())
    return OpenSearchNode(found["url"], Path(found["folder"]) if found["folder"] else None)


@pytest.fixture(scope="session")
def opensearch_url(opensearch_node: OpenSearchNode) -> str:
    return opensearch_node.url


@pytest.fixture(scope="session")
def access_controlled(request: pytest.FixtureRequest) -> SecurityNode:
    """The test run's OpenSearch with fine-grained access control, an older version than the other."""
    shared = request.config.stash[SHARED_FOLDER]
    note = shared / "security_node.json"
    with (shared / "security.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not note.exists():
            with running_security_node(fifo=shared / "hold") as node:
                note.write_text(json.dumps(asdict(node)))
    return SecurityNode(**json.loads(note.read_text()))


@pytest.fixture(scope="module")
def emulator(opensearch_node: OpenSearchNode) -> Iterator[Emulator]:
    """An AWS of this module's own, whose domains are the test run's OpenSearch: nothing of other modules' stacks."""
    for cached in (stack.client, stack.outputs):  # the command line's, which lives for one deployment only
        cached.cache_clear()
    with running_emulator(opensearch_node) as aws:
        yield aws
