"""Connection logs of Application Load Balancers: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-connection-logs.html."""

import re

from es_loader.declarations import LogType
from es_loader.logtypes import Hooks
from es_loader.logtypes.load_balancers.fields import present, stages
from es_loader.logtypes.load_balancers.layouts import FreeText, Layout, is_seconds, is_time
from es_loader.logtypes.load_balancers.refinement import add_session
from es_loader.normalize.arns import add_cloud
from es_loader.normalize.connections import mirror_client
from es_loader.normalize.durations import nanoseconds
from es_loader.types import Document, Fields, RawRecord, Source

COLUMNS = (
    *("time", "client_ip", "client_port", "listener_port", "tls_protocol", "tls_cipher", "tls_handshake_latency"),
    *("leaf_client_cert_subject", "leaf_client_cert_validity", "leaf_client_cert_serial_number", "tls_verify_status"),
    *("conn_trace_id", "tls_keyexchange", "elb", "ip_address"),
)
"""Columns in order; the first lines of this log ended with `tls_verify_status`."""

_LATENCY = COLUMNS.index("tls_handshake_latency")
_VALIDITY = re.compile(r"NotBefore=([^;]*);NotAfter=([^;]*)\Z")
_COMMON_NAME = re.compile(r"""(?:\A|[,+])\s*+CN=("(?:\\.|[^\\"])*+"|(?:\\.|[^\\,+])*+)""")
_BACKSLASH = re.compile(r"\\(.)")
_FAILED = "Failed:"
_CERTIFICATE = "ClientCert"
"""How the reasons begin for which a client's certificate is refused."""


def _begins(words: list[str]) -> bool:
    return is_time(words[0]) and (words[2].isdecimal() or words[2] == "-")


def _fits(words: list[str]) -> bool:
    return _begins(words) and is_seconds(words[_LATENCY]) and (words[8] == "-" or words[8].startswith("NotBefore="))


LAYOUT = Layout(
    name="an Application Load Balancer's connection log",
    columns=COLUMNS,
    lengths=frozenset({11, 12, 15}),
    begins=_begins,
    fits=_fits,
    free=FreeText(
        head=COLUMNS.index("leaf_client_cert_subject"),
        request=False,
        tail=r'"?(?:NotBefore=[^ "]*|-)"? [^ "]+ [^ "]+(?: |\Z)',
    ),
    unmeasured=("tls_handshake_latency",),
)


def _finish(fields: Fields) -> None:
    """Add the parts of the client certificate's columns under names of their own."""
    if validity := _VALIDITY.match(fields["leaf_client_cert_validity"]):
        fields["not_before"], fields["not_after"] = validity.groups()
    if subject := present(fields, "leaf_client_cert_subject"):
        fields["common_name"] = [_BACKSLASH.sub(r"\1", name.strip('"')) for name in _COMMON_NAME.findall(subject)]
    fields["serial_number"] = fields["leaf_client_cert_serial_number"].replace(":", "").upper()


parse, prepare = stages(LAYOUT, _finish)


def hooks(_log_type: LogType) -> Hooks:
    """Return what a declaration cannot say of this log."""
    return Hooks(parse=parse, prepare=prepare, refine=refine)


def refine(doc: Document, fields: Fields, _raw: RawRecord, _source: Source) -> None:
    """Add what follows from several columns: the outcome and its reason, duration, TLS, the client."""
    mirror_client(doc)
    add_session(doc, fields["tls_cipher"], fields["tls_protocol"])
    _outcome(doc, fields)
    duration = nanoseconds(fields["tls_handshake_latency"])
    if duration is not None:
        doc["event"]["duration"] = duration
    add_cloud(doc, fields.get("elb"))


def _outcome(doc: Document, fields: Fields) -> None:
    event, status = doc["event"], present(fields, "tls_verify_status")
    event["type"] = ["connection"]
    if status is None:
        event["outcome"] = "success" if present(fields, "tls_cipher") else "failure"
    elif status.startswith(_FAILED):
        event["outcome"] = "failure"
        if reason := status.removeprefix(_FAILED):
            event["reason"] = reason
        if reason.startswith(_CERTIFICATE):
            event["type"] = ["connection", "denied"]
    elif status == "Success":
        event["outcome"] = "success"
