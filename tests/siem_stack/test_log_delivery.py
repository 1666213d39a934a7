"""What services may do in the log bucket and with the key, statement by statement."""

from typing import Any

import pytest

from siem_stack.stack import SiemStack
from tests.siem_stack.policies import ACCOUNT, BUCKET, of_key, of_log_bucket, stack_of

FULL = {"s3:x-amz-acl": "bucket-owner-full-control"}
OURS = {"aws:SourceAccount": ACCOUNT}
LISTED = {"aws:SourceAccount": ["444455556666", "777788889999"]}
ORGANIZATION = {"aws:SourceOrgID": "o-a1b2c3d4e5"}
MANAGER = "999900001111"
ALL = {
    "log_accounts": "444455556666 777788889999",
    "organization_id": "o-a1b2c3d4e5",
    "management_account": MANAGER,
}
OUTPOSTS, BALANCERS = "logdelivery.elb", "logdelivery.elasticloadbalancing"


def folders(*paths: str) -> Any:
    found = [f"{BUCKET}/{path}" for path in paths]
    return found if len(found) > 1 else found[0]


def both(path: str) -> tuple[str, str]:
    return path, f"*/{path}"


def trails(*accounts: str) -> Any:
    found = [f"arn:aws:cloudtrail:*:{account}:trail/*" for account in accounts]
    return found if len(found) > 1 else found[0]


def source(arn: Any) -> dict[str, Any]:
    return {"ArnLike": {"aws:SourceArn": arn}}


def equals(*conditions: dict[str, Any]) -> dict[str, Any]:
    return {"StringEquals": {name: value for each in conditions for name, value in each.items()}}


OWN = both(f"AWSLogs/{ACCOUNT}/*")
LISTED_FOLDERS = ("AWSLogs/444455556666/*", "AWSLogs/777788889999/*")
LISTED_HIVE = tuple(
    path
    for account in ("444455556666", "777788889999")
    for path in (f"AWSLogs/{account}/*", f"AWSLogs/aws-account-id={account}/*")
)
Row = tuple[str, str, str | list[str], Any, dict[str, Any]]

OWN_ROWS: list[Row] = [
    ("AWSCloudTrailAclCheck20150319", "cloudtrail", "s3:GetBucketAcl", BUCKET, source(trails(ACCOUNT))),
    ("AWSCloudTrailWrite20150319", "cloudtrail", "s3:PutObject", folders(*OWN, *both("AWSLogs/o-*/*")), equals(FULL) | source(trails(ACCOUNT))),
    ("AWSLogDeliveryAclCheck", "delivery.logs", ["s3:GetBucketAcl", "s3:ListBucket"], BUCKET, equals(OURS) | source(f"arn:aws:logs:*:{ACCOUNT}:*")),
    ("AWSLogDeliveryWrite", "delivery.logs", "s3:PutObject", folders(*OWN, *both(f"AWSLogs/aws-account-id={ACCOUNT}/*")), equals(FULL, OURS) | source(f"arn:aws:logs:*:{ACCOUNT}:*")),
    ("AWSLogDeliveryWrite1", "delivery.logs", "s3:PutObject", folders(*OWN), equals(FULL, OURS) | source(f"arn:aws:logs:*:{ACCOUNT}:delivery-source:*")),
    ("AWSLoadBalancerWrite", BALANCERS, "s3:PutObject", folders(*OWN), {}),
    ("AWSOutpostsLoadBalancerWrite", OUTPOSTS, "s3:PutObject", folders(*OWN), equals(FULL)),
    ("S3ServerAccessLogsPolicy", "logging.s3", "s3:PutObject", folders(*both(f"AWSLogs/{ACCOUNT}/s3accesslog/*")), equals(OURS) | source("arn:aws:s3:::*")),
    ("AllowGetBucketLocation", "guardduty", "s3:GetBucketLocation", BUCKET, equals(OURS) | source(f"arn:aws:guardduty:*:{ACCOUNT}:detector/*")),
    ("AllowPutObject", "guardduty", "s3:PutObject", folders("*"), equals(OURS) | source(f"arn:aws:guardduty:*:{ACCOUNT}:detector/*")),
]  # fmt: skip
ACCOUNT_ROWS: list[Row] = [
    ("AWSCloudTrailAclCheck20150319OfAccounts", "cloudtrail", "s3:GetBucketAcl", BUCKET, source(trails("444455556666", "777788889999"))),
    ("AWSCloudTrailWrite20150319OfAccounts", "cloudtrail", "s3:PutObject", folders(*LISTED_FOLDERS), equals(FULL) | source(trails("444455556666", "777788889999"))),
    ("AWSLogDeliveryAclCheckOfAccounts", "delivery.logs", ["s3:GetBucketAcl", "s3:ListBucket"], BUCKET, equals(LISTED) | source("arn:aws:logs:*:*:*")),
    ("AWSLogDeliveryWriteOfAccounts", "delivery.logs", "s3:PutObject", folders(*LISTED_HIVE), equals(FULL, LISTED) | source("arn:aws:logs:*:*:*")),
    ("AWSLoadBalancerWriteOfAccounts", BALANCERS, "s3:PutObject", folders(*LISTED_FOLDERS), {}),
    ("AllowGetBucketLocationOfAccounts", "guardduty", "s3:GetBucketLocation", BUCKET, equals(LISTED) | source("arn:aws:guardduty:*:*:detector/*")),
    ("AllowPutObjectOfAccounts", "guardduty", "s3:PutObject", folders("*"), equals(LISTED) | source("arn:aws:guardduty:*:*:detector/*")),
]  # fmt: skip
ORGANIZATION_ROWS: list[Row] = [
    ("AWSCloudTrailAclCheck20150319OfOrganization", "cloudtrail", "s3:GetBucketAcl", BUCKET, equals(ORGANIZATION) | source(trails("*"))),
    ("AWSCloudTrailWrite20150319OfOrganization", "cloudtrail", "s3:PutObject", folders("AWSLogs/*/*"), equals(FULL, ORGANIZATION) | source(trails("*"))),
    ("AWSLogDeliveryAclCheckOfOrganization", "delivery.logs", ["s3:GetBucketAcl", "s3:ListBucket"], BUCKET, equals(ORGANIZATION) | source("arn:aws:logs:*:*:*")),
    ("AWSLogDeliveryWriteOfOrganization", "delivery.logs", "s3:PutObject", folders("AWSLogs/*/*", "AWSLogs/aws-account-id=*/*"), equals(FULL, ORGANIZATION) | source("arn:aws:logs:*:*:*")),
    ("AWSLoadBalancerWriteOfOrganization", BALANCERS, "s3:PutObject", folders("AWSLogs/*/*"), equals(ORGANIZATION)),
    ("AllowGetBucketLocationOfOrganization", "guardduty", "s3:GetBucketLocation", BUCKET, equals(ORGANIZATION) | source("arn:aws:guardduty:*:*:detector/*")),
    ("AllowPutObjectOfOrganization", "guardduty", "s3:PutObject", folders("*"), equals(ORGANIZATION) | source("arn:aws:guardduty:*:*:detector/*")),
]  # fmt: skip
MANAGEMENT_ROWS: list[Row] = [
    ("AWSCloudTrailAclCheck20150319OfManagement", "cloudtrail", "s3:GetBucketAcl", BUCKET, source(trails(MANAGER))),
    ("AWSCloudTrailWrite20150319OfManagement", "cloudtrail", "s3:PutObject", folders(f"AWSLogs/{MANAGER}/*", "AWSLogs/o-a1b2c3d4e5/*"), equals(FULL) | source(trails(MANAGER))),
]  # fmt: skip
CONTEXT = "kms:EncryptionContext:aws:cloudtrail:arn"
FIVE = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"]


def encrypting(arns: Any) -> dict[str, Any]:
    return source(arns) | {"StringLike": {CONTEXT: arns}}


KEY_ROWS: list[Row] = [
    ("CloudTrailEncrypt", "cloudtrail", "kms:GenerateDataKey*", "*", encrypting(trails(ACCOUNT))),
    ("CloudTrailEncryptOfAccounts", "cloudtrail", "kms:GenerateDataKey*", "*", encrypting(trails("444455556666", "777788889999"))),
    ("CloudTrailEncryptOfOrganization", "cloudtrail", "kms:GenerateDataKey*", "*", equals(ORGANIZATION) | encrypting(trails("*"))),
    ("CloudTrailEncryptOfManagement", "cloudtrail", "kms:GenerateDataKey*", "*", encrypting(trails(MANAGER))),
    ("CloudTrailDescribe", "cloudtrail", "kms:DescribeKey", "*", source(trails(ACCOUNT))),
    ("CloudTrailDescribeOfAccounts", "cloudtrail", "kms:DescribeKey", "*", source(trails("444455556666", "777788889999"))),
    ("CloudTrailDescribeOfOrganization", "cloudtrail", "kms:DescribeKey", "*", equals(ORGANIZATION) | source(trails("*"))),
    ("CloudTrailDescribeOfManagement", "cloudtrail", "kms:DescribeKey", "*", source(trails(MANAGER))),
    ("GuardDutyEncrypt", "guardduty", "kms:GenerateDataKey", "*", equals(OURS) | source(f"arn:aws:guardduty:*:{ACCOUNT}:detector/*")),
    ("GuardDutyEncryptOfAccounts", "guardduty", "kms:GenerateDataKey", "*", equals(LISTED) | source("arn:aws:guardduty:*:*:detector/*")),
    ("GuardDutyEncryptOfOrganization", "guardduty", "kms:GenerateDataKey", "*", equals(ORGANIZATION) | source("arn:aws:guardduty:*:*:detector/*")),
]  # fmt: skip
DEFAULT_KEY_ROWS: list[Row] = [
    ("CloudTrailDecrypt", "cloudtrail", "kms:Decrypt", "*", source(trails(ACCOUNT))),
    ("CloudTrailDecryptOfAccounts", "cloudtrail", "kms:Decrypt", "*", source(trails("444455556666", "777788889999"))),
    ("CloudTrailDecryptOfOrganization", "cloudtrail", "kms:Decrypt", "*", equals(ORGANIZATION) | source(trails("*"))),
    ("CloudTrailDecryptOfManagement", "cloudtrail", "kms:Decrypt", "*", source(trails(MANAGER))),
    ("AWSLogDeliveryEncrypt", "delivery.logs", FIVE, "*", equals(OURS) | source(f"arn:aws:logs:*:{ACCOUNT}:*")),
    ("AWSLogDeliveryEncryptOfAccounts", "delivery.logs", FIVE, "*", equals(LISTED) | source("arn:aws:logs:*:*:*")),
    ("AWSLogDeliveryEncryptOfOrganization", "delivery.logs", FIVE, "*", equals(ORGANIZATION) | source("arn:aws:logs:*:*:*")),
]  # fmt: skip


@pytest.fixture(scope="module")
def alone() -> SiemStack:
    return stack_of()


@pytest.fixture(scope="module")
def with_others() -> SiemStack:
    return stack_of(log_bucket_encryption="kms", **ALL)


def as_statement(row: Row) -> dict[str, Any]:
    sid, service, actions, resources, conditions = row
    return {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": {"Service": f"{service}.amazonaws.com"},
        "Action": actions,
        "Resource": resources,
        **({"Condition": conditions} if conditions else {}),
    }


def sids(*tables: list[Row]) -> set[str]:
    return {row[0] for table in tables for row in table}


@pytest.mark.parametrize("row", OWN_ROWS, ids=lambda row: row[0])
def test_in_the_bucket_for_the_own_account(alone: SiemStack, row: Row) -> None:
    assert of_log_bucket(alone)[row[0]] == as_statement(row)


@pytest.mark.parametrize("row", [*ACCOUNT_ROWS, *ORGANIZATION_ROWS, *MANAGEMENT_ROWS], ids=lambda row: row[0])
def test_in_the_bucket_for_others(with_others: SiemStack, row: Row) -> None:
    assert of_log_bucket(with_others)[row[0]] == as_statement(row)


@pytest.mark.parametrize("row", [*KEY_ROWS, *DEFAULT_KEY_ROWS], ids=lambda row: row[0])
def test_with_the_key(with_others: SiemStack, row: Row) -> None:
    assert of_key(with_others)[row[0]] == as_statement(row)


def test_there_are_no_other_statements(alone: SiemStack, with_others: SiemStack) -> None:
    assert of_log_bucket(alone).keys() == sids(OWN_ROWS)
    streams = {f"Firehose{what}Of{who}" for what in ("Bucket", "Objects") for who in ("Accounts", "Organization")}
    others = sids(ACCOUNT_ROWS, ORGANIZATION_ROWS, MANAGEMENT_ROWS) | streams
    assert of_log_bucket(with_others).keys() == sids(OWN_ROWS) | others
    assert of_key(alone).keys() == {"AlarmsEncrypt", "CloudTrailEncrypt", "CloudTrailDescribe", "GuardDutyEncrypt"}
    firehose = {"FirehoseEncryptOfAccounts", "FirehoseEncryptOfOrganization"}
    assert of_key(with_others).keys() == {"AlarmsEncrypt"} | firehose | sids(KEY_ROWS, DEFAULT_KEY_ROWS)


def test_a_trail_of_the_own_organization_has_its_folder_once_that_is_known(with_others: SiemStack) -> None:
    assert of_log_bucket(with_others)["AWSCloudTrailWrite20150319"]["Resource"] == folders(
        *OWN, *both("AWSLogs/o-a1b2c3d4e5/*")
    )


def test_a_service_is_never_told_by_the_organization_of_a_caller(with_others: SiemStack) -> None:
    for statement in (*of_log_bucket(with_others).values(), *of_key(with_others).values()):
        if "Service" in statement["Principal"]:
            assert "PrincipalOrgID" not in str(statement.get("Condition"))


@pytest.mark.parametrize(("region", "expected"), [("cn-north-1", "638102146993"), ("cn-northwest-1", "037604701340")])
def test_load_balancers_of_china_are_an_account(region: str, expected: str) -> None:
    statements = of_log_bucket(stack_of(region))
    assert statements["AWSLoadBalancerWrite"]["Principal"] == {"AWS": f"arn:aws:iam::{expected}:root"}
    assert "AWSOutpostsLoadBalancerWrite" not in statements


def test_govcloud_has_the_service_and_no_outposts() -> None:
    statements = of_log_bucket(stack_of("us-gov-west-1"))
    assert statements["AWSLoadBalancerWrite"]["Principal"] == {"Service": f"{BALANCERS}.amazonaws.com"}
    assert "AWSOutpostsLoadBalancerWrite" not in statements


def test_guardduty_of_a_region_that_accounts_switch_on_is_another_principal() -> None:
    stack = stack_of("ap-east-1")
    expected = {"Service": ["guardduty.amazonaws.com", "guardduty.ap-east-1.amazonaws.com"]}
    assert of_log_bucket(stack)["AllowPutObject"]["Principal"] == expected
    assert of_key(stack)["GuardDutyEncrypt"]["Principal"] == expected


def test_a_bucket_with_the_key_as_its_default(with_others: SiemStack) -> None:
    bucket = with_others.node.find_child("LogBucket").node.default_child
    (rule,) = with_others.resolve(bucket.bucket_encryption)["serverSideEncryptionConfiguration"]  # type: ignore[union-attr]
    assert rule["bucketKeyEnabled"] is True
    assert rule["serverSideEncryptionByDefault"]["sseAlgorithm"] == "aws:kms"
