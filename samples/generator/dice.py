"""Seeded randomness: the same values on every machine and Python that we support.

Only integers and `choices` are drawn: what goes through a logarithm may differ in the last digit between platforms.
"""

import string
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from typing import TypeVar

SEED = "samples 1"
T = TypeVar("T")


class Dice(Random):
    """A source of randomness of one log type: a change to one leaves the others as they are."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{SEED} {name}")

    def hex(self, digits: int) -> str:
        """Return that many hexadecimal digits."""
        return f"{self.getrandbits(4 * digits):0{digits}x}"

    def uuid(self) -> str:
        """Return a random UUID."""
        return str(uuid.UUID(int=self.getrandbits(128), version=4))

    def letters(self, count: int, alphabet: str = string.ascii_letters + string.digits) -> str:
        """Return a text of that many characters."""
        return "".join(self.choices(alphabet, k=count))

    def pick(self, weighted: dict[T, int]) -> T:
        """Return one of the keys; their values are the weights."""
        return self.choices(tuple(weighted), tuple(weighted.values()))[0]

    def moment(self, start: datetime, end: datetime) -> datetime:
        """Return a moment in [start, end), to the millisecond."""
        return start + timedelta(milliseconds=self.randrange(round((end - start).total_seconds() * 1000)))

    def moments(self, start: datetime, end: datetime, count: int) -> list[datetime]:
        """Return that many moments in [start, end), in order."""
        return sorted(self.moment(start, end) for _ in range(count))

    def port(self) -> int:
        """Return an ephemeral port."""
        return self.randrange(32768, 61000)

    def some(self, values: Sequence[T], least: int, most: int) -> list[T]:
        """Return between `least` and `most` different values."""
        return self.sample(values, self.randint(least, most))
