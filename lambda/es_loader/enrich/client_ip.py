"""Whose request it was where proxies of our own stand in between: the peer gives way to whom X-Forwarded-For names.

A client writes into that header what it likes, and each proxy adds at the end whom it saw. So it is believed only where
the peer's address is local, as a load balancer's is, and read from its end up to the first address that is not.
"""

from es_loader.documents import at
from es_loader.normalize.coerce import to_ip
from es_loader.normalize.hostport import host_port
from es_loader.normalize.networks import is_public
from es_loader.types import Document

MAX_PROXIES = 64
"""Addresses at the end of the header that are looked at."""


def client_ip(doc: Document, *, field: str, header: str) -> None:
    """Put the client's address in the place of the peer's, which stays in `related.ip`.

    Args:
        doc: the document, changed in place.
        field: where the peer's address is, `source.ip`.
        header: where the value of X-Forwarded-For is.
    """
    parent, _, leaf = field.rpartition(".")
    part, text = at(doc, parent), at(doc, header)
    if type(part) is not dict or type(text) is not str:
        return
    peer = to_ip(part.get(leaf))
    if peer is None or is_public(peer) or (client := _last_public(text)) is None:
        return
    part.pop("domain", None)
    part.pop("port", None)
    part |= {"address": client, leaf: client}
    related = doc.setdefault("related", {})
    related["ip"] = list(dict.fromkeys((*related.get("ip", ()), peer)))


def _last_public(text: str) -> str | None:
    for part in reversed(text.rsplit(",", MAX_PROXIES)[-MAX_PROXIES:]):
        word = part.strip()
        address = to_ip(word) or to_ip(host_port(word)[0])
        if address is None or is_public(address):
            return address
    return None
