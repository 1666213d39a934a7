"""A syslog message -> its header and text: RFC 5424, RFC 3164 and what rsyslog makes of it.

RFC 5424 https://www.rfc-editor.org/rfc/rfc5424, RFC 3164 https://www.rfc-editor.org/rfc/rfc3164.
"""

import re

from es_loader.types import Fields

FACILITIES = (
    *("kernel", "user-level", "mail", "system", "security/authorization", "syslogd", "line-printer", "news", "uucp"),
    *("clock", "security/authorization", "ftp", "ntp", "log-audit", "log-alert", "clock"),
    *("local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7"),
)
SEVERITIES = ("Emergency", "Alert", "Critical", "Error", "Warning", "Notice", "Informational", "Debug")

_PRIORITIES = range(len(FACILITIES) * len(SEVERITIES))
_PRI = re.compile(r"<(\d{1,3})>")
_NEW_HEADER = re.compile(r"([1-9]\d{0,2}) (\S+) (\S+) (\S+) (\S+) (\S+) (?=-|\[)")
_ELEMENT = re.compile(r'\[([^ =\]"]+)((?: +[^ =\]"]+="(?:[^"\\\]]|\\.)*+")*+) *\]', re.DOTALL)
_PARAMETER = re.compile(r'([^ =\]"]+)="((?:[^"\\\]]|\\.)*+)"', re.DOTALL)
_ESCAPE = re.compile(r'\\(["\\\]])')
_TIME = re.compile(
    r"""
    (?P<yearless>[A-Z][a-z]{2}\ {1,2}\d{1,2}\ \d\d:\d\d:\d\d(?:\.\d{1,9})?)       # RFC 3164
    |(?P<iso>\d{4}-\d\d-\d\d[T\ ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?)  # rsyslog, high precision
    """,
    re.VERBOSE,
)
_EXPORT_STAMP = re.compile(
    r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) (?=<\d|[A-Z][a-z]{2} {1,2}\d{1,2} \d\d:|\d{4}-\d\d-\d\d[T ]\d\d:)"
)
_APP_AT_ONCE = re.compile(r"[^\s:\[]+(?:\[\d+\])?:(?:\s|\Z)")
_HOST = re.compile(r"(?!-+ )([^\s:\[]+)(?: |\Z)")
_APP = re.compile(r"(?!(?:last )?message repeated )(.{1,128}?)(?:\[(\d{1,10})\])?:(?: +|\s|\Z)")


def header(text: str) -> Fields:
    """Split a message into the parts of its header that it has, and `message`.

    Returns:
        `message` always; `time` as logged with `yearless` (whether it is in RFC 3164's form), `host`, `app`, `pid`;
        from a priority `priority facility_code facility_name severity_code severity_name level`; from RFC 5424
        also `version procid msgid structured_data appname`. `carrier_time` is the stamp that an export of
        CloudWatch Logs puts before a message. A text in no known form is all `message`.
    """
    stamp = _EXPORT_STAMP.match(text)
    if stamp is None:
        return _message(text)
    found = _message(text[stamp.end() :])
    return found | {"carrier_time": stamp[1]} if "time" in found else _message(text)


def _message(text: str) -> Fields:
    pri = _PRI.match(text)
    if pri is None:
        return _old(text) or {"message": text}
    priority = int(pri[1])
    if priority not in _PRIORITIES:
        return {"message": text}
    rest = text[pri.end() :]
    found = _new(rest) or _old(rest)
    return found | _levels(priority) if found else {"message": text}


def _levels(priority: int) -> Fields:
    facility, severity = divmod(priority, len(SEVERITIES))
    return {
        "priority": priority,
        "facility_code": facility,
        "facility_name": FACILITIES[facility],
        "severity_code": severity,
        "severity_name": SEVERITIES[severity],
        "level": SEVERITIES[severity].lower(),
    }


def _new(text: str) -> Fields | None:
    """Read RFC 5424 after its priority; `-` stands for what is missing."""
    match = _NEW_HEADER.match(text)
    if match is None:
        return None
    version, time, host, app, procid, msgid = (None if part == "-" else part for part in match.groups())
    elements, end = _structured_data(text, match.end())
    return {
        "version": version,
        "time": time,
        "yearless": False,
        "host": host,
        "app": app,
        "appname": app,
        "procid": procid,
        "pid": int(procid) if procid and procid.isdecimal() and len(procid) <= 10 else None,  # noqa: PLR2004 - as _APP
        "msgid": msgid,
        "structured_data": elements,
        "message": text[end:].lstrip(" ").removeprefix("\ufeff"),
    }


def _structured_data(text: str, start: int) -> tuple[Fields, int]:
    """Return the elements from a position on, id -> parameters, and where they end."""
    if text.startswith("-", start):
        return {}, start + 1
    elements: Fields = {}
    while match := _ELEMENT.match(text, start):
        elements[match[1]] = {name: _ESCAPE.sub(r"\1", value) for name, value in _PARAMETER.findall(match[2])}
        start = match.end()
    return elements, start


def _old(text: str) -> Fields | None:
    """Read a message that begins with its time."""
    time = _TIME.match(text)
    rest = text[time.end() :] if time else ""
    if time is None or rest[:1] not in {" ", ""}:
        return None
    found: Fields = {"time": time[0], "yearless": time["iso"] is None}
    body = rest[1:]
    if body.startswith(" "):
        body = body.lstrip(" ")
    elif _APP_AT_ONCE.match(body) is None and (host := _HOST.match(body)):
        found["host"] = host[1]
        body = body[host.end() :]
    if app := _APP.match(body):
        found |= {"app": app[1], "pid": int(app[2]) if app[2] else None}
        body = body[app.end() :]
    found["message"] = body
    return found
