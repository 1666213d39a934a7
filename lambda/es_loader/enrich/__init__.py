"""What is added to a document from outside the log: whose an address is, where it lies, what a user agent is."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from pathlib import Path

from es_loader.declarations import LogType
from es_loader.enrich.client_ip import client_ip
from es_loader.enrich.user_agent import enrich_user_agent
from es_loader.types import Document


def enrichers(
    log_type: LogType, *, geoip_directory: Path | None = None, now: int | None = None
) -> tuple[Callable[[Document], None], ...]:
    """Return the functions that a log type's declaration asks for, each changing a document in place.

    Args:
        log_type: the declaration; its `clientip_xff`, `geoip` and `user_agent_enrichment_field` name the fields.
        geoip_directory: where the GeoIP databases lie; None adds no places.
        now: epoch milliseconds, to tell old databases.
    """
    return tuple(_enrichers(log_type, geoip_directory, now))


def geoip_directory(environment: Mapping[str, str]) -> Path:
    """Return the directory that `GEOIP_DIR` names; else the one into which a Lambda layer brings databases."""
    return Path(environment.get("GEOIP_DIR") or "/opt/geoip")


def databases_built(directory: Path) -> list[int]:
    """Return when each GeoIP database in a directory was built, in epoch seconds."""
    from es_loader.enrich.geoip import built  # noqa: PLC0415 - slow to import

    return built(directory)


def _enrichers(log_type: LogType, directory: Path | None, now: int | None) -> Iterator[Callable[[Document], None]]:
    if log_type.clientip_xff:
        field, header = log_type.clientip_xff
        yield partial(client_ip, field=field, header=header)
    if log_type.user_agent_enrichment_field:
        yield partial(enrich_user_agent, field=log_type.user_agent_enrichment_field)
    if directory is not None and log_type.geoip and (locate := _locate(directory, now)) is not None:
        yield from (partial(locate, field=field) for field in log_type.geoip)


@cache
def _locate(directory: Path, now: int | None) -> Callable[..., None] | None:
    """Open a directory's databases once for all log types."""
    from es_loader.enrich.geoip import geoip  # noqa: PLC0415 - slow to import, and only databases need it

    return geoip(directory, now=now)
