"""One object through all stages: classified, split, parsed, normalised, refined, enriched, handed to a sink."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import msgspec

from es_loader import documents
from es_loader.classify import classify, matches, place, reason_to_skip
from es_loader.compression import Members
from es_loader.container_stderr import compile_lenient
from es_loader.conversion import Conversion, compile_conversion
from es_loader.declarations import Config, LogType
from es_loader.errors import Excluded, ObjectError, RecordError
from es_loader.exclusions import Exclusions, filters
from es_loader.failures import Encoded, failure_document, object_failure
from es_loader.logtypes import hooks
from es_loader.normalize.timestamps import iso_from_epoch_ms
from es_loader.sinks import Documents
from es_loader.splitting import Split, splitter
from es_loader.types import Document, ObjectRef, RawRecord, Source

UNKNOWN_KEY = "unknown key"
"""The one reason to skip an object that may be a mistake: of the key, or of the configuration."""

IGNORED_KEY = "s3_key_ignored"

Enricher = Callable[[Document], None]

_NAMED_ERRORS = 10
"""Broken members of one object whose errors are told in full."""

_RECORDS_PER_LOOK = 16
"""Records between two looks at the clock, which costs as much as splitting one."""

_DEFECTS = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What a record of a shape that no rule foresaw can raise: it costs that record, not its neighbours."""


def _never() -> bool:
    return False


@dataclass(slots=True)
class LoadReport:
    """What became of one object.

    `skipped` says why nothing was read, `error` why reading ended early, and `unread_from` before which record.
    `records` counts those from `first_record` on, `position` all that were split. `rest` is the number of the first
    record that there was no time for; None if the object was read to its end. Records in `excluded` were dropped, by
    reason; those in `counted` would be if their condition did more than count.
    """

    key: str
    log_type: str | None = None
    skipped: str | None = None
    error: str | None = None
    unread_from: int | None = None
    records: int = 0
    documents: int = 0
    failures: int = 0
    excluded: Counter[str] = field(default_factory=Counter)
    first_record: int = 0
    position: int = 0
    rest: int | None = None
    counted: Counter[str] = field(default_factory=Counter)

    def breaks_off(self) -> None:
        """Note where reading broke off, unless it did so before."""
        if self.unread_from is None:
            self.unread_from = self.position


@dataclass(frozen=True, slots=True)
class Program:
    """One log type, compiled: `split` reads an object, `convert` makes a record's index, id and document."""

    log_type: LogType
    split: Split
    convert: Conversion
    index_of: Callable[[str], str]


class Loader:
    """Loads objects by one configuration.

    Args:
        config: the log types.
        enrichers: for a log type, the functions that add to its documents what comes from outside the log.
        exclusions: which records are not wanted.
    """

    def __init__(
        self,
        config: Config,
        *,
        enrichers: Callable[[LogType], tuple[Enricher, ...]] = lambda _: (),
        exclusions: Exclusions = Exclusions(),  # noqa: B008 - never changed
    ) -> None:
        self.config = config
        self._enrichers = enrichers
        self._exclusions = exclusions
        self._counted: Counter[str] = Counter()
        self.program = cache(self._compile)

    def exclude(self, exclusions: Exclusions) -> None:
        """Go on with other exclusions; not while an object is being loaded."""
        if exclusions != self._exclusions:
            self._exclusions = exclusions
            self.program.cache_clear()

    def compile_all(self) -> None:
        """Compile every log type now, so that no record waits for it."""
        for name in self.config.log_types:
            self.program(name)

    def load(
        self,
        ref: ObjectRef,
        members: Callable[[], Members],
        sink: Documents,
        *,
        token: Any = None,
        report: LoadReport | None = None,
        is_late: Callable[[], bool] = _never,
    ) -> LoadReport:
        """Send every record of an object, from its `first_record` on, to a sink.

        Args:
            ref: the object.
            members: opens it; called only if a log type takes its key. See objects.open_object.
            sink: where documents go.
            token: passed to the sink as `ref` of every document.
            report: a new one, which is also right, as far as it goes, when an error is raised.
            is_late: tells whether the rest is to be left for later, see LoadReport.

        Raises:
            ObjectGone, AccessError, RetryableError: nothing or not all was read, see objects.open_object.
        """
        report = report or LoadReport(ref.key)
        report.skipped, report.first_record = reason_to_skip(self.config, ref.key), ref.first_record
        log_type = None if report.skipped else classify(self.config, ref.key)
        if log_type is None:
            report.skipped = report.skipped or (IGNORED_KEY if matches(self.config, ref.key) else UNKNOWN_KEY)
            return report
        report.log_type = log_type.name
        if is_late():
            report.rest = ref.first_record
            return report
        program = self.program(log_type.name)
        source = source_of(ref)
        self._counted.clear()
        try:
            for document in self.documents(program, source, members(), report, is_late):
                sink.add(*document, token)
        except ObjectError as exc:
            if type(exc) is not ObjectError:
                raise
            report.error = str(exc)
            report.breaks_off()
            report.failures += 1
            sink.add(*object_failure(program.log_type, source, report.position, str(exc), program.index_of), token)
        report.counted.update(self._counted)
        return report

    def documents(
        self,
        program: Program,
        source: Source,
        members: Members,
        report: LoadReport,
        is_late: Callable[[], bool] = _never,
    ) -> Iterator[Encoded]:
        """Yield index, id and encoded document of every record, counting in the report.

        Raises:
            ObjectError: after all that could be read was yielded.
        """
        errors: list[str] = []
        for member in members:
            try:
                yield from self._member(program, source, member, report, is_late)
            except ObjectError as exc:
                if type(exc) is not ObjectError:
                    raise
                errors.append(str(exc))
                report.breaks_off()
            if report.rest is not None:
                return
        if errors:
            raise ObjectError("; ".join(errors[:_NAMED_ERRORS]) + ("; …" if errors[_NAMED_ERRORS:] else ""))

    def _member(
        self,
        program: Program,
        source: Source,
        chunks: Iterator[bytes],
        report: LoadReport,
        is_late: Callable[[], bool],
    ) -> Iterator[Encoded]:
        """Yield what one file in an object gives: it has a header of its own, but numbers go on."""
        prefix = documents.id_prefix(source)
        convert, encode = program.convert, msgspec.json.Encoder().encode
        for raw in _numbered(program.split(chunks), report.position):
            if not report.position % _RECORDS_PER_LOOK and is_late():
                report.rest = max(report.position, report.first_record)
                return
            report.position += 1
            if report.position <= report.first_record:
                continue
            report.records += 1
            try:
                index, doc_id, document = convert(raw, source, prefix)
                try:
                    body = encode(document)
                except (OverflowError, RecursionError, TypeError, ValueError):
                    body = encode(encodable(document))
            except Excluded as exc:
                report.excluded[str(exc)] += 1
                continue
            except (RecordError, *_DEFECTS) as exc:
                report.failures += 1
                yield failure_document(program.log_type, source, raw, exc, program.index_of)
                continue
            report.documents += 1
            yield index, doc_id, body

    def _compile(self, name: str) -> Program:
        log_type = self.config.log_types[name]
        found = hooks(log_type)
        index_of, enrichers = documents.index_namer(log_type), self._enrichers(log_type)
        convert = compile_conversion(
            log_type,
            found,
            index_of,
            enrichers,
            conversion_of=self._conversion_of,
            filters=filters(log_type, self._exclusions, self._counted),
        )
        lenient = compile_lenient(convert, log_type, index_of, enrichers)
        return Program(log_type, splitter(log_type, found), lenient, index_of)

    def _conversion_of(self, name: str) -> Conversion | None:
        return self.program(name).convert if name in self.config.log_types else None


def _numbered(raws: Iterator[RawRecord], first: int) -> Iterator[RawRecord]:
    """Let a splitter's numbers begin at `first`."""
    if not first:
        return raws
    return (msgspec.structs.replace(raw, number=first + raw.number) for raw in raws)


def source_of(ref: ObjectRef) -> Source:
    """Return what all records of an object share."""
    account, region, organization = place(ref.key)
    time = iso_from_epoch_ms(ref.event_time)
    return Source(ref.bucket, ref.key, time, ref.event_time, account, region, organization)


def encodable(value: Any) -> Any:
    """Return a value as JSON can hold it: integers over 64 bits as text, lone surrogates as U+FFFD."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if type(value) is dict:
        return {encodable(str(key)): encodable(item) for key, item in value.items()}
    if type(value) is list:
        return [encodable(item) for item in value]
    if type(value) is int and not -(2**63) <= value < 2**63:
        return str(value)
    return value
