"""A log type's declaration -> how one of its raw records is parsed: by its format, or the log type's own function."""

from collections.abc import Callable

import msgspec

from es_loader import encoded
from es_loader.declarations import LogType
from es_loader.errors import RecordError
from es_loader.formats import cef, csv, json, text
from es_loader.logtypes import Hooks
from es_loader.preparation import preparations
from es_loader.types import Fields, RawRecord

Parse = Callable[[RawRecord], Fields]

_LINE_MEMBERS = ("message", "body")
"""Members that hold a line where JSON carries it: of CloudWatch Logs, Firehose and the like, and of OpenTelemetry."""


def again(error: RecordError) -> RecordError:
    """Return the error that a record brought along as one to raise: raised itself, it would hold the record for ever.

    Its traceback would lead to the record, which leads to it, and the garbage collector does not look into records.
    """
    return type(error)(*error.args)


def holds_more_than_a_line(value: object) -> bool:
    """Tell whether what came as JSON has members beside the line that it carries: no field of a document has them."""
    return type(value) is dict and len(value) > 1 and any(type(value.get(name)) is str for name in _LINE_MEMBERS)


def parser(log_type: LogType, hooks: Hooks) -> Parse:
    """Return the function from a raw record to its fields; it raises RecordError for one that is none."""
    parse = _PARSERS[log_type.file_format](log_type, hooks)
    steps = preparations(log_type, hooks)
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
            raise again(value)
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
    return _of_text(hooks.parse, log_type, hooks)


def _cef(log_type: LogType, hooks: Hooks) -> Parse:
    return _of_text(cef.parse, log_type, hooks)


def _winevtxml(log_type: LogType, hooks: Hooks) -> Parse:
    from es_loader.formats import winevtxml  # noqa: PLC0415 - few log types are XML, and a cold start counts

    return _of_text(winevtxml.parse, log_type, hooks)


def _xml(log_type: LogType, hooks: Hooks) -> Parse:
    from es_loader.formats import xml_tree  # noqa: PLC0415 - likewise

    return _of_text(xml_tree.parse, log_type, hooks)


def _of_text(parse: Callable[[str], Fields], log_type: LogType, hooks: Hooks) -> Parse:
    """Let a format's own parser of texts serve, unless the log type's module has one."""
    parse = hooks.parse or parse
    return _lines_or_objects(lambda raw: parse(raw.text), log_type, hooks)


def _csv(log_type: LogType, hooks: Hooks) -> Parse:
    by_header = csv.parser(log_type.csv_delimiter, quoted=hooks.header is None)
    by_hook, names = hooks.parse, hooks.columns(log_type)

    def parse_line(raw: RawRecord) -> Fields:
        if raw.value is not None:
            return by_header(raw)
        if names is not None or by_hook is None:
            return by_header(msgspec.structs.replace(raw, value=names))
        return by_hook(raw.text)

    return _lines_or_objects(parse_line if names or by_hook else by_header, log_type, hooks)


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
            raise again(value)
        if type(value) is not dict:
            raise RecordError(f"is neither a line nor an object of a {log_type.name} log")
        line = next((text for name in _LINE_MEMBERS if type(text := value.get(name)) is str), None)
        if takes_lines and line is not None:
            return parse_line(msgspec.structs.replace(raw, text=line, value=None))
        return value

    return parse


_PARSERS: dict[str, Callable[[LogType, Hooks], Parse]] = {
    "cef": _cef,
    "csv": _csv,
    "json": _json,
    "multiline": _text,
    "parquet": _json,
    "text": _text,
    "winevtxml": _winevtxml,
    "xml": _xml,
}
