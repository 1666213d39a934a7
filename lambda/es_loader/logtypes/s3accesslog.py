"""S3 server access logs: https://docs.aws.amazon.com/AmazonS3/latest/userguide/LogFormat.html."""

import re

from es_loader.declarations import LogType
from es_loader.errors import RecordError
from es_loader.formats.quoted import regular
from es_loader.logtypes import Hooks
from es_loader.normalize.arns import add_cloud
from es_loader.normalize.coerce import ABSENT
from es_loader.normalize.connections import mirror_client
from es_loader.normalize.domains import domain_parts
from es_loader.normalize.durations import NS_OF_MILLISECOND, nanoseconds
from es_loader.normalize.hostport import host_port
from es_loader.normalize.request_line import request_line
from es_loader.normalize.tls import tls
from es_loader.normalize.urls import url
from es_loader.types import Document, Fields, RawRecord, Source

COLUMNS = (
    *("bucket_owner", "bucket", "time", "remote_ip", "requester", "request_id", "operation", "key", "request_uri"),
    *("http_status", "error_code", "bytes_sent", "object_size", "total_time", "turn_around_time"),
    *("referrer", "user_agent", "version_id"),
    *("host_id", "signature_version", "cipher_suite", "authentication_type", "host_header", "tls_version"),
    *("access_point_arn", "acl_required", "source_region"),
)
"""Columns in order; lines end with `version_id`, `tls_version`, or one of those after it."""

_SHORTEST = COLUMNS.index("version_id") + 1
_LENGTHS = frozenset({_SHORTEST, *range(COLUMNS.index("tls_version") + 1, len(COLUMNS) + 1)})
_SIGNATURE, _PROTOCOL = COLUMNS.index("signature_version"), COLUMNS.index("tls_version")

_HEAD = re.compile(
    r"""
    ([^ ]+)\ ([^ ]+)                    # owner, bucket
    \ \[([^\]]{1,64})\]                 # time
    \ ([^ ]+)\ ([^ ]+)\ ([^ ]+)\ ([^ ]+)\ ([^ ]+)\   # address, requester, id, operation, key
    """,
    re.VERBOSE,
)
_REQUEST = re.compile(
    r"""
    (?: " (.*?) " | - )                 # the request line: whatever ends where six columns of the kind follow
    \ (\d{3}|-)                         # status
    \ ([^ "]{1,128})                    # error code
    \ (\d{1,20}|-) \ (\d{1,20}|-)       # bytes sent, size
    \ (\d{1,20}|-) \ (\d{1,20}|-)       # times
    \ (?=["-])
    """,
    re.VERBOSE,
)
_REFERRER = re.compile(r'(?:"(.*?)"|-) (?="|- )')

_REGION = re.compile(
    r"(?:^|\.)s3(?:-(?:accesspoint(?:-fips)?|control|fips|object-lambda|website))?(?:[.-]dualstack)?"
    r"[.-]([a-z]{2,4}(?:-[a-z]+)+-\d+)(?:\.vpce)?\.amazonaws\.com(?:\.cn)?\Z",
    re.IGNORECASE,
)
"""https://docs.aws.amazon.com/general/latest/gr/s3.html"""


def hooks(_log_type: LogType) -> Hooks:
    """Return what a declaration cannot say of this log."""
    return Hooks(parse=parse, refine=refine)


def parse(text: str) -> Fields:
    """Name the columns of a line; columns that are newer than COLUMNS are in `extra`."""
    words = _words(text)
    fields: Fields = dict(zip(COLUMNS, words))  # noqa: B905 - lines have from 18 columns on
    if len(words) > len(COLUMNS):
        fields["extra"] = words[len(COLUMNS) :]
    fields["method"], fields["url"], fields["http_version"] = request_line(fields["request_uri"])
    fields["host"], fields["host_port"] = host_port(fields.get("host_header", "-"))
    return fields


def _words(text: str) -> list[str]:
    """Return a line's columns: read from both ends, or by its quotes if that does not fit the layout."""
    words = _anchored(text)
    if words is None or not _fits(words):
        words = _quoted(text) or words
    if words is None:
        raise RecordError("is no access log line of S3")
    if len(words) not in _LENGTHS and len(words) <= len(COLUMNS):
        raise RecordError(f"is no access log line of S3: {len(words)} columns")
    return words


def _anchored(text: str) -> list[str] | None:
    """Split from both ends: clients write quotes into URL, referrer and user agent, and S3 logs them as they come.

    The first request line and referrer that can be count, and of user agents the longest: what a client sends
    can then change no column behind it.
    """
    head = _HEAD.match(text)
    request = _REQUEST.match(text, head.end()) if head else None
    referrer = _REFERRER.match(text, request.end()) if request else None
    if head is None or request is None or referrer is None:
        return None
    start = referrer.end()
    closing = text.rfind('"', start + 1) if text[start] == '"' else start
    if closing < 0:
        return None
    tail = [word for word in text[closing + 1 :].split(" ") if word]
    return [
        *head.groups(),
        *(part or "-" for part in request.groups()),
        referrer[1] or "-",
        text[start + 1 : closing] or "-",
        *tail,
    ]


def _fits(words: list[str]) -> bool:
    """Tell whether the columns behind the user agent hold what they should, as far as the line has them."""
    return (
        len(words) >= _SHORTEST
        and all(word in ABSENT or word.startswith("Sig") for word in words[_SIGNATURE : _SIGNATURE + 1])
        and all(word in ABSENT or word[:3].upper() in {"TLS", "SSL"} for word in words[_PROTOCOL : _PROTOCOL + 1])
    )


def _quoted(text: str) -> list[str] | None:
    """Split a line whose quotes all hold words together: columns to come may be quoted too."""
    words = regular(text)
    if words is None or len(words) <= _SHORTEST or words[2][:1] != "[" or words[3][-1:] != "]":
        return None
    words[2:4] = [f"{words[2][1:]} {words[3][:-1]}"]
    return words


def refine(doc: Document, fields: Fields, _raw: RawRecord, _source: Source) -> None:
    """Add what follows from columns: outcome, duration, URL, TLS, the client, the requester's name, the region."""
    event = doc["event"]
    event["outcome"] = "success" if fields["error_code"] in ABSENT else "failure"
    duration = nanoseconds(fields["total_time"], NS_OF_MILLISECOND)
    if duration is not None:
        event["duration"] = duration
    if session := tls(fields.get("cipher_suite"), fields.get("tls_version")):
        doc["tls"] = session
    mirror_client(doc)
    _requester(doc, fields)
    _place(doc, fields)


def _requester(doc: Document, fields: Fields) -> None:
    requester = fields["requester"]
    if requester not in ABSENT and (name := requester.rpartition("/")[2]):
        doc["user"]["name"] = name
    users = [name for name in (fields["bucket_owner"], requester) if name not in ABSENT]
    if users:
        doc.setdefault("related", {})["user"] = users


def _place(doc: Document, fields: Fields) -> None:
    """Fill URL and region: the region from the host name, the account from the access point, else both from the key."""
    host = fields["host"]
    found = url(fields["url"]) if fields["url"] else {}
    if host and "domain" not in found:
        found = {**domain_parts(host), **found}
    if found:
        doc["url"] = {**doc.get("url", {}), **found}
    if host and (region := _REGION.search(host)):
        doc["cloud"]["region"] = region[1].lower()
    add_cloud(doc, fields.get("access_point_arn"))
