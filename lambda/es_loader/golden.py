"""Golden pairs: a log as it lies in S3, its key, and the documents that it must become.

<case>.log              the object's bytes, compressed or not
<case>.key, or key      its S3 key; one `key` may serve all logs of a folder
<case>.expected.json    a list of {"_index", "_id", "_source"}
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from es_loader.errors import ConfigError
from es_loader.normalize.timestamps import epoch_ms
from es_loader.objects import open_object
from es_loader.pipeline import Loader, LoadReport
from es_loader.types import ObjectRef

Documents = list[dict[str, Any]]

MAX_SHOWN = 5
"""Differences of one pair that are named; there may be thousands."""


@dataclass(frozen=True, slots=True)
class GoldenPair:
    """One pair; `log` is the file with the object's bytes."""

    log: Path

    @property
    def expected(self) -> Path:
        """The file with the documents."""
        return self.log.with_suffix(".expected.json")

    @property
    def log_type(self) -> str:
        """The name of its folder, which is that of its log type."""
        return self.log.parent.name

    @property
    def key(self) -> str:
        """The object's S3 key."""
        own = self.log.with_suffix(".key")
        return (own if own.exists() else self.log.with_name("key")).read_text(encoding="utf-8").strip()

    def documents(self) -> Documents:
        """Read the expected documents."""
        found: Documents = json.loads(self.expected.read_text(encoding="utf-8"))
        return found

    def write(self, documents: Documents) -> None:
        """Write the expected documents."""
        text = json.dumps(documents, indent=2, ensure_ascii=False, sort_keys=True)
        self.expected.write_text(text + "\n", encoding="utf-8")

    def __str__(self) -> str:
        return f"{self.log_type}/{self.log.stem}"


@dataclass(slots=True)
class Collected:
    """A sink that keeps what it gets."""

    documents: Documents = field(default_factory=list)

    def add(self, index: str, doc_id: str, source: bytes, _ref: Any) -> None:
        """Take one document."""
        self.documents.append({"_index": index, "_id": doc_id, "_source": msgspec.json.decode(source)})


def pairs(folder: Path) -> list[GoldenPair]:
    """Return the pairs in the folders below a folder, in order."""
    return [GoldenPair(log) for log in sorted(folder.glob("*/*.log"))]


def load(loader: Loader, ref: ObjectRef) -> tuple[Documents, LoadReport]:
    """Return what a local file becomes."""
    sink = Collected()
    report = loader.load(ref, lambda: open_object(ref), sink)
    return sink.documents, report


def differences(pair: GoldenPair, loader: Loader) -> list[str]:
    """Load a pair's log as it was loaded when its documents were written, and say what is not as expected.

    Raises:
        ConfigError: the pair has no key, or no documents that can be read.
    """
    try:
        expected, key = pair.documents(), pair.key
        first = expected[0]["_source"]
        bucket, time = first["aws"]["s3"]["bucket"]["name"], epoch_ms(first["event"]["ingested"])
    except (OSError, ValueError, LookupError, TypeError) as exc:
        raise ConfigError(f"{pair.log}: no golden pair: {type(exc).__name__}: {exc}") from exc
    found, report = load(loader, ObjectRef(bucket, key, time, path=str(pair.log)))
    if report.log_type != pair.log_type:
        return [f"its key is taken by {report.log_type or 'no log type'}, not by {pair.log_type}"]
    return list(_unlike(expected, found))


def _unlike(expected: Documents, found: Documents) -> Iterator[str]:
    if len(expected) != len(found):
        yield f"gives {len(found)} documents, expected are {len(expected)}"
    shown = 0
    for number, (wanted, got) in enumerate(zip(expected, found, strict=False)):
        before, after = dict(_leaves(wanted)), dict(_leaves(got))
        for name in sorted(before.keys() | after.keys()):
            if before.get(name) != after.get(name):
                shown += 1
                if shown > MAX_SHOWN:
                    yield "and more"
                    return
                yield f"document {number}: {name} is {_shown(after.get(name))}, expected {_shown(before.get(name))}"


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict) and value:
        for name, inner in value.items():
            yield from _leaves(inner, f"{path}.{name}" if path and path != "_source" else name)
    else:
        yield path, value


def _shown(value: Any) -> str:
    return "absent" if value is None else json.dumps(value, ensure_ascii=False)
