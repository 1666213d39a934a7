"""A policy that AWS would refuse is refused at synthesis, by the name of the setting."""

import pytest
from aws_cdk import aws_iam as iam

from siem_stack.policy_size import KEY_POLICY, Limit
from siem_stack.settings import SettingsError
from tests.siem_stack.policies import stack_of

ACCOUNTS = [f"4444555566{number:02}" for number in range(60)]
KEYS = " ".join(f"arn:aws:kms:eu-west-1:444455556666:key/0123abcd-0000-4000-8000-000000000{n:03}" for n in range(140))
TOPICS = " ".join(
    f"arn:aws:sns:eu-west-1:444455556666:topic-of-new-logs-in-a-bucket-of-an-account-with-the-number-{n:02}"
    for n in range(99)
)


def test_about_twenty_accounts_fit() -> None:
    stack_of(log_accounts=" ".join(ACCOUNTS[:20]))


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"log_accounts": " ".join(ACCOUNTS)}, r"^siem:log_accounts and siem:replication_role_arns make the log bucket's policy about \d+ bytes; AWS takes 20480\. siem:organization_id admits"),
        ({"log_accounts": " ".join(ACCOUNTS), "existing_log_bucket": "old"}, "^siem:log_accounts and .* make the log bucket's policy"),
        ({"notification_topic_arns": TOPICS}, r"^siem:additional_buckets and siem:notification_topic_arns make the queue's policy about"),
        ({"additional_key_arns": KEYS}, "^siem:additional_buckets and siem:additional_key_arns .* make es-loader's rights about"),
    ],
)  # fmt: skip
def test_too_many(settings: dict[str, str], message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        stack_of(**settings)


@pytest.mark.parametrize(
    ("limit", "roles", "message"), [(KEY_POLICY, 700, "make the key's policy about .* AWS takes 32768")]
)
def test_a_policy_by_itself(limit: Limit, roles: int, message: str) -> None:
    principals = [
        iam.ArnPrincipal(f"arn:aws:iam::444455556666:role/the-replication-{number:03}") for number in range(roles)
    ]
    document = iam.PolicyDocument(
        statements=[iam.PolicyStatement(actions=["kms:Encrypt"], principals=list(principals), resources=["*"])]
    )
    with pytest.raises(SettingsError, match=message):
        limit.require(document, stack_of())
