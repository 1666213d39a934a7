"""A Parquet file -> its rows as JSON values: from a file on disk, read in a process of its own.

The end of a Parquet file says where its parts are, so it is written to a temporary file first. Why it is read in
another process, see parquet_rows.py; that process has none of this one's environment, so no credentials either.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryFile
from typing import IO, Any

import msgspec

from es_loader.compression import UNLIMITED
from es_loader.errors import ObjectError
from es_loader.formats import json
from es_loader.formats.text import MAX_RECORD

_PROGRAM = (sys.executable, "-s", "-P", "-m", "es_loader.formats.parquet_rows")
_ENVIRONMENT = ("LD_LIBRARY_PATH", "PATH")
"""What Python needs of the environment to start."""

_ENVELOPE = {
    name.lower(): name for name in ("messageType", "logGroup", "logStream", "subscriptionFilters", "logEvents")
}
"""Columns of a CloudWatch Logs envelope as Glue spells them -> as CloudWatch Logs does."""

_ENCRYPTED = b"PARE"
MAX_RATIO = 1_000
"""How many times as long as the file the JSON of its rows may be beyond UNLIMITED: columns of few values get far."""

_COMPLAINT, _REASON = 1 << 16, 300
"""Bytes of what the program said that are looked at, and characters of it that are told."""


def split(chunks: Iterator[bytes], arrays: frozenset[str] = frozenset()) -> Iterator[json.Value]:
    """Yield every row as an object.

    Args:
        chunks: the file's bytes.
        arrays: column names; of a row that has such a list the elements are the values, not the row.

    Raises:
        ObjectError: the file, or what follows, cannot be read; the rows before are good.
    """
    with TemporaryFile() as file, TemporaryFile() as complaint:
        most = max(MAX_RATIO * _spool(chunks, file), UNLIMITED)
        with _reader(file, complaint) as reader:
            assert reader.stdout is not None, "it is a pipe"
            yield from _values(reader.stdout, arrays, most)
            status = reader.wait()
        if status != 0:
            raise ObjectError(f"is a Parquet file that cannot be read on: {_reason(complaint, status)}")


def _spool(chunks: Iterator[bytes], file: IO[bytes]) -> int:
    """Copy a stream and return its length."""
    for chunk in chunks:
        if file.tell() == 0 and chunk.startswith(_ENCRYPTED):
            raise ObjectError("is an encrypted Parquet file, which cannot be read")
        try:
            file.write(chunk)
        except OSError as exc:
            raise ObjectError(f"is a Parquet file too large for the temporary directory: {exc}") from exc
    length = file.tell()
    file.seek(0)
    return length


@contextmanager
def _reader(file: IO[bytes], complaint: IO[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    """Start the program on the file, and let nothing of it remain."""
    environment = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, sys.path))
    with subprocess.Popen(  # noqa: S603 - our own program
        _PROGRAM, stdin=file, stdout=subprocess.PIPE, stderr=complaint, env=environment
    ) as reader:
        try:
            yield reader
        finally:
            reader.kill()


def _values(lines: IO[bytes], arrays: frozenset[str], most: int) -> Iterator[json.Value]:
    """Yield the rows that the program writes, so many bytes of them at most."""
    decode = msgspec.json.Decoder(dict[str, Any]).decode
    while line := lines.readline(MAX_RECORD):
        most -= len(line)
        if most < 0:
            raise ObjectError(f"is a Parquet file whose rows are more than {MAX_RATIO} times its size, as in a bomb")
        text = line.decode(errors="replace").removesuffix("\n")
        try:
            row = decode(text)
        except (msgspec.DecodeError, RecursionError) as exc:  # a row longer than a record may be comes in pieces
            yield json.Value(text, None, f"is not readable JSON: {exc}")
            continue
        if "logevents" in row:
            row = {_ENVELOPE.get(name, name): value for name, value in row.items()}
            text = msgspec.json.encode(row).decode()
        if any(type(row[name]) is list for name in arrays.intersection(row)):
            yield from json.unfold(text, row, arrays)
        else:
            yield json.Value(text, {name: value for name, value in row.items() if value is not None})


def _reason(complaint: IO[bytes], status: int) -> str:
    """Return what the program said last, or that it could not say anything of use."""
    if status < 0:
        return f"it is damaged or wants too much memory (the reader ended with signal {-status})"
    complaint.seek(0, os.SEEK_END)
    complaint.seek(max(0, complaint.tell() - _COMPLAINT))
    lines = complaint.read().decode(errors="replace").split("\n")
    said = next((line for line in reversed(lines) if line.strip()), f"the reader ended with status {status}")
    return said.partition("`Err` value: ")[2][:_REASON] or said[:_REASON]
