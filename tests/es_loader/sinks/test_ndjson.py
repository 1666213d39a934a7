"""Documents as lines."""

import json
from pathlib import Path

import pytest

from es_loader.sinks.ndjson import NdjsonFile, NdjsonSink


def test_every_document_is_a_line_at_once() -> None:
    lines: list[bytes] = []
    sink = NdjsonSink(lines.append)
    sink.add("log-a", 'quoted " id', '{"user":"é"}'.encode(), None)
    assert lines == ['{"_index":"log-a","_id":"quoted \\" id","_source":{"user":"é"}}\n'.encode()]


def test_a_file_holds_the_documents_in_order_and_appears_when_it_is_complete(tmp_path: Path) -> None:
    path = tmp_path / "out.ndjson"
    with NdjsonFile(str(path)) as sink:
        for number in range(3):
            sink.add("log-a", str(number), b"{}", None)
        sink.flush()
        assert not path.exists()
    assert [json.loads(line)["_id"] for line in path.read_text().splitlines()] == ["0", "1", "2"]
    assert list(tmp_path.iterdir()) == [path]


def test_an_incomplete_file_leaves_the_older_one_alone(tmp_path: Path) -> None:
    path = tmp_path / "out.ndjson"
    path.write_text("older")
    sink = NdjsonFile(str(path))
    sink.add("log-a", "1", b"{}", None)
    sink.close()
    assert path.read_text() == "older"
    assert list(tmp_path.iterdir()) == [path]


def test_a_device_is_written_to_as_it_is() -> None:
    with NdjsonFile("/dev/null") as sink:
        sink.add("log-a", "1", b"{}", None)
    assert not Path("/dev/null").is_file()


def test_a_dash_streams_to_standard_output(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    with NdjsonFile("-") as sink:
        sink.add("log-a", "1", b"{}", None)
    assert capfdbinary.readouterr().out == b'{"_index":"log-a","_id":"1","_source":{}}\n'
