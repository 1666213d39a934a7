"""Firehose streams: what they may, what they write, and that es-loader takes their objects and leaves their errors."""

import json
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import assertions
from aws_cdk import aws_kinesis as kinesis

from es_loader.classify import UNDELIVERED, classify, place, reason_to_skip
from siem_stack.checks import check
from siem_stack.delivery_streams import DeliveryStream
from siem_stack.log_sources import add_log_sources
from siem_stack.log_sources.regions import US_EAST_1, Here
from siem_stack.log_sources.security_hub import STREAM_NAME
from siem_stack.log_sources.source import Destination, Where
from siem_stack.settings import PREFIX, Settings, from_context
from siem_stack.stack import SiemStack
from tests.golden import builtin_config
from tests.siem_stack.conftest import GLOBAL_WEB_ACL, OTHER, WEB_ACL, template_of
from tests.siem_stack.log_sources.streams import (
    ACCOUNT,
    BUCKET,
    KEY,
    REGION,
    elsewhere,
    error_key,
    object_key,
    resources,
    rights,
    role,
    streams,
)  # fmt: skip

LOG_TYPES = {
    "aws-waf-logs-aes-siem-eu-west-1": ("waf", REGION),
    "aws-waf-logs-aes-siem-global": ("waf", None),
    "aes-siem-firehose-securityhub": ("securityhub", REGION),
    "aes-siem-firehose-linux-os": ("linux-os-syslog", REGION),
    "aes-siem-firehose-linux-secure": ("linux-secure", REGION),
    "aes-siem-firehose-ecs-apache-access": ("apache-access", REGION),
    "aes-siem-firehose-ecs-apache-error": ("apache-error", REGION),
    "aes-siem-firehose-ecs-nginx-error": ("nginx-error", REGION),
    "aes-siem-firehose-ecs-shop": ("nginx-access", REGION),
    "aes-siem-firehose-cloudfront-realtime-E1EXAMPLE12345": ("cloudfront-realtime", None),
}
"""What the objects of each stream are, and whether their keys name the region."""


@pytest.fixture(scope="module")
def one() -> assertions.Template:
    return template_of(security_hub="asff")


@pytest.fixture(scope="module")
def stream(one: assertions.Template) -> dict[str, Any]:
    (found,) = streams(one).values()
    return found


@pytest.fixture(scope="module")
def every_stream() -> dict[str, dict[str, Any]]:
    each_region = elsewhere(
        Where.EACH_REGION,
        None,
        container_logs="shop=nginx/access apache-access apache-error nginx-error",
        linux_logs="/var/log/messages",
        linux_secure_logs="/var/log/secure",
        security_hub="both",
        waf=f"{WEB_ACL} {GLOBAL_WEB_ACL}",
    )
    return streams(each_region) | streams(elsewhere(Where.US_EAST_1, None, cloudfront_realtime="E1EXAMPLE12345"))


@pytest.mark.parametrize("name", LOG_TYPES)
def test_objects_are_of_the_log_type_that_they_should_be(every_stream: dict[str, dict[str, Any]], name: str) -> None:
    config, key = builtin_config(), object_key(every_stream[name])
    log_type = classify(config, key)
    wanted, region = LOG_TYPES[name]
    assert log_type is not None
    assert log_type.name == wanted
    assert reason_to_skip(config, key) is None
    assert (place(key).account, place(key).region) == (ACCOUNT, region)


@pytest.mark.parametrize("name", LOG_TYPES)
def test_what_firehose_could_not_deliver_is_no_log(every_stream: dict[str, dict[str, Any]], name: str) -> None:
    assert reason_to_skip(builtin_config(), error_key(every_stream[name])) == UNDELIVERED


def test_every_stream_is_tried(every_stream: dict[str, dict[str, Any]]) -> None:
    assert every_stream.keys() == LOG_TYPES.keys()


def test_names_are_no_longer_than_firehose_takes(every_stream: dict[str, dict[str, Any]]) -> None:
    assert max(map(len, every_stream)) <= 64


def test_objects_are_packed_and_encrypted_with_the_stacks_key(stream: dict[str, Any]) -> None:
    delivered = stream["ExtendedS3DestinationConfiguration"]
    assert delivered["CompressionFormat"] == "GZIP"
    assert delivered["EncryptionConfiguration"]["KMSEncryptionConfig"]["AWSKMSKeyARN"] == {
        "Fn::GetAtt": ["EncryptionKey1B843E66", "Arn"]
    }
    assert stream["DeliveryStreamEncryptionConfigurationInput"] == {"KeyType": "AWS_OWNED_CMK"}


def test_records_are_collected_as_long_as_the_setting_says(
    stream: dict[str, Any], other_template: assertions.Template
) -> None:
    hints = stream["ExtendedS3DestinationConfiguration"]["BufferingHints"]
    assert hints == {"IntervalInSeconds": 60, "SizeInMBs": 64}
    others = [each["ExtendedS3DestinationConfiguration"] for each in streams(other_template).values()]
    assert {each["BufferingHints"]["IntervalInSeconds"] for each in others} == {300}


def test_failed_deliveries_are_logged(one: assertions.Template, stream: dict[str, Any]) -> None:
    options = stream["ExtendedS3DestinationConfiguration"]["CloudWatchLoggingOptions"]
    group = resources(one, "AWS::Logs::LogGroup")[options["LogGroupName"]["Ref"]]
    log_stream = resources(one, "AWS::Logs::LogStream")[options["LogStreamName"]["Ref"]]["Properties"]
    assert group["Properties"]["LogGroupName"] == "/aws/kinesisfirehose/aes-siem-firehose-securityhub"
    assert group["DeletionPolicy"] == "Delete"
    assert log_stream == {"LogGroupName": options["LogGroupName"], "LogStreamName": "S3Delivery"}


def test_the_role_is_for_firehose_of_this_account(one: assertions.Template, stream: dict[str, Any]) -> None:
    found = role(one, stream["ExtendedS3DestinationConfiguration"]["RoleARN"])
    (trust,) = found["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": "firehose.amazonaws.com"}
    assert trust["Condition"] == {"StringEquals": {"sts:ExternalId": ACCOUNT}}


def test_the_role_may_write_below_its_folder_and_delete_nothing(
    one: assertions.Template, stream: dict[str, Any]
) -> None:
    statements = rights(role(one, stream["ExtendedS3DestinationConfiguration"]["RoleARN"]))
    bucket, folder = "<LogBucketCC3B17E8.Arn>", f"AWSLogs/{ACCOUNT}/SecurityHub/{REGION}/*"
    assert {name: (each["Action"], each["Resource"]) for name, each in statements.items()} == {
        "FindBucket": (
            ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"],
            {"Fn::GetAtt": ["LogBucketCC3B17E8", "Arn"]},
        ),
        "WriteObjects": (
            ["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject", "s3:PutObjectAcl"],
            f"{bucket}/{folder}",
        ),
        "EncryptObjects": (
            ["kms:Decrypt", "kms:GenerateDataKey"],
            {"Fn::GetAtt": ["EncryptionKey1B843E66", "Arn"]},
        ),
        "LogErrors": (
            "logs:PutLogEvents",
            f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/aws/kinesisfirehose/{STREAM_NAME}:log-stream:S3Delivery",
        ),
    }
    context = statements["EncryptObjects"]["Condition"]["StringLike"]["kms:EncryptionContext:aws:s3:arn"]
    assert context == [{"Fn::GetAtt": ["LogBucketCC3B17E8", "Arn"]}, f"{bucket}/{folder}"]


def test_the_key_is_used_by_s3_of_its_own_region() -> None:
    template = elsewhere(Where.EACH_REGION, security_hub="asff")
    (stream,) = streams(template).values()
    statements = rights(role(template, stream["ExtendedS3DestinationConfiguration"]["RoleARN"]))
    like = statements["EncryptObjects"]["Condition"]["StringLike"]
    assert like["kms:ViaService"] == "s3.us-east-1.amazonaws.com*"
    assert statements["WriteObjects"]["Resource"] == f"arn:aws:s3:::{BUCKET}/AWSLogs/{ACCOUNT}/SecurityHub/{REGION}/*"


def test_the_stream_waits_for_the_bucket_and_the_key(one: assertions.Template) -> None:
    (resource,) = one.find_resources("AWS::KinesisFirehose::DeliveryStream").values()
    assert any(name.startswith("LogBucketPolicy") for name in resource["DependsOn"])
    assert any(name.startswith("EncryptionKey") for name in resource["DependsOn"])


def test_a_kinesis_stream_is_read_and_no_more() -> None:
    stack = cdk.Stack(cdk.App(), "Reading")
    source = kinesis.CfnStream(stack, "Source")
    destination = Destination(BUCKET, f"arn:aws:s3:::{BUCKET}", KEY)
    DeliveryStream(stack, "Stream", name="n", folder="f/", destination=destination, settings=Settings(), source=source)
    template = assertions.Template.from_stack(stack)
    (stream,) = streams(template).values()
    assert stream["DeliveryStreamType"] == "KinesisStreamAsSource"
    assert "DeliveryStreamEncryptionConfigurationInput" not in stream
    assert stream["KinesisStreamSourceConfiguration"]["KinesisStreamARN"] == {"Fn::GetAtt": ["Source", "Arn"]}
    reading = rights(role(template, stream["KinesisStreamSourceConfiguration"]["RoleARN"]))["ReadStream"]
    assert reading["Resource"] == {"Fn::GetAtt": ["Source", "Arn"]}
    assert reading["Action"] == [
        "kinesis:DescribeStream", "kinesis:GetRecords", "kinesis:GetShardIterator", "kinesis:ListShards",
    ]  # fmt: skip


def test_records_that_are_packed_are_not_packed_again() -> None:
    template = elsewhere(Where.EACH_REGION, linux_logs="/var/log/messages")
    assert (
        streams(template)["aes-siem-firehose-linux-os"]["ExtendedS3DestinationConfiguration"]["CompressionFormat"]
        == "UNCOMPRESSED"
    )


def test_the_rules_find_nothing_that_has_no_reason(app: cdk.App, tmp_path: Path) -> None:
    names = ("cloudfront_realtime", "container_logs", "linux_logs", "linux_secure_logs", "security_hub", "waf")
    settings = from_context({PREFIX + name: OTHER[name] for name in (*names, "waf_delivery")})
    SiemStack(app, settings)
    destination = Destination(BUCKET, f"arn:aws:s3:::{BUCKET}", KEY)
    for number, here in enumerate((Here(None, bucket=None), Here(US_EAST_1, bucket=REGION))):
        add_log_sources(cdk.Stack(app, f"Elsewhere{number}"), destination, settings, here)
    check(app)
    app.synth()
    report = json.loads((tmp_path / "validation-report.json").read_text())
    assert [each for plugin in report["pluginReports"] for each in plugin.get("violations", [])] == []
