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
    "administrator_groups": "soc-leads",
    "analyst_groups": "soc",
    "analysts": "arn:aws:iam::111122223333:role/analyst arn:aws:iam::111122223333:user/ann",
    "architecture": "host",
    "client_cidrs": "192.0.2.0/24 198.51.100.7/32",
    "cloudfront_standard": "E1A2B3C4D5E6F7",
    "cloudfront_standard_format": "json",
    "cloudtrail": "management insights s3-data lambda-data without-kms",
    "custom_endpoint": "siem.example.com",
    "custom_endpoint_certificate": (
        "arn:aws:acm:us-east-1:111122223333:certificate/12345678-90ab-cdef-1234-567890abcdef"
    ),
    "custom_endpoint_zone": "Z0123456789ABCDEFGHIJ",
    "cloudfront_realtime": "E1EXAMPLE12345",
    "container_logs": "shop=nginx/access apache-error",
    "dead_letter_bucket_name": "letters-{account}",
    "dead_letter_days": "400",
    "domain_name": "logs",
    "domain_profile": "medium",
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
    "saml_metadata": "tests/siem_stack/idp.xml",
    "saml_roles_key": "groups",
    "saml_session_minutes": "480",
    "saml_subject_key": "mail",
    "service_linked_role": "true",
    "snapshot_bucket_name": "snapshots-{account}",
    "snapshot_days": "90",
    "snapshots": "true",
    "subnet_ids": "subnet-0123456789abcdef0 subnet-0123456789abcdef1 subnet-0123456789abcdef2",
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
    "vpc": "vpc-0123456789abcdef0",
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
"""Settings at another value than their default, which may be together."""

APART = {
    "allowed_cidrs": "192.0.2.0/24",
    "cognito": "true",
    "cognito_client_id": "0123456789abcdefghijklmnop",
    "cognito_domain_prefix": "siem-example",
    "existing_key_arn": "arn:aws:kms:eu-west-1:111122223333:key/0123abcd-0000-4000-8000-000000000002",
    "existing_log_bucket": "logs-of-old",
    "log_bucket_encryption": "kms",
    "existing_domain_endpoint": "search-logs-abcdefghijklmnopqrstuvwxyz.us-east-1.es.amazonaws.com",
    "vpc_cidr": "10.99.0.0/24",
}
"""All other settings: some of OTHER, or of these, may not be together with them."""

NEEDED: dict[str, dict[str, str]] = {
    **{
        name: {needed: OTHER[needed] for needed in ("vpc", "subnet_ids")}
        for name in ("client_cidrs", "service_linked_role", "subnet_ids", "vpc")
    },
    **{
        name: {needed: OTHER[needed] for needed in ("saml_metadata", "saml_roles_key")}
        for name in ("administrator_groups", "analyst_groups", "saml_roles_key")
    },
    **{name: {"saml_metadata": OTHER["saml_metadata"]} for name in ("saml_session_minutes", "saml_subject_key")},
    **{
        name: {needed: APART[needed] for needed in ("cognito", "cognito_domain_prefix")}
        for name in ("cognito", "cognito_client_id", "cognito_domain_prefix")
    },
    **{
        name: {needed: OTHER[needed] for needed in ("custom_endpoint", "custom_endpoint_certificate")}
        for name in ("custom_endpoint", "custom_endpoint_certificate", "custom_endpoint_zone")
    },
    **{name: {"snapshots": "true"} for name in ("snapshot_bucket_name", "snapshot_days")},
    "existing_domain_endpoint": {"volume_size": "100"},
    "linux_make_log_groups": {"linux_logs": OTHER["linux_logs"]},
    "management_account": {"organization_id": OTHER["organization_id"]},
    "network_firewall_logs": {"network_firewall": OTHER["network_firewall"]},
    "stream_buffer_seconds": {"security_hub": OTHER["security_hub"]},
    "vpc_cidr": {"vpc": "create"},
    "waf_delivery": {"waf": OTHER["waf"]},
    **{
        name: {"vpc_flow_logs": OTHER["vpc_flow_logs"]}
        for name in (
            *("vpc_flow_logs_fields", "vpc_flow_logs_file_format", "vpc_flow_logs_hourly"),
            "vpc_flow_logs_interval",
        )
    },
}
"""What else must be set for a setting to be allowed, or to mean anything."""


def alone() -> dict[str, dict[str, str]]:
    """Each setting at another value, by itself or with what it needs."""
    return {name: {name: value, **NEEDED.get(name, {})} for name, value in (OTHER | APART).items()}


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


@pytest.fixture(params=sorted((OTHER | APART).keys() - ELSEWHERE))
def templates_of_one_setting(request: pytest.FixtureRequest) -> tuple[assertions.Template, assertions.Template]:
    """The stack with one setting at another value, for each of them, and the stack without it."""
    name, needed = request.param, NEEDED.get(request.param, {})
    without = {other: value for other, value in needed.items() if name not in NEEDED.get(other, {})}
    return template_of(**alone()[name]), template_of(**without)


@pytest.fixture
def all_other_settings() -> dict[str, str]:
    return OTHER | APART
