"""Which objects are ALB access logs and which are Linux authentication logs, by key alone."""

from pathlib import Path

import pytest

from es_loader.classify import classify, place, skip_reason
from es_loader.config import load_config
from es_loader.declarations import Config

NAME = (
    "111122223333_elasticloadbalancing_eu-west-1_app.web.v2.0123456789abcdef_20300102T0905Z_192.0.2.10_4n2kq8zt.log.gz"
)
FOLDER = "111122223333/elasticloadbalancing/eu-west-1/2030/01/02/"
"""What follows AWSLogs/ in the key of every load balancer's log."""
SECURE = "EC2/Linux/Secure/eu-west-1/2030/01/02/02/siem-1-2030-01-02-02-55-00-0a1b2c3d-0000-4000-8000-000000000000"


@pytest.fixture(scope="module")
def config() -> Config:
    found = load_config(Path("config/aws.ini"))
    assert not found.problems
    return found


def section(config: Config, key: str) -> str | None:
    log_type = classify(config, key)
    return log_type.name if log_type else None


@pytest.mark.parametrize(
    "prefix",
    [
        "AWSLogs/",
        "any/prefix/AWSLogs/",
        "CloudTrail/AWSLogs/",
        "AWSLogs/o-a1b2c3d4e5/",
        "o-a1b2c3d4e5/AWSLogs/",
        "o-a1b2c3d4e5/AWSLogs/o-a1b2c3d4e5/",
        "elb-logs/AWSLogs/o-a1b2c3d4e5//",
    ],
)
def test_an_alb_access_log_is_known_in_every_layout(config: Config, prefix: str) -> None:
    key = prefix + FOLDER + NAME
    assert section(config, key) == "alb"
    assert place(key)[:2] == ("111122223333", "eu-west-1")


@pytest.mark.parametrize("region", ["us-gov-west-1", "cn-north-1", "us-isob-east-1", "eusc-de-east-1"])
def test_the_partition_does_not_matter(config: Config, region: str) -> None:
    key = f"AWSLogs/{FOLDER}{NAME}".replace("eu-west-1", region)
    assert section(config, key) == "alb"
    assert place(key).region == region


@pytest.mark.parametrize(
    "key",
    [
        f"AWSLogs/{FOLDER}conn_log_{NAME}",
        f"AWSLogs/{FOLDER}conn_log.{NAME}",
        f"AWSLogs/{FOLDER}health_check_log_{NAME}",
        f"AWSLogs/{FOLDER}{NAME}".replace("_192.0.2.10_4n2kq8zt", "_1a2b3c4d").replace("app.", "net."),
        f"AWSLogs/{FOLDER}{NAME}".removesuffix(".gz"),
        "AWSLogs/111122223333/ELBAccessLogTestFile",
        "AWSLogs/111122223333/elasticloadbalancing/ELBAccessLogTestFile",
        f"AWSLogs/{FOLDER}",
        "alb/AWSLogs/111122223333/CloudTrail/eu-west-1/2030/01/02/111122223333_CloudTrail_eu-west-1_20300102T0905Z_a.json.gz",
    ],
)
def test_its_neighbours_are_not(config: Config, key: str) -> None:
    assert section(config, key) != "alb"


@pytest.mark.parametrize(
    "key",
    [
        f"AWSLogs/111122223333/{SECURE}",
        f"AWSLogs/111122223333/{SECURE}.gz",
        f"o-a1b2c3d4e5/AWSLogs/111122223333/{SECURE}.gz",
        f"CloudTrail/AWSLogs/111122223333/{SECURE}.gz",
        "logs/linux_secure/2030/01/02/web-1",
    ],
)
def test_a_linux_authentication_log_is_known(config: Config, key: str) -> None:
    assert section(config, key) == "linux-secure"


@pytest.mark.parametrize(
    "key",
    [
        "AWSLogs/111122223333/EC2/Linux/eu-west-1/2030/01/02/02/siem-1",
        "AWSLogs/111122223333/EC2/Linux/Secure/error/processing-failed/2030/01/02/02/siem-1",
        "AWSLogs/111122223333/EC2/Linux/Secure/eu-west-1/error/2030/01/02/02/siem-1",
        "AWSLogs/111122223333/EC2/Linux/apache/access/2030/01/02/02/siem-1",
    ],
)
def test_other_logs_of_linux_hosts_are_not(config: Config, key: str) -> None:
    assert skip_reason(key) or section(config, key) != "linux-secure"
