"""CONTRIBUTING.md, Add a log source: one module, one row and one page, in a copy of the project, are all there is to do."""

import json
import os
import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from siem_stack.log_sources import METADATA
from tests.siem_stack.conftest import NO_BUNDLING

ROOT = Path(__file__).parents[3]
NAME, SETTING = "vpc_lattice", "siem:vpc_lattice"
NETWORK = "sn-0123456789abcdef0"
NEEDED = ("app.py", "cdk.json", "config", "docs/settings.md", "lambda", "siem_stack")
UNCLEAN = shutil.ignore_patterns("__pycache__", "*.egg-info", "user.ini")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the project, with a source that is written as CONTRIBUTING.md has it."""
    for name in NEEDED:
        target = tmp_path / name
        target.parent.mkdir(exist_ok=True)
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, target, ignore=UNCLEAN)
        else:
            shutil.copyfile(ROOT / name, target)
    module, row = snippets()
    (tmp_path / "siem_stack" / "log_sources" / f"{NAME}.py").write_text(module)
    rows = tmp_path / "siem_stack" / "settings" / "log_sources.py"
    imports, title, others = rows.read_text().partition('    """Log sources."""\n')
    rows.write_text(imports + title + row + others)
    return tmp_path


def snippets() -> list[str]:
    """The module and the row; the row is a member of a class."""
    text = (ROOT / "CONTRIBUTING.md").read_text().partition("## Add a log source\n")[2].partition("\n## ")[0]
    module, row = re.findall(r"^ {3}```python\n(.*?)^ {3}```$", text, re.MULTILINE | re.DOTALL)
    return [textwrap.dedent(module), re.sub(r"^ {3}", "", row, flags=re.MULTILINE)]


def run(project: Path, *arguments: str, **env: str) -> None:
    paths = os.pathsep.join((str(project / "lambda"), str(project)))
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=project,
        env={**os.environ, "PYTHONPATH": paths, **env},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_the_template_and_the_settings_have_a_source_that_is_added(project: Path, tmp_path: Path) -> None:
    context = json.dumps({SETTING: NETWORK, **NO_BUNDLING})
    run(project, "app.py", CDK_CONTEXT_JSON=context, CDK_OUTDIR=str(tmp_path / "cdk.out"))
    template = json.loads((tmp_path / "cdk.out" / "SiemStack.template.json").read_text())
    said = template["Metadata"][METADATA][NAME]
    (logical_id,) = said["Resources"]
    assert said["Title"] == "Amazon VPC Lattice"
    assert said["Page"] == f"docs/log-sources/{NAME}.md"
    assert template["Resources"][logical_id]["Properties"]["ResourceIdentifier"] == NETWORK
    run(project, "-m", "siem_stack.settings")
    assert SETTING in (project / "docs" / "settings.md").read_text()
    assert json.loads((project / "cdk.json").read_text())["context"][SETTING] == ""
