"""Bytes become the same lines whatever their encoding, however they are cut into chunks."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from es_loader.formats import text
from es_loader.formats.text import decode, lines
from tests.timing import within

LOG = "first line é\r\nsecond 日本語 😀\n\nlast, without an end"
LINES = ["first line é", "second 日本語 😀", "", "last, without an end"]


def pieces(content: bytes, size: int) -> Iterator[bytes]:
    return (content[at : at + size] for at in range(0, len(content), size))


def read(content: bytes, size: int = 1 << 20) -> list[str]:
    return list(lines(decode(pieces(content, size))))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("size", [1, 2, 3, 7, 1_000])
def test_every_encoding_and_chunking_gives_the_same_lines(encoding: str, size: int) -> None:
    assert read(LOG.encode(encoding), size) == LINES
    marked = b"\xfe\xff" + LOG.encode("utf-16-be")
    assert read(marked, size) == LINES


def test_bytes_of_no_encoding_are_replaced() -> None:
    assert read("user jos\xe9 logged in\n".encode("latin-1")) == ["user jos\ufffd logged in"]
    assert read(b"cut \xe6\x97") == ["cut \ufffd"]
    assert read(LOG.encode("utf-16")[:-1])[-1] == "last, without an en\ufffd"
    assert read(b"\xff\xfea\0\0\xd8b\0") == ["a\ufffdb"]


def test_zeros_around_a_line_are_padding_and_within_it_are_kept() -> None:
    assert read(b"\0" * 1_000 + b"first\n\0second\0\r\n\0\0\nth\0ird\n\0\0") == ["first", "second", "", "th\0ird", ""]


def test_a_few_zeros_do_not_make_utf_16() -> None:
    assert read(b"a\0b line of bytes\n") == ["a\0b line of bytes"]
    assert read(b"\0") == [""]
    assert read(b"") == []


@given(st.text(), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]), st.integers(1, 300))
def test_what_was_written_is_read(written: str, encoding: str, size: int) -> None:
    content = ("a" * 8 + written).encode(encoding, "replace")
    assert "".join(decode(pieces(content, size))) == content.decode(encoding)


@given(st.binary(max_size=600), st.integers(1, 300), st.sampled_from([b"", b"\xff\xfe", b"a\0b\0c\0", b"\0a\0b\0c"]))
def test_chunks_never_change_the_result(content: bytes, size: int, lead: bytes) -> None:
    content = lead + content
    assert read(content, size) == read(content)
    assert "".join(decode(pieces(content, size))) == "".join(decode(iter([content])))


@given(st.lists(st.sampled_from(["a", "\0", "\r", "\n", " ", "bc"]), max_size=40), st.integers(1, 9))
def test_chunks_never_change_the_lines(parts: list[str], size: int) -> None:
    content = "".join(parts)
    assert list(lines(content[at : at + size] for at in range(0, len(content), size))) == list(lines(iter([content])))


def test_a_long_line_in_small_pieces_takes_linear_time() -> None:
    with within(5):
        assert len(list(lines("x" * 10 for _ in range(400_000)))) == 1


def test_a_line_without_an_end_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text, "MAX_RECORD", 100)
    found = read(b"x" * 350 + b"\nnext\n", 64)
    assert [len(line) for line in found[:-1]] == [100, 100, 100, 50]
    assert found[-1] == "next"


def test_zeros_of_any_number_are_padding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text, "MAX_RECORD", 100)
    assert [raw.text for raw in text.split(iter(("a\n" + "\0" * 1_000, "\0" * 1_000)))] == ["a"]
