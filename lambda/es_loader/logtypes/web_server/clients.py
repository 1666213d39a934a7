"""What stands before the time in a line of an access log -> who asked, through whom, and which host."""

from es_loader.normalize.coerce import to_ip
from es_loader.normalize.connections import MAX_FORWARDED
from es_loader.normalize.hostport import host_port
from es_loader.normalize.networks import is_public
from es_loader.types import Fields

_UNKNOWN = frozenset({"", "-", "unknown"})
_FEWEST = 3
"""Words that the common log format has here: address, identity, user."""


def endpoint(text: str) -> tuple[str | None, int | None]:
    """Return host and port of a peer or a virtual host: a bare IPv6 address has no port, a socket no name."""
    if to_ip(text) is not None or text.startswith("unix:"):
        return text, None
    return host_port(text)


def is_address_list(text: str) -> bool:
    """Tell an X-Forwarded-For value: addresses with commas between, some perhaps unknown or with a port."""
    parts = [part.strip() for part in _ends(text.split(","))]
    return all(part in _UNKNOWN or to_ip(part) or to_ip(endpoint(part)[0]) for part in parts) and text not in {"", "-"}


def apache(words: list[str], fields: Fields) -> None:
    """Read `[virtual host] [X-Forwarded-For] client identity user`, as Apache's formats begin."""
    part = _identity(words, fields)
    if len(part) > 1 and _is_host(part[0]) and to_ip(part[0]) is None:
        fields["host"] = part[0]
        part = part[1:]
    if len(part) > 1:
        fields["http_x_forwarded_for"] = ", ".join(word.strip('",') for word in part[:-1])
    if part:
        fields["remote_addr"] = part[-1].strip('",')


def nginx(words: list[str], fields: Fields) -> None:
    """Read `[host] client - user`; nginx may write a list of forwarders in place of the peer's address."""
    part = _identity(words, fields)
    if len(part) > 1 and _is_host(part[0]):
        fields["host"] = part[0]
        part = part[1:]
    listed = [word for word in " ".join(part).replace('"', "").replace(",", " ").split() if word not in _UNKNOWN]
    listed = _ends(listed)
    if listed:
        fields["remote_addr"] = next((word for word in listed if _is_public(word)), listed[0])
    if len(listed) > 1:
        fields["remote_ip_list"] = listed


def _identity(words: list[str], fields: Fields) -> list[str]:
    """Read identity and user, which may hold blanks; return the words before them."""
    words = [word for word in words if not (word[0] == "(" and word[-1] == ")")]
    if len(words) > _FEWEST and words[0] == "-":
        del words[0]
    if len(words) < _FEWEST:
        fields["remote_user"] = "".join(words[1:])
        return words[:1]
    try:
        place = words.index("-", 1, -1)
    except ValueError:
        place = len(words) - 2
    user = " ".join(words[place + 1 :])
    quoted = user[:1] == '"' == user[-1:] and len(user) > 1
    fields["identity"], fields["remote_user"] = words[place], user[1:-1] if quoted else user
    return words[:place]


def _ends(words: list[str]) -> list[str]:
    """Return the first and the last words of a list that is longer than any chain of proxies."""
    return words if len(words) <= MAX_FORWARDED else [*words[: MAX_FORWARDED // 2], *words[-MAX_FORWARDED // 2 :]]


def _is_host(word: str) -> bool:
    return "," not in word and word[0] != '"' and word not in _UNKNOWN


def _is_public(word: str) -> bool:
    address = to_ip(endpoint(word)[0])
    return address is None or is_public(address)
