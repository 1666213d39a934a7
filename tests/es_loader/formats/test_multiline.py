"""Records of several lines, through the whole loader."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from es_loader.formats import multiline, text
from es_loader.pipeline import Loader
from tests.golden import load_bytes, sources_of
from tests.timing import within

USER_INI = r"""
[shop-java]
s3_key = shop/java/
file_format = multiline
multiline_firstline = ^\d{4}-\d\d-\d\d
log_pattern = (?P<time>\S+) (?P<level>[A-Z]+) (?P<text>.*)(?P<trace>(?:\n.*)*)
max_log_count = 1000
via_cwl = True
index_name = log-shop
timestamp_key = time
ecs = log.level message
log.level = level
message = text
"""
FIRST = "2030-01-02T03:04:05Z ERROR cannot buy"
TRACE = "java.lang.IllegalStateException: no\n\n\tat shop.Cart.buy(Cart.java:7)"
SECOND = "2030-01-02T03:04:06Z INFO bought"


def sources(loader: Loader, content: str) -> list[dict[str, Any]]:
    return sources_of(loader, content.encode(), "shop/java/a.log")


def test_a_record_goes_on_to_the_next_first_line(loader: Loader) -> None:
    first, second = sources(loader, f"\n{FIRST}\r\n{TRACE}\r\n\n{SECOND}\n\n")
    assert first["event"]["original"] == f"{FIRST}\n{TRACE}"
    assert first["shop-java"]["trace"] == f"\n{TRACE}"
    assert first["@timestamp"] == "2030-01-02T03:04:05.000Z"
    assert (first["log"]["level"], first["message"]) == ("ERROR", "cannot buy")
    assert second["event"]["original"] == SECOND


def test_lines_before_the_first_record_are_one_that_fails(loader: Loader) -> None:
    before, first = sources(loader, f"banner\nof the server\n{FIRST}")
    assert before["event"] | {"kind": "pipeline_error", "original": "banner\nof the server"} == before["event"]
    assert before["error"]["message"].endswith("does not match log_pattern")
    assert first["event"]["original"] == FIRST


def test_a_message_of_cloudwatch_logs_is_one_record(loader: Loader) -> None:
    events = [{"id": str(number), "timestamp": 1893553200000, "message": f"{FIRST}\n{SECOND}\n"} for number in (1, 2)]
    group = {
        "messageType": "DATA_MESSAGE",
        "owner": "111122223333",
        "logGroup": "g",
        "logStream": "s",
        "logEvents": events,
    }
    first, second = sources(loader, json.dumps(group))
    assert first["event"]["original"] == second["event"]["original"] == f"{FIRST}\n{SECOND}"
    assert first["shop-java"]["trace"] == f"\n{SECOND}"


def read(lines: str, size: int) -> Iterator[str]:
    cut = (lines[at : at + size] for at in range(0, len(lines), size))
    return (raw.text for raw in multiline.split(cut, lambda line: line.startswith("*")))


@given(st.lists(st.sampled_from(["*", "a", " ", "\n", "\r\n", "\0"]), max_size=30).map("".join), st.integers(1, 9))
def test_chunks_never_change_the_records(lines: str, size: int) -> None:
    found = list(read(lines, size))
    assert found == list(read(lines, 1_000))
    assert all(record.strip() for record in found)


def test_a_record_is_cut_at_its_greatest_length(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text, "MAX_RECORD", 100)
    found = list(read("*" + "x" * 30 + ("\n" + "y" * 30) * 9, 64))
    assert max(map(len, found)) <= 100
    assert sum(map(len, found)) >= 301


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(content=st.binary(max_size=300))
def test_any_bytes_become_documents_or_failures(loader: Loader, content: bytes) -> None:
    for lead in (b"", b"2030-01-02T03:04:05Z ERROR ", b"{"):
        documents, report = load_bytes(loader, lead + content, "shop/java/a.log")
        assert len(documents) == report.documents + report.failures
        assert report.error is None or not lead, "only what begins with a text is sure to be one"


@pytest.mark.parametrize(
    "content", [f"{FIRST}\n" * 5_000, f"{FIRST}" + "\n x" * 500_000, "\n" * 2_000_000, "x" * 2_000_000]
)
def test_hostile_text_takes_bounded_time(loader: Loader, content: str) -> None:
    with within(10):
        load_bytes(loader, content.encode(), "shop/java/a.log")
