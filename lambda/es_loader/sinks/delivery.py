"""Entries -> a bulk request -> what became of each entry, with everything that may be tried again tried again.

| answer | for an entry | for the whole request |
| --- | --- | --- |
| 2xx | loaded | look at the entries |
| 429, 5xx, no answer | sent again, alone | sent again |
| 400, 413 | rejected | sent again in two halves; rejected when it is a single entry |
| 401, 403, 404 | failed: the record is not to blame | failed: nothing can be stored |
| 400 of a closed index, or for want of shards | failed: the record is not to blame | |
| other 4xx | rejected | failed: nothing can be stored |

Sending again waits longer each time, for as long as attempts and patience last; then the entries have failed.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import msgspec

from es_loader.errors import AccessError, RetryableError

NO_ANSWER = 0
BUSY = 429
SERVER_ERRORS = 500
DENIED = frozenset({401, 403})
BLAMELESS = frozenset({401, 403, 404})
BLAMELESS_ERRORS = frozenset({"index_closed_exception", "validation_exception"})
"""What a whole index refuses with 400: it is closed, or it cannot be made because the domain has all its shards."""

TOO_LARGE = 413
DIVISIBLE = frozenset({400, TOO_LARGE})

FIRST_DELAY = 0.5
LONGEST_DELAY = 20.0


class Entry(msgspec.Struct, frozen=True, gc=False):
    """One document on its way, with its two lines of the bulk request.

    A replacement stands for a document that was refused, which is then in `refused`.
    """

    action: bytes
    source: bytes
    ref: Any
    index: str
    doc_id: str
    is_replacement: bool = False
    refused: bytes = b""


class Item(NamedTuple):
    """What became of one entry: its HTTP status, and why if it was not stored."""

    status: int
    reason: str


class Reply(NamedTuple):
    """The answer to one bulk request: `items` in the order of the entries, or None if every one was stored."""

    status: int
    reason: str = ""
    items: Sequence[Item] | None = None


class Refusal(NamedTuple):
    """An entry that was not stored, and why."""

    entry: Entry
    status: int
    reason: str


class Outcome(msgspec.Struct):
    """What became of some entries, and what it took. `stopped` is set when none can be stored at the moment.

    `resent` has the `ref` of an entry each time that it was sent again.
    """

    requests: int = 0
    sent_bytes: int = 0
    retries: int = 0
    loaded: int = 0
    resent: list[Any] = []
    rejected: list[Refusal] = []
    failed: list[Refusal] = []
    too_large: bool = False
    stopped: RetryableError | None = None


class Patience(NamedTuple):
    """How long to go on trying and to wait for one answer, and the clock that measures it (seconds)."""

    attempts: int
    seconds: float
    timeout: float
    deadline: float
    clock: Callable[[], float]
    sleep: Callable[[float], object]
    random: Callable[[], float]

    def request_seconds(self) -> float:
        """Return how long the next request may take; nothing or less if the deadline has passed."""
        return min(self.timeout, self.deadline - self.clock())

    def wait(self, attempt: int, started: float) -> bool:
        """Sleep before the attempt of this number (from 1); False if there is no time or attempt left for it.

        `sleep` may return something true to say that it is not worth going on.
        """
        if attempt >= self.attempts:
            return False
        delay = min(LONGEST_DELAY, FIRST_DELAY * 2 ** (attempt - 1)) * (1 + self.random()) / 2
        if self.clock() + delay > min(started + self.seconds, self.deadline):
            return False
        return not self.sleep(delay)


def body(entries: Sequence[Entry]) -> bytes:
    """Return the bulk request that indexes these entries."""
    lines = [line for entry in entries for line in (entry.action, entry.source)]
    return b"\n".join((*lines, b""))


Post = Callable[[bytes, float], Reply]
"""Sends one bulk request and waits so many seconds for its reply; never raises."""

NO_TIME = Reply(NO_ANSWER, "there is no time left to wait for it")


def deliver(entries: Sequence[Entry], *, post: Post, patience: Patience) -> Outcome:
    """Send entries until each is loaded, rejected or failed.

    Args:
        entries: at least one.
        post: see Post.
        patience: bounds the attempts for each request.
    """
    outcome = Outcome()
    waiting = [entries]
    while waiting:
        batch = waiting.pop()
        if outcome.stopped:
            outcome.failed += [Refusal(entry, NO_ANSWER, str(outcome.stopped)) for entry in batch]
        else:
            waiting += _deliver(batch, outcome, post, patience)
    return outcome


def _deliver(batch: Sequence[Entry], outcome: Outcome, post: Post, patience: Patience) -> list[Sequence[Entry]]:
    """Send one batch, again and again; return the halves that it must be sent in instead, the first one last."""
    started = patience.clock()
    attempt = 0
    while True:
        reply = _send(batch, outcome, post, patience.request_seconds())
        if reply.status in DIVISIBLE:
            outcome.too_large |= reply.status == TOO_LARGE
            return _halve(batch, reply, outcome)
        busy = _sort(batch, reply, outcome)
        attempt += 1
        if not busy:
            return []
        if not patience.wait(attempt, started):
            _give_up(busy, reply, outcome)
            return []
        outcome.retries += 1
        batch = [refusal.entry for refusal in busy]
        outcome.resent += [entry.ref for entry in batch]


def _send(batch: Sequence[Entry], outcome: Outcome, post: Post, seconds: float) -> Reply:
    if seconds <= 0:
        return NO_TIME
    request = body(batch)
    outcome.requests += 1
    outcome.sent_bytes += len(request)
    return _checked(post(request, seconds), len(batch))


def _checked(reply: Reply, count: int) -> Reply:
    """Return the reply, or none if it speaks of another number of entries than were sent."""
    if reply.items is None or len(reply.items) == count:
        return reply
    return Reply(NO_ANSWER, f"the answer has {len(reply.items)} items for {count} documents")


def _halve(batch: Sequence[Entry], reply: Reply, outcome: Outcome) -> list[Sequence[Entry]]:
    middle = len(batch) // 2
    if middle:
        return [batch[middle:], batch[:middle]]
    outcome.rejected.append(Refusal(batch[0], reply.status, reply.reason))
    return []


def _sort(batch: Sequence[Entry], reply: Reply, outcome: Outcome) -> list[Refusal]:
    """Book what is known for good, return what is worth another attempt."""
    if _is_busy(reply.status):
        return [Refusal(entry, reply.status, reply.reason) for entry in batch]
    if not _is_good(reply.status):
        _stop(batch, reply, outcome)
        return []
    if reply.items is None:
        outcome.loaded += len(batch)
        return []
    busy: list[Refusal] = []
    for entry, item in zip(batch, reply.items, strict=True):
        if _is_good(item.status):
            outcome.loaded += 1
        else:
            home = busy if _is_busy(item.status) else outcome.failed if _is_blameless(item) else outcome.rejected
            home.append(Refusal(entry, *item))
    return busy


def _give_up(busy: list[Refusal], reply: Reply, outcome: Outcome) -> None:
    if _is_good(reply.status):
        outcome.failed += busy
    else:
        _stop([refusal.entry for refusal in busy], reply, outcome)


def _stop(batch: Sequence[Entry], reply: Reply, outcome: Outcome) -> None:
    if reply.status in DENIED:
        outcome.stopped = AccessError(
            f"OpenSearch refuses bulk requests ({reply.status}: {reply.reason}): es:ESHttpPost on the domain or the "
            "role mapping inside it is missing"
        )
    elif reply.status == NO_ANSWER:
        outcome.stopped = RetryableError(f"OpenSearch does not answer: {reply.reason}")
    else:
        outcome.stopped = RetryableError(f"OpenSearch cannot store anything ({reply.status}: {reply.reason})")
    outcome.failed += [Refusal(entry, reply.status, str(outcome.stopped)) for entry in batch]


def _is_blameless(item: Item) -> bool:
    return item.status in BLAMELESS or item.reason.partition(":")[0] in BLAMELESS_ERRORS


def _is_good(status: int) -> bool:
    return 200 <= status < 300  # noqa: PLR2004 - HTTP's own numbers


def _is_busy(status: int) -> bool:
    return status in {NO_ANSWER, BUSY} or status >= SERVER_ERRORS
