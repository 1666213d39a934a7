"""The sample logs that are checked in are those that the generator writes, and the loader reads each of them."""

import gzip
import ipaddress
import json
import re
from collections import Counter
from pathlib import Path

import pytest

from es_loader.classify import classify, matches, skip_reason
from es_loader.pipeline import Loader
from es_loader.types import Document
from samples.generator.__main__ import LOGS, all_objects, is_current, write
from samples.generator.objects import LogObject
from samples.generator.story import ATTACKER
from tests.golden import builtin_config, load_bytes

OBJECTS = all_objects()
CONFIG = builtin_config()
README_ROW = re.compile(r"^\| (?P<log_type>[\w-]+) \| (?P<objects>\d+) \| (?P<records>[\d,]+) \|", re.MULTILINE)
ADDRESS = re.compile(r"(?<![\w.])(?<!Chrome/)\d{1,3}(?:\.\d{1,3}){3}(?![\w.])")
OURS = [
    ipaddress.ip_network(network)
    for network in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "10.0.0.0/8", "169.254.169.123/32")
]


def loaded(item: LogObject) -> list[Document]:
    documents, report = load_bytes(Loader(CONFIG), item.body, item.key)
    assert report.failures == 0
    return [document["_source"] for document in documents]


@pytest.fixture(scope="module")
def documents() -> list[Document]:
    return [document for item in OBJECTS for document in loaded(item)]


def test_checked_in_files_are_current() -> None:
    assert [item.key for item in OBJECTS if not is_current(item, LOGS)] == []


def test_no_other_files_are_checked_in() -> None:
    assert sorted(file.relative_to(LOGS).as_posix() for file in LOGS.rglob("*") if file.is_file()) == [
        item.key for item in OBJECTS
    ]


def test_generator_writes_the_same_again() -> None:
    assert all_objects() == OBJECTS


def test_files_are_written_once(tmp_path: Path) -> None:
    stray = tmp_path / "stray"
    stray.touch()
    assert write(OBJECTS[:3], tmp_path) == 4
    assert write(OBJECTS[:3], tmp_path) == 0
    assert not stray.exists()


def test_members_are_concatenated() -> None:
    item = next(item for item in OBJECTS if len(item.members) > 1)
    assert gzip.decompress(item.body) == b"".join(item.members)


def test_each_key_belongs_to_exactly_one_log_type() -> None:
    for item in OBJECTS:
        found = classify(CONFIG, item.key)
        assert skip_reason(item.key) is None
        assert found is not None
        assert found.name == item.log_type
        assert [match.log_type.name for match in matches(CONFIG, item.key) if not match.ignored] == [item.log_type]


def test_counts_are_those_of_the_readme() -> None:
    objects = Counter(item.log_type for item in OBJECTS)
    records = Counter[str]()
    for item in OBJECTS:
        records[item.log_type] += item.records
    readme = (LOGS.parent / "README.md").read_text()
    stated = {
        row["log_type"]: (int(row["objects"]), int(row["records"].replace(",", "")))
        for row in README_ROW.finditer(readme)
    }
    assert stated == {log_type: (objects[log_type], records[log_type]) for log_type in objects}


def test_each_record_gives_a_document(documents: list[Document]) -> None:
    assert len(documents) == sum(item.records for item in OBJECTS)


def text_of(item: LogObject) -> str:
    """Return what an object says; of a binary one the records as they were read."""
    if item.content.startswith(b"PAR1"):
        return json.dumps(loaded(item))
    return item.content.decode()


def test_no_address_of_anybody() -> None:
    found = {address for item in OBJECTS for address in ADDRESS.findall(text_of(item))}
    assert {
        address for address in found if not any(ipaddress.ip_address(address) in network for network in OURS)
    } == set()


def test_attacker_is_in_every_log(documents: list[Document]) -> None:
    datasets = {
        document["event"]["dataset"] for document in documents if ATTACKER in document.get("related", {}).get("ip", [])
    }
    assert datasets >= {log_type.event_dataset for log_type in CONFIG.log_types.values()} - {"system.syslog"}
