"""A MAC address in whatever notation -> ECS's, which is RFC 7042's: capital letters, a hyphen between octets."""

import re

_SEPARATORS = str.maketrans("", "", ":-.")
_OCTETS = re.compile(r"(?:[0-9A-F]{2}){6}(?:[0-9A-F]{4})?\Z")
_MAX_TEXT = 32


def mac(text: str) -> str | None:
    """Return the address (of 6 octets, or 8); None for a text that is none."""
    digits = text.translate(_SEPARATORS).upper() if len(text) <= _MAX_TEXT else ""
    if not _OCTETS.match(digits):
        return None
    return "-".join(digits[first : first + 2] for first in range(0, len(digits), 2))
