"""What the built-in log types put into a domain, written out to be read and compared: `python -m opensearch.generate`.

A domain gets the same from `domain_setup`, users' own log types included; nothing reads these files. A change of a
declaration shows here as what it does to an index.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from domain_setup.features import Feature
from domain_setup.kinds import kind_of
from domain_setup.plan import plan
from es_loader.config import load_config

FOLDER = Path(__file__).resolve().parent


def generated() -> Iterator[tuple[Path, str]]:
    """Yield path and text of every file, one for each thing in a domain that has all features."""
    config = load_config(FOLDER.parent / "config" / "aws.ini")
    for path, body in plan(config, frozenset(Feature)).items():
        folder = kind_of(path).name.replace(" ", "_")
        yield FOLDER / folder / f"{path.rpartition('/')[2]}.json", text(body) + "\n"


def text(value: Any, margin: str = "") -> str:
    """Return JSON with a line for each object or list that holds none, so that a field is one line."""
    inner = margin + "  "
    if isinstance(value, dict) and any(map(_holds_objects, value.values())):
        members = [f"{inner}{json.dumps(name)}: {text(member, inner)}" for name, member in value.items()]
        return "{\n" + ",\n".join(members) + f"\n{margin}}}"
    if isinstance(value, list) and _holds_objects(value):
        return "[\n" + ",\n".join(inner + text(item, inner) for item in value) + f"\n{margin}]"
    return json.dumps(value)


def _holds_objects(value: Any) -> bool:
    return isinstance(value, dict) or (isinstance(value, list) and any(map(_holds_objects, value)))


def present() -> set[Path]:
    """Return the files that are there."""
    return set(FOLDER.glob("*/*.json"))


def main() -> int:
    """Write the files anew and remove those that are no longer generated."""
    files = dict(generated())
    for path in present() - files.keys():
        path.unlink()
    for path, text in files.items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    print(f"{len(files)} files in {FOLDER}")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
