"""Documents -> bulk requests of bounded size, sent by a few threads while the next one is filled."""

import math
import random
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from threading import Event
from types import TracebackType
from typing import Any, Self

import msgspec

from es_loader.errors import RetryableError
from es_loader.sinks.delivery import NO_ANSWER, Entry, Outcome, Patience, Post, Refusal, deliver
from es_loader.sinks.reasons import public_reason

MAX_BYTES = 5 << 20
"""Bytes of one request before compression; the smaller domains refuse more than 10 MiB."""

MIN_BYTES = 64 << 10
IN_FLIGHT = 2
ATTEMPTS = 8
PATIENCE = 60.0
TIMEOUT = 30.0

REJECTED = "rejected"
RESENT = "resent"


class Counters(msgspec.Struct):
    """What a sink did so far.

    `sent_bytes` counts before compression. A rejected document was replaced by one that says so, a given up one was
    not stored in any form and went to `on_given_up`; a failed one must be loaded again.
    """

    requests: int = 0
    sent_bytes: int = 0
    retries: int = 0
    loaded: int = 0
    rejected: int = 0
    given_up: int = 0
    failed: int = 0


class BulkSink:
    """A sink that indexes documents with as few requests as possible.

    `add` blocks while `in_flight` requests are under way and one more is full, so memory is bounded. The callbacks
    are called by `add` and `flush`, in their thread.

    Args:
        post: sends one bulk request, see opensearch.bulk.
        replace: makes from a document that is refused for good, and the reason, one that takes its place.
        on_failed: called with ref and reason when a document could not be stored: it must be loaded again. The reason
            has nothing of the document in it.
        on_given_up: called when a replacement is refused for good too; without it the document has failed.
        tally: called with ref and REJECTED or RESENT each time that happens to a document.
        max_bytes: size of one request before compression, if it holds more than one document.
        in_flight: requests under way at a time.
        attempts: for one request.
        patience: seconds to try one request for.
        timeout: seconds to wait for one answer.
        deadline: reading of `clock` by which every request is answered or given up.
        clock: seconds from a fixed point.
        sleep: waits for seconds and returns something true if it is not worth going on; by default until `close`.
        jitter: a random number from 0 to 1.

    Raises:
        RetryableError: by `add` and `flush` when nothing can be stored at the moment; by then `on_failed` has been
            called for every document that is not known to be stored, the one of this `add` too.
    """

    def __init__(
        self,
        post: Post,
        *,
        replace: Callable[[bytes, str], bytes],
        on_failed: Callable[[Any, str], object],
        on_given_up: Callable[[Refusal], object] | None = None,
        tally: Callable[[Any, str], object] = lambda _ref, _what: None,
        max_bytes: int = MAX_BYTES,
        in_flight: int = IN_FLIGHT,
        attempts: int = ATTEMPTS,
        patience: float = PATIENCE,
        timeout: float = TIMEOUT,
        deadline: float = math.inf,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] | None = None,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self.counters = Counters()
        self._replace = replace
        self._on_failed = on_failed
        self._on_given_up = on_given_up
        self._tally = tally
        self._max_bytes = max_bytes
        self._in_flight = in_flight
        self._closing = Event()
        wait = sleep or self._closing.wait
        self._deliver = partial(
            deliver, post=post, patience=Patience(attempts, patience, timeout, deadline, clock, wait, jitter)
        )
        self._pool = ThreadPoolExecutor(in_flight, thread_name_prefix="bulk")
        self._sent: deque[Future[Outcome]] = deque()
        self._entries: list[Entry] = []
        self._size = 0
        self._handed_over = 0
        self._replacements: list[Entry] = []
        self._prefixes: dict[str, bytes] = {}
        self._encode = msgspec.json.Encoder().encode
        self._stopped: RetryableError | None = None

    @property
    def stopped(self) -> RetryableError | None:
        """Why nothing can be stored at the moment, once that is known: every `add` would raise it."""
        return self._stopped

    @property
    def taken_bytes(self) -> int:
        """Size of the requests for all documents that were taken so far, before compression."""
        return self._handed_over + self._size

    def add(self, index: str, doc_id: str, source: bytes, ref: Any) -> None:
        """Take one document; see the class for what it may call and raise."""
        if self._stopped:
            self.counters.failed += 1
            self._on_failed(ref, f"{index}: {self._stopped}")
            raise self._stopped
        prefix = self._prefixes.get(index)
        if prefix is None:
            prefix = self._prefixes[index] = b'{"index":{"_index":%b,"_id":' % self._encode(index)
        self._take(Entry(b"%b%b}}" % (prefix, self._encode(doc_id)), source, ref, index, doc_id))
        while self._replacements:
            self._take(self._replacements.pop())

    def flush(self) -> None:
        """Send what was added and return when it is known what became of it."""
        if self._stopped:
            raise self._stopped
        while self._entries or self._sent:
            if self._entries:
                self._send()
            while self._sent:
                self._settle(self._sent.popleft())
            while self._replacements:
                self._take(self._replacements.pop())

    def close(self) -> None:
        """Drop what was not sent and end the threads."""
        self._closing.set()
        self._entries, self._replacements, self._size = [], [], 0
        self._pool.shutdown(cancel_futures=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None and not self._stopped:
                self.flush()
        finally:
            self.close()

    def _take(self, entry: Entry) -> None:
        size = len(entry.action) + len(entry.source) + 2
        if self._entries and self._size + size > self._max_bytes:
            self._send(entry)
        self._entries.append(entry)
        self._size += size

    def _send(self, *held: Entry) -> None:
        """Settle what is done, wait for room, hand over what was added; `held` is told of if that stops the sink."""
        try:
            while self._sent and (len(self._sent) >= self._in_flight or self._sent[0].done()):
                self._settle(self._sent.popleft())
        except RetryableError as exc:
            for entry in held:
                self._fail(Refusal(entry, NO_ANSWER, str(exc)))
            raise
        self._handed_over += self._size
        entries, self._entries, self._size = self._entries, [], 0
        self._sent.append(self._pool.submit(self._deliver, entries))

    def _settle(self, sent: Future[Outcome]) -> None:
        """Wait for one delivery and report what became of it."""
        outcome = sent.result()
        self._count(outcome)
        for refusal in outcome.failed:
            self._fail(refusal)
        for refusal in outcome.rejected:
            self._reject(refusal)
        if outcome.stopped and not self._stopped:
            self._stop(outcome.stopped)

    def _stop(self, reason: RetryableError) -> None:
        """Report everything that is not known to be stored, and raise."""
        self._stopped = reason
        while self._sent:
            self._settle(self._sent.popleft())
        for entry in (*self._entries, *self._replacements):
            self._fail(Refusal(entry, NO_ANSWER, str(reason)))
        self._entries, self._replacements, self._size = [], [], 0
        raise reason

    def _count(self, outcome: Outcome) -> None:
        self.counters.requests += outcome.requests
        self.counters.sent_bytes += outcome.sent_bytes
        self.counters.retries += outcome.retries
        self.counters.loaded += outcome.loaded
        for ref in outcome.resent:
            self._tally(ref, RESENT)
        if outcome.too_large:
            self._max_bytes = max(MIN_BYTES, self._max_bytes // 2)

    def _reject(self, refusal: Refusal) -> None:
        """Put a replacement aside, to be taken like any document; one that is refused itself is given up."""
        entry = refusal.entry
        if entry.is_replacement and self._on_given_up:
            self.counters.given_up += 1
            self._on_given_up(refusal)
            return
        if entry.is_replacement or self._stopped:
            self._fail(refusal)
            return
        self.counters.rejected += 1
        self._tally(entry.ref, REJECTED)
        source = self._replace(entry.source, f"{refusal.status}: {refusal.reason}")
        replacement = msgspec.structs.replace(entry, source=source, is_replacement=True, refused=entry.source)
        self._replacements.append(replacement)

    def _fail(self, refusal: Refusal) -> None:
        self.counters.failed += 1
        status = f"{refusal.status} " if refusal.status else ""
        entry = refusal.entry
        self._on_failed(entry.ref, f"{entry.index}: {status}{public_reason(refusal.status, refusal.reason)}")
