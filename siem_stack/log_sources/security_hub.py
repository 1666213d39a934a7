"""Security Hub: findings that EventBridge puts into a Firehose stream.

https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-cwe-integration-types.html
"""

import aws_cdk as cdk
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from siem_stack.checks import accept
from siem_stack.delivery_streams import DeliveryStream
from siem_stack.log_sources.source import Destination, LogSource, Where
from siem_stack.monitoring import holds_messages
from siem_stack.queues import RETENTION_DAYS
from siem_stack.settings import Settings

RULE_NAME = "aes-siem-securityhub-to-firehose"
STREAM_NAME = "aes-siem-firehose-securityhub"

ASFF, OCSF = "Security Hub Findings - Imported", "Findings Imported V2"
DETAIL_TYPES = {"asff": [ASFF], "ocsf": [OCSF], "both": [ASFF, OCSF]}


def build(scope: Construct, destination: Destination, settings: Settings) -> None:
    """Make stream and rule, and a queue for findings that the stream did not take for a day."""
    stack = cdk.Stack.of(scope)
    rule_arn = stack.format_arn(service="events", resource="rule", resource_name=RULE_NAME)
    stream = DeliveryStream(
        *(scope, "Stream"),
        name=STREAM_NAME,
        folder=f"SecurityHub/{stack.region}/",
        destination=destination,
        settings=settings,
    )
    dead_letters = _dead_letters(scope, rule_arn)
    if destination.monitoring:
        destination.monitoring.add(
            holds_messages(
                "undelivered-findings",
                "Firehose did not take findings of Security Hub for a day: they are in a queue of their own.",
                dead_letters,
            )
        )
    events.CfnRule(
        scope,
        "Rule",
        description="Findings of Security Hub into the log bucket",
        event_pattern={"source": ["aws.securityhub"], "detail-type": DETAIL_TYPES[settings.security_hub]},
        name=RULE_NAME,
        targets=[
            events.CfnRule.TargetProperty(
                arn=stream.arn,
                dead_letter_config=events.CfnRule.DeadLetterConfigProperty(arn=dead_letters.queue_arn),
                id="Firehose",
                role_arn=stream.put_by("events", rule_arn).role_arn,
            )
        ],
    )


def _dead_letters(scope: Construct, rule_arn: str) -> sqs.Queue:
    queue = sqs.Queue(
        scope,
        "DeadLetters",
        encryption=sqs.QueueEncryption.SQS_MANAGED,
        enforce_ssl=True,
        retention_period=cdk.Duration.days(RETENTION_DAYS),
    )
    queue.add_to_resource_policy(
        iam.PolicyStatement(
            sid="Undelivered",
            principals=[iam.ServicePrincipal("events.amazonaws.com")],
            actions=["sqs:SendMessage"],
            resources=[queue.queue_arn],
            conditions={"ArnEquals": {"aws:SourceArn": rule_arn}},
        )
    )
    accept(queue, "SQS3", "It is the queue of dead letters itself.")
    return queue


SOURCE = LogSource(
    name="security_hub",
    title="AWS Security Hub",
    setting="security_hub",
    log_types=("securityhub",),
    where=Where.EACH_REGION,
    build=build,
)
