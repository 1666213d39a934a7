"""One line of a load balancer's log -> its words, by the first reading of its quotes that fits the layout."""

import re
from functools import partial

from es_loader.errors import RecordError
from es_loader.formats.quoted import any_quote_closes, blank_closes, regular
from es_loader.logtypes.load_balancers.layouts import FreeText, Layout

_REQUEST_END = re.compile(r'"(.*?(?: HTTP/[\d.]+| -))" ?(?=["\w-])|"(.*?)" ?|(\S* \S* (?:HTTP/[\d.]+|-)) |(\S+) ')
_TAILS_TRIED = 16


def words_of(text: str, layout: Layout) -> list[str]:
    """Return a line's columns, at least the shortest length: a reading that fits, else the first that is possible.

    A reading of a known length goes before one with columns to come: a client may close its own quotes.

    Raises:
        RecordError: no reading gives a line of this kind.
    """
    words = regular(text)
    if words is not None and len(words) in layout.lengths and layout.fits(words):
        return words
    longer = possible = None
    for read in (blank_closes, partial(_anchored, layout=layout), any_quote_closes):
        words = read(text)
        if len(words) < layout.shortest or not layout.begins(words):
            continue
        if layout.fits(words):
            if len(words) in layout.lengths:
                return words
            if len(words) > len(layout.columns):
                longer = longer or words
        possible = possible or words
    found = longer or possible
    if found is None:
        raise RecordError(f"is no line of {layout.name}: {len(text.split())} words")
    return found


def _anchored(text: str, layout: Layout) -> list[str]:
    """Split from both ends: what a client wrote, before the last tail that fits, may hold anything."""
    free = layout.free
    if free is None:
        return []
    head = text.split(" ", free.head)
    if len(head) <= free.head:
        return []
    rest = head.pop()
    if free.request:
        request = _REQUEST_END.match(rest)
        if request is None:
            return []
        head.append(next(filter(None, request.groups()), ""))
        rest = rest[request.end() :]
    return _to_tail(head, rest, free, layout)


def _to_tail(head: list[str], rest: str, free: FreeText, layout: Layout) -> list[str]:
    quoted = rest[:1] == '"'
    pattern = free.after_quote if quoted else free.after_blank
    tails = list(pattern.finditer(rest, int(quoted)))
    for tail in reversed(tails[-_TAILS_TRIED:]):
        words = [*head, rest[int(quoted) : tail.start()], *blank_closes(rest[tail.end() :])]
        if len(words) >= layout.shortest and layout.fits(words):
            return words
    return []
