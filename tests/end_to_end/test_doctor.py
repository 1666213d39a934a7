"""`es-loader doctor` looks at the deployed stack: no source is switched on, logs come by hand."""

import gzip
import json
import time
from collections.abc import Iterator
from typing import Any

import pytest

from es_loader.cli import main
from laptop.demo_settings import NO_SOURCES
from laptop.deployment import Deployment, bootstrap, deploy, synthesis, work_folder
from laptop.emulator import Emulator

Output = pytest.CaptureFixture[str]
SECONDS = 120.0
TRAIL = (
    "AWSLogs/123456789012/CloudTrail/eu-west-1/2030/01/02/123456789012_CloudTrail_eu-west-1_20300102T0305Z_{}.json.gz"
)
GONE = "AWSLogs/123456789012/GuardDuty/eu-west-1/2030/01/02/gone.jsonl.gz"


@pytest.fixture(scope="module")
def stack(emulator: Emulator) -> Iterator[Deployment]:
    with work_folder() as folder, synthesis(folder, NO_SOURCES) as run:
        bootstrap(emulator, folder)
        run.output()
        yield deploy(emulator, folder)


@pytest.fixture(autouse=True)
def environment(stack: Deployment, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in stack.aws.env.items():
        monkeypatch.setenv(name, value)


def until_logged(stack: Deployment, part: str) -> None:
    deadline = time.monotonic() + SECONDS
    while not any(part in line for line in stack.loader_log()):
        assert time.monotonic() < deadline, stack.log_tail()
        time.sleep(0.2)


def doctor(capsys: Output, *arguments: str) -> tuple[int, dict[str, Any]]:
    capsys.readouterr()
    code = main(["doctor", "--json", *arguments])
    return code, json.loads(capsys.readouterr().out)


def sources(found: dict[str, Any]) -> dict[str, Any]:
    return {one["name"]: one for one in found["sources"]}


def core(found: dict[str, Any]) -> dict[str, Any]:
    return {one["name"]: one for one in found["core"]}


def trail(name: str) -> tuple[str, bytes]:
    event = {"eventVersion": "1.11", "eventTime": "2030-01-02T03:00:00Z", "eventName": "GetCallerIdentity"}
    return TRAIL.format(name), gzip.compress(json.dumps({"Records": [event]}).encode())


def test_a_stack_to_which_nothing_came_is_well(stack: Deployment, capsys: Output) -> None:
    code, found = doctor(capsys)
    assert stack.bucket
    assert found["sources"] == []
    assert {name: one["level"] for name, one in core(found).items()} == dict.fromkeys(core(found), "well"), found
    assert code == 0


def test_logs_that_come_by_hand_are_delivering(stack: Deployment, capsys: Output) -> None:
    key, body = trail("first")
    stack.put(key, body)
    until_logged(stack, f"read {key}")
    code, found = doctor(capsys)
    shown = sources(found)["cloudtrail"]
    assert (shown["verdict"], shown["last_object"]["key"], shown["title"]) == ("delivering", key, "switched on by hand")
    assert code == 0


def test_a_log_type_that_does_not_come_is_silent(capsys: Output) -> None:
    code, found = doctor(capsys, "vpcflowlogs")
    assert [(one["name"], one["verdict"]) for one in found["sources"]] == [("vpcflowlogs", "silent")]
    assert code == 1


def test_an_absent_object_is_the_last_error_and_no_loss(stack: Deployment, capsys: Output) -> None:
    bucket = {"name": stack.bucket}
    record = {"eventSource": "aws:s3", "eventName": "ObjectCreated:Put", "eventTime": "2030-01-02T03:00:00.000Z"}
    body = {"Records": [{**record, "s3": {"bucket": bucket, "object": {"key": GONE}}}]}
    stack.client("sqs").send_message(QueueUrl=stack.outputs["NewObjects"], MessageBody=json.dumps(body))
    until_logged(stack, "gone.jsonl.gz")
    code, found = doctor(capsys, "guardduty")
    shown = sources(found)["guardduty"]
    assert (shown["verdict"], shown["last_error"]["key"]) == ("quiet", GONE)
    assert "does not exist" in shown["last_error"]["reason"]
    assert code == 0


def test_a_damaged_object_is_failing_until_the_next_one(stack: Deployment, capsys: Output) -> None:
    key, body = trail("cut")
    stack.put(key, body[:-12])
    until_logged(stack, f"dead letters of {key}")
    code, found = doctor(capsys)
    shown = sources(found)["cloudtrail"]
    assert (shown["verdict"], shown["last_error"]["key"], code) == ("failing", key, 1)
    assert core(found)["dead letters"]["level"] == "wrong"
    after, body = trail("after")
    stack.put(after, body)
    until_logged(stack, f"read {after}")
    shown = sources(doctor(capsys)[1])["cloudtrail"]
    assert (shown["verdict"], shown["last_object"]["key"], shown["last_error"]["key"]) == ("delivering", after, key)


def test_an_unknown_object_is_named(stack: Deployment, capsys: Output) -> None:
    stack.put("holiday.jpg", b"x")
    until_logged(stack, "holiday.jpg")
    shown = core(doctor(capsys)[1])["unknown objects"]
    assert (shown["level"], "holiday.jpg" in shown["text"]) == ("note", True)


def test_a_trigger_that_is_off_and_a_bucket_that_tells_nobody(stack: Deployment, capsys: Output) -> None:
    functions = stack.client("lambda")
    (mapping,) = functions.list_event_source_mappings(FunctionName=stack.outputs["LoaderFunction"])[
        "EventSourceMappings"
    ]
    notification = stack.client("s3").get_bucket_notification_configuration(Bucket=stack.bucket)
    notification.pop("ResponseMetadata")
    functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)
    stack.client("s3").put_bucket_notification_configuration(Bucket=stack.bucket, NotificationConfiguration={})
    try:
        code, found = doctor(capsys)
    finally:
        functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=True)
        stack.client("s3").put_bucket_notification_configuration(
            Bucket=stack.bucket, NotificationConfiguration=notification
        )
    shown = core(found)
    assert code == 1
    assert "switched it off" in shown["trigger"]["text"]
    assert mapping["UUID"] in shown["trigger"]["hint"]
    assert "tells nobody" in shown["log bucket"]["text"]


def test_tables_name_the_way_out(capsys: Output) -> None:
    assert main(["doctor", "vpcflowlogs", "--since", "90m"]) == 1
    shown = capsys.readouterr().out
    for part in ("vpcflowlogs", "silent", "objects in 90m", "see docs/log-types/vpcflowlogs.md#keys", "encryption key"):
        assert part in shown


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["vpc_flow_logs"], "did you mean vpcflowlogs?"),
        (["--since", "yesterday"], "--since yesterday: not a number of minutes"),
        (["--stack", "another"], "stack another (--stack)"),
    ],
)
def test_wrong_usage_is_told(arguments: list[str], said: str, capsys: Output) -> None:
    assert main(["doctor", *arguments]) == 2
    assert said in capsys.readouterr().err
