import json
from pathlib import Path
from typing import Any

import pytest

from siem_stack.settings import PREFIX, Settings, SettingsError, defaults, from_context, rows
from siem_stack.settings.page import page
from siem_stack.settings.sizes import WITHOUT_VOLUMES

ROOT = Path(__file__).parents[2]

VPC, SUBNET = "vpc-0123456789abcdef0", "subnet-0123456789abcdef0"
HOST = "{}-logs-abcdefghijklmnopqrstuvwxyz.us-east-1.es.amazonaws.com"
IDP = "tests/siem_stack/idp.xml"
FEW_SUBNETS = (
    "siem:subnet_ids must be {0} or more for siem:vpc: the data nodes (siem:domain_profile, siem:instance_count) are "
    "spread over {0} zones"
)
WRONG_IN_A_VPC: tuple[tuple[dict[str, Any], str], ...] = (
    ({}, FEW_SUBNETS.format(1)),
    ({"subnet_ids": SUBNET, "domain_profile": "small"}, FEW_SUBNETS.format(3)),
    ({"subnet_ids": SUBNET, "instance_count": 4}, FEW_SUBNETS.format(2)),
    (
        {"subnet_ids": SUBNET, "allowed_cidrs": "192.0.2.0/24"},
        "siem:allowed_cidrs and siem:vpc may not both be set",
    ),
    (
        {"subnet_ids": SUBNET, "existing_domain_endpoint": HOST.format("search"), "volume_size": 50},
        "siem:vpc must be set if, and only if, siem:existing_domain_endpoint begins with vpc-: that domain is in a VPC",
    ),
)
WRONG_TOGETHER: tuple[tuple[dict[str, Any], str], ...] = (
    (
        {"vpc": "create", "subnet_ids": SUBNET},
        "siem:subnet_ids must be empty where siem:vpc is create: its subnets are made, too",
    ),
    ({"client_cidrs": "192.0.2.0/24"}, "siem:client_cidrs needs siem:vpc, which is not set"),
    ({"service_linked_role": True}, "siem:service_linked_role needs siem:vpc, which is not set"),
    (
        {"existing_domain_endpoint": HOST.format("search")},
        "siem:existing_domain_endpoint needs siem:volume_size, which is not set",
    ),
    (
        {"existing_domain_endpoint": HOST.format("search"), "volume_size": 50, "instance_count": 3},
        "siem:instance_count and siem:existing_domain_endpoint may not both be set",
    ),
    (
        {"existing_domain_endpoint": HOST.format("vpc"), "volume_size": 50, "vpc": "create"},
        "siem:vpc must be the VPC of siem:existing_domain_endpoint, not create",
    ),
    (
        {"domain_profile": "large", "instance_count": 4},
        "siem:instance_count must be a multiple of 3 with siem:domain_profile large, one zone of which is on standby",
    ),
    (
        {"domain_profile": "large", "instance_type": "t3.medium.search", "volume_size": 100},
        "siem:instance_type must not be t3 with siem:domain_profile large, which has standby or warm nodes",
    ),
    (
        {"volume_size": 201},
        (
            "siem:volume_size must be 200 GiB or less for t3.medium.search (siem:instance_type, siem:domain_profile); it "
            "is 201"
        ),
    ),
    (
        {"domain_profile": "medium", "instance_type": "or2.medium.search"},
        (
            "siem:volume_size must be 768 GiB or less for or2.medium.search (siem:instance_type, siem:domain_profile); it "
            "is 1000"
        ),
    ),
    (
        {"cognito": True, "cognito_domain_prefix": "siem", "saml_metadata": IDP},
        "siem:cognito and siem:saml_metadata may not both be set",
    ),
    ({"cognito": True}, "siem:cognito needs siem:cognito_domain_prefix, which is not set"),
    (
        {"custom_endpoint": "a.example.com"},
        "siem:custom_endpoint needs siem:custom_endpoint_certificate, which is not set",
    ),
    (
        {"saml_metadata": IDP, "analyst_groups": "soc"},
        "siem:analyst_groups needs siem:saml_roles_key, which says where an assertion has the groups",
    ),
    (
        {"saml_metadata": "config/none.xml"},
        (
            "siem:saml_metadata must be a provider's metadata; config/none.xml: there is no text file of that name in this "
            "project"
        ),
    ),
    (
        {"saml_metadata": "tests/siem_stack/no_idp.xml"},
        (
            "siem:saml_metadata must be a provider's metadata; tests/siem_stack/no_idp.xml: it must have one "
            "EntityDescriptor with an entityID, and has 0"
        ),
    ),
)


def test_without_a_context_the_defaults_hold() -> None:
    assert from_context({}) == Settings()


def test_the_defaults_are_allowed() -> None:
    assert from_context(defaults()) == Settings()


def test_the_command_line_gives_texts() -> None:
    settings = from_context({"siem:instance_count": "3", "siem:architecture": "host"})
    assert (settings.instance_count, settings.architecture) == (3, "host")


def test_other_names_in_the_context_belong_to_others() -> None:
    assert from_context({"@aws-cdk/core:target-partitions": ["aws"], "instance_count": 9}) == Settings()


def test_an_unknown_setting_is_named_with_the_one_that_was_meant() -> None:
    with pytest.raises(SettingsError, match=r"siem:instance_counts is no setting; did you mean siem:instance_count\?"):
        from_context({"siem:instance_counts": 3})


def test_an_unknown_setting_like_no_other_is_answered_with_the_page() -> None:
    with pytest.raises(SettingsError, match=r"siem:zzz is no setting; docs/settings\.md has all of them"):
        from_context({"siem:zzz": 3})


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("architecture", "x86_64", "one of arm64, host"),
        ("domain_name", "Aes", "3 to 28 lower-case letters"),
        ("domain_name", 7, "3 to 28 lower-case letters"),
        ("engine_version", "OpenSearch_1.3", "one of OpenSearch_2.19"),
        ("instance_count", 5, "0, 1, or an even number or a multiple of 3"),
        ("instance_count", -2, "0, 1, or an even number or a multiple of 3"),
        *(("instance_type", f"{family}.large.search", "an instance type") for family in WITHOUT_VOLUMES),
        ("domain_profile", "huge", "one of trial, small, medium, large, x-large"),
        ("vpc", "vpc-x", "create, the id of a VPC"),
        ("vpc_cidr", "10.0.0.1/22", "a range of IPv4 addresses"),
        ("vpc_cidr", "10.0.0.0/25", "a range of IPv4 addresses"),
        ("subnet_ids", "subnet-1", "ids of subnets"),
        ("allowed_cidrs", "0.0.0.0/0", "ranges of IPv4 addresses"),
        ("allowed_cidrs", "192.0.2.0/24 192.0.2.0/24", "ranges of IPv4 addresses"),
        ("client_cidrs", "192.0.2.300", "ranges of IPv4 addresses"),
        ("existing_domain_endpoint", "siem.example.com", "the host of a domain"),
        (
            "existing_domain_endpoint",
            "https://search-logs-abcdefghijklmnopqrstuvwxyz.us-east-1.es.amazonaws.com",
            "the",
        ),
        ("custom_endpoint", "https://siem.example.com", "a host name"),
        ("custom_endpoint_certificate", "arn:aws:iam::111122223333:server-certificate/x", "the ARN of a certificate"),
        ("saml_metadata", "../idp.xml", "the path of an XML file"),
        ("saml_metadata", "/etc/idp.xml", "the path of an XML file"),
        ("analyst_groups", "arn:aws:iam::111122223333:role/a", "names without blanks"),
        ("cognito_domain_prefix", "aws-siem", "1 to 63 lower-case letters"),
        ("instance_type", "t3.medium", "an instance type of OpenSearch Service"),
        ("key_alias", "aws/s3", "letters, digits"),
        ("analysts", "analyst", "ARNs of IAM roles and users"),
        ("analysts", "arn:aws:iam::111122223333:role/a,arn:aws:iam::111122223333:role/b c", "ARNs of IAM roles"),
        ("administrators", "arn:aws:s3:::bucket", "ARNs of IAM roles and users"),
        ("loader_max_concurrency", 1, "a whole number of invocations from 2 to 1000"),
        ("loader_memory", True, "a whole number of MB"),
        ("loader_timeout", "ten", "a whole number of seconds from 60 to 900"),
        ("loader_timeout", 90.5, "a whole number of seconds"),
        ("loader_timeout", "९९", "a whole number of seconds"),
        ("log_bucket_name", "Logs", "3 to 63 lower-case letters"),
        ("log_retention_days", 31, "one of 1, 3, 5, 7"),
        ("removal_policy", "keep", "one of retain, destroy"),
        ("volume_size", 19, "a whole number of GiB from 20 to 3072"),
        ("organization_id", "123", "the id of an organization"),
        ("log_accounts", "1234", "account numbers of 12 digits with blanks between them, or empty"),
        ("additional_buckets", "1234:logs", "names of buckets, those of other accounts as"),
        ("additional_key_arns", "alias/aes-siem-key", "ARNs of KMS keys"),
        ("notification_topic_arns", "arn:aws:sqs:eu-west-1:444455556666:q", "ARNs of SNS topics"),
        ("notification_queue_arns", "arn:aws:sns:eu-west-1:444455556666:t", "ARNs of SQS queues"),
        ("replication_role_arns", "arn:aws:iam::444455556666:user/ann", "ARNs of IAM roles"),
        ("existing_key_arn", "arn:aws:kms:eu-west-1:444455556666:alias/key", "ARN of a KMS key, or empty"),
        ("volume_size", None, "a whole number of GiB from 20 to 3072"),
    ],
)
def test_a_wrong_value_is_named_with_what_is_allowed(name: str, value: Any, allowed: str) -> None:
    with pytest.raises(SettingsError) as caught:
        from_context({PREFIX + name: value})
    assert str(caught.value).startswith(f"siem:{name} must be {allowed}")
    assert str(caught.value).endswith(f"it is {value!r}")


@pytest.mark.parametrize("name", sorted(defaults()))
def test_what_no_setting_can_be_is_refused_with_its_name(name: str) -> None:
    with pytest.raises(SettingsError) as caught:
        from_context({name: ["a list"]})
    assert str(caught.value).startswith(f"{name} must be ")


def test_all_mistakes_are_told_at_once() -> None:
    with pytest.raises(SettingsError) as caught:
        from_context({"siem:volume_size": 1, "siem:architecture": "arm", "siem:volumesize": 1})
    assert len(str(caught.value).splitlines()) == 3


def test_cdk_json_lists_every_setting_with_its_default() -> None:
    context = json.loads((ROOT / "cdk.json").read_text())["context"]
    given = {name: value for name, value in context.items() if name.startswith(PREFIX)}
    assert given == defaults()


def test_the_page_is_current() -> None:
    assert (ROOT / "docs" / "settings.md").read_text() == page(rows()), "run python -m siem_stack.settings"


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"cloudtrail": "insights"}, "siem:cloudtrail must have management, s3-data or lambda-data; it is 'insights'"),
        *(({"vpc": VPC, **more}, message) for more, message in WRONG_IN_A_VPC),
        *WRONG_TOGETHER,
        ({"log_bucket_encryption": "kms", "s3_access_logs": True}, "siem:s3_access_logs needs siem:log_bucket_encryption to be s3: S3 writes no access logs with a key"),
        ({"management_account": "999900001111"}, "siem:management_account needs siem:organization_id: the folder of the trail's logs"),
        ({"additional_buckets": "old", "existing_log_bucket": "old"}, "siem:additional_buckets has buckets that are there already: old"),
        ({"additional_buckets": "logs", "log_bucket_name": "logs"}, "siem:additional_buckets has buckets that are there already: logs"),
        ({"existing_log_bucket": "old", "log_bucket_encryption": "kms"}, "siem:log_bucket_encryption kms needs siem:existing_key_arn where siem:existing_log_bucket is set: the key that the bucket encrypts with"),
        ({"additional_buckets": "old 444455556666:old"}, "siem:additional_buckets has buckets that are there already: old"),
    ],
)  # fmt: skip
def test_settings_that_may_not_be_together(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(SettingsError) as caught:
        from_context({PREFIX + name: value for name, value in settings.items()})
    assert str(caught.value) == message
