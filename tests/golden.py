"""Golden pairs: a log as it lies in S3 and the documents that it must give."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from es_loader.compression import plain
from es_loader.config import load_config
from es_loader.declarations import Config
from es_loader.pipeline import Loader, LoadReport
from es_loader.types import ObjectRef

ROOT = Path(__file__).resolve().parent.parent
LOGS = ROOT / "tests" / "logs"
EVENT_TIME = 1_893_553_200_000
"""2030-01-02T03:00:00Z, when the golden objects are notified."""


@dataclass(frozen=True, slots=True)
class GoldenCase:
    """One pair: `log` is the object's bytes, `expected` the file with its documents."""

    log_type: str
    log: Path

    @property
    def expected(self) -> Path:
        return self.log.with_suffix(".expected.json")

    @property
    def key(self) -> str:
        own = self.log.with_suffix(".key")
        return (own if own.exists() else self.log.with_name("key")).read_text().strip()

    def __str__(self) -> str:
        return f"{self.log_type}/{self.log.stem}"


class Collected:
    """A sink that keeps what it gets."""

    def __init__(self) -> None:
        self.items: list[dict[str, Any]] = []

    def add(self, index: str, doc_id: str, source: bytes, _ref: Any) -> None:
        self.items.append({"_index": index, "_id": doc_id, "_source": json.loads(source)})


def cases() -> list[GoldenCase]:
    return [GoldenCase(folder.name, log) for folder in sorted(LOGS.iterdir()) for log in sorted(folder.glob("*.log"))]


def builtin_config() -> Config:
    return load_config(ROOT / "config" / "aws.ini")


def custom_loader(folder: Path, user_ini: str) -> Loader:
    """Return a loader of the built-in log types and those of a user.ini, which must be sound."""
    (folder / "user.ini").write_text(user_ini, encoding="utf-8")
    config = load_config(ROOT / "config" / "aws.ini", folder / "user.ini")
    assert [str(problem) for problem in config.problems] == []
    return Loader(config)


def load_bytes(
    loader: Loader, content: bytes, key: str, event_time: int = EVENT_TIME
) -> tuple[list[dict[str, Any]], LoadReport]:
    sink = Collected()
    report = loader.load(ObjectRef("aes-siem-111122223333-log", key, event_time), lambda: plain(_pieces(content)), sink)
    return sink.items, report


def _pieces(content: bytes) -> Iterator[bytes]:
    yield content
