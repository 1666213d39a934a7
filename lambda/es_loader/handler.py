"""Lambda entry point: notifications in, documents into OpenSearch, the messages that failed out.

The environment names the domain in `OPENSEARCH_ENDPOINT`, the bucket of dead letters in `DEAD_LETTER_BUCKET`, and in
`QUEUE_URL` the queue that takes the rest of an object for which there was no time. Logs become JSON by the function's
own log format setting, which also adds the fields of `extra`; log records never hold log records.
"""

import logging
import os
import time
from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from typing import Any, TypeAlias

import msgspec

from es_loader import continuation
from es_loader.budget import ENDLESS, Budget
from es_loader.compression import Members
from es_loader.config import load_deployed_config
from es_loader.dead_letters import DeadLetters, Store, s3_store
from es_loader.enrich import enrichers, geoip_directory
from es_loader.errors import RetryableError
from es_loader.events import Message, read_event
from es_loader.exclusions.own_logs import USER_AGENT, Own
from es_loader.exclusions.reading import ExclusionReader, Renewal, folders_of, s3_fetch, ssm_parameters
from es_loader.failures import rejected_document
from es_loader.metrics import FAILED, Origin, lines
from es_loader.objects import ObjectGone, open_object
from es_loader.pipeline import UNKNOWN_KEY, Loader, LoadReport
from es_loader.sinks.bulk import BulkSink
from es_loader.sinks.delivery import Post
from es_loader.sinks.opensearch import bulk, connect
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

    def __init__(
        self,
        loader: Loader,
        *,
        post: Post,
        open_object: Callable[[ObjectRef], Members],
        store: Store | None = None,
        queue: continuation.Queue = no_queue,
        renew: Callable[[int], None] = lambda _now: None,
        emit: Callable[[str], object] = print,
    ) -> None:
        self._loader = loader
        self._store = store
        self._post = post
        self._open = open_object
        self._queue = queue
        self._renew = renew
        self._emit = emit

    def answer(self, event: Any, *, now: int, budget: Budget = ENDLESS) -> dict[str, Any]:
        """Load every object that an event names and return the messages of a queue that must come again.

        Args:
            event: as Lambda decoded it.
            now: epoch milliseconds, for events that do not say when they happened.
            budget: the time there is.

        Raises:
            RetryableError: something failed that no queue can give back.
        """
        self._renew(now)
        started = time.monotonic()
        messages = read_event(event, now=now)
        origins: list[Origin] = []
        failures = self._load(messages, origins, budget, now)
        for line in lines(origins, stored=now + round(1000 * (time.monotonic() - started))):
            self._emit(line)
        for number, reason in failures.items():
            LOGGER.error("not acknowledged: %s", reason, extra={"message_id": messages[number].message_id})
        lost = [reason for number, reason in failures.items() if messages[number].message_id is None]
        if lost:
            raise RetryableError(lost[0])
        return {"batchItemFailures": [{"itemIdentifier": messages[number].message_id} for number in sorted(failures)]}

    def _load(self, messages: list[Message], origins: list[Origin], budget: Budget, now: int) -> Failures:
        """Load all messages through one sink; what has not failed is known to be stored, or queued again.

        Each object is added to `origins`.
        """
        failures: Failures = {}
        on_failed = partial(_failed, failures)
        letters = DeadLetters(self._store, on_failed=on_failed, failed_at=now) if self._store else None
        sink = BulkSink(
            self._post,
            replace=rejected_document,
            on_failed=on_failed,
            on_given_up=letters.give_up if letters else None,
            tally=Origin.count,
            deadline=budget.sending,
            clock=budget.clock,
        )
        try:
            with sink:
                for number, message in sorted(enumerate(messages), key=_is_rest):
                    for reason in self._problems(message, sink, number, origins, letters=letters, budget=budget):
                        failures.setdefault(number, reason)
        except RetryableError as exc:
            LOGGER.error("loading stopped: %s", exc)  # noqa: TRY400 - the text says all, a traceback says nothing more
        if letters:
            letters.flush()
        counters = msgspec.to_builtins(sink.counters)
        LOGGER.info("sent %s", counters, extra=counters)
        self._continue(origins, failures, sink.stopped)
        return failures

    def _problems(
        self,
        message: Message,
        sink: BulkSink,
        number: int,
        origins: list[Origin],
        *,
        letters: DeadLetters | None,
        budget: Budget,
    ) -> Iterator[str]:
        """Load what a message names, yield why it has to come again."""
        for skipped in message.skipped:
            LOGGER.info("skipped: %s %s", skipped.reason, skipped.key, extra={"key": skipped.key})
        for error in message.errors:
            yield f"the message is unreadable: {error}"
        for ref in message.refs:
            origin = Origin(number, ref, LoadReport(ref.key))
            origins.append(origin)
            try:
                with origin.measured(sink):
                    self._loader.load(
                        ref,
                        partial(self._opened, ref, sink),
                        sink,
                        token=origin,
                        report=origin.report,
                        is_late=budget.is_spent,
                    )
                _log(ref, origin.report)
                if letters and origin.report.error:
                    letters.give_up_rest(origin)
            except ObjectGone as exc:
                LOGGER.warning("skipped: %s", exc, extra={"bucket": ref.bucket, "key": ref.key})
            except RetryableError as exc:
                yield str(exc)

    def _opened(self, ref: ObjectRef, sink: BulkSink) -> Members:
        """Open an object, unless nothing can be stored at the moment."""
        if sink.stopped:
            raise sink.stopped
        return self._open(ref)

    def _continue(self, origins: list[Origin], failures: Failures, stopped: RetryableError | None) -> None:
        """Queue what there was no time for; a message that has failed comes again as a whole instead."""
        left: list[tuple[int, ObjectRef]] = []
        for origin in origins:
            if origin.report.rest is None:
                continue
            rest = continuation.rest_of(origin.ref, origin.report.rest)
            if stopped or rest is None:
                failures.setdefault(origin.message, str(stopped or f"{origin.ref.key}: {NO_PROGRESS}"))
            else:
                left.append((origin.message, rest))
        left = [(number, rest) for number, rest in left if number not in failures]
        for (number, rest), reason in zip(left, self._queue([rest for _, rest in left]), strict=True):
            if reason:
                failures.setdefault(number, reason)
            else:
                _log_rest(rest)


def _is_rest(numbered: tuple[int, Message]) -> bool:
    """Put whole objects before the rests of large ones, which would leave them no time."""
    return any(ref.first_record for ref in numbered[1].refs)


def _log_rest(rest: ObjectRef) -> None:
    fields = {"bucket": rest.bucket, "key": rest.key, "first_record": rest.first_record, "attempt": rest.attempt}
    LOGGER.info("goes on in another invocation, from record %d: %s", rest.first_record, rest.key, extra=fields)


def _failed(failures: Failures, origin: Origin, reason: str) -> None:
    """Note that a document of an object must be loaded again."""
    origin.count(FAILED)
    failures.setdefault(origin.message, f"{origin.ref.key}: {reason}")


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


@cache
def _function() -> Function:
    """Return this process's function: everything that needs to be made only once."""
    logging.basicConfig(format="%(levelname)s %(message)s")  # Lambda has set up its own before, and this does nothing
    LOGGER.setLevel(os.environ.get("LOG_LEVEL", "INFO"))
    config = load_deployed_config()
    for problem in config.problems:
        LOGGER.error("configuration: %s", problem)
    now = time.time_ns() // 1_000_000
    loader = Loader(config, enrichers=partial(enrichers, geoip_directory=geoip_directory(os.environ), now=now))
    own = Own(os.environ.get("OWN_ROLE", ""), os.environ.get("LOG_BUCKET", ""))
    reader = ExclusionReader(
        config,
        folders_of(),
        own=own,
        fetch=s3_fetch(_s3),
        parameters=ssm_parameters(_ssm),
    )
    renew = Renewal(loader, reader)
    renew(now)
    loader.compile_all()
    client = connect(os.environ["OPENSEARCH_ENDPOINT"], region=os.environ.get("AWS_REGION"))
    return Function(
        loader,
        post=bulk(client),
        open_object=lambda ref: open_object(ref, s3=_s3()),
        store=s3_store(_s3, os.environ["DEAD_LETTER_BUCKET"]) if "DEAD_LETTER_BUCKET" in os.environ else None,
        queue=_queue(),
        renew=renew,
    )


@cache
def _s3() -> Any:
    return _client("s3", connect=5, read=20)  # twice both is less than budget.FLUSH_SECONDS


@cache
def _sqs() -> Any:
    return _client("sqs", connect=2, read=3)  # likewise of budget.ANSWER_SECONDS


@cache
def _ssm() -> Any:
    return _client("ssm", connect=2, read=2)  # a function must start without the parameter store too


def _client(service: str, *, connect: float, read: float) -> Any:
    """Return a boto3 client that tries twice, and waits so many seconds for a connection and for what it reads."""
    import boto3  # noqa: PLC0415 - slow to import
    from botocore.config import Config  # noqa: PLC0415

    config = Config(
        connect_timeout=connect,
        read_timeout=read,
        retries={"total_max_attempts": 2},
        user_agent_extra=USER_AGENT,
    )
    return boto3.client(service, config=config)  # type: ignore[call-overload]  # any service


def _queue() -> continuation.Queue:
    url = os.environ.get("QUEUE_URL")
    if not url:
        return no_queue
    return lambda refs: continuation.queue(refs, sqs=_sqs(), url=url) if refs else []


def handler(event: Any, context: Any) -> dict[str, Any]:
    """Answer one invocation."""
    budget = Budget.of(context.get_remaining_time_in_millis() / 1000)
    return _function().answer(event, now=time.time_ns() // 1_000_000, budget=budget)


if "AWS_LAMBDA_FUNCTION_NAME" in os.environ:
    _function()  # now, while a starting function has a whole processor for nothing
