"""Tables of words, as a section declares them: what each value of a log becomes in the document."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from es_loader.config import load_config
from es_loader.pipeline import Loader
from es_loader.value_table import split_table
from tests.golden import ROOT, load_bytes

SECTION = """
[door]
s3_key = door/
file_format = json
index_name = log-door
event.outcome = result {granted: success, denied: failure}
event.category = kind {door: authentication network, "lift, up": host, -: network}
event.type = result proof {granted: allowed start, "denied": denied, maybe: -}
event.severity = level {HIGH: 73, LOW: 21, *: 1}
event.reason = why {"a: b, {c}": short, *: -}
event.kind = alarm {true: alert, -: state}
network.transport = protocol {6: TCP}
related.user = [who, whose] {root: superuser, nobody: -}
source.address = peer {self: 192.0.2.1}
host.name = host {-: door.example.com}
server.address = to.server {-: door.example.com}
"""


@pytest.fixture(scope="module")
def loader(tmp_path_factory: pytest.TempPathFactory) -> Loader:
    file: Path = tmp_path_factory.mktemp("tables") / "user.ini"
    file.write_text(SECTION)
    config = load_config(ROOT / "config" / "aws.ini", file)
    assert not config.problems
    return Loader(config)


def document(loader: Loader, record: dict[str, Any]) -> dict[str, Any]:
    text = json.dumps({"@timestamp": "2030-01-02T03:04:05Z", **record})
    ((found,), report) = load_bytes(loader, text.encode(), "door/a.log")
    assert report.failures == 0
    return dict(found["_source"])


@pytest.mark.parametrize(
    ("record", "name", "expected"),
    [
        ({"result": "granted"}, "event.outcome", "success"),
        ({"result": "unknown"}, "event.outcome", "unknown"),  # ECS allows the word itself
        ({"result": "perhaps"}, "event.outcome", None),
        ({"result": ["perhaps", "denied"]}, "event.outcome", "failure"),
        ({"result": "-"}, "event.outcome", None),
        ({}, "event.outcome", None),
        ({"kind": "door"}, "event.category", ["authentication", "network"]),
        ({"kind": ["lift, up", "door", "lift, up"]}, "event.category", ["host", "authentication", "network"]),
        ({"kind": "stairs"}, "event.category", ["network"]),
        ({}, "event.category", ["network"]),
        ({"result": "granted", "proof": "denied"}, "event.type", ["allowed", "start"]),
        ({"result": "maybe", "proof": "denied"}, "event.type", ["denied"]),
        ({"result": "info"}, "event.type", ["info"]),
        ({"level": "HIGH"}, "event.severity", 73),
        ({"level": "high"}, "event.severity", 1),
        ({}, "event.severity", None),
        ({"why": "a: b, {c}"}, "event.reason", "short"),
        ({"why": "other"}, "event.reason", None),
        ({"alarm": True}, "event.kind", "alert"),
        ({"alarm": None}, "event.kind", "state"),
        ({"protocol": 6}, "network.transport", "tcp"),
        ({"protocol": "UDP"}, "network.transport", "udp"),
        ({"who": "root", "whose": ["nobody", "eve"]}, "related.user", ["superuser", "eve"]),
        ({}, "host.name", "door.example.com"),
        ({"host": "a"}, "host.name", "a"),
        ({}, "server.domain", "door.example.com"),
        ({"to": {"server": "192.0.2.9"}}, "server.ip", "192.0.2.9"),
        ({"peer": "self"}, "source.ip", "192.0.2.1"),
        ({"peer": "2001:db8::1"}, "source.ip", "2001:db8::1"),
        ({"peer": {"self": []}}, "source.ip", None),
    ],
)
def test_a_value_becomes_what_the_table_says(loader: Loader, record: dict[str, Any], name: str, expected: Any) -> None:
    value: Any = document(loader, record)
    for part in name.split("."):
        value = value.get(part, {})
    assert value == ({} if expected is None else expected)


def test_a_column_that_is_not_in_the_file_counts_as_absent(tmp_path: Path) -> None:
    (tmp_path / "user.ini").write_text(SECTION.replace("= json", "= csv\ncsv_delimiter = ,"))
    loader = Loader(load_config(ROOT / "config" / "aws.ini", tmp_path / "user.ini"))
    ((found,), _) = load_bytes(loader, b"@timestamp,result\n2030-01-02T03:04:05Z,granted\n", "door/a.csv")
    source = found["_source"]
    assert (source["event"]["category"], source["event"]["outcome"]) == (["network"], "success")
    assert source["server"]["domain"] == source["host"]["name"] == "door.example.com"


@given(st.text())
def test_any_text_is_a_table_or_a_mistake(text: str) -> None:
    try:
        origins, table = split_table(text)
    except ValueError:
        assert "{" in text
    else:
        assert origins == text.partition("{")[0]
        assert (table is None) == ("{" not in text)
