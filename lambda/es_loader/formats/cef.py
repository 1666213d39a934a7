"""A line in ArcSight's Common Event Format, also within a syslog message -> its fields.

https://www.microfocus.com/documentation/arcsight/arcsight-smartconnectors/pdfdoc/common-event-format-v25/
"""

import re
from itertools import islice

from es_loader.errors import RecordError
from es_loader.formats import syslog
from es_loader.types import Fields

HEADER = (
    "cef_version",
    "cef_device_vendor",
    "cef_device_product",
    "cef_device_version",
    "cef_device_event_class_id",
    "cef_name",
    "cef_severity",
)
"""The header's fields in order, under the names that they have in AWS's sample."""

MAX_KEYS = 20_000
"""Keys of an extension: a line of nothing but keys would take memory and time that no product's line needs."""

_BEGIN = re.compile(r"(?<![A-Za-z0-9])CEF: ?(?=\d)")
_PART = re.compile(r"([^|\\]*+(?:\\.[^|\\]*+)*+)(?:\||\Z)", re.DOTALL)
_KEY = re.compile(r"(?:\A|(?<=\s))([A-Za-z0-9_][A-Za-z0-9_.\-\[\]]*+)=")
_ESCAPE = re.compile(r"\\([nr\\=|])")
_UNESCAPED = {"n": "\n", "r": "\r"}
_LABEL = "Label"
_BLANKS = re.compile(r"\s+")


def parse(line: str) -> Fields:
    """Return a line's fields, all text.

    Returns:
        The header under the names of `HEADER`; the extension under its keys, and what has a label also under the
        label, unless a key has that name already (blanks in a label become `_`); what stands before the header as
        `syslog_header`, and its parts, if it is a syslog header, in `syslog`.

    Raises:
        RecordError: the line has no header of seven parts.
    """
    begin = _BEGIN.search(line)
    if begin is None:
        raise RecordError("is not in CEF: it has no `CEF:0|`")
    parts, end = _header(line, begin.end())
    if len(parts) < len(HEADER):
        raise RecordError(f"has {len(parts)} fields in its CEF header, which has {len(HEADER)}")
    fields: Fields = dict(zip(HEADER, parts, strict=True))
    fields |= _extension(line[end:])
    prefix = line[: begin.start()].strip()
    if prefix:
        fields |= {"syslog_header": prefix, "syslog": _syslog(prefix)}
    return fields


def _header(line: str, position: int) -> tuple[list[str], int]:
    """Return the header's parts, unescaped, and where the extension begins."""
    parts: list[str] = []
    while len(parts) < len(HEADER) and position < len(line):
        match = _PART.match(line, position)
        if match is None:
            break
        parts.append(_unescape(match[1].strip()))
        position = match.end()
    return parts, position


def _extension(text: str) -> Fields:
    """Split `key=value key=value`, in which values have blanks: a value ends where the next key begins."""
    keys = list(islice(_KEY.finditer(text), MAX_KEYS + 1))
    if len(keys) > MAX_KEYS:
        raise RecordError(f"has more than {MAX_KEYS} keys in its CEF extension")
    ends = [*(key.start() for key in keys[1:]), len(text)]
    fields: Fields = {key[1]: _unescape(text[key.end() : end].strip()) for key, end in zip(keys, ends, strict=False)}
    for name in [name for name in fields if name.endswith(_LABEL)]:
        label, labelled = fields[name], name.removesuffix(_LABEL)
        if label and labelled in fields:
            fields.setdefault(_BLANKS.sub("_", label), fields[labelled])
    return fields


def _unescape(value: str) -> str:
    if "\\" not in value:
        return value
    return _ESCAPE.sub(lambda match: _UNESCAPED.get(match[1], match[1]), value)


def _syslog(prefix: str) -> Fields:
    found = syslog.header(prefix + " ")
    if "time" not in found:
        return {}
    return {name: value for name, value in found.items() if name != "yearless" and value not in (None, "", {})}
