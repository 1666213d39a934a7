"""The files in opensearch/ are what a domain gets; `make docs` writes them anew."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from opensearch.generate import generated, present, text


def test_the_files_are_current() -> None:
    files = dict(generated())
    assert present() == files.keys()
    assert [path.name for path, text in files.items() if path.read_text(encoding="utf-8") != text] == []


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda below: st.lists(below) | st.dictionaries(st.text(), below),
)


@given(VALUES)
def test_a_file_is_json_of_its_body(value: Any) -> None:
    assert json.loads(text(value)) == value
