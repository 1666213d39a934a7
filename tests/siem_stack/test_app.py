import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


def _run(context: dict[str, Any], folder: Path) -> "subprocess.CompletedProcess[str]":
    """The app as the CDK command line starts it."""
    env = {**os.environ, "CDK_CONTEXT_JSON": json.dumps(context), "CDK_OUTDIR": str(folder)}
    return subprocess.run([sys.executable, "app.py"], cwd=ROOT, env=env, capture_output=True, text=True, check=False)


def test_the_app_writes_the_template(tmp_path: Path) -> None:
    done = _run({"aws:cdk:bundling-stacks": []}, tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "SiemStack.template.json").exists()


def test_so_does_what_only_the_stack_can_tell(tmp_path: Path) -> None:
    accounts = " ".join(f"4444555566{number:02}" for number in range(60))
    done = _run({"siem:log_accounts": accounts, "aws:cdk:bundling-stacks": []}, tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith("siem:log_accounts and siem:replication_role_arns make the log bucket's policy")
    assert "Traceback" not in done.stderr


def test_a_wrong_setting_ends_it_with_the_message_alone(tmp_path: Path) -> None:
    done = _run({"siem:architectur": "arm64"}, tmp_path)
    assert done.returncode == 1
    assert done.stderr.strip() == "siem:architectur is no setting; did you mean siem:architecture?"
