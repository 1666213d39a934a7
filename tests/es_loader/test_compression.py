"""Whatever an object is packed in, told by its first bytes; damage costs what lies behind it and nothing else."""

import bz2
import gzip
import io
import struct
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from random import Random

import pytest
from backports import zstd
from hypothesis import given, settings
from hypothesis import strategies as st

from es_loader.archive import _IN_MEMORY
from es_loader.compression import CHUNK, plain
from es_loader.errors import ObjectError
from tests.timing import within

LINES = b"".join(b"line %d of some log\n" % number for number in range(60_000))


def archive(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED, *, zip64: bool = False) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as opened:
        for name, content in members.items():
            with opened.open(name, "w", force_zip64=zip64) as file:
                file.write(content)
    return buffer.getvalue()


def one_member(content: bytes) -> bytes:
    return archive({"a.log": content})


PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "zstd": zstd.compress,
    "zip": one_member,
}
STREAMS = [name for name in PACKERS if name != "zip"]


def pieces(content: bytes, size: int) -> Iterator[bytes]:
    return (content[at : at + size] for at in range(0, len(content), size))


def read(content: bytes, size: int = 1 << 20) -> list[bytes]:
    return [b"".join(member) for member in plain(pieces(content, size))]


def read_damaged(content: bytes) -> tuple[list[bytes], list[str]]:
    """Return what every member gives and the errors."""
    found: list[bytes] = []
    errors: list[str] = []
    for member in plain(iter([content])):
        got: list[bytes] = []
        try:
            got.extend(member)
        except ObjectError as exc:
            errors.append(str(exc))
        found.append(b"".join(got))
    return found, errors


@pytest.mark.parametrize("name", PACKERS)
def test_every_kind_is_undone(name: str) -> None:
    assert read(PACKERS[name](LINES), 4_000) == [LINES]


@pytest.mark.parametrize("outer", PACKERS)
@pytest.mark.parametrize("middle", PACKERS)
@pytest.mark.parametrize("inner", PACKERS)
def test_three_layers_are_undone_and_four_are_an_error(outer: str, middle: str, inner: str) -> None:
    packed = PACKERS[outer](PACKERS[middle](PACKERS[inner](b"a record\n")))
    assert read(packed, 7) == [b"a record\n"]
    _, errors = read_damaged(gzip.compress(packed))
    assert len(errors) == 1
    assert "more than 3 times" in errors[0]


@pytest.mark.parametrize("name", STREAMS)
def test_members_follow_one_another_and_zeros_are_padding(name: str) -> None:
    pack = PACKERS[name]
    content = pack(b"one\n") + b"\0" * 600 + pack(b"") + pack(b"two\n") + b"\0" * 600
    for size in (1, 5, 601, 5_000):
        assert read(content, size) == [b"one\ntwo\n"]


@pytest.mark.parametrize("name", STREAMS)
def test_damage_costs_little_before_it(name: str) -> None:
    noise = Random(7).randbytes(4_000_000)
    packed = bytearray(PACKERS[name](noise))
    hole = 1 << 18  # longer than a block of zstd: within one, without a checksum, damage is data
    packed[len(packed) // 2 : len(packed) // 2 + hole] = b"\xff" * hole
    (found,), (error,) = read_damaged(bytes(packed))
    assert "corrupt" in error
    assert len(found) > 900_000
    assert found[:900_000] == noise[:900_000]


def test_frames_of_zstd_that_hold_no_data_are_skipped() -> None:
    note = b"\x53\x2a\x4d\x18" + struct.pack("<I", 4) + b"note"
    assert read(note + zstd.compress(b"one\n") + note + zstd.compress(b"two\n")) == [b"one\ntwo\n"]


@pytest.mark.parametrize("name", STREAMS)
def test_what_stands_before_the_damage_is_read(name: str) -> None:
    pack = PACKERS[name]
    packed = pack(LINES)
    for content, reason in (
        (packed[:-9], "truncated"),
        (packed + b"this is no member of it", "corrupt"),
        (pack(LINES) + packed[: len(packed) // 2], "truncated"),
    ):
        (found,), (error,) = read_damaged(content)
        assert reason in error
        assert LINES.startswith(found[: len(LINES)])
        assert len(found) >= len(LINES) * (0.5 if reason == "truncated" else 1)


@pytest.mark.parametrize(
    "text",
    [
        '{"a日本": "very much"}'.encode("utf-16-be"),
        b"PK or not PK\n",
        b"BZh9 is a host\n",
        b"BZ",
        b"P",
        b"",
        b"\x28\xb5",
        b"\xff\x06\0\0",
    ],
)
def test_text_that_begins_like_a_signature_is_text(text: bytes) -> None:
    assert read(text) == [text]


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"\xff\x06\0\0sNaPpY", "snappy data"),
        (struct.pack(">II", 300, 20) + b"\xac\x02" + b"x" * 18, "snappy data"),
        (b"\xfd7zXZ\0\0\4", "xz data"),
        (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    ],
)
def test_what_cannot_be_read_is_named(content: bytes, kind: str) -> None:
    with pytest.raises(ObjectError, match=f"is {kind}"):
        read(gzip.compress(content))


def test_the_files_of_a_zip_archive_are_members_of_their_own() -> None:
    files = {
        "a.log": b"a\n",
        "empty": b"",
        "dir/": b"",
        "dir/b.log": LINES,
        "__MACOSX/._a.log": b"\0\5\x16\7",
        "c.gz": gzip.compress(b"c\n"),
    }
    for content in (archive(files), archive(files, zipfile.ZIP_STORED), archive(files, zip64=True)):
        assert read(content) == [b"a\n", b"", LINES, b"c\n"]
    assert read(archive({})) == []


class Pipe(io.BytesIO):
    """A file that only goes on: sizes are written behind the data."""

    def seekable(self) -> bool:
        return False

    def seek(self, *_: int) -> int:
        raise io.UnsupportedOperation

    def tell(self) -> int:
        raise io.UnsupportedOperation


def streamed(members: dict[str, bytes], method: int) -> bytes:
    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", method) as opened:
        for name, content in members.items():
            opened.writestr(name, content)
    return pipe.getvalue()


def test_an_archive_that_was_written_as_a_stream_and_is_too_large_for_memory() -> None:
    noise = bytes(range(256)) * (_IN_MEMORY // 256 + 1)
    assert read(streamed({"a.log": noise, "b.log": LINES}, zipfile.ZIP_STORED)) == [noise, LINES]


def test_a_bad_file_in_an_archive_costs_itself_and_is_named() -> None:
    content = bytearray(
        archive({"good.log": b"good\n", "bad.log": b"bad " * 9, "last.log": b"last\n"}, zipfile.ZIP_STORED)
    )
    content[content.index(b"bad bad")] ^= 1
    found, errors = read_damaged(bytes(content))
    assert (found[0], found[2]) == (b"good\n", b"last\n")
    assert errors == ["has a member 'bad.log' that is corrupt: Bad CRC-32 for file 'bad.log'"]


def test_an_encrypted_file_in_an_archive_costs_itself_and_is_named() -> None:
    content = bytearray(archive({"secret.log": b"x\n", "good.log": b"good\n"}))
    content[6] |= 1
    content[content.index(b"PK\1\2") + 8] |= 1
    found, errors = read_damaged(bytes(content))
    assert found == [b"", b"good\n"]
    assert errors == ["has a member 'secret.log' that is encrypted"]


def test_a_truncated_file_within_an_archive_is_named() -> None:
    found, errors = read_damaged(archive({"a.gz": gzip.compress(LINES)[:-9], "good.log": b"good\n"}))
    assert found[1] == b"good\n"
    assert len(found[0]) > len(LINES) / 2
    assert errors == ["has a member 'a.gz' that holds gzip data that end too early: it is truncated"]


def test_an_archive_in_damaged_gzip_is_read_and_the_damage_is_told() -> None:
    content = bytearray(gzip.compress(one_member(LINES)))
    content += b"this is no member of it"
    found, errors = read_damaged(bytes(content))
    assert found == [LINES, b""]
    assert "gzip data that are corrupt" in errors[0]


def test_other_methods_of_zip_are_refused() -> None:
    found, errors = read_damaged(archive({"a.log": LINES}, zipfile.ZIP_BZIP2))
    assert found == [b""]
    assert "method 12" in errors[0]


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_the_files_of_a_truncated_archive_are_read_as_far_as_they_go(method: int) -> None:
    whole = archive(
        {"dir/": b"", "a.log": b"a\n", "__MACOSX/._a.log": b"x" * 99, "b.log": LINES, "c.log": b"c\n"}, method
    )
    found, errors = read_damaged(whole[:-30])
    assert found == [b"a\n", LINES, b"c\n", b""]
    assert errors == ["is a zip archive whose directory cannot be read: File is not a zip file"]
    found, errors = read_damaged(whole[: len(whole) // 2])
    assert found[0] == b"a\n"
    assert LINES.startswith(found[1])
    assert len(found[1]) > len(LINES) / 4
    assert errors[0] == "has a member 'b.log' that is truncated"
    for end in range(0, 120, 7):
        found, errors = read_damaged(whole[:end])
        assert bool(errors) == (end >= 4)


def test_a_truncated_archive_that_was_written_as_a_stream_is_read_as_far_as_it_goes() -> None:
    found, errors = read_damaged(streamed({"a.log": b"a\n", "b.log": LINES}, zipfile.ZIP_DEFLATED)[:-30])
    assert found == [b"a\n", LINES, b""]
    assert len(errors) == 1


def test_a_directory_that_does_not_fit_into_memory_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("es_loader.archive._MAX_DIRECTORY", 100)
    found, errors = read_damaged(archive({f"{number}.log": b"x" for number in range(9)}))
    assert found == [b"x"] * 9 + [b""]
    assert "has 459 bytes" in errors[0]


@pytest.mark.parametrize("name", PACKERS)
def test_a_bomb_costs_no_memory(name: str) -> None:
    bomb = PACKERS[name](b"\0" * 100_000_000)
    tracemalloc.start()
    assert sum(len(piece) for member in plain(iter([bomb])) for piece in member) == 100_000_000
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 12 * CHUNK


@settings(max_examples=150)
@given(st.sampled_from(sorted(PACKERS)), st.integers(0, 300), st.binary(min_size=1, max_size=12), st.integers(1, 50))
def test_damage_anywhere_is_an_object_error_or_nothing(name: str, place: int, patch: bytes, size: int) -> None:
    packed = PACKERS[name](LINES[:200])
    damaged = packed[:place] + patch + packed[place + len(patch) :]
    with within(2):
        for member in plain(pieces(damaged, size)):
            try:
                list(member)
            except ObjectError:
                continue
