"""An engine that is busy, and then is not there at all; what it answers meanwhile; messages that come ten times."""

import json
import os
import random
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from laptop.opensearch_node import OpenSearchNode, opensearch_node
from tests.fault_proxy import (
    Answer,
    Exchange,
    Fault,
    FaultProxy,
    reset,
    reset_after_storing,
    slowly,
    stalled,
    stalled_after_storing,
    status,
)
from tests.faults.scene import SOAK, Scene

SECONDS = 60 if SOAK else 5
"""How long each of the two kinds of weather lasts."""

INVOCATION, VISIBILITY = (60.0, 90) if SOAK else (8.0, 9)
PAUSE = 0.2
RECORDS = 300


def some_items(code: int, share: float, dice: random.Random) -> Fault:
    """Answer `code` for a share of the documents, picked at random, and store only the others."""

    def fault(exchange: Exchange) -> None:
        lines = exchange.request.body.splitlines(keepends=True)
        entries = [lines[at : at + 2] for at in range(0, len(lines), 2)]
        held = [dice.random() < share for _ in entries]
        body = b"".join(line for entry, is_held in zip(entries, held, strict=True) for line in entry if not is_held)
        answer = exchange.forward(body) if body else None
        if answer and answer.status != 200:
            exchange.answer(answer)
            return
        stored = iter(json.loads(answer.body)["items"] if answer else ())
        refusal = {"index": {"status": code, "error": {"type": "injected", "reason": "told to"}}}
        items = [refusal if is_held else next(stored) for is_held in held]
        exchange.answer(Answer(200, json.dumps({"errors": any(held), "items": items}).encode()))

    return fault


@contextmanager
def stopped(node: OpenSearchNode) -> Iterator[None]:
    """Kill a node, and start it again on its files and its port."""
    assert node.folder is not None
    pid = int((node.folder / "pid").read_text())
    process = Path(f"/proc/{pid}")
    command = process.joinpath("cmdline").read_bytes().decode().split("\0")[:-1]
    env = dict(pair.split("=", 1) for pair in process.joinpath("environ").read_text().split("\0") if pair)
    folder, owner = process.joinpath("cwd").readlink(), process.stat()
    os.kill(pid, signal.SIGKILL)
    yield
    again = subprocess.Popen(
        command, env=env, cwd=folder, user=owner.st_uid, group=owner.st_gid, extra_groups=[],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, process_group=0,
    )  # fmt: skip
    STARTED.append(again)


STARTED: list["subprocess.Popen[bytes]"] = []


@pytest.fixture
def engine(request: pytest.FixtureRequest) -> Iterator[OpenSearchNode]:
    """The test run's node; one of the test's own, which can be killed, if it is to last as long as it is meant to."""
    if not SOAK:
        yield request.getfixturevalue("opensearch_node")
        return
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with opensearch_node(heap="512m", port=port) as node:
        yield node
        for process in STARTED:
            process.kill()
            process.wait()


@contextmanager
def away(node: OpenSearchNode, proxy: FaultProxy) -> Iterator[None]:
    """Take the engine away: really, or by cutting every connection to it."""
    if SOAK:
        with stopped(node):
            yield
        return
    proxy.weather = reset
    yield
    proxy.weather = None


def put_for(scene: Scene, seconds: float) -> None:
    """Put an object every now and then."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        scene.put(RECORDS)
        time.sleep(PAUSE)


@pytest.mark.timeout(1200)
def test_a_busy_and_then_a_stopped_engine_cost_nothing_and_need_no_help(
    engine: OpenSearchNode, scene_at: Callable[..., Scene]
) -> None:
    scene = scene_at(engine.url, invocation=INVOCATION, visibility=VISIBILITY)
    with FaultProxy(engine.url) as proxy:
        scene.endpoint = proxy.url
        with scene.running():
            proxy.weather = some_items(429, 0.2, random.Random(20300102))
            put_for(scene, SECONDS)
            proxy.weather = None
            with away(engine, proxy):
                put_for(scene, SECONDS)
            back = time.monotonic()
            scene.settle(20 * INVOCATION)
            recovered = time.monotonic() - back
    scene.check()
    print(
        f"{SECONDS} s of 20 % 429, {SECONDS} s without an engine: {len(scene.placed)} objects with "
        f"{sum(scene.placed.values()):,} records exactly once, {recovered:.0f} s after it was back"
    )


def mixed(exchange: Exchange) -> None:
    some_items(503, 0.5, random.Random(5))(exchange)


FAULTS: dict[str, list[Fault]] = {
    "413": [status(413, "")] * 3,
    "429 for the whole request": [status(429)] * 2,
    "503": [status(503)] * 2,
    "reset": [reset] * 2,
    "reset after storing": [reset_after_storing] * 2,
    "hang": [stalled],
    "answer after the client timed out": [stalled_after_storing],
    "mixed statuses": [some_items(429, 0.3, random.Random(1)), mixed, some_items(429, 0.9, random.Random(2))],
}


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_costs_nothing(name: str, scene_here: Callable[..., Scene], opensearch_url: str) -> None:
    scene = scene_here(invocation=6, visibility=7)
    with FaultProxy(opensearch_url) as proxy:
        scene.endpoint = proxy.url
        proxy.faults += FAULTS[name]
        for _ in range(12):
            scene.put(RECORDS)
        with scene.running():
            scene.settle(45)
        assert not proxy.faults, "not every fault was met"
    scene.check()


def test_messages_that_come_ten_times_change_no_count(scene_here: Callable[..., Scene]) -> None:
    scene = scene_here(invocation=20, visibility=30)
    for _ in range(20):
        scene.put(100)
    received: list[dict[str, Any]] = []
    while len(received) < 21:  # with the test event that S3 sends first
        received += scene.sqs.receive_message(QueueUrl=scene.queue, MaxNumberOfMessages=10, WaitTimeSeconds=5)[
            "Messages"
        ]
    bodies = [message["Body"] for message in received] * 9
    random.Random(10).shuffle(bodies)
    for message in received:
        scene.sqs.change_message_visibility(
            QueueUrl=scene.queue, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0
        )
    for body in bodies:
        scene.sqs.send_message(QueueUrl=scene.queue, MessageBody=body)
    assert scene.waiting(scene.queue) == 210
    with scene.running():
        scene.settle(45)
    scene.check()


def test_an_object_that_takes_many_invocations_is_sent_once(
    scene_here: Callable[..., Scene], opensearch_url: str
) -> None:
    scene = scene_here(invocation=4, visibility=30)
    scene.put(80_000)
    with FaultProxy(opensearch_url) as proxy:
        scene.endpoint, proxy.weather = proxy.url, slowly(0.4)
        with scene.running() as took:
            scene.settle(100)
        sent = [doc_id for request in proxy.requests for doc_id in request.ids]
    scene.check()
    print(f"80,000 records in {len(proxy.requests)} requests of {len(took)} invocations")
    assert len(took) > 2
    assert len(sent) == len(set(sent)) == 80_000
