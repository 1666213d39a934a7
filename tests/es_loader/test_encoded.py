"""Every way in which Firehose, Kinesis and CloudWatch Logs put records into an object gives the same records."""

import base64
import gzip
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from es_loader import encoded
from es_loader.formats.text import decode
from es_loader.pipeline import Loader
from tests.golden import load_bytes, sources_of
from tests.timing import within

USER_INI = """
[app-json]
s3_key = app/json/
file_format = json
json_delimiter = Records
index_name = log-app
timestamp_key = time
ecs = user.name
user.name = who

[app-text]
s3_key = app/text/
file_format = text
log_pattern = (?P<time>\\S+) (?P<who>\\w+)$$
via_cwl = True
index_name = log-app
timestamp_key = time
ecs = user.name
user.name = who
"""
TIME = "2030-01-02T03:04:05Z"
ANN, BOB = ({"time": TIME, "who": who, "text": 'a}{b "]'} for who in ("ann", "bob"))
LINES = [f"{TIME} ann", f"{TIME} bob"]


def compact(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def cloudwatch(*messages: str, kind: str = "DATA_MESSAGE") -> bytes:
    events = [
        {"id": f"{number}{message}", "timestamp": 1893553200000, "message": message}
        for number, message in enumerate(messages)
    ]
    return compact(
        {"messageType": kind, "owner": "111122223333", "logGroup": "g", "logStream": "s", "logEvents": events}
    )


MESSAGES = [json.dumps(ANN), json.dumps(BOB)]
ONE_BY_ONE = [cloudwatch(message) for message in MESSAGES]
CONTROL = cloudwatch("CWL CONTROL MESSAGE: Checking health of destination Firehose.", kind="CONTROL_MESSAGE")


def encode(content: bytes) -> bytes:
    return base64.b64encode(content)


def names(loader: Loader, content: bytes, key: str = "app/json/a") -> list[str]:
    found = sources_of(loader, content, key)
    assert [document["aws"]["s3"]["object"]["record_number"] for document in found] == sorted(
        document["aws"]["s3"]["object"]["record_number"] for document in found
    )
    return [document.get("user", {}).get("name", "failure") for document in found]


ARRANGEMENTS: dict[str, bytes] = {
    "concatenated": compact(ANN) + compact(BOB),
    "a comma and blanks between": compact(ANN) + b" ,\r\n " + compact(BOB),
    "lines": compact(ANN) + b"\n" + compact(BOB) + b"\n",
    "lines with a mark, CRLF and blank ones": b"\xef\xbb\xbf" + compact(ANN) + b"\r\n\r\n  " + compact(BOB) + b"\r\n",
    "pretty-printed": json.dumps(ANN, indent=2).encode() + b"\n" + json.dumps(BOB, indent=2).encode(),
    "UTF-16": json.dumps([ANN, BOB]).encode("utf-16"),
    "an array": compact([ANN, BOB]),
    "an object around": compact({"version": 1, "Records": [ANN, BOB]}),
    "objects around, concatenated": compact({"Records": [ANN]}) + compact({"Records": [BOB]}),
    "gzip members": gzip.compress(compact(ANN)) + gzip.compress(compact(BOB)) + b"\0" * 9,
    "gzip in gzip": gzip.compress(gzip.compress(compact(ANN)) + gzip.compress(compact(BOB))),
    "CloudWatch Logs": cloudwatch(*MESSAGES),
    "CloudWatch Logs, gzip members": b"".join(map(gzip.compress, [CONTROL, *ONE_BY_ONE])),
    "CloudWatch Logs, gzip in gzip": gzip.compress(b"".join(map(gzip.compress, ONE_BY_ONE))),
    "CloudWatch Logs, decompressed": CONTROL + b"".join(ONE_BY_ONE),
    "CloudWatch Logs, decompressed, lines": b"\n".join(ONE_BY_ONE) + b"\n",
    "CloudWatch Logs, messages alone": "\n".join(MESSAGES).encode(),
    "base64 lines": b"\n".join(map(encode, (compact(ANN), compact(BOB)))),
    "base64 lines of pretty JSON, CRLF": b"\r\n".join(encode(json.dumps(one, indent=1).encode()) for one in (ANN, BOB)),
    "base64 lines of gzip": b"\n".join(encode(gzip.compress(compact(one))) for one in (ANN, BOB)),
    "base64 lines of CloudWatch Logs": b"\n".join(encode(gzip.compress(one)) for one in (CONTROL, *ONE_BY_ONE)),
    "one base64 line of all": encode(gzip.compress(compact(ANN) + compact(BOB))),
    "base64 line after a plain one": compact(ANN) + b"\n" + encode(compact(BOB)) + b"\n",
    "base64 texts in an array": compact([encode(compact(one)).decode() for one in (ANN, BOB)]),
    "a Lambda event of CloudWatch Logs": compact({"awslogs": {"data": encode(gzip.compress(cloudwatch(*MESSAGES))).decode()}}),
    "a Lambda event of Kinesis": compact({"Records": [{"kinesis": {"partitionKey": "1", "data": encode(compact(one)).decode()}, "eventSource": "aws:kinesis"} for one in (ANN, BOB)]}),
    "Kinesis records": b"".join(compact({"SequenceNumber": "1", "PartitionKey": "1", "Data": encode(compact(one)).decode()}) for one in (ANN, BOB)),
    "Firehose records": b"".join(compact({"recordId": "1", "approximateArrivalTimestamp": 1, "data": encode(compact(one)).decode()}) for one in (ANN, BOB)),
    "base64 messages": cloudwatch(*(encode(message.encode()).decode() for message in MESSAGES)),
}  # fmt: skip


@pytest.mark.parametrize("name", ARRANGEMENTS)
def test_every_arrangement_gives_the_same_records(loader: Loader, name: str) -> None:
    for pack in (bytes, gzip.compress):
        assert names(loader, pack(ARRANGEMENTS[name])) == ["ann", "bob"]


TEXTS: dict[str, bytes] = {
    "lines": "\n".join(LINES).encode(),
    "base64 lines of gzip": b"\n".join(encode(gzip.compress(line.encode())) for line in LINES),
    "one base64 line of all": b"\n" + encode(gzip.compress("\n".join(LINES).encode())),
    "base64 lines of CloudWatch Logs": b"\n".join(encode(gzip.compress(cloudwatch(line))) for line in LINES),
    "plain lines among base64": encode(gzip.compress(LINES[0].encode())) + b"\n" + LINES[1].encode(),
    "a Lambda event of CloudWatch Logs": compact({"awslogs": {"data": encode(gzip.compress(cloudwatch(*LINES))).decode()}}),
}  # fmt: skip


@pytest.mark.parametrize("name", TEXTS)
def test_lines_come_in_every_arrangement_too(loader: Loader, name: str) -> None:
    assert names(loader, TEXTS[name], "app/text/a") == ["ann", "bob"]


@pytest.mark.parametrize(
    "text",
    ["eyeofthetigereyeofthetigereyeofthetiger0", "ewe" * 12, "H4sI" + "A" * 20, "eyJhbGciOiJIUzI1NiJ9.e30.x", "eyJhIjoxfQ==", encode(b'{"a": 1').decode()],
)  # fmt: skip
def test_what_only_looks_like_base64_is_itself_the_record(loader: Loader, text: str) -> None:
    for key in ("app/json/a", "app/text/a"):
        (found,) = sources_of(loader, text.encode(), key)
        assert found["event"] | {"kind": "pipeline_error", "original": text} == found["event"]


def test_a_value_of_ones_own_log_is_not_decoded(loader: Loader) -> None:
    record = ANN | {"data": encode(compact(BOB)).decode()}
    assert names(loader, compact(record)) == ["ann"]


def test_a_broken_line_of_base64_costs_itself(loader: Loader) -> None:
    broken = encode(gzip.compress(compact(ANN))[:-9] + b"123456789")
    for key, one, two in (
        ("app/json/a", compact(ANN), compact(BOB)),
        ("app/text/a", LINES[0].encode(), LINES[1].encode()),
    ):
        content = b"\n".join([encode(gzip.compress(one)), broken, encode(gzip.compress(two))])
        found = names(loader, content, key)
        assert (found[0], found[-1]) == ("ann", "bob")
        assert "failure" in found[1:-1]


def test_control_messages_are_dropped_even_if_only_their_text_is_left(loader: Loader) -> None:
    control = "CWL CONTROL MESSAGE: Checking health of destination Firehose."
    for key, line in (("app/json/a", MESSAGES[0]), ("app/text/a", LINES[0])):
        content = f"{control}\n{line}\n{control}\n".encode()
        documents, report = load_bytes(loader, content, key)
        assert (len(documents), report.documents) == (1, 1)
        assert report.excluded == {"control message": 2}


def test_firehose_error_records_are_dropped(loader: Loader) -> None:
    record = {"attemptsMade": 4, "errorCode": "x", "errorMessage": "y", "rawData": encode(compact(ANN)).decode()}
    _, report = load_bytes(loader, compact(record), "app/json/a")
    assert report.excluded == {"Firehose error record": 1}


@given(st.binary(min_size=20, max_size=60))
def test_gzip_is_read_whatever_it_holds(content: bytes) -> None:
    found = encoded.texts(encode(gzip.compress(content)).decode())
    assert found is not None
    assert list(found) == list(decode(iter([content])))


@given(st.binary(max_size=60), st.sampled_from(["H4sI", "eyJ", "ewo", ""]))
def test_any_text_is_decoded_or_not(content: bytes, lead: str) -> None:
    for text in (lead + encode(content).decode(), lead + content.decode("latin-1")):
        found = encoded.texts(text)
        assert found is None or lead


@pytest.mark.parametrize("text", ["H4sI" + "A" * 1_000_000, encode(b'{"a":' * 200_000).decode(), "ey" * 500_000])
def test_hostile_text_takes_bounded_time(loader: Loader, text: str) -> None:
    with within(10):
        for key in ("app/json/a", "app/text/a"):
            load_bytes(loader, f"{text}\n{text}".encode(), key)
