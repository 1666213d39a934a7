"""What comes through Firehose: the streams, and what puts records into them."""

from collections.abc import Iterator
from typing import Any

import msgspec

from es_loader.doctor.calls import Refused
from es_loader.doctor.deployed import Resource
from es_loader.doctor.findings import Finding, note, wrong
from es_loader.doctor.metric import Metric, values
from es_loader.doctor.probes.look import Look

_HERE = "docs/doctor.md#firehose"
_ROLE = "Compare its role with that of the stack."
_SUCCESS = Metric("AWS/Firehose", "DeliveryToS3.Success", "Minimum")
_INCOMING = Metric("AWS/Firehose", "IncomingRecords", "Sum")
_THROTTLED = Metric("AWS/Kinesis", "WriteProvisionedThroughputExceeded", "Sum")
_NOT_HANDED_ON = Metric("AWS/Events", "FailedInvocations", "Sum")
_ACTIVE = frozenset({"ACTIVE", "CREATING", "UPDATING"})


def delivery_stream(look: Look, resource: Resource) -> Iterator[Finding]:
    """https://docs.aws.amazon.com/firehose/latest/APIReference/API_DeliveryStreamDescription.html."""
    found = look.aws.ask("firehose", "describe_delivery_stream", DeliveryStreamName=resource.name)
    stream = found["DeliveryStreamDescription"]
    if stream["DeliveryStreamStatus"] not in _ACTIVE:
        details = stream.get("FailureDescription", {}).get("Details", "")
        yield wrong(f"the stream {resource.name} is {stream['DeliveryStreamStatus']} {details}".strip(), page=_HERE)
    error, success = _last_error(look, stream), _values(look, _SUCCESS, DeliveryStreamName=resource.name)
    if error and success and success[0] >= 1:
        yield note(f"the stream {resource.name} delivers again, but could not: {error}", page=_HERE)
    elif error or (success and success[0] < 1):
        yield wrong(f"the stream {resource.name} cannot deliver: {error or 'see its log'}", _ROLE, page=_HERE)
    if not any(_values(look, _INCOMING, DeliveryStreamName=resource.name)):
        yield note(f"nobody put a record into the stream {resource.name}", page=_HERE)


def _last_error(look: Look, stream: dict[str, Any]) -> str:
    """Return the last line of the stream's log of errors, if it is not too old."""
    for destination in stream["Destinations"]:
        logging = destination.get("ExtendedS3DestinationDescription", {}).get("CloudWatchLoggingOptions", {})
        if not logging.get("Enabled"):
            continue
        place = {"logGroupName": logging["LogGroupName"], "logStreamName": logging["LogStreamName"]}
        start = round(look.since.timestamp() * 1000)
        events = look.aws.ask("logs", "get_log_events", **place, startTime=start, limit=1, startFromHead=False)[
            "events"
        ]
        if events:
            return _said(events[-1]["message"])
    return ""


def _said(line: str) -> str:
    """Return code and text of a line of Firehose's log."""
    try:
        found = msgspec.json.decode(line)
    except msgspec.DecodeError:
        return line
    return ": ".join(str(found[name]) for name in ("errorCode", "errorMessage") if name in found) or line


def _values(look: Look, metric: Metric, **dimensions: str) -> list[float]:
    return values(look.aws, metric, look.since, look.now, **dimensions)


def kinesis_stream(look: Look, resource: Resource) -> Iterator[Finding]:
    """https://docs.aws.amazon.com/kinesis/latest/APIReference/API_StreamDescriptionSummary.html."""
    found = look.aws.ask("kinesis", "describe_stream_summary", StreamName=resource.name)["StreamDescriptionSummary"]
    if found["StreamStatus"] not in _ACTIVE:
        yield wrong(f"the stream {resource.name} is {found['StreamStatus']}", page=_HERE)
    throttled = sum(_values(look, _THROTTLED, StreamName=resource.name))
    if throttled:
        yield wrong(f"the stream {resource.name} is too small: {throttled:,.0f} records were refused", page=_HERE)


def realtime_log_config(look: Look, resource: Resource) -> Iterator[Finding]:
    """https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_ListDistributionsByRealtimeLogConfig.html."""
    found = look.aws.ask("cloudfront", "list_distributions_by_realtime_log_config", RealtimeLogConfigArn=resource.name)[
        "DistributionList"
    ]
    if not found.get("Quantity"):
        name = resource.name.rpartition("/")[2]
        yield wrong(f"no distribution uses the real-time log configuration {name}", "Attach it to a cache behaviour.")


def rule(look: Look, resource: Resource) -> Iterator[Finding]:
    """https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DescribeRule.html."""
    name = resource.name.rpartition("|")[2].rpartition("/")[2]
    if look.aws.ask("events", "describe_rule", Name=name)["State"] == "DISABLED":
        yield wrong(f"the rule {name} is switched off", f"aws events enable-rule --name {name}")
    failed = sum(_values(look, _NOT_HANDED_ON, RuleName=name))
    if failed:
        yield wrong(f"the rule {name} could not hand on {failed:,.0f} events", _ROLE, page=_HERE)


def undelivered_events(look: Look, resource: Resource) -> Iterator[Finding]:
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html."""
    names = ["ApproximateNumberOfMessages"]
    found = look.aws.ask("sqs", "get_queue_attributes", QueueUrl=resource.name, AttributeNames=names)["Attributes"]
    if count := int(found["ApproximateNumberOfMessages"]):
        queue = resource.name.rpartition("/")[2]
        yield wrong(f"{count:,} events could not be handed on, and wait in {queue}", page="docs/doctor.md#events")


def subscription_filter(look: Look, resource: Resource) -> Iterator[Finding]:
    """https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeSubscriptionFilters.html."""
    group = (resource.properties or {}).get("LogGroupName", "")
    if not isinstance(group, str):
        return
    try:
        filters = look.aws.ask("logs", "describe_subscription_filters", logGroupName=group)["subscriptionFilters"]
    except Refused as exc:
        yield wrong(f"log group {group}: {exc}", "It was deleted: make it again, then deploy again.")
        return
    if not any(one["filterName"] in resource.name.split("|") for one in filters):
        yield wrong(f"log group {group} has lost its subscription filter", "Deploy again.")
