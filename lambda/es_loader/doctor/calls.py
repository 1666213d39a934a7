"""AWS is asked: every call that the doctor makes, and the permission that it takes."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from es_loader.aws import DENIED
from es_loader.doctor.findings import Finding, Level
from es_loader.errors import LoaderError

ACTIONS = {
    ("cloudformation", "describe_stacks"): "cloudformation:DescribeStacks",
    ("cloudformation", "get_template"): "cloudformation:GetTemplate",
    ("cloudformation", "list_stack_resources"): "cloudformation:ListStackResources",
    ("cloudfront", "list_distributions_by_realtime_log_config"): "cloudfront:ListDistributionsByRealtimeLogConfig",
    ("cloudtrail", "get_trail_status"): "cloudtrail:GetTrailStatus",
    ("cloudwatch", "get_metric_data"): "cloudwatch:GetMetricData",
    ("cloudwatch", "list_metrics"): "cloudwatch:ListMetrics",
    ("ec2", "describe_flow_logs"): "ec2:DescribeFlowLogs",
    ("ec2", "describe_regions"): "ec2:DescribeRegions",
    ("events", "describe_rule"): "events:DescribeRule",
    ("firehose", "describe_delivery_stream"): "firehose:DescribeDeliveryStream",
    ("guardduty", "describe_publishing_destination"): "guardduty:DescribePublishingDestination",
    ("guardduty", "get_detector"): "guardduty:GetDetector",
    ("guardduty", "list_detectors"): "guardduty:ListDetectors",
    ("kinesis", "describe_stream_summary"): "kinesis:DescribeStreamSummary",
    ("kms", "describe_key"): "kms:DescribeKey",
    ("lambda", "list_event_source_mappings"): "lambda:ListEventSourceMappings",
    ("lambda", "list_tags"): "lambda:ListTags",
    ("logs", "describe_subscription_filters"): "logs:DescribeSubscriptionFilters",
    ("logs", "filter_log_events"): "logs:FilterLogEvents",
    ("logs", "get_delivery"): "logs:GetDelivery",
    ("logs", "get_delivery_destination"): "logs:GetDeliveryDestination",
    ("logs", "get_delivery_source"): "logs:GetDeliverySource",
    ("logs", "get_log_events"): "logs:GetLogEvents",
    ("network-firewall", "describe_logging_configuration"): "network-firewall:DescribeLoggingConfiguration",
    ("route53resolver", "get_resolver_query_log_config"): "route53resolver:GetResolverQueryLogConfig",
    (
        "route53resolver",
        "get_resolver_query_log_config_association",
    ): "route53resolver:GetResolverQueryLogConfigAssociation",
    ("s3", "get_bucket_logging"): "s3:GetBucketLogging",
    ("s3", "get_bucket_notification_configuration"): "s3:GetBucketNotification",
    ("s3", "list_objects_v2"): "s3:ListBucket",
    ("sqs", "get_queue_attributes"): "sqs:GetQueueAttributes",
    ("wafv2", "get_logging_configuration"): "wafv2:GetLoggingConfiguration",
}
"""Service and operation, as boto3 has them -> what IAM calls it."""

_NOT_ALLOWED = DENIED | {
    "AccessDeniedForDependencyException",
    "AuthorizationError",
    "NotAuthorized",
    "UnauthorizedOperation",
}


class CannotLook(LoaderError):
    """The doctor itself may not look, or cannot reach the service; `permission` is what it needs, if that is it."""

    def __init__(self, text: str, permission: str = "") -> None:
        super().__init__(text)
        self.permission = permission

    @property
    def finding(self) -> Finding:
        """The same, to be shown."""
        return Finding(Level.UNKNOWN, f"cannot look: {self}", permission=self.permission)


class Refused(LoaderError):
    """A service answers with an error that is about what was asked for, such as that it is not there."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code


@dataclass(frozen=True, slots=True)
class Aws:
    """AWS, as seen from one region.

    Attributes:
        clients: service and region -> boto3 client.
        region: None for that of the environment.
    """

    clients: Callable[[str, str | None], Any]
    region: str | None = None

    def there(self, region: str | None) -> "Aws":
        """Return the same, as seen from another region."""
        return Aws(self.clients, region)

    def ask(self, service: str, operation: str, **parameters: Any) -> dict[str, Any]:
        """Return what a service answers.

        Raises:
            CannotLook: that is not allowed, or the service cannot be reached.
            Refused: anything else.
        """
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - slow to import

        action = ACTIONS[service, operation]
        try:
            found: dict[str, Any] = getattr(self.clients(service, self.region), operation)(**parameters)
        except ClientError as exc:
            code, message = (str(exc.response.get("Error", {}).get(name, "")) for name in ("Code", "Message"))
            if code in _NOT_ALLOWED:
                raise CannotLook(f"needs {action}", action) from exc
            raise Refused(code, message) from exc
        except BotoCoreError as exc:
            raise CannotLook(f"{service} cannot be reached: {exc}") from exc
        return found

    def pages(
        self,
        service: str,
        operation: str,
        *,
        most: int,
        token: tuple[str, str] = ("NextToken", "NextToken"),
        **parameters: Any,
    ) -> Iterator[dict[str, Any]]:
        """Yield what a service answers, page by page, so many at most.

        Args:
            service: see `ask`, likewise for what is raised.
            operation: likewise.
            most: pages.
            token: its name in the question and in the answer.
            parameters: of the question.
        """
        asked, answered = token
        for _ in range(most):
            page = self.ask(service, operation, **parameters)
            yield page
            if not page.get(answered):
                return
            parameters[asked] = page[answered]
