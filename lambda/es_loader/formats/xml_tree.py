"""The text of one XML element -> its fields.

By expat itself: a document type declaration is what entities and everything else that is dangerous about XML need, and
a single handler refuses it. A library around expat would do just that.
"""

import re
from xml.parsers import expat

from es_loader.errors import RecordError
from es_loader.normalize.members import collect
from es_loader.types import Fields

MAX_DEPTH = 64
MAX_MEMBERS = 20_000
TEXT = "#text"
"""The name of an element's own text beside its attributes and elements."""

_CONTROL = re.compile(r"[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]+")


def parse(text: str) -> Fields:
    """Return the element's name -> its content.

    Content is a text, None if there is none, or the attributes and elements by name, those that come repeatedly as
    a list, with the text as `#text`. Namespaces are left out.

    Raises:
        RecordError: it is not well-formed, declares a document type, or is too deep or too large.
    """
    text = text.strip(" \t\r\n\0\ufeff")
    try:
        return _parse(text)
    except expat.ExpatError as exc:
        bare = _CONTROL.sub("", text)
        if len(bare) == len(text):
            raise RecordError(f"is not well-formed XML: {exc}") from exc
    try:
        return _parse(bare)
    except expat.ExpatError as exc:
        raise RecordError(f"is not well-formed XML: {exc}") from exc


def _parse(text: str) -> Fields:
    tree = _Tree()
    parser = expat.ParserCreate("utf-8")  # whatever the declaration says: the text is decoded already
    parser.buffer_text = True
    parser.StartElementHandler = tree.start
    parser.EndElementHandler = tree.end
    parser.CharacterDataHandler = tree.texts.append
    parser.StartDoctypeDeclHandler = _refuse
    parser.Parse(text.encode("utf-8", "replace"), True)
    return tree.top


def _refuse(*_: object) -> None:
    raise RecordError("is XML that declares a document type, which is not read: it can hold entities")


class _Tree:
    """The elements that are open, innermost last. `texts` is the text since the last tag."""

    def __init__(self) -> None:
        self.top: Fields = {}
        self.texts: list[str] = []
        self._open: list[Fields] = [self.top]
        self._own_texts: list[str] = [""]
        self._members = 0

    def start(self, _name: str, attributes: dict[str, str]) -> None:
        """Open an element."""
        self._members += 1 + len(attributes)
        if self._members > MAX_MEMBERS or len(self._open) > MAX_DEPTH:
            raise RecordError(f"is XML of more than {MAX_MEMBERS} elements and attributes or {MAX_DEPTH} levels")
        self._take_text()
        self._open.append({_local(name): value for name, value in attributes.items() if not name.startswith("xmlns")})
        self._own_texts.append("")

    def end(self, name: str) -> None:
        """Close an element and put it into the one around it."""
        self._take_text()
        content, text = self._open.pop(), self._own_texts.pop()
        if content and text:
            collect(content, TEXT, text)
        collect(self._open[-1], _local(name), content or text or None)

    def _take_text(self) -> None:
        if not self.texts:
            return
        text = "".join(self.texts).strip()
        self.texts.clear()
        if text:
            own = self._own_texts[-1]
            self._own_texts[-1] = f"{own} {text}" if own else text


def _local(name: str) -> str:
    return name.rpartition(":")[2]
