"""Which objects are logs of load balancers, and of which kind, by key alone."""

from pathlib import Path

import pytest

from es_loader.classify import classify, matches, place, skip_reason
from es_loader.config import load_config
from es_loader.declarations import Config

FOLDER = "111122223333/elasticloadbalancing/eu-west-1/2030/01/02/"
ACCOUNT = "111122223333_elasticloadbalancing_eu-west-1_"
APP = f"{ACCOUNT}app.web.v2.0123456789abcdef_20300102T0905Z_192.0.2.10_4n2kq8zt.log.gz"
FILES = {
    APP: "alb",
    f"conn_log_{APP}": "alb-connection",
    f"conn_log.{APP}": "alb-connection",
    f"health_check_log_{APP}": "alb-healthcheck",
    f"health_check_log.{APP}": "alb-healthcheck",
    f"conn_log_{APP}".replace("192.0.2.10", "2001:db8::10"): "alb-connection",
    f"health_check_log_{APP}".replace("192.0.2.10", "2001:db8::10"): "alb-healthcheck",
    f"{ACCOUNT}net.tls.0123456789abcdef_20300102T0905Z_1a2b3c4d.log.gz": "nlb",
    f"{ACCOUNT}net.my-nlb.v2.0123456789abcdef_20300102T0905Z_1a2b3c4d.log.gz": "nlb",
    f"{ACCOUNT}classic_20300102T0905Z_192.0.2.10_4n2kq8zt.log": "clb",
    f"{ACCOUNT}my-classic_20300102T0905Z_192.0.2.10_4n2kq8zt.log": "clb",
}
PREFIXES = (
    "",
    "any/prefix/",
    "CloudTrail/",
    "vpcflowlogs/",
    "s3accesslog/",
    "conn_log/",
    "o-a1b2c3d4e5/",
    "error-pages/",
)


@pytest.fixture(scope="module")
def config() -> Config:
    return load_config(Path("config/aws.ini"))


def takers(config: Config, key: str) -> list[str]:
    return [match.log_type.name for match in matches(config, key) if not match.ignored]


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize(("file", "section"), FILES.items())
def test_each_kind_is_known_below_any_prefix(config: Config, prefix: str, file: str, section: str) -> None:
    key = f"{prefix}AWSLogs/{FOLDER}{file}"
    assert takers(config, key) == [section]
    assert skip_reason(key) is None
    assert place(key)[:2] == ("111122223333", "eu-west-1")


@pytest.mark.parametrize("region", ["us-gov-west-1", "cn-north-1", "us-isob-east-1", "eusc-de-east-1"])
@pytest.mark.parametrize(("file", "section"), FILES.items())
def test_the_partition_does_not_matter(config: Config, region: str, file: str, section: str) -> None:
    key = f"AWSLogs/{FOLDER}{file}".replace("eu-west-1", region)
    assert takers(config, key) == [section]


@pytest.mark.parametrize(
    "key",
    [
        "AWSLogs/111122223333/ELBAccessLogTestFile",
        "AWSLogs/111122223333/elasticloadbalancing/ELBAccessLogTestFile",
        "AWSLogs/111122223333/ELBConnectionLogTestFile",
        f"AWSLogs/{FOLDER}",
        f"AWSLogs/{FOLDER}conn_log_{APP}".removesuffix(".gz"),
        f"AWSLogs/{FOLDER}health_check_log_{APP}".removesuffix(".gz"),
        f"AWSLogs/{FOLDER}{ACCOUNT}net.tls.0123456789abcdef_20300102T0905Z_1a2b3c4d.log",
        f"AWSLogs/{FOLDER}{ACCOUNT}net.tls.0123456789abcdef_20300102T0905Z_1A2B3C4D5.log.gz",
        f"AWSLogs/{FOLDER}{ACCOUNT}classic_20300102T0905Z_192.0.2.10_4n2kq8zt.log.bak",
        "AWSLogs/111122223333/vpcflowlogs_20300102T0905Z_192.0.2.10_4n2kq8zt.log",
    ],
)
def test_near_misses_are_none_of_them(config: Config, key: str) -> None:
    found = classify(config, key)
    assert skip_reason(key) or found is None or found.event_dataset != "aws.elb"
