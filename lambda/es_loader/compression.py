"""A stream of bytes -> the plain files in it, decompressed by what the bytes are, never by a name."""

import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, TypeAlias

from isal import igzip_lib

from es_loader import archive
from es_loader.errors import ObjectError
from es_loader.streams import failing, peek

Members: TypeAlias = Iterator[Iterator[bytes]]
"""The files in an object, one after the other, each a stream: most objects are one file, a zip archive holds many."""

CHUNK = 1 << 18
"""Bytes read, and at most bytes of plain data held, at a time."""

_SLICE = 1 << 13
"""Bytes of packed data that a decoder gets at a time."""

UNLIMITED = 1 << 28
"""Bytes that an object may unpack to, however small it is."""

MAX_RATIO = 200
"""How many times as long as the object what it unpacks to may be beyond that: logs reach 10 to 50, bombs 1,000."""

MAX_NESTING = 3
_HEAD = 16
"""Bytes that are looked at: as many as the longest signature has, and a few more."""


class _Allowance:
    """How much an object may unpack to, by how much of it was read; all layers and members count."""

    def __init__(self) -> None:
        self._read = self._unpacked = 0

    def earned(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        """Yield what is read of the object."""
        for chunk in chunks:
            self._read += len(chunk)
            yield chunk

    def spent(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        """Yield what was unpacked, as far as it may go."""
        for chunk in chunks:
            self._unpacked += len(chunk)
            if self._unpacked > UNLIMITED and self._unpacked > MAX_RATIO * self._read:
                raise ObjectError(
                    f"unpacks to more than {UNLIMITED >> 20} MiB and {MAX_RATIO} times its size, as bombs do: "
                    "if it is none, put it into the bucket unpacked"
                )
            yield chunk


class _Codec(NamedTuple):
    """One way to compress: `decoder` begins a member, `corrupt` is what it raises for data that are not of its kind."""

    name: str
    decoder: Callable[[], Any]
    corrupt: tuple[type[Exception], ...]


def _gzip() -> _Codec:
    corrupt: Any = igzip_lib.error  # its stub calls the exception a variable
    return _Codec("gzip", lambda: igzip_lib.IgzipDecompressor(flag=igzip_lib.DECOMP_GZIP), (corrupt,))


def _bzip2() -> _Codec:
    import bz2  # noqa: PLC0415 - each kind imports only what it needs

    return _Codec("bzip2", bz2.BZ2Decompressor, (OSError, EOFError))


def _zstd() -> _Codec:
    from backports import zstd  # noqa: PLC0415

    return _Codec("zstd", zstd.ZstdDecompressor, (zstd.ZstdError, EOFError))


_CODECS = (
    (re.compile(rb"\x1f\x8b"), _gzip),
    (re.compile(rb"BZh[1-9](?:1AY&SY|\x17rE8P\x90)"), _bzip2),
    (re.compile(rb"(?:\x28\xb5\x2f\xfd|[\x50-\x5f]\x2a\x4d\x18)"), _zstd),
)
"""Signatures; those of bzip2 and zip are longer than the letters that a line of text may begin with as well."""

_ZIP = re.compile(rb"(?:PK\x07\x08)?PK(?:\x03\x04|\x05\x06)")
_UNREADABLE = (
    (re.compile(rb"\xff\x06\0\0sNaPpY|\x82SNAPPY\0"), "snappy data"),
    (re.compile(rb"\xfd7zXZ\0"), "xz data"),
    (re.compile(rb"\x04\x22\x4d\x18"), "lz4 data"),
    (re.compile(rb"7z\xbc\xaf\x27\x1c"), "a 7z archive"),
)
"""Signatures of what is known, and not read by this version."""


def plain(chunks: Iterator[bytes]) -> Members:
    """Yield the plain files in a stream: gzip, bzip2, zstd and zip undone, up to three layers of them.

    Every member of a gzip file, bzip2 stream and zstd frame is read, as are all files of a zip archive, directories and
    macOS's shadow files left out. A file may raise ObjectError at some byte: what it yielded is good, the file is
    over, and the next may be sound. That there is nothing (more) to be had from the stream is such a file, too.

    What unpacks to more than UNLIMITED and MAX_RATIO times its size is a bomb: it is over there, as if it was damaged.
    """
    allowance = _Allowance()
    return _unwrap(allowance.earned(chunks), MAX_NESTING, allowance)


def _unwrap(chunks: Iterator[bytes], layers: int, allowance: _Allowance) -> Members:
    try:
        yield from _layer(chunks, layers, allowance)
    except ObjectError as exc:
        yield failing(exc)


def _layer(chunks: Iterator[bytes], layers: int, allowance: _Allowance) -> Members:
    head, chunks = peek(chunks, _HEAD)
    for signature, kind in _UNREADABLE:
        if signature.match(head):
            raise ObjectError(f"is {kind}, which cannot be read")
    if _is_hadoop_snappy(head):
        raise ObjectError("is snappy data, which cannot be read")
    codec = next((make for signature, make in _CODECS if signature.match(head)), None)
    if codec is None and not _ZIP.match(head):
        yield chunks
    elif not layers:
        raise ObjectError(f"is compressed more than {MAX_NESTING} times over")
    elif codec:
        yield from _unwrap(allowance.spent(_decompress(chunks, codec())), layers - 1, allowance)
    else:
        for name, content in archive.files(chunks):
            yield from (_named(name, member) for member in _unwrap(allowance.spent(content), layers - 1, allowance))


def _named(name: str, chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Yield a file of an archive; what is wrong with it is said with its name."""
    try:
        yield from chunks
    except ObjectError as exc:
        raise ObjectError(f"has a member {name!r} that {exc}") from exc


def _decompress(chunks: Iterator[bytes], codec: _Codec) -> Iterator[bytes]:
    """Yield plain data in pieces of bounded size, so that a bomb costs time but no memory.

    Members may follow one another; zeros after one are padding.
    """
    decoder = None
    for packed in _slices(chunks):
        data = packed
        while data:
            if decoder is None:
                data = data.lstrip(b"\0")
                if not data:
                    break
                decoder = codec.decoder()
            try:
                piece = decoder.decompress(data, CHUNK)
                while piece:
                    yield piece
                    piece = b"" if decoder.eof or decoder.needs_input else decoder.decompress(b"", CHUNK)
            except codec.corrupt as exc:
                raise ObjectError(f"holds {codec.name} data that are corrupt: {exc}") from exc
            data = decoder.unused_data
            decoder = None if decoder.eof else decoder
    if decoder is not None:
        raise ObjectError(f"holds {codec.name} data that end too early: it is truncated")


def _slices(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Cut chunks small: of what a decoder finds corrupt, it gives back nothing that it was fed at the same time."""
    for chunk in chunks:
        for start in range(0, len(chunk), _SLICE):
            yield chunk[start : start + _SLICE]


def _is_hadoop_snappy(head: bytes) -> bool:
    """Tell Hadoop's framing, which has no signature: the length of a block, plain and packed, then the plain one again.

    The first two are four bytes, the last is a variable number of seven bits each, lowest first.
    """
    block = int.from_bytes(head[:4])
    if len(head) < _HEAD or not 0 < block < 1 << 24 or not 0 < int.from_bytes(head[4:8]) < 1 << 24:
        return False
    length = 0
    for place, byte in enumerate(head[8:12]):
        length |= (byte & 0x7F) << 7 * place
        if byte < 0x80:  # noqa: PLR2004 - the top bit says that more follows
            return length == block
    return False
