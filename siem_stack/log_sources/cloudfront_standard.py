"""CloudFront standard logs (v2), which CloudWatch Logs delivers from us-east-1.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logging.html
"""

import aws_cdk as cdk
from aws_cdk import aws_logs as logs
from constructs import Construct

from siem_stack.log_sources.source import Destination, LogSource, Where
from siem_stack.settings import Settings

NAME = "aes-siem-cloudfront"

SUFFIX = "{DistributionId}/{yyyy}/{MM}/{dd}/{HH}"
"""What comes behind `AWSLogs/<account>/CloudFront/`, which AWS puts before it when the delivery is made.

It must stay as it is: a change of it in CloudFormation takes what is before it away.
https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/2274
"""


def build(scope: Construct, destination: Destination, settings: Settings) -> None:
    """Make one destination, and a source and a delivery for each distribution."""
    target = logs.CfnDeliveryDestination(
        scope,
        "Destination",
        destination_resource_arn=destination.bucket_arn,
        name=NAME,
        output_format=settings.cloudfront_standard_format,
    )
    destination.first(target)
    for distribution in settings.cloudfront_standard.split():
        _deliver(Construct(scope, distribution), distribution, destination, target)


def _deliver(
    scope: Construct, distribution: str, destination: Destination, target: logs.CfnDeliveryDestination
) -> None:
    stack = cdk.Stack.of(scope)
    source = logs.CfnDeliverySource(
        scope,
        "Source",
        log_type="ACCESS_LOGS",
        name=f"{NAME}-{distribution}",
        resource_arn=f"arn:{stack.partition}:cloudfront::{stack.account}:distribution/{distribution}",
    )
    delivery = logs.CfnDelivery(
        scope,
        "Delivery",
        delivery_destination_arn=target.attr_arn,
        delivery_source_name=source.name,
        s3_suffix_path=SUFFIX,
    )
    delivery.add_resource_dependency(source)  # a name alone is no reference
    destination.first(source, delivery)


SOURCE = LogSource(
    name="cloudfront_standard",
    title="Amazon CloudFront standard logs",
    setting="cloudfront_standard",
    log_types=("cloudfront-standard",),
    where=Where.US_EAST_1,
    build=build,
    partitions=frozenset({"aws"}),
)
