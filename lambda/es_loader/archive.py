"""A zip archive -> the files in it, each a stream.

https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
"""

import struct
import zlib
from collections.abc import Iterator
from typing import IO, TYPE_CHECKING, NamedTuple

from es_loader.errors import ObjectError

if TYPE_CHECKING:
    from zipfile import ZipFile, ZipInfo

Files = Iterator[tuple[str, Iterator[bytes]]]
"""Name and content of one file after the other; each is to be read before the next is asked for."""

_IN_MEMORY = 1 << 23
"""Bytes of an archive that are held in memory; a larger one is written to a temporary file."""

_PIECE = 1 << 18
_MAX_DIRECTORY = 1 << 24
"""Bytes of a directory, which is held in memory as a whole: some 200,000 files."""

_SHADOW = "__MACOSX/"
"""Folder of the resource forks that macOS adds: no logs."""

_STORED, _DEFLATED = 0, 8
"""The methods that are read. zipfile inflates others without a limit: a bomb would cost memory."""

_ENCRYPTED = 1
_HEADER = struct.Struct("<4x2xHH4x4xI4xHH")
_SIGNATURE = b"PK\x03\x04"
_DESCRIPTOR = 24
"""Bytes at most between a file's data and the next header."""

_DIRECTORY_END = b"PK\x05\x06"
_DIRECTORY_END_64 = b"PK\x06\x06"
_IN_THE_OTHER_END = 0xFFFFFFFF
_LONGEST_END = (1 << 16) + 22 + 20 + 56


def files(chunks: Iterator[bytes]) -> Files:
    """Yield the files of an archive, directories and macOS's shadow files left out.

    A file that is encrypted or corrupt raises ObjectError when it is read, and the next one may be sound.

    Raises:
        ObjectError: the archive's directory, which stands at its end, cannot be read. What can be read without it
            was yielded.
    """
    import tempfile  # noqa: PLC0415 - archives are rare
    from zipfile import BadZipFile, ZipFile  # noqa: PLC0415

    with tempfile.SpooledTemporaryFile(_IN_MEMORY) as spool:
        error = _copy(chunks, spool)
        try:
            _check_directory(spool)
            opened = ZipFile(spool)
        except (BadZipFile, ValueError, NotImplementedError, OSError) as exc:
            yield from _logs(_without_directory(spool))
            raise error or ObjectError(f"is a zip archive whose directory cannot be read: {exc}") from exc
        with opened:
            yield from _logs((member.filename, _content(opened, member)) for member in opened.infolist())
        if error:
            raise error


def _logs(found: Files) -> Files:
    return (file for file in found if not file[0].endswith("/") and not file[0].startswith(_SHADOW))


def _copy(chunks: Iterator[bytes], spool: IO[bytes]) -> ObjectError | None:
    """Copy a stream, and return the error that ended it early."""
    try:
        for chunk in chunks:
            spool.write(chunk)
    except ObjectError as exc:
        return exc
    except OSError as exc:
        return ObjectError(f"is a zip archive that does not fit on the disk: {exc}")
    return None


def _check_directory(spool: IO[bytes]) -> None:
    """Refuse a directory that is too large to be held; ValueError for it."""
    length = spool.seek(0, 2)
    spool.seek(max(length - _LONGEST_END, 0))
    tail = spool.read()
    spool.seek(0)
    for signature, format_, offset in ((_DIRECTORY_END, "<I", 12), (_DIRECTORY_END_64, "<Q", 40)):
        place = tail.rfind(signature)
        if place < 0 or len(tail) < place + offset + 8:
            continue
        (size,) = struct.unpack_from(format_, tail, place + offset)
        if _MAX_DIRECTORY < size != _IN_THE_OTHER_END:
            raise ValueError(f"it has {size} bytes")


def _content(opened: "ZipFile", member: "ZipInfo") -> Iterator[bytes]:
    from zipfile import BadZipFile  # noqa: PLC0415

    _check_method(member.flag_bits, member.compress_type)
    try:
        with opened.open(member) as file:
            while piece := file.read(_PIECE):
                yield piece
    except (BadZipFile, EOFError, NotImplementedError, OSError, RuntimeError, ValueError, zlib.error) as exc:
        raise ObjectError(f"is corrupt: {exc or 'it is truncated'}") from exc


def _check_method(flags: int, method: int) -> None:
    if flags & _ENCRYPTED:
        raise ObjectError("is encrypted")
    if method not in {_STORED, _DEFLATED}:
        raise ObjectError(f"is compressed by method {method}, which cannot be read")


class _Header(NamedTuple):
    """What is told before a file's data; `packed` is 0 where it was not known then."""

    flags: int
    method: int
    packed: int
    name_length: int
    extra_length: int


def _without_directory(spool: IO[bytes]) -> Files:
    """Yield the files of a truncated archive by the headers before them, up to the first that does not tell its end."""
    spool.seek(0)
    while spool.read(4) == _SIGNATURE:
        spool.seek(-4, 1)
        head = spool.read(_HEADER.size)
        if len(head) < _HEADER.size:
            return
        header = _Header(*_HEADER.unpack(head))
        name = spool.read(header.name_length).decode("utf-8", "replace")
        spool.seek(header.extra_length, 1)
        content = _by_header(spool, header)
        yield name, content
        for _ in content:  # nobody has read it
            pass
        between = spool.read(_DESCRIPTOR + len(_SIGNATURE))
        spool.seek(max(between.find(_SIGNATURE), 0) - len(between), 1)


def _by_header(spool: IO[bytes], header: _Header) -> Iterator[bytes]:
    _check_method(header.flags, header.method)
    yield from _stored(spool, header.packed) if header.method == _STORED else _deflated(spool)


def _stored(spool: IO[bytes], left: int) -> Iterator[bytes]:
    while left:
        piece = spool.read(min(left, _PIECE))
        if not piece:
            raise ObjectError("is truncated")
        yield piece
        left -= len(piece)


def _deflated(spool: IO[bytes]) -> Iterator[bytes]:
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    data = b""
    while not inflater.eof:
        data = inflater.unconsumed_tail or spool.read(_PIECE)
        if not data:
            raise ObjectError("is truncated")
        try:
            piece = inflater.decompress(data, _PIECE)
        except zlib.error as exc:
            raise ObjectError(f"is corrupt: {exc}") from exc
        if piece:
            yield piece
    spool.seek(-len(inflater.unused_data), 1)
