"""XML text -> the texts of the elements that are its records, whatever stands around them.

The text is not parsed as a whole: an element that is not well-formed costs itself, and a text of any length needs the
memory of its longest record.
"""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from es_loader.errors import RecordError
from es_loader.formats import text
from es_loader.formats.window import Window
from es_loader.types import RawRecord

_LOOK = 512
"""Characters from a record's beginning on that its pattern sees."""

_TAIL = 256
"""Characters at the window's end in which a tag may begin whose name is not complete: more than any name has."""

_NAME = r"(?:[A-Za-z_][\w.-]{0,63}:)?"
_BEGIN = re.compile(r"<[A-Za-z_?]")
_FIRST_TAG = re.compile(rf"(?:\s++|<\?[^>]{{0,{_TAIL}}}+>)*+<{_NAME}([A-Za-z_][\w.-]{{0,127}})")
_AROUND = re.compile(r"(?:[\s\0\ufeff]++|<\?[^>]*+>|<!--(?:[^-]|-(?!->))*+-->|</?[A-Za-z_][^<>]*+>)*+")
"""What may stand around records and is none: white space, declarations, comments, tags of the elements around."""

_ENDS = {"<![CDATA[": "]]>", "<!--": "-->"}

Starts = Callable[[str], object]


def split(texts: Iterator[str], starts: Starts, *, nests: bool) -> Iterator[RawRecord]:
    """Yield one record an element.

    Args:
        texts: the object's text.
        starts: tells whether a text begins with a record: it is shown lines from their beginning, and tags.
        nests: a record may hold elements of its own name; else each of them begins a record.

    Yields:
        Records; text that stands outside of them is one with a RecordError as its value.
    """
    window = Window(texts)
    number = 0
    while window.held or window.grow():
        stray = _take(window, _beginning(window, starts))
        if not _AROUND.fullmatch(stray):
            yield RawRecord(number, stray.strip(), RecordError("stands outside of the records"))
            number += 1
        if window.held:
            yield RawRecord(number, _take(window, _end(window, starts, nests=nests)).rstrip())
            number += 1


def _take(window: Window, length: int) -> str:
    taken = window.text[window.at : window.at + length]
    window.at += length
    return taken


def _beginning(window: Window, starts: Starts) -> int:
    """Return how many characters before the next record there are."""
    scan = 0
    while True:
        match = _BEGIN.search(window.text, window.at + scan)
        place = match.start() - window.at if match else window.held
        if not window.ended and window.held - place < _LOOK and window.held <= text.MAX_RECORD:
            scan = max(place - 1, 0) if match is None else place
            window.grow()
        elif match is None or _is_start(window, place, starts):
            return place
        else:
            scan = place + 1


def _is_start(window: Window, place: int, starts: Starts) -> bool:
    at = window.at + place
    ahead = window.text[at : at + _LOOK]
    if starts(ahead):
        return True
    before = window.text[max(window.at, at - _TAIL) : at].rpartition("\n")[2]
    return bool(before.isspace() and starts(before + ahead))


def _end(window: Window, starts: Starts, *, nests: bool) -> int:
    """Return the length of the record that begins at the window's place."""
    first = _FIRST_TAG.match(window.text, window.at)
    tokens = _tokens(first[1] if first else "")
    depth = scan = 0
    while True:
        match = tokens.search(window.text, window.at + scan)
        if not window.ended and (match is None or len(window.text) - match.end() < _LOOK):
            scan = match.start() - window.at if match else max(scan, window.held - _TAIL)
            if window.held > text.MAX_RECORD:
                return text.MAX_RECORD
            window.grow()
            continue
        if match is None:
            return window.held
        place, scan = match.start() - window.at, match.end() - window.at
        token = match[0]
        if token in _ENDS:
            scan = _after(window, _ENDS[token], scan)
        elif token[0] == "\n":
            if starts(window.text[match.start() + 1 : match.end() + _LOOK]):
                return place
        else:
            opens = not match["closing"] and not match["attributes"].endswith("/")
            if opens and depth and not nests:
                return place
            depth += opens - bool(match["closing"])
            if depth <= 0:
                return scan


@lru_cache(64)
def _tokens(name: str) -> re.Pattern[str]:
    """Return the pattern of what matters within a record: tags of its name, lines that begin with a tag, CDATA."""
    tag = rf"""|<(?P<closing>/?){_NAME}{re.escape(name)}(?=[\s/>])(?P<attributes>(?:[^<>"']|"[^"<]*"|'[^'<]*')*+)>?"""
    return re.compile(r"<!\[CDATA\[|<!--|\n[ \t]*+(?=<)" + (tag if name else ""))


def _after(window: Window, end: str, scan: int) -> int:
    """Return the place after the next `end`, or all that may be held of a text without it."""
    while (found := window.text.find(end, window.at + scan)) < 0:
        if window.held > text.MAX_RECORD:
            return text.MAX_RECORD
        scan = max(scan, window.held - len(end))
        if not window.grow():
            return window.held
    return found + len(end) - window.at
