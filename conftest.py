"""Options of the test suite."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add --regen, which writes the expected documents of the golden pairs anew."""
    parser.addoption("--regen", action="store_true", help="write the golden pairs' expected documents anew")
