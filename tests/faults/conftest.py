"""Scenes for the tests of faults."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from laptop.emulator import Emulator
from tests.faults.scene import Scene


@pytest.fixture
def scene_at(emulator: Emulator, tmp_path: Path) -> Iterator[Callable[..., Scene]]:
    """Make scenes, given the engine's URL and times."""
    made: list[Scene] = []

    def make(url: str, *, invocation: float, visibility: int) -> Scene:
        made.append(Scene(emulator, url, tmp_path, invocation=invocation, visibility=visibility))
        return made[-1]

    yield make
    for scene in made:
        scene.close()


@pytest.fixture
def scene_here(scene_at: Callable[..., Scene], opensearch_url: str) -> Callable[..., Scene]:
    """Make scenes with the test run's OpenSearch."""
    return partial(scene_at, opensearch_url)
