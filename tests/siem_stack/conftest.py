"""CDK talks to a Node process: the one that the project brings, not the machine's."""

import os
from pathlib import Path

from laptop.cdk import search_path

os.environ["PATH"] = search_path(os.environ.get("PATH", os.defpath))  # before the first import of aws_cdk

import aws_cdk as cdk
import pytest
from aws_cdk import assertions

from siem_stack.settings import PREFIX, from_context
from siem_stack.stack import SiemStack

NO_BUNDLING: dict[str, list[str]] = {"aws:cdk:bundling-stacks": []}
OTHER = {
    "alarm_email": "soc@example.com",
    "administrators": "arn:aws:iam::111122223333:role/ops/security-lead",
    "analysts": "arn:aws:iam::111122223333:role/analyst arn:aws:iam::111122223333:user/ann",
    "architecture": "host",
    "cloudfront_standard": "E1A2B3C4D5E6F7",
    "cloudfront_standard_format": "json",
    "cloudtrail": "management insights s3-data lambda-data without-kms",
    "dead_letter_bucket_name": "letters-{account}",
    "dead_letter_days": "400",
    "domain_name": "logs",
    "engine_version": "OpenSearch_2.19",
    "guardduty": "create eu-west-1/12abc34d567e8fa901bc2d34e56789f0",
    "instance_count": "3",
    "instance_type": "or2.large.search",
    "key_alias": "logs",
    "loader_max_concurrency": "20",
    "loader_memory": "3008",
    "loader_timeout": "900",
    "log_bucket_name": "logs-{account}",
    "log_regions": "eu-west-1",
    "log_retention_days": "365",
    "oldest_message_hours": "12",
    "removal_policy": "destroy",
    "resolver_query_logs": "vpc-0a1b2c3d4e5f60718 eu-west-1/vpc-0123abcd",
    "silence_alarms": "cloudtrail=2 vpcflowlogs=1",
    "vpc_flow_logs": "vpc-0a1b2c3d4e5f60718 eu-west-1/tgw-0a1b2c3d4e5f60718",
    "vpc_flow_logs_fields": "all",
    "vpc_flow_logs_file_format": "parquet",
    "vpc_flow_logs_hourly": "true",
    "vpc_flow_logs_interval": "60",
    "volume_size": "100",
}
"""Every setting, at another value than its default."""

BESIDE = {
    "vpc_flow_logs_fields": ("vpc_flow_logs",),
    "vpc_flow_logs_file_format": ("vpc_flow_logs",),
    "vpc_flow_logs_hourly": ("vpc_flow_logs",),
    "vpc_flow_logs_interval": ("vpc_flow_logs",),
}
"""Settings that change nothing by themselves -> what they change something of."""


def template_of(**settings: str) -> assertions.Template:
    """The stack with these settings."""
    context = {PREFIX + name: value for name, value in settings.items()}
    return assertions.Template.from_stack(SiemStack(cdk.App(context=NO_BUNDLING), from_context(context)))


@pytest.fixture
def app(tmp_path: Path) -> cdk.App:
    """An app whose output is in `tmp_path`."""
    return cdk.App(context=NO_BUNDLING, outdir=str(tmp_path))


@pytest.fixture(scope="session")
def template() -> assertions.Template:
    """The stack with the settings' defaults."""
    return template_of()


@pytest.fixture(scope="session")
def other_template() -> assertions.Template:
    """The stack with every setting at another value."""
    return template_of(**OTHER)


ELSEWHERE = {"cloudfront_standard", "cloudfront_standard_format", "log_regions"}
"""Settings of what is in another region's stack."""


@pytest.fixture(params=sorted(OTHER.keys() - ELSEWHERE))
def one_setting(request: pytest.FixtureRequest) -> str:
    """The name of a setting, for each that changes this stack."""
    return str(request.param)


@pytest.fixture
def template_of_one_setting(one_setting: str) -> assertions.Template:
    """The stack with one setting at another value, and with those that it needs beside it."""
    return template_of(**{name: OTHER[name] for name in (one_setting, *BESIDE.get(one_setting, ()))})


@pytest.fixture
def template_without_it(one_setting: str, template: assertions.Template) -> assertions.Template:
    """The same with that setting at its default."""
    beside = BESIDE.get(one_setting)
    return template_of(**{name: OTHER[name] for name in beside}) if beside else template


@pytest.fixture
def all_other_settings() -> dict[str, str]:
    return OTHER
