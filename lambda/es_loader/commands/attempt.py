"""`es-loader try FILE --key KEY`: what a log becomes, without AWS and without OpenSearch."""

import json
import sys
import tempfile
from argparse import Namespace
from pathlib import Path
from typing import Any

import msgspec

from es_loader import golden
from es_loader.classify import classify, reason_to_skip
from es_loader.commands.inputs import STDIN, checked, key_of
from es_loader.commands.terminal import (
    complain,
    configuration,
    console,
    enrichment,
    event_time,
    exclusions,
    visible,
)
from es_loader.enrich import enrichers
from es_loader.exit_codes import FOUND_PROBLEMS, NO_LOG_TYPE, OK
from es_loader.objects import open_object
from es_loader.pipeline import Loader, LoadReport
from es_loader.types import ObjectRef


def run(arguments: Namespace) -> int:
    """Print the first documents in colour, then a line that says how many of which kind there are."""
    path = _from_stdin() if str(arguments.file) == STDIN else checked(arguments.file)
    key = arguments.key or key_of(path)
    config = configuration(arguments)
    if classify(config, key) is None or reason_to_skip(config, key):
        complain(f"no log type takes the key {key}", "red")
        complain("give its S3 key with --key; `es-loader classify KEY` says what matches; for a log of your own add a")
        complain("section to config/user.ini, as config/user.ini.example shows")
        return NO_LOG_TYPE
    ref = ObjectRef(arguments.bucket, key, event_time(arguments, path), path=str(path))
    sink = _Shown(arguments.count)
    # golden documents are the same on every machine, whatever databases and exclusions it has
    loader = (
        Loader(config, enrichers=enrichers)
        if arguments.golden
        else Loader(config, enrichers=enrichment(), exclusions=exclusions(config, arguments.user_ini))
    )
    report = loader.load(ref, lambda: open_object(ref), sink)
    _summarise(report)
    if arguments.golden:
        _write_golden(arguments.golden, path, key, sink.documents)
    return FOUND_PROBLEMS if report.failures else OK


class _Shown:
    """A sink that prints the first documents, failures in red, and keeps all."""

    def __init__(self, count: int) -> None:
        self.documents: list[dict[str, Any]] = []
        self._count = count or sys.maxsize
        self._out = console()

    def add(self, index: str, doc_id: str, source: bytes, _ref: Any) -> None:
        """Take one document."""
        document = {"_index": index, "_id": doc_id, "_source": msgspec.json.decode(source)}
        self.documents.append(document)
        if len(self.documents) > self._count:
            return
        if document["_source"]["event"]["kind"] == "pipeline_error":
            self._out.print(visible(document["_source"]["error"]["message"]), style="bold red")
        self._out.print_json(json.dumps(document))


def _summarise(report: LoadReport) -> None:
    parts = [f"{report.records} records", f"{report.documents} documents", f"{report.failures} failures"]
    parts += [f"{count} dropped: {reason}" for reason, count in report.excluded.items()]
    complain(f"{report.log_type}: {', '.join(parts)}")
    if report.error:
        complain(f"the object {report.error}", "red")


def _write_golden(folder: Path, path: Path, key: str, documents: golden.Documents) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    pair = golden.GoldenPair(folder / f"{path.name.partition('.')[0]}.log")
    if pair.log.resolve() != path.resolve():
        pair.log.write_bytes(path.read_bytes())
    pair.log.with_suffix(".key").write_text(key + "\n", encoding="utf-8")
    pair.write(documents)
    complain(f"written: {pair.log} with its key and expected documents; read them before you rely on them")


def _from_stdin() -> Path:
    with tempfile.NamedTemporaryFile(prefix="es-loader-", delete=False) as file:
        file.write(sys.stdin.buffer.read())
    return Path(file.name)
