"""docs/custom-logs.md, followed word for word: its files are written, its commands run, its output comes."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from es_loader.config import load_deployed_config
from siem_stack.config_check import LogTypesError, require_sound_log_types

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "custom-logs.md"
FENCE = re.compile(r"^```(\w*)(?: ([^\n]*))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class Block(NamedTuple):
    language: str
    info: str
    text: str


def blocks() -> list[Block]:
    return [Block(*found) for found in FENCE.findall(PAGE.read_text())]


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of what the command line needs, in which a user has no configuration yet."""
    folder: Path = tmp_path_factory.mktemp("checkout")
    shutil.copytree(ROOT / "lambda", folder / "lambda", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "config").mkdir()
    shutil.copy(ROOT / "config" / "aws.ini", folder / "config")
    return folder


def write(block: Block, folder: Path) -> None:
    name, _, append = block.info.partition(" ")
    with (folder / name).open("a" if append else "w") as file:
        file.write(block.text)


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    line = command.replace(".venv/bin/es-loader", f"{sys.executable} -m es_loader.cli")
    environment = {**os.environ, "PYTHONPATH": str(folder / "lambda")}
    return subprocess.run(
        ["bash", "-o", "pipefail", "-c", line], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def steps(found: list[Block]) -> Iterator[tuple[Block, Block | None]]:
    """Yield each block with the output that follows it."""
    for block, following in zip(found, [*found[1:], None], strict=True):
        if block.language != "output":
            yield block, following if following and following.language == "output" else None


def test_the_page_holds_when_it_is_followed(checkout: Path) -> None:
    commands = 0
    for block, output in steps(blocks()):
        if block.info:
            write(block, checkout)
        elif "es-loader" in block.text:
            commands += 1
            done = run(block.text, checkout)
            shown = done.stdout + done.stderr
            assert done.returncode == int(output.info if output else 0), f"{block.text}{shown}"
            for line in output.text.splitlines() if output else ():
                assert line in shown, f"{block.text}{shown}"
    assert commands >= 8
    config = load_deployed_config(root=checkout)
    require_sound_log_types(config, checkout / "config" / "golden")


def test_a_deployment_refuses_what_no_longer_becomes_the_same(checkout: Path) -> None:
    section = checkout / "config" / "user.ini"
    section.write_text(section.read_text().replace("user.name = holder", "user.name = door"))
    changed = run(".venv/bin/es-loader check", checkout)
    assert changed.returncode == 1
    assert 'badges/door: document 0: user.name is "lobby", expected "Ines Okafor"' in changed.stderr
    with pytest.raises(LogTypesError, match=r"badges/door: document 0: related\.user is"):
        require_sound_log_types(load_deployed_config(root=checkout), checkout / "config" / "golden")


def test_no_golden_pairs_where_some_are_named(checkout: Path, tmp_path: Path) -> None:
    missing = run(f".venv/bin/es-loader check --golden {tmp_path}", checkout)
    assert missing.returncode == 2
    assert "holds no golden pairs" in missing.stderr


def test_a_pair_without_its_documents_is_named(checkout: Path) -> None:
    (checkout / "config" / "golden" / "badges" / "lonely.log").write_text("x\n")
    broken = run(".venv/bin/es-loader check", checkout)
    assert broken.returncode == 2
    assert "lonely.log: no golden pair" in broken.stderr
