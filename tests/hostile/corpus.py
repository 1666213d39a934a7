"""Hostile objects of every log type, as many as are asked for: the same number gives the same object.

Each is a header and hostile records, carried and packed in one of the ways in which logs come.
"""

import base64
import bz2
import gzip
import io
import json
import random
import re
import zipfile
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from backports import zstd

from tests.hostile import damage, json_damage
from tests.hostile.seeds import Seed, config, seeds

SEED = 20_300_102
SIZES = (1, 20, 200, 400)
"""Records of an object."""

RARELY = 0.001
"""Share of the records that are of the rare kinds."""

MARK = re.compile(rb"mark[0-9a-f]{8}kram")
"""What marks a record: wherever its text ends up, this is found in it."""

_NO_VALUE = re.compile(
    rb"""mark[0-9a-f]{8}kram(?:[^"\n]|\\")*+"[ ]*:[ ]*(?:null|""|"-"|\[\]|\{\}) # the name of what is not there
    | "name":"(?i:cookie|authorization|x-api-key)","[^}]*mark[0-9a-f]{8}kram # left out of WAF's logs
    | (?:\A|\n)(?:mark[0-9a-f]{8}kram)?(?:\#|version[ ]account) # a line that names columns, or a comment
    | account-id[ ]interface-id|[ ]srcaddr[ ]dstaddr[ ] # likewise
    | \A(?:</?\w+>)+\Z # elements with nothing in them, between records
    | \A<(?:\?|Event[ ]a)[^<>]*mark # in a tag around a record
    """,
    re.VERBOSE,
)
"""A mark where none is kept, by design."""


class HostileObject(NamedTuple):
    """One object. `made` says what was done to each record; `marks` are those that must be found again."""

    number: int
    log_type: str
    key: str
    content: bytes
    carrier: str
    made: tuple[str, ...]
    marks: frozenset[bytes]


def objects(records: int, *, seed: int = SEED) -> Iterator[HostileObject]:
    """Yield objects of all log types in turn until they hold at least so many records."""
    number = 0
    while records > 0:
        made = hostile_object(number, seed=seed)
        yield made
        records -= len(made.made)
        number += 1


def hostile_object(number: int, *, seed: int = SEED) -> HostileObject:
    """Return an object."""
    dice = random.Random(f"{seed}/{number}")
    names = list(seeds())
    name = names[number % len(names)]
    origin = dice.choice(seeds()[name])
    made, records, marks = [], [], set()
    for place in range(dice.choice(SIZES)):
        mark = f"mark{number & 0xFFFF:04x}{place:04x}kram" if dice.random() < 0.5 else ""
        kind, record = _record(dice, dice.choice(origin.records), mark)
        made.append(kind)
        records.append(record)
        if mark and not _NO_VALUE.search(record) and not _is_overwritten(record, mark):
            marks.add(mark.encode())
    carrier, carry = dice.choice(_carriers(name, origin))
    packing = dice.choice(_PACKINGS)
    content = _PACKERS[packing](carry(dice, origin, records))
    if carrier in _GUESSED:
        marks.clear()
    return HostileObject(number, name, origin.key, content, f"{carrier}, {packing}", tuple(made), frozenset(marks))


def _is_overwritten(record: bytes, mark: str) -> bool:
    """Tell whether a mark is in a member that comes again: the last one counts."""
    found = _object(record.decode(errors="replace"))
    return found is not None and mark not in json.dumps(found)


def _record(dice: random.Random, text: str, mark: str) -> tuple[str, bytes]:
    """Return what was done, and a hostile record with a mark where a record of its kind can have one."""
    value = _object(text)
    rare = dice.random() < RARELY
    if value and dice.random() < 0.7:
        kind, change = _choice(dice, json_damage.RARE if rare else json_damage.DAMAGES)
        record = change(dice, value)
        return f"JSON: {kind}", _with_member(record, mark) if mark else record
    kind, alter = _choice(dice, damage.RARE if rare else damage.DAMAGES)
    record = alter(dice, text)
    return f"text: {kind}", _marked(dice, record, mark.encode()) if mark else record


def _object(text: str) -> dict[str, Any] | None:
    """Return a record's JSON object; some golden records are broken ones."""
    try:
        return dict(json.loads(text, strict=False)) if text.startswith("{") else None
    except (RecursionError, ValueError):
        return None


def _with_member(record: bytes, mark: str) -> bytes:
    """Add a mark as the last member of an object."""
    return record.removesuffix(b"}") + (b"" if record == b"{}" else b",") + f'"zz":"{mark}"}}'.encode()


def _marked(dice: random.Random, record: bytes, mark: bytes) -> bytes:
    where = dice.choice(("before", "behind", "within"))
    place = {"before": 0, "behind": len(record), "within": dice.randint(0, len(record))}[where]
    return record[:place] + mark + record[place:]


def _choice(dice: random.Random, table: Any) -> tuple[str, Any]:
    names = list(table)
    (name,) = dice.choices(names, [table[each][0] for each in names])
    return name, table[name][1]


_GUESSED = ("UTF-16 LE", "UTF-16 BE")
"""Without a byte order mark: it is told by the first characters, which are not always there."""

Carry = Callable[[random.Random, Seed, list[bytes]], bytes]


def _carriers(name: str, origin: Seed) -> list[tuple[str, Carry]]:
    """Return the ways in which records of a log type come; most of them are what the type is written for."""
    log_type = config().log_types[name]
    found: list[tuple[str, Carry]] = [("lines", _lines)] * 6 + [
        ("CRLF", lambda dice, seed, lines: _lines(dice, seed, lines).replace(b"\n", b"\r\n")),
        ("BOM", lambda dice, seed, lines: b"\xef\xbb\xbf" + _lines(dice, seed, lines)),
        ("UTF-16", _utf16("utf-16")),
        ("UTF-16 LE", _utf16("utf-16-le")),
        ("UTF-16 BE", _utf16("utf-16-be")),
        ("base64", _base64),
    ]
    if log_type.builtin or log_type.via_cwl:
        found += [("CloudWatch Logs", _cloudwatch), ("EventBridge", _eventbridge)]
    if log_type.via_firelens:
        found += [("FireLens", _firelens)] * 2
    if origin.records[0].startswith("{"):
        found += [("array", _array), ("concatenated", _concatenated)]
        found += [("records", _records_of(array)) for array in log_type.json_delimiter]
    return found


def _lines(_dice: random.Random, origin: Seed, records: list[bytes]) -> bytes:
    return b"\n".join((*(line.encode() for line in origin.header), *records)) + b"\n"


def _utf16(encoding: str) -> Carry:
    return lambda dice, origin, records: _lines(dice, origin, records).decode(errors="replace").encode(encoding)


def _base64(dice: random.Random, origin: Seed, records: list[bytes]) -> bytes:
    return base64.b64encode(_gzip(_lines(dice, origin, records)))


def _text(record: bytes) -> str:
    """Return a record as text, what is no UTF-8 in it as lone surrogates."""
    return record.decode(errors="surrogateescape")


def _cloudwatch(dice: random.Random, _origin: Seed, records: list[bytes]) -> bytes:
    events = [
        {
            "id": f"{number:056}",
            "timestamp": dice.choice((1_893_553_445_123, 0, -1, 10**20, None, "x", 1.5)),
            "message": _text(record),
        }
        for number, record in enumerate(records)
    ]
    around = {
        "messageType": "DATA_MESSAGE",
        "owner": "111122223333",
        "logGroup": "g",
        "logStream": "i-0123456789abcdef0",
    }
    return json.dumps(around | {"logEvents": events}).encode()


def _eventbridge(_dice: random.Random, _origin: Seed, records: list[bytes]) -> bytes:
    around = json.dumps({"detail-type": "x", "source": "y", "account": "111122223333", "time": "2030-01-02T03:04:05Z"})
    return b"\n".join(
        around[:-1].encode() + b',"detail":' + (record if record[:1] == b"{" else b"{}" + record) + b"}"
        for record in records
    )


def _firelens(dice: random.Random, _origin: Seed, records: list[bytes]) -> bytes:
    return "\n".join(
        json.dumps(
            {
                "log": _text(record),
                "source": dice.choice(("stdout", "stdout", "stderr")),
                "container_id": "c",
                "container_name": "n",
            }
        )
        for record in records
    ).encode()


def _array(_dice: random.Random, _origin: Seed, records: list[bytes]) -> bytes:
    return b"[" + b",\n".join(records) + b"]"


def _concatenated(_dice: random.Random, _origin: Seed, records: list[bytes]) -> bytes:
    return b"".join(records)


def _records_of(array: str) -> Carry:
    return lambda _dice, _origin, records: f'{{"{array}":['.encode() + b",\n".join(records) + b"]}"


def _gzip(content: bytes) -> bytes:
    return gzip.compress(content, 1, mtime=0)


def _zip(content: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as opened:
        opened.writestr(zipfile.ZipInfo("a.log"), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


_PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "plain": lambda content: content,
    "gzip": _gzip,
    "bzip2": lambda content: bz2.compress(content, 1),
    "zstd": zstd.compress,
    "zip": _zip,
}
_PACKINGS = ("plain",) * 6 + tuple(_PACKERS)
