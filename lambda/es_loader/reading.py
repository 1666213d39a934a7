"""A log type's declaration -> how an object of it is split into raw records, and how one of them is parsed."""

import re
from collections.abc import Callable, Iterator
from itertools import chain

import msgspec

from es_loader import encoded, envelopes, exports
from es_loader.declarations import LogType
from es_loader.errors import RecordError
from es_loader.formats import cef, csv, json, multiline, text, winevtxml, xml, xml_tree
from es_loader.logtypes import Hooks
from es_loader.types import Fields, RawRecord

Split = Callable[[Iterator[bytes]], Iterator[RawRecord]]
Parse = Callable[[RawRecord], Fields]

_JSON = re.compile(r"\s*(?:\[\s*)?\{")
"""How JSON objects begin, alone or in an array; many a line of text begins with a bracket."""

_LINE_MEMBERS = ("message", "body")
"""Members that hold a line where JSON carries it: of CloudWatch Logs, Firehose and the like, and of OpenTelemetry."""

_PARQUET = (b"PAR1", b"PARE")
"""First bytes of a Parquet file, and of one whose footer is encrypted."""


def splitter(log_type: LogType, hooks: Hooks) -> Split:
    """Return the function from an object's plain bytes to its raw records.

    A Parquet file, and a log type of lines or columns that arrives in a JSON envelope, are told by their content.
    """
    arrays = envelopes.ARRAYS.union(log_type.json_delimiter)
    as_lines = _LINES.get(log_type.file_format)
    unwrap = envelopes.unwrapper(log_type)

    def split_texts(texts: Iterator[str]) -> Iterator[RawRecord]:
        head = next((piece for piece in texts if not piece.isspace()), "")
        whole = chain((head,), texts)
        if hooks.starts is None and exports.begins(head, log_type):
            return exports.records(whole)
        if as_lines is None or _enveloped(head, log_type):
            return unwrap(encoded.values(json.split(whole, arrays), arrays))
        records = as_lines(whole, log_type, hooks)
        return envelopes.bare(records) if log_type.via_cwl else records

    def split(chunks: Iterator[bytes]) -> Iterator[RawRecord]:
        start = next(chunks, b"")
        chunks = chain((start,), chunks)
        if start.startswith(_PARQUET):
            from es_loader.formats import parquet  # noqa: PLC0415 - few objects are, and a cold start counts

            return unwrap(parquet.split(chunks, arrays))
        texts = text.decode(chunks)
        if as_lines is None:
            return split_texts(texts)
        head = next((piece for piece in texts if not piece.isspace()), "")
        whole = chain((head,), texts)
        return encoded.records(whole, split_texts) if encoded.begins(head) else split_texts(whole)

    return split


def _enveloped(head: str, log_type: LogType) -> bool:
    carried = log_type.via_cwl or log_type.via_firelens or log_type.builtin
    return bool(_JSON.match(head)) and (carried or '"messageType"' in head)


def _text_lines(texts: Iterator[str], log_type: LogType, hooks: Hooks) -> Iterator[RawRecord]:
    starts = hooks.starts
    if starts and log_type.via_cwl:
        own = starts
        starts = lambda line: line.startswith(envelopes.CONTROL_MESSAGE) or own(line)  # noqa: E731 - of two, not a third
    return text.split(texts, header_lines=log_type.text_header_line_number, starts=starts)


def _csv_rows(texts: Iterator[str], log_type: LogType, hooks: Hooks) -> Iterator[RawRecord]:
    names = _csv_names(log_type, hooks)
    header_lines = log_type.text_header_line_number or (0 if names else 1)
    return csv.split(
        texts, delimiter=log_type.csv_delimiter, header_lines=header_lines, names=names, header=hooks.header
    )


def _records_of_lines(texts: Iterator[str], log_type: LogType, _hooks: Hooks) -> Iterator[RawRecord]:
    assert log_type.multiline_firstline is not None, "the configuration's check"
    return multiline.split(texts, log_type.multiline_firstline.match, header_lines=log_type.text_header_line_number)


def _elements(texts: Iterator[str], log_type: LogType, _hooks: Hooks) -> Iterator[RawRecord]:
    assert log_type.xml_firstline is not None, "the configuration's check"
    return xml.split(texts, log_type.xml_firstline.match, nests=True)


def _windows_events(texts: Iterator[str], _log_type: LogType, _hooks: Hooks) -> Iterator[RawRecord]:
    return xml.split(texts, winevtxml.STARTS, nests=False)


_LINES = {
    "cef": _text_lines,
    "csv": _csv_rows,
    "multiline": _records_of_lines,
    "text": _text_lines,
    "winevtxml": _windows_events,
    "xml": _elements,
}


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
        found = next(encoded.values(iter((json.Value(message, None, str(exc)),)), frozenset()), None)
        if found is None or found.error is not None:
            raise RecordError(f"is a message that is not JSON: {exc}") from exc
        return found.value


def _text(log_type: LogType, hooks: Hooks) -> Parse:
    if log_type.log_pattern is not None:  # a user's own for a built-in log type wins over the module
        return _lines_or_objects(text.by_pattern(log_type.log_pattern), log_type, hooks)
    assert hooks.parse is not None, "the configuration's check"
    return _lines_or_objects(_by_hook(hooks.parse), log_type, hooks)


def _by_hook(parse: Callable[[str], Fields]) -> Parse:
    return lambda raw: parse(raw.text)


def _csv(log_type: LogType, hooks: Hooks) -> Parse:
    by_header = csv.parser(log_type.csv_delimiter, quoted=hooks.header is None)
    by_hook, names = hooks.parse, _csv_names(log_type, hooks)

    def parse_line(raw: RawRecord) -> Fields:
        if raw.value is not None:
            return by_header(raw)
        if names is not None or by_hook is None:
            return by_header(msgspec.structs.replace(raw, value=names))
        return by_hook(raw.text)

    return _lines_or_objects(parse_line if names or by_hook else by_header, log_type, hooks)


def _csv_names(log_type: LogType, hooks: Hooks) -> tuple[str, ...] | None:
    own = () if hooks.names_columns else log_type.csv_header
    return tuple(name.replace("-", "_") for name in own) or None


def _lines_or_objects(parse_line: Parse, log_type: LogType, hooks: Hooks) -> Parse:
    """Let a line's parser also take what came as JSON: an object around a line, or the fields themselves."""
    takes_lines = bool(
        hooks.parse
        or log_type.log_pattern
        or log_type.file_format != "csv"
        or (log_type.csv_header and not set(_LINE_MEMBERS).intersection(log_type.csv_header))
    )

    def parse(raw: RawRecord) -> Fields:
        value = raw.value
        if value is None or isinstance(value, tuple):
            return parse_line(raw)
        if isinstance(value, RecordError):
            raise value
        if type(value) is not dict:
            raise RecordError(f"is neither a line nor an object of a {log_type.name} log")
        line = next((text for name in _LINE_MEMBERS if type(text := value.get(name)) is str), None)
        if takes_lines and line is not None:
            return parse_line(msgspec.structs.replace(raw, text=line, value=None))
        return value

    return parse


def _by_format(parse: Callable[[str], Fields]) -> Callable[[LogType, Hooks], Parse]:
    """Let a format's own parser of texts serve, unless the log type's module has one."""

    def make(log_type: LogType, hooks: Hooks) -> Parse:
        return _lines_or_objects(_by_hook(hooks.parse or parse), log_type, hooks)

    return make


_PARSERS: dict[str, Callable[[LogType, Hooks], Parse]] = {
    "cef": _by_format(cef.parse),
    "csv": _csv,
    "json": _json,
    "multiline": _text,
    "parquet": _json,
    "text": _text,
    "winevtxml": _by_format(winevtxml.parse),
    "xml": _by_format(xml_tree.parse),
}


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
