"""A log type's declaration -> how an object of it is split into raw records, and how one of them is parsed."""

from collections.abc import Callable, Iterator
from itertools import chain

import msgspec

from es_loader import envelopes
from es_loader.declarations import LogType
from es_loader.errors import RecordError
from es_loader.formats import csv, json, text
from es_loader.logtypes import Hooks
from es_loader.types import Fields, RawRecord

Split = Callable[[Iterator[bytes]], Iterator[RawRecord]]
Parse = Callable[[RawRecord], Fields]

_PARQUET = (b"PAR1", b"PARE")
"""First bytes of a Parquet file, and of one whose footer is encrypted."""


def splitter(log_type: LogType, hooks: Hooks) -> Split:
    """Return the function from an object's plain bytes to its raw records.

    A Parquet file, and a log type of lines or columns that arrives in a JSON envelope, are told by their content.
    """
    arrays = envelopes.ARRAYS.union(log_type.json_delimiter)
    as_lines = _LINES.get(log_type.file_format)

    def split(chunks: Iterator[bytes]) -> Iterator[RawRecord]:
        start = next(chunks, b"")
        chunks = chain((start,), chunks)
        if start.startswith(_PARQUET):
            from es_loader.formats import parquet  # noqa: PLC0415 - few objects are, and a cold start counts

            return envelopes.records(parquet.split(chunks, arrays))
        texts = text.decode(chunks)
        if as_lines is None:
            return envelopes.records(json.split(texts, arrays))
        head = next((piece for piece in texts if not piece.isspace()), "")
        whole = chain((head,), texts)
        if _enveloped(head, log_type):
            return envelopes.records(json.split(whole, arrays))
        return as_lines(whole, log_type, hooks)

    return split


def _enveloped(head: str, log_type: LogType) -> bool:
    start = head.lstrip()
    return start.startswith("{") and (log_type.via_cwl or log_type.builtin or '"messageType"' in start)


def _text_lines(texts: Iterator[str], log_type: LogType, hooks: Hooks) -> Iterator[RawRecord]:
    return text.split(texts, header_lines=log_type.text_header_line_number, starts=hooks.starts)


def _csv_rows(texts: Iterator[str], log_type: LogType, hooks: Hooks) -> Iterator[RawRecord]:
    names = _csv_names(log_type)
    header_lines = log_type.text_header_line_number or (0 if names else 1)
    return csv.split(
        texts, delimiter=log_type.csv_delimiter, header_lines=header_lines, names=names, header=hooks.header
    )


_LINES = {"csv": _csv_rows, "text": _text_lines}


def parser(log_type: LogType, hooks: Hooks) -> Parse:
    """Return the function from a raw record to its fields; it raises RecordError for one that is none."""
    parse = _PARSERS[log_type.file_format](log_type, hooks)
    steps = [step for step in (_renamer(log_type), _texts_maker(log_type), hooks.prepare) if step]
    if not steps:
        return parse

    def parse_and_prepare(raw: RawRecord) -> Fields:
        fields = parse(raw)
        for step in steps:
            fields = step(fields)
        return fields

    return parse_and_prepare


def _json(_log_type: LogType, _hooks: Hooks) -> Parse:
    def parse(raw: RawRecord) -> Fields:
        value = raw.value
        if value is None and raw.envelope is not None:
            value = _decode_message(raw.text)
        if type(value) is dict:
            return value
        if isinstance(value, RecordError):
            raise value
        raise RecordError("is JSON, but no object")

    return parse


def _decode_message(message: str) -> object:
    try:
        return msgspec.json.decode(message)
    except (msgspec.DecodeError, RecursionError, UnicodeEncodeError) as exc:
        raise RecordError(f"is a message that is not JSON: {exc}") from exc


def _text(log_type: LogType, hooks: Hooks) -> Parse:
    if hooks.parse is not None:
        return _lines_or_objects(_by_hook(hooks.parse), log_type, hooks)
    assert log_type.log_pattern is not None, "the configuration's check"
    return _lines_or_objects(text.by_pattern(log_type.log_pattern), log_type, hooks)


def _by_hook(parse: Callable[[str], Fields]) -> Parse:
    return lambda raw: parse(raw.text)


def _csv(log_type: LogType, hooks: Hooks) -> Parse:
    by_header = csv.parser(log_type.csv_delimiter, quoted=hooks.header is None)
    by_hook, names = hooks.parse, _csv_names(log_type)

    def parse_line(raw: RawRecord) -> Fields:
        if raw.value is not None:
            return by_header(raw)
        if names is not None or by_hook is None:
            return by_header(msgspec.structs.replace(raw, value=names))
        return by_hook(raw.text)

    return _lines_or_objects(parse_line if names or by_hook else by_header, log_type, hooks)


def _csv_names(log_type: LogType) -> tuple[str, ...] | None:
    return tuple(name.replace("-", "_") for name in log_type.csv_header) or None


def _lines_or_objects(parse_line: Parse, log_type: LogType, hooks: Hooks) -> Parse:
    """Let a line's parser also take what came in a JSON envelope: a line as `message`, or the fields themselves."""
    takes_lines = hooks.parse or log_type.log_pattern or (log_type.csv_header and "message" not in log_type.csv_header)

    def parse(raw: RawRecord) -> Fields:
        value = raw.value
        if value is None or type(value) is tuple:
            return parse_line(raw)
        if isinstance(value, RecordError):
            raise value
        if type(value) is not dict:
            raise RecordError(f"is neither a line nor an object of a {log_type.name} log")
        if takes_lines and type(value.get("message")) is str:
            return parse_line(msgspec.structs.replace(raw, text=value["message"], value=None))
        return value

    return parse


_PARSERS: dict[str, Callable[[LogType, Hooks], Parse]] = {"csv": _csv, "json": _json, "parquet": _json, "text": _text}


def _renamer(log_type: LogType) -> Callable[[Fields], Fields] | None:
    if not log_type.renamed:
        return None

    def rename(fields: Fields) -> Fields:
        for new, old in log_type.renamed.items():
            if old in fields:
                fields[new] = fields.pop(old)
        return fields

    return rename


def _texts_maker(log_type: LogType) -> Callable[[Fields], Fields] | None:
    paths = [path.split(".") for path in log_type.json_to_text]
    if not paths:
        return None

    def make_texts(fields: Fields) -> Fields:
        for *parents, leaf in paths:
            _to_text([fields], parents, leaf)
        return fields

    return make_texts


def _to_text(nodes: list[object], parents: list[str], leaf: str) -> None:
    """Replace objects and lists at a path by their JSON text, through lists on the way."""
    for name in parents:
        below = [node[name] for node in nodes if type(node) is dict and name in node]
        nodes = [one for node in below for one in (node if type(node) is list else [node])]
    for node in nodes:
        if type(node) is dict and type(node.get(leaf)) in {dict, list}:
            node[leaf] = msgspec.json.encode(node[leaf]).decode(errors="replace")
