"""The real command line, as a user types it."""

import gzip
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import boto3
import pytest

from es_loader.cli import main
from es_loader.command_line import build_parser
from es_loader.exit_codes import EXIT_CODES
from es_loader.options import OPTIONS
from es_loader.sinks.opensearch import Requests, connect
from laptop.emulator import Emulator
from tests.golden import LOGS, ROOT

FLOWS = LOGS / "vpcflowlogs" / "default-header.log"
FLOW_KEY = (LOGS / "vpcflowlogs" / "key").read_text().strip()
TIME = ["--event-time", "2030-01-02T03:00:00Z"]
Output = pytest.CaptureFixture[str]


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_try_shows_documents_and_counts(capsys: Output) -> None:
    assert main(["try", str(FLOWS), "--key", FLOW_KEY, "--count", "1"]) == 0
    shown = capsys.readouterr()
    document = json.loads(shown.out)
    assert document["_source"]["source"]["ip"] == "203.0.113.7"
    assert shown.err.startswith("vpcflowlogs: 9 records, 9 documents, 0 failures")


def test_try_says_why_a_record_failed_and_sends_no_control_characters(capsys: Output, tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    log.write_bytes(b"words \x1b[31m\x9b here\n")
    assert main(["try", str(log), "--key", FLOW_KEY]) == 1
    shown = capsys.readouterr()
    assert "has 3 columns" in shown.out or "has 4 columns" in shown.out
    assert "\x1b" not in shown.out + shown.err


def test_try_writes_golden_pairs(tmp_path: Path) -> None:
    assert main(["try", str(FLOWS), "--key", FLOW_KEY, "--golden", str(tmp_path / "pair"), *TIME]) == 0
    written = json.loads((tmp_path / "pair" / "default-header.expected.json").read_text())
    assert [item["_source"]["source"] for item in written[:1]] == [
        item["_source"]["source"] for item in json.loads(FLOWS.with_suffix(".expected.json").read_text())[:1]
    ]
    assert (tmp_path / "pair" / "default-header.key").read_text().strip() == FLOW_KEY


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["try", str(ROOT / "LICENSE")], 3, "give its S3 key with --key"),
        (["try", "/nowhere.log"], 2, "no such file"),
        (["try", str(LOGS)], 2, "is a folder"),
        (["try", str(FLOWS), "--key", FLOW_KEY, "--event-time", "soon"], 2, "not an ISO 8601 time"),
        (["load", "/nowhere", "--to", "ndjson:-"], 2, "no such file or folder"),
        (["load", str(LOGS), "--key", "x", "--to", "ndjson:-"], 2, "--key is the key of one object"),
        (["load", str(FLOWS), "--key", FLOW_KEY, "--to", "http://127.0.0.1:9", "--patience", "0.1"], 4, "does not answer"),
        (["load", "s3:///x", "--to", "ndjson:-"], 2, "names no bucket"),
        (["setup", "--endpoint", "http://127.0.0.1:9"], 4, "cannot be reached"),
        (["check", "--user-ini", "/nowhere.ini"], 2, "no such file"),
    ],
)  # fmt: skip
def test_wrong_usage_is_said_in_one_line(arguments: list[str], code: int, message: str, capsys: Output) -> None:
    assert main(arguments) == code
    error = capsys.readouterr().err
    assert message in error
    assert "Traceback" not in error


def test_classify_shows_the_winner_and_what_the_key_says(capsys: Output) -> None:
    assert main(["classify", FLOW_KEY]) == 0
    shown = capsys.readouterr().out
    assert "vpcflowlogs (built in)" in shown
    assert "wins" in shown
    assert "account: 111122223333\nregion: eu-west-1\norganization: o-a1b2c3d4e5" in shown
    assert main(["classify", "holiday.jpg"]) == 3
    assert main(["classify", "AWSLogs/111122223333/CloudTrail-Digest/x.gz"]) == 3
    shown = capsys.readouterr().out
    assert "no log type takes this key" in shown
    assert "skipped: CloudTrail digest" in shown


def test_check_names_mistakes(capsys: Output, tmp_path: Path) -> None:
    assert main(["check"]) == 0
    (tmp_path / "mine.ini").write_text("[mine]\ns3_key = x\nfile_format = jason\nindex_name = log-mine\n")
    assert main(["check", "--user-ini", str(tmp_path / "mine.ini")]) == 1
    assert "ERROR mine.ini [mine] file_format: 'jason' is not supported" in capsys.readouterr().err


def test_load_writes_ndjson_in_record_order(capsys: Output, tmp_path: Path) -> None:
    target = tmp_path / "out.ndjson"
    assert main(["load", str(FLOWS), "--key", FLOW_KEY, "--to", f"ndjson:{target}", *TIME]) == 0
    found = lines(target.read_text())
    assert [item["_source"]["aws"]["s3"]["object"]["record_number"] for item in found] == list(range(9))
    assert list(found[0]) == ["_index", "_id", "_source"]
    assert "vpcflowlogs        1        9          9" in capsys.readouterr().err
    assert main(["load", str(FLOWS), "--key", FLOW_KEY, "--to", "ndjson:-", "--quiet", *TIME]) == 0
    shown = capsys.readouterr()
    assert lines(shown.out) == found
    assert shown.err == ""


def test_load_takes_folders_whose_paths_are_the_keys_and_layers(capsys: Output, tmp_path: Path) -> None:
    folder = tmp_path / "logs" / "AWSLogs" / "111122223333" / "vpcflowlogs" / "eu-west-1"
    folder.mkdir(parents=True)
    (folder / "a.log.gz").write_bytes(gzip.compress(FLOWS.read_bytes()))
    (tmp_path / "logs" / "holiday.jpg").write_bytes(b"x")
    (tmp_path / "logs" / "own").mkdir()
    (tmp_path / "logs" / "own" / "b.json").write_text('{"a": 1}\n')
    (tmp_path / "mine.ini").write_text("[mine]\ns3_key = own/\nfile_format = json\nindex_name = log-mine\n")
    layer = ["--user-ini", str(tmp_path / "mine.ini")]
    assert main(["load", str(tmp_path / "logs"), "--to", "ndjson:-", *layer, *TIME]) == 0
    shown = capsys.readouterr()
    found = lines(shown.out)
    assert {item["_source"]["event"]["dataset"] for item in found} == {"aws.vpcflow", "mine"}
    assert found[0]["_source"]["aws"]["s3"]["object"]["key"] == "AWSLogs/111122223333/vpcflowlogs/eu-west-1/a.log.gz"
    assert "skipped: 1 objects: unknown key" in shown.err


def test_load_into_opensearch_with_several_processes(opensearch_url: str, tmp_path: Path, capsys: Output) -> None:
    for number in range(40):
        (tmp_path / f"own-{number}.json").write_text(f'{{"n": {number}}}\n')
    (tmp_path / "mine.ini").write_text("[mine]\ns3_key = own-\nfile_format = json\nindex_name = log-commands\n")
    arguments = ["load", str(tmp_path), "--to", opensearch_url, "--jobs", "2", "--user-ini", str(tmp_path / "mine.ini")]
    for _ in range(2):  # the second load changes nothing
        assert main([*arguments, *TIME]) == 0
        requests = Requests(connect(opensearch_url))
        requests.post("/log-commands-*/_refresh")
        assert requests.get("/log-commands-*/_count")["count"] == 40
    assert "mine" in capsys.readouterr().err


def test_load_from_s3(emulator: Emulator, monkeypatch: pytest.MonkeyPatch, capsys: Output) -> None:
    for name, value in emulator.env.items():
        monkeypatch.setenv(name, value)
    client = boto3.client("s3")
    client.create_bucket(Bucket="commands")
    client.put_object(Bucket="commands", Key=FLOW_KEY, Body=FLOWS.read_bytes())
    assert main(["load", "s3://commands/", "--to", "ndjson:-", "--quiet"]) == 0
    assert len(lines(capsys.readouterr().out)) == 9
    assert main(["load", "s3://commands/none", "--to", "ndjson:-"]) == 2
    assert "no such object" in capsys.readouterr().err


def test_setup_says_what_it_changes(opensearch_url: str, tmp_path: Path, capsys: Output) -> None:
    (tmp_path / "mine.ini").write_text("[mine]\ns3_key = x\nfile_format = json\nindex_name = log-commands-setup\n")
    arguments = ["setup", "--endpoint", opensearch_url, "--user-ini", str(tmp_path / "mine.ini")]
    assert main([*arguments, "--dry-run"]) == 0
    assert "_index_template/log-commands-setup: to be created" in capsys.readouterr().out
    assert main(arguments) == 0
    assert main(arguments) == 0
    assert "_index_template/log-commands-setup: unchanged" in capsys.readouterr().out


def test_sources_lists_every_log_type(capsys: Output) -> None:
    assert main(["sources"]) == 0
    shown = capsys.readouterr().out
    assert all(name in shown for name in ("alb", "cloudtrail", "guardduty", "linux-secure", "vpcflowlogs"))


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env={"PYTHONPATH": "lambda"},
        check=False,
    )


def test_help_imports_nothing_that_is_slow() -> None:
    done = run("-X", "importtime", "-m", "es_loader.cli", "--help")
    assert done.returncode == 0
    assert "exit codes" in done.stdout
    slow = {"rich", "boto3", "botocore", "opensearchpy", "msgspec", "urllib3", "ua_parser"}
    imported = {line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.splitlines()}
    assert not slow & imported
    assert (
        max(int(line.split("|")[1]) for line in done.stderr.splitlines() if re.search(r"\|\s+\d+ \|", line)) < 300_000
    )


def test_a_closed_pipe_is_no_error() -> None:
    command = f"{sys.executable} -m es_loader.cli load {FLOWS} --key {FLOW_KEY} --to ndjson:- | head -1"
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {command}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env={"PYTHONPATH": "lambda", "PATH": "/usr/bin:/bin"},
        check=False,
    )
    assert "Traceback" not in done.stderr


def test_the_pages_name_every_command_option_and_exit_code() -> None:
    page = (ROOT / "docs" / "cli.md").read_text()
    actions = build_parser()._actions
    commands = next(action.choices for action in actions if isinstance(action.choices, dict))
    for name, parser in commands.items():
        assert f"## {name}\n" in page
        for action in parser._actions:
            for option in set(action.option_strings) - {"-h", "--help"}:
                assert f"`{option}" in page, option
    assert dict(re.findall(r"\| (\d+) \| (.+) \|", page)) == {str(code): text for code, text in EXIT_CODES.items()}
    options = set(
        re.findall(
            r"`(\w+)`",
            "".join(re.findall(r"^\| (`.*?) \|", (ROOT / "docs" / "configuration.md").read_text(), re.MULTILINE)),
        )
    )
    assert options == set(OPTIONS)


def test_the_example_of_a_user_ini_works_as_it_is(capsys: Output, tmp_path: Path) -> None:
    layer = ["--user-ini", str(ROOT / "config" / "user.ini.example")]
    assert main(["check", *layer]) == 0
    capsys.readouterr()
    logs = {
        "shop/json/a": '{"time": "2030/01/02 12:00:00", "order": "A-1", "verb": "buy", "status": "200", "client": '
        '{"address": "192.0.2.1", "port": "4711"}, "buyer": {"email": "a@example.com"}, "cart": {"total": "9.5"}}',
        "shop/csv/a": "when,address,note\n1893553200,192.0.2.1,x\n",
        "shop/text/a": '2030-01-02T03:00:00Z 192.0.2.1 "curl/8.9" cost=$9.50\n',
    }
    for key, text in logs.items():
        (tmp_path / "a").write_text(text)
        assert main(["load", str(tmp_path / "a"), "--key", key, "--to", "ndjson:-", "--quiet", *layer]) == 0
        (found,) = lines(capsys.readouterr().out)[-1:]
        source = found["_source"]
        assert (found["_index"], source["@timestamp"]) == ("log-shop-2030-01", "2030-01-02T03:00:00.000Z"), key
        assert source["source"]["ip"] == "192.0.2.1"
    assert source["user_agent"]["name"] == "curl"


@pytest.mark.parametrize(
    ("key", "text", "index", "field", "value"),
    [
        ("shop/trace/a", "2030-01-02T03:00:00Z ERROR no\n\tat shop.Cart\n", "log-shop", "message", "no\n\tat shop.Cart"),
        ("firewall/cef/a", "CEF:0|a|b|1|2|c|3|rt=1893553200000 src=192.0.2.1 cs1=no cs1Label=Rule\n", "log-firewall", "rule", {"name": "no"}),
        ("shop/xml/a", "<sales>\n <sale time='2030-01-02T03:00:00Z'><buyer>ann</buyer></sale></sales>", "log-shop", "user", {"name": "ann"}),
        (
            "windows/events/a",
            "<Event xmlns='x'><System><TimeCreated SystemTime='2030-01-02T03:00:00Z'/></System><EventData><Data Name='IpPort'>1</Data></EventData></Event>",
            "log-windows",
            "source",
            {"port": 1},
        ),
    ],
)  # fmt: skip
def test_the_example_reads_every_format(
    capsys: Output, tmp_path: Path, *, key: str, text: str, index: str, field: str, value: object
) -> None:
    (tmp_path / "a").write_text(text)
    layer = ["--user-ini", str(ROOT / "config" / "user.ini.example")]
    assert main(["load", str(tmp_path / "a"), "--key", key, "--to", "ndjson:-", "--quiet", *layer]) == 0
    (found,) = lines(capsys.readouterr().out)[-1:]
    assert (found["_index"], found["_source"]["@timestamp"]) == (f"{index}-2030-01", "2030-01-02T03:00:00.000Z")
    assert found["_source"][field] == value
