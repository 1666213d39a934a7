"""JSON in whatever arrangement: one value a line, concatenated, pretty-printed, one huge array, or an object around it.

The text is read through a window that grows only for a value that is not complete yet, so that an array of any
length needs the memory of its longest element.
"""

import gc
import json
import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import msgspec

from es_loader.formats.text import MAX_RECORD
from es_loader.formats.window import Window

_SPACE = re.compile(r"[ \t\r\n,\0\ufeff]*")
_BLANK = re.compile(r"[ \t\r\n]*")
_COLON = re.compile(r"[ \t\r\n:]*")
_MEMBER = re.compile(r'[ \t\r\n]*("(?:[^"\\]|\\.)*")[ \t\r\n]*:[ \t\r\n]*')
_DECODER = json.JSONDecoder(strict=False, parse_constant=lambda _name: None)
_scan: Callable[[str, int], tuple[Any, int]] = _DECODER.scan_once  # type: ignore[attr-defined] # not in its stub
_SLACK = 8
"""An error this near to the window's end may be a value that only is not complete yet."""

_LARGE = 1 << 20
_STREAM_FROM = 1 << 22
"""An object of which this many characters are still not complete is looked into for an array to stream."""


class Value(NamedTuple):
    """One value with its text; `error` says why it has none. `around` holds the members before its array."""

    text: str
    value: Any
    error: str | None = None
    around: dict[str, Any] | None = None


def part_text(part: Any, found: Value) -> str:
    """Return a part of a value as JSON; the whole value's text if the part cannot be written (lone surrogates)."""
    try:
        return msgspec.json.encode(part).decode(errors="replace")
    except (RecursionError, ValueError):
        return found.text


def split(texts: Iterator[str], arrays: frozenset[str] = frozenset()) -> Iterator[Value]:
    """Yield every value of a JSON text.

    Args:
        texts: the text in pieces.
        arrays: member names; of an object that has such an array the elements are the values, not the object.

    Yields:
        Values in order. What does not decode is one Value with an error, up to the next line at which
        decoding works again.
    """
    window = Window(texts)
    while window.skip(_SPACE):
        head = window.text[window.at]
        if head == "[":
            window.at += 1
            yield from _elements(window, {})
        elif head == "{" and arrays:
            yield from _object(window, arrays)
        else:
            yield _value(window)


class _UnfinishedError(ValueError):
    """The value goes on behind as much text as may be held for it."""


def _decode(window: Window, limit: int = MAX_RECORD) -> tuple[Any, int]:
    """Decode the value at the window's place, growing it up to `limit`; raises ValueError if there is none."""
    while True:
        try:
            value, end = _scan(window.text, window.at) if window.held < _LARGE else _scan_large(window)
        except StopIteration as exc:
            place, error = exc.value, ValueError("is not a JSON value")
        except json.JSONDecodeError as exc:
            unfinished = exc.msg.startswith("Unterminated string")
            place, error = len(window.text) if unfinished else exc.pos, ValueError(f"is not JSON: {exc.msg}")
        except RecursionError as exc:
            raise ValueError("is not readable JSON: nested too deeply") from exc
        except ValueError as exc:  # an integer of more digits than Python converts
            raise ValueError(f"is not readable JSON: {exc}") from exc
        else:
            if end < len(window.text) or type(value) in {dict, list, str} or not window.grow():
                return value, end
            continue
        if place >= len(window.text) - _SLACK and window.held > limit:
            raise _UnfinishedError("is longer than one record may be")
        if place < len(window.text) - _SLACK or not window.grow():
            raise error


def _scan_large(window: Window) -> tuple[Any, int]:
    """Decode without the garbage collector, which would look through a million members again and again for no cycle."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        return _scan(window.text, window.at)
    finally:
        if was_enabled:
            gc.enable()


def _value(window: Window) -> Value:
    try:
        value, end = _decode(window)
    except ValueError as exc:
        return Value(_to_line_end(window), None, str(exc))
    text = window.text[window.at : end]
    window.at = end
    return Value(text, value)


def _to_line_end(window: Window) -> str:
    """Return the text up to the next line feed (or as much as one record may hold) and move behind it."""
    start = 0
    while (end := window.text.find("\n", window.at + start)) < 0 and window.held <= MAX_RECORD:
        start = window.held
        if not window.grow():
            break
    if end < 0:
        end = len(window.text)
    text = window.text[window.at : end]
    window.at = end
    return text.rstrip("\r")


def _elements(window: Window, around: dict[str, Any]) -> Iterator[Value]:
    """Yield the elements of the array whose bracket was just passed."""
    while window.skip(_SPACE):
        if window.text[window.at] == "]":
            window.at += 1
            return
        found = _value(window)
        yield found._replace(around=around) if around else found


def _object(window: Window, arrays: frozenset[str]) -> Iterator[Value]:
    """Yield an object, or the elements of the array in it that `arrays` names."""
    if _starts_with_array(window, arrays):
        yield from _members(window, arrays)
        return
    try:
        value, end = _decode(window, _STREAM_FROM)
    except _UnfinishedError:
        if any(f'"{name}"' in window.text for name in arrays):
            yield from _members(window, arrays)
        else:
            yield _value(window)
    except ValueError as exc:
        yield Value(_to_line_end(window), None, str(exc))
    else:
        text = window.text[window.at : end]
        window.at = end
        if any(type(value[name]) is list for name in arrays.intersection(value)):
            yield from unfold(text, value, arrays)
        else:
            yield Value(text, value)


def unfold(text: str, value: dict[str, Any], arrays: frozenset[str]) -> Iterator[Value]:
    """Yield the elements of an object's array with all its other members, whatever their order."""
    around = {name: member for name, member in value.items() if name not in arrays}
    for element in _members(Window(iter((text,))), arrays):
        yield element._replace(around=around)


def _starts_with_array(window: Window, arrays: frozenset[str]) -> bool:
    while window.held < 256 and window.grow():  # noqa: PLR2004 - longer than any member name that is looked for
        pass
    match = _MEMBER.match(window.text, window.at + 1)
    return bool(match and match[1][1:-1] in arrays and window.text[match.end() : match.end() + 1] == "[")


def _members(window: Window, arrays: frozenset[str]) -> Iterator[Value]:
    """Walk the members of the object at the window's place, yielding the elements of the arrays looked for."""
    window.skip(_BLANK)
    window.at += 1
    around: dict[str, Any] = {}
    while window.skip(_SPACE):
        if window.text[window.at] == "}":
            window.at += 1
            return
        name = _value(window)
        if name.error or type(name.value) is not str or not window.skip(_COLON):
            yield name._replace(error=name.error or "is cut off, or no member of an object")
            return
        if name.value in arrays and window.text[window.at] == "[":
            window.at += 1
            yield from _elements(window, dict(around))
            continue
        member = _value(window)
        if member.error:
            yield member
            return
        if type(member.value) not in {dict, list}:
            around[name.value] = member.value
    yield Value("", None, "is cut off: the object around the records does not end")
