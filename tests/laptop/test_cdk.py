import json
import subprocess
import sys
from pathlib import Path

import pytest

from laptop.cdk import PINNED, CdkError, cdk
from laptop.emulator import ACCOUNT, REGION, Emulator

ROOT = Path(__file__).parents[2]
LOCK = json.loads((PINNED / "package-lock.json").read_text())
VERSION = LOCK["packages"]["node_modules/aws-cdk"]["version"]


def test_the_lock_file_pins_one_version_and_names_no_registry() -> None:
    assert json.loads((PINNED / "package.json").read_text())["dependencies"] == {"aws-cdk": VERSION}
    assert "resolved" not in LOCK["packages"]["node_modules/aws-cdk"]
    assert LOCK["packages"]["node_modules/aws-cdk"]["integrity"].startswith("sha512-")


def test_the_pinned_cli_runs_from_anywhere(tmp_path: Path) -> None:
    assert cdk("--version", capture=True, cwd=tmp_path).startswith(VERSION)


def test_the_module_is_the_cli() -> None:
    command = [sys.executable, "-m", "laptop.cdk", "--version"]
    assert subprocess.check_output(command, cwd=ROOT, text=True).startswith(VERSION)


def test_a_failing_command_raises_with_its_output(tmp_path: Path) -> None:
    with pytest.raises(CdkError, match=r"(?s)cdk synth ended with status 1.*--app is required"):
        cdk("synth", capture=True, cwd=tmp_path)


def test_a_command_that_takes_too_long_is_killed(tmp_path: Path) -> None:
    (tmp_path / "cdk.json").write_text(json.dumps({"app": "sleep 99"}))
    with pytest.raises(CdkError, match="not done after 2 s"):
        cdk("synth", capture=True, cwd=tmp_path, timeout=2)


def test_an_emulated_account_is_bootstrapped(emulator: Emulator, tmp_path: Path) -> None:
    output = cdk(
        "bootstrap", f"aws://{ACCOUNT}/{REGION}", capture=True, env=emulator.environment(), cwd=tmp_path, timeout=120
    )
    assert f"Environment aws://{ACCOUNT}/{REGION} bootstrapped" in output
