"""A log type's time options -> the function that finds a record's event time."""

from collections.abc import Callable

from es_loader.declarations import LogType
from es_loader.documents import at
from es_loader.errors import RecordError
from es_loader.normalize import timestamps
from es_loader.normalize.coerce import ABSENT
from es_loader.normalize.mapping import UNHELD
from es_loader.types import Document, Fields, RawRecord, Source

EventTime = Callable[[Fields, RawRecord, Source, Document], str]
"""Takes a record's fields, the record, its source, and its document, which is told of a time that was passed over."""

_Finder = Callable[[Fields, RawRecord, Source], str | None]

OBJECT_TIME = "object"
"""The place of a time that every record has: when its object was put."""

_ABSENT = (None, *ABSENT)
_WITHOUT_KEY = ("@timestamp", "file_timestamp", "cwl_timestamp", OBJECT_TIME)


def event_time(log_type: LogType) -> EventTime:
    """Return the function that gives a record's time as ISO 8601 UTC.

    It raises RecordError if `timestamp_key` is declared and none of its fields holds a usable time; if only the first
    ones hold none, the document is marked UNHELD, since no field of it has what stood there. A section
    without `timestamp_key` takes `@timestamp`, the time in the key, the carrier's time, the object's time. A line that
    came through FireLens has at least the time when it was written.
    """
    keys = log_type.timestamp_keys
    places = (*keys, *(("cwl_timestamp",) if log_type.via_firelens else ())) if keys else _WITHOUT_KEY
    finders = [_finder(key, log_type) for key in places]
    if len(finders) == 1:
        return _required(finders[0], keys)

    return _first(tuple(zip(places, finders, strict=True)), keys)


def _first(finders: tuple[tuple[str, _Finder], ...], keys: tuple[str, ...]) -> EventTime:
    def first(fields: Fields, raw: RawRecord, source: Source, doc: Document) -> str:
        for key, find in finders:
            found = find(fields, raw, source)
            if found is not None:
                return found
            if at(fields, key) not in _ABSENT:
                doc[UNHELD] = True
        raise _without_time(keys)

    return first


def _required(find: _Finder, keys: tuple[str, ...]) -> EventTime:
    def required(fields: Fields, raw: RawRecord, source: Source, _doc: Document) -> str:
        found = find(fields, raw, source)
        if found is None:
            raise _without_time(keys)
        return found

    return required


def _without_time(keys: tuple[str, ...]) -> RecordError:
    return RecordError(f"has no usable time in {' or '.join(keys)}")


def _finder(key: str, log_type: LogType) -> _Finder:
    if key in {"cwl_timestamp", "cwe_timestamp"}:
        return lambda _fields, raw, _source: (
            timestamps.iso_from_epoch_ms(raw.envelope.timestamp) if raw.envelope and raw.envelope.timestamp else None
        )
    if key == OBJECT_TIME:
        return lambda _fields, _raw, source: source.event_time
    if key == "file_timestamp":
        return _from_key(log_type)
    if "syslog" in log_type.timestamp_formats:
        return _syslog(key, log_type)
    read = timestamps.parser(log_type.timestamp_formats, log_type.timestamp_tz)
    if "." in key:
        return lambda fields, _raw, _source: read(at(fields, key))
    return lambda fields, _raw, _source: read(fields.get(key))


def _from_key(log_type: LogType) -> _Finder:
    """Read the time in the object's key by the named groups year, month, day, hour, minute, second, microsecond."""
    pattern = log_type.file_timestamp_format

    def find(_fields: Fields, _raw: RawRecord, source: Source) -> str | None:
        match = pattern.search(source.key) if pattern else None
        if match is None:
            return None
        part = {name: value or "0" for name, value in match.groupdict().items()}
        date = f"{part.get('year', ''):0>4}-{part.get('month', '1'):0>2}-{part.get('day', '1'):0>2}"
        clock = f"{part.get('hour', '0'):0>2}:{part.get('minute', '0'):0>2}:{part.get('second', '0'):0>2}"
        return timestamps.to_iso(f"{date}T{clock}.{part.get('microsecond', '0'):0<6}", log_type.timestamp_tz)

    return find


def _syslog(key: str, log_type: LogType) -> _Finder:
    """Read the year-less form first, then whatever other formats are declared."""
    others = tuple(name for name in log_type.timestamp_formats if name != "syslog")
    read = timestamps.parser(others, log_type.timestamp_tz)

    def find(fields: Fields, raw: RawRecord, source: Source) -> str | None:
        value = at(fields, key)
        own = raw.envelope.timestamp if raw.envelope else None
        if type(value) is not str:
            return read(value)
        found = timestamps.syslog(
            value, log_type.timestamp_tz, reference_ms=own or source.event_ms, exact=own is not None
        )
        return found or read(value)

    return find
