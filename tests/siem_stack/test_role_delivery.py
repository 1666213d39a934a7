"""What roles of other accounts may do in the log bucket and with the key."""

from typing import Any

import pytest

from siem_stack.stack import SiemStack
from tests.siem_stack.policies import BUCKET, of_key, of_log_bucket, stack_of

STREAMS = {"aws:PrincipalArn": [f"arn:aws:iam::*:role/{name}" for name in ("aes-siem-*", "StackSet-aes-siem-*")]}
ACCOUNTS = {"AWS": ["arn:aws:iam::444455556666:root", "arn:aws:iam::777788889999:root"]}
ANYBODY = {"AWS": "*"}
ORGANIZATION = {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}
REPLICATION = "arn:aws:iam::444455556666:role/replication"
BY_S3 = {
    "kms:ViaService": "s3.eu-west-1.amazonaws.com*",
    "kms:EncryptionContext:aws:s3:arn": [BUCKET, f"{BUCKET}/*"],
}
IN_BUCKET = ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"]
OBJECTS = ["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject", "s3:PutObjectAcl"]
OWN_FOLDER = f"{BUCKET}/AWSLogs/${{aws:PrincipalAccount}}/*"


@pytest.fixture(scope="module")
def stack() -> SiemStack:
    return stack_of(
        log_accounts="444455556666 777788889999",
        organization_id="o-a1b2c3d4e5",
        replication_role_arns=REPLICATION,
    )


@pytest.mark.parametrize(
    ("sid", "principal", "may", "conditions"),
    [
        ("FirehoseBucketOfAccounts", ACCOUNTS, (IN_BUCKET, BUCKET), {"ArnLike": STREAMS}),
        ("FirehoseObjectsOfAccounts", ACCOUNTS, (OBJECTS, OWN_FOLDER), {"ArnLike": STREAMS}),
        ("FirehoseBucketOfOrganization", ANYBODY, (IN_BUCKET, BUCKET), {"ArnLike": STREAMS} | ORGANIZATION),
        ("FirehoseObjectsOfOrganization", ANYBODY, (OBJECTS, OWN_FOLDER), {"ArnLike": STREAMS} | ORGANIZATION),
        ("ReplicationBucket", {"AWS": REPLICATION}, (["s3:GetBucketVersioning", "s3:ListBucket"], BUCKET), None),
        ("ReplicationObjects", {"AWS": REPLICATION}, (["s3:ObjectOwnerOverrideToBucketOwner", "s3:ReplicateObject", "s3:ReplicateTags"], f"{BUCKET}/*"), None),
    ],
)  # fmt: skip
def test_in_the_bucket(stack: SiemStack, sid: str, principal: Any, may: tuple[list[str], str], conditions: Any) -> None:
    statement = of_log_bucket(stack)[sid]
    assert (statement["Effect"], statement["Principal"]) == ("Allow", principal)
    assert (statement["Action"], statement["Resource"]) == may
    assert statement.get("Condition") == conditions


@pytest.mark.parametrize(
    ("sid", "principal", "actions", "conditions"),
    [
        ("FirehoseEncryptOfAccounts", ACCOUNTS, ["kms:Decrypt", "kms:GenerateDataKey"], {"ArnLike": STREAMS, "StringLike": BY_S3}),
        ("FirehoseEncryptOfOrganization", ANYBODY, ["kms:Decrypt", "kms:GenerateDataKey"], {"ArnLike": STREAMS, "StringLike": BY_S3} | ORGANIZATION),
        ("ReplicationEncrypt", {"AWS": REPLICATION}, ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"], {"StringLike": BY_S3}),
    ],
)  # fmt: skip
def test_with_the_key(stack: SiemStack, sid: str, principal: Any, actions: list[str], conditions: Any) -> None:
    statement = of_key(stack)[sid]
    assert (statement["Effect"], statement["Principal"], statement["Resource"]) == ("Allow", principal, "*")
    assert (statement["Action"], statement["Condition"]) == (actions, conditions)


def test_nobody_may_hide_a_log_that_is_there(stack: SiemStack) -> None:
    allowed = str([each["Action"] for each in of_log_bucket(stack).values()])
    for word in ("Delete", "PutBucket", "PutLifecycle", "PutReplication", "s3:*"):
        assert word not in allowed
