"""The parts that every document has, whatever its log type: identity, index, provenance, related values."""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

from xxhash import xxh3_64_hexdigest, xxh3_64_intdigest, xxh3_128_hexdigest

from es_loader.declarations import LogType
from es_loader.normalize.coerce import to_ip, to_keyword, to_name
from es_loader.types import Document, Envelope, Fields, RawRecord, Source

ECS_SIDES = ("source", "destination", "client", "server")
MAX_ID = 128
"""Longer native ids are hashed; the engine refuses ids over 512 bytes."""

_CACHE_LIMIT = 16_384
_SUFFIXES: dict[str, Callable[[datetime], str]] = {
    "auto": lambda _moment: "",
    "daily": lambda moment: f"{moment:-%Y-%m-%d}",
    "weekly": lambda moment: "-{}-w{:02}".format(*moment.isocalendar()[:2]),
    "monthly": lambda moment: f"{moment:-%Y-%m}",
    "yearly": lambda moment: f"{moment:-%Y}",
}


def index_namer(log_type: LogType) -> Callable[[str], str]:
    """Return the function from an ISO 8601 UTC time to the index that holds it.

    Weeks are ISO weeks. Periods begin at midnight in `index_tz`.
    """
    suffix = _SUFFIXES[log_type.index_rotation]
    cache: dict[str, str] = {}

    def name(timestamp: str) -> str:
        minute = timestamp[:16]
        found = cache.get(minute)
        if found is None:
            if len(cache) >= _CACHE_LIMIT:
                cache.clear()
            local = datetime.fromisoformat(f"{minute}:00+00:00").astimezone(log_type.index_tz)
            found = cache[minute] = log_type.index_name + suffix(local)
        return found

    return name


def id_prefix(source: Source) -> str:
    """Return what the ids of one object's records share, so that the index compresses them."""
    return xxh3_64_hexdigest(f"{source.bucket}/{source.key}".encode())


def position_id(prefix: str, raw: RawRecord) -> str:
    """Return the id of a record without a native one: object, record number, content."""
    content = xxh3_64_intdigest(raw.text.encode(errors="replace"))
    return f"{prefix}{raw.number}{content & 0xFFFFF:05x}"


def native_id(log_type: LogType) -> Callable[[Fields], str | None]:
    """Return the reader of the id that `doc_id` and `doc_id_suffix` declare; None where the record has none.

    The first field of `doc_id` identifies the record; the others, where they are there, tell apart what shares it.
    """
    path, *others = *log_type.doc_id, *log_type.doc_id_suffix
    qualified = f"{log_type.name}\0"

    def read(fields: Fields) -> str | None:
        text = to_keyword(at(fields, path))
        if text is None:
            return None
        for other in others:
            if (part := to_keyword(at(fields, other))) is not None:
                text = f"{text}_{part}"
        return (
            text
            if len(text) <= MAX_ID and text.isascii()
            else xxh3_128_hexdigest((qualified + text).encode(errors="replace"))
        )

    return read


def envelope_id(envelope: Envelope, text: str) -> str | None:
    """Return the id of a record that its carrier identifies, the same in whatever object it comes again."""
    if envelope.record_id is None:
        return None
    parts = (envelope.kind, envelope.identity, envelope.record_id, text)
    return xxh3_128_hexdigest("\0".join(parts).encode(errors="replace"))


def identifier(log_type: LogType) -> Callable[[Fields, RawRecord, str], str]:
    """Return the function from a record and the prefix of its object's ids to its id.

    It is the record's own id, else what its carrier says it is, else where it stood.
    """
    native = native_id(log_type) if log_type.doc_id else None

    def identify(fields: Fields, raw: RawRecord, prefix: str) -> str:
        found = native(fields) if native is not None else None
        if found is None and raw.envelope is not None:
            found = envelope_id(raw.envelope, raw.text)
        return position_id(prefix, raw) if found is None else found

    return identify


def at(fields: Fields, path: str) -> Any:
    """Return the value at a dotted path (or under that very key); None if there is none."""
    if path in fields:
        return fields[path]
    value: Any = fields
    for name in path.split("."):
        if type(value) is not dict:
            return None
        value = value.get(name)
    return value


def provenance(source: Source, number: int) -> Document:
    """Return `aws.s3`: the object that a record came from and its number there."""
    return {"bucket": {"name": source.bucket}, "object": {"key": source.key, "record_number": number}}


def relate(doc: Document) -> None:
    """Gather every address, host name, user name and hash of a document into `related.*`, each once.

    What a log type's module put there already comes first.
    """
    ips: dict[str, None] = {}
    hosts: dict[str, None] = {}
    for side in ECS_SIDES:
        part = doc.get(side)
        if part:
            if "ip" in part:
                ips[part["ip"]] = None
            if "domain" in part:
                hosts[part["domain"]] = None
    if "host" in doc:
        _host(doc["host"], ips, hosts)
    if "url" in doc and (domain := doc["url"].get("domain")) and to_ip(domain) is None:
        hosts[domain] = None
    if "dns" in doc and (name := _asked(doc["dns"].get("question", {}))):
        hosts[name] = None
    users = _users(doc["user"]) if "user" in doc else ()
    hashes = [value for part in ("file", "process") if part in doc for value in doc[part].get("hash", {}).values()]
    if ips or hosts or users or hashes:
        _add(doc, (("ip", ips), ("hosts", hosts), ("user", users), ("hash", hashes)))


def _add(doc: Document, found: tuple[tuple[str, Collection[str]], ...]) -> None:
    related = doc.setdefault("related", {})
    for name, values in found:
        if values:
            first = related.get(name)
            related[name] = list(dict.fromkeys((*first, *values) if first else values))


def _asked(question: Document) -> str | None:
    """Return the host that a DNS question names: that of a reverse lookup is an address, written backwards."""
    return question.get("name") if question.get("type") != "PTR" else None


def _host(host: Document, ips: dict[str, None], hosts: dict[str, None]) -> None:
    for name in ("hostname", "name"):
        if name in host:
            hosts[host[name]] = None
    for ip in host.get("ip", ()):
        ips[ip] = None


def _users(user: Document) -> list[str]:
    parts = (user, *(user[name] for name in ("effective", "target", "changes") if name in user))
    return [name for part in parts if (name := to_name(part.get("name"))) is not None]
