"""nginx's error log: https://nginx.org/en/docs/ngx_core_module.html#error_log."""

import re

from es_loader.declarations import LogType
from es_loader.errors import RecordError
from es_loader.logtypes import Hooks
from es_loader.logtypes.web_server.access import add_service
from es_loader.logtypes.web_server.clients import endpoint
from es_loader.logtypes.web_server.request import add_url, request_of
from es_loader.normalize.addresses import address
from es_loader.normalize.hostport import host_port
from es_loader.types import Document, Fields, RawRecord, Source

_START = re.compile(
    r"(\d{4})/(\d\d)/(\d\d) (\d\d:\d\d:\d\d) \[([a-z]{1,16})\] (\d{1,18})#(\d{1,18}): (?:\*(\d{1,18}) )?"
)
_QUOTED = ("referrer", "host", "upstream", "subrequest", "login")
"""What nginx adds in quotes behind client, server and request, from the end."""

_REQUEST = ', request: "'
_PEER = re.compile(
    r"""
    (?: ,[ ]client:[ ]([^\s,"]{1,300}) (?: ,[ ]server:[ ]([^\s,"]{0,300}) )?
      | ,[ ]server:[ ]([^\s,"]{0,300}) )
    (?= ,[ ]request:[ ]" | \Z )
    """,
    re.VERBOSE,
)
_NO_SERVER = frozenset({"_"})


def hooks(_log_type: LogType) -> Hooks:
    """Return what a declaration cannot say of this log."""
    return Hooks(parse=parse, starts=starts, refine=refine)


def starts(line: str) -> bool:
    """Tell a line that begins a message; any other goes on with the one before."""
    return _START.match(line) is not None


def parse(text: str) -> Fields:
    """Split time, level and ids off the message, and read from its end what nginx says of the request."""
    start = _START.match(text)
    if start is None:
        raise RecordError("does not begin as a line of nginx's error log: yyyy/mm/dd hh:mm:ss [level] pid#tid:")
    year, month, day, clock, level, pid, tid, connection = start.groups()
    message = text[start.end() :].rstrip()
    fields: Fields = {"time": f"{year}-{month}-{day}T{clock}", "level": level, "pid": pid, "tid": tid}
    fields |= {"connection_id": connection, "message": message, "error": _before_context(message)}
    _context(message, fields)
    if text := fields.get("request", ""):
        fields["method"], fields["target"], fields["version"], regular = request_of(text, old=True)
        if regular:
            del fields["request"]
    return fields


def _before_context(message: str) -> str:
    ends = [place for mark in (", client: ", ", server: ") if (place := message.find(mark)) >= 0]
    return message[: min(ends)] if ends else message


def _context(message: str, fields: Fields) -> None:
    """Read `, client: a, server: n, request: "…", upstream: "…", host: "…", referrer: "…"` from the end.

    Whoever sends a request writes into all of it, and most freely into what stands in front.
    """
    rest = message
    for name in _QUOTED:
        head, mark, value = rest.rpartition(f', {name}: "')
        if mark and value.endswith('"') and (head.endswith('"') or '"' not in value[:-1]):
            fields[name], rest = value[:-1], head
    peer = None
    for peer in _PEER.finditer(rest):  # noqa: B007 - the last one counts
        pass
    if peer is None:
        _, mark, request = rest.rpartition(_REQUEST)
    else:
        client, server, alone = peer.groups()
        fields["client"], fields["client_port"] = endpoint(client or "")
        fields["server"] = server or alone or ""
        mark, request = _REQUEST, rest[peer.end() :].removeprefix(_REQUEST)
    if mark and request.endswith('"'):
        fields["request"] = request[:-1]


def refine(doc: Document, fields: Fields, _raw: RawRecord, source: Source) -> None:
    """Add the request's URL and the host that was asked, and the peer's port where it is logged."""
    if target := fields.get("target"):
        add_url(doc, target, fields["method"])
    server, port = endpoint(fields.get("server", ""))
    if server and server not in _NO_SERVER:
        found: Document = dict(address(server, dotted=False))
        doc["destination"] = found if "ip" in found else {**found, "domain": server}
        if port is not None:
            doc["destination"]["port"] = port
    host, port = host_port(fields.get("host", ""))
    if host:
        asked = {"domain": host} if port is None else {"domain": host, "port": port}
        doc["url"] = {**asked, **doc.get("url", {})}
    add_service(doc, source)
