"""Values of one metric of CloudWatch."""

from datetime import datetime, timedelta
from typing import NamedTuple

from es_loader.doctor.calls import Aws

_FINE = timedelta(days=3)


class Metric(NamedTuple):
    """A metric, and the statistic that is meant."""

    namespace: str
    name: str
    statistic: str


def values(aws: Aws, metric: Metric, start: datetime, end: datetime, **dimensions: str) -> list[float]:
    """Return the values of a metric, newest first, of five minutes each, or of an hour if there would be many.

    Raises:
        CannotLook, Refused: CloudWatch does not tell.
    """
    named = {
        "Namespace": metric.namespace,
        "MetricName": metric.name,
        "Dimensions": [{"Name": name, "Value": value} for name, value in dimensions.items()],
    }
    period = 300 if end - start <= _FINE else 3600
    answer = aws.ask(
        *("cloudwatch", "get_metric_data"),
        MetricDataQueries=[{"Id": "m", "MetricStat": {"Metric": named, "Period": period, "Stat": metric.statistic}}],
        StartTime=start,
        EndTime=end,
        ScanBy="TimestampDescending",
    )
    return [value for result in answer["MetricDataResults"] for value in result["Values"]]
