"""The log bucket's policy, put to an evaluator of policies: requests as services and roles make them, and as others do."""

from typing import Any

import pytest
from ministack.core.iam_evaluator import EvalContext, evaluate_resource_policy  # type: ignore[import-untyped]

from siem_stack.stack import SiemStack
from tests.siem_stack.policies import ACCOUNT, BUCKET, of_log_bucket, stack_of

LISTED, MEMBER, MANAGER, STRANGER = "444455556666", "222233334444", "999900001111", "666677778888"
ORGANIZATION = "o-a1b2c3d4e5"
SOURCE = {
    "cloudtrail": "arn:aws:cloudtrail:eu-west-1:{}:trail/any",
    "delivery.logs": "arn:aws:logs:eu-west-1:{}:any",
    "guardduty": "arn:aws:guardduty:eu-west-1:{}:detector/0123",
    "logdelivery.elasticloadbalancing": "arn:aws:elasticloadbalancing:eu-west-1:{}:loadbalancer/app/any/0123",
    "logging.s3": "arn:aws:s3:::any",
}
PUT, ACL = "s3:PutObject", "bucket-owner-full-control"


@pytest.fixture(scope="module")
def policy() -> dict[str, Any]:
    stack: SiemStack = stack_of(
        log_accounts=LISTED,
        organization_id=ORGANIZATION,
        management_account=MANAGER,
        replication_role_arns=f"arn:aws:iam::{STRANGER}:role/replication",
    )
    return {"Statement": list(of_log_bucket(stack).values())}


def decision(policy: dict[str, Any], *, action: str, key: str, service: str = "", **context: Any) -> bool:
    evaluated = evaluate_resource_policy(
        policy,
        EvalContext(
            principal_arn=context.pop("role", "*"),
            principal_type="Service" if service else "AssumedRole",
            principal_account=context.pop("account", ""),
            action=action,
            resource_arn=f"{BUCKET}/{key}" if key else BUCKET,
            region="eu-west-1",
            secure_transport=True,
            service_context=context.pop("said", {}),
            principal_keys=context,
        ),
        service=service or None,
    )
    return bool(evaluated.decision == "Allow")


@pytest.mark.parametrize(
    ("service", "whose", "key", "may"),
    [
        ("cloudtrail", (ACCOUNT, ""), f"AWSLogs/{ACCOUNT}/CloudTrail/a", True),
        ("cloudtrail", (ACCOUNT, ""), f"any/prefix/AWSLogs/{ACCOUNT}/CloudTrail/a", True),
        ("cloudtrail", (ACCOUNT, ""), f"AWSLogs/{STRANGER}/CloudTrail/a", False),
        ("cloudtrail", (LISTED, ""), f"AWSLogs/{LISTED}/CloudTrail/a", True),
        ("cloudtrail", (LISTED, ""), f"AWSLogs/{ACCOUNT}/CloudTrail/a", False),
        ("cloudtrail", (MANAGER, ""), f"AWSLogs/{ORGANIZATION}/{MEMBER}/CloudTrail/a", True),
        ("cloudtrail", (LISTED, ""), f"AWSLogs/{ORGANIZATION}/{MEMBER}/CloudTrail/a", False),
        ("cloudtrail", (STRANGER, ""), f"AWSLogs/{STRANGER}/CloudTrail/a", False),
        ("cloudtrail", (STRANGER, "o-z9y8x7w6v5"), f"AWSLogs/{STRANGER}/CloudTrail/a", False),
        ("delivery.logs", (ACCOUNT, ""), f"AWSLogs/aws-account-id={ACCOUNT}/aws-service=vpcflowlogs/a", True),
        ("delivery.logs", (ACCOUNT, ""), f"AWSLogs/{ACCOUNT}/vpcflowlogs/a", True),
        ("delivery.logs", (ACCOUNT, ""), "vpcflowlogs/a", False),
        ("delivery.logs", (LISTED, ""), f"AWSLogs/{LISTED}/vpcflowlogs/a", True),
        ("delivery.logs", (MEMBER, ORGANIZATION), f"AWSLogs/{MEMBER}/vpcflowlogs/a", True),
        ("delivery.logs", (MEMBER, ""), f"AWSLogs/{MEMBER}/vpcflowlogs/a", False),
        ("delivery.logs", (STRANGER, ""), f"AWSLogs/{ACCOUNT}/vpcflowlogs/a", False),
        ("guardduty", (ACCOUNT, ""), f"AWSLogs/{ACCOUNT}/GuardDuty/a", True),
        ("guardduty", (MEMBER, ORGANIZATION), f"AWSLogs/{MEMBER}/GuardDuty/a", True),
        ("guardduty", (STRANGER, ""), f"AWSLogs/{STRANGER}/GuardDuty/a", False),
        ("logdelivery.elasticloadbalancing", (ACCOUNT, ""), f"AWSLogs/{ACCOUNT}/elasticloadbalancing/a", True),
        ("logdelivery.elasticloadbalancing", (LISTED, ""), f"AWSLogs/{LISTED}/elasticloadbalancing/a", True),
        ("logdelivery.elasticloadbalancing", (STRANGER, ""), f"AWSLogs/{STRANGER}/elasticloadbalancing/a", False),
        ("logging.s3", (ACCOUNT, ""), f"AWSLogs/{ACCOUNT}/s3accesslog/eu-west-1/any/a", True),
        ("logging.s3", (ACCOUNT, ""), f"AWSLogs/{ACCOUNT}/CloudTrail/a", False),
        ("logging.s3", (MEMBER, ORGANIZATION), f"AWSLogs/{MEMBER}/s3accesslog/a", False),
    ],
)
def test_services(policy: dict[str, Any], service: str, whose: tuple[str, str], key: str, may: bool) -> None:
    account, organization = whose
    said = {
        "aws:sourcearn": SOURCE[service].format(account),
        "aws:sourceaccount": account,
        "s3:x-amz-acl": ACL,
        **({"aws:sourceorgid": organization} if organization else {}),
    }
    principal = f"{service}.amazonaws.com"
    assert decision(policy, action=PUT, key=key, service=principal, said=said) is may
    assert not decision(policy, action="s3:DeleteObject", key=key, service=principal, said=said)
    assert not decision(policy, action="s3:GetObject", key=key, service=principal, said=said)


@pytest.mark.parametrize(
    ("role", "action", "key", "may"),
    [
        (f"arn:aws:iam::{STRANGER}:role/replication", "s3:ReplicateObject", "AWSLogs/a", True),
        (f"arn:aws:iam::{STRANGER}:role/replication", "s3:ReplicateDelete", "AWSLogs/a", False),
        (f"arn:aws:iam::{STRANGER}:role/replication", "s3:PutBucketVersioning", "", False),
        (f"arn:aws:iam::{STRANGER}:role/replication", PUT, "AWSLogs/a", False),
        (f"arn:aws:iam::{STRANGER}:role/other", "s3:ReplicateObject", "AWSLogs/a", False),
    ],
)
def test_replication(policy: dict[str, Any], role: str, action: str, key: str, may: bool) -> None:
    assert decision(policy, action=action, key=key, role=role, account=STRANGER) is may
