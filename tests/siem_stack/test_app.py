"""app.py as the CDK command line starts it."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from siem_stack.settings import PREFIX, defaults
from tests.siem_stack.conftest import NO_BUNDLING
from tests.siem_stack.matrix import REGIONS, of_another_partition, others

ROOT = Path(__file__).parents[2]
WRONG = {
    "architecture": ("x86_64", "one of arm64, host"),
    "cloudtrail": ("managment", "some of management, insights"),
    "analysts": ("analyst", "ARNs of IAM roles and users with blanks between them"),
    "domain_name": ("Aes", "3 to 28 lower-case letters"),
    "instance_count": ("5", "0, 1, or an even number or a multiple of 3"),
    "silence_alarms": ("cloudtrail", "`log type=hours`"),
    "volume_size": ("ten", "a whole number of GiB from 20 to 3072"),
}
"""A setting of each kind of rule, a wrong value, and how the sentence about it goes on after `must be`."""


def _run(
    context: dict[str, Any], folder: Path, environment: Mapping[str, str] | None = None
) -> "subprocess.CompletedProcess[str]":
    env = {**os.environ, "CDK_CONTEXT_JSON": json.dumps(context), "CDK_OUTDIR": str(folder), **(environment or {})}
    return subprocess.run([sys.executable, "app.py"], cwd=ROOT, env=env, capture_output=True, text=True, check=False)


def _templates(context: dict[str, Any], folder: Path, environment: Mapping[str, str] | None = None) -> dict[str, Any]:
    done = _run(context, folder, environment)
    assert done.returncode == 0, done.stderr
    return {path.name: json.loads(path.read_text()) for path in folder.rglob("*.template.json")}


def test_without_any_setting_it_writes_the_template_of_cdk_json(tmp_path: Path) -> None:
    context = json.loads((ROOT / "cdk.json").read_text())["context"]
    others = {name: value for name, value in context.items() if not name.startswith(PREFIX)}
    assert context.keys() - others.keys() == defaults().keys()
    without = _templates(others | NO_BUNDLING, tmp_path / "without")
    assert "SiemStack.template.json" in without
    assert without == _templates(context | NO_BUNDLING, tmp_path / "with")


@pytest.mark.parametrize("region", REGIONS)
def test_what_it_writes_with_every_setting_is_of_the_regions_partition(tmp_path: Path, region: str) -> None:
    context = {PREFIX + name: value for name, value in others(region).items()}
    of_the_command_line = {"CDK_DEFAULT_ACCOUNT": "123456789012", "CDK_DEFAULT_REGION": region}
    for name, template in _templates(context | NO_BUNDLING, tmp_path, of_the_command_line).items():
        assert of_another_partition(template, region) == [], name


def test_an_unknown_setting_ends_it_with_the_message_alone(tmp_path: Path) -> None:
    done = _run({"siem:architectur": "arm64"}, tmp_path)
    assert done.returncode == 1
    assert done.stderr.strip() == "siem:architectur is no setting; did you mean siem:architecture?"


def test_a_wrong_value_of_each_kind_ends_it_with_the_settings_name(tmp_path: Path) -> None:
    done = _run({PREFIX + name: value for name, (value, _) in WRONG.items()}, tmp_path)
    assert done.returncode == 1
    lines = dict(line.split(" must be ") for line in done.stderr.strip().splitlines())
    assert lines.keys() == {PREFIX + name for name in WRONG}
    for name, (value, allowed) in WRONG.items():
        assert lines[PREFIX + name].startswith(allowed)
        assert lines[PREFIX + name].endswith(f"it is {value!r}")


@pytest.mark.parametrize(
    ("context", "name"),
    [({"siem:cloudtrail": "insights"}, "siem:cloudtrail"), ({"siem:silence_alarms": "alp=3"}, "siem:silence_alarms")],
    ids=["with another setting", "with the log types"],
)
def test_a_value_that_does_not_go_with_something_else_ends_it_too(
    tmp_path: Path, context: dict[str, str], name: str
) -> None:
    done = _run(context, tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith(name)
    assert not any(tmp_path.iterdir())


def test_so_does_what_only_the_stack_can_tell(tmp_path: Path) -> None:
    accounts = " ".join(f"4444555566{number:02}" for number in range(60))
    done = _run({"siem:log_accounts": accounts, **NO_BUNDLING}, tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith("siem:log_accounts and siem:replication_role_arns make the log bucket's policy")
    assert "Traceback" not in done.stderr
