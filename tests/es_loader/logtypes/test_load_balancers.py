"""What holds for every kind of load balancer log."""

import json
from contextlib import suppress
from importlib import import_module
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from es_loader.errors import RecordError
from es_loader.types import RawRecord, Source
from tests.es_loader.logtypes.load_balancer_lines import KEYS, VALUES, at, document, line
from tests.strategies import JSON
from tests.timing import within

KINDS = sorted(VALUES)
MODULES: dict[str, Any] = {kind: import_module(f"es_loader.logtypes.{kind.replace('-', '_')}") for kind in KEYS}
ALB = (
    'h2 2030-01-02T03:04:05.250000Z app/web/0123456789abcdef 198.51.100.7:50123 - -1 -1 -1 403 - 412 520 "GET'
    ' https://www.example.com:443/ HTTP/2.0" "x" - - - "Root=1-0" "-" "-" 0 2030-01-02T03:04:05.200001Z "waf" "-" "-"'
)
LINES = {"alb": ALB, **{kind: line(kind) for kind in KINDS}}


@pytest.mark.parametrize("kind", KINDS)
def test_every_documented_length_is_read_and_columns_to_come_are_kept(kind: str) -> None:
    layout = MODULES[kind].LAYOUT
    for count in range(layout.shortest, len(layout.columns) + 1):
        fields = MODULES[kind].parse(line(kind, count))
        assert "extra" not in fields
        assert document(kind, line(kind, count))["event"]["kind"] == "event"
    assert document(kind, line(kind) + ' 7 "a b" -')["aws"]["elb"]["extra"] == ["7", "a b"]


@pytest.mark.parametrize("kind", KINDS)
def test_fewer_columns_are_refused(kind: str) -> None:
    for count in range(MODULES[kind].LAYOUT.shortest):
        with pytest.raises(RecordError):
            MODULES[kind].parse(line(kind, count))


@pytest.mark.parametrize("kind", LINES)
@pytest.mark.parametrize("other", LINES)
def test_a_line_of_another_kind_is_refused(kind: str, other: str) -> None:
    if kind == other:
        MODULES[kind].parse(LINES[other])
    else:
        with pytest.raises(RecordError, match="is no line of a"):
            MODULES[kind].parse(LINES[other])


@pytest.mark.parametrize("kind", LINES)
def test_one_broken_line_costs_no_other(kind: str) -> None:
    good, broken = LINES[kind], LINES[kind][:40]
    kinds = [document(kind, text)["event"]["kind"] for text in (good, broken)]
    assert kinds == ["event", "pipeline_error"]


@pytest.mark.parametrize("kind", KINDS)
def test_an_object_gives_the_document_of_its_line(kind: str) -> None:
    members = {
        name: text.strip('"') if name != "alpn_client_preference_list" else text for name, text in VALUES[kind].items()
    }
    numbers = {name: json.loads(text) for name, text in members.items() if text.replace(".", "", 1).isdecimal()}
    expected = document(kind, line(kind))
    for text in (json.dumps(members), json.dumps({**members, **{k: v for k, v in numbers.items() if k != "version"}})):
        found = document(kind, text)
        assert found == expected


@pytest.mark.parametrize("kind", KINDS)
def test_a_message_of_cloudwatch_logs_may_be_a_line_or_an_object(kind: str) -> None:
    def wrapped(message: str) -> str:
        event = {"id": "1", "timestamp": 1_893_553_200_000, "message": message}
        group = {"owner": "123456789012", "logGroup": "elb", "logStream": "s", "subscriptionFilters": ["f"]}
        return json.dumps({"messageType": "DATA_MESSAGE", **group, "logEvents": [event]})

    by_line = document(kind, wrapped(line(kind)))
    members = {name: text.strip('"') for name, text in VALUES[kind].items() if not name.startswith("alpn_client")}
    by_object = document(kind, wrapped(json.dumps(members)))
    assert by_line["@timestamp"] == by_object["@timestamp"]
    assert by_line["aws"]["elb"]["elb"] == by_object["aws"]["elb"]["elb"]
    assert by_line["aws"]["cloudwatch"]["log_group"] == "elb"


@pytest.mark.parametrize("kind", KINDS)
def test_new_members_are_kept_apart(kind: str) -> None:
    time_name = next(name for name in VALUES[kind] if name.startswith("time"))
    doc = document(kind, json.dumps({time_name: VALUES[kind][time_name], "shiny_new": {"a": [1]}}))
    assert doc["event"]["kind"] == "event"
    assert doc["aws"]["elb"]["unmapped"] == {"shiny_new": {"a": [1]}}


@pytest.mark.parametrize("kind", ["nlb", "clb"])
@pytest.mark.parametrize(
    ("text", "ip", "port"),
    [
        ("[2001:db8::7]:50123", "2001:db8::7", 50123),
        ("2001:db8::7:50123", "2001:db8::7", 50123),
        ("192.0.2.1:-", "192.0.2.1", None),
    ],
)
def test_addresses_come_with_and_without_brackets(kind: str, text: str, ip: str, port: int | None) -> None:
    doc = document(kind, line(kind, client_port=text))
    assert doc["client"] == doc["source"]
    assert (doc["source"]["ip"], doc["source"].get("port")) == (ip, port)
    assert doc["network"]["type"] == ("ipv6" if ":" in ip else "ipv4")
    assert doc["related"]["ip"] == [ip, "192.0.2.20"]


@given(st.text(alphabet='" \\-ab1.:/\n{', max_size=300), st.sampled_from(sorted(LINES)), st.integers(0, 30))
def test_any_text_is_a_record_or_a_record_error(text: str, kind: str, count: int) -> None:
    words = LINES[kind].split(" ")
    for candidate in (text, LINES[kind] + text, " ".join([*words[:count], text, *words[count:]])):
        document(kind, candidate.replace("\n", " ") + "!")


@given(JSON, st.sampled_from(sorted(KEYS)), st.data())
def test_any_object_is_a_record_or_a_record_error(value: Any, kind: str, data: st.DataObject) -> None:
    module = MODULES[kind]
    name = data.draw(st.sampled_from((*module.COLUMNS, "client:port", "client_ip", "target_port", "layout", "extra")))
    times = dict.fromkeys(("time", "timestamp"), "2030-01-02T02:51:07Z")
    doc = document(kind, json.dumps({**times, name: value}))
    assert doc["event"]["kind"] == "event" or name in times or value is None, doc


@pytest.mark.parametrize("piece", ['"', '" ', '"x ', " ", '" "', "CN=a,", 'CN="', "\\", '"NotBefore=', "://:1", "%41"])
@pytest.mark.parametrize("kind", KINDS)
def test_hostile_lines_take_bounded_time(kind: str, piece: str) -> None:
    hostile = piece * (300_000 // len(piece))
    module = MODULES[kind]
    columns = ("request", "user_agent", "domain_name", "alpn_client_preference_list", "leaf_client_cert_subject")
    changed = dict.fromkeys(columns, f'"- {hostile}"')
    source = Source("bucket", "key", "2030-01-02T03:00:00.000Z", 1_893_553_200_000)
    with within(3):
        for text in (line(kind, **changed), line(kind) + hostile, line(kind, 7) + " " + hostile):
            with suppress(RecordError):
                fields = module.prepare(module.parse(text))
                module.refine({"event": {}, "network": {}, "destination": {}}, fields, RawRecord(0, text), source)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "nlb"])
def test_microseconds_are_kept(kind: str) -> None:
    assert at(document(kind, line(kind)), "@timestamp") == "2030-01-02T02:51:07.316482Z"
