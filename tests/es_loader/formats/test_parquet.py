"""Rows of a Parquet file are JSON objects, and no file however damaged ends more than its own reading."""

import contextlib
import io
import json
import random
import time
from collections.abc import Iterator
from typing import Any

import pytest
from arro3.core import Array, DataType
from hypothesis import given, settings
from hypothesis import strategies as st

from es_loader.errors import ObjectError
from es_loader.formats.json import Value
from es_loader.formats.parquet import split
from es_loader.formats.parquet_rows import write_rows
from es_loader.formats.text import MAX_RECORD
from tests.parquet_files import from_columns, from_rows

ROWS = [{"number": number, "text": f"row {number}", "some": None if number % 2 else 0.5} for number in range(2500)]
FILE = from_rows(ROWS, compression="snappy", max_row_group_size=500)
FOOTER = int.from_bytes(FILE[-8:-4], "little") + 8


def values(content: bytes, arrays: frozenset[str] = frozenset()) -> list[Value]:
    return list(split(iter((content,)), arrays))


def until_error(content: bytes) -> tuple[list[Any], str]:
    """Return the rows before the error, and the error."""
    found: list[Any] = []
    with pytest.raises(ObjectError) as caught:
        found.extend(value.value for value in split(iter((content,))))
    return found, str(caught.value)


def written(column: Array) -> list[Any]:
    """Return a column as the program writes it."""
    out = io.BytesIO()
    write_rows(io.BytesIO(from_columns({"it": column})), out)
    return [json.loads(line).get("it") for line in out.getvalue().splitlines()]


@pytest.mark.parametrize("compression", ["uncompressed", "snappy", "gzip(6)", "zstd(3)", "lz4_raw", "brotli(3)"])
def test_rows_are_objects_without_nulls(compression: str) -> None:
    found = values(from_rows(ROWS, compression=compression, max_row_group_size=500))
    assert [value.value for value in found] == [
        {name: value for name, value in row.items() if value is not None} for row in ROWS
    ]
    assert found[1].text == '{"number":1,"text":"row 1"}'


def test_a_file_may_come_in_pieces_and_have_no_rows() -> None:
    assert len(list(split(FILE[at : at + 100] for at in range(0, len(FILE), 100)))) == len(ROWS)
    assert values(from_columns({"text": Array([], DataType.utf8())})) == []


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        (Array([6, None], DataType.int32()), [6, None]),
        (Array([2**64 - 1], DataType.uint64()), [2**64 - 1]),
        (Array([6.0, float("nan"), float("inf")], DataType.float64()), [6.0, None, None]),
        (Array([True, None], DataType.bool()), [True, None]),
        (Array(['a\n"\u2028', None], DataType.utf8()), ['a\n"\u2028', None]),
        (Array([b"text", b"\xff\x00", None], DataType.binary()), ["text", "ff00", None]),
        (Array([b"text"], DataType.large_binary()), ["text"]),
        (Array([1893553200123], DataType.int64()).cast(DataType.timestamp("ms")), ["2030-01-02T03:00:00.123"]),
        (
            Array([1893553200123456], DataType.int64()).cast(DataType.timestamp("us", tz="UTC")),
            ["2030-01-02T03:00:00.123456Z"],
        ),
        (Array([21916], DataType.int32()).cast(DataType.date32()), ["2030-01-02"]),
        (Array(["12.50"], DataType.utf8()).cast(DataType.decimal128(9, 2)), [12.5]),
    ],
    ids=lambda value: str(value)[:20] if isinstance(value, list) else "",
)
def test_types(column: Array, expected: list[Any]) -> None:
    assert written(column) == expected


def test_bytes_beside_other_columns() -> None:
    columns = {"text": Array(["a", "b"], DataType.utf8()), "bytes": Array([b"c", None], DataType.binary())}
    assert [value.value for value in values(from_columns(columns))] == [{"text": "a", "bytes": "c"}, {"text": "b"}]


def test_nested_columns_are_objects_and_lists() -> None:
    rows = [{"a": {"b": [1, 2], "c": {"d": "e"}}, "list": [{"x": "1"}, {"y": 2}]}]
    assert [value.value for value in values(from_rows(rows))] == rows


def test_elements_of_an_array_are_the_values() -> None:
    found = values(
        from_rows([{"messageType": "DATA_MESSAGE", "logEvents": [{"id": "1"}, {"id": "2"}]}]), frozenset({"logEvents"})
    )
    assert [(value.text, value.value, value.around) for value in found] == [
        ('{"id":"1"}', {"id": "1"}, {"messageType": "DATA_MESSAGE"}),
        ('{"id":"2"}', {"id": "2"}, {"messageType": "DATA_MESSAGE"}),
    ]


def test_what_was_read_before_a_damaged_page_is_good() -> None:
    damaged = bytearray(FILE)
    place = (len(FILE) - FOOTER) * 4 // 5
    damaged[place : place + 60] = b"\xff" * 60
    found, error = until_error(bytes(damaged))
    assert 1024 <= len(found) < len(ROWS)
    assert found[499] == {"number": 499, "text": "row 499"}
    assert error.startswith("is a Parquet file that cannot be read on: ")


@pytest.mark.parametrize(
    "content",
    [b"PAR1", b"PAR1PAR1", FILE[:-1], FILE[: len(FILE) // 2], FILE[:-FOOTER] + b"\xff" * (FOOTER - 8) + FILE[-8:]],
    ids=["magic", "nothing", "last byte", "half", "footer"],
)
def test_a_file_without_its_end_gives_nothing(content: bytes) -> None:
    found, error = until_error(content)
    assert found == []
    assert error.startswith("is a Parquet file that cannot be read on: ")
    assert len(error) < 400


def test_the_reader_says_why() -> None:
    assert "Corrupt footer" in until_error(FILE[:-1])[1]


def test_an_encrypted_file_is_told() -> None:
    assert until_error(b"PARE" + FILE[4:-4] + b"PARE") == ([], "is an encrypted Parquet file, which cannot be read")


def test_an_error_of_the_object_itself_is_passed_on() -> None:
    def chunks() -> Iterator[bytes]:
        yield FILE[:100]
        raise ObjectError("gzip data end too early")

    with pytest.raises(ObjectError, match="gzip data end too early"):
        list(split(chunks()))


@pytest.mark.parametrize("letter", ["x", "1", "["])
def test_a_row_longer_than_a_record_costs_itself_alone(letter: str) -> None:
    found = values(from_rows([{"a": letter * (2 * MAX_RECORD + 9)}, {"a": "good"}], compression="zstd(1)"))
    assert [value.error is None for value in found] == [False, False, False, True]
    assert found[-1].value == {"a": "good"}


def test_a_reader_that_is_left_early_ends() -> None:
    started = time.monotonic()
    rows = split(iter((from_rows([{"a": "x" * 1000}] * 20_000),)))
    assert next(rows).error is None
    rows.close()  # type: ignore[attr-defined] # it is a generator
    assert time.monotonic() - started < 20


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**32), count=st.integers(1, 6), near_the_end=st.booleans())
def test_any_damage_gives_rows_or_an_object_error(seed: int, count: int, *, near_the_end: bool) -> None:
    chance, damaged = random.Random(seed), bytearray(FILE)
    for _ in range(count):
        damaged[chance.randrange(len(FILE) - FOOTER if near_the_end else 4, len(FILE))] = chance.randrange(256)
    with contextlib.suppress(ObjectError):
        values(bytes(damaged))
