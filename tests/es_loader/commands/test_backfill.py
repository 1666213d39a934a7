"""Backfill: real objects, a real queue, and a state that is true whatever happens."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import boto3
import pytest

from es_loader.backfill.cost import RATES, estimate
from es_loader.backfill.key_time import span_of
from es_loader.backfill.queueing import ATTEMPTS, BATCH, State, load_state, notification, queue, save_state
from es_loader.backfill.selection import Found, Item
from es_loader.classify import classify
from es_loader.cli import main
from es_loader.errors import ObjectError, RetryableError
from es_loader.events import read_event
from es_loader.pace import Pace
from laptop.emulator import Emulator
from tests.golden import ROOT, builtin_config

FLOWS = "AWSLogs/111122223333/vpcflowlogs/eu-west-1/2030/01/{day:02}/111122223333_vpcflowlogs_eu-west-1_fl-0_203001{day:02}T0300Z_{n}.log.gz"
WINDOW = ["--since", "2030-01-01", "--until", "2030-01-11"]
Output = pytest.CaptureFixture[str]


class Bucket:
    """A bucket, a queue, and the command between them."""

    def __init__(self, folder: Path) -> None:
        self.name = f"backfill-{uuid4().hex[:12]}"
        self.s3, self.sqs = boto3.client("s3"), boto3.client("sqs")
        self.s3.create_bucket(Bucket=self.name)
        self.queue = self.sqs.create_queue(QueueName=self.name)["QueueUrl"]
        self.state = folder / "state.json"

    def put(self, *keys: str, body: bytes = b"x" * 100) -> None:
        for key in keys:
            self.s3.put_object(Bucket=self.name, Key=key, Body=body)

    def arguments(self, *more: str) -> list[str]:
        return [
            "backfill", f"s3://{self.name}/", *WINDOW, "--queue-url", self.queue, "--rate", "5000",
            "--state", str(self.state), *more,
        ]  # fmt: skip

    def run(self, *more: str) -> int:
        return main(self.arguments("--yes", *more))

    def received(self) -> list[str]:
        """Take all messages off the queue and return the keys that the loader would see."""
        keys = []
        while found := self.sqs.receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10).get("Messages"):
            for each in found:
                (message,) = read_event({"Records": [{"messageId": "m", "body": each["Body"]}]}, now=0)
                assert not message.errors
                assert message.refs[0].bucket == self.name
                keys += [ref.key for ref in message.refs]
                self.sqs.delete_message(QueueUrl=self.queue, ReceiptHandle=each["ReceiptHandle"])
        return keys


@pytest.fixture
def bucket(emulator: Emulator, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Bucket:
    for name, value in emulator.env.items():
        monkeypatch.setenv(name, value)
    return Bucket(tmp_path)


def test_objects_of_the_window_are_queued_and_the_others_counted_by_reason(bucket: Bucket, capsys: Output) -> None:
    inside = [FLOWS.format(day=day, n="a b+c=d") for day in (1, 5, 10)]
    bucket.put(*inside, FLOWS.format(day=12, n="x"), "holiday.jpg")
    bucket.put("AWSLogs/111122223333/CloudTrail-Digest/eu-west-1/2030/01/05/x.json.gz")
    bucket.put(FLOWS.format(day=5, n="empty"), body=b"")
    assert bucket.run() == 0
    assert sorted(bucket.received()) == inside
    shown = capsys.readouterr().err
    assert "vpcflowlogs        3  0.0" in shown
    for reason in ("outside the window", "unknown key", "CloudTrail digest", "zero bytes"):
        assert f"left: 1 objects: {reason}" in shown
    assert "USD at list prices of us-east-1" in shown
    assert "3 objects are queued" in shown


def test_a_dry_run_and_a_no_queue_nothing(bucket: Bucket, capsys: Output) -> None:
    bucket.put(FLOWS.format(day=5, n=1))
    assert bucket.run("--dry-run") == 0
    assert main(bucket.arguments()) == 2  # nobody can be asked in a test
    assert "give --yes to queue" in capsys.readouterr().err
    assert bucket.received() == []
    assert not bucket.state.exists()


def test_only_the_log_types_that_are_named(bucket: Bucket) -> None:
    bucket.put(FLOWS.format(day=5, n=1), "AWSLogs/111122223333/GuardDuty/eu-west-1/2030/01/05/a.jsonl.gz")
    assert bucket.run("--log-type", "guardduty") == 0
    assert [key.split("/")[2] for key in bucket.received()] == ["GuardDuty"]


def test_the_stack_is_asked_for_its_queue(bucket: Bucket) -> None:
    template = {
        "Resources": {"Queue": {"Type": "AWS::SQS::Queue"}},
        "Outputs": {"NewObjects": {"Value": {"Ref": "Queue"}}, "LogBucket": {"Value": "another"}},
    }
    boto3.client("cloudformation").create_stack(StackName=bucket.name, TemplateBody=json.dumps(template))
    bucket.put(FLOWS.format(day=5, n=1))
    arguments = [
        each for each in bucket.arguments("--yes", "--stack", bucket.name) if each not in {"--queue-url", bucket.queue}
    ]
    assert main(arguments) == 0
    bucket.queue = json.loads(bucket.state.read_text())["queue_url"]
    assert len(bucket.received()) == 1


@pytest.mark.parametrize(
    ("change", "code", "message"),
    [
        (["s3://nowhere-at-all/"], 2, "there is none (NoSuchBucket"),
        (["s3:///x"], 2, "names no bucket"),
        (["--since", "soon"], 2, "--since soon: not an ISO 8601 time"),
        (["--until", "2029-01-01"], 2, "is not after --since"),
        (["--log-type", "flow"], 2, "--log-type flow: there is no such log type"),
        (["--stack", "none", "--queue-url", ""], 2, "stack none (--stack) in this region"),
    ],
)
def test_mistakes_are_told_in_one_line(
    bucket: Bucket, capsys: Output, change: list[str], code: int, message: str
) -> None:
    bucket.put(FLOWS.format(day=5, n=1))
    arguments = bucket.arguments("--yes")
    if change[0].startswith("s3:"):
        arguments[1:2] = change
    else:
        arguments += change
    assert main(arguments) == code
    error = capsys.readouterr().err
    assert message in error
    assert "Traceback" not in error


def test_a_queue_that_is_not_there_is_told(bucket: Bucket, capsys: Output) -> None:
    bucket.put(FLOWS.format(day=5, n=1))
    bucket.sqs.delete_queue(QueueUrl=bucket.queue)
    assert bucket.run() == 2
    assert "there is none" in capsys.readouterr().err


def test_a_process_that_is_killed_again_and_again_goes_on_and_loses_nothing(bucket: Bucket, emulator: Emulator) -> None:
    keys = [FLOWS.format(day=1 + n % 9, n=f"{n:03}") for n in range(200)]
    bucket.put(*keys)
    command = [sys.executable, "-m", "es_loader.cli", *bucket.arguments("--yes", "--rate", "200")]
    environment = emulator.environment() | {"PYTHONPATH": "lambda"}
    queued = 0
    for _ in range(4):
        with subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL) as run:
            while run.poll() is None and _queued(bucket.state) < queued + 30:
                time.sleep(0.01)
            run.kill()
        queued = _queued(bucket.state)
        assert queued
    assert subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=False).returncode == 0
    assert (_queued(bucket.state), json.loads(bucket.state.read_text())["done"]) == (200, True)
    received = bucket.received()
    assert sorted(set(received)) == sorted(keys)
    assert len(received) <= 200 + 4 * BATCH  # at most the batch that was being sent comes twice


def _queued(state: Path) -> int:
    return int(json.loads(state.read_text())["queued"]) if state.exists() else 0


def test_what_is_done_is_not_queued_again(bucket: Bucket, capsys: Output) -> None:
    bucket.put(FLOWS.format(day=5, n=1))
    assert (bucket.run(), bucket.run()) == (0, 0)
    assert "all 1 objects are queued" in capsys.readouterr().err
    assert len(bucket.received()) == 1


def test_ctrl_c_says_how_to_go_on(bucket: Bucket, emulator: Emulator) -> None:
    bucket.put(*(FLOWS.format(day=5, n=n) for n in range(100)))
    command = [sys.executable, "-m", "es_loader.cli", *bucket.arguments("--yes", "--rate", "20")]
    environment = emulator.environment() | {"PYTHONPATH": "lambda"}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True) as run:
        while run.poll() is None and not _queued(bucket.state):
            time.sleep(0.01)
        run.send_signal(2)
        _, error = run.communicate(timeout=30)
    assert run.returncode == 130
    assert "the same command goes on" in error
    assert "Traceback" not in error


ITEMS = [Item(f"k{number:02}", 1, datetime(2030, 1, 2, tzinfo=UTC)) for number in range(25)]


def new_state(since: str = "a") -> State:
    return State(source="s3://b/", since=since, until="", log_types=[], queue_url="q", started="s")


class Clock:
    """A clock that goes on only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def queued(
    send: Callable[[list[str]], dict[int, tuple[str, bool]]],
    state: State,
    rate: float = 10.0,
    clock: Clock | None = None,
    has_room: Callable[[], bool] = lambda: True,
) -> Iterator[int]:
    clock = clock or Clock()
    pace = Pace(rate, clock=clock, sleep=clock.sleep)
    return queue(
        ITEMS, state, body_of=lambda item: item.key, send=send, save=lambda _: None, pace=pace, has_room=has_room
    )


def test_what_sqs_does_not_accept_is_sent_again_alone() -> None:
    sent: list[list[str]] = []

    def send(bodies: list[str]) -> dict[int, tuple[str, bool]]:
        sent.append(bodies)
        return {1: ("InternalError", False), 3: ("InternalError", False)} if len(sent) == 1 else {}

    state = new_state()
    assert list(queued(send, state)) == [10, 10, 5]
    assert sent[1] == ["k01", "k03"]
    assert sorted(sum(sent[2:], sent[0])) == [item.key for item in ITEMS]
    assert (state.last_key, state.queued, state.done) == ("k24", 25, True)


@pytest.mark.parametrize(
    ("failure", "error", "attempts"), [(("x", False), RetryableError, ATTEMPTS), (("x", True), ObjectError, 1)]
)
def test_what_sqs_never_accepts_ends_it_before_the_state_goes_on(
    failure: tuple[str, bool], error: type[Exception], attempts: int
) -> None:
    calls = []

    def send(bodies: list[str]) -> dict[int, tuple[str, bool]]:
        calls.append(bodies)
        return {0: failure}

    state = new_state()
    with pytest.raises(error):
        list(queued(send, state))
    assert (len(calls), state.last_key, state.queued, state.done) == (attempts, "", 0, False)


def test_it_is_not_faster_than_told() -> None:
    clock = Clock()
    list(queued(lambda _: {}, new_state(), rate=5, clock=clock))
    assert clock.now == 4.0  # 20 objects before the last batch


def test_it_waits_while_too_many_messages_wait() -> None:
    clock, answers = Clock(), iter([False, False, True])
    list(queued(lambda _: {}, new_state(), rate=1e9, clock=clock, has_room=lambda: next(answers)))
    assert clock.now == pytest.approx(10.0, abs=0.1)


def test_the_state_of_another_backfill_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "state"
    save_state(path, new_state())
    assert load_state(path, new_state()) == new_state()
    with pytest.raises(ObjectError, match="the state of another backfill, of s3://b/"):
        load_state(path, new_state("b"))
    path.write_text("{")
    with pytest.raises(ObjectError, match="is no state of a backfill"):
        load_state(path, new_state())
    assert new_state().file() != new_state("b").file()


@pytest.mark.parametrize("key", ["a b", "a+b", "a%3Db=c", "é/ü", "x" * 1024, 'a"b\\c'])
def test_the_loader_reads_the_message_as_one_of_s3(key: str) -> None:
    modified = datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)
    event = json.loads(notification("bucket", Item(key, 7, modified), "eu-west-1"))
    (message,) = read_event({"Records": [{"messageId": "m", "body": json.dumps(event)}]}, now=0)
    (ref,) = message.refs
    assert (ref.bucket, ref.key, ref.size, ref.event_time) == ("bucket", key, 7, round(modified.timestamp() * 1000))


def moment(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+00:00")


@pytest.mark.parametrize(
    ("key", "begin", "end"),
    [
        ("AWSLogs/1/CloudTrail/us-east-1/2030/01/02/1_CloudTrail_us-east-1_20300102T0305Z_a.json.gz", "2030-01-02T02:05", "2030-01-02T04:05"),
        ("AWSLogs/1/vpcflowlogs/us-east-1/2030/01/02/03/x.log.gz", "2030-01-02T02:00", "2030-01-02T05:00"),
        ("AWSLogs/1/GuardDuty/us-east-1/2030/01/02/a.jsonl.gz", "2030-01-02T00:00", "2030-01-03T00:00"),
        ("vpcflowlogs/year=2030/month=1/day=02/hour=03/a", "2030-01-02T02:00", "2030-01-02T05:00"),
        ("vpcflowlogs/year=2030/month=01/day=02/a", "2030-01-02T00:00", "2030-01-03T00:00"),
        ("s3accesslog/2030-01-02-03-04-05-0123456789ABCDEF", "2030-01-02T02:00", "2030-01-02T05:00"),
        ("a/2029/12/31/2030-01-02.log", "2029-12-31T00:00", "2030-01-01T00:00"),
        ("a/2030-01-02.log", "2030-01-02T00:00", "2030-01-03T00:00"),
    ],
)  # fmt: skip
def test_the_time_in_a_key(key: str, begin: str, end: str) -> None:
    assert span_of(key, builtin_config().log_types["waf"]) == (moment(begin), moment(end))


@pytest.mark.parametrize("key", ["a/b", "a/2030/13/45/x", "a/year=2030/month=2/day=31/x", "12345678901234T99"])
def test_keys_that_name_no_time(key: str) -> None:
    assert span_of(key, builtin_config().log_types["waf"]) is None


def test_every_sample_key_of_a_service_names_its_day() -> None:
    config, day = builtin_config(), datetime(2026, 3, 10, tzinfo=UTC)
    folder = ROOT / "samples" / "logs"
    for key in (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()):
        log_type = classify(config, key)
        span = span_of(key, log_type) if log_type else None
        if span:
            assert span.overlaps(day - timedelta(days=1), day + timedelta(days=2)), key


def test_the_estimate_counts_what_is_paid_for() -> None:
    found = Found()
    found.objects["vpcflowlogs"], found.size["vpcflowlogs"], found.left["unknown key"] = 1_000_000, 10**9, 5
    told = estimate(found)
    amounts = {line.name: line.amount for line in told.lines}
    assert amounts["s3-get"] == 1_000_000
    assert amounts["sqs-request"] == 300_000
    assert amounts["lambda-request"] == 100_000
    assert amounts["s3-list"] == 2 * 1001
    assert amounts["lambda-gb-second"] == pytest.approx(told.seconds * 1769 / 1024)
    assert told.usd == pytest.approx(sum(amounts[name] * rate.usd for name, rate in RATES.items()))
    assert estimate(found, prices=dict.fromkeys(RATES, 0.0)).usd == 0
    assert estimate(found, memory=885).seconds > told.seconds


def test_every_built_in_log_type_has_a_measured_speed() -> None:
    speeds = json.loads((ROOT / "lambda" / "es_loader" / "object_speed.json").read_text())
    assert speeds.keys() == builtin_config().log_types.keys()
    assert all(speed > 10_000 for speed in speeds.values())
