"""`host:port` as AWS writes it -> host and port."""

from es_loader.normalize.coerce import to_ip

_PORTS = range(65_536)
_NO_PORT = frozenset({"", "-"})


def host_port(text: str) -> tuple[str | None, int | None]:
    """Split at the last colon; brackets of an IPv6 address are taken off.

    `192.0.2.1:80`, `[2001:db8::1]:80`, `2001:db8::1:80`, `192.0.2.1:-` and `-` all occur in logs of load balancers.

    Returns:
        Host and port, each None where the text has none.
    """
    head, colon, tail = text.rpartition(":")
    if not colon:
        return (None if text in _NO_PORT else text), None
    if tail in _NO_PORT:
        return _host(head), None
    if not (tail.isascii() and tail.isdigit()) or (":" in head and to_ip(head) is None and to_ip(text)):
        return _host(text), None
    port = int(tail) if len(tail) <= 5 else -1  # noqa: PLR2004 - digits of the highest port
    return _host(head), port if port in _PORTS else None


def _host(text: str) -> str | None:
    host = text.removeprefix("[").removesuffix("]")
    return None if host in _NO_PORT else host
