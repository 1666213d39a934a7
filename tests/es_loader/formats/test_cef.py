"""Lines in the Common Event Format, by a user.ini as AWS's sample knows it."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from es_loader.errors import RecordError
from es_loader.formats.cef import parse
from es_loader.pipeline import Loader
from tests.golden import load_bytes, sources_of
from tests.timing import within

USER_INI = """
[firewall]
s3_key = firewall/cef/
file_format = cef
index_name = log-firewall
timestamp_key_list = rt syslog.time
timestamp_format_list = ["epoch", "%b %d %Y %H:%M:%S", "syslog", "iso8601"]
cloud_provider =
ecs = event.action event.code event.severity observer.vendor observer.product rule.name source.ip source.port user.name
event.action = act
event.code = cef_device_event_class_id
event.severity = cef_severity
observer.vendor = cef_device_vendor
observer.product = cef_device_product
rule.name = Rule
source.ip = src
source.port = spt
user.name = suser
"""
LINE = "CEF:0|Example|Fire|Wall 9|100|port scan|7|src=192.0.2.1 spt=4711 rt=1893553200123 act=block suser=ann cs1Label=Rule cs1=no scans here"
HEADER = "CEF:0|v|p|1|id|name|5|"


def sources(loader: Loader, content: str) -> list[dict[str, Any]]:
    return sources_of(loader, content.encode(), "firewall/cef/a.log")


def test_a_line_becomes_a_document(loader: Loader) -> None:
    plain, in_syslog, bad = sources(
        loader, f"{LINE}\n<134>Jan  2 03:04:05 fw-1 {LINE.replace(' rt=1893553200123', '')}\n\nno CEF\n"
    )
    assert plain["@timestamp"] == "2030-01-02T03:00:00.123Z"
    assert plain["event"]["action"] == "block"
    assert (plain["event"]["code"], plain["event"]["severity"]) == ("100", 7)
    assert plain["observer"] == {"vendor": "Example", "product": "Fire"}
    assert plain["rule"] == {"name": "no scans here"}
    assert plain["source"] == {"ip": "192.0.2.1", "port": 4711}
    assert plain["firewall"]["cef_name"] == "port scan"
    assert in_syslog["@timestamp"] == "2030-01-02T03:04:05.000Z"
    assert in_syslog["firewall"]["syslog_header"] == "<134>Jan  2 03:04:05 fw-1"
    assert in_syslog["firewall"]["syslog"]["host"] == "fw-1"
    assert bad["event"]["kind"] == "pipeline_error"
    assert bad["event"]["original"] == "no CEF"


def test_a_line_may_come_as_a_message(loader: Loader) -> None:
    (found,) = sources(
        loader, json.dumps({"messageType": "DATA_MESSAGE", "logEvents": [{"id": "1", "timestamp": 1, "message": LINE}]})
    )
    assert found["event"]["code"] == "100"


@pytest.mark.parametrize(
    ("extension", "expected"),
    [
        ("", {}),
        ("a=1", {"a": "1"}),
        ("a=1 b=2", {"a": "1", "b": "2"}),
        ("a= b=2 c=", {"a": "", "b": "2", "c": ""}),
        ("msg=two words and more b=2", {"msg": "two words and more", "b": "2"}),
        (r"msg=a\=b c\=d b=2", {"msg": "a=b c=d", "b": "2"}),
        (r"msg=first\nsecond\r b=C:\\new", {"msg": "first\nsecond\r", "b": r"C:\new"}),
        (r"msg=a|b\|c", {"msg": "a|b|c"}),
        ("request=http://a/?q=1&r=2 b=2", {"request": "http://a/?q=1&r=2", "b": "2"}),
        ("ad.x=1 _y[0]=2 z-1=3", {"ad.x": "1", "_y[0]": "2", "z-1": "3"}),
        ("msg=first\nsecond b=2", {"msg": "first\nsecond", "b": "2"}),
        ("cs1=v cs1Label=Rule", {"cs1": "v", "cs1Label": "Rule", "Rule": "v"}),
        ("cn1Label=Rule Name cn1=3", {"cn1": "3", "cn1Label": "Rule Name", "Rule_Name": "3"}),
        ("src=192.0.2.1 cs1=evil cs1Label=src", {"src": "192.0.2.1", "cs1": "evil", "cs1Label": "src"}),
        ("cs1Label=Rule", {"cs1Label": "Rule"}),
        ("no key", {}),
    ],
)
def test_extensions(extension: str, expected: dict[str, str]) -> None:
    found = parse(HEADER + extension)
    assert {name: value for name, value in found.items() if not name.startswith("cef_")} == expected


def test_the_header_is_unescaped_and_holds_what_it_likes() -> None:
    found = parse(r"CEF: 1|a\|b|c\\|x=1||na me| High |src=192.0.2.1")
    assert [
        found[name] for name in ("cef_version", "cef_device_vendor", "cef_device_product", "cef_device_version")
    ] == ["1", "a|b", "c\\", "x=1"]
    assert (found["cef_device_event_class_id"], found["cef_name"], found["cef_severity"]) == ("", "na me", "High")
    assert found["src"] == "192.0.2.1"


@pytest.mark.parametrize(
    "prefix", ["<134>1 2030-01-02T03:04:05.678Z fw-1 app - - -", "2030-01-02T03:04:05Z fw-1", "any words"]
)
def test_what_stands_before_is_kept(prefix: str) -> None:
    found = parse(f"{prefix} {HEADER}a=1")
    assert found["syslog_header"] == prefix
    assert found["syslog"].get("host") == (None if prefix == "any words" else "fw-1")


@pytest.mark.parametrize(
    "line", ["", "CEF", "CEF:0", "CEF:0|a|b", "CEF:0|a|b|c|d|e", "xCEF:0|a|b|c|d|e|f|", "CEF:0|a\\"]
)
def test_no_header_is_a_record_error(line: str) -> None:
    with pytest.raises(RecordError):
        parse(line)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    st.text(alphabet="CEF:0|\\= \nab[]1<>-", max_size=80), st.sampled_from(["", HEADER, HEADER + "cs1Label=", "CEF:0|"])
)
def test_any_line_is_fields_or_a_record_error(text: str, lead: str) -> None:
    try:
        found = parse(lead + text)
    except RecordError:
        assert lead != HEADER
    else:
        assert all(type(value) in {str, dict} for value in found.values())


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(content=st.binary(max_size=300))
def test_any_bytes_become_documents_or_failures(loader: Loader, content: bytes) -> None:
    documents, report = load_bytes(loader, LINE.encode() + content, "firewall/cef/a.log")
    assert len(documents) == report.documents + report.failures
    assert report.error is None


@pytest.mark.parametrize(
    "piece", ["|", "\\", "a", "=", " a=", " ", "a=b ", " aLabel=a", "CEF:0|", "\\=", "[", '[a b="']
)
def test_hostile_text_takes_bounded_time(piece: str) -> None:
    for lead in ("", "CEF:0|", HEADER, "<86>1 - - - - - "):
        with within(5):
            for tail in ("", HEADER):
                with suppress(RecordError):
                    parse(lead + piece * (500_000 // len(piece)) + tail)
