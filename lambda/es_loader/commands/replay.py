"""`es-loader replay`: what was given up is shown, tried with today's parser, or loaded with it."""

from argparse import Namespace
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial

from es_loader.commands import letters, redrive
from es_loader.commands.stack import Stack
from es_loader.commands.summary import progress
from es_loader.commands.terminal import complain, configuration, enrichment
from es_loader.errors import ObjectError
from es_loader.exit_codes import FOUND_PROBLEMS, OK
from es_loader.failures import rejected_document
from es_loader.letter_bucket import LetterBucket, Part, Selection
from es_loader.normalize.timestamps import epoch_ms, iso
from es_loader.objects import open_object
from es_loader.pace import Pace
from es_loader.pipeline import Loader
from es_loader.replay import Result, documents
from es_loader.sinks import Sink
from es_loader.sinks.bulk import BulkSink
from es_loader.sinks.ndjson import NdjsonSink


def run(arguments: Namespace) -> int:
    """List, try or load the letters that are meant; with --queue, the messages."""
    if arguments.queue:
        return redrive.run(arguments)
    selection = letters.selection(arguments)
    stack = Stack(arguments.stack, arguments.region)
    bucket = LetterBucket(stack.client("s3"), arguments.bucket or stack.output("DeadLetterBucket"))
    paths = bucket.paths(selection)
    if arguments.list:
        return _list(bucket, paths, selection, arguments.list)
    run = _Run(arguments, stack, bucket, selection)
    try:
        with progress(len(paths), quiet=arguments.quiet, verb="replaying", unit="files") as advance:
            run.replay(paths, advance)
    finally:
        if run.results and not arguments.quiet:
            letters.print_results(run.results, dry_run=arguments.dry_run, rejected=run.rejected)
    if not run.results and not arguments.quiet:
        complain(f"no letters of that kind wait in s3://{bucket.name}")
    return FOUND_PROBLEMS if run.has_problems else OK


def _list(bucket: LetterBucket, paths: Sequence[str], selection: Selection, how: str) -> int:
    found = [
        letters.Item(one.log_type, one.reason, epoch_ms(one.event_time), f"{one.key}, record {one.number}")
        for path in paths
        if (part := bucket.read(path))
        for one in part.letters
        if selection.takes_letter(one)
    ]
    if found:
        letters.print_items(found, how, "letter")
    else:
        complain(f"no letters of that kind wait in s3://{bucket.name}")
    return OK


class _Run:
    """One run over the files of letters, with what became of the letters so far."""

    def __init__(self, arguments: Namespace, stack: Stack, bucket: LetterBucket, selection: Selection) -> None:
        self.results: list[Result] = []
        self.rejected = 0
        self._unreadable = False
        self._arguments = arguments
        self._stack = stack
        self._bucket = bucket
        self._selection = selection
        self._loader = Loader(configuration(arguments), enrichers=enrichment())
        self._pace = Pace(None if arguments.dry_run else arguments.rate)

    @property
    def has_problems(self) -> bool:
        """Whether something stays, or became a `pipeline_error`."""
        return self._unreadable or bool(self.rejected) or any(one.problem or one.failures for one in self.results)

    def replay(self, paths: Sequence[str], advance: Callable[[int], None]) -> None:
        """Replay the letters in these files, a file at a time."""
        with self._sink() as sink:
            for path in paths:
                part = self._read(path)
                if part:
                    self._part(part, sink)
                advance(1)

    def _read(self, path: str) -> Part | None:
        try:
            return self._bucket.read(path)
        except ObjectError as exc:
            complain(exc, "red")
            self._unreadable = True
            return None

    def _part(self, part: Part, sink: Sink) -> None:
        """Replay the letters of one file that are meant, and move those that are stored."""
        results = [Result(letter) for letter in part.letters if self._selection.takes_letter(letter)]
        if not results:
            return
        for result, document in documents(self._loader, results, partial(open_object, s3=self._stack.client("s3"))):
            self._pace.wait()
            sink.add(*document, result)
        sink.flush()
        self.results += results
        if not self._arguments.dry_run:
            self._settle(part, results)

    def _settle(self, part: Part, results: list[Result]) -> None:
        now = iso(datetime.now(UTC))
        done = {id(one.letter) for one in results if not one.problem}
        waiting = [one for one in part.letters if id(one) not in {id(result.letter) for result in results}]
        waiting += [one.remaining(now) for one in results if one.problem]
        replayed = [one for one in part.letters if id(one) in done]
        if not self._bucket.settle(part, replayed=replayed, waiting=waiting, moment=now):
            complain(f"{part.path} was written again meanwhile: its letters stay, for another replay", "yellow")

    @contextmanager
    def _sink(self) -> Iterator[Sink]:
        if self._arguments.dry_run:
            yield NdjsonSink(lambda _line: None)
            return
        from es_loader.sinks.opensearch import bulk, connect  # noqa: PLC0415 - knows the client, slow to import

        endpoint = self._arguments.endpoint or self._stack.output("DomainEndpoint")
        with BulkSink(
            bulk(connect(endpoint, region=self._arguments.region)),
            replace=rejected_document,
            on_failed=_stays,
            on_given_up=lambda refusal: _stays(refusal.entry.ref, f"{refusal.status}: {refusal.reason}"),
        ) as requests:
            try:
                yield requests
            finally:
                self.rejected = requests.counters.rejected - requests.counters.given_up


def _stays(result: Result, reason: str) -> None:
    """Let a letter stay, as it was: of an object, too, what was read now is not all stored."""
    result.problem, result.unread_from = reason, None
    if result.letter.kind == "record":
        result.documents = 0
