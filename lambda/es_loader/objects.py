"""An object in S3 or a local file -> the plain files in it, each a stream of bytes."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from es_loader.compression import CHUNK, Members, plain
from es_loader.errors import AccessError, ObjectError, RetryableError
from es_loader.types import ObjectRef

_MISSING = {"NoSuchKey", "NoSuchVersion", "404", "NoSuchBucket"}
_DENIED = {"AccessDenied", "403", "KMS.DisabledException", "KMS.NotFoundException", "KMS.AccessDeniedException"}


class ObjectGone(ObjectError):
    """The object was deleted between its notification and now."""


def open_object(ref: ObjectRef, *, s3: Any = None) -> Members:
    """Yield the plain files in an object, each in chunks of bytes: a single one, unless it is an archive.

    Args:
        ref: the object; a local file if it has a path.
        s3: the boto3 client to read it with.

    Raises:
        ObjectGone: it does not exist (any more).
        AccessError: reading it, or decrypting with its key, is not allowed.
        ObjectError: from some byte on it is not what its beginning promised; what was yielded is good.
        RetryableError: the connection broke.
    """
    return plain(_local(ref.path) if ref.path else _from_s3(ref, s3))


def _local(path: str) -> Iterator[bytes]:
    try:
        with Path(path).open("rb") as file:
            while chunk := file.read(CHUNK):
                yield chunk
    except FileNotFoundError as exc:
        raise ObjectGone(f"{path} does not exist") from exc
    except PermissionError as exc:
        raise AccessError(f"{path} may not be read") from exc


def _from_s3(ref: ObjectRef, s3: Any) -> Iterator[bytes]:
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - slow to import, and not for local files

    version = {"VersionId": ref.version_id} if ref.version_id else {}
    try:
        body = s3.get_object(Bucket=ref.bucket, Key=ref.key, **version)["Body"]
        yield from body.iter_chunks(CHUNK)
    except ClientError as exc:
        raise _translate(exc.response.get("Error", {}), ref) from exc
    except (BotoCoreError, OSError) as exc:
        raise RetryableError(f"reading s3://{ref.bucket}/{ref.key} broke off: {exc}") from exc


def _translate(error: Mapping[str, Any], ref: ObjectRef) -> Exception:
    code, message = error.get("Code", ""), error.get("Message", "")
    where = f"s3://{ref.bucket}/{ref.key}"
    if code in _MISSING:
        return ObjectGone(f"{where} does not exist ({code})")
    if code in _DENIED or code.startswith("KMS."):
        permission = "kms:Decrypt on its key" if "kms" in f"{code} {message}".lower() else "s3:GetObject"
        return AccessError(f"{where} may not be read: {permission} is missing ({code}: {message})")
    return RetryableError(f"{where} cannot be read now ({code}: {message})")
