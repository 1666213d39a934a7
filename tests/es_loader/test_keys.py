"""Which log type takes an object, by its key alone, and what the key says about account, region and organisation.

`keys/<section>.tsv` holds a log type's keys, its usual one first, and near misses: keys that look like its own. They are
tested as they stand, in every layout of AWS accounts, and behind prefixes that are called like other log types. The
columns: the key, the log type that takes it or why it is skipped (`-`: neither), and account, region and organisation.
`keys/none.tsv` holds keys that nobody takes.
"""

import time
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from es_loader.classify import Place, matches, place, skip_reason
from tests.golden import builtin_config

CONFIG = builtin_config()
TABLES = Path(__file__).parent / "keys"
ACCOUNT = "111122223333"
ORGANIZATION = "o-a1b2c3d4e5"
NAMES = {
    "firehose": "1-2030-01-02-03-04-05-0a1b2c3d-0000-4000-8000-000000000000",
    "s3": "2030-01-02-03-04-05-0123456789ABCDEF",
}
"""How Firehose ends an object's name, and how S3 calls an access log."""

LAYOUTS = {
    "any/prefix/AWSLogs/": None,
    "AWSLogs/o-a1b2c3d4e5/": ORGANIZATION,
    "o-a1b2c3d4e5/AWSLogs/": ORGANIZATION,
    "o-a1b2c3d4e5/AWSLogs/o-a1b2c3d4e5/": ORGANIZATION,
    "central-logs/AWSLogs/o-a1b2c3d4e5/": ORGANIZATION,
    "central-logs/AWSLogs/o-a1b2c3d4e5//": ORGANIZATION,
}
"""What stands before the account: a prefix, organisation trails, Control Tower old and new, Landing Zone Accelerator."""

REGIONS = ("us-gov-west-1", "cn-north-1", "us-isob-east-1", "eu-isoe-west-1", "eusc-de-east-1")
SUFFIXES = ("", ".gz", ".snappy", ".zip", ".parquet", ".json", "-own-suffix")


class Row(NamedTuple):
    """A key, the section or the reason to skip that it must find (None: neither), and its place where the table says."""

    table: str
    key: str
    outcome: str | None
    place: Place | None


@cache
def rows(table: str) -> list[Row]:
    lines = (TABLES / f"{table}.tsv").read_text().splitlines()
    return [parsed(table, *line.split("\t")) for line in lines if line and not line.startswith("#")]


def parsed(table: str, key: str, outcome: str, *where: str) -> Row:
    known = [None if value == "-" else value for value in (outcome, *where)]
    return Row(table, key.format_map(NAMES), known[0], Place(*known[1:]) if where else None)


def prefixes(table: str) -> list[str]:
    """Return what a user may call the folder before AWSLogs/ that looks like the log type."""
    first, _, _ = (TABLES / f"{table}.tsv").read_text().partition("\n")
    return first.removeprefix("# prefixes: ").split()


def found(key: str) -> str | None:
    """Return the one section that takes a key, or the reason to skip it."""
    takers = [match.log_type.name for match in matches(CONFIG, key) if not match.ignored]
    assert len(takers) < 2, (key, takers)
    return skip_reason(key) or next(iter(takers), None)


SECTIONS = sorted(CONFIG.log_types)
TABLE_NAMES = [*SECTIONS, "none"]
ROWS = [row for table in TABLE_NAMES for row in rows(table)]
OWN = [row for row in ROWS if row.outcome == row.table]
PREFIXES = [prefix for table in TABLE_NAMES for prefix in prefixes(table)]


def test_every_log_type_has_its_table_and_no_other() -> None:
    assert sorted(path.stem for path in TABLES.glob("*.tsv")) == sorted(TABLE_NAMES)


@pytest.mark.parametrize("section", SECTIONS)
def test_a_table_has_prefixes_keys_and_near_misses(section: str) -> None:
    keys = [row.key for row in rows(section)]
    own = [row for row in rows(section) if row.outcome == section]
    assert len(set(keys)) == len(keys)
    assert len(own) >= 5
    assert len(keys) - len(own) >= 5
    assert all(row.place for row in own)
    assert rows(section)[0].key.startswith(f"AWSLogs/{ACCOUNT}/"), "the usual key comes first"
    assert all(prefix.endswith("/") for prefix in prefixes(section))
    assert prefixes(section)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.table}: {row.key}")
def test_a_key(row: Row) -> None:
    assert found(row.key) == row.outcome
    if row.place:
        assert place(row.key) == row.place


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("table", TABLE_NAMES)
def test_the_layout_of_accounts_does_not_matter(table: str, layout: str) -> None:
    for row in rows(table):
        if row.key.startswith(f"AWSLogs/{ACCOUNT}/"):
            key = layout + row.key.removeprefix("AWSLogs/")
            assert found(key) == row.outcome, key
            assert place(key) == place(row.key)._replace(organization=LAYOUTS[layout]), key


@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize("section", SECTIONS)
def test_the_partition_does_not_matter(section: str, region: str) -> None:
    for row in rows(section):
        key = row.key.replace("eu-west-1", region)
        assert found(key) == row.outcome, key
        assert row.place is None or row.place.region != "eu-west-1" or place(key).region == region


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("section", SECTIONS)
def test_the_suffix_that_firehose_adds_does_not_matter(section: str, suffix: str) -> None:
    for row in rows(section):
        if row.key.endswith(NAMES["firehose"]):
            assert found(row.key + suffix) == row.outcome, row.key


@pytest.mark.parametrize("row", [row for row in OWN if "=" in row.key], ids=lambda row: f"{row.table}: {row.key}")
def test_a_key_of_hive_style_says_the_same_as_notifications_write_it(row: Row) -> None:
    written = row.key.replace("=", "%3D")
    assert found(written) == row.outcome
    assert place(written) == row.place


@pytest.mark.parametrize("prefix", dict.fromkeys(PREFIXES))
@pytest.mark.parametrize("table", TABLE_NAMES)
def test_a_prefix_that_is_called_like_another_log_type_does_not_matter(table: str, prefix: str) -> None:
    for row in rows(table):
        if row.key.startswith("AWSLogs/"):
            assert found(prefix + row.key) == row.outcome, row.key
            assert place(prefix + row.key).account == place(row.key).account, row.key


@pytest.mark.parametrize("prefix", dict.fromkeys(PREFIXES))
@pytest.mark.parametrize("folder", [f"AWSLogs/{ACCOUNT}/s3accesslog/eu-west-1/", f"{ACCOUNT}/eu-west-1/", ""])
def test_a_bucket_that_is_called_like_a_log_type_does_not_matter(folder: str, prefix: str) -> None:
    bucket = prefix.removesuffix("/").replace("/", "-").lower()
    assert found(f"{folder}{bucket}/{NAMES['s3']}") == "s3accesslog"
    assert found(f"{folder}{bucket}/2030/01/02/{NAMES['s3']}") == "s3accesslog"


@pytest.mark.parametrize(
    "part",
    [
        "apache",
        "nginx/access/",
        "apache/error/AWSLogs/",
        "AWSLogs/",
        "aws-waf-logs-1",
        "error/",
        "vpcflowlogs_",
        "CloudFront/",
        "1",
    ],
)
def test_a_hostile_key_takes_little_time(part: str) -> None:
    key = (part * 1024)[:1023] + "x"
    begin = time.process_time()
    found(key)
    place(key)
    assert time.process_time() - begin < 1
