"""What the doctor prints: the ways out, and nothing that can command a terminal."""

import json
from datetime import UTC, datetime

import pytest

from es_loader.commands.doctor_report import print_json, print_tables
from es_loader.doctor.arrivals import Last, Trouble
from es_loader.doctor.core import Checked
from es_loader.doctor.diagnosis import Diagnosis, Verdict
from es_loader.doctor.findings import Finding, Level, well, wrong

NOW = datetime(2030, 1, 2, 12, tzinfo=UTC)
T = round(NOW.timestamp() * 1000)
HINT = wrong("the trail t does not log", "aws cloudtrail start-logging", page="docs/x.md#y", permission="s3:PutObject")
UNSEEN = Finding(Level.UNKNOWN, "cannot look: needs ec2:DescribeFlowLogs", permission="ec2:DescribeFlowLogs")
SOURCES = [
    Diagnosis("a", "A", ("a",), "docs/log-sources/a.md", Verdict.DELIVERING, Last(T - 240_000, "k\x1b[2J", 1234), None),
    Diagnosis("b", "B", ("b",), "docs/log-sources/b.md", Verdict.BROKEN, None, None, (HINT, UNSEEN)),
    Diagnosis(
        "c", "C", ("c",), "docs/log-types/c.md", Verdict.FAILING, None, Trouble(T, "kms:Decrypt is missing", "k")
    ),
    Diagnosis("d", "D", ("d",), "docs/log-sources/d.md", Verdict.QUIET, None, None),
]
CORE = [Checked("trigger", wrong("paused", page="docs/monitoring.md#pause")), Checked("queue", well("none waits"))]


@pytest.fixture
def shown(capsys: pytest.CaptureFixture[str]) -> str:
    print_tables(CORE, SOURCES, since="24h", now=NOW)
    return capsys.readouterr().out


def test_a_row_for_each_source(shown: str) -> None:
    rows = [line.split() for line in shown.splitlines()[1:5]]
    assert [row[:2] for row in rows] == [["a", "delivering"], ["b", "broken"], ["c", "failing"], ["d", "quiet"]]
    assert rows[0][2:6] == ["1,234", "4", "min", "ago"]
    assert rows[1][-1] == "s3:PutObject"
    assert rows[2][-1] == "kms:Decrypt"


def test_what_is_to_be_done(shown: str) -> None:
    for line in (
        "  the trail t does not log\n    missing permission: s3:PutObject\n    aws cloudtrail start-logging\n    see docs/x.md#y",
        "  cannot look: needs ec2:DescribeFlowLogs\n",
        "  last error: kms:Decrypt is missing\n",
        "see docs/log-sources/d.md#when-nothing-comes",
        "trigger\n  paused\n    see docs/monitoring.md#pause",
    ):
        assert line in shown


def test_a_key_cannot_command_the_terminal(shown: str) -> None:
    assert "\x1b" not in shown
    assert r"last object: k\u001b[2J" in shown


def test_nothing_is_on(capsys: pytest.CaptureFixture[str]) -> None:
    print_tables(CORE, [], since="7d", now=NOW)
    assert "nothing came in the last 7d: docs/log-sources/README.md" in capsys.readouterr().out


def test_json_has_all_of_it(capsys: pytest.CaptureFixture[str]) -> None:
    print_json(CORE, SOURCES, since="24h", now=NOW)
    found = json.loads(capsys.readouterr().out)
    assert found["time"] == "2030-01-02T12:00:00.000Z"
    assert [one["verdict"] for one in found["sources"]] == ["delivering", "broken", "failing", "quiet"]
    assert found["sources"][0]["last_object"] == {"time": "2030-01-02T11:56:00.000Z", "key": "k\x1b[2J"}
    assert found["sources"][2]["last_error"]["permission"] == "kms:Decrypt"
    assert found["core"][0]["page"] == "docs/monitoring.md#pause"
