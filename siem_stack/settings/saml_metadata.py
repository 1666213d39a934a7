"""The identity provider's metadata: a file of this project, read when the stack is synthesised."""

import re
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
MAX_CHARACTERS = 1_048_576
"""What OpenSearch Service takes."""

_ENTITY = re.compile(r"<(?:[\w.-]+:)?EntityDescriptor\b[^>]*?\bentityID\s*=\s*(['\"])(?P<id>[^'\"<>]+)\1")


class Metadata(NamedTuple):
    """What identifies the provider, and all that it says about itself."""

    entity_id: str
    text: str


def read_metadata(path: str, root: Path = ROOT) -> Metadata:
    """Return the metadata at a path of this project.

    Raises:
        ValueError: there is no such file, or it is not the metadata of one provider; the text says which.
    """
    try:
        text = (root / path).read_text(encoding="utf-8-sig").strip()
    except (OSError, UnicodeDecodeError) as exc:
        raise ValueError("there is no text file of that name in this project") from exc
    found = {match["id"] for match in _ENTITY.finditer(text)}
    if len(found) != 1:
        raise ValueError(f"it must have one EntityDescriptor with an entityID, and has {len(found)}")
    if len(text) > MAX_CHARACTERS:
        raise ValueError(f"it has more than {MAX_CHARACTERS:,} characters")
    return Metadata(found.pop(), text)
