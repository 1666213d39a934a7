"""What is given up for good: letters that say what and why, kept in a bucket of their own until they are replayed.

    waiting/<log type>/<yyyy>/<mm>/<dd>/<object>-<record number>.ndjson.gz

One file holds letters of one source object; the date is that of its notification, and the number that of the first
record in it. So a message that comes again writes the same files again. Each line is a `Letter`.
"""

import gzip
import logging
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Literal, TypeAlias
from urllib.parse import quote

import msgspec
from isal import igzip
from xxhash import xxh3_64_hexdigest

from es_loader.documents import at
from es_loader.errors import AccessError, LoaderError, RetryableError
from es_loader.metrics import DEAD_LETTERED, REST_DEAD_LETTERED, Origin
from es_loader.normalize.timestamps import iso_from_epoch_ms
from es_loader.sinks.delivery import Refusal

LOGGER = logging.getLogger("es_loader")

WAITING = "waiting"
REPLAYED = "replayed"

PART_BYTES = 4 << 20
"""Letters in memory, before compression: with more, all are stored and forgotten."""

Store: TypeAlias = Callable[[str, bytes], object]
"""Puts a body under a key; raises RetryableError."""


class Letter(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One record that OpenSearch takes in no form, or an object that cannot be read from some record on.

    `number` is that of the record, counted from 0 within the object `bucket`, `key`, `version_id`. `event_time` is the
    notification's time, `failed_at` when it was given up (ISO 8601 UTC). `status` is OpenSearch's answer. `record` is
    the raw record where the document held it; `document` is the document that was refused, of `index` and `id`.
    """

    kind: Literal["record", "object"]
    reason: str
    status: int | None = None
    log_type: str
    bucket: str
    key: str
    version_id: str | None = None
    event_time: str
    number: int
    failed_at: str
    replayed_at: str | None = None
    index: str | None = None
    id: str | None = None
    record: str | None = None
    document: msgspec.Raw = msgspec.Raw(b"null")


class DeadLetters:
    """Takes what is given up in one invocation, and stores it when there is much of it and in `flush`.

    The `ref` of each document in the sink is its object's Origin, which counts the letters that are stored.

    Args:
        store: see s3_store.
        on_failed: called with an object's origin and the reason for each letter that could not be stored.
        failed_at: epoch milliseconds.
    """

    def __init__(self, store: Store, *, on_failed: Callable[[Origin, str], object], failed_at: int) -> None:
        self._store = store
        self._on_failed = on_failed
        self._failed_at = iso_from_epoch_ms(failed_at)
        self._held: dict[Origin, list[Letter]] = defaultdict(list)
        self._size = 0

    def give_up(self, refusal: Refusal) -> None:
        """Take a record whose document was refused, and the `pipeline_error` in its place as well."""
        entry = refusal.entry
        replacement, refused = msgspec.json.decode(entry.source), msgspec.json.decode(entry.refused)
        self._hold(
            entry.ref,
            Letter(
                kind="record",
                reason=f"{replacement['error']['message']}; and its pipeline_error: {refusal.reason}",
                status=refusal.status,
                number=at(replacement, "aws.s3.object.record_number") or 0,
                index=entry.index,
                id=entry.doc_id,
                record=at(refused, "event.original"),
                document=msgspec.Raw(entry.refused),
                **self._origin(entry.ref),
            ),
        )

    def give_up_rest(self, origin: Origin) -> None:
        """Take an object that could only be read to some record, or not at all."""
        report = origin.report
        assert report.error is not None
        assert report.unread_from is not None
        self._hold(
            origin, Letter(kind="object", reason=report.error, number=report.unread_from, **self._origin(origin))
        )

    def flush(self) -> None:
        """Store what is held; what cannot be stored has failed."""
        for origin, letters in self._held.items():
            path = path_of(letters)
            try:
                self._store(path, packed(letters))
            except RetryableError as exc:
                for _ in letters:
                    self._on_failed(origin, str(exc))
            else:
                for letter in letters:
                    origin.count(_COUNTED_AS[letter.kind])
                _log(path, letters)
        self._held.clear()
        self._size = 0

    def _origin(self, origin: Origin) -> dict[str, Any]:
        ref = origin.ref
        return {
            "log_type": origin.report.log_type,
            "bucket": ref.bucket,
            "key": ref.key,
            "version_id": ref.version_id,
            "event_time": iso_from_epoch_ms(ref.event_time),
            "failed_at": self._failed_at,
        }

    def _hold(self, origin: Origin, letter: Letter) -> None:
        self._held[origin].append(letter)
        self._size += len(letter.reason) + len(letter.record or "") + len(letter.document)
        if self._size > PART_BYTES:
            self.flush()


_COUNTED_AS = {"record": DEAD_LETTERED, "object": REST_DEAD_LETTERED}


def s3_store(s3: Callable[[], Any], bucket: str) -> Store:
    """Return what puts letters into a bucket.

    Args:
        s3: returns the boto3 client; called with the first letter.
        bucket: its name.
    """

    def store(path: str, body: bytes) -> None:
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - slow to import, and seldom needed

        try:
            s3().put_object(Bucket=bucket, Key=path, Body=body, ContentType="application/x-ndjson")
        except (BotoCoreError, ClientError) as exc:
            raise translate(exc, f"s3://{bucket}/{path}", "s3:PutObject or kms:GenerateDataKey") from exc

    return store


def translate(exc: Exception, where: str, permission: str) -> LoaderError:
    """Return the error of S3 or SQS as ours; `permission` is what is missing if it is a refusal."""
    error = getattr(exc, "response", {}).get("Error", {})
    if error.get("Code") in {"AccessDenied", "AccessDeniedException", "403", "KMS.AccessDeniedException"}:
        return AccessError(f"{where}: {permission} is missing ({error['Code']}: {error.get('Message', '')})")
    return RetryableError(f"{where}: {exc}")


def path_of(letters: Iterable[Letter], folder: str = WAITING) -> str:
    """Return where letters of one object lie: the same path for the same letters."""
    first = min(letters, key=lambda letter: letter.number)
    name = xxh3_64_hexdigest("\0".join((first.bucket, first.key, first.version_id or "")).encode())
    rest = "-rest" if first.kind == "object" else ""
    date = first.event_time[:10].replace("-", "/")
    return f"{folder}/{quote(first.log_type, safe='')}/{date}/{name}-{first.number}{rest}.ndjson.gz"


def packed(letters: Iterable[Letter]) -> bytes:
    """Return letters as the file that holds them, in record order."""
    encode = msgspec.json.Encoder().encode
    lines = (encode(letter) + b"\n" for letter in sorted(letters, key=lambda letter: letter.number))
    return igzip.compress(b"".join(lines), 1)


def unpacked(body: bytes) -> list[Letter]:
    """Return the letters in a file.

    Raises:
        ValueError: it is none.
    """
    try:
        decode = msgspec.json.Decoder(Letter).decode
        return [decode(line) for line in gzip.decompress(body).splitlines()]
    except (OSError, EOFError, zlib.error, msgspec.MsgspecError) as exc:
        raise ValueError(str(exc)) from exc


def _log(path: str, letters: Sequence[Letter]) -> None:
    """Write one line about a file; a reason may quote the record, so it is not in it."""
    first = letters[0]
    fields = {"bucket": first.bucket, "key": first.key, "log_type": first.log_type, "dead_letters": len(letters)}
    LOGGER.warning("%d dead letters of %s are in %s", len(letters), first.key, path, extra=fields)
