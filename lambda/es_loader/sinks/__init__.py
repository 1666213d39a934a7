"""Where documents go: OpenSearch, or NDJSON for eyes and tests."""

from types import TracebackType
from typing import Any, Protocol, Self


class Documents(Protocol):
    """Takes documents one by one, in record order, from one thread."""

    def add(self, index: str, doc_id: str, source: bytes, ref: Any) -> None:
        """Take one document.

        Args:
            index: the index it belongs to.
            doc_id: its `_id`.
            source: the document as JSON, without a newline.
            ref: whatever the caller needs to know this document again; the sink only hands it back.
        """


class Sink(Documents, Protocol):
    """Stores documents; leaving its context without an exception flushes, with one drops what was not sent yet."""

    def flush(self) -> None:
        """Return when what becomes of every document so far is known and reported."""

    def close(self) -> None:
        """Release threads and files; documents that were not flushed are dropped."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
