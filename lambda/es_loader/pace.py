"""How fast the command line lets things pass that the domain, or the function, has to keep up with."""

import time
from collections.abc import Callable


class Pace:
    """Lets so many things a second pass, evenly; all of them if there is no rate.

    Args:
        per_second: the rate.
        clock: seconds from a fixed point.
        sleep: waits for seconds.
    """

    def __init__(
        self,
        per_second: float | None,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self._seconds = 1 / per_second if per_second else 0.0
        self._clock = clock
        self.sleep = sleep
        self._next = clock()

    def wait(self, things: int = 1) -> None:
        """Return when so many may pass."""
        now = self._clock()
        if self._next > now:
            self.sleep(self._next - now)
        self._next = max(now, self._next) + things * self._seconds
