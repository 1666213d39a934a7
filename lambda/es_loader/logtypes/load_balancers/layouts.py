"""How the lines of one kind of log are laid out, as its log type's module declares it."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class FreeText:
    """Where clients' own words stand in a line, which may hold quotes and blanks.

    Attributes:
        head: how many columns stand before.
        request: whether a request line and then a user agent stand there, or one text only.
        tail: what the columns look like that come after, from their first character on.
    """

    head: int
    request: bool
    tail: str
    after_quote: re.Pattern[str] = field(init=False)
    after_blank: re.Pattern[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "after_quote", re.compile(f'" ?(?={self.tail})'))
        object.__setattr__(self, "after_blank", re.compile(f" (?={self.tail})"))


@dataclass(frozen=True, slots=True)
class Layout:
    """One kind of line.

    Attributes:
        name: what messages call a line.
        columns: their names in order. An address with its port is named by whose it is: `client`, `target`.
        lengths: how many columns a line may have, by the documentation; a longer one has columns to come.
        begins: whether so many words, at least the shortest length, begin as lines of this kind do.
        fits: whether all typed columns stand in their places.
        free: where clients' words stand, if there are any.
        ends: the columns that hold an address and a port, each with the names of both.
        unmeasured: the columns in which a negative number stands for none.
        lists: the columns that hold a list, each with what separates its items.
    """

    name: str
    columns: tuple[str, ...]
    lengths: frozenset[int]
    begins: Callable[[list[str]], bool]
    fits: Callable[[list[str]], bool]
    free: FreeText | None = None
    ends: tuple[tuple[str, str, str], ...] = ()
    unmeasured: tuple[str, ...] = ()
    lists: tuple[tuple[str, str], ...] = ()
    shortest: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "shortest", min(self.lengths))


def is_time(word: str) -> bool:
    """Tell whether a word looks like an ISO 8601 time."""
    return word[4:5] == "-" and word[10:11] == "T" and word[:4].isdecimal()


def is_count(word: str) -> bool:
    """Tell whether a word is a whole number, or says that there is none."""
    return word.isdecimal() or word in {"-", "-1"}


def is_seconds(word: str) -> bool:
    """Tell whether a word is a number of seconds, or says that there is none."""
    return is_count(word) or word.replace(".", "", 1).isdecimal()
