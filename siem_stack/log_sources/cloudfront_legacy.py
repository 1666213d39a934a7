"""CloudFront's standard logs of the legacy kind: a bucket of their own.

A distribution that is there is no stack's to change: its owner names the bucket in it.
https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logging-legacy-s3.html
"""

from collections.abc import Iterator

import aws_cdk as cdk
from aws_cdk import aws_s3 as s3
from constructs import Construct

from siem_stack.cloudfront_legacy_bucket import CloudFrontLegacyBucket
from siem_stack.log_sources.source import Destination, LogSource, Where
from siem_stack.settings import Settings


def build(_scope: Construct, _destination: Destination, _settings: Settings) -> None:
    """Make nothing: the bucket is among the stack's own, since es-loader reads it."""


def _bucket(stack: cdk.Stack, _destination: Destination) -> Iterator[s3.CfnBucket]:
    for each in stack.node.find_all():
        if isinstance(each, s3.CfnBucket) and isinstance(each.node.scope, CloudFrontLegacyBucket):
            yield each


SOURCE = LogSource(
    name="cloudfront_legacy",
    title="CloudFront legacy standard logs",
    setting="cloudfront_legacy_bucket",
    log_types=("cloudfront-standard",),
    where=Where.ONCE,
    build=build,
    changes=_bucket,
)
