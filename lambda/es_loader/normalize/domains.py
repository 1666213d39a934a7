"""A host name -> its registered domain, by the public suffix list that the package publicsuffixlist brings along."""

from functools import lru_cache
from pathlib import Path

import publicsuffixlist

from es_loader.normalize.coerce import to_ip

_MAX_NAME = 253
_PRIVATE_PART = "===BEGIN PRIVATE DOMAINS==="
_REVERSE_ZONES = (".in-addr.arpa", ".ip6.arpa")


_NO_PARTS: dict[str, str] = {}


def domain_parts(host: str) -> dict[str, str]:
    """Return `registered_domain`, `subdomain` and `top_level_domain`, each where it exists; shared, not to be changed.

    The longest rule wins, and a name whose last label no rule knows has no parts. A suffix out of the list's
    private part (`github.io`, `s3.amazonaws.com`) is the registered domain itself: whoever runs it answers for
    what lies below. Addresses and reverse names have no parts. Upper and lower case are kept.
    """
    return _parts(host) if len(host) <= _MAX_NAME + 1 else _NO_PARTS


@lru_cache(maxsize=65_536)
def _parts(host: str) -> dict[str, str]:
    name = host.removesuffix(".")
    labels = name.split(".")
    if len(name) > _MAX_NAME or "" in labels or to_ip(name) or name.lower().endswith(_REVERSE_ZONES):
        return {}
    size, private = _suffix([_unicode(label) for label in labels])
    if not size:
        return {}
    first = len(labels) - (size if private else size + 1)
    if first < 0:
        return {"top_level_domain": name}
    subdomain, registered, top = labels[:first], labels[first:], labels[first + 1 :]
    parts = {"registered_domain": registered, "subdomain": subdomain, "top_level_domain": top}
    return {part: ".".join(found) for part, found in parts.items() if found}


def _suffix(labels: list[str]) -> tuple[int, bool]:
    """Return how many labels the public suffix has, and whether its rule is private; 0 without a rule."""
    rules = _rules()
    for start in range(len(labels)):
        name = ".".join(labels[start:])
        size = len(labels) - start
        if (private := rules.get("!" + name)) is not None:
            return size - 1, private
        if (private := rules.get(name)) is not None:
            return size, private
        if (private := rules.get(".".join(("*", *labels[start + 1 :])))) is not None:
            return size, private
    return 0, False


def _unicode(label: str) -> str:
    """Write a label as the list does: lower case, and not in punycode."""
    if not label.lower().startswith("xn--"):
        return label.lower()
    try:
        return label.lower().encode("ascii").decode("idna")
    except UnicodeError:
        return label.lower()


@lru_cache(maxsize=1)
def _rules() -> dict[str, bool]:
    """Read the list on first use: rule -> whether it is private."""
    icann, _, private = Path(publicsuffixlist.PSLFILE).read_text(encoding="utf-8").partition(_PRIVATE_PART)
    found = dict.fromkeys(_entries(private), True)
    return found | dict.fromkeys(_entries(icann), False)


def _entries(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line and not line.startswith("//")]
