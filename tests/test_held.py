"""Log types that do not keep the raw record: their documents hold every value of it, or keep it all the same."""

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

import pytest

from es_loader import documents
from es_loader.compression import plain
from es_loader.declarations import LogType
from es_loader.errors import Excluded, RecordError
from es_loader.golden import GoldenPair
from es_loader.logtypes import hooks
from es_loader.normalize.timestamps import to_iso
from es_loader.parsing import parser
from es_loader.pipeline import Loader, source_of
from es_loader.types import ObjectRef, RawRecord
from tests.golden import EVENT_TIME, builtin_config, cases

CONFIG = builtin_config()
LOADER = Loader(CONFIG)
BRIEF = [log_type for log_type in CONFIG.log_types.values() if not log_type.keep_original]
HOST_PORT = re.compile(r"\[?(.+?)\]?[:](\d+)\Z")
REQUEST = re.compile(r"(\S+) (.*) (\S*)\Z")


def leaves(value: Any) -> Iterator[Any]:
    """Yield what is written at the ends of an object."""
    if isinstance(value, dict | list | tuple):
        for member in value.values() if isinstance(value, dict) else value:
            yield from leaves(member)
    elif isinstance(value, str | int | float):
        yield value


def names(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, member in value.items():
            yield name
            yield from names(member)


def number_of(value: Any) -> float | None:
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def values(log_type: LogType, raw: RawRecord, fields: dict[str, Any]) -> Iterator[str]:
    """Yield what stands in a record: the leaves of JSON, the columns of a line.

    Headers without a value, and those whose values are left out on purpose, are none.
    """
    found = json.loads(raw.text) if log_type.file_format == "json" else fields
    request = found.get("httpRequest")
    if isinstance(request, dict):
        headers = request.get("headers")
        shown = [each for each in headers if _is_shown(each, log_type)] if isinstance(headers, list) else headers
        found = {**found, "httpRequest": {**request, "headers": shown}}
    yield from map(str, leaves(found))


def _is_shown(header: Any, log_type: LogType) -> bool:
    if not isinstance(header, dict):
        return True
    return bool(header.get("value")) and str(header.get("name")).lower() not in log_type.secret_headers


def inner(text: Any) -> Iterator[Any]:
    """Yield the leaves of a text that is JSON."""
    if isinstance(text, str) and text.startswith("{"):
        yield from leaves(json.loads(text))


class Held:
    """The values of a document, in the forms in which a value of the record may be there."""

    def __init__(self, document: dict[str, Any]) -> None:
        written = list(leaves(document))
        found = written + [leaf for text in written for leaf in inner(text)]
        self.texts = {str(value).lower() for value in found} | {name.lower() for name in names(document)}
        self.numbers = {number for value in found if (number := number_of(value)) is not None}
        self.times = {time[:23] for value in found if isinstance(value, str) and (time := to_iso(value))}
        self.long = [str(value) for value in found if isinstance(value, str) and len(value) > 5]

    def has(self, value: str) -> bool:
        return value in {"", "-", "unknown"} or any(form(self, value) for form in FORMS)

    def as_text(self, value: str) -> bool:
        return value.lower() in self.texts or value.lower().rstrip(".") in self.texts

    def decoded(self, value: str) -> bool:
        found = unquote(unquote(value))
        return found != value and (found.lower() in self.texts or any(found in text for text in self.long))

    def as_number(self, value: str) -> bool:
        number = number_of(value)
        return number is not None and (number in self.numbers or number == -1)

    def as_time(self, value: str) -> bool:
        number = number_of(value)
        seconds = None if number is None else number / 1000 if number > 1e11 else number
        time = to_iso(value) if seconds is None else to_iso(seconds) if seconds > 1e8 else None
        return time is not None and time[:19] in {known[:19] for known in self.times}

    def in_halves(self, value: str) -> bool:
        found = HOST_PORT.match(value)
        return found is not None and self.as_text(found[1]) and self.as_number(found[2])

    def in_a_longer_one(self, value: str) -> bool:
        return len(value) > 5 and any(value in text for text in self.long)

    def in_a_list(self, value: str) -> bool:
        parts = re.split(r"[,;] ?", value.strip("{}"))
        return len(parts) > 1 and all(self.has(part.strip('"')) for part in parts)

    def in_pairs(self, value: str) -> bool:
        pairs = [pair.partition("=") for pair in re.split(r"; ?", unquote(value))]
        return "=" in value and all(self.has(part.strip()) for name, _, text in pairs for part in (name, text))

    def as_json(self, value: str) -> bool:
        return value.startswith("{") and all(self.has(str(leaf)) for leaf in leaves(json.loads(value)))

    def as_a_request(self, value: str) -> bool:
        found = REQUEST.match(value)
        return found is not None and all(self.has(part.removeprefix("HTTP/")) for part in found.groups())

    def as_a_protocol(self, value: str) -> bool:
        return value.startswith(("HTTP/", "TLSv")) and re.sub(r"^HTTP/|^TLSv", "", value).lower() in self.texts


FORMS = (
    Held.as_text, Held.as_number, Held.as_time, Held.in_halves, Held.in_a_longer_one, Held.in_a_list, Held.in_pairs, Held.as_json, Held.decoded,
    Held.as_a_request, Held.as_a_protocol,
)  # fmt: skip


def converted(case: GoldenPair) -> Iterator[tuple[list[str], dict[str, Any]]]:
    """Yield the values of each record of a log, and its document."""
    program = LOADER.program(case.log_type)
    parse = parser(program.log_type, hooks(program.log_type))
    source = source_of(ObjectRef("held", case.key, EVENT_TIME))
    for member in plain(iter((case.log.read_bytes(),))):
        for raw in program.split(member):
            try:
                found = list(values(program.log_type, raw, parse(raw)))
                yield found, program.convert(raw, source, documents.id_prefix(source))[2]
            except (Excluded, RecordError):
                continue


@pytest.mark.parametrize("log_type", BRIEF, ids=lambda log_type: log_type.name)
def test_a_document_without_the_record_holds_all_of_it(log_type: LogType) -> None:
    brief = 0
    for case in (case for case in cases() if case.log_type == log_type.name):
        for found, document in converted(case):
            if "original" in document["event"]:
                continue
            brief += 1
            held = Held(document)
            assert [value for value in found if not held.has(value)] == [], document
    assert brief >= 5
