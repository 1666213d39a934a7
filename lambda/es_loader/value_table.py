"""The table behind an origin, `field = origin {granted: success, denied: failure}`: a log's words -> the field's."""

import re
from dataclasses import dataclass

OTHER, NOTHING = "*", "-"
"""The word for every value that the table does not name, and the one for no value: of the record, or of the field."""

_EXAMPLE = "write {granted: success, denied: failure}"
_TOKEN = re.compile(r'\s*(?:"([^"]*)"|([^\s",:{}][^",:{}]*)|([,:]))')


@dataclass(frozen=True, slots=True)
class ValueTable:
    """What each word of a log becomes.

    Attributes:
        words: a word -> the field's value; empty for none.
        other: what every other word becomes; empty for none, None where it stays as it is.
        absent: the field's value where the record has none.
    """

    words: dict[str, str]
    other: str | None = None
    absent: str = ""


def split_table(text: str) -> tuple[str, ValueTable | None]:
    """Split an option's text into origins and the table in braces behind them; None if there is none.

    Raises:
        ValueError: what is wrong with the table, and how it is written.
    """
    origins, brace, rest = text.partition("{")
    if not brace:
        return text, None
    inside, closing, behind = rest.rpartition("}")
    if not closing or behind.strip():
        raise ValueError(f"does not end with the }} of its table; {_EXAMPLE}")
    found: dict[str, str] = {}
    for word, value in _entries(inside):
        if word in found:
            raise ValueError(f"{word!r} stands twice in the table")
        found[word] = "" if value == NOTHING else value
    other, absent = found.pop(OTHER, None), found.pop(NOTHING, "")
    return origins, ValueTable(found, other, absent)


def _entries(text: str) -> list[tuple[str, str]]:
    """Read `word: value, "a word": value`; a comma may also follow the last."""
    tokens = _tokens(text)
    if tokens and tokens[-1] == (",", True):
        tokens.pop()
    found = []
    for begin in range(0, len(tokens) + 1, 4):
        entry = tokens[begin : begin + 4]
        marks = [token if mark else "" for token, mark in entry]
        if marks not in (["", ":", ""], ["", ":", "", ","]):
            near = " ".join(token for token, _ in entry) or "an empty place"
            raise ValueError(f"{near!r} in the table is not `word: value`; {_EXAMPLE}")
        found.append((entry[0][0], entry[2][0]))
        if len(entry) < 4:  # noqa: PLR2004 - word, colon, value and the comma before the next
            break
    return found


def _tokens(text: str) -> list[tuple[str, bool]]:
    """Return words and marks, each with whether it is a mark."""
    found, position, end = [], 0, len(text.rstrip())
    while position < end:
        match = _TOKEN.match(text, position)
        if match is None:
            raise ValueError(f"{text[position:].strip()!r} in the table cannot be read; {_EXAMPLE}")
        quoted, word, mark = match.groups()
        found.append((mark, True) if mark else (quoted if quoted is not None else word.strip(), False))
        position = match.end()
    return found
