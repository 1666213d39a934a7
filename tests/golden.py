"""The golden pairs of the built-in log types, and how a log's bytes are loaded."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from es_loader import golden
from es_loader.compression import plain
from es_loader.config import load_config
from es_loader.declarations import Config
from es_loader.golden import Collected, GoldenPair
from es_loader.pipeline import Loader, LoadReport
from es_loader.types import ObjectRef

ROOT = Path(__file__).resolve().parent.parent
LOGS = ROOT / "tests" / "logs"
EVENT_TIME = 1_893_553_200_000
"""2030-01-02T03:00:00Z, when the golden objects are notified."""


def cases() -> list[GoldenPair]:
    return golden.pairs(LOGS)


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
    return sink.documents, report


def sources_of(loader: Loader, content: bytes, key: str) -> list[dict[str, Any]]:
    """Return the documents of an object that holds these bytes, without their index and id."""
    return [document["_source"] for document in load_bytes(loader, content, key)[0]]


def _pieces(content: bytes) -> Iterator[bytes]:
    yield content
