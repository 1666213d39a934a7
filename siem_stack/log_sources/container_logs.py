"""Containers of Amazon ECS: a Firehose stream for each application, into which FireLens puts its lines.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_firelens.html
"""

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from constructs import Construct

from siem_stack.delivery_streams import DeliveryStream
from siem_stack.firelens import stream_name
from siem_stack.log_sources.source import Destination, LogSource, Where
from siem_stack.settings import Settings


def build(scope: Construct, destination: Destination, settings: Settings) -> None:
    """Make the streams, and a policy for the task roles of the applications."""
    stack = cdk.Stack.of(scope)
    streams = [
        DeliveryStream(
            *(scope, app),
            name=stream_name(app),
            folder=f"ECS/{stack.region}/{folder or app}/",
            destination=destination,
            settings=settings,
        )
        for app, _, folder in (word.partition("=") for word in settings.container_logs.split())
    ]
    iam.CfnManagedPolicy(
        scope,
        "TaskPolicy",
        description="Lets the log router of a task put lines into the streams of the SIEM",
        managed_policy_name=f"aes-siem-firelens-{stack.region}",
        policy_document=iam.PolicyDocument(
            statements=[
                iam.PolicyStatement(
                    sid="PutRecords",
                    actions=["firehose:PutRecordBatch"],
                    resources=[stream.arn for stream in streams],
                )
            ]
        ),
    )


SOURCE = LogSource(
    name="container_logs",
    title="Containers of Amazon ECS",
    setting="container_logs",
    log_types=("apache-access", "apache-error", "nginx-access", "nginx-error"),
    where=Where.RESOURCES,
    build=build,
)
