"""What follows from declared fields without being declared, and for which log types."""

import json
from pathlib import Path
from typing import Any

from domain_setup.mappings import fields_of
from es_loader.config import load_config
from es_loader.declarations import Config
from es_loader.normalize.derived import derivations, derived_fields
from es_loader.pipeline import Loader
from tests.golden import ROOT, builtin_config, load_bytes

FLOWS = """
[flows]
s3_key = flows/
file_format = json
index_name = log-flows
source.address = from.ip
source.port = from.port
destination.ip = to.ip
destination.port = to.port
network.transport = protocol
event.start = start
event.end = end
url.domain = site
"""
RECORD = {
    "@timestamp": "2030-01-02T03:04:05Z",
    "from": {"ip": "192.0.2.1", "port": 4711},
    "to": {"ip": "198.51.100.7", "port": 443},
    "protocol": "TCP",
    "start": "2030-01-02T03:04:05.25Z",
    "end": "2030-01-02T03:04:06Z",
    "site": "www.shop.example.com",
}
BOTH_WAYS = {**RECORD, "from": RECORD["to"], "to": RECORD["from"]}


def declared(tmp_path: Path, text: str) -> Config:
    (tmp_path / "user.ini").write_text(text)
    config = load_config(ROOT / "config" / "aws.ini", tmp_path / "user.ini")
    assert not config.problems
    return config


def document(config: Config, **changed: Any) -> dict[str, Any]:
    record = {name: value for name, value in {**RECORD, **changed}.items() if value is not None}
    ((found,), report) = load_bytes(Loader(config), json.dumps(record).encode(), "flows/a.log")
    assert report.failures == 0
    return dict(found["_source"])


def test_family_duration_community_id_and_domains_follow(tmp_path: Path) -> None:
    config = declared(tmp_path, FLOWS)
    found = document(config)
    assert found["network"].pop("community_id").startswith("1:")
    assert found["network"] == {"transport": "tcp", "type": "ipv4"}
    assert found["event"]["duration"] == 750_000_000
    assert found["url"] == {
        "domain": "www.shop.example.com",
        "registered_domain": "example.com",
        "subdomain": "www.shop",
        "top_level_domain": "com",
    }
    both = [document(config, **record)["network"]["community_id"] for record in (RECORD, BOTH_WAYS)]
    assert both[0] == both[1]
    log_type = config.log_types["flows"]
    assert derived_fields(log_type) <= fields_of(log_type).keys()


def test_nothing_follows_from_what_is_not_there(tmp_path: Path) -> None:
    config = declared(tmp_path, FLOWS)
    found = document(config, protocol="ICMP", end="2030-01-02T03:04:05Z", site="192.0.2.1")
    assert "community_id" not in found["network"]
    assert "duration" not in found["event"]
    assert found["url"] == {"domain": "192.0.2.1"}
    bare = document(config, **dict.fromkeys(("from", "to", "protocol", "start", "site")))
    assert {"network", "source", "destination", "url"}.isdisjoint(bare)
    ipv6 = document(config, **{"from": {"ip": "2001:db8::1"}})
    assert ipv6["network"] == {"transport": "tcp", "type": "ipv6"}


def test_what_the_log_says_itself_stays(tmp_path: Path) -> None:
    config = declared(tmp_path, f"{FLOWS}event.duration = took\nnetwork.community_id = flow\n")
    found = document(config, took=5, flow="1:abc=")
    assert (found["event"]["duration"], found["network"]["community_id"]) == (5, "1:abc=")


def test_types_with_code_of_their_own_are_left_alone() -> None:
    for log_type in builtin_config().log_types.values():
        assert bool(derivations(log_type)) <= (not log_type.script_ecs), log_type.name
