"""Blank-separated text in which quotes hold words together -> its words; three readings, all in linear time.

Load balancers write quotes within quoted words as they come, so no single reading is always right: the caller
knows its columns and takes the first reading that fits them.
"""

import re

_CLOSING = re.compile(r'"(?= |\Z)')


def regular(line: str) -> list[str] | None:
    """Split a line whose quotes all stand at the edges of words; None for any other. The fast reading."""
    parts = line.split('"')
    if not len(parts) & 1:
        return None
    words = parts[0].split()
    last = len(parts) - 1
    for index in range(1, last, 2):
        words.append(parts[index])
        between = parts[index + 1]
        if between == " ":
            continue
        if between:
            if between[0] != " " or (between[-1] != " " and index + 1 != last):
                return None
            words += between.split()
        elif index + 1 != last:
            return None
    return words


def blank_closes(line: str) -> list[str]:
    """Split where a quoted word ends at a quote that a blank or the end follows."""
    words: list[str] = []
    position, closable = 0, True
    while position < len(line):
        if line[position] == " ":
            position += 1
            continue
        start, end = position, -1
        if line[position] == '"' and closable:
            closing = _CLOSING.search(line, position + 1)
            closable = closing is not None
            if closing:
                start, end = position + 1, closing.start()
        position = end + 1
        if end < 0:
            end = position = _blank(line, start)
        words.append(line[start:end])
    return words


def _blank(line: str, start: int) -> int:
    found = line.find(" ", start)
    return len(line) if found < 0 else found


def any_quote_closes(line: str) -> list[str]:
    """Split where a quoted word ends at the next quote, whatever follows."""
    words: list[str] = []
    for index, part in enumerate(line.split('"')):
        words += [part] if index & 1 else part.split()
    return words
