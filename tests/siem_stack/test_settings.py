import json
from pathlib import Path
from typing import Any

import pytest

from siem_stack.settings import PREFIX, Settings, SettingsError, defaults, from_context, rows
from siem_stack.settings.page import page

ROOT = Path(__file__).parents[2]


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
        ("instance_count", 5, "1, or an even number or a multiple of 3"),
        ("instance_count", 0, "1, or an even number or a multiple of 3"),
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
