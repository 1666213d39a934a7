"""Application Load Balancer access logs: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-access-logs.html."""

from es_loader.declarations import LogType
from es_loader.logtypes import Hooks
from es_loader.logtypes.load_balancers.fields import stages
from es_loader.logtypes.load_balancers.layouts import FreeText, Layout, is_count, is_time
from es_loader.logtypes.load_balancers.refinement import (
    add_protocol,
    add_request,
    add_session,
    relate_ends,
    relate_hosts,
)
from es_loader.normalize.arns import add_cloud
from es_loader.normalize.connections import mirror_client
from es_loader.normalize.durations import between
from es_loader.normalize.hostport import host_port
from es_loader.types import Document, Fields, RawRecord, Source

COLUMNS = (
    *("type", "time", "elb", "client", "target"),
    *("request_processing_time", "target_processing_time", "response_processing_time"),
    *("elb_status_code", "target_status_code", "received_bytes", "sent_bytes", "request", "user_agent"),
    *("ssl_cipher", "ssl_protocol", "target_group_arn", "trace_id", "domain_name", "chosen_cert_arn"),
    *("matched_rule_priority", "request_creation_time", "actions_executed", "redirect_url", "error_reason"),
    *("target_port_list", "target_status_code_list", "classification", "classification_reason"),
    "conn_trace_id",
    *("transformed_host", "transformed_uri", "request_transform_status"),
    *("ip_address", "target_error_code", "elb_error_code"),
)
"""Columns in order; every line since 2018 ends with `error_reason` or later."""

_SHORTEST = COLUMNS.index("error_reason") + 1
_CREATED = COLUMNS.index("request_creation_time")
_SENT = COLUMNS.index("sent_bytes")


def _begins(words: list[str]) -> bool:
    return is_time(words[1])


def _fits(words: list[str]) -> bool:
    """Tell whether times and counts stand in their columns, and no second tail behind the first."""
    return (
        is_time(words[1])
        and is_time(words[_CREATED])
        and is_count(words[_SENT])
        and not any(is_time(word) for word in words[_SHORTEST:])
    )


LAYOUT = Layout(
    name="an Application Load Balancer's access log",
    columns=COLUMNS,
    lengths=frozenset({_SHORTEST, 29, 30, 33, 34, 35, 36}),
    begins=_begins,
    fits=_fits,
    free=FreeText(
        head=COLUMNS.index("request"),
        request=True,
        tail=r"[\w()-]+ (?:-|(?i:tls|ssl)v?[\d.]+) \"?(?:-|arn:[^ \"]*)\"? ",
    ),
    ends=(
        ("client", "client_ip", "client_port"),
        ("target", "target_ip", "target_port"),
    ),
    unmeasured=(
        *("request_processing_time", "target_processing_time", "response_processing_time"),
        *("received_bytes", "sent_bytes"),
    ),
    lists=(("actions_executed", ","), ("target_port_list", " "), ("target_status_code_list", " ")),
)

parse, prepare = stages(LAYOUT)


def hooks(_log_type: LogType) -> Hooks:
    """Return what a declaration cannot say of this log."""
    return Hooks(parse=parse, prepare=prepare, refine=refine)


def refine(doc: Document, fields: Fields, _raw: RawRecord, _source: Source) -> None:
    """Add what follows from several columns: URL, outcome, duration, TLS, the client, and every target's address."""
    mirror_client(doc)
    add_protocol(doc, "http")
    add_request(doc, fields)
    add_session(doc, fields["ssl_cipher"], fields["ssl_protocol"])
    duration = between(fields["request_creation_time"], fields["time"])
    if duration is not None:
        doc["event"]["duration"] = duration
    for column in ("target_group_arn", "chosen_cert_arn"):
        add_cloud(doc, fields[column])
    targets = fields["target_port_list"]
    if targets and (len(targets) > 1 or fields["target_ip"] is None):
        relate_ends(doc, [host_port(target)[0] for target in targets])
    relate_hosts(doc, fields)
