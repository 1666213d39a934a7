"""The download client is replaced by a module of its name that comes first on its path; all else is real."""

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest

from laptop.downloads import ATTEMPTS, Artifact, DownloadError, cache_dir, download

CONTENT = b"an artifact"
GOOD = Artifact("org.example:thing:zip:1.0", sha256=hashlib.sha256(CONTENT).hexdigest(), size=len(CONTENT))

CLIENT = """\
import pathlib, sys, time
with open({calls!r}, "a") as calls:
    calls.write("x")
print("connecting")
time.sleep(0.2)
if {fails}:
    sys.exit("no route to host")
pathlib.Path(sys.argv[2]).write_bytes({content!r})
"""


@pytest.fixture
def calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SIEM_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    _client(tmp_path, fails=False)
    return tmp_path / "calls"


def _client(folder: Path, *, fails: bool) -> None:
    package = folder / "maven_artifact"
    package.mkdir(exist_ok=True)
    (package / "__init__.py").touch()
    (package / "main.py").write_text(CLIENT.format(calls=str(folder / "calls"), fails=fails, content=CONTENT))


def test_an_artifact_is_downloaded_once(calls: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = download(GOOD)
    assert path.name == "thing-1.0.zip"
    assert path.read_bytes() == CONTENT
    assert download(GOOD) == path
    assert calls.read_text() == "x"
    assert capsys.readouterr().err.splitlines() == ["downloading thing-1.0.zip, 0 MB"]


def test_a_wrong_checksum_is_refused_and_nothing_kept(calls: Path) -> None:
    with pytest.raises(DownloadError, match=r"org\.example:thing:zip:1\.0 has SHA-256 .*, expected 0000"):
        download(Artifact(GOOD.coordinate, sha256="0" * 64, size=GOOD.size))
    assert calls.read_text() == "x"
    assert [path.name for path in cache_dir().iterdir()] == ["thing-1.0.zip.lock"]


def test_a_failing_download_is_tried_again_and_says_why(calls: Path) -> None:
    _client(calls.parent, fails=True)
    with pytest.raises(
        DownloadError, match=r"(?s)org\.example:thing:zip:1\.0 cannot be downloaded: .*no route to host"
    ):
        download(GOOD)
    assert calls.read_text() == "x" * ATTEMPTS


def test_processes_share_one_download(calls: Path) -> None:
    code = f"from laptop.downloads import *; print(download({GOOD!r}).read_bytes())"
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", code]
    processes = [subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    assert [process.communicate()[0] for process in processes] == [f"{CONTENT!r}\n"] * 3
    assert calls.read_text() == "x"
