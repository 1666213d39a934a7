"""Objects of export tasks of CloudWatch Logs, told from lines that begin with a time of their own."""

import json
from typing import Any

from es_loader.pipeline import Loader
from tests.golden import sources_of

USER_INI = r"""
[app-json]
s3_key = app/json/
file_format = json
index_name = log-app
timestamp_key = cwl_timestamp
ecs = user.name
user.name = who

[app-own-time]
s3_key = app/own-time/
file_format = text
via_cwl = True
log_pattern = (?P<time>\S+) (?P<level>[A-Z]+) (?P<text>.*)
index_name = log-app
timestamp_key = time
ecs = log.level
log.level = level

[app-text]
s3_key = app/text/
file_format = text
via_cwl = True
log_pattern = (?P<text>(?s:.*))
index_name = log-app
timestamp_key = cwl_timestamp

[app-events]
s3_key = app/events/
file_format = winevtxml
via_cwl = True
index_name = log-app
timestamp_key = cwl_timestamp
"""
STAMP = "2030-01-02T03:04:05.678Z"
LATER = "2030-01-02T03:04:06.789Z"


def sources(loader: Loader, content: str, kind: str) -> list[dict[str, Any]]:
    return sources_of(loader, content.encode(), f"app/{kind}/task/stream/000000.gz")


def test_the_time_before_a_message_is_its_carriers(loader: Loader) -> None:
    first, second = sources(loader, f"{STAMP} first\n  goes on\n\n{LATER} second\n", "text")
    assert (first["@timestamp"], first["event"]["original"]) == (STAMP, "first\n  goes on")
    assert (second["@timestamp"], second["event"]["original"]) == (LATER, "second")
    assert first["aws"]["s3"]["object"]["record_number"] == 0


def test_messages_of_json(loader: Loader) -> None:
    message = json.dumps({"who": "ann"}, indent=1)
    first, broken, last = sources(
        loader, f"{STAMP} {message}\n{STAMP} no JSON\n{LATER} {json.dumps({'who': 'bob'})}\n", "json"
    )
    assert (first["@timestamp"], first["user"]["name"]) == (STAMP, "ann")
    assert broken["event"]["kind"] == "pipeline_error"
    assert (last["@timestamp"], last["user"]["name"]) == (LATER, "bob")


def test_windows_events(loader: Loader) -> None:
    event = "<Event xmlns='x'><System><EventID>1</EventID></System>\r\n</Event>"
    first, second = sources(loader, f"{STAMP} {event}\r\n{LATER} {event}\r\n", "events")
    assert (first["@timestamp"], second["@timestamp"]) == (STAMP, LATER)


def test_a_line_with_a_time_of_its_own_stays_whole(loader: Loader) -> None:
    (own,) = sources(loader, f"{LATER} ERROR no\n", "own-time")
    assert (own["@timestamp"], own["log"]["level"]) == (LATER, "ERROR")
    assert own["event"]["original"] == f"{LATER} ERROR no"
    (exported,) = sources(loader, f"{STAMP} {LATER} ERROR no\n", "own-time")
    assert (exported["@timestamp"], exported["log"]["level"]) == (LATER, "ERROR")
    assert exported["event"]["original"] == f"{LATER} ERROR no"


def test_an_event_without_a_message_is_kept(loader: Loader) -> None:
    found = sources(loader, f"{STAMP} first\n{LATER} \n", "text")
    assert len(found) == 2
