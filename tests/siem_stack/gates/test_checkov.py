"""checkov, in its own environment and without the network."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.siem_stack.gates.accepted import CHECKOV, Finding, problems
from tests.siem_stack.matrix import Matrix

PROGRAM = Path(sys.prefix) / "checkov" / "bin" / "checkov"
FLAGS = ("--framework", "cloudformation", "--skip-download", "--compact", "--quiet", "--output", "json")
NOWHERE = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"), "http://127.0.0.1:9")


def report(folder: Path) -> dict[str, Any]:
    """What checkov says of all templates below a folder."""
    assert PROGRAM.exists(), f"{PROGRAM} is not there: make install"
    done = subprocess.run(
        [PROGRAM, "--directory", folder, *FLAGS],
        env={"HOME": str(folder.parent), "PATH": os.defpath, **NOWHERE},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.startswith("{"), done.stdout + done.stderr
    return dict(json.loads(done.stdout))


def findings(report: dict[str, Any]) -> Iterator[Finding]:
    for each in report["results"]["failed_checks"]:
        yield Finding(each["check_id"], each["resource"], Path(each["file_path"]).parent.name, each["check_name"])


def test_it_finds_nothing_that_is_not_accepted_with_a_reason(matrix: Matrix) -> None:
    said = report(matrix.folder)
    resources = sum(len(template.body["Resources"]) for template in matrix.templates if template.linted)
    assert said["summary"]["parsing_errors"] == 0
    assert said["summary"]["resource_count"] == resources
    assert problems(findings(said), CHECKOV) == []


def test_it_finds_something(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "template.json").write_text('{"Resources": {"Open": {"Type": "AWS::S3::Bucket"}}}')
    assert "CKV_AWS_53 AWS::S3::Bucket.Open" in {
        f"{each.rule} {each.resource}" for each in findings(report(tmp_path / "in"))
    }
