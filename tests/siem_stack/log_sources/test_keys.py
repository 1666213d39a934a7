"""Keys as AWS's documentation has them for what each source switches on: es-loader takes them for the declared types."""

from pathlib import Path

import pytest

from es_loader.classify import classify, place
from es_loader.config import load_config
from siem_stack.log_sources import cloudfront_standard, guardduty, load_balancers, resolver_query_logs, vpc_flow_logs

CONFIG = load_config(Path(__file__).parents[3] / "config" / "aws.ini")
LOGS, DAY = "AWSLogs/111122223333", "2026/11/26"
FLOW = f"{LOGS}/vpcflowlogs/eu-west-1/{DAY}"
FLOW_NAME = "111122223333_vpcflowlogs_eu-west-1_fl-0a1b2c3d4e5f60718_20261126T0815Z_1a2b3c4d.log"
BALANCER = f"{LOGS}/elasticloadbalancing/eu-west-1/{DAY}"
WEB = "111122223333_elasticloadbalancing_eu-west-1_app.web.0123456789abcdef_20261126T0815Z_192.0.2.7_1a2b3c4d.log.gz"
VPC = "vpc-0a1b2c3d4e5f60718"
DISTRIBUTION = "E1A2B3C4D5E6F7"

KEYS = {
    vpc_flow_logs.__name__: (
        ("vpcflowlogs", f"{FLOW}/{FLOW_NAME}.gz"),
        ("vpcflowlogs", f"{FLOW}/08/{FLOW_NAME}.gz"),
        ("vpcflowlogs", f"{FLOW}/{FLOW_NAME}.parquet"),
        ("vpcflowlogs", f"{FLOW}/08/{FLOW_NAME}.parquet"),
    ),
    guardduty.__name__: (
        ("guardduty", f"{LOGS}/GuardDuty/eu-west-1/{DAY}/0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9.jsonl.gz"),
    ),
    resolver_query_logs.__name__: (
        (
            "route53resolver",
            f"{LOGS}/vpcdnsquerylogs/{VPC}/{DAY}/{VPC}_vpcdnsquerylogs_111122223333_20261126T0815Z_1a2b3c4d.log.gz",
        ),
    ),
    cloudfront_standard.__name__: tuple(
        (
            "cloudfront-standard",
            f"{LOGS}/CloudFront/{DISTRIBUTION}/2026/11/26/08/{DISTRIBUTION}.2026-11-26-08.1a2b3c4d.{ending}",
        )
        for ending in ("gz", "parquet")
    ),
    load_balancers.__name__: (
        ("alb", f"{BALANCER}/{WEB}"),
        ("alb", f"shop/{BALANCER}/{WEB}"),
        ("alb-connection", f"{BALANCER}/conn_log_{WEB}"),
        ("alb-healthcheck", f"{BALANCER}/health_check_log_{WEB}"),
        (
            "nlb",
            f"{BALANCER}/111122223333_elasticloadbalancing_eu-west-1_net.tcp.0123456789abcdef_20261126T0815Z_1a2b3c4d.log.gz",
        ),
        ("clb", f"{BALANCER}/111122223333_elasticloadbalancing_eu-west-1_old_20261126T0815Z_192.0.2.7_1a2b3c4d.log"),
    ),
}
"""Module -> log types and keys."""

ALL = [
    pytest.param(*pair, id=f"{module.rpartition('.')[2]}-{at}")
    for module, pairs in KEYS.items()
    for at, pair in enumerate(pairs)
]


@pytest.mark.parametrize(("log_type", "key"), ALL)
def test_the_loader_takes_it_for_its_type(log_type: str, key: str) -> None:
    found = classify(CONFIG, key)
    assert found is not None
    assert found.name == log_type


@pytest.mark.parametrize(("log_type", "key"), ALL)
def test_the_account_is_read_from_it(log_type: str, key: str) -> None:
    assert place(key).account == "111122223333", log_type


@pytest.mark.parametrize("source", [vpc_flow_logs, guardduty, resolver_query_logs, cloudfront_standard])
def test_its_keys_are_of_the_types_that_it_declares(source: object) -> None:
    assert {log_type for log_type, _ in KEYS[source.__name__]} == set(source.SOURCE.log_types)  # type: ignore[attr-defined]


def test_the_suffix_of_cloudfront_is_that_of_the_keys() -> None:
    values = {"DistributionId": DISTRIBUTION, "yyyy": "2026", "MM": "11", "dd": "26", "HH": "08"}
    folder = cloudfront_standard.SUFFIX.format(**values)
    assert all(f"/CloudFront/{folder}/" in key for _, key in KEYS[cloudfront_standard.__name__])
