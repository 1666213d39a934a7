"""Alarms about everything that can be wrong, and the topic that tells of them.

docs/monitoring.md says, for each alarm, what to do.
"""

from collections.abc import Iterator
from typing import NamedTuple

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from es_loader.metrics import DIMENSION, NAMESPACE
from siem_stack.encryption_key import allow
from siem_stack.queues import Queues
from siem_stack.settings import Settings

MIB_PER_GIB = 1024
LOW_PERCENT = 25
"""Of a node's volume; what AWS recommends an alarm for."""

PAUSE_PERCENT = 5
RESUME_FACTOR = 1.5
"""Loading begins again when there is this many times as much room as where it stops: no to and fro at the threshold."""

_ABOVE = cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD
_AT_LEAST = cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD
_BELOW = cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD
_FINE = cloudwatch.TreatMissingData.NOT_BREACHING
_AS_BEFORE = cloudwatch.TreatMissingData.IGNORE
_WRONG = cloudwatch.TreatMissingData.BREACHING


class Watch(NamedTuple):
    """One alarm: it goes off when `datapoints` of the last `periods` values are beyond the threshold.

    `missing` says what a value that is not there counts as.
    """

    name: str
    text: str
    metric: cloudwatch.IMetric
    comparison: cloudwatch.ComparisonOperator
    threshold: float
    missing: cloudwatch.TreatMissingData = _FINE
    periods: int = 1
    datapoints: int = 1


class Monitoring(Construct):
    """The topic, and all alarms.

    Attributes:
        topic: tells of every alarm, when it goes off and when it is over.
        alarms: by their names, without what all names begin with.
    """

    def __init__(
        self, scope: Construct, *, key: kms.IKey, loader: lambda_.IFunction, queues: Queues, settings: Settings
    ) -> None:
        super().__init__(scope, "Monitoring")
        self._prefix = settings.domain_name
        self.topic = _topic(self, key, settings)
        self.alarms: dict[str, cloudwatch.Alarm] = {}
        for watch in (*_loading(loader, queues, settings), *_silence(settings), *_domain(self, settings)):
            self.add(watch)

    def add(self, watch: Watch, *, tells: bool = True) -> cloudwatch.Alarm:
        """Make an alarm; `tells`, if it has the topic told."""
        alarm = self.alarms[watch.name] = cloudwatch.Alarm(
            self,
            watch.name,
            alarm_description=f"{watch.text} What to do: docs/monitoring.md#{watch.name}",
            alarm_name=f"{self._prefix}-{watch.name}",
            comparison_operator=watch.comparison,
            datapoints_to_alarm=watch.datapoints,
            evaluation_periods=watch.periods,
            metric=watch.metric,
            threshold=watch.threshold,
            treat_missing_data=watch.missing,
        )
        if tells:
            action = actions.SnsAction(self.topic)
            alarm.add_alarm_action(action)
            alarm.add_ok_action(action)
        return alarm


def holds_messages(name: str, text: str, queue: sqs.IQueue) -> Watch:
    """Return an alarm about a queue that is empty if all is well."""
    waiting = queue.metric_approximate_number_of_messages_visible(
        period=cdk.Duration.minutes(5), statistic=cloudwatch.Stats.MAXIMUM
    )
    return Watch(name, text, waiting, _ABOVE, 0)


def loader_metric(name: str, statistic: str, minutes: int, **dimensions: str) -> cloudwatch.Metric:
    """Return a metric that es-loader writes, of all log types if there is no dimension."""
    return _metric(NAMESPACE, name, statistic, minutes, dimensions)


def domain_metric(scope: Construct, settings: Settings, name: str, statistic: str, minutes: int) -> cloudwatch.Metric:
    """Return a metric of the domain."""
    dimensions = {"ClientId": cdk.Stack.of(scope).account, "DomainName": settings.name_of_domain()}
    return _metric("AWS/ES", name, statistic, minutes, dimensions)


def free_storage(scope: Construct, settings: Settings, minutes: int = 1) -> cloudwatch.Metric:
    """Return MiB of the fullest node; at 0 the domain blocks writing, while a part of the volume is still reserved."""
    return domain_metric(scope, settings, "FreeStorageSpace", cloudwatch.Stats.MINIMUM, minutes)


def pause_threshold(settings: Settings) -> float:
    """Return the MiB of free storage below which loading is paused."""
    return settings.size().volume * MIB_PER_GIB * PAUSE_PERCENT / 100


def _metric(namespace: str, name: str, statistic: str, minutes: int, dimensions: dict[str, str]) -> cloudwatch.Metric:
    return cloudwatch.Metric(
        namespace=namespace,
        metric_name=name,
        dimensions_map=dimensions or None,
        period=cdk.Duration.minutes(minutes),
        statistic=statistic,
    )


def _topic(scope: Construct, key: kms.IKey, settings: Settings) -> sns.Topic:
    topic = sns.Topic(scope, "Alarms", enforce_ssl=True, master_key=key, topic_name=f"{settings.domain_name}-alarms")
    stack = cdk.Stack.of(scope)
    alarms = stack.format_arn(
        service="cloudwatch",
        resource="alarm",
        resource_name=f"{settings.domain_name}-*",
        arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME,
    )
    only_ours = {"ArnLike": {"aws:SourceArn": alarms}, "StringEquals": {"aws:SourceAccount": stack.account}}
    topic.add_to_resource_policy(
        iam.PolicyStatement(
            sid="Alarms",
            principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
            actions=["sns:Publish"],
            resources=[topic.topic_arn],
            conditions=only_ours,
        )
    )
    allow(
        key,
        iam.PolicyStatement(
            sid="AlarmsEncrypt",
            principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
            actions=["kms:Decrypt", "kms:GenerateDataKey*"],
            resources=["*"],  # in a key's policy: this key
            conditions=only_ours,
        ),
    )
    if settings.alarm_email:
        topic.add_subscription(subscriptions.EmailSubscription(settings.alarm_email))
    return topic


def _loading(loader: lambda_.IFunction, queues: Queues, settings: Settings) -> Iterator[Watch]:
    minutes, five = cdk.Duration.minutes, 5
    maximum, total = cloudwatch.Stats.MAXIMUM, cloudwatch.Stats.SUM
    yield holds_messages(
        "dead-letter-queue",
        "Objects could not be loaded after several attempts: their messages are in the dead-letter queue.",
        queues.dead_letters,
    )
    yield Watch(
        "dead-letters",
        "Records could be stored neither as what they are nor as pipeline_error: they are dead letters.",
        loader_metric("DeadLettered", total, five),
        _ABOVE,
        0,
    )
    yield Watch(
        "oldest-message",
        f"An object has waited for more than {settings.oldest_message_hours} hours to be loaded.",
        queues.queue.metric_approximate_age_of_oldest_message(period=minutes(five), statistic=maximum),
        _ABOVE,
        settings.oldest_message_hours * 3600,
    )
    yield Watch(
        "loader-errors",
        "es-loader ended with an error or by its timeout, again and again.",
        loader.metric_errors(period=minutes(five), statistic=total),
        _ABOVE,
        0,
        periods=6,
        datapoints=3,
    )
    yield Watch(
        "loader-throttles",
        "Lambda had no room to run es-loader, again and again.",
        loader.metric_throttles(period=minutes(five), statistic=total),
        _ABOVE,
        0,
        periods=6,
        datapoints=3,
    )


def _silence(settings: Settings) -> Iterator[Watch]:
    for log_type, hours in settings.silences().items():
        yield Watch(
            f"silence-{log_type}",
            f"No object of the log type {log_type} has come for {hours} hours.",
            loader_metric("Objects", cloudwatch.Stats.SUM, 60, **{DIMENSION: log_type}),
            _BELOW,
            1,
            missing=_WRONG,
            periods=hours,
            datapoints=hours,
        )


def _domain(scope: Construct, settings: Settings) -> Iterator[Watch]:
    """Yield what AWS recommends to watch of a domain.

    https://docs.aws.amazon.com/opensearch-service/latest/developerguide/cloudwatch-alarms.html
    """
    maximum = cloudwatch.Stats.MAXIMUM
    yield Watch(
        "free-storage-low",
        f"A node has less than {LOW_PERCENT} % of its volume free.",
        free_storage(scope, settings, 5),
        _BELOW,
        settings.size().volume * MIB_PER_GIB * LOW_PERCENT / 100,
        missing=_AS_BEFORE,
        periods=2,
        datapoints=2,
    )
    yield Watch(
        "writes-blocked",
        "The domain blocks writing, for want of storage or memory. Loading is paused.",
        domain_metric(scope, settings, "ClusterIndexWritesBlocked", maximum, 1),
        _AT_LEAST,
        1,
        missing=_AS_BEFORE,
        periods=3,
        datapoints=3,
    )
    yield Watch(
        "cluster-red",
        "At least one index of the domain has a shard that no node holds.",
        domain_metric(scope, settings, "ClusterStatus.red", maximum, 1),
        _AT_LEAST,
        1,
        missing=_AS_BEFORE,
    )
    yield Watch(
        "memory-pressure",
        "A node's Java heap is nearly full; writing is blocked next.",
        domain_metric(scope, settings, "JVMMemoryPressure", maximum, 1),
        _AT_LEAST,
        95,
        missing=_AS_BEFORE,
        periods=3,
        datapoints=3,
    )
