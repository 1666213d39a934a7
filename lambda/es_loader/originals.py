"""A document's provenance -> the raw record that it was made of, read from its object again."""

from typing import Any, NamedTuple

import msgspec

from es_loader import documents
from es_loader.classify import classify
from es_loader.compression import Members
from es_loader.errors import ObjectError
from es_loader.pipeline import Loader, source_of
from es_loader.types import Document, ObjectRef, RawRecord


class Provenance(NamedTuple):
    """Where a record stood: the object, and its number there, counted from 0."""

    bucket: str
    key: str
    number: int

    def __str__(self) -> str:
        return f"s3://{self.bucket}/{self.key}, record {self.number}"


def provenance_of(document: Document) -> Provenance:
    """Return where a document says that its record stood.

    Raises:
        ObjectError: it does not say.
    """
    found: tuple[Any, ...] = tuple(
        documents.at(document, f"aws.s3.{name}") for name in ("bucket.name", "object.key", "object.record_number")
    )
    if None in found:
        raise ObjectError("the document does not say which object it came from: es-loader did not write it")
    return Provenance(*found)


def original(loader: Loader, origin: Provenance, members: Members) -> RawRecord:
    """Return a record of an object, which is read no further than that.

    Args:
        loader: of today's configuration.
        origin: where the record stood.
        members: the object, opened; see objects.open_object.

    Raises:
        ObjectError: no log type takes the key any more, or the object has no such record or cannot be read that far.
    """
    log_type = classify(loader.config, origin.key)
    if log_type is None:
        raise ObjectError(f"no log type takes the key {origin.key} any more")
    split = loader.program(log_type.name).split
    first = 0
    for member in members:
        count = 0
        for raw in split(member):
            if first + raw.number == origin.number:
                return msgspec.structs.replace(raw, number=origin.number)
            count += 1
        first += count
    raise ObjectError(f"{origin}: the object has {first} records only")


def is_the_same(document_id: str, origin: Provenance, raw: RawRecord) -> bool:
    """Tell whether a record is the one that a document was made of, as far as the document's id says."""
    prefix = documents.id_prefix(source_of(ObjectRef(origin.bucket, origin.key, 0)))
    return not document_id.startswith(f"{prefix}{origin.number}") or document_id == documents.position_id(prefix, raw)
