"""Loading is paused while the domain has no room or blocks writing, and goes on when it has enough again."""

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from siem_stack.function import Function
from siem_stack.monitoring import (
    PAUSE_PERCENT,
    RESUME_FACTOR,
    Monitoring,
    Watch,
    free_storage,
    pause_threshold,
)
from siem_stack.settings import Settings

MINUTES = 15
"""Between two looks at everything, for events that got lost."""

_BELOW = cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD
_AS_BEFORE = cloudwatch.TreatMissingData.IGNORE


class LoaderPause(Construct):
    """The function, its two alarms, and what calls it."""

    def __init__(
        self,
        scope: Construct,
        *,
        key: kms.IKey,
        mappings: Sequence[lambda_.EventSourceMapping],
        monitoring: Monitoring,
        settings: Settings,
    ) -> None:
        super().__init__(scope, "LoaderPause")
        pausing = [monitoring.alarms["writes-blocked"], monitoring.add(_exhausted(self, settings))]
        resuming = [monitoring.add(_recovering(self, settings), tells=False)]
        alarms = [*pausing, *resuming]
        function = Function(
            self,
            name=f"{settings.domain_name}-loader-pause",
            package="loader_pause",
            description="Pauses es-loader while the OpenSearch domain has no room",
            environment={
                "MAPPING_ARNS": ",".join(each.event_source_mapping_arn for each in mappings),
                "PAUSING_ALARMS": ",".join(alarm.alarm_name for alarm in pausing),
                "RESUMING_ALARMS": ",".join(alarm.alarm_name for alarm in resuming),
                "TOPIC_ARN": monitoring.topic.topic_arn,
            },
            statements=_rights(alarms, key, mappings, monitoring),
            settings=settings,
            timeout=60,
            memory=256,
        )
        target = targets.LambdaFunction(function)
        events.Rule(
            self,
            "Changed",
            description="An alarm changed on which it depends whether es-loader runs",
            event_pattern=events.EventPattern(
                source=["aws.cloudwatch"],
                detail_type=["CloudWatch Alarm State Change"],
                resources=[alarm.alarm_arn for alarm in alarms],
            ),
            targets=[target],
        )
        events.Rule(
            self,
            "Again",
            description="Whether es-loader runs is looked at again, whatever event got lost",
            schedule=events.Schedule.rate(cdk.Duration.minutes(MINUTES)),
            targets=[target],
        )
        monitoring.add(_fails(function))


def _exhausted(scope: Construct, settings: Settings) -> Watch:
    return Watch(
        "free-storage-exhausted",
        f"A node has less than {PAUSE_PERCENT} % of its volume free. Loading is paused.",
        free_storage(scope, settings),
        _BELOW,
        pause_threshold(settings),
        missing=_AS_BEFORE,
        periods=3,
        datapoints=3,
    )


def _recovering(scope: Construct, settings: Settings) -> Watch:
    """Return an alarm that is over only after a quarter of an hour with enough room."""
    return Watch(
        "free-storage-recovering",
        "While this alarm is on, loading that was paused is not resumed.",
        free_storage(scope, settings, 5),
        _BELOW,
        RESUME_FACTOR * pause_threshold(settings),
        missing=_AS_BEFORE,
        periods=3,
        datapoints=1,
    )


def _fails(function: lambda_.IFunction) -> Watch:
    return Watch(
        "loader-pause-errors",
        "The function that pauses and resumes es-loader fails.",
        function.metric_errors(period=cdk.Duration.minutes(MINUTES), statistic=cloudwatch.Stats.SUM),
        cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
        0,
        periods=2,
        datapoints=2,
    )


def _rights(
    alarms: list[cloudwatch.Alarm],
    key: kms.IKey,
    mappings: Sequence[lambda_.EventSourceMapping],
    monitoring: Monitoring,
) -> list[iam.PolicyStatement]:
    return [
        iam.PolicyStatement(
            sid="LookAtAlarms",
            actions=["cloudwatch:DescribeAlarms"],
            resources=[alarm.alarm_arn for alarm in alarms],
        ),
        iam.PolicyStatement(
            sid="SwitchTrigger",
            actions=[
                "lambda:GetEventSourceMapping",
                "lambda:ListTags",
                "lambda:TagResource",
                "lambda:UntagResource",
                "lambda:UpdateEventSourceMapping",
            ],
            resources=[each.event_source_mapping_arn for each in mappings],
        ),
        iam.PolicyStatement(sid="Report", actions=["sns:Publish"], resources=[monitoring.topic.topic_arn]),
        iam.PolicyStatement(
            sid="EncryptReports", actions=["kms:Decrypt", "kms:GenerateDataKey"], resources=[key.key_arn]
        ),
    ]
