"""What services say about resources, and what the doctor makes of it."""

from collections.abc import Iterable, Mapping
from typing import Any

import pytest

from es_loader.doctor.findings import Finding, Level
from es_loader.doctor.probes import PROBES, WITHOUT
from tests.es_loader.doctor.aws import NOW, SINCE, Stubbed

TRAIL, FLOW_LOG = "AWS::CloudTrail::Trail", "AWS::EC2::FlowLog"
CONFIG = "AWS::Route53Resolver::ResolverQueryLoggingConfig"
ASSOCIATION = f"{CONFIG}Association"
EXPORT, DETECTOR = "AWS::GuardDuty::PublishingDestination", "AWS::GuardDuty::Detector"
WEB_ACL = "arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/shop/0f1e2d3c"
FIREWALL = "arn:aws:network-firewall:eu-west-1:111122223333:firewall/egress"
STREAM = "AWS::KinesisFirehose::DeliveryStream"
QUEUE = "https://sqs.eu-west-1.amazonaws.com/111122223333/undelivered"


@pytest.fixture
def aws() -> Stubbed:
    return Stubbed()


def texts(findings: Iterable[Finding]) -> str:
    return "\n".join(f"{one.level.value}: {one.text}" for one in findings)


def test_no_type_is_asked_about_and_left_out_at_once() -> None:
    assert not PROBES.keys() & WITHOUT.keys()


def test_a_trail_that_delivers(aws: Stubbed) -> None:
    aws.answer("cloudtrail", "get_trail_status", {"IsLogging": True, "LatestDeliveryTime": NOW}, {"Name": "t"})
    assert aws.probe(TRAIL, "t") == []


def test_a_trail_that_somebody_stopped(aws: Stubbed) -> None:
    aws.answer("cloudtrail", "get_trail_status", {"IsLogging": False, "StopLoggingTime": SINCE})
    (found,) = aws.probe(TRAIL, "aes-siem-trail")
    assert found.level is Level.WRONG
    assert "does not log since 2030-01-01 12:00 UTC" in found.text
    assert "aws cloudtrail start-logging --name aes-siem-trail" in found.hint


def test_a_trail_that_may_not_write(aws: Stubbed) -> None:
    aws.answer("cloudtrail", "get_trail_status", {"IsLogging": True, "LatestDeliveryError": "AccessDenied"})
    (found,) = aws.probe(TRAIL, "t")
    assert "cannot deliver: AccessDenied" in found.text
    assert "s3:PutObject" in found.permission


FLOW_LOGS: Mapping[str, tuple[dict[str, Any], str]] = {
    "delivers": ({"FlowLogStatus": "ACTIVE", "DeliverLogsStatus": "SUCCESS"}, ""),
    "denied": ({"DeliverLogsStatus": "FAILED", "DeliverLogsErrorMessage": "Access error"}, "Access error"),
    "unknown": ({"DeliverLogsStatus": "FAILED"}, "no reason given"),
}


@pytest.mark.parametrize("case", FLOW_LOGS)
def test_flow_logs(aws: Stubbed, case: str) -> None:
    answer, said = FLOW_LOGS[case]
    flow_log = {"FlowLogId": "fl-0a1b2c3d", "ResourceId": "vpc-1", **answer}
    aws.answer("ec2", "describe_flow_logs", {"FlowLogs": [flow_log]}, {"FlowLogIds": ["fl-0a1b2c3d"]})
    found = aws.probe(FLOW_LOG, "fl-0a1b2c3d")
    assert bool(found) == bool(said)
    assert said in texts(found)


def test_a_flow_log_that_is_gone(aws: Stubbed) -> None:
    aws.answer("ec2", "describe_flow_logs", {"FlowLogs": []})
    assert "is gone" in texts(aws.probe(FLOW_LOG, "fl-0a1b2c3d"))


@pytest.mark.parametrize(("status", "said"), [("CREATED", ""), ("FAILED", "is FAILED")])
def test_query_log_configurations(aws: Stubbed, status: str, said: str) -> None:
    answer = {"ResolverQueryLogConfig": {"Id": "rqlc-1", "Status": status}}
    aws.answer("route53resolver", "get_resolver_query_log_config", answer, {"ResolverQueryLogConfigId": "rqlc-1"})
    found = aws.probe(CONFIG, "rqlc-1")
    assert bool(found) == bool(said)
    assert said in texts(found)


@pytest.mark.parametrize(
    ("status", "error", "permission"),
    [("ACTIVE", "NONE", None), ("ACTION_NEEDED", "ACCESS_DENIED", True), ("FAILED", "DESTINATION_NOT_FOUND", False)],
)
def test_query_logging_of_a_vpc(aws: Stubbed, status: str, error: str, permission: bool | None) -> None:
    answer = {"Status": status, "Error": error, "ErrorMessage": "why", "ResourceId": "vpc-1"}
    aws.answer(
        *("route53resolver", "get_resolver_query_log_config_association"),
        {"ResolverQueryLogConfigAssociation": answer},
        {"ResolverQueryLogConfigAssociationId": "rqlca-1"},
    )
    found = aws.probe(ASSOCIATION, "rqlca-1")
    assert [bool(one.permission) for one in found] == ([] if permission is None else [permission])
    assert not found or f"vpc-1 is {status}: {error} why" in texts(found)


def test_a_detector_that_is_suspended(aws: Stubbed) -> None:
    aws.answer("guardduty", "get_detector", {"Status": "DISABLED", "ServiceRole": "r"}, {"DetectorId": "d"})
    assert "suspended" in texts(aws.probe(DETECTOR, "d"))


@pytest.mark.parametrize("name", ["detector|destination", "destination"])
def test_an_export_of_findings(aws: Stubbed, name: str) -> None:
    if name == "destination":
        aws.answer("guardduty", "list_detectors", {"DetectorIds": ["detector"]})
    answer = {
        "DestinationId": "destination",
        "DestinationType": "S3",
        "Status": "UNABLE_TO_PUBLISH_FIX_DESTINATION_PROPERTY",
        "PublishingFailureStartTimestamp": round(SINCE.timestamp() * 1000),
        "DestinationProperties": {},
    }
    asked = {"DetectorId": "detector", "DestinationId": "destination"}
    aws.answer("guardduty", "describe_publishing_destination", answer, asked)
    (found,) = aws.probe(EXPORT, name)
    assert "failing since 2030-01-01 12:00 UTC" in found.text
    assert found.permission


def test_an_export_of_findings_that_publishes(aws: Stubbed) -> None:
    answer = {"DestinationId": "x", "DestinationType": "S3", "Status": "PUBLISHING", "DestinationProperties": {}}
    aws.answer("guardduty", "describe_publishing_destination", {**answer, "PublishingFailureStartTimestamp": 0})
    assert aws.probe(EXPORT, "d|x") == []


@pytest.mark.parametrize(
    ("arn", "ours"),
    [
        ("arn:aws:firehose:eu-west-1:111122223333:deliverystream/aws-waf-logs-aes-siem", True),
        ("arn:aws:s3:::aws-waf-logs-aes-siem", True),
        ("arn:aws:s3:::aws-waf-logs-security-lake", False),
    ],
)
def test_web_acls_that_were_redirected(aws: Stubbed, arn: str, ours: bool) -> None:
    answer = {"LoggingConfiguration": {"ResourceArn": WEB_ACL, "LogDestinationConfigs": [arn]}}
    aws.answer("wafv2", "get_logging_configuration", answer, {"ResourceArn": WEB_ACL})
    found = aws.probe("AWS::WAFv2::LoggingConfiguration", WEB_ACL)
    assert (found == []) is ours
    assert ours or f"shop logs to {arn}" in texts(found)


def test_a_web_acl_whose_logging_was_switched_off(aws: Stubbed) -> None:
    aws.refuse("wafv2", "get_logging_configuration", "WAFNonexistentItemException")
    (found,) = aws.probe("AWS::WAFv2::LoggingConfiguration", WEB_ACL)
    assert (found.level, "WAFNonexistentItemException" in found.text) == (Level.WRONG, True)


@pytest.mark.parametrize(("bucket", "ours"), [("aes-siem-111122223333-log", True), ("another", False)])
def test_firewalls(aws: Stubbed, bucket: str, ours: bool) -> None:
    log = {"LogType": "FLOW", "LogDestinationType": "S3", "LogDestination": {"bucketName": bucket}}
    answer = {"FirewallArn": FIREWALL, "LoggingConfiguration": {"LogDestinationConfigs": [log]}}
    aws.answer("network-firewall", "describe_logging_configuration", answer, {"FirewallArn": FIREWALL})
    assert (aws.probe("AWS::NetworkFirewall::LoggingConfiguration", FIREWALL) == []) is ours


def delivery_stream(status: str = "ACTIVE") -> dict[str, Any]:
    logging = {"Enabled": True, "LogGroupName": "/aws/kinesisfirehose/s", "LogStreamName": "S3"}
    destination = {
        "RoleARN": "arn:aws:iam::111122223333:role/r",
        "BucketARN": "arn:aws:s3:::aes-siem-111122223333-log",
        "BufferingHints": {},
        "CompressionFormat": "GZIP",
        "EncryptionConfiguration": {},
        "CloudWatchLoggingOptions": logging,
    }
    return {
        "DeliveryStreamDescription": {
            "DeliveryStreamName": "s",
            "DeliveryStreamARN": "arn:aws:firehose:eu-west-1:111122223333:deliverystream/s",
            "DeliveryStreamStatus": status,
            "DeliveryStreamType": "DirectPut",
            "VersionId": "1",
            "HasMoreDestinations": False,
            "Destinations": [{"DestinationId": "1", "ExtendedS3DestinationDescription": destination}],
        }
    }


ERROR = '{"errorCode":"S3.AccessDenied","errorMessage":"Access was denied.","attemptsMade":8}'
STREAMS: Mapping[str, tuple[list[str], list[float], list[float], str]] = {
    "delivers": ([], [1], [5], ""),
    "has no records": ([], [], [], "note: nobody put a record into the stream s"),
    "denied": ([ERROR], [0, 1], [5], "wrong: the stream s cannot deliver: S3.AccessDenied: Access was denied."),
    "was denied": ([ERROR], [1, 0], [5], "note: the stream s delivers again, but could not: S3.AccessDenied"),
    "fails in silence": ([], [0.5], [5], "wrong: the stream s cannot deliver: see its log"),
}


@pytest.mark.parametrize("case", STREAMS)
def test_delivery_streams(aws: Stubbed, case: str) -> None:
    lines, success, incoming, said = STREAMS[case]
    aws.answer("firehose", "describe_delivery_stream", delivery_stream(), {"DeliveryStreamName": "s"})
    events = [{"timestamp": 1, "message": line, "ingestionTime": 1} for line in lines]
    aws.answer("logs", "get_log_events", {"events": events})
    aws.metrics(success, incoming)
    found = texts(aws.probe(STREAM, "s"))
    assert found.startswith(said)
    assert bool(found) == bool(said)


def test_a_delivery_stream_that_could_not_be_made(aws: Stubbed) -> None:
    aws.answer("firehose", "describe_delivery_stream", delivery_stream("CREATING_FAILED"))
    aws.answer("logs", "get_log_events", {"events": []})
    aws.metrics([], [1])
    assert "the stream s is CREATING_FAILED" in texts(aws.probe(STREAM, "s"))


def test_a_data_stream_that_is_too_small(aws: Stubbed) -> None:
    answer = {
        "StreamName": "s",
        "StreamARN": "arn:aws:kinesis:eu-west-1:111122223333:stream/s",
        "StreamStatus": "ACTIVE",
        "RetentionPeriodHours": 24,
        "StreamCreationTimestamp": NOW,
        "EnhancedMonitoring": [],
        "OpenShardCount": 1,
    }
    aws.answer("kinesis", "describe_stream_summary", {"StreamDescriptionSummary": answer}, {"StreamName": "s"})
    aws.metrics([2, 5])
    assert "7 records were refused" in texts(aws.probe("AWS::Kinesis::Stream", "s"))


@pytest.mark.parametrize(("quantity", "said"), [(1, ""), (0, "no distribution uses")])
def test_real_time_logs_that_no_distribution_writes(aws: Stubbed, quantity: int, said: str) -> None:
    arn = "arn:aws:cloudfront::111122223333:realtime-log-config/aes-siem"
    answer = {"Marker": "", "MaxItems": 100, "IsTruncated": False, "Quantity": quantity}
    aws.answer(
        *("cloudfront", "list_distributions_by_realtime_log_config"),
        {"DistributionList": answer},
        {"RealtimeLogConfigArn": arn},
    )
    found = texts(aws.probe("AWS::CloudFront::RealtimeLogConfig", arn))
    assert bool(found) == bool(said)
    assert said in found


def test_a_rule_that_is_off_and_fails(aws: Stubbed) -> None:
    aws.answer("events", "describe_rule", {"Name": "r", "State": "DISABLED"}, {"Name": "r"})
    aws.metrics([3])
    off, fails = aws.probe("AWS::Events::Rule", "default|r")
    assert "switched off" in off.text
    assert "3 events" in fails.text


@pytest.mark.parametrize(
    ("count", "said"), [("0", ""), ("4", "4 events could not be handed on, and wait in undelivered")]
)
def test_events_that_were_not_delivered(aws: Stubbed, count: str, said: str) -> None:
    aws.answer("sqs", "get_queue_attributes", {"Attributes": {"ApproximateNumberOfMessages": count}})
    found = texts(aws.probe("AWS::SQS::Queue", QUEUE))
    assert bool(found) == bool(said)
    assert said in found


@pytest.mark.parametrize(("there", "said"), [("mine", ""), ("another", "has lost its subscription filter")])
def test_subscription_filters(aws: Stubbed, there: str, said: str) -> None:
    aws.answer(
        *("logs", "describe_subscription_filters"),
        {"subscriptionFilters": [{"filterName": there}]},
        {"logGroupName": "/linux/secure"},
    )
    found = texts(aws.probe("AWS::Logs::SubscriptionFilter", "mine", LogGroupName="/linux/secure"))
    assert bool(found) == bool(said)
    assert said in found


def test_a_log_group_that_is_gone(aws: Stubbed) -> None:
    aws.refuse("logs", "describe_subscription_filters", "ResourceNotFoundException")
    found = texts(aws.probe("AWS::Logs::SubscriptionFilter", "mine", LogGroupName="/linux/secure"))
    assert "log group /linux/secure: ResourceNotFoundException" in found


def test_deliveries(aws: Stubbed) -> None:
    aws.answer("logs", "get_delivery", {"delivery": {"id": "d"}}, {"id": "d"})
    assert aws.probe("AWS::Logs::Delivery", "d") == []


def test_a_delivery_that_was_deleted(aws: Stubbed) -> None:
    aws.refuse("logs", "get_delivery", "ResourceNotFoundException")
    assert "Delivery d: ResourceNotFoundException" in texts(aws.probe("AWS::Logs::Delivery", "d"))


def test_a_delivery_source_whose_resource_is_gone(aws: Stubbed) -> None:
    answer = {"status": "INACTIVE", "statusReason": "RESOURCE_DELETED", "resourceArns": ["arn:aws:cloudfront::1:x"]}
    aws.answer("logs", "get_delivery_source", {"deliverySource": answer}, {"name": "s"})
    assert "INACTIVE RESOURCE_DELETED" in texts(aws.probe("AWS::Logs::DeliverySource", "s"))


@pytest.mark.parametrize(
    ("arn", "ours"), [("arn:aws:s3:::aes-siem-111122223333-log/p", True), ("arn:aws:s3:::b", False)]
)
def test_where_deliveries_go(aws: Stubbed, arn: str, ours: bool) -> None:
    answer = {"deliveryDestinationConfiguration": {"destinationResourceArn": arn}}
    aws.answer("logs", "get_delivery_destination", {"deliveryDestination": answer}, {"name": "d"})
    assert (aws.probe("AWS::Logs::DeliveryDestination", "d") == []) is ours


def test_a_bucket_that_tells_nobody(aws: Stubbed) -> None:
    aws.answer("s3", "get_bucket_notification_configuration", {}, {"Bucket": "b"})
    assert "tells nobody" in texts(aws.probe("AWS::S3::Bucket", "b", NotificationConfiguration={}))


@pytest.mark.parametrize(("target", "ours"), [("aes-siem-111122223333-log", True), ("another", False), ("", False)])
def test_a_bucket_whose_requests_are_logged(aws: Stubbed, target: str, ours: bool) -> None:
    answer = {"LoggingEnabled": {"TargetBucket": target, "TargetPrefix": ""}} if target else {}
    aws.answer("s3", "get_bucket_logging", answer, {"Bucket": "b"})
    assert (aws.probe("AWS::S3::Bucket", "b", LoggingConfiguration={}) == []) is ours


def test_a_bucket_that_needs_neither(aws: Stubbed) -> None:
    assert aws.probe("AWS::S3::Bucket", "b") == []


@pytest.mark.parametrize("code", ["AccessDenied", "AccessDeniedException", "UnauthorizedOperation"])
def test_what_the_doctor_may_not_see_is_no_failure(aws: Stubbed, code: str) -> None:
    aws.refuse("ec2", "describe_flow_logs", code)
    (found,) = aws.probe(FLOW_LOG, "fl-1")
    assert (found.level, found.permission) == (Level.UNKNOWN, "ec2:DescribeFlowLogs")
    assert found.text == "cannot look: needs ec2:DescribeFlowLogs"
