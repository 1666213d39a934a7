"""Deliveries of CloudWatch Logs (vended logs V2), and buckets that services need for themselves."""

from collections.abc import Iterator

from es_loader.doctor.deployed import Resource
from es_loader.doctor.findings import Finding, wrong
from es_loader.doctor.probes.look import Look

_NOTIFIED = ("QueueConfigurations", "TopicConfigurations", "EventBridgeConfiguration")


def delivery(look: Look, resource: Resource) -> Iterator[Finding]:
    """https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetDelivery.html."""
    look.aws.ask("logs", "get_delivery", id=resource.name)
    yield from ()


def delivery_source(look: Look, resource: Resource) -> Iterator[Finding]:
    """https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeliverySource.html."""
    found = look.aws.ask("logs", "get_delivery_source", name=resource.name)["deliverySource"]
    if found.get("status", "ACTIVE") != "ACTIVE":
        of = " ".join(found.get("resourceArns", ()))
        yield wrong(f"{of} does not deliver: {found['status']} {found.get('statusReason', '')}".strip())


def delivery_destination(look: Look, resource: Resource) -> Iterator[Finding]:
    """https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeliveryDestination.html."""
    found = look.aws.ask("logs", "get_delivery_destination", name=resource.name)["deliveryDestination"]
    arn = found["deliveryDestinationConfiguration"]["destinationResourceArn"]
    if not look.is_ours(arn):
        yield wrong(f"the delivery goes to {arn}", "Somebody redirected it. Deploy again.")


def bucket(look: Look, resource: Resource) -> Iterator[Finding]:
    """Look at what the template asks for: a bucket that is told of brings others' logs, else those of its own requests.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketNotificationConfiguration.html
    https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLogging.html
    """
    wanted = resource.properties or {}
    if "NotificationConfiguration" in wanted:
        found = look.aws.ask("s3", "get_bucket_notification_configuration", Bucket=resource.name)
        if not any(way in found for way in _NOTIFIED):
            yield wrong(f"the bucket {resource.name} tells nobody of new objects", "Deploy again.")
    elif "LoggingConfiguration" in wanted:
        logging = look.aws.ask("s3", "get_bucket_logging", Bucket=resource.name).get("LoggingEnabled", {})
        if logging.get("TargetBucket") not in look.names:
            yield wrong(f"the bucket {resource.name} does not log its requests to us", "Deploy again.")
