"""Apache's error log, of 2.2 and 2.4: https://httpd.apache.org/docs/current/mod/core.html#errorlogformat."""

import re

from es_loader.declarations import LogType
from es_loader.logtypes import Hooks
from es_loader.logtypes.web_server import modsecurity
from es_loader.logtypes.web_server.access import add_service
from es_loader.normalize.hostport import host_port
from es_loader.types import Document, Fields, RawRecord, Source

_TIME = re.compile(r"\[[A-Z][a-z]{2} ([A-Z][a-z]{2}) ([ \d]\d) (\d\d:\d\d:\d\d(?:\.\d{1,9})?) (\d{4})\] ?")
_LEVEL = re.compile(r"\[(?:([\w.-]{0,64}):)?(emerg|alert|crit|error|warn|notice|info|debug|trace[1-8])\] ?")
_PROCESS = re.compile(r"\[pid (\d{1,18})(?::tid (\d{1,18}))?\] ?")
_PLACE = re.compile(r"([\w./-]{1,256}\.c\(\d{1,9}\)|\(\d{1,9}\)[^:\[\]]{1,256}): ")
_CLIENT = re.compile(r"\[client (\[[^\]]{1,64}\](?: ?:\d{1,5})?|[^\]]{1,300})\] ?")
_CODE = re.compile(r"(AH\d{1,9}): ?")
_MISSING = "File does not exist: "
_REFERER = ", referer: "
_FAILURES = frozenset({"emerg", "alert", "crit", "error", "warn"})
_MONTHS = {
    name: f"{number:02}"
    for number, name in enumerate(
        ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"), 1
    )
}


def hooks(_log_type: LogType) -> Hooks:
    """Return what a declaration cannot say of this log."""
    return Hooks(parse=parse, refine=refine)


def parse(text: str) -> Fields:
    """Take the brackets off one after another; each may be missing, and a text without any is the message."""
    fields: Fields = {}
    place = len(text) - len(text.lstrip())
    if (time := _TIME.match(text, place)) and time[1] in _MONTHS:
        month, day, clock, year = time.groups()
        fields["time"] = f"{year}-{_MONTHS[month]}-{day.replace(' ', '0')}T{clock}"
        place = time.end()
    if level := _LEVEL.match(text, place):
        fields["module"], fields["level"] = level.groups()
        place = level.end()
    if process := _PROCESS.match(text, place):
        fields["pid"], fields["tid"] = process.groups()
        place = process.end()
    place = _client(text, place, fields)
    if code := _CODE.match(text, place):
        fields["code"] = code[1]
        place = code.end()
    fields["message"] = text[place:].rstrip()
    return fields


def _client(text: str, place: int, fields: Fields) -> int:
    """Read where in the source and why (`(errno)text`), and the client; return where the message begins."""
    said = []
    while found := _PLACE.match(text, place):
        said.append(found[1])
        place = found.end()
    if said:
        fields["debug_message"] = ": ".join(said)
    while found := _CLIENT.match(text, place):
        if "client" not in fields:
            fields["client"], fields["client_port"] = host_port(found[1].replace(" :", ":"))
        place = found.end()
    return place


def refine(doc: Document, fields: Fields, _raw: RawRecord, source: Source) -> None:
    """Add category and type, and what the message says of a file, a referrer or a rule of ModSecurity."""
    event, message = doc["event"], fields["message"]
    event["category"] = ["web"]
    if level := fields.get("level"):
        event["type"] = ["error" if level in _FAILURES else "info"]
    said, mark, referrer = message.rpartition(_REFERER)
    if mark and referrer:
        doc.setdefault("http", {}).setdefault("request", {})["referrer"] = referrer
    if message.startswith(_MISSING) and (path := message[len(_MISSING) :].partition(_REFERER)[0]):
        doc["file"] = {"path": path}
    if message.startswith(modsecurity.NAME):
        modsecurity.add(doc, said if mark else message)
    add_service(doc, source)
