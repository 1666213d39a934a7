"""Health check logs of Application Load Balancers: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-health-check-logs.html."""

from es_loader.declarations import LogType
from es_loader.logtypes import Hooks
from es_loader.logtypes.load_balancers.fields import stages
from es_loader.logtypes.load_balancers.layouts import Layout, is_seconds, is_time
from es_loader.normalize.arns import add_cloud
from es_loader.normalize.durations import nanoseconds
from es_loader.types import Document, Fields, RawRecord, Source

COLUMNS = (
    *("type", "time", "latency", "target_addr", "target_group_id", "status", "status_code", "reason_code"),
    *("elb", "ip_address"),
)
"""Columns in order; `elb` and `ip_address` came later."""

_OUTCOMES = {"PASS": "success", "FAIL": "failure"}


def _fits(words: list[str]) -> bool:
    return is_time(words[1]) and is_seconds(words[2])


LAYOUT = Layout(
    name="an Application Load Balancer's health check log",
    columns=COLUMNS,
    lengths=frozenset({8, 10}),
    begins=_fits,
    fits=_fits,
    ends=(("target_addr", "target_addr_ip", "target_addr_port"),),
    unmeasured=("latency",),
)

parse, prepare = stages(LAYOUT)


def hooks(_log_type: LogType) -> Hooks:
    """Return what a declaration cannot say of this log."""
    return Hooks(parse=parse, prepare=prepare, refine=refine)


def refine(doc: Document, fields: Fields, _raw: RawRecord, _source: Source) -> None:
    """Add what follows from several columns: outcome, duration, and where a function or target group is."""
    event = doc["event"]
    if outcome := _OUTCOMES.get(fields["status"]):
        event["outcome"] = outcome
    duration = nanoseconds(fields["latency"])
    if duration is not None:
        event["duration"] = duration
    for column in ("target_addr_ip", "target_group_id"):
        add_cloud(doc, fields[column])
