"""What hypothesis makes up for the tests of many modules."""

from typing import Any

from hypothesis import strategies as st


def json_values(numbers: st.SearchStrategy[float]) -> st.SearchStrategy[Any]:
    """Return values as decoded JSON has them, whose floating-point numbers are of one strategy."""
    return st.recursive(
        st.none() | st.booleans() | st.integers() | numbers | st.text(max_size=20),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
        max_leaves=8,
    )


JSON = json_values(st.floats(allow_nan=False, allow_infinity=False))

LOOSE_JSON = json_values(st.floats())
"""What Python's json reads and writes: numbers may be NaN and infinite."""
