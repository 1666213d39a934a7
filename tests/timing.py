"""How long something may take, in time of this process: others use the same cores."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Fail if the block takes longer."""
    started = time.process_time()
    yield
    assert time.process_time() - started < seconds


def shortest(run: Callable[[], object], tries: int = 3) -> float:
    """Return the shortest time that a call took."""
    spent = []
    for _ in range(tries):
        started = time.process_time()
        run()
        spent.append(time.process_time() - started)
    return min(spent)
