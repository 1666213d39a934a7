"""A Parquet file -> its rows, one line of JSON each: the program that parquet.py runs for a file.

`python -m es_loader.formats.parquet_rows <FILE` is a process of its own since its reader ends the process that it is
in when a page of the file is damaged (https://github.com/kylebarron/arro3/issues/460) or wants too much memory.
"""

import contextlib
import io
import resource
import sys
from typing import BinaryIO

from arro3.core import Array, DataType, RecordBatch
from arro3.io import read_parquet, write_ndjson

ROWS = 1024
"""Rows that are held at a time."""

MEMORY = 768 << 20
"""Bytes that the program may use: pages are read whole, and the file says how large they are."""


def write_rows(file: BinaryIO, out: BinaryIO) -> None:
    """Write every row as a line of JSON without its nulls, and what was read before an error in any case.

    Bytes are written as text if they are UTF-8, else in hexadecimal; decimals as numbers, times in ISO 8601, maps as
    objects.
    """
    for batch in read_parquet(file, batch_size=ROWS):
        lines = io.BytesIO()
        write_ndjson(_with_texts(batch), lines)
        out.write(lines.getvalue())
        out.flush()


def _with_texts(batch: RecordBatch) -> RecordBatch:
    """Return the batch with text in place of the columns of bytes that old writers make of it."""
    columns = [batch[number] for number in range(batch.num_columns)]
    if not any(_is_bytes(column.type) for column in columns):
        return batch
    texts = [_to_texts(column) if _is_bytes(column.type) else column for column in columns]
    return RecordBatch.from_arrays(texts, names=batch.schema.names)


def _to_texts(column: Array) -> Array:
    return Array([_to_text(value) for value in column.to_pylist()], DataType.utf8())


def _is_bytes(kind: DataType) -> bool:
    return any(
        test(kind)
        for test in (
            DataType.is_binary,
            DataType.is_binary_view,
            DataType.is_fixed_size_binary,
            DataType.is_large_binary,
        )
    )


def _to_text(value: bytes | None) -> str | None:
    if value is None:
        return None
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.hex()


if __name__ == "__main__":
    with contextlib.suppress(ValueError):  # macOS has no such limit
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    write_rows(sys.stdin.buffer, sys.stdout.buffer)
