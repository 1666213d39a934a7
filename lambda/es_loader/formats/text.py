"""Bytes -> text -> lines, whatever the bytes are; and a line -> fields by a pattern."""

import codecs
import re
from collections.abc import Callable, Iterator
from itertools import islice

from es_loader.errors import RecordError
from es_loader.streams import peek
from es_loader.types import Fields, RawRecord

MAX_RECORD = 1 << 22
"""Characters of one record; what is longer is cut into records of this size, each of which fails to parse.

The longest records that AWS writes have a million; a domain may refuse requests of more than 10 MiB.
"""

_BYTE_ORDER_MARKS = (
    (b"\xef\xbb\xbf", "utf-8", None),
    (b"\xff\xfe", "utf-16-le", 3),
    (b"\xfe\xff", "utf-16-be", 2),
)
"""Each with its encoding and, of UTF-16, the first place at which ASCII has its zeros."""

_FEW = 8
_HEAD = 256
"""Bytes by which an encoding is told."""


def decode(chunks: Iterator[bytes]) -> Iterator[str]:
    """Decode UTF-8, or UTF-16 if that is what the beginning looks like; a byte order mark is dropped.

    Bytes that are neither become U+FFFD.
    """
    head, chunks = peek(chunks, _HEAD)
    encoding, mark = _encoding(head)
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    for chunk in chunks:
        if text := decoder.decode(chunk[mark:]):
            yield text
        mark = 0
    if tail := decoder.decode(b"", final=True):
        yield tail


def _encoding(head: bytes) -> tuple[str, int]:
    """Return an encoding and the length of its mark; without one UTF-16 shows by zeros in every other place.

    After a mark of UTF-16 there is at least one zero, as every ASCII character has one: else a single line that begins
    with these two bytes would cost all others.
    """
    for mark, encoding, zeros in _BYTE_ORDER_MARKS:
        if head.startswith(mark) and (zeros is None or len(head) == len(mark) or 0 in head[zeros:_HEAD:2]):
            return encoding, len(mark)
    at_even, at_odd = (head[start:_HEAD:2].count(0) for start in (0, 1))
    many = max(min(len(head), _HEAD) // 4, 1)
    if at_odd > many and at_odd > _FEW * at_even:
        return "utf-16-le", 0
    if at_even > many and at_even > _FEW * at_odd:
        return "utf-16-be", 0
    return "utf-8", 0


def lines(texts: Iterator[str]) -> Iterator[str]:
    """Yield lines without their ends (LF or CRLF) and the zeros around them; only a line feed ends a line."""
    parts: list[str] = []
    size = 0
    for text in texts:
        parts.append(text)
        size += len(text)
        if "\n" not in text and size <= MAX_RECORD:
            continue
        held = "".join(parts)
        *whole, rest = held.split("\n")
        if "\0" in held:
            yield from map(_bare, whole)
        else:
            for line in whole:
                yield line.removesuffix("\r")
        while len(rest) > MAX_RECORD:
            yield rest[:MAX_RECORD].strip("\0")
            rest = rest[MAX_RECORD:]
        parts, size = [rest], len(rest)
    if size:
        yield _bare("".join(parts))


def _bare(line: str) -> str:
    """Strip what a file that was cut while it was written to is padded with."""
    return line.removesuffix("\r").strip("\0")


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
