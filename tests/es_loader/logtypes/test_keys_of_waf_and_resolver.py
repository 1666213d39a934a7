"""Which objects are AWS WAF logs and which are Resolver query logs, by key alone."""

import pytest

from es_loader.classify import classify, matches, place, skip_reason
from es_loader.declarations import Config
from tests.golden import builtin_config

UUID = "0a1b2c3d-0000-4000-8000-000000000000"
STREAM = f"aws-waf-logs-prod-1-2030-01-02-02-05-00-{UUID}"
FIREHOSE = f"WAF/eu-west-1/2030/01/02/02/{STREAM}"
DIRECT = "WAFLogs/eu-west-1/example-acl/2030/01/02/02/05/111122223333_waflogs_eu-west-1_example-acl_20300102T0205Z_1a2b3c4d.log.gz"
VPC = "vpc-0123456789abcdef0"
RESOLVER = f"vpcdnsquerylogs/{VPC}/2030/01/02/{VPC}_vpcdnsquerylogs_111122223333_20300102T0205Z_1a2b3c4d.log.gz"
TRAIL = "CloudTrail/eu-west-1/2030/01/02/111122223333_CloudTrail_eu-west-1_20300102T0205Z_Ab12Cd34Ef56Gh78.json.gz"
FLOW = "vpcflowlogs/eu-west-1/2030/01/02/111122223333_vpcflowlogs_eu-west-1_fl-0123456789abcdef0_20300102T0205Z_1a2b3c4d.log.gz"
BALANCER = "elasticloadbalancing/eu-west-1/2030/01/02/111122223333_elasticloadbalancing_eu-west-1_app.web.0123456789abcdef_20300102T0205Z_192.0.2.10_4n2kq8zt.log.gz"
CONFIG_HISTORY = "Config/eu-west-1/2030/1/2/ConfigHistory/111122223333_Config_eu-west-1_ConfigHistory_AWS::S3::Bucket_20300102T020304Z_20300102T030405Z_1.json.gz"
S3NAME = "2030-01-02-02-05-00-0123456789ABCDEF"
PREFIXES = (
    "AWSLogs/111122223333/",
    "any/prefix/AWSLogs/111122223333/",
    "AWSLogs/o-a1b2c3d4e5/111122223333/",
    "o-a1b2c3d4e5/AWSLogs/111122223333/",
    "o-a1b2c3d4e5/AWSLogs/o-a1b2c3d4e5/111122223333/",
    "CloudTrail/AWSLogs/111122223333/",
    "vpcflowlogs/AWSLogs/111122223333/",
    "elasticloadbalancing/AWSLogs/111122223333/",
)


@pytest.fixture(scope="module")
def config() -> Config:
    found = builtin_config()
    assert not found.problems
    return found


def section(config: Config, key: str) -> str | None:
    takers = [match.log_type.name for match in matches(config, key) if not match.ignored]
    assert len(takers) < 2, takers
    log_type = None if skip_reason(key) else classify(config, key)
    return log_type.name if log_type else None


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize(
    ("key", "name", "region"),
    [(FIREHOSE, "waf", "eu-west-1"), (DIRECT, "waf", "eu-west-1"), (RESOLVER, "route53resolver", None)],
    ids=["Firehose", "direct", "Resolver"],
)
def test_they_are_known_in_every_layout(config: Config, prefix: str, key: str, name: str, region: str | None) -> None:
    assert section(config, prefix + key) == name
    assert place(prefix + key)[:2] == ("111122223333", region)


@pytest.mark.parametrize(
    "key",
    [
        f"AWSLogs/111122223333/WAF/global/2030/01/02/02/{STREAM}.gz",
        f"AWSLogs/111122223333/WAF/eu-west-1/{STREAM}.snappy",
        f"{STREAM}",
        f"waf/dt=2030-01-02/hour=02/{STREAM}.gz",
        f"aws-waf-logs-prod/{STREAM}",
        f"vpcdnsquerylogs/{STREAM}",
        "logs/AWSLogs/111122223333/WAFLogs/cloudfront/site/2030/01/02/02/05/111122223333_waflogs_cloudfront_site_20300102T0205Z_1a2b3c4d.log.gz",
        f"aws-waf-logs-central/AWSLogs/111122223333/{DIRECT}",
    ],
)
def test_other_keys_of_waf(config: Config, key: str) -> None:
    assert section(config, key) == "waf"


@pytest.mark.parametrize(
    "key",
    [
        f"dns/vpcdnsquerylogs/2030/01/02/02/siem-dns-1-2030-01-02-02-05-00-{UUID}.gz",
        f"AWSLogs/111122223333/{RESOLVER}".removesuffix(".gz"),
    ],
)
def test_other_keys_of_the_resolver(config: Config, key: str) -> None:
    assert section(config, key) == "route53resolver"


@pytest.mark.parametrize(
    ("key", "name"),
    [
        (f"AWSLogs/111122223333/WAF/eu-west-1/error/processing-failed/2030/01/02/02/{STREAM}.gz", None),
        (f"AWSLogs/111122223333/WAF/eu-west-1/error/{STREAM}", None),
        (f"waf/elasticsearch-failed/2030/01/02/02/{STREAM}", None),
        (f"logs/s3accesslog/aws-waf-logs-prod/{S3NAME}", None),
        (f"aws-waf-logs-archive/AWSLogs/111122223333/{TRAIL}", "cloudtrail"),
        (f"aws-waf-logs-archive/AWSLogs/111122223333/{FLOW}", "vpcflowlogs"),
        (f"aws-waf-logs-archive/AWSLogs/111122223333/{BALANCER}", "alb"),
        (f"aws-waf-logs-archive/AWSLogs/111122223333/{CONFIG_HISTORY}", None),
        (f"aws-waf-logs-archive/AWSLogs/111122223333/{RESOLVER}", "route53resolver"),
        ("AWSLogs/111122223333/WAF/eu-west-1/2030/01/02/02/other-stream-1-2030-01-02-02-05-00", None),
        (f"vpcdnsquerylogs/AWSLogs/111122223333/{TRAIL}", "cloudtrail"),
        (f"vpcdnsquerylogs/AWSLogs/111122223333/{FLOW}", "vpcflowlogs"),
        (f"vpcdnsquerylogs/AWSLogs/111122223333/{BALANCER}", "alb"),
        (f"vpcdnsquerylogs/AWSLogs/111122223333/{DIRECT}", "waf"),
        (f"vpcdnsquerylogs/{S3NAME}", None),
        (f"vpcdnsquerylogs/error/2030/01/02/02/siem-dns-1-2030-01-02-02-05-00-{UUID}", None),
        (f"AWSLogs/111122223333/route53querylogs/2030/01/02/siem-1-2030-01-02-02-05-00-{UUID}", None),
    ],
)
def test_their_neighbours(config: Config, key: str, name: str | None) -> None:
    found = section(config, key)
    assert found == name if name else found not in {"waf", "route53resolver"}
