"""A batch of messages -> their objects through one sink -> the messages that must come again.

Log lines never hold log records.
"""

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import KW_ONLY, dataclass
from functools import partial
from typing import Any, TypeAlias

import msgspec

from es_loader import continuation
from es_loader.budget import ENDLESS, Budget
from es_loader.compression import Members
from es_loader.dead_letters import DeadLetters, Store
from es_loader.errors import RetryableError
from es_loader.events import Message, read_event
from es_loader.failures import rejected_document
from es_loader.metrics import FAILED, Origin, lines
from es_loader.objects import ObjectGone
from es_loader.pipeline import UNKNOWN_KEY, Loader, LoadReport
from es_loader.sinks.bulk import BulkSink
from es_loader.sinks.delivery import Post
from es_loader.types import ObjectRef

LOGGER = logging.getLogger("es_loader")

NO_TIME = "there was no time for all of its objects"
NO_PROGRESS = (
    f"{continuation.MAX_ATTEMPTS + 1} invocations in a row could not load a single record of it; a function with more "
    "memory or a longer timeout may (siem:loader_memory, siem:loader_timeout), and so does es-loader load"
)

Failures: TypeAlias = dict[int, str]
"""Position of a message in its batch -> why it has to come again."""


def no_queue(refs: Sequence[ObjectRef]) -> list[str | None]:
    """Take nothing: a continuation.Queue for a function that has none."""
    return [f"{NO_TIME}, and QUEUE_URL names no queue that takes the rest"] * len(refs)


def _nothing_new(_now: int) -> None:
    """Leave everything as it is."""


@dataclass(frozen=True)
class Function:
    """One warm Lambda function.

    Args:
        loader: the compiled log types.
        post: sends one bulk request, see opensearch.bulk.
        open_object: opens an object, see objects.open_object.
        store: stores dead letters, see dead_letters.s3_store. Without it a message comes again instead.
        queue: takes what there is no time for.
        renew: called before each event with its time, to bring the loader's exclusions up to date.
        emit: writes a line of metrics as it is.
    """

    loader: Loader
    _: KW_ONLY
    post: Post
    open_object: Callable[[ObjectRef], Members]
    store: Store | None = None
    queue: continuation.Queue = no_queue
    renew: Callable[[int], None] = _nothing_new
    emit: Callable[[str], object] = print

    def answer(self, event: Any, *, now: int, budget: Budget = ENDLESS) -> dict[str, Any]:
        """Load every object that an event names and return the messages of a queue that must come again.

        Args:
            event: as Lambda decoded it.
            now: epoch milliseconds, for events that do not say when they happened.
            budget: the time there is.

        Raises:
            RetryableError: something failed that no queue can give back.
        """
        self.renew(now)
        started = time.monotonic()
        messages = read_event(event, now=now)
        batch = _Batch(self, budget, now)
        failures = batch.load(messages)
        for line in lines(batch.origins, stored=now + round(1000 * (time.monotonic() - started))):
            self.emit(line)
        for number, reason in failures.items():
            LOGGER.error("not acknowledged: %s", reason, extra={"message_id": messages[number].message_id})
        lost = [reason for number, reason in failures.items() if messages[number].message_id is None]
        if lost:
            raise RetryableError(lost[0])
        return {"batchItemFailures": [{"itemIdentifier": messages[number].message_id} for number in sorted(failures)]}


class _Batch:
    """The messages of one event on their way through one sink, and what has become of them so far.

    Attributes:
        origins: the objects that they name.
    """

    def __init__(self, function: Function, budget: Budget, now: int) -> None:
        self.origins: list[Origin] = []
        self._failures: Failures = {}
        self._function = function
        self._budget = budget
        self._letters = (
            DeadLetters(function.store, on_failed=self._document_failed, failed_at=now) if function.store else None
        )
        self._sink = BulkSink(
            function.post,
            replace=rejected_document,
            on_failed=self._document_failed,
            on_given_up=self._letters.give_up if self._letters else None,
            tally=Origin.count,
            deadline=budget.sending,
            clock=budget.clock,
        )

    def load(self, messages: list[Message]) -> Failures:
        """Load all messages; what has not failed is known to be stored, as a document or a letter, or queued again."""
        try:
            with self._sink:
                for number, message in sorted(enumerate(messages), key=_is_rest):
                    self._load(number, message)
        except RetryableError as exc:
            LOGGER.error("loading stopped: %s", exc)  # noqa: TRY400 - the text says all, a traceback says nothing more
        if self._letters:
            self._letters.flush()
        counters = msgspec.to_builtins(self._sink.counters)
        LOGGER.info("sent %s", counters, extra=counters)
        self._queue_rests()
        return self._failures

    def _load(self, number: int, message: Message) -> None:
        for skipped in message.skipped:
            LOGGER.info("skipped: %s %s", skipped.reason, skipped.key, extra={"key": skipped.key})
        for error in message.errors:
            self._fail(number, f"the message is unreadable: {error}")
        for ref in message.refs:
            origin = Origin(number, ref, LoadReport(ref.key))
            self.origins.append(origin)
            try:
                self._load_object(origin)
            except ObjectGone as exc:
                LOGGER.warning("skipped: %s", exc, extra={"bucket": ref.bucket, "key": ref.key})
            except RetryableError as exc:
                self._fail(number, str(exc))

    def _load_object(self, origin: Origin) -> None:
        with origin.measured(self._sink):
            self._function.loader.load(
                origin.ref,
                partial(self._open, origin.ref),
                self._sink,
                token=origin,
                report=origin.report,
                is_late=self._budget.is_spent,
            )
        _log(origin.ref, origin.report)
        if self._letters and origin.report.error:
            self._letters.give_up_rest(origin)

    def _open(self, ref: ObjectRef) -> Members:
        """Open an object, unless nothing can be stored at the moment."""
        if self._sink.stopped:
            raise self._sink.stopped
        return self._function.open_object(ref)

    def _queue_rests(self) -> None:
        """Queue what there was no time for; a message that has failed comes again as a whole instead."""
        left: list[tuple[int, ObjectRef]] = []
        for origin in self.origins:
            if origin.report.rest is None:
                continue
            rest = continuation.rest_of(origin.ref, origin.report.rest)
            if self._sink.stopped or rest is None:
                self._fail(origin.message, str(self._sink.stopped or f"{origin.ref.key}: {NO_PROGRESS}"))
            else:
                left.append((origin.message, rest))
        left = [(number, rest) for number, rest in left if number not in self._failures]
        for (number, rest), reason in zip(left, self._function.queue([rest for _, rest in left]), strict=True):
            if reason:
                self._fail(number, reason)
            else:
                _log_rest(rest)

    def _document_failed(self, origin: Origin, reason: str) -> None:
        """Note that a document of an object must be loaded again."""
        origin.count(FAILED)
        self._fail(origin.message, f"{origin.ref.key}: {reason}")

    def _fail(self, number: int, reason: str) -> None:
        self._failures.setdefault(number, reason)


def _is_rest(numbered: tuple[int, Message]) -> bool:
    """Put whole objects before the rests of large ones, which would leave them no time."""
    return any(ref.first_record for ref in numbered[1].refs)


def _log_rest(rest: ObjectRef) -> None:
    fields = {"bucket": rest.bucket, "key": rest.key, "first_record": rest.first_record, "attempt": rest.attempt}
    LOGGER.info("goes on in another invocation, from record %d: %s", rest.first_record, rest.key, extra=fields)


def _log(ref: ObjectRef, report: LoadReport) -> None:
    """Write one line about an object that was read or skipped."""
    counts = {
        "records": report.records,
        "documents": report.documents,
        "failures": report.failures,
        "excluded": dict(report.excluded),
        **({"counted": dict(report.counted)} if report.counted else {}),
    }
    fields: dict[str, Any] = {"bucket": ref.bucket, "key": ref.key, "log_type": report.log_type, **counts}
    if report.skipped:
        level = logging.WARNING if report.skipped == UNKNOWN_KEY else logging.INFO
        LOGGER.log(level, "skipped: %s %s", report.skipped, ref.key, extra=fields)
    elif report.error:
        LOGGER.warning("only the beginning of %s could be read: %s", ref.key, report.error, extra=fields)
    else:
        LOGGER.info("read %s as %s: %s", ref.key, report.log_type, counts, extra=fields)
