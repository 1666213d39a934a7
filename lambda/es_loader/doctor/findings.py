"""What is found about a source or the core path, and how bad it is."""

from dataclasses import dataclass
from enum import Enum


class Level(Enum):
    """How bad a finding is."""

    WELL = "well"
    NOTE = "note"
    UNKNOWN = "cannot look"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was found.

    Attributes:
        level: see there.
        text: what it is.
        hint: what to do about it.
        page: where that is documented, from the root of the project; empty for the source's own page.
        permission: that is missing: to the service, or to whoever looks.
    """

    level: Level
    text: str
    hint: str = ""
    page: str = ""
    permission: str = ""


def wrong(text: str, hint: str = "", *, page: str = "", permission: str = "") -> Finding:
    """Return something that keeps logs from coming."""
    return Finding(Level.WRONG, text, hint, page, permission)


def well(text: str) -> Finding:
    """Return something that is as it should be."""
    return Finding(Level.WELL, text)


def note(text: str, hint: str = "", *, page: str = "") -> Finding:
    """Return something that may be right."""
    return Finding(Level.NOTE, text, hint, page)
