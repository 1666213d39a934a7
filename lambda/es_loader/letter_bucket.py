"""The bucket of dead letters, from the outside: what waits there, and what is done with it.

Letters that were replayed move from `waiting/` to `replayed/`, so a look into the bucket shows what is left, and
listing what waits reads nothing else. Nothing leaves `waiting/` before its copy is stored.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, NamedTuple
from urllib.parse import quote

from es_loader.dead_letters import REPLAYED, WAITING, Letter, packed, translate, unpacked
from es_loader.errors import ObjectError
from es_loader.normalize.timestamps import epoch_ms

_MISSING = {"NoSuchKey", "404"}
_NO_BUCKET = "NoSuchBucket"


@dataclass(frozen=True, slots=True)
class Selection:
    """Which letters are meant: all, unless something is said.

    `reason` is a part of it, in any case; `since` and `until` are epoch milliseconds that bound the notification's
    time, the former included; `key` is a pattern with `*` and `?` for the source object's key.
    """

    log_types: tuple[str, ...] = ()
    reason: str | None = None
    since: int | None = None
    until: int | None = None
    key: str | None = None

    def takes(self, *, log_type: str | None, reason: str, time: int, key: str) -> bool:
        """Tell whether something is meant."""
        return (
            (not self.log_types or log_type in self.log_types)
            and (self.reason is None or self.reason.lower() in reason.lower())
            and (self.since is None or time >= self.since)
            and (self.until is None or time < self.until)
            and (self.key is None or fnmatchcase(key, self.key))
        )

    def takes_letter(self, letter: Letter) -> bool:
        """Tell whether a letter is meant."""
        time = epoch_ms(letter.event_time)
        return self.takes(log_type=letter.log_type, reason=letter.reason, time=time, key=letter.key)

    def takes_day(self, path: str) -> bool:
        """Tell whether a file may hold letters that are meant, by the date in its path."""
        day = "-".join(path.split("/")[2:5])
        try:
            begin = epoch_ms(f"{day}T00:00:00Z")
        except ValueError:
            return True
        return (self.until is None or begin < self.until) and (self.since is None or begin + 86_400_000 > self.since)


class Part(NamedTuple):
    """One file of letters, all of one source object; `etag` is that of what was read."""

    path: str
    etag: str
    letters: list[Letter]


class LetterBucket:
    """A bucket of dead letters.

    Args:
        s3: a boto3 client.
        name: of the bucket.

    Raises:
        AccessError, RetryableError: by every method; S3 refuses, or cannot be reached.
    """

    def __init__(self, s3: Any, name: str) -> None:
        self._s3 = s3
        self.name = name

    def paths(self, selection: Selection) -> list[str]:
        """Return the files that may hold letters that are meant.

        Raises:
            ObjectError: there is no such bucket.
        """
        prefixes = [f"{WAITING}/{quote(name, safe='')}/" for name in selection.log_types] or [f"{WAITING}/"]
        with self._errors("", "s3:ListBucket"):
            pages = [
                page
                for prefix in prefixes
                for page in self._s3.get_paginator("list_objects_v2").paginate(Bucket=self.name, Prefix=prefix)
            ]
        found = (item["Key"] for page in pages for item in page.get("Contents", ()))
        return [path for path in found if selection.takes_day(path)]

    def read(self, path: str) -> Part | None:
        """Return the letters in a file; None if it is gone.

        Raises:
            ObjectError: it is no file of letters.
        """
        with self._errors(path, "s3:GetObject or kms:Decrypt"):
            try:
                answer = self._s3.get_object(Bucket=self.name, Key=path)
            except self._s3.exceptions.NoSuchKey:
                return None
            body = answer["Body"].read()
        try:
            return Part(path, answer["ETag"], unpacked(body))
        except ValueError as exc:
            raise ObjectError(f"s3://{self.name}/{path} is no file of dead letters: {exc}") from exc

    def settle(self, part: Part, *, replayed: Sequence[Letter], waiting: Sequence[Letter], moment: str) -> bool:
        """Move what was replayed, leave what waits; return whether the file was still what was read.

        If it was written again meanwhile, it stays as it is.
        """
        if replayed:
            name = part.path.removeprefix(f"{WAITING}/").removesuffix(".ndjson.gz")
            self._put(f"{REPLAYED}/{name}-{moment}.ndjson.gz", replayed)
        if self._etag(part.path) != part.etag:
            return False
        if waiting:
            self._put(part.path, waiting)
        else:
            with self._errors(part.path, "s3:DeleteObject"):
                self._s3.delete_object(Bucket=self.name, Key=part.path)
        return True

    def _put(self, path: str, letters: Sequence[Letter]) -> None:
        with self._errors(path, "s3:PutObject or kms:GenerateDataKey"):
            body = packed(letters)
            self._s3.put_object(Bucket=self.name, Key=path, Body=body, ContentType="application/x-ndjson")

    def _etag(self, path: str) -> str | None:
        with self._errors(path, "s3:GetObject"):
            try:
                return str(self._s3.head_object(Bucket=self.name, Key=path)["ETag"])
            except self._s3.exceptions.ClientError as exc:
                if exc.response["Error"]["Code"] in _MISSING:
                    return None
                raise

    @contextmanager
    def _errors(self, path: str, permission: str) -> Iterator[None]:
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - slow to import

        try:
            yield
        except (BotoCoreError, ClientError) as exc:
            if getattr(exc, "response", {}).get("Error", {}).get("Code") == _NO_BUCKET:
                raise ObjectError(f"s3://{self.name}: no such bucket") from exc
            raise translate(exc, f"s3://{self.name}/{path}", permission) from exc
