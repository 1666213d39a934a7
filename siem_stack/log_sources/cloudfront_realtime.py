"""CloudFront's real-time logs: a Kinesis stream, and a Firehose stream that reads it, for each distribution.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/real-time-logs.html
"""

import aws_cdk as cdk
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kinesis as kinesis
from constructs import Construct

from es_loader.logtypes.cloudfront_columns import REAL_TIME_FIELDS
from siem_stack.checks import accept
from siem_stack.delivery_streams import DeliveryStream
from siem_stack.log_sources.source import Destination, LogSource, Where
from siem_stack.settings import Settings

ALL = 100
"""Of a hundred requests, those that are logged."""


def build(scope: Construct, destination: Destination, settings: Settings) -> None:
    """Make, for each distribution, the streams and a configuration to attach to its cache behaviours."""
    for distribution in settings.cloudfront_realtime.split():
        _log(Construct(scope, distribution), distribution, destination, settings)


def _log(scope: Construct, distribution: str, destination: Destination, settings: Settings) -> None:
    stream = _kinesis_stream(scope, f"aes-siem-cloudfront-realtime-{distribution}")
    DeliveryStream(
        *(scope, "Delivery"),
        name=f"aes-siem-firehose-cloudfront-realtime-{distribution}",
        folder=f"CloudFront/global/{distribution}/realtime/",  # records name neither distribution nor account
        destination=destination,
        settings=settings,
        source=stream,
    )
    cloudfront.CfnRealtimeLogConfig(
        scope,
        "Configuration",
        end_points=[
            cloudfront.CfnRealtimeLogConfig.EndPointProperty(
                kinesis_stream_config=cloudfront.CfnRealtimeLogConfig.KinesisStreamConfigProperty(
                    role_arn=_role(scope, stream).role_arn, stream_arn=stream.attr_arn
                ),
                stream_type="Kinesis",
            )
        ],
        fields=list(REAL_TIME_FIELDS),
        name=f"aes-siem-{distribution}",
        sampling_rate=ALL,
    )


def _kinesis_stream(scope: Construct, name: str) -> kinesis.CfnStream:
    stream = kinesis.CfnStream(
        scope,
        "Stream",
        name=name,
        stream_encryption=kinesis.CfnStream.StreamEncryptionProperty(encryption_type="KMS", key_id="alias/aws/kinesis"),
        stream_mode_details=kinesis.CfnStream.StreamModeDetailsProperty(stream_mode="ON_DEMAND"),
    )
    accept(stream, "KDS3", "Records stay for a day, and the stack's key may be in another region.")
    return stream


def _role(scope: Construct, stream: kinesis.CfnStream) -> iam.Role:
    """Return the role by which CloudFront writes to the stream, with its rights in itself."""
    return iam.Role(
        scope,
        "Role",
        assumed_by=iam.ServicePrincipal(
            "cloudfront.amazonaws.com",
            conditions={"StringEquals": {"aws:SourceAccount": cdk.Stack.of(scope).account}},
        ),
        inline_policies={
            "Rights": iam.PolicyDocument(
                statements=[
                    iam.PolicyStatement(
                        sid="PutRecords",
                        actions=[
                            "kinesis:DescribeStream",
                            "kinesis:DescribeStreamSummary",
                            "kinesis:PutRecord",
                            "kinesis:PutRecords",
                        ],
                        resources=[stream.attr_arn],
                    )
                ]
            )
        },
    )


SOURCE = LogSource(
    name="cloudfront_realtime",
    title="Amazon CloudFront real-time logs",
    setting="cloudfront_realtime",
    log_types=("cloudfront-realtime",),
    where=Where.US_EAST_1,
    build=build,
    partitions=frozenset({"aws"}),
)
