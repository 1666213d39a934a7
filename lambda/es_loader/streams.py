"""A stream's beginning, looked at before the stream is read."""

from collections.abc import Iterator

from es_loader.errors import ObjectError


def peek(chunks: Iterator[bytes], size: int) -> tuple[bytes, Iterator[bytes]]:
    """Return at least `size` first bytes (fewer if there are none) and the whole stream, which fails where it did."""
    head = b""
    while len(head) < size:
        try:
            chunk = next(chunks, None)
        except ObjectError as exc:
            return head, _chain(head, failing(exc))
        if chunk is None:
            break
        head += chunk
    return head, _chain(head, chunks)


def _chain(head: bytes, chunks: Iterator[bytes]) -> Iterator[bytes]:
    if head:
        yield head
    yield from chunks


def failing(exc: ObjectError) -> Iterator[bytes]:
    """Return a stream that fails at once."""
    raise exc
    yield b""
