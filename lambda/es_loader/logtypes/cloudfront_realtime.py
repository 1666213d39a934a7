"""Real-time logs of CloudFront: the fields that a user chose, without their names.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/understand-real-time-logs.html
"""

from es_loader.declarations import LogType
from es_loader.errors import RecordError
from es_loader.formats.csv import Header, named
from es_loader.logtypes import Hooks
from es_loader.logtypes.cloudfront import refine
from es_loader.logtypes.cloudfront_columns import REAL_TIME_ORDERS, column, header, misfit
from es_loader.logtypes.cloudfront_values import prepare
from es_loader.types import Fields

_ADVICE = "list the chosen fields in csv_header, in the order that `aws cloudfront get-realtime-log-config` prints"


def hooks(log_type: LogType) -> Hooks:
    """Return the functions that read this log.

    What the section says of the columns (`log_pattern`, `csv_header`) goes first, then a `#Fields` line, then the
    order of the documentation's list, if the number of columns is that of a known choice and all values fit.
    """
    chosen, delimiter, pattern = tuple(map(column, log_type.csv_header)), log_type.csv_delimiter, log_type.log_pattern

    def parse(text: str) -> Fields:
        if pattern is not None:
            if match := pattern.match(text):
                return match.groupdict()
            raise RecordError("does not match log_pattern")
        values = text.split(delimiter or None)
        return _by_choice(chosen, values) if chosen else _by_count(values)

    def comment(line: str) -> Header | None:
        return () if line.startswith("#") else None

    told = bool(chosen) or pattern is not None
    return Hooks(parse=parse, prepare=prepare, header=comment if told else header, refine=refine, names_columns=True)


def _by_choice(names: Header, values: list[str]) -> Fields:
    if len(values) < len(names):
        raise RecordError(f"has {len(values)} columns, csv_header {len(names)}: {_ADVICE}")
    fields = named(names, values)
    return _checked(fields, len(values)) if "extra" in fields else fields


def _by_count(values: list[str]) -> Fields:
    """Name columns by their number alone; a single value that does not fit its column is taken for another choice."""
    names = REAL_TIME_ORDERS.get(len(values))
    if names is None:
        raise RecordError(f"has {len(values)} columns, as no known choice of fields has: {_ADVICE}")
    return _checked(named(names, values), len(values))


def _checked(fields: Fields, count: int) -> Fields:
    if (name := misfit(fields)) is not None:
        raise RecordError(f"has {count} columns, but not in the order expected, as {name} does not fit: {_ADVICE}")
    return fields
