"""config/aws.ini, the golden pairs and docs/differences -> docs/log-types.md and a page a log type in docs/log-types/.

python -m docs.log_types
"""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from domain_setup.mappings import COMMON_ECS, COMMON_FIELDS, fields_of
from es_loader.config import load_config
from es_loader.declarations import LogType
from es_loader.normalize import ecs

ROOT = Path(__file__).resolve().parent.parent
CONFIGURATION = ROOT / "config" / "aws.ini"
GOLDEN = ROOT / "tests" / "logs"
DIFFERENCES = ROOT / "docs" / "differences"
INDEX = ROOT / "docs" / "log-types.md"
FOLDER = ROOT / "docs" / "log-types"

NOTICE = "<!-- Written by `python -m docs.log_types` from {sources}; change it there. -->"
SECTION = "config/aws.ini, tests/logs/{name} and docs/differences/{name}.md"

HEAD = """\
# Log types

What is built in. An object belongs to a log type when its `s3_key` is found anywhere in the decoded key and its
`s3_key_ignored` is not; `es-loader classify` shows it for any key. What an object is compressed with, whether it is
Parquet, and who carried it (CloudWatch Logs, EventBridge, Firehose, FireLens) is told by what it holds. Every document
also has the [fields that all have](documents.md). Each page has the keys, every field with its type and where it comes
from, a whole document, and where it differs from Elastic's integration.
"""

_PERIODS = {
    "auto": "by rollover",
    "daily": "each day",
    "monthly": "each month",
    "weekly": "each ISO week",
    "yearly": "each year",
}


class Comment(NamedTuple):
    """What a section's comment says: what the logs are, and where their format is documented."""

    title: str
    reference: str


def pages(log_types: list[LogType]) -> dict[Path, str]:
    """Return every generated page by its path."""
    return {INDEX: index(log_types)} | {FOLDER / f"{each.name}.md": page(each) for each in log_types}


def index(log_types: list[LogType]) -> str:
    """Return the page that lists all log types."""
    rows = "".join(
        f"| [{each.name}](log-types/{each.name}.md) | {comment(each.name).title} | {each.file_format} "
        f"| `{each.index_name}-…` | {_PERIODS[each.index_rotation]} | `{each.field_prefix}` |\n"
        for each in log_types
    )
    table = (
        "| log type | what | format | index | a new index | own fields below |\n"
        f"| --- | --- | --- | --- | --- | --- |\n{rows}"
    )
    return "\n".join((NOTICE.format(sources="config/aws.ini"), HEAD, table))


def page(log_type: LogType) -> str:
    """Return the page of one log type."""
    notice = NOTICE.format(sources=SECTION.format(name=log_type.name))
    return "\n\n".join((f"{notice}\n# {log_type.name}", *_paragraphs(log_type))) + "\n"


def builtin() -> list[LogType]:
    """Return the built-in log types by name."""
    return sorted(load_config(CONFIGURATION).log_types.values(), key=lambda log_type: log_type.name)


def comment(name: str) -> Comment:
    """Read the two lines of comment that a section begins with."""
    pattern = rf"^\[{re.escape(name)}\]\n# (.+)\n# (https://\S+)"
    match = re.search(pattern, CONFIGURATION.read_text(encoding="utf-8"), re.MULTILINE)
    if match is None:
        raise ValueError(f"[{name}] does not begin with a comment of two lines: what it is, and its documentation")
    return Comment(*match.groups())


def _paragraphs(log_type: LogType) -> Iterator[str]:
    about = comment(log_type.name)
    yield f"{about.title}; the format is documented at <{about.reference}>."
    yield (
        f"`event.dataset` is `{log_type.event_dataset}`; documents go to `{log_type.index_name}-…`, "
        f"a new index {_PERIODS[log_type.index_rotation]}."
    )
    yield "## Keys"
    yield "For example:"
    yield code("\n".join(keys(log_type.name)))
    yield "`s3_key`:"
    yield code(log_type.s3_key.pattern)
    if log_type.s3_key_ignored:
        yield "`s3_key_ignored`:"
        yield code(log_type.s3_key_ignored.pattern)
    yield "## ECS fields"
    yield "Beside those that all documents have; *computed* ones follow from several members, or from a rule."
    yield _table(("field", "type", "from"), _ecs_rows(log_type))
    yield "## Own fields"
    yield f"Below `{log_type.field_prefix}`, in the log's spelling; `-` became `_`."
    yield _table(("field", "type"), _own_rows(log_type))
    yield "## A document"
    document = _example(log_type.name)
    yield f"In `{document['_index']}`:"
    yield code(json.dumps(document["_source"], indent=2, ensure_ascii=False, sort_keys=True), "json")
    differences = DIFFERENCES / f"{log_type.name}.md"
    if differences.exists():
        yield "## Where it differs from Elastic's integration"
        yield differences.read_text(encoding="utf-8").strip()


def _ecs_rows(log_type: LogType) -> Iterator[tuple[str, ...]]:
    for name in ecs_names(log_type):
        yield f"`{name}`", ecs.fields()[name].type, _origin(log_type, name)


def ecs_names(log_type: LogType) -> list[str]:
    """Return the ECS fields that a log type has, beside those that all documents have."""
    prefix = f"{log_type.field_prefix}."
    common = {*COMMON_ECS, *COMMON_FIELDS} - {*log_type.ecs, *log_type.static_ecs, *log_type.script_ecs}
    names = sorted(fields_of(log_type))
    return [name for name in names if not name.startswith(prefix) and name not in common and name in ecs.fields()]


def _origin(log_type: LogType, name: str) -> str:
    """Say where an ECS field comes from: members of the record in order, a constant, a look-up, or code."""
    parent, _, leaf = name.rpartition(".")
    if name in log_type.ecs:
        origins = log_type.ecs[name]
        return ", ".join(f"`{path}`" for path in origins.paths) + (", translated" if origins.table else "")
    if name in log_type.static_ecs:
        return f"always `{log_type.static_ecs[name]}`"
    if leaf in {"ip", "domain"} and f"{parent}.address" in log_type.ecs:
        return f"`{parent}.address`"
    if ".geo." in name or ".as." in name:
        return "GeoIP"
    agent = log_type.user_agent_enrichment_field
    if agent and name.startswith(f"{agent}.") and name not in log_type.script_ecs:
        return f"`{agent}.original`"
    return "*computed*"


def _own_rows(log_type: LogType) -> Iterator[tuple[str, ...]]:
    prefix = f"{log_type.field_prefix}."
    kinds = {"flat_object": "flat", "match_only_text": "text"}
    for name, mapping in sorted(fields_of(log_type).items()):
        if name.startswith(prefix):
            kind: str = mapping["type"]
            yield f"`{name.removeprefix(prefix)}`", kinds.get(kind, kind)


def keys(name: str) -> list[str]:
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


def _table(head: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> str:
    lines = (head, ("---",) * len(head), *rows)
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |" for cells in lines)


def code(text: str, language: str = "") -> str:
    """Return a fenced block."""
    return f"```{language}\n{text}\n```"


def main() -> int:
    """Write the pages, and remove those of log types that are gone."""
    wanted = pages(builtin())
    FOLDER.mkdir(exist_ok=True)
    for path, text in wanted.items():
        path.write_text(text, encoding="utf-8")
    for path in FOLDER.glob("*.md"):
        if path not in wanted:
            path.unlink()
    print(f"{len(wanted)} pages")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
