"""`es-loader replay` against the emulator's S3 and SQS and a real OpenSearch."""

import gzip
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from es_loader.cli import main
from es_loader.commands import stack
from es_loader.dead_letters import Letter, packed, path_of
from es_loader.letter_bucket import LetterBucket, Selection
from es_loader.pace import Pace
from laptop.emulator import Emulator
from tests.dead_letter_place import BUCKET, LETTERS, Place, client, notification, record

Output = pytest.CaptureFixture[str]
STACK = "replay-test"


@pytest.fixture(scope="module")
def outputs(emulator: Emulator) -> dict[str, str]:
    """A stack with the outputs that the command reads."""
    ends = {"DeadLetters": "DeadLetters", "NewObjects": "NewObjects"}
    template = {
        "Resources": {name: {"Type": "AWS::SQS::Queue"} for name in ends},
        "Outputs": {
            **{name: {"Value": {"Ref": name}} for name in ends},
            "LoaderFunction": {"Value": "replay-loader"},
            "DeadLetterBucket": {"Value": LETTERS},
        },
    }
    formation = client(emulator, "cloudformation")
    formation.create_stack(StackName=STACK, TemplateBody=json.dumps(template))
    formation.get_waiter("stack_create_complete").wait(StackName=STACK, WaiterConfig={"Delay": 1})
    (found,) = formation.describe_stacks(StackName=STACK)["Stacks"]
    return {one["OutputKey"]: one["OutputValue"] for one in found["Outputs"]}


@pytest.fixture(scope="module")
def s3(emulator: Emulator, outputs: dict[str, str]) -> Any:
    assert outputs["DeadLetterBucket"] == LETTERS
    s3 = client(emulator, "s3")
    for name in (BUCKET, LETTERS):
        s3.create_bucket(Bucket=name)
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    return s3


@pytest.fixture
def place(
    s3: Any, emulator: Emulator, opensearch_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Place]:
    for name, value in emulator.env.items():
        monkeypatch.setenv(name, value)
    for cached in (stack.client, stack.outputs):
        cached.cache_clear()
    place = Place(s3, opensearch_url, tmp_path / "user.ini")
    yield place
    place.clear()


def replay(place: Place, *arguments: str) -> int:
    return main(["replay", "--stack", STACK, "--endpoint", place.url, "--user-ini", str(place.user_ini), *arguments])


def put(place: Place, *letters: Letter) -> None:
    place.s3.put_object(Bucket=LETTERS, Key=path_of(letters), Body=packed(letters))


def test_letters_are_listed_by_cause_or_each(place: Place, capsys: Output) -> None:
    place.load(*(record(number, time=place.IMPOSSIBLE) for number in range(3)))
    key = place.load(b"x" * 900, cut=20)
    assert replay(place, "--list") == 0
    shown = capsys.readouterr().out
    assert "deadtest" in shown
    assert "        3  2030-01-02 03:05" in shown
    assert "mapper_parsing_exception" in shown
    assert "truncated" in shown
    assert replay(place, "--list=each", "--reason", "TRUNCATED") == 0
    (head, line) = capsys.readouterr().out.splitlines()
    assert head.split() == ["notified", "log", "type", "letter", "reason"]
    assert key in line
    assert len(place.paths()) == 2


def test_letters_are_loaded_when_the_cause_is_gone_and_then_marked(place: Place, capsys: Output) -> None:
    place.load(record(1), *(record(number, time=place.IMPOSSIBLE) for number in (2, 3)))
    assert replay(place) == 1  # the cause is still there
    assert "deadtest" in capsys.readouterr().err
    assert [letter.number for letter in place.letters()] == [1, 2]
    place.mend()
    before = place.paths()
    assert replay(place, "--dry-run") == 0
    assert "would go" in capsys.readouterr().err
    assert (place.severities(), place.paths()) == ([], before)
    for _ in range(2):
        assert replay(place) == 0
        assert place.severities() == [2, 3]
        assert place.paths() == []
    assert "no letters of that kind wait" in capsys.readouterr().err
    (path,) = place.paths("replayed")
    assert path.startswith("replayed/deadtest/2030/01/02/")
    assert {document["aws"]["s3"]["object"]["record_number"] for document in place.documents()} == {1, 2}


def test_only_letters_that_are_meant_are_replayed(place: Place) -> None:
    key = place.load(record(1, time=place.IMPOSSIBLE))
    other = place.load(record(2, time=place.IMPOSSIBLE))
    place.mend()
    for nothing in (
        ("--log-type", "cloudtrail"), ("--reason", "no such"), ("--key", "*x"), ("--since", "2030-01-02T03:05:01Z"),
        ("--until", "2030-01-02T03:05:00Z"), ("--since", "2030-01-03"), ("--until", "2030-01-02"),
    ):  # fmt: skip
        assert replay(place, *nothing) == 0
        assert len(place.paths()) == 2, nothing
    meant = ("--log-type", "deadtest", "--reason", "MAPPER_parsing", "--since", "2030-01-02", "--until", "2030-01-03")
    assert replay(place, *meant, "--key", f"*{key[-20:]}") == 0
    assert place.severities() == [1]
    assert [letter.key for letter in place.letters()] == [other]


def test_what_fails_again_stays_with_its_new_reason_beside_what_was_stored(place: Place) -> None:
    key = place.load(record(1, time=place.IMPOSSIBLE), record(2, time=place.IMPOSSIBLE))
    place.mend()
    mapping = {"properties": {"event": {"properties": {"action": {"type": "long"}, "original": {"type": "long"}}}}}
    place.search.indices.put_mapping(index=place.index, body=mapping)
    # A configuration of today that makes of the second record what the index takes, as it holds no text any more.
    place.user_ini.write_text(
        place.user_ini.read_text()
        .replace("keep_original = true", "keep_original = false")
        .replace("action = action", "action = severity")
    )
    (letter,) = (one for one in place.letters() if one.number == 0)
    put(place, msgspec.structs.replace(letter, number=9, id="gone", record=None), *place.letters())
    assert replay(place) == 1
    assert place.severities() == [1, 2]
    (stays,) = place.letters()
    assert stays.number == 9
    assert "mapper_parsing_exception" in stays.reason
    assert stays.failed_at > "2030-03-17T17:46:40.000Z" or stays.failed_at != letter.failed_at
    assert [one.number for one in place.letters("replayed")] == [0, 1]
    assert key == stays.key


def test_the_rest_of_an_object_is_read_from_the_record_on_where_it_broke_off(place: Place, capsys: Output) -> None:
    key = place.load(*(record(number, pad=f"{number:0999}") for number in range(3000)), cut=-4000)
    (letter,) = place.letters()
    loaded = len(place.severities())
    assert 0 < loaded == letter.number < 3000
    assert replay(place) == 1
    assert "truncated" in capsys.readouterr().err
    assert [one.number for one in place.letters()] == [loaded]
    place.put(*(record(number, pad=f"{number:0999}") for number in range(3000)), key=key)
    put(place, msgspec.structs.replace(letter, version_id=None))
    assert replay(place) == 1  # of the old version, which stays as it is, and of the new one
    assert place.severities() == list(range(3000))
    assert [one.version_id for one in place.letters()] == [letter.version_id]


@pytest.mark.parametrize("keep", ["record", "document"])
def test_a_letter_whose_object_is_gone_is_replayed_from_what_it_holds(place: Place, keep: str) -> None:
    key = place.load(record(1, time=place.IMPOSSIBLE))
    (letter,) = place.letters()
    place.s3.delete_object(Bucket=BUCKET, Key=key, VersionId=letter.version_id)
    put(place, msgspec.structs.replace(letter, record=letter.record if keep == "record" else None))
    place.mend()
    assert replay(place) == 0
    (document,) = place.documents()
    assert document["event"]["severity"] == 1
    assert document["aws"]["s3"]["object"] == {"key": key, "record_number": 0}


def test_a_letter_that_nothing_can_be_made_of_stays(place: Place, capsys: Output) -> None:
    known: dict[str, Any] = {
        "kind": "record",
        "reason": "r",
        "bucket": BUCKET,
        "event_time": "2030-01-02T03:05:00.000Z",
        "failed_at": "x",
    }
    put(place, Letter(**known, log_type="deadtest", key="DeadTest/gone.gz", number=0))
    put(place, Letter(**known, log_type="former", key="Former/a.gz", number=0))
    place.s3.put_object(Bucket=LETTERS, Key="waiting/deadtest/2030/01/02/broken.ndjson.gz", Body=b"no letters")
    assert replay(place) == 1
    shown = capsys.readouterr().err
    for reason in ("its object is gone", "no log type takes the key any more", "is no file of dead letters"):
        assert reason in shown
    assert len(place.paths()) == 3
    place.s3.delete_object(Bucket=LETTERS, Key="waiting/deadtest/2030/01/02/broken.ndjson.gz")
    assert {one.log_type: one.reason for one in place.letters()} == {
        "deadtest": "its object is gone, and the record cannot be read without it",
        "former": "no log type takes the key any more",
    }


def test_nothing_moves_while_opensearch_is_away(place: Place, capsys: Output) -> None:
    place.load(record(1, time=place.IMPOSSIBLE))
    before = place.letters()
    arguments = ["replay", "--stack", STACK, "--endpoint", "http://127.0.0.1:9", "--user-ini", str(place.user_ini)]
    assert main(arguments) == 4
    assert "does not answer" in capsys.readouterr().err
    assert place.letters() == before


def test_letters_that_were_written_again_meanwhile_stay(place: Place) -> None:
    place.load(record(1, time=place.IMPOSSIBLE))
    bucket = LetterBucket(place.s3, LETTERS)
    (path,) = bucket.paths(Selection())
    part = bucket.read(path)
    assert part
    place.s3.put_object(Bucket=LETTERS, Key=path, Body=gzip.compress(b""))
    assert not bucket.settle(part, replayed=part.letters, waiting=(), moment="now")
    assert place.paths() == [path]


def test_so_many_records_pass_a_second() -> None:
    slept: list[float] = []
    pace = Pace(10, clock=lambda: sum(slept), sleep=slept.append)
    for _ in range(21):
        pace.wait()
    assert sum(slept) == pytest.approx(2)


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--bucket", "no-such-bucket-at-all"], 2, "there is none (NoSuchBucket"),
        (["--since", "soon"], 2, "--since soon: not an ISO 8601 time"),
        (["--stack", "no-such-stack"], 2, "stack no-such-stack (--stack)"),
    ],
)
def test_wrong_usage_is_said_in_one_line(
    place: Place, arguments: list[str], code: int, message: str, capsys: Output
) -> None:
    assert replay(place, *arguments) == code
    assert message in capsys.readouterr().err


@pytest.fixture
def queues(emulator: Emulator, outputs: dict[str, str]) -> Iterator[Any]:
    sqs = client(emulator, "sqs")
    yield sqs
    for name in ("DeadLetters", "NewObjects"):
        sqs.purge_queue(QueueUrl=outputs[name])


def waiting(sqs: Any, url: str) -> int:
    names = ["ApproximateNumberOfMessages"]
    return int(sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"][names[0]])


def test_messages_go_back_to_their_queue(
    place: Place, queues: Any, emulator: Emulator, outputs: dict[str, str], capsys: Output
) -> None:
    good, bad = place.put(record(1))[0], place.put(record(2), b"no json")[0]
    ids = [
        queues.send_message(QueueUrl=outputs["DeadLetters"], MessageBody=json.dumps(notification(key)))["MessageId"]
        for key in (good, bad, "DeadTest/gone.gz", *(f"Other/{number}" for number in range(12)))
    ]
    queues.send_message(QueueUrl=outputs["DeadLetters"], MessageBody="no notification")
    said(emulator, ids[0], "not acknowledged: OpenSearch does not answer")
    assert replay(place, "--queue", "--list") == 0
    shown = capsys.readouterr().out
    assert "OpenSearch does not answer" in shown
    assert "the message is unreadable" in shown
    assert "not in the function's log" in shown
    assert waiting(queues, outputs["DeadLetters"]) == 16
    assert replay(place, "--queue", "--dry-run", "--log-type", "deadtest") == 1
    shown = capsys.readouterr().out
    assert f"{good}: deadtest: 1 records, 1 documents, 0 failures" in shown
    assert f"{bad}: deadtest: 2 records, 1 documents, 1 failures" in shown
    assert "nothing to load" in shown
    assert replay(place, "--queue", "--reason", "does not ANSWER") == 0
    assert replay(place, "--queue", "--key", "Other/*", "--rate", "500") == 0
    shown = capsys.readouterr().err
    assert "1 messages moved back" in shown
    assert "12 messages moved back" in shown
    assert (waiting(queues, outputs["DeadLetters"]), waiting(queues, outputs["NewObjects"])) == (3, 13)
    (sent,) = queues.receive_message(QueueUrl=outputs["NewObjects"])["Messages"]
    assert json.loads(sent["Body"]) == notification(good)
    assert replay(place, "--queue", "--key", "Nothing/*") == 0
    assert "no messages of that kind" in capsys.readouterr().err


def said(emulator: Emulator, message_id: str, text: str) -> None:
    logs = client(emulator, "logs")
    group, stream = "/aws/lambda/replay-loader", "one"
    logs.create_log_group(logGroupName=group)
    logs.create_log_stream(logGroupName=group, logStreamName=stream)
    line = json.dumps({"level": "ERROR", "message": text, "message_id": message_id})
    logs.put_log_events(
        logGroupName=group, logStreamName=stream, logEvents=[{"timestamp": round(time.time() * 1000), "message": line}]
    )
