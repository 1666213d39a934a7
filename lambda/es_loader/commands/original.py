"""`es-loader original INDEX ID`: the raw record that a document was made of, from its object in S3."""

import sys
from argparse import Namespace
from typing import Any

from es_loader.commands.inputs import checked
from es_loader.commands.stack import client
from es_loader.commands.terminal import complain, configuration, visible
from es_loader.errors import ObjectError
from es_loader.exit_codes import FOUND_PROBLEMS, OK
from es_loader.objects import ObjectGone, open_object
from es_loader.originals import Provenance, is_the_same, original, provenance_of
from es_loader.pipeline import Loader
from es_loader.types import ObjectRef


def run(arguments: Namespace) -> int:
    """Print the record on standard output, where it stood on standard error."""
    loader = Loader(configuration(arguments))
    hit = _document(arguments)
    origin = provenance_of(hit["_source"])
    complain(f"{origin}  ({hit['_index']})")
    raw = original(loader, origin, open_object(_object(arguments, origin), s3=None if arguments.file else client("s3")))
    _print(raw.text)
    if is_the_same(hit["_id"], origin, raw):
        return OK
    complain("the object was written again since: this is not the record of that document", "red")
    return FOUND_PROBLEMS


def _document(arguments: Namespace) -> Any:
    """Return the one document with the id; INDEX may be a pattern."""
    from es_loader.sinks.opensearch import Requests, connect  # noqa: PLC0415 - knows the client, slow to import

    requests = Requests(connect(arguments.endpoint, region=arguments.region))
    body = {"query": {"ids": {"values": [arguments.id]}}, "_source": ["aws.s3"], "size": 10}
    hits = requests.post(f"/{arguments.index}/_search?ignore_unavailable=true", body)["hits"]["hits"]
    if not hits:
        raise ObjectError(f"no document in {arguments.index} has the id {arguments.id}")
    if len(hits) > 1:
        found = " ".join(sorted(hit["_index"] for hit in hits))
        raise ObjectError(f"several documents have the id {arguments.id}; name one of the indices: {found}")
    return hits[0]


def _object(arguments: Namespace, origin: Provenance) -> ObjectRef:
    if arguments.file:
        return ObjectRef(origin.bucket, origin.key, 0, path=str(checked(arguments.file)))
    if origin.bucket == LOCAL:
        raise ObjectGone(f"{origin.key} was loaded from a file; name it with --file")
    return ObjectRef(origin.bucket, origin.key, 0)


def _print(text: str) -> None:
    """Print verbatim for another program, harmless for a terminal."""
    print(visible(text) if sys.stdout.isatty() else text)


LOCAL = "local"
"""The bucket of documents that were loaded from files; see the option `--bucket` of `load`."""
