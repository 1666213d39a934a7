"""The matrix is made once for all workers."""

import fcntl
from pathlib import Path

import pytest

from tests.conftest import SHARED_FOLDER
from tests.siem_stack.matrix import Matrix, made, make


@pytest.fixture(scope="session")
def matrix(request: pytest.FixtureRequest) -> Matrix:
    folder: Path = request.config.stash[SHARED_FOLDER] / "matrix"
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "matrix.json").exists():
            make(folder)
    return made(folder)
