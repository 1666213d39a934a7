"""Which enrichment a log type gets, and that the index template knows every field of it."""

import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from domain_setup.mappings import GEOIP_FIELDS, USER_AGENT_FIELDS
from es_loader.enrich import enrichers, geoip_directory
from es_loader.enrich.geoip import fragment
from es_loader.enrich.user_agent import describe
from es_loader.pipeline import Loader
from tests.es_loader.enrich.test_geoip import BERN, EXAMPLE_AS, write
from tests.es_loader.enrich.test_user_agent import IPHONE
from tests.golden import builtin_config, cases, load_bytes

CONFIG = builtin_config()


def leaves(part: dict[str, Any], prefix: str = "") -> Iterator[str]:
    for name, value in part.items():
        if type(value) is dict and name != "location":
            yield from leaves(value, f"{prefix}{name}.")
        else:
            yield prefix + name


def enriched(log_type: str, doc: dict[str, Any], directory: Path | None = None) -> dict[str, Any]:
    for enrich in enrichers(CONFIG.log_types[log_type], geoip_directory=directory):
        enrich(doc)
    return doc


@pytest.fixture
def databases(tmp_path: Path) -> Path:
    write(tmp_path / "city.mmdb", {"203.0.113.0/24": BERN})
    write(tmp_path / "asn.mmdb", {"203.0.113.0/24": EXAMPLE_AS})
    return tmp_path


def test_the_index_template_knows_what_geoip_sets() -> None:
    assert sorted(leaves(fragment(BERN | EXAMPLE_AS))) == sorted(GEOIP_FIELDS)


def test_the_index_template_knows_what_user_agents_set() -> None:
    assert sorted(leaves(describe(IPHONE))) == sorted(USER_AGENT_FIELDS)


def test_every_declared_side_gets_its_place(databases: Path) -> None:
    doc = enriched("alb", {"source": {"ip": "203.0.113.7"}, "destination": {"ip": "203.0.113.8"}}, databases)
    assert doc["source"]["geo"]["city_name"] == doc["destination"]["geo"]["city_name"] == "Bern"
    assert "geo" not in enriched("cloudtrail", {"destination": {"ip": "203.0.113.8"}}, databases)["destination"]


def test_a_log_type_without_agents_keeps_them() -> None:
    assert enriched("vpcflowlogs", {"user_agent": {"original": IPHONE}}) == {"user_agent": {"original": IPHONE}}
    assert enriched("alb", {"user_agent": {"original": IPHONE}})["user_agent"]["name"] == "Mobile Safari"


def test_no_directory_means_no_places_and_no_warning(caplog: pytest.LogCaptureFixture) -> None:
    assert enriched("vpcflowlogs", {"source": {"ip": "203.0.113.7"}}) == {"source": {"ip": "203.0.113.7"}}
    assert not caplog.records


def test_a_directory_without_databases_is_named_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    for log_type in CONFIG.log_types.values():
        enrichers(log_type, geoip_directory=tmp_path)
    assert len(caplog.records) == 1


def test_the_directory_comes_from_the_environment() -> None:
    assert geoip_directory({}) == geoip_directory({"GEOIP_DIR": ""}) == Path("/opt/geoip")
    assert geoip_directory({"GEOIP_DIR": "/srv/geoip"}) == Path("/srv/geoip")
    assert geoip_directory(os.environ)


def test_shared_fragments_stay_as_they_are(databases: Path) -> None:
    loader = Loader(CONFIG, enrichers=partial(enrichers, geoip_directory=databases))
    for case in cases():
        first = load_bytes(loader, case.log.read_bytes(), case.key)[0]
        assert load_bytes(loader, case.log.read_bytes(), case.key)[0] == first
