"""VPC and Transit Gateway flow logs: columns in any order, with or without a header.

https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html
"""

import re
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import unquote

from es_loader.declarations import LogType
from es_loader.errors import Excluded, RecordError
from es_loader.logtypes import Hooks
from es_loader.logtypes.vpcflow_layouts import KNOWN, TAGS, layout_of
from es_loader.normalize import networks
from es_loader.normalize.coerce import to_keyword, to_long
from es_loader.normalize.timestamps import to_iso
from es_loader.types import Document, Fields, RawRecord, Source

_ACTIONS = {"ACCEPT": (["connection", "allowed"], "success"), "REJECT": (["connection", "denied"], "failure")}
_NO_ACTION = (["connection"], None)
_FLAGS = ((1, "fin"), (2, "syn"), (4, "rst"), (8, "psh"), (16, "ack"), (32, "urg"))
_FLAG_NAMES = [[name for bit, name in _FLAGS if bit & number] for number in range(64)]
_FILE_TIMES = (
    re.compile(r"_(20\d\d)(\d\d)(\d\d)T(\d\d)(\d\d)Z_"),
    re.compile(r"-(20\d\d)-(\d\d)-(\d\d)-(\d\d)-(\d\d)-\d\d-[0-9a-f]{8}-[^/]*\Z"),
)
"""The times in the names that VPC and that Firehose give to an object, to the minute."""

_HEADER_SHARE = 2
_NS = 1_000_000_000


class _Columns(NamedTuple):
    """What a header says about all rows below it."""

    unknown: tuple[str, ...]
    tags: tuple[str, ...]
    timed: bool


def hooks(_log_type: LogType) -> Hooks:
    """Return what a declaration cannot say of this log."""
    return Hooks(parse=parse, header=header, refine=refine)


def header(line: str) -> tuple[str, ...] | None:
    """Return the column names if the line is a header: all of them known, or at least half and none a number."""
    if line[:1].isdigit():
        return None
    names = tuple(line.replace("-", "_").split())
    known = sum(name in KNOWN for name in names)
    if known == len(names) or (known * _HEADER_SHARE >= len(names) and not any(map(str.isdecimal, names))):
        return names
    return None


def parse(text: str) -> Fields:
    """Read a row that has no header by the layout whose typed columns fit it.

    Raises:
        Excluded: it is a header, which came in an envelope of its own.
        RecordError: no documented layout fits; the object needs a header or the section a list of fields.
    """
    values = text.split()
    names = layout_of(values)
    if names is None:
        if values and header(text) is not None:
            raise Excluded("header line")
        raise RecordError(
            f"has {len(values)} columns, no header, and fits no documented layout: name its fields with csv_header"
        )
    return dict(zip(names, values, strict=True))


def refine(doc: Document, fields: Fields, raw: RawRecord, source: Source) -> None:
    """Add the event's time, outcome and duration, and what numbers and addresses mean."""
    columns = _columns(raw.value if type(raw.value) is tuple else tuple(fields))
    event = doc["event"]
    _time(doc, fields, columns, source)
    event["type"], outcome = _ACTIONS.get(fields.get("action", ""), _NO_ACTION)
    if outcome is not None:
        event["outcome"] = outcome
    if fields.get("account_id") == "unknown":
        del doc["cloud"]["account"]
    _network(doc, fields)
    if "network" not in doc or "iana_number" not in doc["network"]:
        _keep_protocol(doc, fields, raw)
    if columns.unknown or columns.tags:
        _other_columns(doc, fields, columns)


def _time(doc: Document, fields: Fields, columns: _Columns, source: Source) -> None:
    event = doc["event"]
    end, start = event.get("end"), event.get("start")
    moment = end or start
    if moment is None:
        if columns.timed:
            raise RecordError("has no usable time in end or start")
        moment = _file_time(source.key) or source.event_time
    doc["@timestamp"] = moment
    if end is not None and start is not None:
        first, last = to_long(fields["start"]), to_long(fields["end"])
        if first is not None and last is not None and last >= first:
            event["duration"] = (last - first) * _NS


def _network(doc: Document, fields: Fields) -> None:
    network: Document = doc.get("network") or {}
    near, far = doc.get("source", _ABSENT), doc.get("destination", _ABSENT)
    source_ip, destination_ip = near.get("ip"), far.get("ip")
    if source_ip is not None:
        network["type"] = networks.network_type(source_ip)
    number = to_long(fields.get("protocol"))
    if number is not None:
        network["iana_number"] = str(number)
        if (name := networks.transport(number)) is not None:
            network["transport"] = name
        if source_ip is not None and destination_ip is not None:
            community = networks.community_id(source_ip, destination_ip, number, near.get("port"), far.get("port"))
            if community is not None:
                network["community_id"] = community
    if network:
        doc["network"] = network
    _related(doc, source_ip, destination_ip)
    flags = doc["aws"].get("vpcflow", _ABSENT).get("tcp_flags")
    if flags and (names := _FLAG_NAMES[flags & 63]):
        doc["aws"]["vpcflow"]["tcp_flags_array"] = names


def _keep_protocol(doc: Document, fields: Fields, raw: RawRecord) -> None:
    """Keep the record whole if its protocol is something, but no number: no field holds it."""
    if to_keyword(fields.get("protocol")) is not None:
        doc["event"]["original"] = raw.text


def _related(doc: Document, source_ip: str | None, destination_ip: str | None) -> None:
    """Relate the packet's own addresses too, where they are not those of the interface."""
    own = doc["aws"].get("vpcflow", _ABSENT)
    inner = (own.get("pkt_srcaddr"), own.get("pkt_dstaddr"))
    if inner != (None, None):
        found = dict.fromkeys(ip for ip in (source_ip, destination_ip, *inner) if ip is not None)
        doc["related"] = {"ip": list(found)}


def _other_columns(doc: Document, fields: Fields, columns: _Columns) -> None:
    """Keep columns that are newer than this list as text, and decode tags."""
    own = doc["aws"].setdefault("vpcflow", {})
    for name in columns.unknown:
        if (text := to_keyword(fields.get(name))) is not None:
            own[name.replace(".", "_")] = text
    for name in columns.tags:
        if (text := to_keyword(fields.get(name))) is not None:
            own[name] = unquote(text)


@lru_cache(maxsize=256)
def _columns(names: tuple[str, ...]) -> _Columns:
    return _Columns(
        unknown=tuple(name for name in names if name not in KNOWN and name != "extra"),
        tags=tuple(name for name in names if name in TAGS),
        timed="start" in names or "end" in names,
    )


@lru_cache(maxsize=256)
def _file_time(key: str) -> str | None:
    match = next(filter(None, (pattern.search(key) for pattern in _FILE_TIMES)), None)
    return to_iso("{}-{}-{}T{}:{}:00Z".format(*match.groups())) if match else None


_ABSENT: dict[str, Any] = {}
