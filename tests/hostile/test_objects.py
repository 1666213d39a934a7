"""Whole objects that are hostile: what can be read is loaded, the rest is one failure, and memory stays flat."""

import bz2
import gzip
import io
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator

import pytest
from backports import zstd

from es_loader import compression
from es_loader.compression import CHUNK, plain
from es_loader.formats import parquet
from es_loader.formats.text import MAX_RECORD
from es_loader.pipeline import LoadReport
from es_loader.types import ObjectRef
from tests.golden import ROOT
from tests.hostile.seeds import loader, seeds
from tests.hostile.soak import BUCKET, EVENT_TIME, MOST_SECONDS, Watch
from tests.parquet_files import from_rows
from tests.timing import within

KEY = "AWSLogs/111122223333/vpcflowlogs/eu-west-1/2030/01/02/111122223333_vpcflowlogs_eu-west-1_fl-0123456789abcdef0_20300102T0255Z_1a2b3c4d.log.gz"
CLOUDTRAIL_KEY = (
    "AWSLogs/111122223333/CloudTrail/eu-west-1/2030/01/02/111122223333_CloudTrail_eu-west-1_20300102T0000Z_a.json.gz"
)
HEADER = b"version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status\n"
LINE = (
    b"2 111122223333 eni-0a1b2c3d4e5f60718 10.0.1.5 203.0.113.7 40000 443 6 10 8400 1893552840 1893552899 ACCEPT OK\n"
)
COUNT = 20_000
LOG = HEADER + b"".join(LINE.replace(b" 40000 ", b" %d " % (1024 + number)) for number in range(COUNT))

SOME_MB = 64
"""Megabytes that a child may need more for a huge object than for a small one."""


def load(content: bytes, key: str = KEY) -> LoadReport:
    """Load an object and account for it."""
    return load_chunks((content[at : at + CHUNK] for at in range(0, len(content), CHUNK)), key)


def load_chunks(chunks: Iterator[bytes], key: str = KEY) -> LoadReport:
    watch = Watch()
    report = loader().load(ObjectRef(BUCKET, key, EVENT_TIME), lambda: plain(chunks), watch)
    assert watch.documents == report.documents + report.failures
    assert report.records == report.documents + report.failures - (report.error is not None) + report.excluded.total()
    return report


def archive(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in members.items():
            opened.writestr(name, content)
    return buffer.getvalue()


PACKED = {
    "gzip": gzip.compress(LOG, 6),
    "bzip2": bz2.compress(LOG),
    "zstd": zstd.compress(LOG),
    "zip": archive({"a": LOG}),
}


@pytest.mark.parametrize("name", PACKED)
@pytest.mark.parametrize("share", [0.0001, 0.01, 0.3, 0.5, 0.9, 0.999, 0.99999])
def test_a_truncated_object_gives_its_beginning_and_one_failure(name: str, share: float) -> None:
    packed = PACKED[name]
    report = load(packed[: max(int(len(packed) * share), 12)])
    assert report.error is not None
    assert report.documents <= COUNT
    if name == "gzip":
        assert report.documents >= COUNT * share * 0.8 - 2_000


@pytest.mark.parametrize("name", PACKED)
@pytest.mark.parametrize("share", [0.01, 0.2, 0.4, 0.6, 0.8, 0.99])
def test_a_corrupt_object_is_accounted_for(name: str, share: float) -> None:
    packed = bytearray(PACKED[name])
    place = int(len(packed) * share)
    packed[place : place + 40] = b"\xff" * 40
    report = load(bytes(packed))
    assert report.records > 0 or share < 0.5 or name == "bzip2"
    assert report.error is not None or name == "zstd"  # which has no checksum here


def test_concatenated_gzip_members_and_archives_of_several_files_are_read_whole() -> None:
    halves = (LOG[: len(HEADER)], LOG[len(HEADER) :])
    assert load(b"".join(map(gzip.compress, halves))).documents == COUNT
    assert load(archive({f"{number}.log": HEADER + LINE * 10 for number in range(300)})).documents == 3_000


@pytest.mark.parametrize(
    ("content", "documents"),
    [
        (LOG[: len(HEADER) + 43 * len(LINE)].decode().encode("utf-16"), 43),
        (LOG[: len(HEADER) + 43 * len(LINE)].decode().encode("utf-16-le"), 43),
        (LOG[: len(HEADER) + 43 * len(LINE)].decode().encode("utf-16-be"), 43),
        (b"\xef\xbb\xbf" + LOG[: len(HEADER) + 43 * len(LINE)], 43),
        (LOG[: len(HEADER) + 43 * len(LINE)].replace(b"\n", b"\r\n"), 43),
        (b"", 0),
        (gzip.compress(b""), 0),
        (b"\n\n \n", 0),
        (archive({}), 0),
        (archive({"empty": b""}), 0),
    ],
)
def test_encodings_and_line_ends(content: bytes, documents: int) -> None:
    report = load(content)
    assert (report.documents, report.error) == (documents, None)


def test_an_object_whose_lines_end_in_carriage_returns_alone_is_one_failure_that_has_all_of_it() -> None:
    report = load(LOG[:2_000].replace(b"\n", b"\r"))
    assert (report.records, report.error) == (1, None)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.95, 0.999])
def test_truncated_and_corrupt_parquet_is_accounted_for(share: float) -> None:
    content = from_rows(
        [{"srcaddr": f"10.0.0.{n % 250}", "start": 1893552840 + n, "end": 1893552840 + n} for n in range(9_000)]
    )
    place = int(len(content) * share)
    assert load(content[:place]).error is not None
    load(content[:place] + b"\xff" * 30 + content[place + 30 :])


BOMB = b"0 " * (1 << 21)


def nested(content: bytes, layers: int) -> bytes:
    for _ in range(layers):
        content = gzip.compress(content)
    return content


@pytest.mark.parametrize(
    "bomb",
    [
        gzip.compress(BOMB * 4),
        bz2.compress(BOMB * 4),
        zstd.compress(BOMB * 4),
        nested(BOMB * 4, 3),
        archive({str(number): BOMB for number in range(20)}),
        archive({"a.gz": gzip.compress(BOMB * 4), "b.log": LOG}),
    ],
    ids=["gzip", "bzip2", "zstd", "nested", "many members", "gzip in zip"],
)
def test_a_bomb_is_over_where_it_shows_itself(bomb: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compression, "UNLIMITED", 1 << 22)
    report = load(bomb)
    assert report.error is not None
    assert "as bombs do" in report.error


def test_a_log_that_compresses_well_is_no_bomb(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compression, "UNLIMITED", 1 << 16)
    for packed in PACKED.values():
        assert load(packed).documents == COUNT
    assert len(LOG) / len(PACKED["zstd"]) > 5


def test_a_log_that_unpacks_to_little_is_no_bomb_however_well_it_compresses() -> None:
    same = gzip.compress(HEADER + LINE * COUNT)
    assert len(HEADER + LINE * COUNT) / len(same) > 200
    assert load(same).documents == COUNT


def test_rows_of_a_parquet_bomb_end_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "UNLIMITED", 1 << 16)
    monkeypatch.setattr(parquet, "MAX_RATIO", 20)
    report = load(from_rows([{"srcaddr": "x" * 1_000, "start": 1893552840}] * 20_000, compression="zstd(1)"))
    assert report.error is not None
    assert "as in a bomb" in report.error
    assert 0 < report.records < 20_000


LONGEST = MAX_RECORD - 100


def filled(begin: bytes, piece: bytes, end: bytes = b"") -> bytes:
    """Return the longest record of this kind."""
    return begin + piece * ((LONGEST - len(begin) - len(end)) // len(piece)) + end


@pytest.mark.parametrize(
    ("log_type", "content"),
    [
        ("cloudtrail", filled(b'{"requestParameters":[', b"{},", b"1]}")),
        ("cloudtrail", filled(b'{"resources":[', b"[],", b"1]}")),
        ("cloudtrail", filled(b'{"userAgent":"', b"a b", b'"}')),
        ("cloudtrail", filled(b'{"requestParameters":', b"[")),
        ("alb", filled(b"", b"a ")),
        ("alb", filled(b"", b'"')),
        (
            "nginx-access",
            filled(b'192.0.2.1 - - [02/Jan/2030:03:04:05 +0000] "GET /', b"%20", b' HTTP/1.1" 200 1 "-" "-"'),
        ),
        ("windows", filled(b"<Event>", b"<a>")),
        ("windows", filled(b"<Event ", b'a="1" ', b"/>")),
        ("firewall", filled(b"CEF:0|a|b|c|d|e|f|", b"a=b ")),
        ("vpcflowlogs", HEADER + filled(b"", b"1 ")),
        ("shop-trace", filled(b"2030-01-02T03:04:05Z ERROR x\n", b" a\n")),
        ("linux-secure", filled(b"Jan  2 03:04:05 h sshd[1]: x\n", b" a\n")),
    ],
)
def test_the_longest_record_takes_less_than_a_second(log_type: str, content: bytes) -> None:
    key = seeds()[log_type][0].key
    with within(MOST_SECONDS):
        report = load(content, key)
    assert report.records == 1


OBJECTS = {
    "flow": f"(HEADER + LINE * 2000 if n == 0 else LINE * 2000 for n in range(size // {len(LINE) * 2_000} + 1))",
    "json": "(b'{\"Records\":[' if n == 0 else RECORD * 40 for n in range(size // (40 * len(RECORD)) + 1))",
    "nothing": "(b'\\0' * (1 << 18) for n in range(size >> 18))",
    "one line": "(b'x' * (1 << 18) for n in range(size >> 18))",
}
CHILD = """
import sys
from tests.hostile.test_objects import *
from benchmarks.peak_memory import peak_mb
RECORD = b'{"eventTime":"2030-01-02T03:04:05Z","eventName":"X","requestParameters":{"a":"%s"}},' % (b"x y z " * 1_300)
loader()
size = int(sys.argv[1])
report = load_chunks(OBJECT, sys.argv[2])
print(json.dumps([peak_mb(), report.records]))
"""


def peak_of(name: str, size: int) -> tuple[int, int]:
    """Return the most megabytes that a process needs for a generated object, and the number of records."""
    key = KEY if name != "json" else CLOUDTRAIL_KEY
    environment = {**os.environ, "PYTHONPATH": "lambda:.", "COVERAGE_PROCESS_START": ""}
    code = CHILD.replace("OBJECT,", f"{OBJECTS[name]},")
    done = subprocess.run(
        [sys.executable, "-c", code, str(size), key],
        cwd=ROOT,
        env=environment,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    peak, records = json.loads(done.stdout)
    return peak, records


@pytest.mark.parametrize("name", OBJECTS)
def test_a_large_object_needs_no_more_memory_than_a_small_one(name: str) -> None:
    """32 MB against 8 here; `SOAK_BYTES` makes the large one as large as that says: 5 GB by `make soak`."""
    small, _ = peak_of(name, 8 << 20)
    large, records = peak_of(name, int(os.environ.get("SOAK_BYTES", str(32 << 20))))
    assert large - small < SOME_MB, (small, large, records)
