"""An object in S3 or a local file -> a stream of plain bytes, decompressed by what it holds, never by its name."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from isal import isal_zlib

from es_loader.errors import AccessError, ObjectError, RetryableError
from es_loader.types import ObjectRef

CHUNK = 1 << 18
"""Bytes read, and at most bytes of plain data held, at a time."""

MAX_NESTING = 3
_GZIP = b"\x1f\x8b"
_GZIP_WINDOW = 31
_UNREADABLE = {
    b"PK\x03\x04": "a zip archive",
    b"BZh": "bzip2 data",
    b"\x28\xb5\x2f\xfd": "zstd data",
}
"""First bytes -> what it is: known, and not read by this version."""

_MISSING = {"NoSuchKey", "NoSuchVersion", "404", "NoSuchBucket"}
_DENIED = {"AccessDenied", "403", "KMS.DisabledException", "KMS.NotFoundException", "KMS.AccessDeniedException"}


class ObjectGone(ObjectError):
    """The object was deleted between its notification and now."""


def open_object(ref: ObjectRef, *, s3: Any = None) -> Iterator[bytes]:
    """Yield an object's plain bytes in chunks.

    Args:
        ref: the object; a local file if it has a path.
        s3: the boto3 client to read it with.

    Raises:
        ObjectGone: it does not exist (any more).
        AccessError: reading it, or decrypting with its key, is not allowed.
        ObjectError: from some byte on it is not what its beginning promised; what was yielded is good.
        RetryableError: the connection broke.
    """
    return plain(_local(ref.path) if ref.path else _from_s3(ref, s3))


def plain(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Undo gzip, however many members and up to three layers, told by the data's first bytes."""
    for _ in range(MAX_NESTING):
        head, chunks = _peek(chunks)
        kind = next((name for magic, name in _UNREADABLE.items() if head.startswith(magic)), None)
        if kind:
            raise ObjectError(f"is {kind}, which cannot be read")
        if not head.startswith(_GZIP):
            return chunks
        chunks = _gunzip(chunks)
    head, chunks = _peek(chunks)
    if head.startswith(_GZIP):
        raise ObjectError(f"is compressed more than {MAX_NESTING} times over")
    return chunks


def _peek(chunks: Iterator[bytes]) -> tuple[bytes, Iterator[bytes]]:
    """Return the first bytes and the whole stream."""
    head = b""
    while len(head) < 4:  # noqa: PLR2004 - the longest magic number
        chunk = next(chunks, None)
        if chunk is None:
            break
        head += chunk
    return head, _chain(head, chunks)


def _chain(head: bytes, chunks: Iterator[bytes]) -> Iterator[bytes]:
    if head:
        yield head
    yield from chunks


def _gunzip(chunks: Iterator[bytes]) -> Iterator[bytes]:
    inflater = isal_zlib.decompressobj(wbits=_GZIP_WINDOW)
    started = False
    for chunk in chunks:
        data = chunk
        while data:
            if inflater.eof:
                data = data.lstrip(b"\0") if not started else data
                if not data:
                    break
                inflater = isal_zlib.decompressobj(wbits=_GZIP_WINDOW)
            started = True
            yield from _inflate(inflater, data)
            data = inflater.unused_data if inflater.eof else b""
            started = not inflater.eof
    if started:
        raise ObjectError("gzip data end too early: the object is truncated")


def _inflate(inflater: Any, data: bytes) -> Iterator[bytes]:
    """Yield what `data` holds in pieces of bounded size, so that a bomb costs time but no memory."""
    while True:
        try:
            piece = inflater.decompress(data, CHUNK)
        except isal_zlib.error as exc:  # type: ignore[misc] # its stub calls the exception a variable
            raise ObjectError(f"gzip data are corrupt: {exc}") from exc
        if piece:
            yield piece
        data = inflater.unconsumed_tail
        if inflater.eof or (not data and len(piece) < CHUNK):
            return


def _local(path: str) -> Iterator[bytes]:
    try:
        with Path(path).open("rb") as file:
            while chunk := file.read(CHUNK):
                yield chunk
    except FileNotFoundError as exc:
        raise ObjectGone(f"{path} does not exist") from exc
    except PermissionError as exc:
        raise AccessError(f"{path} may not be read") from exc


def _from_s3(ref: ObjectRef, s3: Any) -> Iterator[bytes]:
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - slow to import, and not for local files

    version = {"VersionId": ref.version_id} if ref.version_id else {}
    try:
        body = s3.get_object(Bucket=ref.bucket, Key=ref.key, **version)["Body"]
        yield from body.iter_chunks(CHUNK)
    except ClientError as exc:
        raise _translate(exc.response.get("Error", {}), ref) from exc
    except (BotoCoreError, OSError) as exc:
        raise RetryableError(f"reading s3://{ref.bucket}/{ref.key} broke off: {exc}") from exc


def _translate(error: Mapping[str, Any], ref: ObjectRef) -> Exception:
    code, message = error.get("Code", ""), error.get("Message", "")
    where = f"s3://{ref.bucket}/{ref.key}"
    if code in _MISSING:
        return ObjectGone(f"{where} does not exist ({code})")
    if code in _DENIED or code.startswith("KMS."):
        permission = "kms:Decrypt on its key" if "kms" in f"{code} {message}".lower() else "s3:GetObject"
        return AccessError(f"{where} may not be read: {permission} is missing ({code}: {message})")
    return RetryableError(f"{where} cannot be read now ({code}: {message})")
