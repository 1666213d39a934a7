"""Which objects are logs of CloudFront, standard or real-time, by key alone."""

from pathlib import Path

import pytest

from es_loader.classify import classify, matches, place, skip_reason
from es_loader.config import load_config
from es_loader.declarations import Config

FILE = "EXAMPLE1234567.2030-01-02-02.1a2b3c4d"
STREAM = "cf-rt-1-2030-01-02-02-15-00-0a1b2c3d-0000-4000-8000-000000000000"
PLACE = "AWSLogs/123456789012/CloudFront/global/EXAMPLE1234567"
HIVE = "AWSLogs/aws-account-id=123456789012/CloudFront/DistributionId=EXAMPLE1234567"


@pytest.fixture(scope="module")
def config() -> Config:
    found = load_config(Path("config/aws.ini"))
    assert not found.problems
    return found


def takers(config: Config, key: str) -> list[str]:
    return [match.log_type.name for match in matches(config, key) if not match.ignored]


@pytest.mark.parametrize(
    "key",
    [
        f"{PLACE}/standard/{FILE}.gz",
        f"{FILE}.gz",
        f"any/prefix/{FILE}.gz",
        "EXAMPLE123456.2030-01-02-02.1a2b3c4d.gz",
        "EXAMPLE12345.2030-01-02-02.1A2b3c4D.gz",
        "EXAMPLE1234567.2030-01-02-02.1a2b3c4d5e6.gz",
        f"AWSLogs/123456789012/CloudFront/{FILE}.gz",
        f"AWSLogs/123456789012/CloudFront/{FILE}.parquet",
        f"AWSLogs/123456789012/CloudFront/{FILE}.json",
        f"{HIVE}/year=2030/month=01/day=02/hour=02/{FILE}.gz",
        f"o-a1b2c3d4e5/AWSLogs/123456789012/CloudFront/{FILE}.gz",
        f"own/EXAMPLE1234567/2030/01/02/02/{FILE}.gz",
    ],
)
def test_a_standard_log_is_known_by_its_file_name(config: Config, key: str) -> None:
    assert takers(config, key) == ["cloudfront-standard"]


def test_a_standard_log_below_a_folder_of_real_time_logs_is_one(config: Config) -> None:
    assert takers(config, f"{PLACE}/realtime/{FILE}.gz") == ["cloudfront-standard"]


@pytest.mark.parametrize(
    "key",
    [
        f"{PLACE}/realtime/2030/01/02/02/{STREAM}.gz",
        f"{PLACE}/realtime/2030/01/02/02/{STREAM}",
        f"{PLACE}/realtime/2030/01/02/02/{STREAM}.snappy",
        f"{PLACE}/realtime/year=2030/month=01/{STREAM}.json",
        f"o-a1b2c3d4e5/AWSLogs/123456789012/CloudFront/us-east-1/realtime/2030/01/02/02/{STREAM}.gz",
        f"CloudFront/shop/realtime/{STREAM}.gz",
    ],
)
def test_a_real_time_log_is_known_by_its_path(config: Config, key: str) -> None:
    assert takers(config, key) == ["cloudfront-realtime"]


@pytest.mark.parametrize(
    "key",
    [
        "static/EXAMPLE1234567.2030-01-02.gz",
        "static/EXAMPLE1234567.2030-01-02-02.gz",
        "example1234567.2030-01-02-02.1a2b3c4d.gz",
        "EXAMPLE12345678.2030-01-02-02.1a2b3c4d.gz",
        f"{FILE}.gz.md5",
        f"{FILE}.csv",
        "CloudFront/2030-01-02-02-15-00-0123456789ABCDEF",
        "s3accesslog/CloudFront/realtime/2030-01-02-02-15-00-0123456789ABCDEF",
        "CloudFront/logs/realtime/2030-01-02-02-15-00-0123456789ABCDEF",
        "AWSLogs/123456789012/CloudFront/global/EXAMPLE1234567/",
        f"AWSLogs/123456789012/CloudFront/realtime/{STREAM}.gz",
        "data/2030-01-02-09-05-00-0123456789ABCDEF.csv",
        "CloudFront/a/realtime/aws-waf-logs-prod-1-2030-01-02-09-05-00-0a1b2c3d-0000-4000-8000-000000000000.gz",
        "CloudFront/a/realtime/AWSLogs/123456789012/Config/eu-west-1/2030/1/2/123456789012_Config_eu-west-1_x.json.gz",
    ],
)
def test_their_neighbours_are_not(config: Config, key: str) -> None:
    assert not {"cloudfront-standard", "cloudfront-realtime"} & set(takers(config, key))


@pytest.mark.parametrize(
    "folder",
    ["error/processing-failed/2030/01/02/02/", "error/2030/01/02/02/", "processing-failed/2030/01/02/02/"],
)
def test_what_firehose_could_not_deliver_is_not_loaded(config: Config, folder: str) -> None:
    key = f"{PLACE}/realtime/{folder}{STREAM}.gz"
    assert skip_reason(key)
    assert classify(config, key) is None


def test_global_is_no_region() -> None:
    assert place(f"{PLACE}/standard/{FILE}.gz")[:2] == ("123456789012", None)
    assert place(f"{HIVE}/year=2030/{FILE}.gz").account == "123456789012"
