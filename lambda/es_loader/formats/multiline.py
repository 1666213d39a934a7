"""Lines -> records of several lines: one begins where a pattern matches the beginning of a line."""

from collections.abc import Callable, Iterator
from itertools import islice

from es_loader.formats import text
from es_loader.formats.text import lines
from es_loader.types import RawRecord


def split(texts: Iterator[str], starts: Callable[[str], object], *, header_lines: int = 0) -> Iterator[RawRecord]:
    """Yield one record for each line that `starts` takes, with the lines up to the next one.

    Lines before the first such line are a record of their own; blank lines count only within a record.
    """
    for number, record in enumerate(_records(islice(lines(texts), header_lines, None), starts)):
        yield RawRecord(number, record)


def _records(found: Iterator[str], starts: Callable[[str], object]) -> Iterator[str]:
    pending: list[str] = []
    size = 0
    for line in found:
        if pending and (starts(line) or size + len(line) > text.MAX_RECORD):
            yield "\n".join(pending).rstrip()
            pending, size = [], 0
        if pending or (line and not line.isspace()):
            pending.append(line)
            size += len(line) + 1
    if pending:
        yield "\n".join(pending).rstrip()
