"""Exclusions on the command line: the same file of patterns, beside the layer that is given."""

import json
from pathlib import Path

import pytest

from es_loader.cli import main
from tests.golden import LOGS

FLOWS = LOGS / "vpcflowlogs" / "default-header.log"
FLOW_KEY = (LOGS / "vpcflowlogs" / "key").read_text().strip()
Output = pytest.CaptureFixture[str]


@pytest.fixture
def layer(tmp_path: Path) -> list[str]:
    (tmp_path / "user.ini").write_text("")
    (tmp_path / "exclude_log_patterns.csv").write_text(
        "log_type,field,pattern,pattern_type,comment\nvpcflowlogs,srcaddr,203.0.113.7,text,\n"
    )
    return ["--user-ini", str(tmp_path / "user.ini")]


def test_try_says_what_is_dropped_and_by_which_line(layer: list[str], capsys: Output) -> None:
    assert main(["try", str(FLOWS), "--key", FLOW_KEY, *layer]) == 0
    assert "1 dropped: exclude_log_patterns.csv line 2" in capsys.readouterr().err


def test_golden_pairs_are_written_without_exclusions(layer: list[str], tmp_path: Path) -> None:
    assert main(["try", str(FLOWS), "--key", FLOW_KEY, "--golden", str(tmp_path / "pair"), *layer]) == 0
    assert len(json.loads((tmp_path / "pair" / "default-header.expected.json").read_text())) == 9


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_load_leaves_out_what_is_excluded(layer: list[str], tmp_path: Path, jobs: str, capsys: Output) -> None:
    target = tmp_path / "out.ndjson"
    arguments = ["load", str(FLOWS), "--key", FLOW_KEY, "--to", f"ndjson:{target}", "--jobs", jobs, *layer]
    assert main(arguments) == 0
    assert len(target.read_text().splitlines()) == 8
    assert "exclude_log_patterns.csvline21" in "".join(capsys.readouterr().err.split())


def test_check_names_mistakes_in_the_file(layer: list[str], tmp_path: Path, capsys: Output) -> None:
    assert main(["check", *layer]) == 0
    (tmp_path / "exclude_log_patterns.csv").write_text("log_type,field,pattern\nwaf,action,(\n")
    assert main(["check", *layer]) == 1
    assert "ERROR exclude_log_patterns.csv line 2: '(' is no expression of RE2" in capsys.readouterr().err
