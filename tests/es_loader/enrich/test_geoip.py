"""Places out of tiny databases in both shapes, made here."""

import json
import logging
from pathlib import Path
from typing import Any

import pytest
from mmdb_writer import MMDBWriter
from netaddr import IPSet  # type: ignore[import-untyped]

from es_loader.enrich import databases_built
from es_loader.enrich.geoip import Locate, fragment, geoip
from es_loader.metrics import database_line

BERN = {
    "city": {"names": {"de": "Bern", "en": "Bern"}},
    "continent": {"code": "EU", "names": {"en": "Europe"}},
    "country": {"iso_code": "CH", "names": {"en": "Switzerland"}},
    "location": {"latitude": 46.95, "longitude": 7.45, "time_zone": "Europe/Zurich"},
    "subdivisions": [{"iso_code": "BE", "names": {"en": "Bern"}}],
}
GEO = {
    "city_name": "Bern",
    "continent_code": "EU",
    "continent_name": "Europe",
    "country_iso_code": "CH",
    "country_name": "Switzerland",
    "location": {"lat": 46.95, "lon": 7.45},
    "region_iso_code": "CH-BE",
    "region_name": "Bern",
}
EXAMPLE_AS = {"autonomous_system_number": 64500, "autonomous_system_organization": "Example Net"}


def write(path: Path, records: dict[str, dict[str, Any]], ip_version: int = 6) -> None:
    writer = MMDBWriter(ip_version=ip_version, ipv4_compatible=ip_version == 6, database_type="Test", float_type="f64")
    for network, record in records.items():
        writer.insert_network(IPSet([network]), record)
    writer.to_db_file(str(path))


def located(locate: Locate | None, ip: str, **present: Any) -> dict[str, Any]:
    assert locate
    doc = {"source": {"ip": ip, **present}}
    locate(doc, "source")
    return doc["source"]


@pytest.fixture
def locate(tmp_path: Path) -> Locate | None:
    write(tmp_path / "GeoLite2-City.mmdb", {"203.0.113.0/24": BERN, "2001:db8::/32": BERN, "10.0.0.0/8": BERN})
    write(tmp_path / "GeoLite2-ASN.mmdb", {"203.0.113.0/24": EXAMPLE_AS})
    return geoip(tmp_path)


def test_a_nested_record_gives_place_and_network(locate: Locate) -> None:
    found = {"ip": "203.0.113.7", "geo": GEO, "as": {"number": 64500, "organization": {"name": "Example Net"}}}
    assert located(locate, "203.0.113.7") == found
    assert located(locate, "203.0.113.7") == found


def test_ipv6_and_mapped_addresses(locate: Locate) -> None:
    assert located(locate, "2001:db8::1")["geo"] == GEO
    assert located(locate, "::ffff:203.0.113.7")["geo"] == GEO


@pytest.mark.parametrize("ip", ["10.1.2.3", "127.0.0.1", "169.254.169.254", "fe80::1", "198.51.100.1", "no address"])
def test_an_address_without_a_place_stays_as_it_is(locate: Locate, ip: str) -> None:
    assert located(locate, ip) == {"ip": ip}


def test_the_database_wins_over_the_log(locate: Locate) -> None:
    said = {"country_name": "France", "city_name": "Paris"}
    assert located(locate, "203.0.113.7", geo=dict(said))["geo"] == GEO
    assert located(locate, "198.51.100.1", geo=dict(said))["geo"] == said


def test_a_network_without_a_place_leaves_the_logs_place(tmp_path: Path) -> None:
    write(tmp_path / "asn.mmdb", {"203.0.113.0/24": EXAMPLE_AS})
    found = located(geoip(tmp_path), "203.0.113.7", geo={"country_name": "France"})
    assert found["geo"] == {"country_name": "France"}
    assert found["as"]["number"] == 64500


def test_flat_records(tmp_path: Path) -> None:
    flat = {
        "city": "Bern",
        "country_code": "CH",
        "latitude": 46.95,
        "longitude": 7.45,
        "state1": "Bern",
        "postcode": "",
    }
    write(tmp_path / "dbip-city-ipv4.mmdb", {"203.0.113.0/24": flat}, ip_version=4)
    write(
        tmp_path / "country.mmdb", {"203.0.113.0/24": {"country_code": "FR"}, "198.51.100.0/24": {"country_code": "FR"}}
    )
    locate = geoip(tmp_path)
    location = {"lat": 46.95, "lon": 7.45}
    assert located(locate, "203.0.113.7")["geo"] == {
        "city_name": "Bern", "country_iso_code": "CH", "location": location, "region_name": "Bern",
    }  # fmt: skip
    assert located(locate, "198.51.100.1")["geo"] == {"country_iso_code": "FR"}
    assert "geo" not in located(locate, "2001:db8::1")


@pytest.mark.parametrize(
    "record",
    [
        {},
        {"country_code": "ZZ"},
        {"city": {"names": None}, "country": "CH", "subdivisions": [], "location": {"latitude": "north"}},
        {"location": {"latitude": 0.0, "longitude": 0.0}},
        {"autonomous_system_number": 0, "autonomous_system_organization": ""},
    ],
)
def test_records_that_say_nothing(record: dict[str, Any]) -> None:
    assert fragment(record) == {}


def test_without_a_database_there_is_one_warning(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert geoip(tmp_path / "absent") is None
    assert [record.levelno for record in caplog.records] == [logging.WARNING]


def test_a_broken_database_is_left_out(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    write(tmp_path / "asn.mmdb", {"203.0.113.0/24": EXAMPLE_AS})
    (tmp_path / "city.mmdb").write_bytes(b"no database")
    assert located(geoip(tmp_path), "203.0.113.7")["as"]["number"] == 64500
    assert "city.mmdb is left out" in caplog.text


def test_a_database_that_breaks_off_costs_no_document(tmp_path: Path) -> None:
    path = tmp_path / "city.mmdb"
    write(path, {"203.0.113.0/24": BERN})
    content = path.read_bytes()
    marker = content.index(b"Switzerland")
    path.write_bytes(content[: marker - 1] + b"\xff" * 12 + content[marker + 11 :])
    assert located(geoip(tmp_path), "203.0.113.7") is not None


def test_databases_are_counted_with_their_age(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    write(tmp_path / "asn.mmdb", {"203.0.113.0/24": EXAMPLE_AS})
    (tmp_path / "city.mmdb").write_bytes(b"no database")
    (epoch,) = databases_built(tmp_path)
    line = json.loads(database_line([epoch, epoch + 86_400], now=1000 * (epoch + 5 * 86_400 + 7)))
    assert (line["GeoIPDatabases"], line["GeoIPDatabaseAge"], "LogType" in line) == (2, 5, False)
    assert json.loads(database_line(databases_built(tmp_path / "absent"), now=0))["GeoIPDatabases"] == 0
    assert not caplog.records


def test_an_old_database_is_named(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    write(tmp_path / "asn.mmdb", {"203.0.113.0/24": EXAMPLE_AS})
    assert geoip(tmp_path, now=4_000_000_000_000)
    assert "asn.mmdb is" in caplog.text


@pytest.mark.parametrize("doc", [{}, {"source": "203.0.113.7"}, {"source": {}}, {"source": {"ip": None}}])
def test_a_document_without_an_address_stays_as_it_is(locate: Locate, doc: dict[str, Any]) -> None:
    before = repr(doc)
    locate(doc, "source")
    assert repr(doc) == before
