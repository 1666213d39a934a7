"""The time that a key names -> the span that its object is about."""

import re
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from es_loader.declarations import LogType

SLACK = timedelta(hours=1)
"""Services name an object by when it begins, or by when it was delivered: its records are this far off at most."""

_DATE = r"(?P<year>20\d\d){0}(?P<month>0[1-9]|1[0-2]){0}(?P<day>0[1-9]|[12]\d|3[01])"
# The finer ones first, of file names as of folders; the last place in a key counts.
_FORMS = (
    re.compile(rf"(?<!\d){_DATE.format('')}T(?P<hour>[01]\d|2[0-3])(?P<minute>[0-5]\d)?"),
    re.compile(rf"(?<!\d){_DATE.format('-')}[-T](?P<hour>[01]\d|2[0-3])(?!\d)"),
    re.compile(rf"/{_DATE.format('/')}/(?P<hour>[01]\d|2[0-3])/"),
    re.compile(
        r"/year=(?P<year>20\d\d)/month=(?P<month>\d\d?)/day=(?P<day>\d\d?)(?:/hour=(?P<hour>\d\d?))?/", re.IGNORECASE
    ),
    re.compile(rf"/{_DATE.format('/')}/"),
    re.compile(rf"(?<!\d){_DATE.format('-')}(?!\d)"),
)


class Span(NamedTuple):
    """From `begin` to before `end`, in UTC."""

    begin: datetime
    end: datetime

    def overlaps(self, since: datetime, until: datetime) -> bool:
        """Tell whether any moment is in both this and the time from `since` to before `until`."""
        return self.begin < until and self.end > since


def span_of(key: str, log_type: LogType) -> Span | None:
    """Return the span that a key names; None if it names none.

    It is a day where the key has only a date, else an hour with SLACK on both sides. A log type's own
    `file_timestamp_format` is asked first.
    """
    own = log_type.file_timestamp_format
    for form in ((own,) if own else ()) + _FORMS:
        for match in reversed(list(form.finditer(key))):
            span = _span(match.groupdict())
            if span is not None:
                return span
    return None


def _span(part: dict[str, str | None]) -> Span | None:
    try:
        day = datetime(int(part["year"] or ""), int(part["month"] or ""), int(part["day"] or ""), tzinfo=UTC)
        hour = part.get("hour")
        if hour is None:
            return Span(day, day + timedelta(days=1))
        begin = day.replace(hour=int(hour), minute=int(part.get("minute") or 0))
    except (KeyError, ValueError):
        return None
    return Span(begin - SLACK, begin + SLACK + timedelta(hours=0 if part.get("minute") else 1))
