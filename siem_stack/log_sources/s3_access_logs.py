"""S3 server access logs of the stack's own buckets, other than the log bucket.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerLogs.html
"""

from collections.abc import Iterator

import aws_cdk as cdk
from aws_cdk import aws_s3 as s3
from constructs import Construct

from siem_stack.log_sources.source import Destination, LogSource, Where
from siem_stack.settings import Settings


def build(scope: Construct, destination: Destination, _settings: Settings) -> None:
    """Have the buckets write their logs below prefixes of their own."""
    stack = cdk.Stack.of(scope)
    for bucket in _buckets(stack, destination):
        bucket.logging_configuration = s3.CfnBucket.LoggingConfigurationProperty(
            destination_bucket_name=destination.bucket_name,
            log_file_prefix=f"AWSLogs/{stack.account}/s3accesslog/{stack.region}/{bucket.bucket_name}/",
        )
        destination.first(bucket)


def _buckets(stack: cdk.Stack, destination: Destination) -> Iterator[s3.CfnBucket]:
    """Yield the stack's buckets; the log bucket's log would be logged again, without end."""
    log_bucket = stack.resolve(destination.bucket_name)
    for each in stack.node.find_all():
        if isinstance(each, s3.CfnBucket) and stack.resolve(each.ref) != log_bucket:
            yield each


SOURCE = LogSource(
    name="s3_access_logs",
    title="S3 server access logs",
    setting="s3_access_logs",
    log_types=("s3accesslog",),
    where=Where.ONCE,
    build=build,
    changes=_buckets,
)
