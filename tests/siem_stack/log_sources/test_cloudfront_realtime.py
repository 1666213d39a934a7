"""Real-time logs of CloudFront: streams and a configuration for each distribution."""

from typing import Any

import pytest
from aws_cdk import assertions

from es_loader.pipeline import Loader
from siem_stack.log_sources.source import Where
from tests.golden import builtin_config, sources_of
from tests.siem_stack.log_sources.streams import ACCOUNT, elsewhere, object_key, resources, rights, role, streams

FIRST, SECOND = "E1EXAMPLE12345", "E2EXAMPLE67890"
VALUES = {
    "timestamp": "1893553445.123", "c-ip": "192.0.2.9", "s-ip": "198.51.100.7", "sc-status": "200", "sc-bytes": "512",
    "cs-method": "GET", "cs-protocol": "https", "cs-host": "d1.cloudfront.net", "cs-uri-stem": "/index.html",
    "cs-bytes": "94", "x-edge-location": "FRA6-C1", "x-host-header": "www.example.com", "time-taken": "0.021",
    "cs-protocol-version": "HTTP/2.0", "c-ip-version": "IPv4", "cs-user-agent": "curl/8.5.0", "c-port": "51234",
    "c-country": "DE", "asn": "64496",
}  # fmt: skip


@pytest.fixture(scope="module")
def template() -> assertions.Template:
    return elsewhere(Where.US_EAST_1, "us-east-1", cloudfront_realtime=f"{FIRST} {SECOND}")


@pytest.fixture(scope="module")
def configurations(template: assertions.Template) -> dict[str, dict[str, Any]]:
    found = resources(template, "AWS::CloudFront::RealtimeLogConfig").values()
    return {each["Properties"]["Name"]: each["Properties"] for each in found}


def test_each_distribution_has_a_folder_of_its_own(template: assertions.Template) -> None:
    prefixes = {each["ExtendedS3DestinationConfiguration"]["Prefix"] for each in streams(template).values()}
    assert prefixes == {f"AWSLogs/{ACCOUNT}/CloudFront/global/{each}/realtime/" for each in (FIRST, SECOND)}


def test_every_request_is_logged_into_the_kinesis_stream(
    template: assertions.Template, configurations: dict[str, dict[str, Any]]
) -> None:
    assert configurations.keys() == {f"aes-siem-{FIRST}", f"aes-siem-{SECOND}"}
    configuration = configurations[f"aes-siem-{FIRST}"]
    assert configuration["SamplingRate"] == 100
    (point,) = configuration["EndPoints"]
    assert point["StreamType"] == "Kinesis"
    name = point["KinesisStreamConfig"]["StreamArn"]["Fn::GetAtt"][0]
    stream = resources(template, "AWS::Kinesis::Stream")[name]["Properties"]
    assert stream["StreamModeDetails"] == {"StreamMode": "ON_DEMAND"}
    assert stream["StreamEncryption"] == {"EncryptionType": "KMS", "KeyId": "alias/aws/kinesis"}
    delivery = streams(template)[f"aes-siem-firehose-cloudfront-realtime-{FIRST}"]
    assert delivery["KinesisStreamSourceConfiguration"]["KinesisStreamARN"] == {"Fn::GetAtt": [name, "Arn"]}


def test_the_role_is_cloudfronts_for_this_account_and_that_stream(
    template: assertions.Template, configurations: dict[str, dict[str, Any]]
) -> None:
    (point,) = configurations[f"aes-siem-{FIRST}"]["EndPoints"]
    found = role(template, point["KinesisStreamConfig"]["RoleArn"])
    (trust,) = found["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": "cloudfront.amazonaws.com"}
    assert trust["Condition"] == {"StringEquals": {"aws:SourceAccount": ACCOUNT}}
    right = rights(found)["PutRecords"]
    assert right["Resource"] == point["KinesisStreamConfig"]["StreamArn"]
    assert right["Action"] == [
        "kinesis:DescribeStream", "kinesis:DescribeStreamSummary", "kinesis:PutRecord", "kinesis:PutRecords",
    ]  # fmt: skip


def test_es_loader_knows_the_columns_that_are_asked_for(
    template: assertions.Template, configurations: dict[str, dict[str, Any]]
) -> None:
    """A record has no names: what makes the columns is their number, and the order in the configuration."""
    fields = configurations[f"aes-siem-{FIRST}"]["Fields"]
    assert len(fields) == len(set(fields))
    assert VALUES.keys() < set(fields)
    line = "\t".join(VALUES.get(name, "-") for name in fields) + "\n"
    key = object_key(streams(template)[f"aes-siem-firehose-cloudfront-realtime-{FIRST}"])
    (document,) = sources_of(Loader(builtin_config()), line.encode(), key)
    assert document["event"]["kind"] == "event"
    assert document["@timestamp"].startswith("2030-01-02T03:04:05.123")
    assert document["source"]["ip"] == VALUES["c-ip"]
    assert document["source"]["as"]["number"] == 64496
    assert document["url"]["full"] == "https://www.example.com/index.html"
    assert document["aws"]["cloudfront"]["distribution_id"] == FIRST
    assert document["cloud"]["account"]["id"] == ACCOUNT
