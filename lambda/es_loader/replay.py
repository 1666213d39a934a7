"""Dead letters -> the documents that today's parser makes of them.

A record is read from its object again, where it stands among what gives it meaning: the header of its columns, the
envelope around it. If the object is gone, the raw record in the letter is read alone; if that is not enough, the
document that was refused is tried again as it was. The rest of an object is read from that object only.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

import msgspec

from es_loader.classify import classify, reason_to_skip
from es_loader.compression import Members
from es_loader.dead_letters import Letter
from es_loader.errors import AccessError, ObjectError
from es_loader.failures import Encoded
from es_loader.normalize.timestamps import epoch_ms
from es_loader.objects import ObjectGone
from es_loader.originals import Provenance, is_the_same
from es_loader.pipeline import Loader, LoadReport, Program, source_of
from es_loader.types import ObjectRef, RawRecord, Source

NO_LOG_TYPE = "no log type takes the key any more"
NOT_ALONE = "its object is gone, and the record cannot be read without it"

_NO_DOCUMENT = msgspec.Raw(b"null")


@dataclass(slots=True)
class Result:
    """What becomes of one letter: `failures` are `pipeline_error` documents; with a `problem` the letter stays.

    `unread_from` is the record from which on an object still cannot be read.
    """

    letter: Letter
    documents: int = 0
    failures: int = 0
    excluded: int = 0
    problem: str | None = None
    unread_from: int | None = None

    def remaining(self, moment: str) -> Letter:
        """Return the letter that stays, with its new reason; `moment` is ISO 8601."""
        number = self.letter.number if self.unread_from is None else self.unread_from
        reason = self.problem or self.letter.reason
        return msgspec.structs.replace(self.letter, reason=reason, number=number, failed_at=moment)


@dataclass(frozen=True, slots=True)
class _Break:
    """A place in an object, before record `number`, where reading broke off."""

    number: int
    reason: str


def documents(
    loader: Loader, results: Sequence[Result], open_object: Callable[[ObjectRef], Members]
) -> Iterator[tuple[Result, Encoded]]:
    """Yield what letters of one object become, and write into their results what became of them.

    Args:
        loader: of today's configuration.
        results: of letters of one source object, fresh.
        open_object: see objects.open_object.

    Raises:
        RetryableError: the object cannot be read at the moment, for no lack of permission.
    """
    letter = results[0].letter
    log_type = None if reason_to_skip(loader.config, letter.key) else classify(loader.config, letter.key)
    if log_type is None:
        _stay(results, NO_LOG_TYPE)
        return
    ref = ObjectRef(letter.bucket, letter.key, epoch_ms(letter.event_time), version_id=letter.version_id)
    reading = _Reading(loader, loader.program(log_type.name), source_of(ref))
    records = {result.letter.number: result for result in results if result.letter.kind == "record"}
    rest = next((result for result in results if result.letter.kind == "object"), None)
    try:
        yield from _from_object(reading, open_object(ref), records, rest)
    except ObjectGone as exc:
        _stay([rest] if rest else (), str(exc))
    except AccessError as exc:
        _stay([*records.values(), *([rest] if rest else ())], str(exc))
        return
    for result in records.values():
        yield from _without_object(reading, result)


@dataclass(frozen=True, slots=True)
class _Reading:
    loader: Loader
    program: Program
    source: Source

    def documents(self, raw: RawRecord, result: Result) -> Iterator[tuple[Result, Encoded]]:
        """Yield the document of one record, if it gives one."""
        report = LoadReport(self.source.key)
        alone = replace(self.program, split=lambda _chunks: iter((raw,)))
        for document in self.loader.documents(alone, self.source, iter((iter(()),)), report):
            yield result, document
        result.documents += report.documents
        result.failures += report.failures
        result.excluded += report.excluded.total()


def _stay(results: Iterable[Result], reason: str) -> None:
    for result in results:
        result.problem = reason


def _from_object(
    reading: _Reading, members: Members, records: dict[int, Result], rest: Result | None
) -> Iterator[tuple[Result, Encoded]]:
    """Yield the documents of the records that are wanted, and take those from `records`."""
    for raw in _numbered(reading.program, members):
        if isinstance(raw, _Break):
            if rest and rest.problem is None:
                rest.problem, rest.unread_from = raw.reason, raw.number
            continue
        result = records.get(raw.number)
        if result and _is_it(result.letter, raw):
            del records[raw.number]
            yield from reading.documents(raw, result)
        elif rest and raw.number >= rest.letter.number:
            yield from reading.documents(raw, rest)
        if not records and rest is None:
            return


def _is_it(letter: Letter, raw: RawRecord) -> bool:
    """Tell whether a record is the one that the letter is about: an object can be written again."""
    return is_the_same(letter.id or "", Provenance(letter.bucket, letter.key, letter.number), raw)


def _numbered(program: Program, members: Members) -> Iterator[RawRecord | _Break]:
    """Yield the records of an object with their numbers, as the pipeline counts them, and where reading broke off."""
    first = 0
    try:
        for member in members:
            count = 0
            try:
                for raw in program.split(member):
                    count += 1
                    yield msgspec.structs.replace(raw, number=first + raw.number)
            except ObjectError as exc:
                if type(exc) is not ObjectError:
                    raise
                yield _Break(first + count, str(exc))
            first += count
    except ObjectError as exc:
        if type(exc) is not ObjectError:
            raise
        yield _Break(first, str(exc))


def _without_object(reading: _Reading, result: Result) -> Iterator[tuple[Result, Encoded]]:
    """Yield what the letter itself gives."""
    letter = result.letter
    raw = _alone(reading.program, letter)
    found = list(reading.documents(raw, result)) if raw else []
    if found and not result.failures:
        yield from found
    elif result.excluded:
        return
    elif letter.document != _NO_DOCUMENT and letter.index and letter.id:
        result.documents, result.failures = 1, 0
        yield result, (letter.index, letter.id, bytes(letter.document))
    else:
        result.problem = NOT_ALONE


def _alone(program: Program, letter: Letter) -> RawRecord | None:
    """Return the record in a letter, if its text is one without what stood around it."""
    if letter.record is None:
        return None
    try:
        found = list(islice(program.split(iter((letter.record.encode(errors="replace"),))), 2))
    except ObjectError:
        return None
    return msgspec.structs.replace(found[0], number=letter.number) if len(found) == 1 else None
