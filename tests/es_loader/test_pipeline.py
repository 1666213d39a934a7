"""One object through all stages: counts, failures that cost one record, any bytes at all."""

import gc
import gzip
import io
import json
import zipfile
from functools import partial
from itertools import chain
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from es_loader.compression import Members, plain
from es_loader.config import load_config
from es_loader.errors import RecordError
from es_loader.golden import Collected
from es_loader.pipeline import Loader, LoadReport
from es_loader.types import ObjectRef
from tests.golden import EVENT_TIME, ROOT, builtin_config, cases, load_bytes
from tests.strategies import LOOSE_JSON

LOADER = Loader(builtin_config())
KEYS = sorted({case.key for case in cases()})
FLOW_KEY = next(key for key in KEYS if "_vpcflowlogs_" in key)
HEADER = (
    "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status"
)


def flow(number: int) -> str:
    return f"2 111122223333 eni-0a1b2c3d4e5f60718 192.0.2.{number % 250} 10.0.1.20 {1024 + number} 443 6 1 40 1893552840 1893552899 ACCEPT OK"


def test_one_malformed_record_among_ten_thousand_costs_one_failure_document() -> None:
    rows = [flow(number) for number in range(10_000)]
    rows[4_321] = "2 111122223333 eni-0a1b2c3d4e5f60718 \udcff"
    content = "\n".join([HEADER, *rows]).encode(errors="replace")
    documents, report = load_bytes(LOADER, gzip.compress(content, 1), FLOW_KEY)
    failed = [document for document in documents if document["_source"]["event"]["kind"] == "pipeline_error"]
    assert (report.records, report.documents, report.failures) == (10_000, 9_999, 1)
    assert len(documents) == 10_000
    assert [item["_source"]["aws"]["s3"]["object"]["record_number"] for item in failed] == [4_321]
    assert failed[0]["_source"]["event"]["original"].startswith("2 111122223333")
    assert len({document["_id"] for document in documents}) == 10_000


def test_equal_lines_are_two_documents_and_a_second_delivery_none() -> None:
    content = "\n".join([HEADER, flow(1), flow(1)]).encode()
    first, _ = load_bytes(LOADER, content, FLOW_KEY)
    second, _ = load_bytes(LOADER, content, FLOW_KEY)
    assert len({document["_id"] for document in first}) == 2
    assert first == second


def test_ids_of_one_object_share_a_prefix_and_the_record_number() -> None:
    documents, _ = load_bytes(LOADER, "\n".join([HEADER, flow(1), flow(2)]).encode(), FLOW_KEY)
    first, second = (document["_id"] for document in documents)
    assert first[:16] == second[:16]
    assert (first[16], second[16]) == ("0", "1")
    assert len(first) == 16 + 1 + 5


def test_truncated_gzip_keeps_what_was_read_and_says_where_it_ends() -> None:
    content = "\n".join([HEADER, *(flow(number) for number in range(50_000))]).encode()
    documents, report = load_bytes(LOADER, gzip.compress(content, 1)[:-100_000], FLOW_KEY)
    assert report.error is not None
    assert "truncated" in report.error
    last = documents[-1]["_source"]
    assert last["event"]["kind"] == "pipeline_error"
    assert last["error"]["type"] == "object_error"
    assert len(documents) == report.records + 1 > 1_000


def zipped(*files: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for number, content in enumerate(files):
            archive.writestr(f"{number}.log", content)
    return packed.getvalue()


FLOWS = ["\n".join([HEADER, *(flow(number) for number in range(30))]).encode() for _ in range(3)]
SEVERAL = {
    "one file": (FLOWS[0], FLOW_KEY),
    "gzip members": (b"".join(map(gzip.compress, FLOWS)), FLOW_KEY),
    "zip": (zipped(*FLOWS), FLOW_KEY),
    "zip with a file that is no gzip to its end": (zipped(FLOWS[0], gzip.compress(FLOWS[1])[:-9], FLOWS[2]), FLOW_KEY),
    "truncated": (gzip.compress(FLOWS[0])[:-9], FLOW_KEY),
    **{case.key: (case.log.read_bytes(), case.key) for case in cases()},
}


@pytest.mark.parametrize("name", SEVERAL)
def test_an_object_in_pieces_gives_the_documents_of_the_whole_each_once(name: str) -> None:
    content, key = SEVERAL[name]
    whole, report = load_bytes(LOADER, content, key)
    pieces: list[dict[str, Any]] = []
    first: int | None = 0
    records = failures = 0
    while first is not None:
        sink = Collected()
        in_time = iter([False] * (2 + first // 16))  # before opening, and every sixteen records
        ref = ObjectRef("aes-siem-111122223333-log", key, EVENT_TIME, first_record=first)
        part = LOADER.load(ref, lambda: plain(iter((content,))), sink, is_late=partial(next, in_time, True))
        assert part.rest is None or part.rest > first
        pieces += sink.documents
        records, failures, first = records + part.records, failures + part.failures, part.rest
    assert pieces == whole
    assert (records, failures) == (report.records, report.failures)


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        ("AWSLogs/111122223333/CloudTrail/us-east-1/", "folder marker"),
        ("AWSLogs/111122223333/CloudTrail-Digest/us-east-1/2030/01/02/x.json.gz", "CloudTrail digest"),
        ("AWSLogs/111122223333/WAF/eu-west-1/error/processing-failed/2030/01/02/09/a.gz", "Firehose error output"),
        ("AWSLogs/111122223333/elasticloadbalancing/ELBAccessLogTestFile", "delivery test object"),
        ("some/other/file.txt", "unknown key"),
    ],
)
def test_objects_that_are_no_logs_are_not_opened(key: str, reason: str) -> None:
    def never() -> Members:
        raise AssertionError("opened")

    report = LOADER.load(ObjectRef("b", key, EVENT_TIME), never, Collected())
    assert report.skipped == reason


def check(content: bytes, key: str, report: LoadReport, count: int) -> None:
    assert count == report.documents + report.failures
    assert report.records == report.documents + report.failures + report.excluded.total() - (report.error is not None)
    del content, key


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(content=st.binary(max_size=2_000), key=st.sampled_from(KEYS), compress=st.booleans())
def test_any_bytes_become_documents_or_failures(content: bytes, key: str, *, compress: bool) -> None:
    documents, report = load_bytes(LOADER, gzip.compress(content) if compress else content, key)
    check(content, key, report, len(documents))


@st.composite
def mutated(draw: st.DrawFn) -> tuple[str, bytes]:
    """A golden log with some JSON values, or some bytes, replaced by anything."""
    case = draw(st.sampled_from(cases()))
    content = case.log.read_bytes()
    start = draw(st.integers(0, len(content)))
    end = draw(st.integers(start, min(len(content), start + 40)))
    patch = draw(st.binary(max_size=30) | LOOSE_JSON.map(lambda value: json.dumps(value).encode()))
    return case.key, content[:start] + patch + content[end:]


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(mutated())
def test_damaged_logs_become_documents_or_failures(found: tuple[str, bytes]) -> None:
    key, content = found
    documents, report = load_bytes(LOADER, content, key)
    check(content, key, report, len(documents))


def test_a_hostile_json_shape_costs_its_record_alone() -> None:
    config = load_config(ROOT / "config" / "aws.ini")
    assert not config.problems
    deep = "[" * 5_000 + "]" * 5_000
    lines = ['{"id": 1}', f'{{"a": {deep}}}', '{"b": 123456789012345678901234567890, "c": "\\ud800"}', '{"d": NaN}']
    key = next(key for key in KEYS if "CloudTrail" in key)
    documents, report = load_bytes(LOADER, "\n".join(lines).encode(), key)
    assert report.records == len(documents) == 4


def test_members_after_a_gzip_member_are_read_and_zero_padding_is_not() -> None:
    two = gzip.compress(f"{HEADER}\n{flow(1)}\n".encode()) + gzip.compress(f"{flow(2)}\n".encode()) + b"\0" * 512
    assert b"".join(chain.from_iterable(plain(iter([two])))).count(b"ACCEPT") == 2
    twice = gzip.compress(gzip.compress(two))
    assert b"".join(chain.from_iterable(plain(iter([twice[:7], twice[7:]])))).count(b"ACCEPT") == 2


def archive(*contents: bytes) -> bytearray:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as opened:
        for number, content in enumerate(contents):
            opened.writestr(f"{number}.log", content)
    return bytearray(buffer.getvalue())


def test_each_file_of_an_archive_has_its_own_header_and_encoding_while_numbers_go_on() -> None:
    reordered = "srcaddr dstaddr action start\n192.0.2.99 10.0.0.1 REJECT 1893552840\n"
    first, second = f"{HEADER}\n{flow(1)}\n{flow(2)}\n".encode(), reordered.encode("utf-16")
    documents, report = load_bytes(LOADER, bytes(archive(first, b"", second, gzip.compress(first))), FLOW_KEY)
    assert (report.records, report.documents, report.error) == (5, 5, None)
    sources = [document["_source"] for document in documents]
    assert [source["aws"]["s3"]["object"]["record_number"] for source in sources] == [0, 1, 2, 3, 4]
    assert [source["source"]["ip"] for source in sources] == [
        "192.0.2.1",
        "192.0.2.2",
        "192.0.2.99",
        "192.0.2.1",
        "192.0.2.2",
    ]
    assert len({document["_id"] for document in documents}) == 5


def test_broken_files_of_an_archive_cost_themselves_and_are_one_failure() -> None:
    good = f"{HEADER}\n{flow(1)}\n".encode()
    content = archive(good, b"broken one", gzip.compress(good)[:-9], good)
    content[content.index(b"broken")] ^= 1
    documents, report = load_bytes(LOADER, bytes(content), FLOW_KEY)
    assert (report.documents, report.failures) == (3, 1)
    assert report.error is not None
    assert "'1.log' that is corrupt" in report.error
    assert "'2.log' that holds gzip data that end too early" in report.error
    assert documents[-1]["_source"]["error"]["type"] == "object_error"
    many = archive(*[b"broken"] * 99)
    _, report = load_bytes(LOADER, bytes(many.replace(b"broken", b"Broken")), FLOW_KEY)
    assert report.error is not None
    assert report.error.count("is corrupt") == 10


def test_a_record_that_brings_its_error_along_is_not_held_after_it_was_loaded() -> None:
    key = next(key for key in KEYS if "CloudTrail" in key)
    load_bytes(LOADER, b"no JSON\n" * 1_000, key)
    gc.collect()
    held = sum(isinstance(found, RecordError) for found in gc.get_objects())
    load_bytes(LOADER, b"no JSON\n" * 1_000, key)
    gc.collect()
    assert sum(isinstance(found, RecordError) for found in gc.get_objects()) <= held
