"""The function's process is killed at random points; what it had taken comes again, and is there exactly once."""

import random
import time
from collections.abc import Callable

import pytest

from tests.faults.scene import SOAK, Scene

KILLS = 50 if SOAK else 6
OBJECTS = 200
RECORDS = 2_000 if SOAK else 300
LONGEST_LIFE = 0.6
"""Seconds that a process has with the batch that it took, at most; most die before they have loaded it."""


@pytest.mark.timeout(1200)
def test_a_function_killed_at_random_points_loses_and_repeats_nothing(scene_here: Callable[..., Scene]) -> None:
    scene = scene_here(invocation=20, visibility=5)
    for _ in range(OBJECTS):
        scene.put(RECORDS)
    dice = random.Random(20300102)
    interrupted = 0
    for _ in range(KILLS):
        process = scene.start()
        assert process.stdout is not None
        lines = iter(process.stdout.readline, "")  # the first is a metric of the start
        assert any(line.startswith("batch") for line in lines), scene.log_tail()
        time.sleep(dice.uniform(0, LONGEST_LIFE))
        process.kill()
        rest = [line for line in process.communicate()[0].splitlines() if not line.startswith("{")]
        interrupted += not rest or rest[-1].startswith("batch")
        assert scene.waiting(scene.queue), "everything was loaded before the last kill"
    scene.search.indices.refresh(index=scene.index)
    stored = scene.search.count(index=scene.index)["count"]
    with scene.running():
        scene.settle(600)
    scene.check()
    print(
        f"{KILLS} kills, {interrupted} of them within an invocation, {stored:,} records stored meanwhile; in the end "
        f"{OBJECTS * RECORDS:,} exactly once"
    )
    assert interrupted >= KILLS // 2
