"""Lines with columns: a header names them, rows follow."""

import csv
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Self

from es_loader.errors import RecordError
from es_loader.formats.text import MAX_RECORD, lines
from es_loader.types import Fields, RawRecord

Header = tuple[str, ...]

MAX_QUOTED = 1 << 20
"""Characters of a row of several lines."""

csv.field_size_limit(MAX_RECORD)


class Columns(Header):
    """The names that a header gives, where it also shows what separates the columns of the rows below it.

    A `delimiter` that is empty stands for white space: a tab, or blanks in a row without any.
    """

    delimiter: str

    def __new__(cls, names: Iterable[str], delimiter: str) -> Self:
        """Make columns of their names."""
        columns = super().__new__(cls, names)
        columns.delimiter = delimiter
        return columns

    def values(self, row: str) -> list[str]:
        """Split a row of these columns."""
        return row.split(self.delimiter or ("\t" if "\t" in row else None))

    def fields(self, row: str) -> Fields:
        """Return the named values of a row of these columns; see `named`."""
        return named(self, self.values(row))


def split(
    texts: Iterator[str],
    *,
    delimiter: str = "",
    header_lines: int = 1,
    names: Header | None = None,
    header: Callable[[str], Header | None] | None = None,
) -> Iterator[RawRecord]:
    """Yield one record a row; its value is the tuple of column names that holds for it (None before any header).

    Args:
        texts: the object's text.
        delimiter: what separates columns; white space if empty.
        header_lines: header lines at the start; the last of them names the columns.
        names: of the columns, where no header does.
        header: tells a header wherever it stands, instead of `header_lines`: its names (as Columns where it shows
            the delimiter), none for a comment, and None for a row. Such formats have no quotes.
    """
    number = 0
    for row in _rows(texts, quoted=bool(delimiter) and header is None):
        if header is not None:
            found = header(row)
        elif header_lines > 0:
            header_lines -= 1
            found = _names(row, delimiter)
        else:
            found = None
        if found is not None:
            names = found or names
            continue
        yield RawRecord(number, row, names)
        number += 1


def parser(delimiter: str, *, quoted: bool = True) -> Callable[[RawRecord], Fields]:
    """Return the parser of a row: column names and values, all text; surplus columns under `extra`."""
    split_row = columns if quoted else _plain_columns

    def parse(raw: RawRecord) -> Fields:
        if raw.value is None:
            raise RecordError("has no header that names its columns")
        names = raw.value
        if isinstance(names, Columns):
            return names.fields(raw.text)
        return named(names, split_row(raw.text, delimiter))

    return parse


def named(names: Header, values: list[str]) -> Fields:
    """Return values under their columns' names, surplus ones under `extra`.

    Raises:
        RecordError: there are less values than names.
    """
    if len(values) < len(names):
        raise RecordError(f"has {len(values)} columns, its header {len(names)}")
    fields: Fields = dict(zip(names, values, strict=False))
    if len(values) > len(names):
        fields["extra"] = values[len(names) :]
    return fields


def columns(row: str, delimiter: str) -> list[str]:
    """Split one row at its delimiter (white space if empty), quotes respected where there is one.

    Raises:
        RecordError: the quoting makes no sense.
    """
    if not delimiter:
        return row.split()
    try:
        return next(csv.reader([row], delimiter=delimiter), [])
    except csv.Error as exc:
        raise RecordError(f"is not a row of columns: {exc}") from exc


def _plain_columns(row: str, delimiter: str) -> list[str]:
    return row.split(delimiter or None)


def _names(row: str, delimiter: str) -> Header:
    return tuple(name.strip().replace("-", "_") for name in columns(row, delimiter))


def _rows(texts: Iterator[str], *, quoted: bool) -> Iterator[str]:
    """Yield rows that are not blank; inside quotes a line feed belongs to the row."""
    found = _joined(lines(texts)) if quoted else lines(texts)
    return (row for row in found if row and not row.isspace())


def _joined(found: Iterator[str]) -> Iterator[str]:
    """Join the lines of a row. A quote that nothing closes within MAX_QUOTED costs its line, and not those below."""
    again: deque[str] = deque()
    while (line := again.popleft() if again else next(found, None)) is not None:
        if not line.count('"') % 2:
            yield line
            continue
        row, size = [line], len(line)
        for following in chain(_taken(again), found):
            row.append(following)
            size += len(following) + 1
            if following.count('"') % 2:
                yield "\n".join(row)
                break
            if size > MAX_QUOTED:
                yield line
                again.extendleft(reversed(row[1:]))
                break
        else:
            yield line
            again.extend(row[1:])


def _taken(waiting: deque[str]) -> Iterator[str]:
    while waiting:
        yield waiting.popleft()
