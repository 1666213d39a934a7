"""`es-loader load PATH … --to TARGET`: files, folders and s3:// objects into OpenSearch or NDJSON."""

import os
import time
from argparse import Namespace
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from typing import Any

from es_loader.commands.summary import print_summary, progress
from es_loader.commands.terminal import configuration, enrichment, event_time
from es_loader.config import load_deployed_config
from es_loader.errors import AccessError, ObjectError, RetryableError
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


@dataclass(slots=True)
class Outcome:
    """What became of a batch of objects; `lost` are documents that could not be stored, with the reason."""

    reports: list[LoadReport] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    rejected: int = 0


def run(arguments: Namespace) -> int:
    """Load everything, with a progress bar, and print a summary by log type."""
    configuration(arguments)
    refs = [ref for path in arguments.paths for ref in find(path, arguments)]
    target = Target(arguments.to, arguments.region, tuple(arguments.user_ini))
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


def find(path: str, arguments: Namespace) -> Iterator[ObjectRef]:
    """Yield the objects that one argument names.

    Raises:
        ObjectError: there is no such file, folder or object.
    """
    if path.startswith("s3://"):
        yield from _in_bucket(path, arguments)
        return
    local = Path(path)
    if local.is_dir():
        files = sorted(file for file in local.rglob("*") if file.is_file() and not file.name.startswith("."))
        keys = [file.relative_to(local).as_posix() for file in files]
    elif local.exists():
        files, keys = [local], [arguments.key or local.as_posix().lstrip("./")]
    else:
        raise ObjectError(f"{path}: no such file or folder")
    for file, key in zip(files, keys, strict=True):
        yield ObjectRef(arguments.bucket, key, event_time(arguments, file), size=file.stat().st_size, path=str(file))


def _in_bucket(path: str, arguments: Namespace) -> Iterator[ObjectRef]:
    bucket, _, prefix = path.removeprefix("s3://").partition("/")
    found = False
    for page in s3().get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for item in page.get("Contents", ()):
            found = True
            moment = event_time(arguments) if arguments.event_time else round(item["LastModified"].timestamp() * 1000)
            key = arguments.key if arguments.key and item["Key"] == prefix else item["Key"]
            yield ObjectRef(bucket, key, moment, size=item["Size"])
    if not found:
        raise ObjectError(f"{path}: no such object")


@cache
def s3() -> Any:
    """Return this process's S3 client."""
    import boto3  # noqa: PLC0415 - slow to import, and only s3:// needs it

    return boto3.client("s3")


def _jobs(arguments: Namespace, objects: int) -> int:
    if arguments.to.startswith("ndjson:"):
        return 1  # record order is part of what NDJSON promises
    return max(1, min(arguments.jobs or os.cpu_count() or 1, -(-objects // BATCH)))


def _outcomes(refs: Sequence[ObjectRef], target: Target, jobs: int) -> Iterator[Outcome]:
    if jobs == 1:
        yield from _in_this_process(refs, target)
        return
    batches = [refs[start : start + BATCH] for start in range(0, len(refs), BATCH)]
    with ProcessPoolExecutor(jobs) as pool:
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


@cache
def _loader(target: Target) -> Loader:
    return Loader(load_deployed_config(*target.user_ini), enrichers=enrichment())


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
        bulk(client), replace=rejected_document, on_failed=lambda _ref, reason: outcome.lost.append(reason)
    ) as requests:
        yield requests
    outcome.rejected = requests.counters.rejected
