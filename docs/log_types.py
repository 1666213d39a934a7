"""config/aws.ini and the golden pairs -> docs/log-types.md: `python -m docs.log_types`."""

import json
import re
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from domain_setup.mappings import COMMON_ECS, COMMON_FIELDS, fields_of
from es_loader.config import load_config
from es_loader.declarations import LogType

ROOT = Path(__file__).resolve().parent.parent
CONFIGURATION = ROOT / "config" / "aws.ini"
GOLDEN = ROOT / "tests" / "logs"
PAGE = ROOT / "docs" / "log-types.md"
WIDTH = 110

HEAD = """\
<!-- Written by `python -m docs.log_types` from config/aws.ini and tests/logs; change it there. -->
# Log types

What is built in. An object belongs to a log type when `s3_key` is found anywhere in its decoded key and
`s3_key_ignored` is not; `es-loader classify` shows it for any key. Every document also has the
[fields that all have](documents.md).

"""


def page(log_types: list[LogType]) -> str:
    """Return the whole page."""
    rows = "".join(
        f"| [{each.name}](#{each.name}) | {each.file_format} | `{each.index_name}-…` | {each.index_rotation} |\n"
        for each in log_types
    )
    table = f"| log type | format | index | a new index |\n| --- | --- | --- | --- |\n{rows}"
    return "\n".join([HEAD + table, *map(_section, log_types)])


def builtin() -> list[LogType]:
    """Return the built-in log types by name."""
    return sorted(load_config(CONFIGURATION).log_types.values(), key=lambda log_type: log_type.name)


def _section(log_type: LogType) -> str:
    return "\n\n".join((f"## {log_type.name}", *_paragraphs(log_type))) + "\n"


def _paragraphs(log_type: LogType) -> Iterator[str]:
    yield f"The format is documented at {_reference(log_type.name)}"
    yield "Keys of such objects, for example:"
    yield _code("\n".join(_keys(log_type.name)))
    yield "`s3_key`:"
    yield _code(log_type.s3_key.pattern)
    if log_type.s3_key_ignored:
        yield "`s3_key_ignored`:"
        yield _code(log_type.s3_key_ignored.pattern)
    ecs, own = _fields(log_type)
    yield f"ECS fields, beside those that all documents have ({len(ecs)}):"
    yield _words(ecs)
    yield f"Own fields, below `{log_type.field_prefix}`; names that the log writes with `-` have `_`:"
    yield _table(own)
    document = _example(log_type.name)
    yield f"A document, in `{document['_index']}`:"
    yield _code(json.dumps(document["_source"], indent=2, ensure_ascii=False, sort_keys=True), "json")


def _reference(name: str) -> str:
    """Return the page that the section's first comment names, and what the comment says after it."""
    match = re.search(rf"^\[{re.escape(name)}\]\n# (\S+)(.*)$", CONFIGURATION.read_text(encoding="utf-8"), re.MULTILINE)
    if match is None:
        raise ValueError(f"[{name}] does not begin with a comment that names the format's documentation")
    return f"<{match[1]}>{match[2]}."


def _keys(name: str) -> list[str]:
    """Return the keys of the golden objects, the usual one first."""
    files = [GOLDEN / name / "key", *sorted((GOLDEN / name).glob("*.key"))]
    return list(dict.fromkeys(file.read_text(encoding="utf-8").strip() for file in files))


def _example(name: str) -> dict[str, Any]:
    """Return the first golden document that is no failure."""
    for file in sorted((GOLDEN / name).glob("*.expected.json")):
        for document in json.loads(file.read_text(encoding="utf-8")):
            if document["_source"]["event"]["kind"] != "pipeline_error":
                return dict(document)
    raise ValueError(f"no golden document of {name}")


def _fields(log_type: LogType) -> tuple[list[str], dict[str, list[str]]]:
    """Return the log type's ECS fields, and its own by type."""
    prefix = f"{log_type.field_prefix}."
    common = {*COMMON_ECS, *COMMON_FIELDS}
    ecs = [name for name in fields_of(log_type) if not name.startswith(prefix) and name not in common]
    own: dict[str, list[str]] = {}
    for name, kind in sorted({**(log_type.original_fields or {}), **log_type.script_fields}.items()):
        own.setdefault(kind, []).append(name.replace("-", "_"))
    return ecs, own


def _table(own: dict[str, list[str]]) -> str:
    rows = [f"| {kind} | {' '.join(f'`{name}`' for name in names)} |" for kind, names in sorted(own.items())]
    return "\n".join(("| type | fields |", "| --- | --- |", *rows))


def _words(names: list[str]) -> str:
    return textwrap.fill(" ".join(f"`{name}`" for name in names), WIDTH, break_long_words=False, break_on_hyphens=False)


def _code(text: str, language: str = "") -> str:
    return f"```{language}\n{text}\n```"


def main() -> int:
    """Write docs/log-types.md."""
    PAGE.write_text(page(builtin()), encoding="utf-8")
    print(PAGE)  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
