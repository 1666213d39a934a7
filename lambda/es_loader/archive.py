"""A zip archive -> the files in it, each a stream."""

import zlib
from collections.abc import Iterator
from typing import IO, TYPE_CHECKING

from es_loader.errors import ObjectError

if TYPE_CHECKING:
    from zipfile import ZipFile, ZipInfo

_IN_MEMORY = 1 << 23
"""Bytes of an archive that are held in memory; a larger one is written to a temporary file."""

_PIECE = 1 << 18
_SHADOW = "__MACOSX/"
"""Folder of the resource forks that macOS adds: no logs."""

_METHODS = {0, 8}
"""Stored and deflated. zipfile inflates other kinds without a limit: a bomb would cost memory."""


def files(chunks: Iterator[bytes]) -> Iterator[tuple[str, Iterator[bytes]]]:
    """Yield name and content of every file, directories and macOS's shadow files left out.

    A file that is encrypted or corrupt raises ObjectError when it is read, and the next one may be sound.

    Raises:
        ObjectError: the archive's directory, which stands at its end, cannot be read.
    """
    import tempfile  # noqa: PLC0415 - archives are rare
    from zipfile import BadZipFile, ZipFile  # noqa: PLC0415

    with tempfile.SpooledTemporaryFile(_IN_MEMORY) as spool:
        _copy(chunks, spool)
        try:
            opened = ZipFile(spool)
        except (BadZipFile, ValueError, NotImplementedError, OSError) as exc:
            raise ObjectError(f"is a zip archive whose directory cannot be read: {exc}") from exc
        with opened:
            for member in opened.infolist():
                if not member.is_dir() and not member.filename.startswith(_SHADOW):
                    yield member.filename, _content(opened, member)


def _copy(chunks: Iterator[bytes], spool: IO[bytes]) -> None:
    for chunk in chunks:
        try:
            spool.write(chunk)
        except OSError as exc:
            raise ObjectError(f"is a zip archive that does not fit on the disk: {exc}") from exc


def _content(opened: "ZipFile", member: "ZipInfo") -> Iterator[bytes]:
    from zipfile import BadZipFile  # noqa: PLC0415

    if member.flag_bits & 1:
        raise ObjectError("is encrypted")
    if member.compress_type not in _METHODS:
        raise ObjectError(f"is compressed by method {member.compress_type}, which cannot be read")
    try:
        with opened.open(member) as file:
            while piece := file.read(_PIECE):
                yield piece
    except (BadZipFile, EOFError, NotImplementedError, OSError, RuntimeError, ValueError, zlib.error) as exc:
        raise ObjectError(f"is corrupt: {exc or 'it is truncated'}") from exc
