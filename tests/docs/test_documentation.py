"""What the pages say is there, and works: links, targets, command lines, generated tables."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from docs import log_types
from es_loader.command_line import build_parser

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *ROOT.glob("[bs]*/README.md")])

LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^( *)```(\w*)[^`\n]*\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
TARGET = re.compile(r"(?:`|^\s*|=\S+ )make ([a-z][a-z-]*)", re.MULTILINE)
MODULE = re.compile(r"python3? -m ((?:benchmarks|docs|laptop|opensearch|samples|siem_stack)[\w.]*)")
FORBIDDEN = re.compile(r"/work/|/root/|\bsession \d|\bissue #\d", re.IGNORECASE)
"""Paths of the machine that a page was written on, and of whoever wrote it."""

page = pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))


def commands(text: str) -> Iterator[str]:
    """Yield the lines of fenced blocks without a language, continued lines joined."""
    for _indent, language, block in FENCE.findall(text):
        if not language:
            yield from block.replace("\\\n", " ").splitlines()


def anchors(path: Path) -> set[str]:
    """Return the anchors that GitHub makes of a page's headings."""
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", path.read_text()), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@page
def test_links_lead_somewhere(path: Path) -> None:
    for link in LINK.findall(FENCE.sub("", path.read_text())):
        if re.match(r"https?:", link):
            continue
        file, _, anchor = link.partition("#")
        target = (path.parent / file).resolve() if file else path
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


@page
def test_targets_of_make_are_there(path: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(TARGET.findall(path.read_text())) <= targets


@page
def test_modules_are_there(path: Path) -> None:
    for name in MODULE.findall(path.read_text()):
        file = ROOT.joinpath(*name.split("."))
        assert file.with_suffix(".py").exists() or (file / "__main__.py").exists(), name


@page
def test_command_lines_are_understood(path: Path) -> None:
    for line in commands(path.read_text()):
        words = shlex.split(line, comments=True) if re.match(r"\s*(?:\.venv/bin/)?es-loader ", line) else []
        if words:
            build_parser().parse_args(words[1:])


@page
def test_pages_are_about_the_product(path: Path) -> None:
    assert FORBIDDEN.findall(path.read_text()) == []


def test_the_readme_lists_the_log_types() -> None:
    rows = re.findall(
        r"^\| \[([\w-]+)\]\(docs/log-types/[\w-]+\.md\) \|.*\| (\w+) \| `(.+)` \|$", readme(), re.MULTILINE
    )
    assert rows == [(each.name, each.file_format, each.index_name) for each in log_types.builtin()]


def test_the_pages_of_log_types_are_current() -> None:
    wanted = log_types.pages(log_types.builtin())
    there = {log_types.INDEX, *log_types.FOLDER.glob("*.md")}
    assert there == wanted.keys()
    assert [path.name for path, text in wanted.items() if path.read_text() != text] == [], "run make docs"


def test_every_page_says_where_it_differs_from_elastic() -> None:
    names = {each.name for each in log_types.builtin()}
    assert {path.stem for path in log_types.DIFFERENCES.glob("*.md")} == names


def test_the_readme_begins_with_the_two_commands() -> None:
    blocks = [block for _, language, block in FENCE.findall(readme()) if not language]
    assert [line.partition("#")[0].split() for line in blocks[0].splitlines()] == [["make", "demo"], ["make", "test"]]


def readme() -> str:
    return (ROOT / "README.md").read_text()
