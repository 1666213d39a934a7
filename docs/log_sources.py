"""siem_stack/log_sources, config/aws.ini and the golden pairs -> what is generated in docs/log-sources.

python -m docs.log_sources

A page is written by hand, but for its keys and fields, which stand between two comments at the end of that section. The
index, README.md, is written from the pages and the sources as a whole.
"""

import os
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from laptop.cdk import search_path

os.environ["PATH"] = search_path(
    os.environ.get("PATH", os.defpath)
)  # CDK's Node is the project's, from the first import on

from docs.log_types import ROOT, builtin, code, comment, ecs_names, keys
from es_loader.declarations import LogType
from siem_stack.log_sources import log_sources
from siem_stack.log_sources.source import LogSource
from siem_stack.settings import PREFIX

FOLDER = ROOT / "docs" / "log-sources"
INDEX = FOLDER / "README.md"

SECTION = "Keys and fields"
BEGIN = "<!-- keys and fields: written by `python -m docs.log_sources` -->"
END = "<!-- end -->"
EXAMPLES = 3
"""Keys of each log type."""

HEAD = """\
<!-- Written by `python -m docs.log_sources` from the pages beside it and siem_stack/log_sources; change it there. -->
# Log sources

What a deployment switches on with one setting, and where there is none, what to click. Everything is off at first. A
service that is switched on by hand, or by other tools, works as well: the log bucket and its key let it in already.
Each page has both ways, what the keys look like, which fields you get, and what to do when nothing comes.

```
.venv/bin/es-loader doctor
```

says of each of them whether it delivers: [the doctor](../doctor.md). All settings are [on one page](../settings.md).

"""

TAIL = """
A source of your own is a module in `siem_stack/log_sources/`, a row in `siem_stack/settings/log_sources.py` and a page
here. Logs of your own need neither: [a log of your own](../custom-logs.md).
"""


@dataclass(frozen=True, slots=True)
class Described:
    """What the index says of a page.

    Attributes:
        title: of what delivers.
        log_types: that come from it.
        settings: that switch it on; none if nothing here does.
        where: it is switched on.
    """

    title: str
    log_types: tuple[str, ...]
    settings: tuple[str, ...] = ()
    where: str = "by hand, or in a CDK app of yours"


WITHOUT_SOURCE = {
    "load_balancers": Described("Elastic Load Balancing", ("alb", "alb-connection", "alb-healthcheck", "clb", "nlb")),
}
"""Pages about what CloudFormation changes only in the stack that made it."""


def described() -> dict[str, Described]:
    """Return what there is by the names of the pages."""
    found = {one.name: _of(one) for one in log_sources()}
    return dict(
        sorted({**{name: each for name, each in WITHOUT_SOURCE.items() if _page(name).exists()}, **found}.items())
    )


def _of(source: LogSource) -> Described:
    return Described(source.title, source.log_types, source.settings, source.where.value)


def pages() -> dict[Path, str]:
    """Return the pages as they ought to be, by their paths."""
    types = {each.name: each for each in builtin()}
    there = described()
    return {INDEX: index(there)} | {_page(name): page(_text(name), each, types) for name, each in there.items()}


def index(there: Mapping[str, Described]) -> str:
    """Return the page that lists all sources, and the log types that none of them brings."""
    rows = "".join(_row(name, each) for name, each in there.items())
    table = f"| source | what it tells | setting | log types | switched on |\n| --- | --- | --- | --- | --- |\n{rows}"
    missing = [each for each in builtin() if not any(each.name in one.log_types for one in there.values())]
    return HEAD + table + (_left(missing) if missing else "") + TAIL


def _row(name: str, one: Described) -> str:
    types = " ".join(f"[{each}](../log-types/{each}.md)" for each in one.log_types)
    settings = " ".join(f"`{PREFIX}{each}`" for each in one.settings) or "none"
    return f"| [{one.title}]({name}.md) | {_first_sentence(name)} | {settings} | {types} | {one.where} |\n"


def _left(log_types: list[LogType]) -> str:
    lines = "".join(f"- [{each.name}](../log-types/{each.name}.md): {comment(each.name).title}\n" for each in log_types)
    return f"\nLog types without a page here, which come under any key that theirs names:\n\n{lines}"


def page(text: str, one: Described, types: Mapping[str, LogType]) -> str:
    """Return a page with its keys and fields; the comments around them are put there if they are not."""
    block = f"{BEGIN}\n{_block(one, types)}\n{END}"
    if BEGIN in text:
        return re.sub(rf"{re.escape(BEGIN)}\n.*?{re.escape(END)}", lambda _: block, text, flags=re.DOTALL)
    pattern = re.compile(rf"(^## {SECTION}\n.*?)\s*(?=^## |\Z)", re.MULTILINE | re.DOTALL)
    return pattern.sub(lambda match: f"{match[1]}\n\n{block}\n\n", text, count=1)


def _block(one: Described, types: Mapping[str, LogType]) -> str:
    return "\n\n".join(part for name in one.log_types for part in _log_type(types[name]))


def _log_type(log_type: LogType) -> Iterator[str]:
    name = log_type.name
    yield f"**[{name}](../log-types/{name}.md)** in `{log_type.index_name}-…`, under keys such as:"
    yield code("\n".join(keys(name)[:EXAMPLES]))
    yield f"ECS fields, beside [those that all documents have](../documents.md), and `{log_type.field_prefix}.*`:"
    yield "\n".join(_fields(ecs_names(log_type)))


def _fields(names: list[str]) -> Iterator[str]:
    """Yield a line for each field set."""
    for root, members in groupby(names, key=lambda name: name.partition(".")[0]):
        yield f"- `{root}`: {', '.join(name.partition('.')[2] for name in members)}"


def _first_sentence(name: str) -> str:
    """Return what a page begins with: what the logs tell."""
    paragraph = _text(name).split("\n\n")[1].replace("\n", " ").replace("|", "\\|")
    return re.split(r"(?<=\.) ", paragraph)[0]


def _page(name: str) -> Path:
    return FOLDER / f"{name}.md"


def _text(name: str) -> str:
    return _page(name).read_text(encoding="utf-8")


def main() -> int:
    """Write the pages."""
    wanted = pages()
    for path, text in wanted.items():
        path.write_text(text, encoding="utf-8")
    print(f"{len(wanted)} pages")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
