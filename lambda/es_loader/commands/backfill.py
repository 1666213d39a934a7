"""`es-loader backfill s3://bucket/prefix --since T --until T`: queue objects of the past for the deployed loader."""

import sys
from argparse import Namespace
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.table import Table

from es_loader.aws import aws_errors
from es_loader.backfill.cost import RATES, REGION, Estimate, estimate
from es_loader.backfill.queueing import (
    State,
    load_state,
    notification,
    now,
    queue,
    save_state,
    sqs_room,
    sqs_sender,
)
from es_loader.backfill.selection import Found, Item, Selection, count, items, selected, unknown
from es_loader.commands.inputs import S3_SCHEME
from es_loader.commands.stack import Stack
from es_loader.commands.summary import progress
from es_loader.commands.terminal import complain, configuration, console, visible
from es_loader.declarations import Config
from es_loader.errors import ConfigError, ObjectError
from es_loader.exit_codes import NO_LOG_TYPE, OK
from es_loader.pace import Pace


def run(arguments: Namespace) -> int:
    """Count and price what is there, ask, then queue it with a progress bar."""
    config = configuration(arguments)
    if names := unknown(config, arguments.log_type):
        raise ConfigError(f"--log-type {names[0]}: there is no such log type; `es-loader sources` lists them")
    stack = Stack(arguments.stack, arguments.region)
    new = _state(arguments, arguments.queue_url or stack.output("NewObjects"))
    path = arguments.state or new.file()
    state = load_state(path, new)
    if state.done:
        complain(f"all {state.queued:,} objects are queued, as {path} says; remove it to queue them again")
        return OK
    backfill = _Backfill(config, stack, state, path, _selection(state, arguments))
    found = backfill.count()
    _show(found, estimate(found, memory=arguments.memory, prices=dict(arguments.price)), arguments.rate)
    if not arguments.queue_url and backfill.bucket != stack.output("LogBucket"):
        complain(f"{backfill.bucket} is not the stack's: es-loader's role needs s3:GetObject on it", "yellow")
    if not found.objects:
        return OK if state.queued else NO_LOG_TYPE
    if not arguments.dry_run and _confirmed(arguments, found):
        backfill.queue(arguments, found.objects.total())
        complain(f"{state.queued:,} objects are queued", "green")
    return OK


@dataclass(frozen=True, slots=True)
class _Backfill:
    """What is queued from where, how far it got, and the file that says so."""

    config: Config
    stack: Stack
    state: State
    path: Path
    wanted: Selection

    @property
    def bucket(self) -> str:
        return _place(self.state.source)[0]

    def count(self) -> Found:
        """List what is left to be queued."""
        with console(errors=True).status("listing"):
            found = count(self.config, self._listed(), self.wanted)
        if not found.listed and not self.state.queued:
            raise ObjectError(f"{self.state.source}: no such object")
        return found

    def queue(self, arguments: Namespace, objects: int) -> None:
        """Queue it; whatever stops that, the file says where to go on."""
        sqs, state = self.stack.client("sqs"), self.state
        region = sqs.meta.region_name
        batches = queue(
            selected(self.config, self._listed(), self.wanted),
            state,
            body_of=lambda item: notification(self.bucket, item, region),
            send=sqs_sender(sqs, state.queue_url),
            save=lambda each: save_state(self.path, each),
            pace=Pace(arguments.rate),
            has_room=sqs_room(sqs, state.queue_url, arguments.max_waiting),
        )
        try:
            with (
                progress(objects, quiet=arguments.quiet, verb="queueing") as advance,
                aws_errors(state.queue_url, "sqs:SendMessage, or sqs:GetQueueAttributes for --max-waiting,"),
            ):
                for accepted in batches:
                    advance(accepted)
        except BaseException:  # Ctrl-C too
            complain(f"stopped after {state.queued:,} objects; the same command goes on, by {self.path}", "yellow")
            raise

    def _listed(self) -> Iterator[Item]:
        return _listed(self.stack.client("s3"), *_place(self.state.source), self.state.last_key)


def _place(source: str) -> tuple[str, str]:
    bucket, _, prefix = source.removeprefix(S3_SCHEME).partition("/")
    if not source.startswith(S3_SCHEME) or not bucket:
        raise ObjectError(f"{source}: names no bucket; write s3://bucket/prefix")
    return bucket, prefix


def _state(arguments: Namespace, queue_url: str) -> State:
    _moment(arguments.since, "--since")
    return State(
        source=arguments.source,
        since=arguments.since,
        until=arguments.until or "",
        log_types=sorted(arguments.log_type),
        queue_url=queue_url,
        started=now().isoformat(),
    )


def _selection(state: State, arguments: Namespace) -> Selection:
    started = _moment(state.started, "started")
    since = _moment(state.since, "--since")
    until = _moment(state.until, "--until") if state.until else started
    if until <= since:
        raise ConfigError(f"--until {arguments.until}: is not after --since {arguments.since}")
    return Selection(since, until, started, frozenset(state.log_types))


def _moment(text: str, option: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ConfigError(f"{option} {text}: not an ISO 8601 time such as 2030-01-02 or 2030-01-02T03:04:05Z") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _show(found: Found, price: Estimate, rate: float) -> None:
    out = console(errors=True)
    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("log type")
    for name in ("objects", "MB"):
        table.add_column(name, justify="right")
    for name, number in sorted(found.objects.items()):
        table.add_row(name, f"{number:,}", f"{found.size[name] / 1e6:,.1f}")
    out.print(table)
    for reason, number in sorted(found.left.items()):
        out.print(visible(f"left: {number:,} objects: {reason}"))
    objects = found.objects.total()
    out.print(f"queueing takes {objects / rate / 60:,.0f} minutes or more, at {rate:g} objects a second")
    out.print(f"es-loader works for {price.seconds / 60:,.0f} minutes, the waits for OpenSearch not counted")
    for line in price.lines:
        out.print(f"  {line.amount:>14,.0f} {RATES[line.name].unit:<26} {line.usd:>10.4f} USD")
    out.print(f"about {price.usd:.2f} USD at list prices of {REGION} (--price gives yours); OpenSearch is not counted")


def _confirmed(arguments: Namespace, found: Found) -> bool:
    if arguments.yes:
        return True
    if not sys.stdin.isatty():
        raise ConfigError("nobody can be asked here: give --yes to queue, or --dry-run to look only")
    return input(f"queue {found.objects.total():,} objects? [y/N] ").strip().lower() in {"y", "yes"}


def _listed(s3: Any, bucket: str, prefix: str, after: str) -> Iterator[Item]:
    """Yield the objects below a prefix that come after a key."""
    with aws_errors(f"{S3_SCHEME}{bucket}", "s3:ListBucket"):
        pages = s3.get_paginator("list_objects_v2").paginate(
            Bucket=bucket, Prefix=prefix, StartAfter=after, OptionalObjectAttributes=["RestoreStatus"]
        )
        yield from items(pages)
