"""`es-loader load PATH … --to TARGET`: files, folders and s3:// objects into OpenSearch or NDJSON."""

import os
import time
from argparse import Namespace
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, partial
from multiprocessing import get_context
from pathlib import Path

from es_loader.commands.inputs import find, s3
from es_loader.commands.summary import print_summary, progress
from es_loader.commands.terminal import configuration, enrichment, exclusions
from es_loader.config import load_deployed_config
from es_loader.errors import AccessError, RetryableError
from es_loader.exclusions import Exclusions
from es_loader.exit_codes import FOUND_PROBLEMS, NO_LOG_TYPE, OK
from es_loader.failures import rejected_document
from es_loader.objects import ObjectGone, open_object
from es_loader.pipeline import Loader, LoadReport
from es_loader.sinks import Sink
from es_loader.types import ObjectRef

BATCH = 16
"""Objects that share bulk requests."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where to load to, and what every process needs to know; it travels between processes."""

    to: str
    region: str | None
    user_ini: tuple[Path, ...]
    patience: float
    exclusions: Exclusions


@dataclass(slots=True)
class Outcome:
    """What became of a batch of objects; `lost` are documents that could not be stored, with the reason."""

    reports: list[LoadReport] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    rejected: int = 0


def run(arguments: Namespace) -> int:
    """Load everything, with a progress bar, and print a summary by log type."""
    unwanted = exclusions(configuration(arguments), arguments.user_ini)
    refs = find(arguments)
    target = Target(arguments.to, arguments.region, tuple(arguments.user_ini), arguments.patience, unwanted)
    started = time.monotonic()
    total = Outcome()
    with progress(len(refs), quiet=arguments.quiet) as advance:
        for outcome in _outcomes(refs, target, _jobs(arguments, len(refs))):
            total.reports += outcome.reports
            total.lost += outcome.lost
            total.rejected += outcome.rejected
            advance(len(outcome.reports))
    if not arguments.quiet:
        print_summary(total.reports, total.lost, total.rejected, time.monotonic() - started)
    if total.lost:
        raise RetryableError(f"{len(total.lost)} documents were not stored: {total.lost[0]}")
    if all(report.log_type is None for report in total.reports):
        return NO_LOG_TYPE
    return FOUND_PROBLEMS if any(report.failures for report in total.reports) or total.rejected else OK


def _jobs(arguments: Namespace, objects: int) -> int:
    if arguments.to.startswith("ndjson:"):
        return 1  # record order is part of what NDJSON promises
    return max(1, min(arguments.jobs or os.cpu_count() or 1, -(-objects // BATCH)))


def _outcomes(refs: Sequence[ObjectRef], target: Target, jobs: int) -> Iterator[Outcome]:
    if jobs == 1:
        yield from _in_this_process(refs, target)
        return
    batches = [refs[start : start + BATCH] for start in range(0, len(refs), BATCH)]
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:  # the progress bar is a thread: no fork
        work = [pool.submit(load_batch, batch, target) for batch in batches]
        for done in as_completed(work):
            yield done.result()


def _in_this_process(refs: Sequence[ObjectRef], target: Target) -> Iterator[Outcome]:
    outcome = Outcome()
    with _sink(target, outcome) as sink:
        for ref in refs:
            yield Outcome([_load(ref, target, sink)])
    yield Outcome(lost=outcome.lost, rejected=outcome.rejected)


def load_batch(refs: Sequence[ObjectRef], target: Target) -> Outcome:
    """Load some objects in this process; its loader stays for the next ones."""
    outcome = Outcome()
    with _sink(target, outcome) as sink:
        outcome.reports = [_load(ref, target, sink) for ref in refs]
    return outcome


def _load(ref: ObjectRef, target: Target, sink: Sink) -> LoadReport:
    client = None if ref.path else s3()
    try:
        return _loader(target).load(ref, partial(open_object, ref, s3=client), sink)
    except (ObjectGone, AccessError) as exc:
        return LoadReport(ref.key, error=str(exc), failures=1)


def _loader(target: Target) -> Loader:
    loader = _loader_of(target.user_ini)
    loader.exclude(target.exclusions)
    return loader


@cache
def _loader_of(user_ini: tuple[Path, ...]) -> Loader:
    return Loader(load_deployed_config(*user_ini), enrichers=enrichment())


@contextmanager
def _sink(target: Target, outcome: Outcome) -> Iterator[Sink]:
    if target.to.startswith("ndjson:"):
        from es_loader.sinks.ndjson import NdjsonFile  # noqa: PLC0415 - each target imports only what it needs

        with NdjsonFile(target.to.removeprefix("ndjson:")) as lines:
            yield lines
        return
    from es_loader.sinks.bulk import BulkSink  # noqa: PLC0415
    from es_loader.sinks.opensearch import bulk, connect  # noqa: PLC0415

    client = connect(target.to, region=target.region)
    with BulkSink(
        bulk(client),
        replace=rejected_document,
        on_failed=lambda _ref, reason: outcome.lost.append(reason),
        patience=target.patience,
    ) as requests:
        yield requests
    outcome.rejected = requests.counters.rejected
