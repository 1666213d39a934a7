"""Where exclusions come from, when they are read again, and what happens while they cannot be."""

import json
import logging
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import boto3
import pytest

from es_loader.config import load_config
from es_loader.exclusions import Exclusions, filters
from es_loader.exclusions.reading import MAX_AGE, ExclusionReader, Renewal, folders_of, s3_fetch, ssm_parameters
from es_loader.pipeline import Loader
from laptop.emulator import Emulator
from tests.golden import LOGS, ROOT, builtin_config, load_bytes

FLOW_KEY = (LOGS / "vpcflowlogs" / "key").read_text().strip()
FLOWS = b"""version srcaddr dstaddr protocol start end
2 10.0.0.1 10.0.0.2 6 1893552840 1893552899
2 10.0.0.2 10.0.0.1 6 1893552840 1893552899
"""
HEADER = b"log_type,field,pattern,pattern_type,comment\n"
ROW = HEADER + b"vpcflowlogs,srcaddr,10.0.0.1,text,\n"
OTHER_ROW = HEADER + b"vpcflowlogs,srcaddr,10\\.0\\.0\\..,regex,\n"
BUCKET, KEY = "siem-exclusions", "patterns.csv"
Client = Callable[[str], Any]


@pytest.fixture(scope="module")
def client(emulator: Emulator) -> Client:
    @cache
    def make(service: str) -> Any:
        return boto3.client(
            service,  # type: ignore[call-overload]
            endpoint_url=emulator.endpoint_url,
            region_name="us-east-1",
            aws_access_key_id="EXAMPLE",
            aws_secret_access_key="emulator",
        )

    make("s3").create_bucket(Bucket=BUCKET)
    return make


@pytest.fixture
def parameters(client: Client) -> Iterator[Callable[..., None]]:
    names: set[str] = set()

    def put(name: str, action: str, expression: str) -> None:
        value = json.dumps({"action": action, "expression": expression})
        client("ssm").put_parameter(Name=f"/siem/{name}", Value=value, Type="String", Overwrite=True)
        names.add(f"/siem/{name}")

    yield put
    for name in names:
        client("ssm").delete_parameter(Name=name)


def reader(folder: Path, filename: str = "", client: Client | None = None) -> ExclusionReader:
    layer = folder / "layer.ini"
    layer.write_text(f"[DEFAULT]\nexclude_log_patterns_filename = {filename}\n" if filename else "")
    config = load_config(ROOT / "config" / "aws.ini", layer)
    if client is None:
        return ExclusionReader(config, folders_of(layer))
    fetch = s3_fetch(lambda: client("s3"))
    return ExclusionReader(config, folders_of(layer), fetch=fetch, parameters=ssm_parameters(lambda: client("ssm")))


def excluded(loader: Loader) -> int:
    return load_bytes(loader, FLOWS, FLOW_KEY)[1].excluded.total()


def test_without_a_file_nothing_is_excluded_and_nothing_wrong(tmp_path: Path) -> None:
    exclusions, problems = reader(tmp_path).read()
    assert (dict(exclusions.patterns), problems) == ({}, [])


def test_a_file_beside_the_layer_is_found_by_its_default_name(tmp_path: Path) -> None:
    (tmp_path / "exclude_log_patterns.csv").write_bytes(ROW)
    exclusions, problems = reader(tmp_path).read()
    assert problems == []
    assert excluded(Loader(builtin_config(), exclusions=exclusions)) == 1


def test_a_file_that_is_named_must_be_there(tmp_path: Path) -> None:
    (problem,) = reader(tmp_path, "mine.csv").read()[1]
    assert problem.startswith(f"exclude_log_patterns_filename = mine.csv: no such file in {tmp_path}")


def test_a_file_in_s3_needs_the_deployed_function(tmp_path: Path) -> None:
    (problem,) = reader(tmp_path, f"s3://{BUCKET}/{KEY}").read()[1]
    assert "read by the deployed function only" in problem


def test_everything_is_read_again_after_five_minutes_and_not_before(
    tmp_path: Path, client: Client, parameters: Callable[..., None]
) -> None:
    loader = Loader(builtin_config())
    renew = Renewal(loader, reader(tmp_path, f"s3://{BUCKET}/{KEY}", client))
    client("s3").put_object(Bucket=BUCKET, Key=KEY, Body=ROW)
    renew(0)
    assert excluded(loader) == 1
    client("s3").put_object(Bucket=BUCKET, Key=KEY, Body=OTHER_ROW)
    renew(MAX_AGE - 1)
    assert excluded(loader) == 1
    renew(MAX_AGE)
    assert excluded(loader) == 2
    client("s3").put_object(Bucket=BUCKET, Key=KEY, Body=HEADER)
    parameters("exclude-logs/vpcflowlogs/one", "EXCLUDE", "destination.ip == '10.0.0.2'")
    parameters("something/vpcflowlogs/else", "EXCLUDE", "`true`")
    renew(2 * MAX_AGE)
    assert excluded(loader) == 1
    parameters("exclude-logs/vpcflowlogs/one", "DISABLE", "destination.ip == '10.0.0.2'")
    renew(3 * MAX_AGE)
    assert excluded(loader) == 0


def test_more_parameters_than_one_answer_holds_are_read(
    tmp_path: Path, client: Client, parameters: Callable[..., None]
) -> None:
    for number in range(25):
        parameters(f"exclude-logs/vpcflowlogs/{number}", "COUNT", f"source.port == `{number}`")
    exclusions, problems = reader(tmp_path, client=client).read()
    assert (len(exclusions.conditions["vpcflowlogs"]), problems) == (25, [])


def test_what_cannot_be_read_leaves_the_rules_of_before_and_is_told_once(
    tmp_path: Path, client: Client, parameters: Callable[..., None], caplog: pytest.LogCaptureFixture
) -> None:
    parameters("exclude-logs/vpcflowlogs/one", "EXCLUDE", "destination.ip == '10.0.0.2'")
    client("s3").put_object(Bucket=BUCKET, Key=KEY, Body=ROW.replace(b"10.0.0.1", b"10.0.0.2"))
    away = boto3.client(
        "ssm", endpoint_url="http://127.0.0.1:9", region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b"
    )  # fmt: skip
    used = {"ssm": client("ssm"), "s3": client("s3")}
    loader = Loader(builtin_config())
    renew = Renewal(loader, reader(tmp_path, f"s3://{BUCKET}/{KEY}", lambda service: used[service]))
    renew(0)
    assert (excluded(loader), caplog.text) == (2, "")
    used["ssm"] = away
    client("s3").delete_object(Bucket=BUCKET, Key=KEY)
    with caplog.at_level(logging.ERROR):
        for number in (1, 2, 3):
            renew(number * MAX_AGE)
    assert excluded(loader) == 2
    assert [record.getMessage().partition(": ")[0] for record in caplog.records] == ["exclusions"] * 2
    assert "conditions cannot be read, those of before stay in force" in caplog.text
    assert "what was read before stays in force" in caplog.text


def test_rules_that_are_the_same_compile_nothing_anew(tmp_path: Path) -> None:
    (tmp_path / "exclude_log_patterns.csv").write_bytes(ROW)
    loader = Loader(builtin_config())
    renew = Renewal(loader, reader(tmp_path))
    renew(0)
    program = loader.program("vpcflowlogs")
    renew(MAX_AGE)
    assert loader.program("vpcflowlogs") is program


def test_types_without_rules_call_nothing() -> None:
    config = builtin_config()
    assert all(
        filters(each, Exclusions(), Loader(config)._counted) == (None, None) for each in config.log_types.values()
    )
