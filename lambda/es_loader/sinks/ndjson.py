"""Documents as lines of `{"_index": …, "_id": …, "_source": …}`, in record order."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import msgspec

STDOUT = "-"


class NdjsonSink:
    """A sink that hands every document to `write` at once, as one line of JSON with its newline."""

    def __init__(self, write: Callable[[bytes], object]) -> None:
        self._write = write
        self._encode = msgspec.json.Encoder().encode

    def add(self, index: str, doc_id: str, source: bytes, ref: Any) -> None:  # noqa: ARG002 - nothing is ever refused
        """Write one document."""
        self._write(b'{"_index":%b,"_id":%b,"_source":%b}\n' % (self._encode(index), self._encode(doc_id), source))

    def flush(self) -> None:
        """Do nothing: every line is written already."""

    def close(self) -> None:
        """Do nothing: `write` belongs to the caller."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class NdjsonFile(NdjsonSink):
    """A sink into a file that appears under its name only when it is complete; `-` streams to standard output.

    What exists and is no regular file (a pipe, `/dev/stdout`) is written to as it is.
    """

    def __init__(self, path: str) -> None:
        self._path = Path(path)
        self._partial = self._path.with_name(f"{self._path.name}.partial")
        self._streams = path == STDOUT or (self._path.exists() and not self._path.is_file())
        if path == STDOUT:
            self._file = sys.stdout.buffer
        else:
            self._file = (self._path if self._streams else self._partial).open("wb")
        super().__init__(self._file.write)

    def flush(self) -> None:
        """Hand to the system what was added."""
        self._file.flush()

    def close(self) -> None:
        """Drop the file if it is not complete."""
        if self._file is sys.stdout.buffer:
            self._file.flush()
        elif not self._file.closed:
            self._file.close()
            if not self._streams:
                self._partial.unlink()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None and self._file is not sys.stdout.buffer:
            self._file.close()
            if not self._streams:
                os.replace(self._partial, self._path)  # noqa: PTH105 - says that an older file is overwritten
        self.close()
