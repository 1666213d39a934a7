r"""A line of an access log -> its parts, by their place: what stands before the time, and the words after it.

Both servers write `… [02/Jan/2030:03:04:05 +0000] "request" status size "referrer" "agent" …`. Apache writes a quote
within quotes as `\"`, nginx as `\x22`. All is read once from left to right: a request may be as long as it likes.
"""

import re
from typing import NamedTuple

from es_loader.errors import RecordError
from es_loader.logtypes.web_server.clients import is_address_list
from es_loader.types import Fields

_TIME = re.compile(r"\[(\d\d)/([A-Z][a-z]{2})/(\d{4}):(\d\d:\d\d:\d\d(?:\.\d{1,9})?) ([+-]\d{4})\]")
_WORD = re.compile(
    r"""
    (?:([\w-]{1,64})=)?"                                  # a quoted word, perhaps with its name before it
        (?:
            ([^"\\]*+(?:(?:\\.|"(?!\s|\Z))[^"\\]*+)*+)"   # it ends at a quote that a blank or the end follows
            | (.*)                                        # or never: the line was cut off
        )
    | (\S+)
    """,
    re.VERBOSE | re.DOTALL,
)
_REGULAR = re.compile(r' "([^"\\]*+)" (\d{3}|-) (\d{1,18}|-)(?: "([^"\\]*+)" "([^"\\]*+)")?\Z')
_REGULAR_FIELDS = ("request", "status", "body_bytes_sent", "http_referer", "http_user_agent")
_STATUS = re.compile(r"\d{3}\Z")
_TOTALS = ("request_length", "bytes_sent")
_NUMBER = re.compile(r"-?\d{1,18}(?:\.\d{1,18})?\Z")
_SIZES = re.compile(r"\d{1,18}\Z")
_MONTHS = {
    name: f"{number:02}"
    for number, name in enumerate(
        ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"), 1
    )
}
_FORWARDED = "x-forwarded-for"
MAX_WORDS = 256
"""Words behind the time that are told apart; what follows is one more."""


class Word(NamedTuple):
    """One word after the time; `name` is what stands before its quotes and `=`."""

    text: str
    quoted: bool
    name: str = ""


def scan(text: str, *, combinedio: bool) -> tuple[list[str], Fields]:
    """Return the words before the time, and the fields behind it, under the names of nginx's variables.

    Args:
        text: the line.
        combinedio: whether two numbers behind the agent are bytes received and sent.

    Raises:
        RecordError: there is no time in it.
    """
    time = _TIME.search(text)
    if time is None:
        raise RecordError("is no line of an access log: it has no [dd/Mon/yyyy:hh:mm:ss ±hhmm]")
    left = text[: time.start()].split()
    fields: Fields = {"time_iso8601": iso_time(time)}
    if left and (regular := _REGULAR.match(text, time.end())):
        fields |= zip(_REGULAR_FIELDS, regular.groups(), strict=True)
        return left, fields
    words = _words(text, time.end())
    if not left and words and not words[0].quoted:
        left = _session(words, fields)
    elif words and words[0].quoted:
        fields["request"] = words[0].text
        del words[0]
    rest = _numbers(words, fields)
    _texts(words[rest:], fields, combinedio=combinedio)
    return left, fields


def iso_time(time: re.Match[str]) -> str | None:
    """Return a matched time as ISO 8601; None if there is no such month."""
    day, month, year, clock, zone = time.groups()
    number = _MONTHS.get(month)
    return f"{year}-{number}-{day}T{clock}{zone}" if number else None


def common_time(text: str) -> str | None:
    """Return `02/Jan/2030:03:04:05 +0000` as ISO 8601; None for anything else."""
    time = _TIME.match(f"[{text[:64]}]")
    return iso_time(time) if time else None


def _words(text: str, start: int) -> list[Word]:
    found: list[Word] = []
    for match in _WORD.finditer(text, start):
        if len(found) == MAX_WORDS:
            found.append(Word(text[match.start() :], quoted=False))
            break
        name, closed, cut, bare = match.groups()
        if bare is not None:
            found.append(Word(bare, quoted=False))
        else:
            found.append(Word(cut if closed is None else closed, quoted=True, name=name or ""))
    return found


def _session(words: list[Word], fields: Fields) -> list[str]:
    """Read `client protocol cipher "request" size`, the log of mod_ssl's requests; return the client."""
    names = ("client", "ssl_protocol", "ssl_cipher")
    first = next((index for index, word in enumerate(words) if word.quoted), len(words))
    fields |= {name: word.text for name, word in zip(names, words[:first], strict=False)}
    if first < len(words):
        fields["request"] = words[first].text
    surplus = words[len(names) : first]
    words[: first + 1] = [*surplus, Word("-", quoted=False)]  # in place of the status, which this log has not
    return [fields.pop("client")]


def _numbers(words: list[Word], fields: Fields) -> int:
    """Read status, size and what else is a number before the next quote; return how many words that were."""
    count = 0
    for name, pattern in (("status", _STATUS), ("body_bytes_sent", _SIZES)):
        if (
            count < len(words)
            and not words[count].quoted
            and (words[count].text == "-" or pattern.match(words[count].text))
        ):
            fields[name] = words[count].text
            count += 1
    times = []
    while count < len(words) and not words[count].quoted and _NUMBER.match(words[count].text):
        times.append(words[count].text)
        count += 1
    if times:
        fields["response_time"] = times[0] if len(times) == 1 else times
    return count


def _texts(words: list[Word], fields: Fields, *, combinedio: bool) -> None:
    """Read referrer, agent, X-Forwarded-For, and keep all that is left."""
    quoted = 0
    for name in ("http_referer", "http_user_agent"):
        if quoted < len(words) and words[quoted].quoted and not words[quoted].name:
            fields[name] = words[quoted].text
            quoted += 1
    rest = words[quoted:]
    sizes = [word.text for word in rest[:2] if not word.quoted and _SIZES.match(word.text)]
    if combinedio and quoted and len(sizes) == len(_TOTALS):
        fields |= zip(_TOTALS, sizes, strict=True)
        rest = rest[2:]
    extra = []
    for index, word in enumerate(rest):
        if word.name.lower() == _FORWARDED or (word.quoted and not index and is_address_list(word.text)):
            fields["http_x_forwarded_for"] = word.text
        elif word.text not in {"", "-"}:
            extra.append(f"{word.name}={word.text}" if word.name else word.text)
    if extra:
        fields["extra"] = extra
