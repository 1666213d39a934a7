"""Lines of containers, through the whole loader: a user's log type of lines, and one of JSON."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from es_loader.pipeline import Loader, LoadReport
from tests.golden import load_bytes
from tests.strategies import JSON

USER_INI = r"""
[shop-lines]
s3_key = shop/lines/
file_format = text
via_firelens = True
log_pattern = (?P<time>\S+) (?P<level>[A-Z]+) (?P<text>.*)
timestamp_key = time
index_name = log-shop
ecs = log.level
log.level = level

[shop-typed]
s3_key = shop/typed/
file_format = text
via_firelens = True
ignore_container_stderr = False
log_pattern = (?P<time>\S+) (?P<level>[A-Z]+) (?P<text>.*)
timestamp_key = time
index_name = log-shop-typed
field_prefix = shop.typed
original_fields = keyword text
ecs = log.level
log.level = level

[shop-json]
s3_key = shop/json/
file_format = json
via_firelens = True
timestamp_key = at
index_name = log-shop-json
"""
LINE = "2030-01-02T02:59:59Z INFO basket 7 paid"
TASK = {
    "container_id": "0a1b2c3d4e5f60718293a4b5c6d7e8f9-1234567890",
    "container_name": "/web",
    "ecs_cluster": "shop",
    "ecs_task_arn": "arn:aws:ecs:eu-west-1:111122223333:task/shop/0123456789abcdef0123456789abcdef",
    "ecs_task_definition": "shop-web:42",
}


def load(loader: Loader, kind: str, *records: Any, between: str = "") -> tuple[list[dict[str, Any]], LoadReport]:
    content = between.join(map(json.dumps, records)).encode()
    items, report = load_bytes(loader, content, f"AWSLogs/123456789012/shop/{kind}/x.gz")
    return [item["_source"] for item in items], report


def test_the_line_is_the_record_and_the_task_is_known(loader: Loader) -> None:
    (document,), report = load(
        loader, "lines", {**TASK, "source": "stdout", "log": f"{LINE}\r\n", "date": 1893553198.5}
    )
    assert (report.records, report.failures) == (1, 0)
    assert document["event"]["original"] == LINE
    assert document["@timestamp"] == "2030-01-02T02:59:59.000Z"
    assert document["log"]["level"] == "INFO"
    assert document["container"] == {"id": TASK["container_id"], "name": "web"}
    assert document["orchestrator"] == {
        "type": "ecs",
        "cluster": {"name": "shop"},
        "resource": {"id": "0123456789abcdef0123456789abcdef", "type": "task"},
    }
    assert document["service"] == {"name": "shop-web"}
    assert document["cloud"] == {"provider": "aws", "account": {"id": "111122223333"}, "region": "eu-west-1"}
    assert document["shop-lines"]["firelens"] == {"source": "stdout", "task_definition": "shop-web:42"}
    assert document["shop-lines"]["text"] == "basket 7 paid"


def test_every_member_but_the_line_may_be_missing(loader: Loader) -> None:
    (document,), _ = load(loader, "lines", {"log": LINE})
    assert "container" not in document
    assert document["cloud"]["account"]["id"] == "123456789012"


def test_an_instance_is_host_and_instance(loader: Loader) -> None:
    (document,), _ = load(loader, "lines", {"log": LINE, "ec2_instance_id": "i-0123456789abcdef0"})
    assert document["cloud"]["instance"]["id"] == document["host"]["id"] == "i-0123456789abcdef0"


def test_an_account_is_twelve_digits(loader: Loader) -> None:
    (document,), _ = load(loader, "lines", {"log": LINE, "ecs_task_arn": "arn:aws:ecs:eu-west-1:1234:task/shop/0a"})
    assert document["cloud"]["account"]["id"] == "123456789012"


def test_other_members_are_kept_together_and_do_not_leak_into_the_next_line(loader: Loader) -> None:
    first, second = load(loader, "typed", {**TASK, "log": LINE, "env": {"stage": "prod"}}, {**TASK, "log": LINE})[0]
    assert first["shop"]["typed"]["firelens"]["extra"] == {"env": {"stage": "prod"}}
    assert "extra" not in second["shop"]["typed"]["firelens"]


def test_stderr_and_empty_lines_are_dropped_and_counted(loader: Loader) -> None:
    _, report = load(
        loader, "lines", {"log": LINE, "source": "stderr"}, {"log": "\n", "source": "stdout"}, {"container_id": "0a"}
    )
    assert report.documents == 0
    assert dict(report.excluded) == {"container stderr": 1, "container line without text": 2}


def test_stderr_that_is_wanted_is_parsed_or_a_message_of_the_time_of_receipt(loader: Loader) -> None:
    parsed, plain = load(
        loader,
        "typed",
        {**TASK, "source": "stderr", "log": LINE},
        {**TASK, "source": "stderr", "log": "panic: \x00 oh", "date": 1},
    )[0]
    assert parsed["@timestamp"] == "2030-01-02T02:59:59.000Z"
    assert plain["@timestamp"] == "2030-01-02T03:00:00.000Z"
    assert plain["message"] == "panic: \x00 oh"
    assert plain["event"]["kind"] == "event"
    assert plain["container"]["name"] == "web"
    assert plain["shop"]["typed"]["firelens"]["source"] == "stderr"


def test_stdout_that_does_not_parse_is_a_pipeline_error(loader: Loader) -> None:
    (document,), report = load(loader, "typed", {"source": "stdout", "log": "???"})
    assert report.failures == 1
    assert document["event"]["kind"] == "pipeline_error"


def test_a_line_without_a_time_has_that_of_its_carrier(loader: Loader) -> None:
    (document,), _ = load(loader, "typed", {"log": "never INFO x", "date": "2030-01-02T02:00:00.250Z"})
    assert document["@timestamp"] == "2030-01-02T02:00:00.250Z"


def test_a_line_of_json_is_decoded(loader: Loader) -> None:
    inner = {"at": "2030-01-02T02:59:58Z", "basket": 7}
    texts, objects = load(loader, "json", {"log": json.dumps(inner) + "\n"}, {"log": inner})[0]
    assert texts["shop-json"]["basket"] == objects["shop-json"]["basket"] == 7


@pytest.mark.parametrize("log", [r'{"a": "\ud800"}', '{"n": ' + "9" * 40 + "}", "[" * 300 + "]" * 300])
def test_a_line_of_json_that_cannot_be_written_costs_no_neighbour(loader: Loader, log: str) -> None:
    content = f'{{"log": {log}}}\n{json.dumps({"log": LINE})}'.encode()
    items, report = load_bytes(loader, content, "shop/typed/x")
    assert (report.records, report.error) == (2, None)
    assert items[-1]["_source"]["event"]["original"] == LINE


def test_two_equal_lines_are_two_documents_and_concatenation_needs_no_line_feed(loader: Loader) -> None:
    record = {"log": LINE, "date": 1893553198}
    content = (json.dumps(record) * 2 + "\n" + json.dumps(record, indent=1)).encode()
    items, _ = load_bytes(loader, content, "shop/lines/x")
    assert len({item["_id"] for item in items}) == 3


def test_pieces_of_a_line_are_joined(loader: Loader) -> None:
    def piece(ordinal: int, log: str, *, line: str = "a", last: bool = False) -> dict[str, Any]:
        marks = {"partial_message": "true", "partial_id": line, "partial_ordinal": str(ordinal)}
        return {**TASK, **marks, "partial_last": str(last).lower(), "source": "stdout", "log": log}

    documents, report = load(
        loader,
        "lines",
        piece(2, " INFO b"),
        piece(1, "2030-01-02T02:59:59Z"),
        piece(3, "asket\n", last=True),
        {"log": LINE},
        piece(1, "2030-01-02T02:59:59Z INFO cut", line="b"),
        piece(1, "2030-01-02T02:59:59Z INFO other", line="c", last=True),
    )
    assert [document["event"]["original"] for document in documents] == [
        "2030-01-02T02:59:59Z INFO basket",
        LINE,
        "2030-01-02T02:59:59Z INFO cut",
        "2030-01-02T02:59:59Z INFO other",
    ]
    assert (report.records, report.failures) == (4, 0)


def test_a_plain_file_of_such_a_type_is_read_as_lines(loader: Loader) -> None:
    items, _ = load_bytes(loader, f"{LINE}\n{LINE}\n".encode(), "shop/lines/x")
    assert len(items) == 2


MEMBERS = st.sampled_from(
    ["log", "source", "date", "ecs_task_arn", "partial_message", "partial_ordinal", "container_name"]
)


@given(records=st.lists(st.dictionaries(MEMBERS, JSON | st.just("true"), max_size=5), max_size=4))
def test_whatever_members_hold_it_costs_no_neighbour(loader: Loader, records: list[dict[str, Any]]) -> None:
    documents, report = load(loader, "typed", *records, {"log": LINE}, between="\n")
    assert documents[-1]["event"]["original"] == LINE
    assert report.error is None
