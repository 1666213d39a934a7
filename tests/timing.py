"""How long something may take, in time of this process: others use the same cores."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

REFERENCE_SECONDS = 0.015
"""What `_reference` takes on the machine for which the bounds of the tests are written."""

TRACED = 4.0
"""How much slower code is while coverage traces it, at most."""


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Fail if the block takes longer, on a machine that is as fast as the one for which the bound is written.

    A slower machine gets as much more as it needs for a piece of work of known size; a run that measures coverage, too.
    """
    started = time.process_time()
    yield
    spent = time.process_time() - started
    assert spent < seconds or spent < seconds * _slowness()


def _slowness() -> float:
    traced = TRACED if sys.gettrace() else 1.0
    return max(1.0, shortest(_reference) / REFERENCE_SECONDS) * traced


def _reference() -> None:
    words = ("a" * 7 + " ") * 100_000
    found = 0
    for word in words.split():
        found += len(word) if word.startswith("a") else 0
    assert found


def shortest(run: Callable[[], object], tries: int = 3) -> float:
    """Return the shortest time that a call took."""
    spent = []
    for _ in range(tries):
        started = time.process_time()
        run()
        spent.append(time.process_time() - started)
    return min(spent)
