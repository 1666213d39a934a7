import pytest

from es_loader.errors import RecordError
from es_loader.formats.csv import Columns, Header, parser, split
from es_loader.types import RawRecord


def header(line: str) -> Header | None:
    return Columns(line[1:].split(","), ",") if line.startswith("#") else None


def test_rows_below_a_header_that_shows_its_delimiter_are_split_by_it() -> None:
    rows = list(split(iter(["a b\n#x,y\n1,2 3\n#z\n4"]), delimiter=" ", header=header))
    assert [row.value for row in rows] == [None, ("x", "y"), ("z",)]
    assert [parser(" ", quoted=False)(row) for row in rows[1:]] == [{"x": "1", "y": "2 3"}, {"z": "4"}]


@pytest.mark.parametrize("row", ["1\t2 3", "1\t2\u00a03"])
def test_white_space_is_a_tab_where_there_is_one(row: str) -> None:
    assert Columns(("x", "y"), "").values(row) == row.split("\t")
    assert Columns(("x", "y"), "").values("1  2") == ["1", "2"]


def test_columns_with_and_without_a_delimiter_are_equal_names() -> None:
    assert Columns(("x", "y"), ",") == ("x", "y")
    assert hash(Columns(("x", "y"), ",")) == hash(("x", "y"))


def test_surplus_values_are_kept_and_missing_ones_an_error() -> None:
    parse = parser(" ", quoted=False)
    assert parse(RawRecord(0, "1 2 3", ("x",))) == {"x": "1", "extra": ["2", "3"]}
    with pytest.raises(RecordError, match="has 1 columns, its header 2"):
        parse(RawRecord(0, "1", ("x", "y")))
    with pytest.raises(RecordError, match="no header"):
        parse(RawRecord(0, "1"))
