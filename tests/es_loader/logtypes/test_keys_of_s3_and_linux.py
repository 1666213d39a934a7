"""Which objects are access logs of S3 and which are logs of Linux hosts, by key alone."""

from pathlib import Path

import pytest

from es_loader.classify import classify, matches, place, skip_reason
from es_loader.config import load_config
from es_loader.declarations import Config

NAME = "2030-01-02-09-05-00-0123456789ABCDEF"
FIREHOSE = "2030/01/02/02/siem-1-2030-01-02-02-55-00-0a1b2c3d-0000-4000-8000-000000000000"


@pytest.fixture(scope="module")
def config() -> Config:
    found = load_config(Path("config/aws.ini"))
    assert not found.problems
    return found


def section(config: Config, key: str) -> str | None:
    takers = [match.log_type.name for match in matches(config, key) if not match.ignored]
    assert len(takers) <= 1, takers
    log_type = None if skip_reason(key) else classify(config, key)
    return log_type.name if log_type else None


@pytest.mark.parametrize(
    ("key", "where"),
    [
        (f"AWSLogs/123456789012/s3accesslog/eu-west-1/example-bucket/{NAME}", ("123456789012", "eu-west-1")),
        (
            f"o-abcde12345/AWSLogs/123456789012/s3accesslog/eu-west-1/example-bucket/{NAME}",
            ("123456789012", "eu-west-1"),
        ),
        (f"s3logs/123456789012/eu-west-1/example-bucket/2030/01/02/{NAME}", ("123456789012", "eu-west-1")),
        (
            "123456789012/us-gov-west-1/example-bucket/2030/01/02/2030-01-02-00-00-00-0123456789ABCDEF",
            ("123456789012", "us-gov-west-1"),
        ),
        (f"logs/{NAME}", (None, None)),
        (NAME, (None, None)),
        (f"o-abcde12345/AWSLogs/{NAME}", (None, None)),
        ("s3accesslog/2030-01-02.txt", (None, None)),
    ],
)
def test_an_access_log_of_s3_is_known(config: Config, key: str, where: tuple[str | None, str | None]) -> None:
    assert section(config, key) == "s3accesslog"
    assert place(key)[:2] == where


@pytest.mark.parametrize(
    "bucket",
    [
        *("aws-waf-logs-prod", "cloudtrail", "vpcflowlogs", "guardduty", "securityhub", "elasticloadbalancing"),
        *("linux", "linux-secure", "apache-access", "nginx-access", "apache-error", "cloudfront", "config"),
    ],
)
@pytest.mark.parametrize("prefix", ["AWSLogs/123456789012/s3accesslog/eu-west-1/", "123456789012/eu-west-1/", ""])
def test_the_buckets_name_does_not_matter(config: Config, prefix: str, bucket: str) -> None:
    assert section(config, f"{prefix}{bucket}/2030/01/02/{NAME}") == "s3accesslog"
    assert section(config, f"{prefix}{bucket}/{NAME}") == "s3accesslog"


@pytest.mark.parametrize("folder", ["CloudTrail", "GuardDuty", "Linux/Secure", "EC2/Linux/eu-west-1", "vpcflowlogs"])
def test_nor_does_a_prefix_that_is_called_like_another_log(config: Config, folder: str) -> None:
    assert section(config, f"{folder}/{NAME}") == "s3accesslog"


@pytest.mark.parametrize(
    ("key", "taker"),
    [
        (f"logs/{NAME}.csv", None),
        (f"logs/x{NAME}", None),
        (f"logs/{NAME.lower()}", None),
        ("data/2030-13-02-09-05-00-0123456789ABCDEF.csv", None),
        ("static/EXAMPLE1234567.2030-01-02.gz", None),
        (f"s3accesslog/error/{NAME}", None),
        (f"s3accesslog/error/processing-failed/{FIREHOSE}", None),
        (
            "s3accesslog/AWSLogs/123456789012/CloudTrail/eu-west-1/2030/01/02/123456789012_CloudTrail_eu-west-1_20300102T0905Z_a.json.gz",
            "cloudtrail",
        ),
        (
            "s3accesslog/AWSLogs/123456789012/GuardDuty/eu-west-1/2030/01/02/0a1b2c3d-0000-4000-8000-000000000000.jsonl.gz",
            "guardduty",
        ),
        (
            "s3accesslog/AWSLogs/123456789012/elasticloadbalancing/eu-west-1/2030/01/02/123456789012_elasticloadbalancing_eu-west-1_app.web.0123456789abcdef_20300102T0905Z_192.0.2.10_4n2kq8zt.log.gz",
            "alb",
        ),
        (
            "s3accesslog/AWSLogs/123456789012/vpcflowlogs/eu-west-1/2030/01/02/123456789012_vpcflowlogs_eu-west-1_fl-0a1b2c3d_20300102T0905Z_1a2b3c4d.log.gz",
            "vpcflowlogs",
        ),
        (f"s3accesslog/AWSLogs/123456789012/EC2/Linux/Secure/{FIREHOSE}", "linux-secure"),
    ],
)
def test_its_neighbours_are_not(config: Config, key: str, taker: str | None) -> None:
    assert section(config, key) == taker


@pytest.mark.parametrize(
    "key",
    [
        f"AWSLogs/123456789012/EC2/Linux/eu-west-1/{FIREHOSE}",
        f"AWSLogs/123456789012/EC2/Linux/eu-west-1/{FIREHOSE}.gz",
        f"AWSLogs/o-a1b2c3d4e5/123456789012/EC2/Linux/eu-west-1/{FIREHOSE}.gz",
        f"o-a1b2c3d4e5/AWSLogs/123456789012/EC2/Linux/eu-west-1/{FIREHOSE}.gz",
        f"any/prefix/AWSLogs/123456789012/EC2/Linux/us-gov-west-1/{FIREHOSE}.gz",
        f"GuardDuty/AWSLogs/123456789012/EC2/Linux/eu-west-1/{FIREHOSE}.gz",
        f"logs/linux/{FIREHOSE}",
        "exports/linux/0a1b2c3d-0000-4000-8000-000000000000/i-0123456789abcdef0/000000.gz",
    ],
)
def test_a_log_of_a_linux_system_is_known(config: Config, key: str) -> None:
    assert section(config, key) == "linux-os-syslog"


@pytest.mark.parametrize(
    ("key", "taker"),
    [
        (f"AWSLogs/123456789012/EC2/Linux/Secure/eu-west-1/{FIREHOSE}", "linux-secure"),
        (f"AWSLogs/123456789012/EC2/linux-secure/eu-west-1/{FIREHOSE}", "linux-secure"),
        (f"logs/linux/linux_secure/{FIREHOSE}", "linux-secure"),
        (f"AWSLogs/123456789012/EC2/Linux/error/processing-failed/{FIREHOSE}", None),
        (f"AWSLogs/123456789012/EC2/Linux/eu-west-1/error/{FIREHOSE}", None),
        ("AWSLogs/123456789012/EC2/Linux/eu-west-1/", None),
        ("exports/linux/aws-logs-write-test", None),
        (f"AWSLogs/123456789012/EC2/Windows/Event/eu-west-1/{FIREHOSE}", None),
        (f"AWSLogs/123456789012/EC2/MyLinux/{FIREHOSE}", None),
        (f"AWSLogs/123456789012/EC2/Linuxes/{FIREHOSE}", None),
        (
            "archive/linux/AWSLogs/123456789012/CloudTrail/eu-west-1/2030/01/02/123456789012_CloudTrail_eu-west-1_20300102T0905Z_a.json.gz",
            "cloudtrail",
        ),
        (
            "archive/linux-secure/AWSLogs/123456789012/vpcflowlogs/eu-west-1/2030/01/02/123456789012_vpcflowlogs_eu-west-1_fl-0a1b2c3d_20300102T0905Z_1a2b3c4d.log.gz",
            "vpcflowlogs",
        ),
    ],
)
def test_neighbours_of_linux_logs_are_not(config: Config, key: str, taker: str | None) -> None:
    assert section(config, key) == taker


@pytest.mark.parametrize("server", ["apache", "Apache", "nginx", "Nginx"])
@pytest.mark.parametrize("kind", ["access", "error"])
def test_web_servers_of_linux_hosts_have_sections_of_their_own(config: Config, server: str, kind: str) -> None:
    assert section(config, f"AWSLogs/123456789012/EC2/Linux/{server}/{kind}/eu-west-1/{FIREHOSE}") != "linux-os-syslog"
