"""Lines with columns: a header names them, rows follow."""

import csv
from collections.abc import Callable, Iterator

from es_loader.errors import RecordError
from es_loader.formats.text import MAX_RECORD, lines
from es_loader.types import Fields, RawRecord

Header = tuple[str, ...]
csv.field_size_limit(MAX_RECORD)


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
        header: tells a header wherever it stands, instead of `header_lines`: its names, none for a comment, and None
            for a row. Such formats have no quotes.
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
        values = split_row(raw.text, delimiter)
        if len(values) < len(raw.value):
            raise RecordError(f"has {len(values)} columns, its header {len(raw.value)}")
        fields: Fields = dict(zip(raw.value, values, strict=False))
        if len(values) > len(raw.value):
            fields["extra"] = values[len(raw.value) :]
        return fields

    return parse


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
    pending = ""
    for line in lines(texts):
        row = f"{pending}\n{line}" if pending else line
        if quoted and row.count('"') % 2 and len(row) < MAX_RECORD:
            pending = row
            continue
        pending = ""
        if row and not row.isspace():
            yield row
    if pending:
        yield pending
