"""An HTTP request line as a log holds it -> method, URL, version."""

from typing import NamedTuple


class RequestLine(NamedTuple):
    """The parts of a request line; None for a part that is missing or `-`."""

    method: str | None
    url: str | None
    version: str | None


def request_line(text: str) -> RequestLine:
    """Split `METHOD URL HTTP/x`: the URL is all between the first and the last blank, blanks included.

    A last word that is neither `HTTP/…` nor `-` belongs to the URL: old clients send no version.
    """
    method, _, rest = text.strip(" ").partition(" ")
    url, _, last = rest.rpartition(" ")
    if last.startswith("HTTP/"):
        return RequestLine(_present(method), _present(url), _present(last[5:]))
    return RequestLine(_present(method), _present(url if url and last == "-" else rest), None)


def _present(word: str) -> str | None:
    return None if word in {"", "-"} else word
