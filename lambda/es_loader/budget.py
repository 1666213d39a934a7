"""The time of one invocation: until when records are taken, and by when the last request must be answered.

    start ──────── records are taken ────────┬──── what is under way finishes ────┬── the answer to Lambda ── end
                                          reading                              sending

An invocation that keeps to it ends by itself, so its messages never become visible to another one while they are
worked on: their visibility timeout is six times the function's, and needs no heartbeat.
"""

import math
import time
from collections.abc import Callable
from typing import NamedTuple, Self

ANSWER_SECONDS = 15.0
"""Kept for what comes after the last request: queueing what is left, log lines, the answer."""

FLUSH_SECONDS = 60.0
"""Kept for the requests that are under way when reading stops: as long as one is tried for, see sinks/bulk.py."""

LARGEST_SHARE = 0.5
"""Of a short invocation at most this much is kept; the two parts shrink alike."""


class Budget(NamedTuple):
    """Two readings of `clock`, in seconds."""

    reading: float
    sending: float
    clock: Callable[[], float] = time.monotonic

    @classmethod
    def of(cls, seconds: float, *, clock: Callable[[], float] = time.monotonic) -> Self:
        """Divide what is left of an invocation."""
        kept = FLUSH_SECONDS + ANSWER_SECONDS
        scale = min(1.0, LARGEST_SHARE * seconds / kept)
        end = clock() + seconds
        return cls(end - scale * kept, end - scale * ANSWER_SECONDS, clock)

    def is_spent(self) -> bool:
        """Tell whether no record is to be taken any more."""
        return self.clock() >= self.reading


ENDLESS = Budget(math.inf, math.inf)
