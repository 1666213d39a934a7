"""The loader's own reads are excluded; nobody can hide behind them, not even the loader's role."""

import copy
from collections import Counter
from dataclasses import replace
from typing import Any

import msgspec
import pytest

from es_loader.declarations import Config
from es_loader.exclusions import Exclusions
from es_loader.exclusions.own_logs import Own
from es_loader.pipeline import Loader
from tests.golden import LOGS, builtin_config, load_bytes

BUCKET, ACCOUNT = "aes-siem-111122223333-log", "111122223333"
OTHER_BUCKET = "logs-of-others"
OWN = Own(f"arn:aws:iam::{ACCOUNT}:role/aes-siem-LoaderRole", (BUCKET, OTHER_BUCKET))
AGENT = "[Boto3/1.40.4 md/Botocore#1.40.4 ua/2.1 exec-env/AWS_Lambda_python3.13 siem-es-loader]"
TRAIL_KEY = f"AWSLogs/{ACCOUNT}/CloudTrail/eu-west-1/2030/01/02/{ACCOUNT}_CloudTrail_eu-west-1_20300102T0305Z_a.json"
READ: dict[str, Any] = {
    "eventVersion": "1.11",
    "userIdentity": {
        "type": "AssumedRole",
        "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/aes-siem-LoaderRole/aes-siem-es-loader",
        "accountId": ACCOUNT,
        "sessionContext": {"sessionIssuer": {"type": "Role", "arn": OWN.role, "userName": "aes-siem-LoaderRole"}},
    },
    "eventTime": "2030-01-02T03:00:00Z",
    "eventSource": "s3.amazonaws.com",
    "eventName": "GetObject",
    "awsRegion": "eu-west-1",
    "userAgent": AGENT,
    "requestParameters": {"bucketName": BUCKET, "key": "AWSLogs/a"},
    "eventID": "0a1b2c3d-0000-4000-8000-000000000001",
}
DECRYPT = READ | {
    "eventSource": "kms.amazonaws.com",
    "eventName": "Decrypt",
    "userAgent": "AWS Internal",
    "requestParameters": {"encryptionContext": {"aws:s3:arn": f"arn:aws:s3:::{BUCKET}/AWSLogs/a"}},
}
CONDITIONS = READ | {
    "eventSource": "ssm.amazonaws.com",
    "eventName": "GetParametersByPath",
    "requestParameters": {"path": "/siem/exclude-logs", "recursive": True},
}


def excluded(record: dict[str, Any], own: Own | None = OWN, config: Config | None = None) -> bool:
    loader = Loader(config or builtin_config(), exclusions=Exclusions(own=own))
    _, report = load_bytes(loader, msgspec.json.encode({"Records": [record]}), TRAIL_KEY)
    assert report.documents + report.excluded.total() == 1
    assert report.excluded in (Counter(), Counter({"own logs": 1}))
    return bool(report.excluded)


def changed(record: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    found = copy.deepcopy(record)
    *parents, leaf = path.split("/")
    node = found
    for name in parents:
        node = node[name]
    node[leaf] = value
    return found


@pytest.mark.parametrize(
    "record",
    [
        READ,
        READ | {"eventName": "HeadObject"},
        READ | {"requestParameters": {"bucketName": OTHER_BUCKET, "key": "AWSLogs/a"}},
        DECRYPT,
        DECRYPT | {"requestParameters": {"encryptionContext": {"aws:s3:arn": f"arn:aws:s3:::{OTHER_BUCKET}"}}},
        CONDITIONS,
    ],
)
def test_what_the_loader_reads_all_the_time_is_excluded(record: dict[str, Any]) -> None:
    assert excluded(record)


@pytest.mark.parametrize(
    ("record", "path", "value"),
    [
        (READ, "userIdentity/sessionContext/sessionIssuer/arn", f"arn:aws:iam::{ACCOUNT}:role/somebody"),
        (READ, "userIdentity", {"type": "AWSService", "invokedBy": "lambda.amazonaws.com"}),
        (READ, "userAgent", "aws-cli/2.0"),
        (READ, "userAgent", ["siem-es-loader"]),
        (READ, "requestParameters/bucketName", "payroll"),
        (READ, "requestParameters/bucketName", [BUCKET]),
        (READ, "requestParameters", None),
        (READ, "eventName", "PutObject"),
        (READ, "eventName", ["GetObject"]),
        (READ, "eventName", "DeleteObject"),
        (READ, "eventSource", ["s3.amazonaws.com"]),
        (READ, "errorCode", "AccessDenied"),
        (DECRYPT, "requestParameters/encryptionContext", {"aws:s3:arn": "arn:aws:s3:::payroll/a"}),
        (DECRYPT, "requestParameters/encryptionContext", {"aws:s3:arn": f"arn:aws:s3:::{BUCKET}-other/a"}),
        (DECRYPT, "requestParameters/encryptionContext", None),
        (DECRYPT, "eventName", "GenerateDataKey"),
        (CONDITIONS, "requestParameters/path", "/production/passwords"),
        (CONDITIONS, "eventName", "PutParameter"),
    ],
)
def test_anything_else_is_loaded(record: dict[str, Any], path: str, value: Any) -> None:
    assert not excluded(changed(record, path, value))


@pytest.mark.parametrize("own", [None, Own("", ()), Own("", OWN.buckets), Own(OWN.role, ())])
def test_nothing_is_excluded_where_the_loader_does_not_know_itself(own: Own | None) -> None:
    assert not excluded(READ, own)


def test_a_section_can_keep_them() -> None:
    config = builtin_config()
    keeping = replace(config.log_types["cloudtrail"], ignore_own_logs=False)
    assert not excluded(READ, config=Config({**config.log_types, "cloudtrail": keeping}, ()))


LINE = (
    'owner {bucket} [02/Jan/2030:03:00:00 +0000] 192.0.2.1 {requester} 3E57427F3EXAMPLE {operation} AWSLogs/a '
    '"GET /AWSLogs/a HTTP/1.1" {status} {error} 113 113 7 6 "-" "{agent}" - '
    "hostid SigV4 ECDHE-RSA-AES128-GCM-SHA256 AuthHeader bucket.s3.eu-west-1.amazonaws.com TLSV1.2 - -"
)  # fmt: skip
OURS = {
    "bucket": BUCKET,
    "requester": f"arn:aws:sts::{ACCOUNT}:assumed-role/aes-siem-LoaderRole/aes-siem-es-loader",
    "operation": "REST.GET.OBJECT",
    "status": "200",
    "error": "-",
    "agent": AGENT,
}


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        ({}, 1),
        ({"operation": "REST.HEAD.OBJECT"}, 1),
        ({"bucket": OTHER_BUCKET}, 1),
        ({"operation": "REST.PUT.OBJECT"}, 0),
        ({"bucket": "payroll"}, 0),
        ({"requester": f"arn:aws:sts::{ACCOUNT}:assumed-role/aes-siem-LoaderRoleOther/x"}, 0),
        ({"requester": f"arn:aws:sts::999999999999:assumed-role/aes-siem-LoaderRole/x"}, 0),  # noqa: F541
        ({"requester": "-"}, 0),
        ({"agent": "aws-cli/2.0"}, 0),
        ({"status": "403", "error": "AccessDenied"}, 0),
    ],
)
def test_s3_access_logs(other: dict[str, str], expected: int) -> None:
    key = (LOGS / "s3accesslog" / "key").read_text().strip()
    loader = Loader(builtin_config(), exclusions=Exclusions(own=OWN))
    _, report = load_bytes(loader, LINE.format(**{**OURS, **other}).encode(), key)
    assert (report.failures, report.excluded.total()) == (0, expected)
