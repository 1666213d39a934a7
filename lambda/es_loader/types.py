"""The values that travel down the pipeline, drawn where every stage can see them."""

from typing import Any, TypeAlias

import msgspec

Fields: TypeAlias = dict[str, Any]
"""A parsed record, under the names that its log gives them."""

Document: TypeAlias = dict[str, Any]
"""A nested ECS document, ready to be encoded."""


class ObjectRef(msgspec.Struct, frozen=True):
    """One object to load, as a notification (or the command line) names it.

    `key` is decoded. `event_time` is the time of the notification in epoch milliseconds: it stands for
    "now" in everything that is derived from the object, so that a second delivery gives the same documents.
    `path` is set for an object that is a local file. Records before `first_record` are loaded already; `attempt` counts
    the invocations in a row that loaded none since, see continuation.py.
    """

    bucket: str
    key: str
    event_time: int
    version_id: str | None = None
    size: int | None = None
    path: str | None = None
    first_record: int = 0
    attempt: int = 0


class Source(msgspec.Struct, frozen=True):
    """What every record of one object shares: where it lies and what its key says.

    `event_time` is ISO 8601 UTC with milliseconds; `event_ms` the same in epoch milliseconds. `account`,
    `region` and `organization` come from the key alone (None where it says nothing).
    """

    bucket: str
    key: str
    event_time: str
    event_ms: int
    account: str | None = None
    region: str | None = None
    organization: str | None = None


class Envelope(msgspec.Struct, frozen=True):
    """What the carrier (CloudWatch Logs, EventBridge) says about one record.

    `document` is a partial document that the carrier fills (`aws.cloudwatch.*`, `cloud.instance.id`, …) and is
    shared between the records of one envelope: read, never changed. `record_id` identifies the record within
    the carrier, `timestamp` is epoch milliseconds.
    """

    kind: str
    account: str | None = None
    region: str | None = None
    record_id: str | None = None
    timestamp: int | None = None
    document: Document = {}
    identity: str = ""


class RawRecord(msgspec.Struct, frozen=True, gc=False):
    """One record as it was split from its object.

    `number` counts from 0 within the object. `text` is the record as it stood there. `value` is what splitting
    learnt already: the decoded JSON value, or the tuple of column names of a CSV row; None otherwise.
    """

    number: int
    text: str
    value: Any = None
    envelope: Envelope | None = None
