"""Lines of every kind of load balancer log, column by column, and the documents that they give."""

from typing import Any

from es_loader.pipeline import Loader
from tests.golden import builtin_config, load_bytes

FOLDER = "AWSLogs/111122223333/elasticloadbalancing/eu-west-1/2030/01/02/"
NAME = "111122223333_elasticloadbalancing_eu-west-1_{}_20300102T0255Z_{}"
APP = NAME.format("app.web.0123456789abcdef", "192.0.2.10_4n2kq8zt.log.gz")
KEYS = {
    "alb": FOLDER + APP,
    "alb-connection": f"{FOLDER}conn_log_{APP}",
    "alb-healthcheck": f"{FOLDER}health_check_log_{APP}",
    "clb": FOLDER + NAME.format("web", "192.0.2.10_4n2kq8zt.log"),
    "nlb": FOLDER + NAME.format("net.web.0123456789abcdef", "1a2b3c4d.log.gz"),
}
VALUES: dict[str, dict[str, str]] = {
    "nlb": {
        "type": "tls",
        "version": "2.0",
        "time": "2030-01-02T02:51:07",
        "elb": "net/web/0123456789abcdef",
        "listener": "fedcba9876543210",
        "client:port": "198.51.100.7:50123",
        "destination:port": "192.0.2.20:8443",
        "connection_time": "5007",
        "tls_handshake_time": "12",
        "received_bytes": "1830",
        "sent_bytes": "24110",
        "incoming_tls_alert": "-",
        "chosen_cert_arn": "arn:aws:acm:eu-west-2:123456789012:certificate/0a1b2c3d",
        "chosen_cert_serial": "-",
        "tls_cipher": "ECDHE-RSA-AES128-GCM-SHA256",
        "tls_protocol_version": "tlsv12",
        "tls_keyexchange": "X25519MLKEM768",
        "domain_name": "partner.example.com",
        "alpn_fe_protocol": "h2",
        "alpn_be_protocol": "http/1.1",
        "alpn_client_preference_list": '"h2","http/1.1"',
        "tls_connection_creation_time": "2030-01-02T02:51:02",
    },
    "clb": {
        "time": "2030-01-02T02:51:07.316482Z",
        "elb": "web",
        "client:port": "198.51.100.7:50123",
        "backend:port": "192.0.2.20:80",
        "request_processing_time": "0.000073",
        "backend_processing_time": "0.001048",
        "response_processing_time": "0.000057",
        "elb_status_code": "200",
        "backend_status_code": "200",
        "received_bytes": "7",
        "sent_bytes": "2914",
        "request": '"GET https://www.example.com:443/a?b=1 HTTP/1.1"',
        "user_agent": '"Mozilla/5.0 (X11; Linux x86_64)"',
        "ssl_cipher": "ECDHE-RSA-AES128-GCM-SHA256",
        "ssl_protocol": "TLSv1.2",
    },
    "alb-connection": {
        "timestamp": "2030-01-02T02:51:07.316482Z",
        "client_ip": "198.51.100.7",
        "client_port": "50123",
        "listener_port": "443",
        "tls_protocol": "TLSv1.2",
        "tls_cipher": "ECDHE-RSA-AES128-GCM-SHA256",
        "tls_handshake_latency": "4.036",
        "leaf_client_cert_subject": '"CN=till-7.example.com,O=Example"',
        "leaf_client_cert_validity": "NotBefore=2029-06-01T00:00:00Z;NotAfter=2031-06-01T00:00:00Z",
        "leaf_client_cert_serial_number": "0A1B2C3D4E5F6071",
        "tls_verify_status": "Success",
        "conn_trace_id": "TID_0123456789abcdef0123456789abcdef",
        "tls_keyexchange": "X25519MLKEM768",
        "elb": "app/web/0123456789abcdef",
        "ip_address": "192.0.2.10",
    },
    "alb-healthcheck": {
        "type": "http",
        "time": "2030-01-02T02:51:07.316482Z",
        "latency": "0.019584",
        "target_addr": "192.0.2.20:8080",
        "target_group_id": "web",
        "status": "PASS",
        "status_code": "200",
        "reason_code": "-",
        "elb": "app/web/0123456789abcdef",
        "ip_address": "192.0.2.10",
    },
}
LOADER = Loader(builtin_config())


def line(kind: str, count: int = 99, /, **changed: str) -> str:
    """Return a line of so many columns; a column with a colon is named with an underscore here."""
    values = {name: changed.get(name.replace(":", "_"), text) for name, text in VALUES[kind].items()}
    return " ".join(list(values.values())[:count])


def document(kind: str, text: str) -> dict[str, Any]:
    """Return the one document of an object that holds this text."""
    (item,), _ = load_bytes(LOADER, text.encode(), KEYS[kind])
    found: dict[str, Any] = item["_source"]
    return found


def at(doc: dict[str, Any], path: str) -> Any:
    """Return the value at a dotted path; None if there is none."""
    value: Any = doc
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value
