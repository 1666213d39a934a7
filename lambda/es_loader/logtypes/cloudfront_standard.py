"""Standard logs of CloudFront, all versions: columns by header or by position, or JSON.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logs-reference.html
"""

from es_loader.declarations import LogType
from es_loader.errors import RecordError
from es_loader.formats.csv import Header, named
from es_loader.logtypes import Hooks
from es_loader.logtypes.cloudfront import refine
from es_loader.logtypes.cloudfront_columns import (
    DEFAULT,
    SHORTEST,
    STANDARD,
    blank_separated,
    column,
    header,
    misfit,
)
from es_loader.logtypes.cloudfront_values import prepare
from es_loader.types import Fields


def hooks(log_type: LogType) -> Hooks:
    """Return the functions that read this log, by the columns that the section names for rows without a header."""
    chosen, delimiter, pattern = tuple(map(column, log_type.csv_header)), log_type.csv_delimiter, log_type.log_pattern

    def parse(text: str) -> Fields:
        if pattern is not None and (match := pattern.match(text)):
            return match.groupdict()
        values = text.split(delimiter or None)
        if len(values) == 1:
            values = blank_separated(text)
        names = _order(len(values), chosen)
        fields = named(names, values)
        if (names is not chosen or "extra" in fields) and (name := misfit(fields)) is not None:
            raise _unknown(len(values), f"and {name} does not fit")
        return fields

    return Hooks(parse=parse, prepare=prepare, header=header, refine=refine, names_columns=True)


def _order(count: int, chosen: Header) -> Header:
    """Return the names of so many columns: the chosen ones, or as many of the usual order as there are."""
    if chosen and count >= len(chosen) and (count == len(chosen) or count != DEFAULT):
        return chosen
    if count < SHORTEST:
        raise _unknown(count, "in an order that is not known")
    return STANDARD[:count]


def _unknown(count: int, reason: str) -> RecordError:
    return RecordError(f"has {count} columns without a header, {reason}: list the chosen fields in csv_header")
