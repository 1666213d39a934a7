from dataclasses import replace
from datetime import timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from es_loader.config import load_config
from es_loader.declarations import LogType
from es_loader.errors import RecordError
from es_loader.logtypes.linux_secure import hooks
from es_loader.normalize.timestamps import epoch_ms
from es_loader.types import Document, Envelope, RawRecord, Source

LINE = "web-1 sshd[4711]: Failed password for ann from 203.0.113.9 port 50022 ssh2"


@pytest.fixture(scope="module")
def log_type() -> LogType:
    config = load_config(Path("config/aws.ini"))
    return config.log_types["linux-secure"]


def refine(
    log_type: LogType, text: str, *, carried: str | None = None, notified: str = "2030-01-02T03:04:05Z"
) -> Document:
    envelope = Envelope("cloudwatch", timestamp=epoch_ms(carried)) if carried else None
    doc: Document = {"event": {}, "log": {"syslog": {}}}
    source = Source("bucket", "key", notified, epoch_ms(notified))
    found = hooks(log_type)
    assert found.parse
    assert found.refine
    found.refine(doc, found.parse(text), RawRecord(0, text, None, envelope), source)
    return doc


@pytest.mark.parametrize(
    ("time", "carried", "notified", "expected"),
    [
        ("Dec 31 23:59:59", None, "2030-01-01T00:05:00Z", "2029-12-31T23:59:59.000Z"),
        ("Dec 31 23:59:59", "2030-01-01T00:00:01Z", "2031-06-01T00:00:00Z", "2029-12-31T23:59:59.000Z"),
        ("Jan  1 00:00:01", "2029-12-31T23:59:00Z", "2031-06-01T00:00:00Z", "2030-01-01T00:00:01.000Z"),
        ("Jan  1 00:00:01", None, "2029-12-31T23:59:00Z", "2030-01-01T00:00:01.000Z"),
        ("Jan  3 04:00:00", None, "2030-01-02T03:04:05Z", "2029-01-03T04:00:00.000Z"),
        ("Feb 29 12:00:00", None, "2029-02-01T00:00:00Z", "2028-02-29T12:00:00.000Z"),
        ("Jan  2 03:04:05.25", None, "2030-01-02T03:04:05Z", "2030-01-02T03:04:05.250Z"),
        (
            "2020-01-02T03:04:05.678901+09:00",
            "2030-01-01T00:00:01Z",
            "2030-01-02T03:04:05Z",
            "2020-01-01T18:04:05.678901Z",
        ),
        ("2020-01-02 03:04:05", None, "2030-01-02T03:04:05Z", "2020-01-02T03:04:05.000Z"),
        ("Feb 30 12:00:00", "2030-01-01T00:00:01.5Z", "2030-01-02T03:04:05Z", "2030-01-01T00:00:01.500Z"),
    ],
)
def test_the_time_and_its_year(log_type: LogType, time: str, carried: str | None, notified: str, expected: str) -> None:
    assert refine(log_type, f"{time} {LINE}", carried=carried, notified=notified)["@timestamp"] == expected


def test_the_stamp_of_an_export_tells_the_year(log_type: LogType) -> None:
    doc = refine(log_type, f"2024-06-01T00:00:00.000Z Jun  1 00:00:00 {LINE}")
    assert doc["@timestamp"] == "2024-06-01T00:00:00.000Z"


def test_the_zone_of_the_section_counts(log_type: LogType) -> None:
    zoned = replace(log_type, timestamp_tz=timezone(timedelta(hours=9)))
    assert refine(zoned, f"Jan  1 03:04:05 {LINE}")["@timestamp"] == "2029-12-31T18:04:05.000Z"


def test_text_without_a_header_takes_the_carriers_time(log_type: LogType) -> None:
    doc = refine(log_type, "hello", carried="2030-01-01T00:00:01Z")
    assert doc["@timestamp"] == "2030-01-01T00:00:01.000Z"
    assert doc["event"] == {}


@pytest.mark.parametrize("text", ["", "hello", "<192>Jan  2 03:04:05 web-1 sshd[1]: x", "Feb 30 12:00:00 web-1 x"])
def test_without_any_time_it_is_no_record(log_type: LogType, text: str) -> None:
    with pytest.raises(RecordError):
        refine(log_type, text)


def test_a_repeated_message_counts_as_its_text(log_type: LogType) -> None:
    doc = refine(
        log_type, "Jan  2 03:04:05 web-1 sshd[1]: message repeated 2 times: [ Invalid user x from 203.0.113.9]"
    )
    own: dict[str, Any] = doc["system"]["auth"]
    assert own["repeated"] == 2
    assert doc["source"]["ip"] == "203.0.113.9"


def test_structured_data_stay_free_form(log_type: LogType) -> None:
    doc = refine(log_type, '<86>1 2030-01-02T03:04:05Z - app - - [a b="c" d=""] x')
    assert doc["log"]["syslog"]["structured_data"] == {"a": {"b": "c"}}
