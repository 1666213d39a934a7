"""What every log source keeps to: a setting, log types that exist, a page, and its name in the template."""

from pathlib import Path

import pytest
from aws_cdk import assertions

from es_loader.config import load_config
from siem_stack.log_sources import METADATA, log_sources
from siem_stack.log_sources.source import LogSource, Where
from siem_stack.settings import Settings

ROOT = Path(__file__).parents[3]
HERE = pytest.mark.parametrize(
    "source", [each for each in log_sources() if each.where is not Where.US_EAST_1], ids=lambda source: source.name
)
SOURCES = pytest.mark.parametrize("source", log_sources(), ids=lambda source: source.name)


@SOURCES
def test_its_names_exist(source: LogSource) -> None:
    built_in = load_config(ROOT / "config" / "aws.ini").log_types
    assert all(hasattr(Settings(), name) for name in (source.setting, *source.further_settings))
    assert set(source.log_types) <= built_in.keys()


@SOURCES
def test_it_is_off_by_default(source: LogSource) -> None:
    assert not source.is_on(Settings())


@HERE
def test_the_template_names_its_resources(source: LogSource, other_template: assertions.Template) -> None:
    template = other_template.to_json()
    found = template["Metadata"][METADATA][source.name]
    assert found["Title"] == source.title
    assert found["Resources"]
    assert set(found["Resources"]) <= template["Resources"].keys()


def test_names_are_those_of_the_modules() -> None:
    folder = ROOT / "siem_stack" / "log_sources"
    modules = {path.stem for path in folder.glob("*.py")} - {"__init__", "source"}
    assert {source.name for source in log_sources()} == modules


def test_a_stack_without_sources_says_nothing_of_them(template: assertions.Template) -> None:
    assert METADATA not in template.to_json().get("Metadata", {})
