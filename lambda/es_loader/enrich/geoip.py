"""Where an address lies and whose it is, out of MaxMind DB files.

Two shapes of records are read: nested ones of GeoLite2 and GeoIP2 (https://dev.maxmind.com/geoip/docs/databases), and
flat ones of https://github.com/sapics/ip-location-db .
"""

import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from ipaddress import IPv6Address, ip_address
from pathlib import Path
from typing import Any

import maxminddb

from es_loader.normalize.members import object_at
from es_loader.normalize.networks import is_local
from es_loader.types import Document

LOGGER = logging.getLogger("es_loader")

MAX_AGE = timedelta(days=60)
"""Older databases are still used, but what they say of cloud providers' ranges is no longer reliable."""

Locate = Callable[[Document, str], None]
"""Takes a document and the name of the field whose address is to be placed."""

_CACHE_LIMIT = 16_384
_NOTHING: Document = {}


def geoip(directory: Path, *, now: int | None = None) -> Locate | None:
    """Open every `*.mmdb` in a directory and return the function that adds to `doc[field]` its address's place.

    The function sets `geo` and `as` out of `ip`, and lets stand what the log said where no database knows the address.
    Both objects are shared between documents: read, never changed. Of several databases the first that knows wins,
    those of cities before those of countries.

    Args:
        directory: where the databases lie.
        now: epoch milliseconds, to tell old databases; None tells none.

    Returns:
        None, after one warning, if there is no database.
    """
    readers = [reader for path in sorted(directory.glob("*.mmdb"), key=_rank) if (reader := _open(path, now))]
    if not readers:
        LOGGER.warning("no GeoIP database in %s: addresses get no place", directory)
        return None
    finished: dict[str, Document] = {}

    def locate(doc: Document, field: str) -> None:
        part = doc.get(field)
        if type(part) is not dict or type(address := part.get("ip")) is not str:
            return
        found = finished.get(address)
        if found is None:
            if len(finished) >= _CACHE_LIMIT:
                finished.clear()
            found = finished[address] = _look_up(readers, address)
        part.update(found)

    return locate


def built(directory: Path) -> list[int]:
    """Return when each database in a directory that can be opened was built, in epoch seconds."""
    found = []
    for path in directory.glob("*.mmdb"):
        with suppress(OSError, maxminddb.InvalidDatabaseError), maxminddb.open_database(path) as reader:
            found.append(reader.metadata().build_epoch)
    return found


def _rank(path: Path) -> tuple[bool, str]:
    return "city" not in path.name.lower(), path.name


def _open(path: Path, now: int | None) -> maxminddb.Reader | None:
    try:
        reader = maxminddb.open_database(path)
    except (OSError, maxminddb.InvalidDatabaseError) as exc:
        LOGGER.warning("GeoIP database %s is left out: %s", path.name, exc)
        return None
    built = reader.metadata().build_epoch
    if now is not None and now / 1000 - built > MAX_AGE.total_seconds():
        LOGGER.warning("GeoIP database %s is %d days old", path.name, (now / 1000 - built) // 86_400)
    return reader


def _look_up(readers: list[maxminddb.Reader], text: str) -> Document:
    try:
        address = ip_address(text)
    except ValueError:
        return _NOTHING
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    if is_local(address):
        return _NOTHING
    found: Document = {}
    for reader in readers:
        if address.version > reader.metadata().ip_version:
            continue
        try:
            record = reader.get(address)
        except maxminddb.InvalidDatabaseError:  # a damaged file costs its own part only
            continue
        if isinstance(record, dict):
            found = fragment(record) | found
    return found


def fragment(record: dict[str, Any]) -> Document:
    """Return `geo` and `as`, each only if the database's record says something of it."""
    return _present({"geo": _geo(record), "as": _autonomous_system(record)})


def _geo(record: dict[str, Any]) -> Document:
    if "country_code" in record or type(record.get("city")) is str:
        return _flat_geo(record)
    country = object_at(record, "country") or object_at(record, "registered_country")
    continent, region = object_at(record, "continent"), _first(record.get("subdivisions"))
    code = country.get("iso_code")
    return _present(
        {
            "city_name": _english(object_at(record, "city")),
            "continent_code": continent.get("code"),
            "continent_name": _english(continent),
            "country_iso_code": code,
            "country_name": _english(country),
            "location": _point(object_at(record, "location")),
            "region_iso_code": f"{code}-{region['iso_code']}" if code and region.get("iso_code") else None,
            "region_name": _english(region),
        }
    )


def _flat_geo(record: dict[str, Any]) -> Document:
    code = record.get("country_code")
    return _present(
        {
            "city_name": record.get("city"),
            "country_iso_code": code if code != "ZZ" else None,
            "country_name": record.get("country_name"),
            "location": _point(record),
            "region_name": record.get("state1"),
        }
    )


def _autonomous_system(record: dict[str, Any]) -> Document:
    name = record.get("autonomous_system_organization")
    return _present({"number": record.get("autonomous_system_number"), "organization": _present({"name": name})})


def _point(place: dict[str, Any]) -> Document | None:
    """Return the place as a geo_point; the middle of nowhere, 0/0, stands for an unknown one."""
    try:
        lat, lon = float(place["latitude"]), float(place["longitude"])
    except (KeyError, TypeError, ValueError):
        return None
    return {"lat": lat, "lon": lon} if lat or lon else None


def _english(named: dict[str, Any]) -> Any:
    return object_at(named, "names").get("en")


def _first(values: Any) -> dict[str, Any]:
    return values[0] if type(values) is list and values and type(values[0]) is dict else _NOTHING


def _present(values: Document) -> Document:
    return {name: value for name, value in values.items() if value}
