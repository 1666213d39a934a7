"""Windows events, by a user.ini as AWS's sample knows it."""

import gzip
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from es_loader.errors import RecordError
from es_loader.formats.winevtxml import parse
from es_loader.pipeline import Loader
from tests.golden import load_bytes, sources_of
from tests.timing import within

USER_INI = """
[windows]
s3_key = windows/events/
file_format = winevtxml
via_cwl = True
index_name = log-windows
timestamp_key = Event.System.TimeCreated.SystemTime
timestamp_nano = True
ecs = event.code event.provider host.name source.ip source.port user.name user.domain related.user
event.code = Event.System.EventID
event.provider = Event.System.Provider.Name
host.name = Event.System.Computer
source.ip = Event.EventData.Data.IpAddress
source.port = Event.EventData.Data.IpPort
user.name = Event.EventData.Data.SubjectUserName Event.EventData.Data.TargetUserName
user.domain = Event.EventData.Data.SubjectDomainName
related.user = [Event.EventData.Data.SubjectUserName, Event.EventData.Data.TargetUserName]
original_fields =
    keyword Event.System.Channel Event.EventData.Data.PrivilegeList
    long    Event.EventData.Data.LogonType
    flat    Event.UserData
"""
EVENT = """<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='Microsoft-Windows-Security-Auditing' Guid='{54849625-5478-4994-A5BA-3E3B0328C30D}'/><EventID>4624</EventID><Version>2</Version><TimeCreated SystemTime='2030-01-02T03:04:05.1234567Z'/><Correlation/><Execution ProcessID='4' ThreadID='5'/><Channel>Security</Channel><Computer>dc-1.example.com</Computer><Security/></System><EventData><Data Name='SubjectUserName'>-</Data><Data Name='SubjectDomainName'>EXAMPLE</Data><Data Name='TargetUserName'>ann &amp; bob</Data><Data Name='LogonType'>3</Data><Data Name='IpAddress'>192.0.2.1</Data><Data Name='IpPort'>49152</Data></EventData></Event>"""
OTHER = EVENT.replace("4624", "4625")
BROKEN = EVENT[:400]


def sources(loader: Loader, content: bytes) -> list[dict[str, Any]]:
    return sources_of(loader, content, "windows/events/a.xml")


def codes(loader: Loader, content: str) -> list[str]:
    return [found["event"].get("code", "failure") for found in sources(loader, content.encode())]


def test_an_event_becomes_a_document(loader: Loader) -> None:
    (found,) = sources(loader, EVENT.encode("utf-16"))
    assert found["@timestamp"] == "2030-01-02T03:04:05.123456Z"
    assert found["event"]["code"] == "4624"
    assert found["event"]["provider"] == "Microsoft-Windows-Security-Auditing"
    assert found["event"]["original"] == EVENT
    assert found["source"] == {"ip": "192.0.2.1", "port": 49152}
    assert found["user"] == {"name": "ann & bob", "domain": "EXAMPLE"}
    assert found["related"]["user"] == ["ann & bob"]
    assert found["host"]["name"] == "dc-1.example.com"
    assert found["windows"]["Event"]["System"]["Channel"] == "Security"
    assert found["windows"]["Event"]["EventData"]["Data"]["LogonType"] == 3


@pytest.mark.parametrize(
    "text",
    [
        f"{EVENT}\n{OTHER}\n",
        f"{EVENT}{OTHER}",
        f"\ufeff<?xml version='1.0' encoding='utf-16'?>\r\n<Events>{EVENT}<!-- next -->\n{OTHER}\n</Events>\n\0\0",
        f"<e:Events xmlns:e='x'>{EVENT.replace('<Event ', '<e:Event ').replace('</Event>', '</e:Event>')}\n{OTHER}",
        EVENT.replace("><", ">\r\n  <") + "\n" + OTHER.replace("><", ">\r\n  <"),
    ],
)
def test_every_arrangement_gives_the_same_events(loader: Loader, text: str) -> None:
    assert codes(loader, text) == ["4624", "4625"]


def test_a_broken_event_costs_itself(loader: Loader) -> None:
    for text in (f"{EVENT}{BROKEN}{OTHER}", f"{EVENT}\n{BROKEN}\n{OTHER}", f"{EVENT}\n<Event >&no;</Event>\n{OTHER}"):
        assert codes(loader, text) == ["4624", "failure", "4625"]
    assert codes(loader, f"{EVENT}\nnot XML\n{OTHER}{BROKEN}") == ["4624", "failure", "4625", "failure"]
    assert codes(loader, "not XML") == ["failure"]


def test_entities_are_refused(loader: Loader) -> None:
    laughs = "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 30))
    bomb = f"<!DOCTYPE x [<!ENTITY a0 'ha'>{laughs}]>{EVENT.replace('Security<', '&a29;<')}"
    message = json.dumps({"messageType": "DATA_MESSAGE", "logEvents": [{"id": "1", "timestamp": 1, "message": bomb}]})
    with within(1):
        (found,) = sources(loader, message.encode())
        assert "document type" in found["error"]["message"]
        assert codes(loader, bomb) == ["failure", "failure"]


def test_events_come_through_cloudwatch_logs(loader: Loader) -> None:
    group = {
        "messageType": "DATA_MESSAGE",
        "owner": "111122223333",
        "logGroup": "g",
        "logStream": "i-0a1b2c3d4e5f60718.Security",
    }
    events = [
        {"id": str(n), "timestamp": 1893553200000, "message": text}
        for n, text in enumerate((EVENT, BROKEN, OTHER + "\0\n"))
    ]
    member = gzip.compress(json.dumps(group | {"logEvents": events}).encode())
    first, broken, second, *again = sources(loader, gzip.compress(member + member))
    assert (first["event"]["code"], second["event"]["code"]) == ("4624", "4625")
    assert first["cloud"]["account"]["id"] == "111122223333"
    assert first["host"]["id"] == "i-0a1b2c3d4e5f60718"
    assert broken["event"]["kind"] == "pipeline_error"
    assert broken["event"]["original"] == BROKEN
    assert len(again) == 3


def data(text: str) -> Any:
    return parse(f"<Event xmlns='x'><EventData>{text}</EventData></Event>")["Event"]["EventData"]["Data"]


def test_values_are_found_by_name_or_position() -> None:
    assert data("<Data Name='a'>1</Data><Data>x</Data><Data/><Data>-</Data><Data Name=''>y</Data>") == {
        "a": "1",
        "2": "x",
        "5": "y",
    }
    assert data("<Data>only</Data>") == {"1": "only"}
    assert data("<Data Name='a'>only</Data>") == {"a": "only"}
    assert data("<Data/>") == {}
    assert data("<Data Name='PrivilegeList'>SeOne\n\t\tSeTwo</Data>") == {"PrivilegeList": ["SeOne", "SeTwo"]}


def test_the_number_of_an_event_is_told_from_its_qualifiers() -> None:
    for attributes, expected in (("", {}), (" Qualifiers='16384'", {"Qualifiers": "16384"}), (" Other='1'", {})):
        found = parse(f"<Event xmlns='x'><System><EventID{attributes}>7036</EventID></System></Event>")
        assert found["Event"]["System"] == {"EventID": "7036", **expected}


def test_control_characters_are_left_out() -> None:
    assert data("<Data Name='a'>x\x01y\x1f</Data>") == {"a": "xy"}


@pytest.mark.parametrize("text", ["", "<Event/>", "<Other><Event/></Other>", "<Event", "text", "<Event>text</Event>"])
def test_no_event_is_a_record_error(text: str) -> None:
    with pytest.raises(RecordError):
        parse(text)


PARTS = [
    "<Event>",
    "<Event ",
    "</Event>",
    "<System>",
    "</System>",
    "<Data Name='a'>",
    "</Data>",
    "x",
    "'",
    '"',
    ">",
    "<",
    "&amp;",
    "\0",
    "<EventData>",
    "</EventData>",
    "<EventID>",
    "</EventID>",
    "<![CDATA[",
    "]]>",
]


@settings(max_examples=300)
@given(st.lists(st.sampled_from(PARTS), max_size=12).map("".join))
def test_any_text_is_fields_or_a_record_error(text: str) -> None:
    for whole in (text, f"<Event>{text}</Event>", f"<Event><EventData>{text}</EventData></Event>"):
        try:
            assert type(parse(whole)["Event"]) is dict
        except RecordError:
            continue


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(content=st.binary(max_size=200), place=st.integers(1, len(EVENT)))
def test_any_bytes_become_documents_or_failures(loader: Loader, content: bytes, place: int) -> None:
    damaged = EVENT[:place].encode() + content + EVENT[place:].encode()
    documents, report = load_bytes(loader, damaged, "windows/events/a.xml")
    assert len(documents) == report.documents + report.failures > 0
    assert report.error is None
