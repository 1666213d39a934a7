"""`es-loader original` on a real engine: from a file, and from the object in S3."""

import gzip
import uuid
from pathlib import Path
from typing import Any

import boto3
import pytest

from es_loader.cli import main
from es_loader.sinks.opensearch import Requests, connect
from laptop.emulator import Emulator

Output = pytest.CaptureFixture[str]
LINES = [f'{{"time":"2030-01-02T03:04:0{number}Z","user":"u{number}"}}' for number in range(5)]


@pytest.fixture
def name() -> str:
    return f"log-original-{uuid.uuid4().hex[:8]}"


@pytest.fixture
def layer(tmp_path: Path, name: str) -> list[str]:
    """A log type of the test's own."""
    (tmp_path / "user.ini").write_text(
        f"[{name}]\ns3_key = {name}/\nfile_format = json\nindex_name = {name}\ntimestamp_key = time\n"
        "keep_original = False\n"
    )
    return ["--user-ini", str(tmp_path / "user.ini")]


def loaded(url: str, name: str) -> list[tuple[str, str]]:
    """Return index and id of each document, in the order of their records."""
    requests = Requests(connect(url))
    requests.post(f"/{name}-*/_refresh")
    found = requests.post(f"/{name}-*/_search", {"sort": "aws.s3.object.record_number"})
    return [(hit["_index"], hit["_id"]) for hit in found["hits"]["hits"]]


def test_from_a_file(opensearch_url: str, tmp_path: Path, name: str, layer: list[str], capsys: Output) -> None:
    file = tmp_path / "app.log"
    file.write_bytes(gzip.compress("\n".join(LINES).encode()))
    assert main(["setup", *layer, "--endpoint", opensearch_url]) == 0
    assert main(["load", str(file), *layer, "--key", f"{name}/app.log", "--to", opensearch_url, "--quiet"]) == 0
    index, doc_id = loaded(opensearch_url, name)[3]
    target = ["original", f"{name}-*", doc_id, *layer, "--endpoint", opensearch_url]
    capsys.readouterr()
    assert main(target) == 2
    assert "was loaded from a file; name it with --file" in capsys.readouterr().err
    assert main([*target, "--file", str(file)]) == 0
    shown = capsys.readouterr()
    assert shown.out == f"{LINES[3]}\n"
    assert f"s3://local/{name}/app.log, record 3  ({index})" in shown.err
    file.write_text("\n".join(reversed(LINES)))
    assert main([*target, "--file", str(file)]) == 1
    assert "was written again since" in capsys.readouterr().err
    assert main(["original", f"{name}-*", "nobody", *layer, "--endpoint", opensearch_url]) == 2
    assert "has the id nobody" in capsys.readouterr().err


@pytest.fixture
def client(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> Any:
    for variable, value in emulator.env.items():
        monkeypatch.setenv(variable, value)
    return boto3.client("s3")


def test_from_s3(client: Any, opensearch_url: str, name: str, layer: list[str], capsys: Output) -> None:
    client.create_bucket(Bucket=name)
    key = f"{name}/a b+c.log"
    client.put_object(Bucket=name, Key=key, Body=gzip.compress("\n".join(LINES).encode()))
    assert main(["setup", *layer, "--endpoint", opensearch_url]) == 0
    assert main(["load", f"s3://{name}/", *layer, "--to", opensearch_url, "--quiet"]) == 0
    index, doc_id = loaded(opensearch_url, name)[4]
    capsys.readouterr()
    assert main(["original", index, doc_id, *layer, "--endpoint", opensearch_url]) == 0
    assert capsys.readouterr().out == f"{LINES[4]}\n"
    client.delete_object(Bucket=name, Key=key)
    assert main(["original", index, doc_id, *layer, "--endpoint", opensearch_url]) == 2
    assert "does not exist" in capsys.readouterr().err
