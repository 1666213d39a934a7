"""What every log source keeps to: a setting, log types that exist, a page, and its name in the template."""

from pathlib import Path

import pytest
from aws_cdk import assertions

from es_loader.config import load_config
from siem_stack.log_sources import METADATA, log_sources
from siem_stack.log_sources.source import LogSource
from siem_stack.settings import Settings
from tests.siem_stack.conftest import OTHER
from tests.siem_stack.log_sources.stacks import templates_of

ROOT = Path(__file__).parents[3]
SOURCES = pytest.mark.parametrize("source", log_sources(), ids=lambda source: source.name)


@SOURCES
def test_its_names_exist(source: LogSource) -> None:
    built_in = load_config(ROOT / "config" / "aws.ini").log_types
    assert all(hasattr(Settings(), name) for name in source.settings)
    assert set(source.log_types) <= built_in.keys()


@SOURCES
def test_it_is_off_by_default(source: LogSource) -> None:
    assert not source.is_on(Settings())


@pytest.fixture(scope="module")
def all_templates() -> dict[str, assertions.Template]:
    return templates_of(None, **OTHER)


@SOURCES
def test_a_template_names_its_resources(source: LogSource, all_templates: dict[str, assertions.Template]) -> None:
    templates = [each.to_json() for each in all_templates.values()]
    naming = [each for each in templates if source.name in each.get("Metadata", {}).get(METADATA, {})]
    assert naming
    for template in naming:
        found = template["Metadata"][METADATA][source.name]
        assert found["Title"] == source.title
        assert found["Resources"]
        assert set(found["Resources"]) <= template["Resources"].keys()


def test_names_are_those_of_the_modules() -> None:
    folder = ROOT / "siem_stack" / "log_sources"
    modules = {path.stem for path in folder.glob("*.py") if "SOURCE = " in path.read_text()}
    assert {source.name for source in log_sources()} == modules


@SOURCES
def test_its_page_is_there(source: LogSource) -> None:
    assert (ROOT / "docs" / "log-sources" / f"{source.name}.md").exists()


def test_a_stack_without_sources_says_nothing_of_them(template: assertions.Template) -> None:
    assert METADATA not in template.to_json().get("Metadata", {})
