"""Pages of log sources: what is generated in them is current, and all have the same sections and names that exist."""

import re
from pathlib import Path

import pytest

from docs import log_sources
from docs.log_types import builtin
from siem_stack.log_sources import log_sources as all_sources
from siem_stack.settings import PREFIX, Settings

SECTIONS = ["Switch it on", "By hand", "Keys and fields", "See that it works", "When nothing comes"]
PAGES = sorted(set(log_sources.FOLDER.glob("*.md")) - {log_sources.INDEX})
SETTING = re.compile(rf"{PREFIX}([a-z]\w*)")
FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)

page = pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)


def test_what_is_generated_is_current() -> None:
    wanted = log_sources.pages()
    assert [path.name for path, text in wanted.items() if path.read_text() != text] == [], "run make docs"


def test_every_source_has_a_page_and_every_page_a_source() -> None:
    assert {path.stem for path in PAGES} == log_sources.described().keys()
    assert {source.name for source in all_sources()} <= {path.stem for path in PAGES}


@page
def test_all_pages_have_the_same_sections(path: Path) -> None:
    assert re.findall(r"^## (.+)$", FENCE.sub("", path.read_text()), re.MULTILINE) == SECTIONS


@page
def test_a_page_begins_with_what_the_logs_tell(path: Path) -> None:
    title, first = path.read_text().split("\n\n")[:2]
    assert title.startswith("# ")
    assert re.match(r"[A-Z][^#`]*\.$", first, re.DOTALL), first


@page
def test_settings_exist(path: Path) -> None:
    assert [name for name in SETTING.findall(path.read_text()) if not hasattr(Settings(), name)] == []


@page
def test_a_page_names_its_own_setting(path: Path) -> None:
    wanted = log_sources.described()[path.stem].settings
    assert set(wanted) <= set(SETTING.findall(path.read_text()))


@page
def test_what_the_doctor_is_asked_for_exists(path: Path) -> None:
    words = re.findall(r"es-loader doctor ([\w -]+)$", path.read_text(), re.MULTILINE)
    known = {source.name for source in all_sources()} | {each.name for each in builtin()}
    assert set(" ".join(words).split()) <= known


def test_a_page_without_the_comments_gets_them() -> None:
    types = {each.name: each for each in builtin()}
    source = log_sources.Described("X", ("waf",))
    found = log_sources.page("# X\n\n## Keys and fields\n\nBy hand.\n\n## See that it works\n", source, types)
    assert found.startswith(f"# X\n\n## Keys and fields\n\nBy hand.\n\n{log_sources.BEGIN}\n**[waf]")
    assert found.endswith(f"{log_sources.END}\n\n## See that it works\n")
    assert log_sources.page(found, source, types) == found
