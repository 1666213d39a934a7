import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from siem_stack.bundling import ROOT, BundlingError, bundle, source_hash
from tests.parquet_files import from_rows

MEGABYTE = 1_000_000
IMPORTS = """\
import sys
sys.path = [sys.argv[1], *(path for path in sys.path if "site-packages" not in path)]
import domain_setup.handler, es_loader.handler
import maxminddb, opensearchpy, publicsuffixlist, ua_parser, ua_parser_rs, xxhash
from es_loader.config import load_deployed_config
assert es_loader.__file__.startswith(sys.argv[1]), es_loader.__file__
from es_loader.formats import parquet
assert not {"arro3", "grpc"} & set(sys.modules), "what is for few objects does not slow down each cold start"
assert [row.value for row in parquet.split(iter([bytes.fromhex(sys.argv[2])]))] == [{"a": 1}]
import es_loader.formats.parquet_rows, arro3.io
assert arro3.io.__file__.startswith(sys.argv[1]), arro3.io.__file__
assert load_deployed_config().log_types
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small project with the parts that make a bundle, and some that do not."""
    root = tmp_path / "project"
    for name, content in {
        "config/aws.ini": "[a]",
        "config/user.ini.example": "[b]",
        "lambda/domain_setup/__init__.py": "",
        "lambda/es_loader/__init__.py": "",
        "lambda/es_loader/__pycache__/x.pyc": "",
        "lambda/es_loader/table.json": "{}",
        "lambda/requirements.txt": "",
        "lambda/requirements.in": "",
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(content)
    return root


def test_what_is_bundled_for_this_machine_works_alone(tmp_path: Path) -> None:
    bundle(tmp_path, "host")
    assert not list(tmp_path.rglob("__pycache__"))
    assert not (tmp_path / "grpc").exists()
    assert not (tmp_path / "boto3").exists()
    assert (tmp_path / "config" / "aws.ini").read_bytes() == (ROOT / "config" / "aws.ini").read_bytes()
    assert sum(path.stat().st_size for path in tmp_path.rglob("*") if path.is_file()) < 60 * MEGABYTE
    subprocess.run(
        [sys.executable, "-I", "-B", "-c", IMPORTS, str(tmp_path), from_rows([{"a": 1}]).hex()],
        check=True,
        cwd=tmp_path,
    )


def test_a_bundle_has_the_code_and_the_configuration(project: Path, tmp_path: Path) -> None:
    (project / "lambda" / "requirements.txt").write_text("# nothing\n")
    (project / "config" / "user.ini").write_text("[mine]")
    (project / "config" / "exclude_log_patterns.csv").write_text("log_type,field,pattern")
    bundle(tmp_path / "bundle", "host", project)
    found = {path.relative_to(tmp_path / "bundle").as_posix() for path in (tmp_path / "bundle").rglob("*.*")}
    assert found == {
        "config/aws.ini",
        "config/exclude_log_patterns.csv",
        "config/user.ini",
        "domain_setup/__init__.py",
        "es_loader/__init__.py",
        "es_loader/table.json",
    }


@pytest.mark.parametrize(
    "change",
    [
        lambda root: (root / "config" / "aws.ini").write_text("[z]"),
        lambda root: (root / "config" / "user.ini").write_text(""),
        lambda root: (root / "config" / "exclude_log_patterns.csv").write_text(""),
        lambda root: (root / "lambda" / "requirements.txt").write_text("six==1.17.0"),
        lambda root: (root / "lambda" / "es_loader" / "table.json").rename(
            root / "lambda" / "es_loader" / "other.json"
        ),
        lambda root: shutil.rmtree(root / "lambda" / "domain_setup"),
    ],
    ids=["configuration", "user.ini", "exclusions", "requirements", "renamed", "removed"],
)
def test_what_goes_into_a_bundle_changes_its_name(project: Path, change: Callable[[Path], object]) -> None:
    before = source_hash("arm64", project)
    change(project)
    assert source_hash("arm64", project) != before


def test_what_does_not_go_into_a_bundle_leaves_its_name(project: Path) -> None:
    before = source_hash("arm64", project)
    (project / "lambda" / "es_loader" / "__pycache__" / "y.pyc").write_text("")
    (project / "config" / "user.ini.example").write_text("")
    (project / "lambda" / "requirements.in").write_text("six")
    assert source_hash("arm64", project) == before
    assert source_hash("host", project) != before


def test_what_pip_cannot_install_is_told_in_its_words(project: Path, tmp_path: Path) -> None:
    (project / "lambda" / "requirements.txt").write_text("six==1.17.0\n")
    with pytest.raises(BundlingError, match=r"(?s)pip cannot install lambda/requirements\.txt for arm64:.*hash"):
        bundle(tmp_path / "bundle", "arm64", project)


def test_the_hashed_requirements_are_those_that_are_declared() -> None:
    declared = {line.split(" ")[0].replace("[regex]", "") for line in _lines("requirements.in")}
    pinned = {line.split(" ")[0] for line in _lines("requirements.txt") if "==" in line}
    assert declared <= pinned
    assert not any("://" in line or "index-url" in line for line in _lines("requirements.txt"))


def _lines(name: str) -> list[str]:
    lines = (ROOT / "lambda" / name).read_text().splitlines()
    return [line for line in lines if line and not line.startswith("#")]
