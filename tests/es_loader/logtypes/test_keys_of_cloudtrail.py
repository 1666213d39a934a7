"""Which objects are CloudTrail logs, by key alone."""

from pathlib import Path

import pytest

from es_loader.classify import classify, place, skip_reason
from es_loader.config import load_config
from es_loader.declarations import Config

FOLDERS = ("CloudTrail", "CloudTrail-Insight", "CloudTrail-NetworkActivity", "CloudTrail-Aggregated")


def name(folder: str = "CloudTrail", region: str = "eu-west-1", stamp: str = "20300102T0305Z") -> str:
    return f"111122223333_{folder}_{region}_{stamp}_Ab12Cd34Ef56Gh78.json.gz"


def path(folder: str = "CloudTrail", region: str = "eu-west-1") -> str:
    return f"111122223333/{folder}/{region}/2030/01/02/{name(folder, region)}"


@pytest.fixture(scope="module")
def config() -> Config:
    return load_config(Path("config/aws.ini"))


def section(config: Config, key: str) -> str | None:
    log_type = None if skip_reason(key) else classify(config, key)
    return log_type.name if log_type else None


@pytest.mark.parametrize(
    ("prefix", "organization"),
    [
        ("AWSLogs/", None),
        ("any/prefix/AWSLogs/", None),
        ("GuardDuty/AWSLogs/", None),
        ("vpcflowlogs/AWSLogs/", None),
        ("AWSLogs/o-a1b2c3d4e5/", "o-a1b2c3d4e5"),
        ("o-a1b2c3d4e5/AWSLogs/", "o-a1b2c3d4e5"),
        ("o-a1b2c3d4e5/AWSLogs/o-a1b2c3d4e5/", "o-a1b2c3d4e5"),
        ("cloudtrail-organization/AWSLogs/o-a1b2c3d4e5/", "o-a1b2c3d4e5"),
        ("cloudtrail-organization/AWSLogs/o-a1b2c3d4e5//", "o-a1b2c3d4e5"),
    ],
)
@pytest.mark.parametrize("folder", FOLDERS)
def test_every_layout(config: Config, prefix: str, organization: str | None, folder: str) -> None:
    key = prefix + path(folder)
    assert section(config, key) == "cloudtrail"
    assert place(key) == ("111122223333", "eu-west-1", organization)


@pytest.mark.parametrize(
    "region", ["us-gov-west-1", "cn-north-1", "us-isob-east-1", "eu-isoe-west-1", "eusc-de-east-1"]
)
def test_every_partition(config: Config, region: str) -> None:
    key = "AWSLogs/" + path(region=region)
    assert section(config, key) == "cloudtrail"
    assert place(key).region == region


@pytest.mark.parametrize(
    "key",
    [
        "AWSLogs/111122223333/CloudTrail/eu-west-1/2030/01/02/03/trail-to-s3-1-2030-01-02-03-04-05-0a1b2c3d.gz",
        "CloudTrail/2030/01/02/03/trail-to-s3-1-2030-01-02-03-04-05-0a1b2c3d",
        "copied/flat/" + name(),
        name(),
        name(stamp="20300102T030512Z"),
        name("CloudTrail-Insight"),
        "AWSLogs/aws-account-id=111122223333/aws-service=cloudtrail/aws-region=eu-west-1/year=2030/month=01/day=02/"
        + name(),
    ],
)
def test_other_places(config: Config, key: str) -> None:
    assert section(config, key) == "cloudtrail"


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        ("AWSLogs/111122223333/CloudTrail/", "folder marker"),
        (
            "AWSLogs/111122223333/CloudTrail-Digest/eu-west-1/2030/01/02/111122223333_CloudTrail-Digest_eu-west-1_a_CloudTrail_b_eu-west-1_20300102T030512Z.json.gz",
            "CloudTrail digest",
        ),
        (
            "AWSLogs/o-a1b2c3d4e5/111122223333/CloudTrail-Digest/eu-west-1/2030/01/02/" + name("CloudTrail-Digest"),
            "CloudTrail digest",
        ),
        ("AWSLogs/111122223333/CloudTrail/error/processing-failed/2030/01/02/03/s-1", "Firehose error output"),
        ("AWSLogs/111122223333/CloudTrail/error/2030/01/02/03/s-1", "Firehose error output"),
    ],
)
def test_what_lies_beside_logs_is_skipped_by_name(key: str, reason: str) -> None:
    assert skip_reason(key) == reason


@pytest.mark.parametrize(
    "key",
    [
        "AWSLogs/111122223333/CloudTrail-Lake/Query/2030/01/02/0a1b2c3d/result_1.csv.gz",
        "AWSLogs/111122223333/CloudTrail-Lake/Query/2030/01/02/0a1b2c3d/result_sign.json",
        "AWSLogs/111122223333/CloudTrail-Lake/Query/2030/01/02/" + name(),
        "AWSLogs/111122223333/Config/eu-west-1/2030/1/2/ConfigHistory/111122223333_Config_eu-west-1_ConfigHistory_AWS::CloudTrail::Trail_20300102T030512Z_20300102T030512Z_1.json.gz",
        "CloudTrail/AWSLogs/111122223333/GuardDuty/eu-west-1/2030/01/02/0a1b2c3d-0000-4000-8000-000000000000.jsonl.gz",
        "CloudTrail/AWSLogs/111122223333/vpcflowlogs/eu-west-1/2030/01/02/111122223333_vpcflowlogs_eu-west-1_fl-0a1b2c3d_20300102T0305Z_0a1b2c3d.log.gz",
        "AWSLogs/111122223333/WAF/eu-west-1/CloudTrail/2030/01/02/03/aws-waf-logs-CloudTrail-1-2030-01-02-03-04-05-0a1b2c3d",
        "MyCloudTrail/2030/01/02/log.json.gz",
        "cloudtrail/2030/01/02/log.json.gz",
        "AWSLogs/111122223333/CloudTrailed/eu-west-1/2030/01/02/log.json.gz",
        "AWSLogs/111122223333/WAFLogs/eu-west-1/CloudTrail/2030/01/02/03/05/111122223333_waflogs_eu-west-1_CloudTrail_20300102T0305Z_0a1b2c3d.log.gz",
        "copied/1111222233334_CloudTrail_eu-west-1_20300102T0305Z_Ab12Cd34Ef56Gh78.json.gz",
        "copied/111122223333_CloudTrail_20300102T0305Z.json.gz",
    ],
)
def test_its_neighbours_are_not(config: Config, key: str) -> None:
    assert section(config, key) != "cloudtrail"
