"""A module brings its functions to the log type whose name it has, and to no other."""

from dataclasses import replace
from importlib import import_module
from pathlib import Path

from es_loader import logtypes
from es_loader.logtypes import Hooks, hooks
from tests.golden import builtin_config

LOG_TYPES = builtin_config().log_types


def test_every_module_that_brings_functions_has_the_name_of_a_section() -> None:
    names = [path.stem for path in Path(logtypes.__path__[0]).glob("[!_]*.py")]
    bring = {name for name in names if hasattr(import_module(f"es_loader.logtypes.{name}"), "hooks")}
    assert bring == {name.replace("-", "_") for name, log_type in LOG_TYPES.items() if hooks(log_type) != Hooks()}
    assert bring


def test_a_users_section_of_the_same_name_has_none() -> None:
    assert hooks(replace(LOG_TYPES["alb"], builtin=False)) == Hooks()
