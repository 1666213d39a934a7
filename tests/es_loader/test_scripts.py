"""A user's own script: what it may change, what its mistakes cost."""

import json
from pathlib import Path
from typing import Any

import pytest

from es_loader.config import load_config
from es_loader.declarations import Config
from es_loader.pipeline import Loader
from tests.golden import ROOT, load_bytes

SECTION = """
[shop-own]
s3_key = shop/
file_format = json
index_name = log-shop
timestamp_key = when
script_ecs = event.outcome
field_prefix = shop
"""
GOOD = """
def transform(logdata):
    verb = logdata.get("verb")
    if verb == "PING":
        return {**logdata, "is_ignored": True, "ignored_reason": "health check"}
    if verb == "BAD":
        return {**logdata, "__error_message": "is no order"}
    if verb == "CRASH":
        raise KeyError(verb)
    if verb == "NOTHING":
        return None
    logdata["event"]["outcome"] = "success"
    logdata["source.ip"] = "192.0.2.1"
    logdata["risk"] = 7
    return {**logdata, "@id": "own", "__doc_id_suffix": "2", "__index_name": "log-other", "@timestamp": 1893553200}
"""


def config(folder: Path, script: str | None) -> Config:
    (folder / "user.ini").write_text(SECTION)
    if script is not None:
        (folder / "sf_shop_own.py").write_text(script)
    return load_config(ROOT / "config" / "aws.ini", folder / "user.ini")


def load(found: Config, *records: dict[str, Any]) -> tuple[list[dict[str, Any]], Any]:
    text = "\n".join(json.dumps({"when": "2030-01-02T00:00:00Z", **record}) for record in records)
    return load_bytes(Loader(found), text.encode(), "shop/a")


def test_a_script_changes_document_identity_index_and_time(tmp_path: Path) -> None:
    found = config(tmp_path, GOOD)
    assert not found.problems
    (item,), _ = load(found, {"verb": "BUY"})
    assert (item["_index"], item["_id"]) == ("log-other-2030-01", "own_2")
    source = item["_source"]
    assert source["@timestamp"] == "2030-01-02T03:00:00.000Z"
    assert source["event"]["outcome"] == "success"
    assert source["related"]["ip"] == ["192.0.2.1"]
    assert source["shop"] == {"verb": "BUY", "when": "2030-01-02T00:00:00Z", "risk": 7}
    assert "verb" not in source


def test_a_script_drops_refuses_and_crashes_by_the_record(tmp_path: Path) -> None:
    found = config(tmp_path, GOOD)
    items, report = load(
        found, {"verb": "PING"}, {"verb": "BAD"}, {"verb": "CRASH"}, {"verb": "NOTHING"}, {"verb": "BUY"}
    )
    assert report.excluded == {"health check": 1}
    assert (report.documents, report.failures) == (1, 3)
    messages = [item["_source"]["error"]["message"] for item in items if "error" in item["_source"]]
    assert messages[0] == "shop-own: record 1 is no order"
    assert "KeyError: 'CRASH'" in messages[1]
    assert "did not return a dict" in messages[2]


@pytest.mark.parametrize(
    ("script", "message"),
    [
        (None, "needs a script sf_shop_own.py beside the file that declares the section, or in /opt/siem"),
        ("def broken(:", "its script sf_shop_own.py cannot be imported: SyntaxError"),
        ("raise RuntimeError('no')", "its script sf_shop_own.py cannot be imported: RuntimeError: no"),
        ("transform = 1", "its script sf_shop_own.py has no function transform(logdata)"),
    ],
)
def test_a_script_that_cannot_be_had_costs_its_section_alone(tmp_path: Path, script: str | None, message: str) -> None:
    found = config(tmp_path, script)
    assert "shop-own" not in found.log_types
    assert "cloudtrail" in found.log_types
    (problem,) = found.problems
    assert str(problem).startswith(f"user.ini [shop-own] script_ecs: {message}")
