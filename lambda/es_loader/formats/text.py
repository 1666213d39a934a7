"""Bytes -> text -> lines, whatever the bytes are; and a line -> fields by a pattern."""

import codecs
import re
from collections.abc import Callable, Iterator
from itertools import islice

from es_loader.errors import RecordError
from es_loader.types import Fields, RawRecord

MAX_RECORD = 1 << 24
"""Characters of one record; what is longer is cut into records of this size, each of which fails to parse."""


def decode(chunks: Iterator[bytes]) -> Iterator[str]:
    """Decode UTF-8 as it comes; bytes that are not UTF-8 become U+FFFD, a byte order mark is dropped."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    first = True
    for chunk in chunks:
        text = decoder.decode(chunk)
        if first and text:
            text = text.removeprefix("\ufeff")
            first = False
        if text:
            yield text
    if tail := decoder.decode(b"", final=True):
        yield tail


def lines(texts: Iterator[str]) -> Iterator[str]:
    """Yield lines without their ends (LF or CRLF); only a line feed ends a line."""
    rest = ""
    for text in texts:
        *whole, rest = (rest + text).split("\n") if rest else text.split("\n")
        for line in whole:
            yield line.removesuffix("\r")
        while len(rest) > MAX_RECORD:
            yield rest[:MAX_RECORD]
            rest = rest[MAX_RECORD:]
    if rest:
        yield rest.removesuffix("\r")


def split(
    texts: Iterator[str], *, header_lines: int = 0, starts: Callable[[str], bool] | None = None
) -> Iterator[RawRecord]:
    """Yield one record a line that is not blank, after `header_lines` lines.

    Args:
        texts: the object's text.
        header_lines: lines to leave out.
        starts: tells whether a line begins a record; one that does not belongs to the record before it.
    """
    numbered = islice(lines(texts), header_lines, None)
    filled = (line for line in numbered if line and not line.isspace())
    for number, record in enumerate(filled if starts is None else _joined(filled, starts)):
        yield RawRecord(number, record)


def _joined(filled: Iterator[str], starts: Callable[[str], bool]) -> Iterator[str]:
    pending: list[str] = []
    size = 0
    for line in filled:
        if pending and (starts(line) or size + len(line) > MAX_RECORD):
            yield "\n".join(pending)
            pending, size = [], 0
        pending.append(line)
        size += len(line) + 1
    if pending:
        yield "\n".join(pending)


def by_pattern(pattern: re.Pattern[str]) -> Callable[[RawRecord], Fields]:
    """Return the parser that matches a line from its start and gives the pattern's named groups."""

    def parse(raw: RawRecord) -> Fields:
        match = pattern.match(raw.text)
        if match is None:
            raise RecordError("does not match log_pattern")
        return match.groupdict()

    return parse
