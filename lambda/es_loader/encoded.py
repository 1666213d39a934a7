"""Base64 text in place of a record -> what it holds: how Kinesis and CloudWatch Logs hand records to a function.

Only text that decodes to gzip or to a JSON object is taken for base64; whatever else looks like it is the record.
"""

import binascii
import re
from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any

import msgspec

from es_loader.compression import plain
from es_loader.errors import ObjectError, RecordError
from es_loader.formats import json
from es_loader.formats.json import Value
from es_loader.formats.text import decode, lines
from es_loader.types import RawRecord

_ENCODED = re.compile(r"(?:H4sI|e[yw])[A-Za-z0-9+/]{16,}={0,2}\s*\Z")
_MIN_LENGTH = 20
_GZIP = b"\x1f\x8b"

_WRAPPERS = ("awslogs", "kinesis")
"""Members whose `data` is the record: a CloudWatch Logs event of Lambda, a Kinesis one."""

_RECORD = {
    *("ApproximateArrivalTimestamp", "Data", "EncryptionType", "PartitionKey", "SequenceNumber"),
    *("approximateArrivalTimestamp", "data", "kinesisRecordMetadata", "recordId"),
}
"""All the members that a record of Kinesis and of Firehose has: an object of other members is itself the record."""


def begins(head: str) -> bool:
    """Tell whether a text begins with a line of base64."""
    return _ENCODED.match(head.lstrip().partition("\n")[0]) is not None


def texts(text: str) -> Iterator[str] | None:
    """Return the text that base64 text holds; None if it is not base64, or holds neither gzip nor JSON."""
    if len(text) < _MIN_LENGTH or not _ENCODED.match(text):
        return None
    try:
        content = binascii.a2b_base64(text.rstrip(), strict_mode=True)
    except binascii.Error:
        return None
    if content.startswith(_GZIP):
        return chain.from_iterable(decode(member) for member in plain(iter((content,))))
    found = next(json.split(decode(iter((content,)))), None)
    return decode(iter((content,))) if found and type(found.value) is dict else None


def records(found: Iterator[str], split: Callable[[Iterator[str]], Iterator[RawRecord]]) -> Iterator[RawRecord]:
    """Yield the records in a text whose lines are base64; `split` reads what one of them holds."""
    number = 0
    for line in lines(found):
        for raw in _records(line, split):
            yield msgspec.structs.replace(raw, number=number)
            number += 1


def _records(line: str, split: Callable[[Iterator[str]], Iterator[RawRecord]]) -> Iterator[RawRecord]:
    try:
        yield from split(texts(line) or iter((line,)))
    except ObjectError as exc:
        yield RawRecord(0, line, RecordError(f"is base64 text that {exc}"))


def values(found: Iterator[Value], arrays: frozenset[str]) -> Iterator[Value]:
    """Yield JSON values, in place of those that are or carry base64 text what it holds."""
    for value in found:
        content = value.value
        if value.error is not None:
            text = value.text
        elif type(content) is str:
            text = content
        elif type(content) is dict and len(content) <= len(_RECORD):
            text = _carried(content)
        else:
            text = ""
        inner = texts(text) if text else None
        if inner is None:
            yield value
        else:
            yield from _values(value, inner, arrays)


def _values(value: Value, inner: Iterator[str], arrays: frozenset[str]) -> Iterator[Value]:
    try:
        yield from json.split(inner, arrays)
    except ObjectError as exc:
        yield Value(value.text, None, f"is base64 text that {exc}")


def _carried(content: dict[str, Any]) -> str:
    """Return the base64 text in what carries a record, "" for what is one."""
    data: Any = None
    for name in _WRAPPERS:
        if type(wrapped := content.get(name)) is dict:
            data = data or wrapped.get("data")
    if data is None and content.keys() <= _RECORD:
        data = content.get("data") or content.get("Data")
    return data if type(data) is str else ""
