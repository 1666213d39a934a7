"""One dashboard: what is wrong at the top, then what is loaded, what waits, and how the domain is."""

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from es_loader.metrics import DIMENSION, NAMESPACE, UNKNOWN_OBJECTS
from siem_stack.monitoring import Monitoring, domain_metric, free_storage, loader_metric
from siem_stack.queues import Queues
from siem_stack.settings import Settings

MINUTES = 5
WIDTH, HEIGHT = 8, 6
"""Three graphs a row."""


class Dashboard(cloudwatch.Dashboard):
    """Four rows, each of which answers one question."""

    def __init__(
        self, scope: Construct, *, loader: lambda_.IFunction, monitoring: Monitoring, queues: Queues, settings: Settings
    ) -> None:
        super().__init__(
            scope,
            "Dashboard",
            dashboard_name=settings.domain_name,
            default_interval=cdk.Duration.hours(12),
        )
        total = cloudwatch.Stats.SUM
        self.add_widgets(
            cloudwatch.AlarmStatusWidget(
                title="What is wrong", alarms=list(monitoring.alarms.values()), width=2 * WIDTH, height=HEIGHT
            ),
            _graph(
                "Records that are not what they should be",
                [
                    loader_metric(name, total, MINUTES)
                    for name in ("PipelineErrors", "Failed", "DeadLettered", UNKNOWN_OBJECTS)
                ],
            ),
        )
        self.add_widgets(
            _by_log_type("Records loaded", "Loaded", "Sum"),
            _by_log_type("Records that do not parse or were refused", "PipelineErrors", "Sum"),
            _by_log_type("From notification to stored, 95 of 100 objects (ms)", "EventLag", "p95"),
        )
        self.add_widgets(
            _graph(
                "Objects that wait, and their oldest (s)",
                [
                    queues.queue.metric_approximate_number_of_messages_visible(),
                    queues.dead_letters.metric_approximate_number_of_messages_visible(label="dead letters"),
                ],
                [queues.queue.metric_approximate_age_of_oldest_message()],
            ),
            _graph(
                "es-loader: errors and throttles; running at a time",
                [loader.metric_errors(), loader.metric_throttles()],
                [loader.metric("ConcurrentExecutions", statistic=cloudwatch.Stats.MAXIMUM)],
            ),
            _graph(
                "Bytes read and sent; documents sent again",
                [loader_metric(name, total, MINUTES) for name in ("BytesIn", "BytesOut")],
                [loader_metric("Retries", total, MINUTES)],
            ),
        )
        maximum = cloudwatch.Stats.MAXIMUM
        self.add_widgets(
            _graph("Free storage of the fullest node (MiB)", [free_storage(self, settings, MINUTES)]),
            _graph(
                "Processor and Java heap of the busiest node (%)",
                [
                    domain_metric(self, settings, name, maximum, MINUTES)
                    for name in ("CPUUtilization", "JVMMemoryPressure")
                ],
            ),
            _graph(
                "Requests that the domain refused or failed",
                [
                    domain_metric(self, settings, name, total, MINUTES)
                    for name in ("4xx", "5xx", "CoordinatingWriteRejected", "PrimaryWriteRejected")
                ],
            ),
        )


def _graph(
    title: str, left: Sequence[cloudwatch.IMetric], right: Sequence[cloudwatch.IMetric] = ()
) -> cloudwatch.GraphWidget:
    return cloudwatch.GraphWidget(title=title, left=list(left), right=list(right), width=WIDTH, height=HEIGHT)


def _by_log_type(title: str, metric: str, statistic: str) -> cloudwatch.GraphWidget:
    """Return a graph with a line for each log type there is: nobody has to name them."""
    search = f"SEARCH('{{{NAMESPACE},{DIMENSION}}} MetricName=\"{metric}\"', '{statistic}')"
    return _graph(
        title,
        [
            cloudwatch.MathExpression(
                expression=search, label="", period=cdk.Duration.minutes(MINUTES), using_metrics={}
            )
        ],
    )
