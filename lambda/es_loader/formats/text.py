"""Bytes -> text -> lines, whatever the bytes are; and a line -> fields by a pattern."""

import codecs
import re
from collections.abc import Callable, Iterator

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


def split(texts: Iterator[str], *, header_lines: int = 0) -> Iterator[RawRecord]:
    """Yield one record a line that is not blank, after `header_lines` lines."""
    number = 0
    for position, line in enumerate(lines(texts)):
        if position >= header_lines and line and not line.isspace():
            yield RawRecord(number, line)
            number += 1


def by_pattern(pattern: re.Pattern[str]) -> Callable[[RawRecord], Fields]:
    """Return the parser that matches a line from its start and gives the pattern's named groups."""

    def parse(raw: RawRecord) -> Fields:
        match = pattern.match(raw.text)
        if match is None:
            raise RecordError("does not match log_pattern")
        return match.groupdict()

    return parse
