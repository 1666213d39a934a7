"""Lambda entry point: notifications in, documents into OpenSearch, the messages that failed out.

The environment names the domain in `OPENSEARCH_ENDPOINT`. Logs become JSON by the function's own log format setting,
which also adds the fields of `extra`; log records never hold log records.
"""

import logging
import math
import os
import time
from collections.abc import Callable, Iterator
from functools import cache, partial
from typing import Any, TypeAlias

import msgspec

from es_loader.compression import Members
from es_loader.config import load_deployed_config
from es_loader.enrich import enrichers, geoip_directory
from es_loader.errors import RetryableError
from es_loader.events import Message, read_event
from es_loader.failures import rejected_document
from es_loader.metrics import FAILED, Origin, lines
from es_loader.objects import ObjectGone, open_object
from es_loader.pipeline import UNKNOWN_KEY, Loader, LoadReport
from es_loader.sinks.bulk import BulkSink
from es_loader.sinks.delivery import Reply
from es_loader.sinks.opensearch import bulk, connect
from es_loader.types import ObjectRef

LOGGER = logging.getLogger("es_loader")

DEADLINE_MARGIN = 15.0
"""Seconds before Lambda ends the invocation after which no request is repeated: what is left is for the answer."""

Failures: TypeAlias = dict[int, str]
"""Position of a message in its batch -> why it has to come again."""


class Function:
    """One warm Lambda function.

    Args:
        loader: the compiled log types.
        post: sends one bulk request, see opensearch.bulk.
        open_object: opens an object, see objects.open_object.
        emit: writes a line of metrics as it is.
    """

    def __init__(
        self,
        loader: Loader,
        *,
        post: Callable[[bytes], Reply],
        open_object: Callable[[ObjectRef], Members],
        emit: Callable[[str], object] = print,
    ) -> None:
        self._loader = loader
        self._post = post
        self._open = open_object
        self._emit = emit

    def answer(self, event: Any, *, now: int, deadline: float = math.inf) -> dict[str, Any]:
        """Load every object that an event names and return the messages of a queue that must come again.

        Args:
            event: as Lambda decoded it.
            now: epoch milliseconds, for events that do not say when they happened.
            deadline: reading of the monotonic clock after which nothing is tried again.

        Raises:
            RetryableError: something failed that no queue can give back.
        """
        started = time.monotonic()
        messages = read_event(event, now=now)
        origins: list[Origin] = []
        failures = self._load(messages, origins, deadline)
        for line in lines(origins, stored=now + round(1000 * (time.monotonic() - started))):
            self._emit(line)
        for number, reason in failures.items():
            LOGGER.error("not acknowledged: %s", reason, extra={"message_id": messages[number].message_id})
        lost = [reason for number, reason in failures.items() if messages[number].message_id is None]
        if lost:
            raise RetryableError(lost[0])
        return {"batchItemFailures": [{"itemIdentifier": messages[number].message_id} for number in sorted(failures)]}

    def _load(self, messages: list[Message], origins: list[Origin], deadline: float) -> Failures:
        """Load all messages through one sink; what has not failed is known to be stored.

        Each object is added to `origins`.
        """
        failures: Failures = {}
        sink = BulkSink(
            self._post,
            replace=rejected_document,
            on_failed=partial(_failed, failures),
            tally=Origin.count,
            deadline=deadline,
        )
        try:
            with sink:
                for number, message in enumerate(messages):
                    for reason in self._problems(message, sink, number, origins):
                        failures.setdefault(number, reason)
        except RetryableError as exc:
            LOGGER.error("loading stopped: %s", exc)  # noqa: TRY400 - the text says all, a traceback says nothing more
        counters = msgspec.to_builtins(sink.counters)
        LOGGER.info("sent %s", counters, extra=counters)
        return failures

    def _problems(self, message: Message, sink: BulkSink, number: int, origins: list[Origin]) -> Iterator[str]:
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
                    self._loader.load(ref, partial(self._open, ref), sink, token=origin, report=origin.report)
                _log(ref, origin.report)
            except ObjectGone as exc:
                LOGGER.warning("skipped: %s", exc, extra={"bucket": ref.bucket, "key": ref.key})
            except RetryableError as exc:
                yield str(exc)


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
    loader.compile_all()
    client = connect(os.environ["OPENSEARCH_ENDPOINT"], region=os.environ.get("AWS_REGION"))
    return Function(loader, post=bulk(client), open_object=lambda ref: open_object(ref, s3=_s3()))


@cache
def _s3() -> Any:
    import boto3  # noqa: PLC0415 - slow to import

    return boto3.client("s3")


def handler(event: Any, context: Any) -> dict[str, Any]:
    """Answer one invocation."""
    left = context.get_remaining_time_in_millis() / 1000 - DEADLINE_MARGIN
    return _function().answer(event, now=time.time_ns() // 1_000_000, deadline=time.monotonic() + left)


if "AWS_LAMBDA_FUNCTION_NAME" in os.environ:
    _function()  # now, while a starting function has a whole processor for nothing
