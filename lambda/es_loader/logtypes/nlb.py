"""Network Load Balancer access logs, of TLS listeners: https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-access-logs.html."""

from urllib.parse import unquote

from es_loader.declarations import LogType
from es_loader.logtypes import Hooks
from es_loader.logtypes.load_balancers.fields import present, stages
from es_loader.logtypes.load_balancers.layouts import Layout, is_count, is_time
from es_loader.logtypes.load_balancers.refinement import add_protocol, add_session, relate_hosts
from es_loader.normalize.arns import add_cloud
from es_loader.normalize.connections import mirror_client
from es_loader.normalize.durations import NS_OF_MILLISECOND, nanoseconds
from es_loader.types import Document, Fields, RawRecord, Source

COLUMNS = (
    *("type", "version", "time", "elb", "listener", "client", "destination"),
    *("connection_time", "tls_handshake_time", "received_bytes", "sent_bytes", "incoming_tls_alert"),
    *("chosen_cert_arn", "chosen_cert_serial", "tls_cipher", "tls_protocol_version", "tls_keyexchange", "domain_name"),
    *("alpn_fe_protocol", "alpn_be_protocol", "alpn_client_preference_list", "tls_connection_creation_time"),
)
"""Columns in order; lines of version 1.0 may end with `domain_name`."""

_WEB = frozenset({"h2", "http/1.0", "http/1.1"})
_NUMBERS = tuple(map(COLUMNS.index, ("connection_time", "tls_handshake_time", "received_bytes", "sent_bytes")))


def _begins(words: list[str]) -> bool:
    return is_time(words[2]) and words[1][:1].isdecimal()


def _fits(words: list[str]) -> bool:
    return _begins(words) and all(is_count(words[number]) for number in _NUMBERS)


LAYOUT = Layout(
    name="a Network Load Balancer's access log",
    columns=COLUMNS,
    lengths=frozenset({18, 21, 22}),
    begins=_begins,
    fits=_fits,
    ends=(
        ("client", "client_ip", "client_port"),
        ("destination", "destination_ip", "destination_port"),
    ),
    unmeasured=("connection_time", "tls_handshake_time", "received_bytes", "sent_bytes"),
    lists=(("alpn_client_preference_list", ","),),
)


def _finish(fields: Fields) -> None:
    """Decode the name that the client asked for, and take the quotes off its protocols."""
    fields["domain_name"] = unquote(fields["domain_name"])
    if preferred := fields["alpn_client_preference_list"]:
        fields["alpn_client_preference_list"] = [name.strip('\\" ') for name in preferred]


parse, prepare = stages(LAYOUT, _finish)


def hooks(_log_type: LogType) -> Hooks:
    """Return what a declaration cannot say of this log."""
    return Hooks(parse=parse, prepare=prepare, refine=refine)


def refine(doc: Document, fields: Fields, _raw: RawRecord, _source: Source) -> None:
    """Add what follows from several columns: outcome, duration, TLS, the client, the application's protocol."""
    mirror_client(doc)
    add_protocol(doc, "tcp")
    add_session(doc, fields["tls_cipher"], fields["tls_protocol_version"])
    event = doc["event"]
    event["outcome"] = "success" if present(fields, "tls_cipher") else "failure"
    duration = nanoseconds(fields["connection_time"], NS_OF_MILLISECOND)
    if duration is not None:
        event["duration"] = duration
    if fields.get("alpn_fe_protocol") in _WEB or fields.get("alpn_be_protocol") in _WEB:
        doc["network"]["protocol"] = "http"
    add_cloud(doc, fields["chosen_cert_arn"])
    relate_hosts(doc, fields)
