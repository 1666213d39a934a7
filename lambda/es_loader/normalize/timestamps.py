"""Times as logs write them -> ISO 8601 UTC text with milliseconds or better."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

MAX_LENGTH = 40
"""Characters of a time in ISO 8601 or epoch form; longer texts are not looked at, nor kept in a cache."""

_CACHE_LIMIT = 65_536
_ISO_CACHE: dict[Any, str | None] = {}
_UTC_SECONDS = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\Z")
_FRACTION = re.compile(r"\.(\d+)")
_YEARLESS = re.compile(r"\s*([A-Z][a-z]{2})\s+(\d{1,2})\s+(\d\d):(\d\d):(\d\d)(?:\.(\d+))?\s*\Z")
_MONTHS = {
    name: number
    for number, name in enumerate(
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"], 1
    )
}
_ACCESS_LOG_FORMAT = "%d/%b/%Y:%H:%M:%S %z"
_ACCESS_LOG = re.compile(r"(\d\d)/([A-Z][a-z]{2})/(\d{4}):(\d\d:\d\d:\d\d) ([+-]\d\d:?\d\d|Z)\Z")
_YEARS = range(1970, 2200)
_MAGNITUDES = ((1e17, 10**9), (1e14, 10**6), (1e11, 10**3))
"""Epoch numbers from each bound on are in units of 1/divisor second; smaller ones are seconds."""

TimeParser = Callable[[Any], str | None]


def iso(moment: datetime) -> str:
    """Write an aware moment as UTC, with milliseconds, or microseconds where it has them."""
    utc = moment.astimezone(UTC).replace(tzinfo=None)
    return utc.isoformat(timespec="microseconds" if utc.microsecond % 1000 else "milliseconds") + "Z"


def iso_from_epoch_ms(milliseconds: int) -> str:
    """Write epoch milliseconds as ISO 8601 UTC."""
    return iso(datetime.fromtimestamp(milliseconds / 1000, UTC))


def epoch_ms(text: str) -> int:
    """Read ISO 8601 back into epoch milliseconds."""
    return round(datetime.fromisoformat(text).timestamp() * 1000)


def to_iso(value: Any, zone: tzinfo = UTC) -> str | None:
    """Read ISO 8601 text or an epoch number; None if it is neither or outside 1970-2199."""
    if type(value) is str and len(value) > MAX_LENGTH:
        return None
    if zone is UTC and type(value) in {str, int}:
        try:
            return _ISO_CACHE[value]
        except KeyError:
            if len(_ISO_CACHE) >= _CACHE_LIMIT:
                _ISO_CACHE.clear()
            found = _ISO_CACHE[value] = _read(value, zone)
            return found
    return _read(value, zone)


def _read(value: Any, zone: tzinfo) -> str | None:
    return _from_text(value, zone) if type(value) is str else from_epoch(value)


def _from_text(text: str, zone: tzinfo) -> str | None:
    if text.isdecimal() and len(text) != len("YYYYMMDD"):  # fromisoformat would take digits for a compact date
        return from_epoch(text)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return from_epoch(text)
    return _plausible(moment if moment.tzinfo else moment.replace(tzinfo=zone))


def _plausible(moment: datetime) -> str | None:
    try:
        return iso(moment) if moment.year in _YEARS else None
    except OverflowError:
        return None


def from_epoch(value: Any) -> str | None:
    """Read epoch seconds (also with a fraction), ms, µs or ns, told by their magnitude."""
    if isinstance(value, bool):
        return None
    try:
        number = int(value) if isinstance(value, int) or str(value).isdecimal() else float(value)
    except (TypeError, ValueError):
        return None
    divisor = next((unit for bound, unit in _MAGNITUDES if number >= bound), 1)
    try:
        if isinstance(number, int):
            seconds, rest = divmod(number, divisor)
            moment = datetime.fromtimestamp(seconds, UTC) + timedelta(microseconds=rest * 10**6 // divisor)
        else:
            moment = datetime.fromtimestamp(0, UTC) + timedelta(microseconds=round(number * 10**6 / divisor))
    except (ValueError, OverflowError, OSError):
        return None
    return _plausible(moment) if number >= 0 else None


def _strptime(pattern: str, zone: tzinfo) -> TimeParser:
    """Make a reader for one strptime pattern; a fraction longer than microseconds is cut for %f."""
    precise = "%f" in pattern

    def read(value: Any) -> str | None:
        if not isinstance(value, str):
            return None
        text = _FRACTION.sub(lambda match: "." + match[1][:6], value, count=1) if precise else value
        try:
            moment = datetime.strptime(text, pattern)  # noqa: DTZ007 - the zone is added in the next line
        except ValueError:
            return None
        return _plausible(moment if moment.tzinfo else moment.replace(tzinfo=zone))

    return read


def parser(formats: tuple[str, ...], zone: tzinfo) -> TimeParser:
    """Make the reader for a log type's time formats, tried in order.

    Args:
        formats: `iso8601`, `epoch` or strptime patterns (`syslog` is read with a reference time, see syslog_year).
        zone: the zone of times that name none.
    """
    readers = [_READERS[name](zone) if name in _READERS else _strptime(name, zone) for name in formats]
    if len(readers) == 1:
        return readers[0]

    def read(value: Any) -> str | None:
        return next((found for reader in readers if (found := reader(value)) is not None), None)

    return read


def _access_log(zone: tzinfo) -> TimeParser:
    """Make the reader for times as web servers log them: strptime's answers, without strptime for the usual form."""
    slow = _strptime(_ACCESS_LOG_FORMAT, zone)

    def read(value: Any) -> str | None:
        match = _ACCESS_LOG.match(value) if type(value) is str else None
        month = _MONTHS.get(match[2]) if match else None
        if match is None or month is None:
            return slow(value)
        day, _, year, clock, offset = match.groups()
        return to_iso(f"{year}-{month:02}-{day}T{clock}{offset}")

    return read


_READERS: dict[str, Callable[[tzinfo], TimeParser]] = {
    _ACCESS_LOG_FORMAT: _access_log,
    "iso8601": lambda zone: to_iso if zone is UTC else lambda value: to_iso(value, zone),
    "epoch": lambda _zone: to_iso,
}


def syslog(text: str, zone: tzinfo, *, reference_ms: int, exact: bool) -> str | None:
    """Read `Mmm dd hh:mm:ss[.frac]`, whose year is not written.

    Args:
        text: the time, as in RFC 3164.
        zone: its zone.
        reference_ms: a time near it, epoch milliseconds.
        exact: the reference belongs to this record, so the nearest year wins; otherwise the latest year
            that is not more than a day after the reference.
    """
    match = _YEARLESS.match(text)
    month = _MONTHS.get(match[1]) if match else None
    if match is None or month is None:
        return None
    reference = datetime.fromtimestamp(reference_ms / 1000, UTC)
    day, hour, minute, second = map(int, match.group(2, 3, 4, 5))
    fraction = int(f"{match[6] or '0':0<6.6}")
    candidates = []
    for year in (reference.year - 1, reference.year, reference.year + 1):
        try:
            candidates.append(datetime(year, month, day, hour, minute, second, fraction, zone))
        except ValueError:  # no such day in that year
            continue
    if not candidates:
        return None
    if exact:
        return iso(min(candidates, key=lambda moment: abs(moment - reference)))
    past = [moment for moment in candidates if moment <= reference + timedelta(days=1)]
    return iso(max(past)) if past else iso(min(candidates))
