"""What the command line names (files, folders, s3://bucket/prefix) -> references to objects with their S3 keys."""

import os
import re
from argparse import Namespace
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from es_loader.aws import aws_errors
from es_loader.commands.stack import client
from es_loader.commands.terminal import event_time
from es_loader.errors import ObjectError
from es_loader.types import ObjectRef

STDIN = "-"
S3_SCHEME = "s3://"

_KEY_IN_PATH = re.compile(r"(?:^|/)((?:o-[a-z0-9]{10,32}/)?AWSLogs/.+)")


def find(arguments: Namespace) -> list[ObjectRef]:
    """Return the objects that `arguments.paths` name.

    Raises:
        ObjectError: one of them does not exist, or cannot be read, or `--key` is given for more than one.
        AccessError, RetryableError: see `_listed`.
    """
    refs = list(chain.from_iterable(_one(path, arguments) for path in arguments.paths))
    if arguments.key and (len(refs) > 1 or Path(arguments.paths[0]).is_dir()):
        raise ObjectError("--key is the key of one object: give it with one file, not with several or a folder")
    return refs


def key_of(path: Path, folder: Path | None = None) -> str:
    """Return the S3 key that a path stands for.

    It is the path from `AWSLogs/` (or `o-…/AWSLogs/`) on; else the path as given, without a leading `./` or `/`.
    Below a folder that was given it is the path from there, whatever prefix stands before `AWSLogs/`.
    """
    if folder is not None:
        key = path.relative_to(folder).as_posix()
        if _KEY_IN_PATH.search(key):
            return key
    else:
        key = path.as_posix().lstrip("/")
        while key.startswith("../"):
            key = key.removeprefix("../")
    found = _KEY_IN_PATH.search(path.resolve().as_posix())
    return found[1] if found else key


def checked(path: Path) -> Path:
    """Return the path of a file that can be read.

    Raises:
        ObjectError: it is none; the text says why.
    """
    if path.is_dir():
        raise ObjectError(f"{path}: is a folder; `es-loader load` takes folders")
    if not path.exists():
        raise ObjectError(f"{path}: no such file or folder")
    if not os.access(path, os.R_OK):
        raise ObjectError(f"{path}: may not be read")
    return path


def _one(path: str, arguments: Namespace) -> Iterator[ObjectRef]:
    if path.startswith(S3_SCHEME):
        yield from _listed(path, arguments)
        return
    local = Path(path)
    if local.is_dir():
        files = [(file, key_of(file, local)) for file in _below(local)]
        if not files:
            raise ObjectError(f"{path}: holds no files")
    else:
        files = [(checked(local), arguments.key or key_of(local))]
    for file, key in files:
        yield ObjectRef(arguments.bucket, key, event_time(arguments, file), size=file.stat().st_size, path=str(file))


def _below(folder: Path) -> list[Path]:
    """Return the files below a folder in order, without hidden ones: they are the system's, not logs."""
    return sorted(
        file
        for file in folder.rglob("*")
        if file.is_file() and not any(part.startswith(".") for part in file.relative_to(folder).parts)
    )


def _listed(path: str, arguments: Namespace) -> Iterator[ObjectRef]:
    """Yield the objects below s3://bucket/prefix.

    Raises:
        ObjectError: there are none, or there is no such bucket.
        AccessError: they may not be listed; RetryableError: S3 cannot be reached.
    """
    bucket, _, prefix = path.removeprefix(S3_SCHEME).partition("/")
    if not bucket:
        raise ObjectError(f"{path}: names no bucket; write s3://bucket/prefix")
    found = False
    with aws_errors(path, "s3:ListBucket"):
        for page in client("s3").get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
            for item in page.get("Contents", ()):
                found = True
                time = event_time(arguments) if arguments.event_time else round(item["LastModified"].timestamp() * 1000)
                yield ObjectRef(bucket, arguments.key or item["Key"], time, size=item["Size"])
    if not found:
        raise ObjectError(f"{path}: no such object")
