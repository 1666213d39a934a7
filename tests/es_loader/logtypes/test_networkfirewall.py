"""AWS Network Firewall logs: any record of them is a document."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from es_loader.pipeline import Loader
from tests.golden import builtin_config, load_bytes

KEY = (
    "AWSLogs/123456789012/network-firewall/alert/eu-west-1/egress-1/2030/01/02/03/"
    "123456789012_network-firewall_alert_eu-west-1_egress-1_203001020305_7c9e1a3b.log.gz"
)
LOADER = Loader(builtin_config())

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
    | st.sampled_from(["alert", "TCP", "192.0.2.1"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)
MEMBERS = (
    "event_type",
    "src_ip",
    "src_port",
    "dest_ip",
    "proto",
    "alert",
    "netflow",
    "http",
    "tls",
    "sni",
    "app_proto",
)


@given(st.dictionaries(st.sampled_from(MEMBERS), JSON))
def test_any_record_gives_a_document(event: dict[str, Any]) -> None:
    record = {"firewall_name": "egress", "event": {**event, "timestamp": "2030-01-02T03:04:05.006481+0000"}}
    documents, report = load_bytes(LOADER, json.dumps(record).encode(), KEY)
    assert (len(documents), report.failures) == (1, 0)
