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
WEB_ACL = "arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/shop/0a1b2c3d-0000-4000-8000-000000000001"
GLOBAL_WEB_ACL = "arn:aws:wafv2:us-east-1:111122223333:global/webacl/edge/0a1b2c3d-0000-4000-8000-000000000002"
FIREWALL = "arn:aws:network-firewall:eu-west-1:111122223333:firewall/egress"
OTHER = {
    "alarm_email": "soc@example.com",
    "administrators": "arn:aws:iam::111122223333:role/ops/security-lead",
    "analysts": "arn:aws:iam::111122223333:role/analyst arn:aws:iam::111122223333:user/ann",
    "architecture": "host",
    "cloudfront_standard": "E1A2B3C4D5E6F7",
    "cloudfront_standard_format": "json",
    "cloudtrail": "management insights s3-data lambda-data without-kms",
    "cloudfront_realtime": "E1EXAMPLE12345",
    "container_logs": "shop=nginx/access apache-error",
    "dead_letter_bucket_name": "letters-{account}",
    "dead_letter_days": "400",
    "domain_name": "logs",
    "engine_version": "OpenSearch_2.19",
    "guardduty": "create eu-west-1/12abc34d567e8fa901bc2d34e56789f0",
    "instance_count": "3",
    "instance_type": "or2.large.search",
    "key_alias": "logs",
    "linux_logs": "/var/log/messages /fleet/syslog",
    "linux_make_log_groups": "true",
    "linux_secure_logs": "/var/log/secure",
    "loader_max_concurrency": "20",
    "loader_memory": "3008",
    "loader_timeout": "900",
    "log_bucket_name": "logs-{account}",
    "log_regions": "eu-west-1",
    "log_retention_days": "365",
    "network_firewall": FIREWALL,
    "network_firewall_logs": "flow tls",
    "oldest_message_hours": "12",
    "removal_policy": "destroy",
    "security_hub": "both",
    "stream_buffer_seconds": "300",
    "resolver_query_logs": "vpc-0a1b2c3d4e5f60718 eu-west-1/vpc-0123abcd",
    "silence_alarms": "cloudtrail=2 vpcflowlogs=1",
    "vpc_flow_logs": "vpc-0a1b2c3d4e5f60718 eu-west-1/tgw-0a1b2c3d4e5f60718",
    "vpc_flow_logs_fields": "all",
    "vpc_flow_logs_file_format": "parquet",
    "vpc_flow_logs_hourly": "true",
    "vpc_flow_logs_interval": "60",
    "volume_size": "100",
    "additional_buckets": "more-logs 444455556666:logs-of-others",
    "additional_key_arns": "arn:aws:kms:eu-west-1:444455556666:key/0123abcd-0000-4000-8000-000000000001",
    "cloudfront_legacy_bucket": "true",
    "log_accounts": "444455556666 777788889999",
    "management_account": "999900001111",
    "notification_queue_arns": "arn:aws:sqs:eu-west-1:444455556666:new-logs",
    "notification_topic_arns": "arn:aws:sns:eu-central-1:444455556666:new-logs",
    "organization_id": "o-a1b2c3d4e5",
    "replication_role_arns": "arn:aws:iam::444455556666:role/replication",
    "s3_access_logs": "true",
    "waf": f"{WEB_ACL} {GLOBAL_WEB_ACL}",
    "waf_delivery": "s3",
}
"""Every setting, at another value than its default."""

INSTEAD = {
    "existing_key_arn": "arn:aws:kms:eu-west-1:111122223333:key/0123abcd-0000-4000-8000-000000000002",
    "existing_log_bucket": "logs-of-old",
    "log_bucket_encryption": "kms",
}
"""Settings that take away what others are about; the stack with every setting at another value has not got them."""


BESIDE = {
    "linux_make_log_groups": ("linux_logs",),
    "management_account": ("organization_id",),
    "network_firewall_logs": ("network_firewall",),
    "stream_buffer_seconds": ("security_hub",),
    "waf_delivery": ("waf",),
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


ELSEWHERE = {"cloudfront_realtime", "cloudfront_standard", "cloudfront_standard_format", "log_regions"}
"""Settings of what is in another region's stack."""


@pytest.fixture(params=sorted((OTHER | INSTEAD).keys() - ELSEWHERE))
def one_setting(request: pytest.FixtureRequest) -> str:
    """The name of a setting, for each that changes this stack."""
    return str(request.param)


@pytest.fixture
def template_of_one_setting(one_setting: str) -> assertions.Template:
    """The stack with one setting at another value, and with those that it needs beside it."""
    return template_of(**{name: (OTHER | INSTEAD)[name] for name in (one_setting, *BESIDE.get(one_setting, ()))})


@pytest.fixture
def template_without_it(one_setting: str, template: assertions.Template) -> assertions.Template:
    """The same with that setting at its default."""
    beside = BESIDE.get(one_setting)
    return template_of(**{name: OTHER[name] for name in beside}) if beside else template


@pytest.fixture
def all_other_settings() -> dict[str, str]:
    return OTHER | INSTEAD
