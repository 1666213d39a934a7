"""Sound records of every log type, built-in and of `config/user.ini.example`: what the hostile ones are made from."""

import gzip
import json
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

from es_loader.classify import classify
from es_loader.config import load_config
from es_loader.declarations import Config
from es_loader.enrich import enrichers
from es_loader.pipeline import Loader
from tests.golden import ROOT, cases

SAMPLES = ROOT / "samples" / "logs"
MOST_RECORDS = 60
"""Records of one log type that are used: a few of each golden log, so that every shape is among them."""

OF_ONE_LOG = 12

CUSTOM: dict[str, tuple[str, str]] = {
    "shop-json": (
        "shop/json/2030/01/02/orders.json",
        (
            '{"time": "2030/01/02 12:04:05", "order": "o-1", "verb": "buy", "result": "ok", "status": 200, '
            '"client": {"address": "203.0.113.7", "port": 4711}, "proxy": "198.51.100.1", "buyer": {"login": "jane"}, '
            '"cart": {"currency": "EUR", "total": 12.5, "items": [{"sku": "a-1", "count": 2}]}}'
        ),
    ),
    "shop-csv": (
        "shop/csv/2030/01/02/sales.csv",
        'when,address,note\n1893553445,203.0.113.7,"a ""quoted"" note"\n1893553446,2001:db8::7,plain',
    ),
    "shop-text": (
        "shop/text/2030/01/02/shop.log",
        (
            '2030-01-02T03:04:05Z 203.0.113.7 "Mozilla/5.0 (X11; Linux x86_64)" cost=$12.50\n'
            '2030-01-02T03:04:06Z 2001:db8::7 "curl/8.5.0" cost=$0.99'
        ),
    ),
    "shop-trace": (
        "shop/trace/2030/01/02/trace.log",
        "2030-01-02T03:04:05Z ERROR it failed\n  at a (b.js:1)\n  at c (d.js:2)\n2030-01-02T03:04:06Z INFO it works",
    ),
    "firewall": (
        "firewall/cef/2030/01/02/fw.log",
        (
            "Jan  2 03:04:05 fw1 CEF:0|Vendor|Product|1.0|100|A \\| B|7|rt=1893553445000 src=203.0.113.7 spt=4711 act=deny "
            "cs1Label=Rule cs1=no way msg=a\\=b c"
        ),
    ),
    "shop-xml": (
        "shop/xml/2030/01/02/sales.xml",
        '<sale time="2030-01-02T03:04:05Z"><client ip="203.0.113.7"/><buyer>jane</buyer><note><![CDATA[a < b]]></note></sale>',
    ),
    "windows": (
        "windows/events/2030/01/02/security.xml",
        (
            '<Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event"><System><Provider Name="Security"/>'
            '<EventID Qualifiers="0">4624</EventID><TimeCreated SystemTime="2030-01-02T03:04:05.1234567Z"/>'
            "<Channel>Security</Channel><Computer>pc1</Computer></System><EventData>"
            '<Data Name="IpAddress">203.0.113.7</Data><Data Name="IpPort">4711</Data><Data Name="LogonType">3</Data>'
            '<Data Name="SubjectUserName">jane</Data></EventData></Event>'
        ),
    ),
}
"""Key and log of the sections of `config/user.ini.example` that no golden pair has."""


class Seed(NamedTuple):
    """One log: its object's key, the lines before its records, its records as text."""

    key: str
    header: tuple[str, ...]
    records: tuple[str, ...]


@cache
def config() -> Config:
    """Return every built-in log type, and those of the example, which have the formats that built-in ones have not."""
    found = load_config(ROOT / "config" / "aws.ini", ROOT / "config" / "user.ini.example")
    assert not found.problems, found.problems
    return found


@cache
def loader() -> Loader:
    """Return a loader of all of them, compiled, with all that enriches without a database."""
    made = Loader(config(), enrichers=enrichers)
    made.compile_all()
    return made


@cache
def seeds() -> dict[str, tuple[Seed, ...]]:
    """Return sound logs by log type."""
    found: dict[str, list[Seed]] = {}
    for name, key, content in _logs():
        known = found.setdefault(name, [])
        if sum(len(seed.records) for seed in known) < MOST_RECORDS and (seed := _seed(name, key, content)).records:
            known.append(seed)
    assert found.keys() == config().log_types.keys(), found.keys() ^ config().log_types.keys()
    return {name: tuple(known) for name, known in sorted(found.items())}


def _logs() -> Iterator[tuple[str, str, bytes]]:
    for case in cases():
        yield case.log_type, case.key, case.log.read_bytes()
    for name, (key, text) in CUSTOM.items():
        yield name, key, text.encode()
    for path in sorted(SAMPLES.rglob("*.*")):
        key = path.relative_to(SAMPLES).as_posix()
        if path.is_file() and (log_type := classify(config(), key)):
            content = path.read_bytes()
            yield log_type.name, key, gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content


def _seed(name: str, key: str, content: bytes) -> Seed:
    """Take a log apart, out of what carried it; one that is no plain text has no records here."""
    if content[:2] in {b"\x1f\x8b", b"PK", b"PA", b"BZ", b"(\xb5"} or b"\0" in content:
        return Seed(key, (), ())
    raws = list(loader().program(name).split(iter((content,))))
    texts = [_compact(raw.value) if type(raw.value) is dict else raw.text for raw in raws]
    lines = content.decode(errors="replace").splitlines()
    inside = {line for raw in raws for line in raw.text.splitlines()}
    is_json = any(type(raw.value) is dict for raw in raws)
    first = next((number for number, line in enumerate(lines) if line in inside), 0)
    header = () if is_json else tuple(lines[:first])
    return Seed(key, header, tuple(texts[:OF_ONE_LOG]))


def _compact(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
