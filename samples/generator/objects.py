"""Objects as they lie in S3: gzip files of records that were sorted by time and cut into slices of it."""

import gzip
import json
import struct
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar

_MEMBER_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"  # deflate, no name, no time, slowest, any system

Record = TypeVar("Record")


@dataclass(frozen=True, slots=True)
class LogObject:
    """One object of the log bucket.

    Attributes:
        log_type: the section of config/aws.ini that reads it.
        key: its S3 key.
        members: what its gzip members hold; nearly always one.
        records: how many documents it gives.
        compressed: whether the service compresses such objects with gzip.
    """

    log_type: str
    key: str
    members: tuple[bytes, ...]
    records: int
    compressed: bool = True

    @property
    def content(self) -> bytes:
        """What the object holds once it is decompressed."""
        return b"".join(self.members)

    @property
    def body(self) -> bytes:
        """The object's bytes; the same for the same content, given the same zlib."""
        return b"".join(map(_gzip_member, self.members)) if self.compressed else self.content

    def is_in(self, body: bytes) -> bool:
        """Tell whether these bytes hold the object's content; how well zlib packed it does not matter."""
        return (gzip.decompress(body) if self.compressed else body) == self.content


def _gzip_member(content: bytes) -> bytes:
    deflate = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return b"".join(
        (
            _MEMBER_HEADER,
            deflate.compress(content),
            deflate.flush(),
            struct.pack("<LL", zlib.crc32(content), len(content) & 0xFFFFFFFF),
        )
    )


def by_slice(
    records: Iterable[Record], time_of: Callable[[Record], datetime], length: timedelta
) -> Iterator[tuple[datetime, list[Record]]]:
    """Yield the end of each time slice that has records, with its records in order of time."""
    slices: defaultdict[int, list[Record]] = defaultdict(list)
    for record in records:
        slices[int(time_of(record).timestamp() // length.total_seconds())].append(record)
    for number in sorted(slices):
        end = datetime.fromtimestamp((number + 1) * length.total_seconds(), UTC)
        yield end, sorted(slices[number], key=time_of)


def text_object(log_type: str, key: str, lines: list[str], header: str = "", *, compressed: bool = True) -> LogObject:
    """Return an object of lines; a header is no record."""
    text = "".join(f"{line}\n" for line in ([header, *lines] if header else lines))
    return LogObject(log_type, key, (text.encode(),), len(lines), compressed)


def json_object(log_type: str, key: str, records: Iterable[object]) -> LogObject:
    """Return an object of JSON records, one a line, without blanks."""
    return text_object(log_type, key, [json.dumps(record, separators=(",", ":")) for record in records])


def stamp(moment: datetime) -> str:
    """Return a time as AWS writes it into file names."""
    return f"{moment:%Y%m%dT%H%MZ}"
