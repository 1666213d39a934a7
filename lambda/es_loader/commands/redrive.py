"""`es-loader replay --queue`: the messages in the dead-letter queue are shown, tried, or moved back."""

import time
from argparse import Namespace
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from es_loader.commands import letters
from es_loader.commands.stack import Stack
from es_loader.commands.terminal import complain, configuration, console, enrichment, visible
from es_loader.declarations import Config
from es_loader.errors import LoaderError, RetryableError
from es_loader.exit_codes import FOUND_PROBLEMS, OK
from es_loader.objects import ObjectGone, open_object
from es_loader.pace import Pace
from es_loader.pipeline import Loader, LoadReport
from es_loader.redrive import Waiting, give_back, move, reasons_of, receive, takes
from es_loader.sinks.ndjson import NdjsonSink

RETENTION_DAYS = 14
"""Of messages: no reason is older."""


def run(arguments: Namespace) -> int:
    """List, try or move the messages that are meant; the others are left."""
    config = configuration(arguments)
    selection = letters.selection(arguments)
    stack = Stack(arguments.stack, arguments.region)
    source, sqs = stack.output("DeadLetters"), stack.client("sqs")
    reasons = _reasons(stack) if arguments.list or arguments.reason else {}
    left: list[Waiting] = []
    meant = _meant(receive(sqs, source, config), partial(takes, selection, reasons=reasons), left)
    try:
        if arguments.list or arguments.dry_run:
            found = [one for batch in meant for one in batch]
            left += found
            return _list(found, reasons, arguments.list) if arguments.list else _try(found, config, stack)
        return _move(meant, source, stack, arguments)
    finally:
        give_back(sqs, source, left)


def _meant(
    batches: Iterable[list[Waiting]], is_meant: Callable[[Waiting], bool], left: list[Waiting]
) -> Iterator[list[Waiting]]:
    """Yield the messages that are meant, and put the others to those that are left."""
    for batch in batches:
        found = [one for one in batch if is_meant(one)]
        left += [one for one in batch if one not in found]
        yield found


def _reasons(stack: Stack) -> dict[str, str]:
    """Return what the function's log says; nothing, with a warning, if it cannot be read."""
    since = round(time.time() * 1000) - RETENTION_DAYS * 86_400_000
    try:
        return reasons_of(stack.client("logs"), f"/aws/lambda/{stack.output('LoaderFunction')}", since)
    except RetryableError as exc:
        complain(f"why messages are there is not known: {exc}", "yellow")
        return {}


def _list(found: Sequence[Waiting], reasons: Mapping[str, str], how: str) -> int:
    items = [
        letters.Item(one.log_type or "-", one.reason(reasons), one.sent, one.key or one.message_id) for one in found
    ]
    if items:
        letters.print_items(items, how, "message")
    else:
        complain(EMPTY)
    return OK


def _try(found: Sequence[Waiting], config: Config, stack: Stack) -> int:
    """Load what messages name with today's parser, and store nothing."""
    loader, failed, out = Loader(config, enrichers=enrichment()), False, console()
    for one in found:
        for text, is_bad in _attempts(one, loader, stack.client("s3")):
            failed |= is_bad
            out.print(visible(text), style="red" if is_bad else None)
    if not found:
        complain(EMPTY)
    return FOUND_PROBLEMS if failed else OK


def _attempts(waiting: Waiting, loader: Loader, s3: Any) -> Iterator[tuple[str, bool]]:
    """Yield a line about each thing that a message asks for, and whether it would fail."""
    for error in waiting.message.errors:
        yield f"{waiting.message_id}: the message is unreadable: {error}", True
    for ref in waiting.message.refs:
        try:
            report = loader.load(ref, partial(open_object, ref, s3=s3), NdjsonSink(lambda _line: None))
        except ObjectGone as exc:
            yield f"{ref.key}: {exc}: nothing to load, and nothing fails", False
        except LoaderError as exc:
            yield f"{ref.key}: {exc}", True
        else:
            yield f"{ref.key}: {_summary(report)}", bool(report.error or report.failures)


def _summary(report: LoadReport) -> str:
    if report.skipped:
        return f"skipped: {report.skipped}"
    text = f"{report.log_type}: {report.records} records, {report.documents} documents, {report.failures} failures"
    return f"{text}; {report.error}" if report.error else text


def _move(meant: Iterable[list[Waiting]], source: str, stack: Stack, arguments: Namespace) -> int:
    """Move messages to the queue that they came from, at a bounded rate."""
    target, pace, wanted, moved = stack.output("NewObjects"), Pace(arguments.rate), 0, 0
    for batch in meant:
        for _ in batch:
            pace.wait()
        wanted += len(batch)
        if batch:
            moved += move(stack.client("sqs"), batch, source=source, target=target)
    if not arguments.quiet:
        complain(f"{moved} messages moved back" if wanted else EMPTY)
    if moved < wanted:
        complain(f"{wanted - moved} were not taken by {target}, and stay", "red")
    return OK if moved == wanted else FOUND_PROBLEMS


EMPTY = "no messages of that kind wait in the dead-letter queue"
