"""Access logs that name what they hold, by nginx's variables: JSON objects, and the groups of a user's own pattern."""

from typing import Any

import msgspec

from es_loader.errors import RecordError
from es_loader.logtypes.web_server.lines import common_time
from es_loader.normalize.coerce import ABSENT
from es_loader.types import Fields

_NAMES: dict[str, tuple[str, ...]] = {
    "body_bytes_sent": ("response_body_bytes",),
    "bytes_sent": ("response_bytes",),
    "content_type": ("sent_http_content_type",),
    "host": ("http_host", "server_name"),
    "http_referer": ("http_referrer", "referer"),
    "http_user_agent": ("useragent",),
    "http_x_forwarded_for": ("xff",),
    "identity": ("ident",),
    "msec": (),
    "remote_addr": ("remotehost",),
    "remote_user": ("authuser",),
    "request": ("request_raw",),
    "request_length": ("request_bytes",),
    "request_method": (),
    "request_time": (),
    "request_uri": ("request_path",),
    "response_time": (),
    "scheme": (),
    "server_addr": (),
    "server_port": (),
    "server_protocol": ("request_version",),
    "ssl_cipher": (),
    "ssl_protocol": (),
    "status": ("response_status",),
    "time_iso8601": ("timestamp",),
    "time_local": ("datetime",),
}
"""Variable -> other names for it, in JSON formats that are in use and in patterns written for AWS's sample."""

_EMPTY = (*ABSENT, None)
_READ = frozenset(_NAMES).union(*_NAMES.values())


class Line(dict[str, Any]):
    """Fields that were read from a line, so under the names that are expected, and no others."""


def decode(text: str) -> Fields:
    """Return the object that a line is; it raises RecordError for a line that is none."""
    try:
        fields: Fields = msgspec.json.decode(text, type=dict[str, Any])
    except (msgspec.DecodeError, RecursionError, UnicodeEncodeError) as exc:
        raise RecordError(f"is JSON that cannot be read: {exc}") from exc
    return fields


def from_object(fields: Fields) -> Line:
    """Return an object's fields under the names that lines have; what has no name here is `extra`."""
    line = Line()
    for name, others in _NAMES.items():
        for known in (name, *others):
            value = fields.get(known)
            if value not in _EMPTY:
                line[name] = value
                break
    for name in ("time_iso8601", "time_local"):
        if type(text := line.get(name)) is str:
            line[name] = common_time(text) or text
    extra = {name: value for name, value in fields.items() if name not in _READ and value not in _EMPTY}
    if extra:
        line["extra"] = extra
    return line
