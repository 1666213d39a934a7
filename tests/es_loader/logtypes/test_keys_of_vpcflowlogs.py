"""Which objects are flow logs of VPCs and Transit Gateways, by key alone, and what the key says about them."""

import pytest

from es_loader.classify import classify, place, skip_reason
from tests.golden import builtin_config

CONFIG = builtin_config()
ACCOUNT = "111122223333"
NAME = f"{ACCOUNT}_vpcflowlogs_eu-west-1_fl-0123456789abcdef0_20300102T0255Z_1a2b3c4d.log.gz"
PLACE = f"AWSLogs/{ACCOUNT}/vpcflowlogs/eu-west-1"
HIVE = (
    f"AWSLogs/aws-account-id={ACCOUNT}/aws-service=vpcflowlogs/aws-region=eu-west-1/year=2030/month=01/day=02/hour=02"
)
STREAM = "flow-fh-1-2030-01-02-02-55-00-0a1b2c3d-0000-4000-8000-000000000000"


def section(key: str) -> str | None:
    found = classify(CONFIG, key)
    return found.name if found and not skip_reason(key) else None


@pytest.mark.parametrize(
    "key",
    [
        f"{PLACE}/2030/01/02/{NAME}",
        f"{PLACE}/2030/01/02/02/{NAME}",
        f"{PLACE}/2030/01/02/{NAME.replace('.log.gz', '.log.parquet')}",
        f"net/{HIVE}/{NAME.replace('.log.gz', '.log.parquet')}",
        f"{HIVE.replace('aws-service', 'service')}/{NAME}",
        f"{HIVE.replace('=', '%3D')}/{NAME}",
        f"o-a1b2c3d4e5/{PLACE}/2030/01/02/{NAME}",
        f"AWSLogs/o-a1b2c3d4e5/{ACCOUNT}/vpcflowlogs/eu-west-1/2030/01/02/{NAME}",
        f"o-a1b2c3d4e5/AWSLogs/o-a1b2c3d4e5/{ACCOUNT}/vpcflowlogs/eu-west-1/2030/01/02/{NAME}",
        f"my/own/prefix/{PLACE}/2030/01/02/{NAME}",
        f"elasticloadbalancing/{PLACE}/2030/01/02/{NAME}",
        f"CloudTrail/{PLACE}/2030/01/02/{NAME}",
        f"{PLACE}/2030/01/02/02/{STREAM}",
        f"{PLACE}/2030/01/02/02/{STREAM}.gz",
        f"{PLACE}/2030/01/02/02/{STREAM}.snappy",
        f"{PLACE}/2030/01/02/02/{STREAM}.parquet",
    ],
)
def test_a_flow_log_is_known_in_every_layout(key: str) -> None:
    assert section(key) == "vpcflowlogs"
    assert place(key)[:2] == (ACCOUNT, "eu-west-1")


@pytest.mark.parametrize("region", ["us-gov-west-1", "cn-north-1", "us-isob-east-1", "eusc-de-east-1"])
def test_the_partition_does_not_matter(region: str) -> None:
    key = f"{PLACE}/2030/01/02/{NAME}".replace("eu-west-1", region)
    assert section(key) == "vpcflowlogs"
    assert place(key).region == region


@pytest.mark.parametrize(
    ("key", "taker"),
    [
        (
            f"vpcflowlogs/AWSLogs/{ACCOUNT}/elasticloadbalancing/eu-west-1/2030/01/02/{ACCOUNT}_elasticloadbalancing_eu-west-1_app.web.0123456789abcdef_20300102T0905Z_192.0.2.10_4n2kq8zt.log.gz",
            "alb",
        ),
        (
            f"vpcflowlogs/AWSLogs/{ACCOUNT}/CloudTrail/eu-west-1/2030/01/02/{ACCOUNT}_CloudTrail_eu-west-1_20300102T0905Z_0123456789abcdef.json.gz",
            "cloudtrail",
        ),
        ("s3accesslog/eu-west-1/example-vpcflowlogs/2030-01-02-09-05-00-0123456789ABCDEF", "s3accesslog"),
        (
            f"vpcflowlogs/{ACCOUNT}_vpcdnsquerylogs_vpc-0123456789abcdef0_20300102T0905Z_0a1b2c3d.log.gz",
            "route53resolver",
        ),
        (f"vpcflowlogs/{ACCOUNT}_waflogs_eu-west-1_web_20300102T0905Z_0a1b2c3d.log.gz", "waf"),
        ("vpcflowlogs/aws-waf-logs-web-1-2030-01-02-09-05-00-0a1b2c3d-0000-4000-8000-000000000000", "waf"),
        (f"{PLACE}/error/processing-failed/2030/01/02/02/{STREAM}", None),
        (f"{PLACE}/error/2030/01/02/02/{STREAM}", None),
        (f"{PLACE}/format-conversion-failed/2030/01/02/02/{STREAM}", None),
        (f"{PLACE}/processing-failed/{STREAM}", None),
        (f"{PLACE}/2030/01/02/", None),
        (f"AWSLogs/{ACCOUNT}/vpcflow/eu-west-1/2030/01/02/flow.log.gz", None),
    ],
)
def test_its_neighbours_are_not(key: str, taker: str | None) -> None:
    assert section(key) == taker
