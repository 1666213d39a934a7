"""A sound record as text -> a hostile one as bytes: a table of ways, each seeded."""

import random
import re
from collections.abc import Callable

from tests.hostile.pumps import pumps

Damage = Callable[[random.Random, str], bytes]

MEGABYTE = 1 << 20
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_ADDRESS = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]{1,4}:[0-9a-f:]{4,}")
_TIME = re.compile(r"\d{4}[-/]\d\d[-/]\d\d|\d\d/[A-Z][a-z]{2}/\d{4}|[A-Z][a-z]{2} [ \d]\d|1[89]\d{8,11}")
_WORD = re.compile(r"[^\s\"\[\]{}:,]+")

QUOTES = ('"', '""', '"""', "'", "`", '\\"', '\\\\"', '" "', "\\", '"\\', '","', '"\n"')
BRACKETS = (
    "[",
    "]",
    "{",
    "}",
    "(",
    ")",
    "<",
    ">",
    "[[[[",
    "}}}}",
    "[{]}",
    "</",
    "/>",
    "<![CDATA[",
    "]]>",
    "<!--",
    "-->",
)
CONTROLS = (
    "\0",
    "\0\0\0\0",
    "\x01",
    "\x08",
    "\x0b",
    "\x0c",
    "\x1a",
    "\x1b[2J\x1b[31m",
    "\x1e",
    "\x7f",
    "\x85",
    "\u2028",
    "\r",
)
NOT_UTF8 = (b"\xff", b"\xfe", b"\xc0\x80", b"\xed\xa0\x80", b"\xf5\x80\x80\x80", b"\xe2\x82", b"\x80" * 9, b"\xff\xfe")
UNICODE = (
    "\ufeff",
    "\u202e",
    "\u0000",
    "\ufffe",
    "\uffff",
    "e" + "\u0301" * 400,
    "\U0001f600" * 50,
    "\u0130",
    "\u1e9e",
    "İSTANBUL",
    "١٢٣",
    "²",
)
NUMBERS = (
    *(
        "1e999",
        "-1e999",
        "NaN",
        "Infinity",
        "-Infinity",
        "-0",
        "1e-999",
        "0x1f",
        "1_000",
        "+5",
        "١٢٣",
        "²",
        "00",
        "--1",
    ),
    *(str(2**31), str(2**63), str(2**64), str(-(2**63) - 1), "9" * 19, "9" * 400, "9" * 5_000, "0." + "0" * 400 + "1"),
)
ADDRESSES = (
    *("999.999.999.999", "1.2.3", "01.02.03.04", "::", "::ffff:1.2.3.4", "fe80::1%eth0", "[::1]:99999", "1.2.3.4:-1"),
    *(
        "1" * 300,
        ":" * 300,
        "1." * 2_000,
        "f:" * 2_000,
        "1.2.3.4:" + "9" * 900,
        "1.2.3.4, " * 900,
        "%" * 70,
        "localhost",
    ),
)
TIMES = (
    *(
        "0000-00-00",
        "9999-12-31",
        "99999-01-01",
        "2030-02-30",
        "2030-13-01",
        "-2030-01-01",
        "31/Foo/2030",
        "00/Jan/0000",
    ),
    *("1" * 19, "9" * 30, "-1", "0", "253402300800", "1e18", "Feb 30", "Dec 99", "2030-01-01T25:61:61Z", "1969-12-31"),
    *("2030-01-02T03:04:60Z", "2030-01-02T03:04:05+99:99", "2030-01-02T03:04:05.000000000000000000001Z", "10000-01-01"),
)
PAYLOADS = (
    *(
        "${jndi:ldap://a/b}",
        "<script>alert(1)</script>",
        "=cmd|' /C calc'!A0",
        "'; DROP TABLE x;--",
        "../" * 40,
        "%00%0a%0d",
    ),
    *(
        "%u0000%zz%",
        "%" * 500,
        "\\x22\\x00\\u0000\\ud800",
        "{{7*7}}",
        "$(id)",
        "http://[::1",
        "http://a:b:c:99999/?#",
        "//@:",
    ),
    *(
        "xn--" + "a" * 300,
        "a." * 500,
        "GET " * 50,
        "HTTP/1.1",
        "-",
        "",
        " ",
        "null",
        "None",
        "true",
        "\t",
        "a=b;" * 300,
    ),
    *('{"messageType": "DATA_MESSAGE", "logEvents": [', '{"detail-type": 1, "detail": {}}', "CWL CONTROL MESSAGE: x"),
    *(
        "H4sIAAAAAAAAA" + "A" * 60,
        "eyJh" + "A" * 60,
        "PK\x03\x04",
        "BZh91AY&SY",
        "#Fields: a b c",
        "#fields: " + "x " * 3_000,
    ),
    *("version account-id srcaddr", "aws:requestId", "__proto__", "a.b.c", ".", "..", "@timestamp", "_id", "_source"),
)
XML = (
    '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a0 "ha">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    + "]><Event>&a9;</Event>",
    '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><sale>&x;</sale>',
    '<!DOCTYPE a SYSTEM "http://127.0.0.1:9/x.dtd"><Event/>',
    "<Event>" + "<a>" * 3_000 + "</a>" * 3_000 + "</Event>",
    "<Event " + " ".join(f'a{n}="{n}"' for n in range(3_000)) + "/>",
    "<sale>" + "<![CDATA[" * 500 + "</sale>",
    "<Event>" + "<!--" * 3_000,
    "<Event a=" + "'\"" * 3_000 + "</Event>",
    "<Event>&#0;&#x110000;&lt;&nbsp;</Event>",
)
RUNS = (100, 100, 1_000, 1_000, 5_000, 30_000)


def _replaced(pattern: re.Pattern[str], values: tuple[str, ...]) -> Damage:
    """Put hostile values in the place of one or of all that a pattern finds; the first of nothing is the beginning."""

    def damage(dice: random.Random, text: str) -> bytes:
        found = list(pattern.finditer(text))
        for match in reversed(found if dice.random() < 0.2 else found and [dice.choice(found)]):
            text = text[: match.start()] + dice.choice(values) + text[match.end() :]
        return _bytes(text)

    return damage


def _inserted(values: tuple[str, ...]) -> Damage:
    def damage(dice: random.Random, text: str) -> bytes:
        for _ in range(dice.choice((1, 1, 1, 2, 9))):
            place = dice.randint(0, len(text))
            text = text[:place] + dice.choice(values) + text[place:]
        return _bytes(text)

    return damage


def _bytes(text: str) -> bytes:
    return text.encode(errors="surrogateescape" if text.isascii() else "replace")


def _not_utf8(dice: random.Random, text: str) -> bytes:
    content, place = text.encode(), dice.randint(0, len(text))
    return content[:place] + dice.choice(NOT_UTF8) + content[place:]


def _removed(dice: random.Random, text: str) -> bytes:
    place = dice.randint(0, len(text))
    return _bytes(text[:place] + text[place + dice.choice((1, 3, 20)) :])


def _cut(dice: random.Random, text: str) -> bytes:
    return _bytes(text[: dice.randint(0, len(text))])


def _words(dice: random.Random, text: str) -> bytes:
    words = text.split(" ")
    if dice.random() < 0.5:
        dice.shuffle(words)
    del words[: dice.randint(0, 2)]
    return _bytes(" ".join(words * dice.choice((1, 1, 2, 5))))


def _columns(dice: random.Random, text: str) -> bytes:
    return _bytes(text + dice.choice((" ", ",", "\t", "|", " - ", ' "a"')) * 10_000)


def _pump(dice: random.Random, text: str) -> bytes:
    """Put what a pattern repeats, and then cannot take, in place of a word, of a line's end, or of the line."""
    run = dice.choice(pumps()).text(dice, dice.choice(RUNS))
    words = list(_WORD.finditer(text))
    if not words or dice.random() < 0.2:
        return _bytes(run)
    word = dice.choice(words)
    return _bytes(text[: word.start()] + run + (text[word.end() :] if dice.random() < 0.7 else ""))


def _run_on(dice: random.Random, text: str) -> bytes:
    """Repeat a piece of the line in its place."""
    place = dice.randint(0, len(text))
    piece = text[place : place + dice.choice((1, 1, 2, 7))] or " "
    return _bytes(text[:place] + piece * (dice.choice(RUNS) // len(piece)) + text[place:])


def _megabyte(dice: random.Random, text: str) -> bytes:
    place = dice.randint(0, len(text))
    piece = dice.choice((text[place : place + 9] or "x", "a", " ", '"', "\\", "[", "9", "é", "a b ", "%41", ".", ";"))
    return _bytes(text[:place] + piece * (MEGABYTE // len(piece)) + text[place:])


def _deep(dice: random.Random, text: str) -> bytes:
    levels = dice.choice((100, 990, 5_000, 50_000))
    opening, closing = dice.choice((("[", "]"), ('{"a":', "}"), ("(", ")"), ("<a>", "</a>"), ('[{"":', "}]")))
    closings = closing * (levels if dice.random() < 0.7 else levels // 2)
    return _bytes(
        f"{text[:-1]}{opening * levels}1{closings}{text[-1:]}"
        if dice.random() < 0.5
        else f"{opening * levels}1{closings}"
    )


DAMAGES: dict[str, tuple[int, Damage]] = {
    "none": (12, lambda _dice, text: _bytes(text)),
    "quotes": (12, _inserted(QUOTES)),
    "brackets": (8, _inserted(BRACKETS)),
    "controls": (10, _inserted(CONTROLS)),
    "not UTF-8": (8, _not_utf8),
    "Unicode": (6, _inserted(UNICODE)),
    "numbers": (10, _replaced(_NUMBER, NUMBERS)),
    "addresses": (8, _replaced(_ADDRESS, ADDRESSES)),
    "times": (8, _replaced(_TIME, TIMES)),
    "payload for a word": (10, _replaced(_WORD, PAYLOADS)),
    "payload": (6, _inserted(PAYLOADS)),
    "XML": (2, _replaced(re.compile(r"(?s).+"), XML)),
    "removed": (6, _removed),
    "cut": (6, _cut),
    "words": (5, _words),
    "10,000 columns": (1, _columns),
    "pump": (8, _pump),
    "run": (4, _run_on),
    "nested": (1, _deep),
}
"""How often, and what is done."""

RARE: dict[str, tuple[int, Damage]] = {"a megabyte": (1, _megabyte)}
"""What takes so much longer that it is done to one record in a thousand."""
