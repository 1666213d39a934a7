"""One message of a Linux host's syslog, whatever program wrote it: where it begins, its header, its time."""

import re
from collections.abc import Callable
from datetime import tzinfo
from typing import TypeAlias

from es_loader.declarations import LogType
from es_loader.errors import RecordError
from es_loader.formats.syslog import header
from es_loader.logtypes import Refine, linux_auth
from es_loader.normalize.flat import flat
from es_loader.normalize.members import below
from es_loader.normalize.timestamps import epoch_ms, iso_from_epoch_ms, syslog, to_iso
from es_loader.types import Document, Fields, RawRecord, Source

Addition: TypeAlias = Callable[[Document, str, str, Document], None]
"""Takes document, app and text of a message, and the object below the prefix; adds what the message says."""

_START = re.compile(
    r"<\d{1,3}>|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) {1,2}\d{1,2} \d\d:|\d{4}-\d\d-\d\d[T ]\d\d:"
)
_REPEATED = re.compile(r"message repeated (\d{1,9}) times: \[ ?(.*)\]\s*\Z", re.DOTALL)


def starts(line: str) -> bool:
    """Tell a line that begins a message, with a priority or a time; any other goes on with the message before."""
    return _START.match(line) is not None


def parse(text: str) -> Fields:
    """Split the header off; `process` is the program's name without what old PAM adds."""
    fields = header(text)
    app = fields.get("app")
    if app:
        fields["process"] = linux_auth.program_name(app)
    return fields


def repeated(message: str) -> tuple[int | None, str]:
    """Return how often rsyslog says that a message came again, and that message; None if it is a message itself."""
    match = _REPEATED.match(message)
    return (int(match[1]), match[2]) if match else (None, message)


def refiner(log_type: LogType, add: Addition | None = None) -> Refine:
    """Make the refinement of one section: the time, in the section's zone, repetitions, and what `add` finds."""
    zone, prefix = log_type.timestamp_tz, log_type.field_prefix.split(".")

    def refine(doc: Document, fields: Fields, raw: RawRecord, source: Source) -> None:
        doc["@timestamp"] = _time(fields, raw, source, zone)
        if elements := flat(fields.get("structured_data") or {}):
            doc["log"]["syslog"]["structured_data"] = elements
        own: Document = {}
        count, message = repeated(fields["message"])
        if count is not None:
            own["repeated"] = count
        if add is not None:
            add(doc, fields.get("app") or "", message, own)
        if own:
            below(doc, prefix).update(own)

    return refine


def _time(fields: Fields, raw: RawRecord, source: Source, zone: tzinfo) -> str:
    """Return the message's own time, else its carrier's; the carrier's time also tells the year."""
    carried = raw.envelope.timestamp if raw.envelope else None
    if carried is None and (stamp := to_iso(fields.get("carrier_time"))):
        carried = epoch_ms(stamp)
    own = fields.get("time")
    found = None
    if own and fields["yearless"]:
        reference = source.event_ms if carried is None else carried
        found = syslog(own, zone, reference_ms=reference, exact=carried is not None)
    elif own:
        found = to_iso(own, zone)
    if found is None and carried is not None:
        found = iso_from_epoch_ms(carried)
    if found is None:
        raise RecordError("begins with no time of syslog" if own is None else f"has no usable time: {own}")
    return found
