"""A log type's declaration -> how an object of it is split into raw records, whatever carried them to the bucket."""

import re
from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain

from es_loader import encoded, envelopes, exports
from es_loader.declarations import LogType
from es_loader.formats import csv, json, multiline, text
from es_loader.logtypes import Hooks
from es_loader.types import RawRecord

Split = Callable[[Iterator[bytes]], Iterator[RawRecord]]
SplitTexts = Callable[[Iterator[str]], Iterator[RawRecord]]

_PARQUET = (b"PAR1", b"PARE")
"""First bytes of a Parquet file, and of one whose footer is encrypted."""

_JSON = re.compile(r"\s*(?:\[\s*)?\{")
"""How JSON objects begin, alone or in an array; many a line of text begins with a bracket."""


def splitter(log_type: LogType, hooks: Hooks) -> Split:
    """Return the function from an object's plain bytes to its raw records; what carries them is told by the content."""
    arrays = envelopes.ARRAYS.union(log_type.json_delimiter)
    unwrap = envelopes.unwrapper(log_type)

    def split_values(texts: Iterator[str]) -> Iterator[RawRecord]:
        return unwrap(encoded.values(json.split(texts, arrays), arrays))

    split_texts = _by_beginning(log_type, hooks, split_values)

    def split(chunks: Iterator[bytes]) -> Iterator[RawRecord]:
        start = next(chunks, b"")
        chunks = chain((start,), chunks)
        if start.startswith(_PARQUET):
            from es_loader.formats import parquet  # noqa: PLC0415 - few objects are, and a cold start counts

            return unwrap(parquet.split(chunks, arrays))
        return split_texts(text.decode(chunks))

    return split


def _by_beginning(log_type: LogType, hooks: Hooks, split_values: SplitTexts) -> SplitTexts:
    """Return what splits a text, by how it begins: an export's line, JSON, a line of the log; base64 of any of them."""
    exported = (lambda head: hooks.starts is None and exports.begins(head, log_type), exports.records)
    make_lines = _LINES.get(log_type.file_format)
    if make_lines is None:
        return _first((exported,), split_values)
    lines = make_lines(log_type, hooks)
    own: SplitTexts = (lambda texts: envelopes.bare(lines(texts))) if log_type.via_cwl else lines
    plain = _first((exported, (_enveloped(log_type), split_values)), own)
    return _first(((encoded.begins, lambda texts: encoded.records(texts, plain)),), plain)


def _first(carriers: tuple[tuple[Callable[[str], bool], SplitTexts], ...], own: SplitTexts) -> SplitTexts:
    """Let the first carrier split a text that says it begins as that; `own` if none does."""

    def split_texts(texts: Iterator[str]) -> Iterator[RawRecord]:
        head = next((piece for piece in texts if not piece.isspace()), "")
        split = next((split for begins, split in carriers if begins(head)), own)
        return split(chain((head,), texts))

    return split_texts


def _enveloped(log_type: LogType) -> Callable[[str], bool]:
    """Return what tells a JSON envelope from lines that are JSON by chance."""
    carried = log_type.via_cwl or log_type.via_firelens or log_type.builtin
    return lambda head: bool(_JSON.match(head)) and (carried or '"messageType"' in head)


def _text_lines(log_type: LogType, hooks: Hooks) -> SplitTexts:
    return partial(text.split, header_lines=log_type.text_header_line_number, starts=_starts(log_type, hooks))


def _starts(log_type: LogType, hooks: Hooks) -> Callable[[str], bool] | None:
    """Return what tells a line that begins a record; where CloudWatch Logs may write its own, that is one too."""
    own = hooks.starts
    if own is None or not log_type.via_cwl:
        return own
    return lambda line: line.startswith(envelopes.CONTROL_MESSAGE) or own(line)


def _csv_rows(log_type: LogType, hooks: Hooks) -> SplitTexts:
    names = hooks.columns(log_type)
    header_lines = log_type.text_header_line_number or (0 if names else 1)
    return partial(
        csv.split, delimiter=log_type.csv_delimiter, header_lines=header_lines, names=names, header=hooks.header
    )


def _records_of_lines(log_type: LogType, _hooks: Hooks) -> SplitTexts:
    assert log_type.multiline_firstline is not None, "the configuration's check"
    starts, header_lines = log_type.multiline_firstline.match, log_type.text_header_line_number
    return lambda texts: multiline.split(texts, starts, header_lines=header_lines)


def _elements(log_type: LogType, _hooks: Hooks) -> SplitTexts:
    from es_loader.formats import xml  # noqa: PLC0415 - few log types are, and a cold start counts

    assert log_type.xml_firstline is not None, "the configuration's check"
    starts = log_type.xml_firstline.match
    return lambda texts: xml.split(texts, starts, nests=True)


def _windows_events(_log_type: LogType, _hooks: Hooks) -> SplitTexts:
    from es_loader.formats import winevtxml, xml  # noqa: PLC0415 - likewise

    return lambda texts: xml.split(texts, winevtxml.STARTS, nests=False)


_LINES: dict[str, Callable[[LogType, Hooks], SplitTexts]] = {
    "cef": _text_lines,
    "csv": _csv_rows,
    "multiline": _records_of_lines,
    "text": _text_lines,
    "winevtxml": _windows_events,
    "xml": _elements,
}
"""Formats whose records are lines; those of the others are JSON values."""
