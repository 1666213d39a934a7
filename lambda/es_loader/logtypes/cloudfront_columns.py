"""The columns of CloudFront's logs: every name in one spelling, the orders without a header, and what fits a column.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logs-reference.html
https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/understand-real-time-logs.html
"""

import re
from collections.abc import Mapping

from es_loader.errors import RecordError
from es_loader.formats.csv import Columns, Header, named
from es_loader.normalize.coerce import ABSENT, to_ip
from es_loader.types import Fields

_STANDARD = """date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer)
    cs(User-Agent) cs-uri-query cs(Cookie) x-edge-result-type x-edge-request-id x-host-header cs-protocol cs-bytes
    time-taken x-forwarded-for ssl-protocol ssl-cipher x-edge-response-result-type cs-protocol-version fle-status
    fle-encrypted-fields c-port time-to-first-byte x-edge-detailed-result-type sc-content-type sc-content-len
    sc-range-start sc-range-end distribution-tenant-id connection-id"""
_CHOSEN = """timestamp(ms) origin-fbl origin-lbl asn c-country cache-behavior-path-pattern distributionid
    viewer-request-log-data viewer-response-log-data"""
_REAL_TIME = """timestamp c-ip s-ip time-to-first-byte sc-status sc-bytes cs-method cs-protocol cs-host cs-uri-stem
    cs-bytes x-edge-location x-edge-request-id x-host-header time-taken cs-protocol-version c-ip-version cs-user-agent
    cs-referer cs-cookie cs-uri-query x-edge-response-result-type x-forwarded-for ssl-protocol ssl-cipher
    x-edge-result-type fle-encrypted-fields fle-status sc-content-type sc-content-len sc-range-start sc-range-end c-port
    x-edge-detailed-result-type c-country cs-accept-encoding cs-accept cache-behavior-path-pattern cs-headers
    cs-header-names cs-headers-count primary-distribution-id primary-distribution-dns-name origin-fbl origin-lbl asn
    cmcd-encoded-bitrate cmcd-buffer-length cmcd-buffer-starvation cmcd-content-id cmcd-object-duration cmcd-deadline
    cmcd-measured-throughput cmcd-next-object-request cmcd-next-range-request cmcd-object-type cmcd-playback-rate
    cmcd-requested-maximum-throughput cmcd-streaming-format cmcd-session-id cmcd-stream-type cmcd-startup
    cmcd-top-bitrate cmcd-version r-host sr-reason x-edge-mqcs distribution-tenant-id connection-id
    viewer-request-log-data viewer-response-log-data"""

_SPELLING = str.maketrans({"-": "_", "(": "_", ")": None})
_FIELDS = re.compile(r"#fields:\s*(?P<names>[\w(][\w()-]*(?P<delimiter>[^\w()-]{0,8}).*)\Z", re.IGNORECASE | re.DOTALL)


def column(name: str) -> str:
    """Return a column's name in the spelling used here: `cs(User-Agent)` and `cs-user-agent` as `cs_user_agent`."""
    return name.strip().lower().translate(_SPELLING)


def _columns(names: str) -> Header:
    return tuple(map(column, names.split()))


STANDARD = _columns(_STANDARD)
REAL_TIME = _columns(_REAL_TIME)
REAL_TIME_FIELDS = tuple(_REAL_TIME.split())
"""As CloudFront spells them, in the documentation's order: all that there are today."""

KNOWN = frozenset((*STANDARD, *_columns(_CHOSEN), *REAL_TIME, "extra"))

SHORTEST, DEFAULT = 12, 33
"""Columns of the oldest standard logs, and of today's where no others were chosen."""

REAL_TIME_ORDERS: Mapping[int, Header] = {
    40: tuple(name for name in REAL_TIME[:41] if name != "s_ip"),
    **{count: REAL_TIME[:count] for count in (41, 46, 64, 67, 69, 71)},
}
"""Number of columns -> their order, where all fields that existed at a time were chosen."""

_INTEGER = re.compile(r"\d{1,19}")
_TYPED: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("date", re.compile(r"\d{4}-\d\d-\d\d")),
    ("time", re.compile(r"\d\d:\d\d:\d\d")),
    ("timestamp_ms", re.compile(r"\d{1,14}")),
    ("timestamp", re.compile(r"\d{1,11}(?:\.\d{1,9})?")),
    ("sc_status", re.compile(r"\d{3}")),
    ("sc_bytes", _INTEGER),
    ("cs_bytes", _INTEGER),
    ("cs_method", re.compile(r"[A-Za-z]+")),
    ("cs_protocol", re.compile(r"(?:http|ws)s?", re.IGNORECASE)),
    ("x_edge_location", re.compile(r"[A-Z]{3}\d.*", re.DOTALL)),
    ("cs_protocol_version", re.compile(r"HTTP/.*", re.DOTALL)),
    ("c_ip_version", re.compile(r"IPv[46]")),
    ("c_port", _INTEGER),
    ("c_country", re.compile(r"[A-Za-z]{2}")),
)
_ADDRESSES = ("c_ip", "s_ip")
_ALWAYS = frozenset({"date", "time", "timestamp", "c_ip"})
"""Typed columns that every request has; the others may be `-`."""


class Listed(Columns):
    """The names of a `#Fields` line; rows may lack the newest columns of the usual order."""

    def fields(self, row: str) -> Fields:
        """Return the named values of a row.

        Raises:
            RecordError: there are more or less of them than names, and they do not fit.
        """
        values = self.values(row)
        if len(values) > len(self) and not self.delimiter and "\t" not in row:
            values = blank_separated(row)
        count = len(values)
        if SHORTEST <= count < len(self) and self[:count] == STANDARD[:count]:
            return fitting(self[:count], values)
        return named(self, values) if count == len(self) else fitting(self, values)


def blank_separated(row: str) -> list[str]:
    """Split a row whose tabs have become blanks; one behind the comma of a list stands inside a column."""
    return row.replace(", ", ",").split()


def header(line: str) -> Header | None:
    """Return the names of a `#Fields` line, () for any other comment, None for a row.

    Names are separated by blanks or tabs in front of rows with tabs, else by what separates the rows' columns too.
    """
    if not line.startswith("#"):
        return None
    match = _FIELDS.match(line)
    if match is None:
        return ()
    delimiter, names = match["delimiter"], match["names"]
    if not delimiter.strip():
        return Listed(map(column, names.split()), "")
    return Listed(map(column, names.split(delimiter)), delimiter)


def fitting(names: Header, values: list[str]) -> Fields:
    """Return values under names that they may not belong to.

    Raises:
        RecordError: a typed one does not fit its column, or some are missing.
    """
    fields = named(names, values)
    if (name := misfit(fields)) is not None:
        raise RecordError(f"has {len(values)} columns, and {name} does not fit")
    return fields


def misfit(fields: Fields) -> str | None:
    """Return the first typed column whose value is none of its kind, so that a shifted row is never taken for a row."""
    for name in _ADDRESSES:
        value = fields.get(name)
        if value is not None and to_ip(value) is None and (name in _ALWAYS or value not in ABSENT):
            return name
    for name, pattern in _TYPED:
        value = fields.get(name)
        if type(value) is str and not pattern.fullmatch(value) and (name in _ALWAYS or value not in ABSENT):
            return name
    return None
