"""Which objects are AWS Network Firewall logs, by key alone; and that any record of them is a document or a failure."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from es_loader.classify import classify, matches, place, skip_reason
from es_loader.declarations import Config
from es_loader.pipeline import Loader
from tests.golden import builtin_config, load_bytes

NAMES = {
    kind: f"network-firewall/{kind}/eu-west-1/egress-1/2030/01/02/03/"
    f"123456789012_network-firewall_{kind}_eu-west-1_egress-1_203001020305_7c9e1a3b.log.gz"
    for kind in ("alert", "flow", "tls")
}
TRAIL = "CloudTrail/eu-west-1/2030/01/02/123456789012_CloudTrail_eu-west-1_20300102T0305Z_Ab12Cd34Ef56Gh78.json.gz"
FLOW_LOG = (
    "AWSLogs/123456789012/vpcflowlogs/eu-west-1/2030/01/02/"
    "123456789012_vpcflowlogs_eu-west-1_fl-0123456789abcdef0_20300102T0305Z_1a2b3c4d.log.gz"
)
PREFIXES = (
    "AWSLogs/123456789012/",
    "any/prefix/AWSLogs/123456789012/",
    "AWSLogs/o-a1b2c3d4e5/123456789012/",
    "o-a1b2c3d4e5/AWSLogs/123456789012/",
    "o-a1b2c3d4e5/AWSLogs/o-a1b2c3d4e5/123456789012/",
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


@pytest.fixture(scope="module")
def config() -> Config:
    return builtin_config()


def section(config: Config, key: str) -> str | None:
    takers = [match.log_type.name for match in matches(config, key) if not match.ignored]
    assert len(takers) < 2, takers
    log_type = None if skip_reason(key) else classify(config, key)
    return log_type.name if log_type else None


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize("kind", NAMES)
def test_they_are_known_in_every_layout(config: Config, prefix: str, kind: str) -> None:
    key = prefix + NAMES[kind]
    assert section(config, key) == "networkfirewall"
    assert place(key)[:2] == ("123456789012", "eu-west-1")


@pytest.mark.parametrize(
    "key",
    [
        "AWSLogs/123456789012/network-firewall/",
        "AWSLogs/123456789012/network-firewall/alert/eu-west-1/egress-1/2030/01/02/03/other.log.gz",
        FLOW_LOG,
        f"network-firewall/AWSLogs/123456789012/{TRAIL}",
    ],
)
def test_their_neighbours(config: Config, key: str) -> None:
    assert section(config, key) != "networkfirewall"


@given(st.dictionaries(st.sampled_from(MEMBERS), JSON))
def test_any_record_gives_a_document(event: dict[str, Any]) -> None:
    record = {"firewall_name": "egress", "event": {**event, "timestamp": "2030-01-02T03:04:05.006481+0000"}}
    documents, report = load_bytes(LOADER, json.dumps(record).encode(), PREFIXES[0] + NAMES["alert"])
    assert (len(documents), report.failures) == (1, 0)
