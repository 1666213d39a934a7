"""Listed objects -> those that a backfill queues, and why it leaves the others."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from es_loader.backfill.key_time import span_of
from es_loader.classify import classify, matches, reason_to_skip
from es_loader.declarations import Config, LogType
from es_loader.pipeline import IGNORED_KEY, UNKNOWN_KEY

ARCHIVED = frozenset({"DEEP_ARCHIVE", "GLACIER"})
"""Storage classes that S3 gives nothing out of before it is restored."""


class Item(NamedTuple):
    """One object as S3 lists it."""

    key: str
    size: int
    modified: datetime
    readable: bool = True


@dataclass(frozen=True, slots=True)
class Selection:
    """Which objects are wanted: their time from `since` to before `until`, written before `started`."""

    since: datetime
    until: datetime
    started: datetime
    log_types: frozenset[str] = frozenset()


@dataclass(slots=True)
class Found:
    """Objects and bytes by log type, and the number of objects that were left, by reason."""

    objects: Counter[str] = field(default_factory=Counter)
    size: Counter[str] = field(default_factory=Counter)
    left: Counter[str] = field(default_factory=Counter)

    @property
    def listed(self) -> int:
        """How many objects were looked at."""
        return self.objects.total() + self.left.total()


def items(pages: Iterator[Any]) -> Iterator[Item]:
    """Yield the objects of the pages of a listing."""
    for page in pages:
        for each in page.get("Contents", ()):
            archived = each.get("StorageClass") in ARCHIVED and "RestoreExpiryDate" not in each.get("RestoreStatus", {})
            yield Item(each["Key"], each["Size"], each["LastModified"], not archived)


def verdict(config: Config, item: Item, wanted: Selection) -> tuple[str | None, str]:
    """Return the log type that takes an object, or None and the reason why the object is left."""
    log_type = None
    reason = reason_to_skip(config, item.key)
    if reason is None:
        log_type = classify(config, item.key)
        reason = IGNORED_KEY if matches(config, item.key) else UNKNOWN_KEY
    if log_type is not None:
        reason = next((reason for reason, leaves in _REASONS if leaves(item, wanted, log_type)), "")
    return (log_type.name, "") if log_type and not reason else (None, reason)


def _is_outside(item: Item, wanted: Selection, log_type: LogType) -> bool:
    span = span_of(item.key, log_type)
    if span is None:
        return not wanted.since <= item.modified < wanted.until
    return not span.overlaps(wanted.since, wanted.until)


_REASONS: tuple[tuple[str, Callable[[Item, Selection, LogType], bool]], ...] = (
    ("zero bytes", lambda item, _wanted, _type: item.size == 0),
    ("another log type", lambda _item, wanted, of: bool(wanted.log_types) and of.name not in wanted.log_types),
    ("written after this backfill began", lambda item, wanted, _type: item.modified >= wanted.started),
    ("outside the window", _is_outside),
    ("archived in Glacier: restore it first", lambda item, _wanted, _type: not item.readable),
)


def count(config: Config, listed: Iterator[Item], wanted: Selection) -> Found:
    """Go through a listing and count."""
    found = Found()
    for item in listed:
        name, reason = verdict(config, item, wanted)
        if name is None:
            found.left[reason] += 1
        else:
            found.objects[name] += 1
            found.size[name] += item.size
    return found


def selected(config: Config, listed: Iterator[Item], wanted: Selection) -> Iterator[Item]:
    """Yield the objects that are queued."""
    return (item for item in listed if verdict(config, item, wanted)[0] is not None)


def unknown(config: Config, names: Collection[str]) -> list[str]:
    """Return the names that are no log types."""
    return sorted(set(names) - config.log_types.keys())
