"""Why OpenSearch did not store a document, as it may stand in a log line: nothing of the document in it."""

import re

from es_loader.sinks.delivery import BLAMELESS, BUSY, SERVER_ERRORS, TOO_LARGE

MAX_LENGTH = 300

_TELLS_NOTHING = BLAMELESS | {BUSY, TOO_LARGE}
"""Statuses, of those from 400 to 499, whose reasons speak of the cluster or of rights, not of what a document holds."""

_KIND = re.compile(r"\w+")
_FIELD = re.compile(r"failed to parse (?:date )?field \[[\w.@-]{1,200}\] of type \[\w{1,40}\]")
"""Both names are the mapping's: nothing is mapped dynamically."""


def public_reason(status: int, reason: str) -> str:
    """Return a reason without what it may quote: of a refused document, the error's type and the field.

    Args:
        status: HTTP status of the document or the request; below 400 there was no answer.
        reason: as OpenSearch or the connection gave it.
    """
    if not _blames_document(status):
        return reason[:MAX_LENGTH]
    kind, field = _KIND.match(reason), _FIELD.search(reason)
    return ": ".join(found[0] for found in (kind, field) if found) or "refused"


def _blames_document(status: int) -> bool:
    return 400 <= status < SERVER_ERRORS and status not in _TELLS_NOTHING  # noqa: PLR2004 - HTTP's own number
