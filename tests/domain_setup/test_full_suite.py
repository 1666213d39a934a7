"""What `make test-full` runs has the time that it waits for."""

import inspect
from collections.abc import Callable
from typing import Any

import pytest

from tests_full import test_lifecycle as full

TESTS = [member for name, member in vars(full).items() if name.startswith("test_")]


@pytest.mark.parametrize("test", TESTS)
def test_no_test_is_ended_while_it_waits(test: Callable[..., Any], pytestconfig: pytest.Config) -> None:
    waits = inspect.getsource(test).count("until(")
    marks = [mark.args[0] for mark in getattr(test, "pytestmark", []) if mark.name == "timeout"]
    allowed = marks[0] if marks else float(pytestconfig.getini("timeout"))
    assert allowed > waits * full.MINUTES * 60
