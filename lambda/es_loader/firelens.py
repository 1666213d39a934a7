"""What FireLens (Fluent Bit beside an ECS task) makes of a container's line -> that line, and what its task is.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/firelens-taskdef.html
"""

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from es_loader.declarations import LogType
from es_loader.errors import Excluded
from es_loader.formats.json import Value, part_text
from es_loader.formats.text import MAX_RECORD
from es_loader.normalize.arns import arn
from es_loader.normalize.coerce import to_boolean
from es_loader.normalize.flat import flat
from es_loader.normalize.timestamps import epoch_ms, to_iso
from es_loader.types import Document, Envelope, Fields, RawRecord

KIND = "firelens"
STDERR = "stderr"
FIELDS = {"source": "keyword", "task_definition": "keyword", "extra": "flat"}
"""What is kept below the log type's prefix in `firelens`: name -> type."""

ECS_FIELDS = tuple(
    """container.id container.name orchestrator.cluster.name orchestrator.resource.id orchestrator.resource.type
    orchestrator.type service.name""".split()
)
"""ECS fields that the task fills, beside those that documents of every log type may have."""

_TASK = (
    *("container_id", "container_name", "ecs_cluster", "ecs_task_arn", "ecs_task_definition", "ec2_instance_id"),
    "source",
)
"""Members that are the same for all lines of one container's stream; each may be missing."""

_PARTIAL = ("partial_message", "partial_id", "partial_ordinal", "partial_last")
_READ = frozenset({*_TASK, *_PARTIAL, "log", "date"})


def is_carried(value: Any) -> bool:
    """Tell whether a decoded value is a line as FireLens carries it, not the log's own JSON."""
    return type(value) is dict and ("log" in value or "container_id" in value or "ecs_task_arn" in value)


def unwrapper(log_type: LogType) -> Callable[[int, Value], RawRecord]:
    """Return the function from a carried value and its number to the record inside.

    The record's value is None (its text is of whatever format), or Excluded: lines without text, and those that the
    container wrote to stderr where `ignore_container_stderr` says so.
    """
    ignores_stderr = log_type.ignore_container_stderr
    prefix = tuple(log_type.field_prefix.split("."))

    def unwrap(number: int, found: Value) -> RawRecord:
        line = _line(found)
        envelope = _envelope(found.value, prefix)
        if ignores_stderr and found.value.get("source") == STDERR:
            return RawRecord(number, line, Excluded("container stderr"), envelope)
        if not line:
            return RawRecord(number, line, Excluded("container line without text"), envelope)
        return RawRecord(number, line, None, envelope)

    return unwrap


def joined(values: Iterator[Value]) -> Iterator[Value]:
    """Join lines that the container runtime cut into pieces (of 16 kB), where the pieces follow each other.

    A set whose last piece is missing is joined as far as it goes.
    """
    pieces: list[Value] = []
    size = 0
    for found in values:
        fields = found.value if type(found.value) is dict else {}
        partial = to_boolean(fields.get("partial_message")) is True
        if pieces and not (partial and _same_line(fields, pieces) and size < MAX_RECORD):
            yield _whole(pieces)
            pieces, size = [], 0
        if not partial:
            yield found
            continue
        pieces.append(found)
        size += len(found.text)
        if to_boolean(fields.get("partial_last")) is True:
            yield _whole(pieces)
            pieces, size = [], 0
    if pieces:
        yield _whole(pieces)


def _same_line(fields: Fields, pieces: list[Value]) -> bool:
    return bool(fields.get("partial_id") == pieces[0].value.get("partial_id"))


def _whole(pieces: list[Value]) -> Value:
    in_order = sorted(pieces, key=lambda piece: _ordinal(piece.value.get("partial_ordinal")))
    first = in_order[0]
    log = "".join(piece.value["log"] for piece in in_order if type(piece.value.get("log")) is str)
    return first._replace(value=first.value | {"log": log})


def is_stderr(raw: RawRecord) -> bool:
    """Tell whether a record is a line that its container wrote to stderr."""
    envelope = raw.envelope
    return envelope is not None and envelope.kind == KIND and envelope.identity == STDERR


def _ordinal(value: Any) -> int:
    text = str(value)
    return int(text) if text.isdecimal() and len(text) < 10 else 0  # noqa: PLR2004 - more pieces than fit a record


def _line(found: Value) -> str:
    log = found.value.get("log")
    if type(log) is str:
        return log.rstrip("\r\n")
    return part_text(log, found) if log else ""


def _envelope(value: Fields, prefix: tuple[str, ...]) -> Envelope:
    known = tuple(member if type(member := value.get(name)) is str else "" for name in _TASK)
    account, region, document = _task(known, prefix)
    extra = flat({name: member for name, member in value.items() if name not in _READ})
    if extra:
        document = _with_extra(document, prefix, extra)
    time = to_iso(value.get("date"))
    source = known[-1]
    return Envelope(
        KIND,
        account=account,
        region=region,
        timestamp=epoch_ms(time) if time else None,
        document=document,
        identity=source,
    )


@lru_cache(maxsize=4096)
def _task(known: tuple[str, ...], prefix: tuple[str, ...]) -> tuple[str | None, str | None, Document]:
    """Return account, region and the part of a document that is the same for a container's lines; shared."""
    container, name, cluster, task_arn, definition, instance, source = known
    task = arn(task_arn)
    task_id = task.resource.rpartition("/")[2]
    document = _compact(
        {
            "container": {"id": container, "name": name.removeprefix("/")},
            "orchestrator": {
                "type": "ecs" if cluster or task_id else "",
                "cluster": {"name": cluster},
                "resource": {"id": task_id, "type": "task" if task_id else ""},
            },
            "service": {"name": definition.partition(":")[0]},
            "cloud": {"instance": {"id": instance}},
            "host": {"id": instance},
            **_below(prefix, {"firelens": {"source": source, "task_definition": definition}}),
        }
    )
    return task.account, task.region, document


def _below(prefix: tuple[str, ...], part: Document) -> Document:
    for name in reversed(prefix):
        part = {name: part}
    return part


def _compact(part: Document) -> Document:
    """Return an object without empty texts and objects."""
    kept = {name: _compact(value) if type(value) is dict else value for name, value in part.items()}
    return {name: value for name, value in kept.items() if value}


def _with_extra(document: Document, prefix: tuple[str, ...], extra: Document) -> Document:
    """Return a document with `firelens.extra` below the prefix; the shared one stays as it is."""
    copy = root = dict(document)
    for name in (*prefix, "firelens"):
        inner = dict(root.get(name, {}))
        root[name] = inner
        root = inner
    root["extra"] = extra
    return copy
