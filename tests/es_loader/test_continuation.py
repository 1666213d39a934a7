"""The rest of an object as a message: what is written is read, by the function's own event reader and through a queue."""

import json
from typing import Any

import boto3
import pytest
from botocore.config import Config
from hypothesis import given
from hypothesis import strategies as st

from es_loader import continuation
from es_loader.events import read_event
from es_loader.types import ObjectRef
from laptop.emulator import Emulator

NOW = 1_900_000_000_000
REF = ObjectRef(
    "a-bucket", 'a/key+with%20"signs" é', 1_893_553_445_678, version_id="v1", first_record=250_000, attempt=2
)
WRITTEN = json.loads(continuation.write(REF))


def event(*bodies: str) -> dict[str, Any]:
    return {"Records": [{"messageId": str(number), "body": body} for number, body in enumerate(bodies)]}


@given(
    st.builds(
        ObjectRef,
        st.text(min_size=1).filter(lambda text: text.isprintable()),
        st.text(st.characters(exclude_categories=["Cs"]), min_size=1),
        st.integers(0, 2**53),
        version_id=st.none() | st.just("v1"),
        first_record=st.integers(0, 2**53),
        attempt=st.integers(0, 100),
    )
)
def test_what_is_written_is_read_as_it_was(ref: ObjectRef) -> None:
    (message,) = read_event(event(continuation.write(ref)), now=NOW)
    assert message.refs == (ref,)
    assert message.errors == ()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"continuation": 2}, "version 2"),
        ({"continuation": None}, "version None"),
        ({"bucket": ""}, "damaged"),
        ({"key": 5}, "damaged"),
        ({"first_record": -1}, "damaged"),
        ({"first_record": "1"}, "damaged"),
        ({"attempt": None}, "damaged"),
        ({"event_time": "2030"}, "damaged"),
        ({"more": 1}, "damaged"),
    ],
)
def test_what_this_version_does_not_write_is_unreadable(change: dict[str, Any], reason: str) -> None:
    (message,) = read_event(event(json.dumps({**WRITTEN, **change})), now=NOW)
    assert message.refs == ()
    assert reason in message.errors[0]


def test_progress_starts_the_attempts_anew_and_without_it_they_end() -> None:
    further = continuation.rest_of(REF, REF.first_record + 1)
    assert further is not None
    assert (further.first_record, further.attempt) == (250_001, 0)
    ref, attempts = REF, []
    while (rest := continuation.rest_of(ref, ref.first_record)) is not None:
        attempts.append(rest.attempt)
        ref = rest
    assert attempts == list(range(3, continuation.MAX_ATTEMPTS + 1))


def client(endpoint_url: str) -> Any:
    return boto3.client(
        "sqs",
        endpoint_url=endpoint_url,
        region_name="us-east-1",
        aws_access_key_id="EXAMPLE",
        aws_secret_access_key="emulator",
        config=Config(connect_timeout=1, retries={"total_max_attempts": 1}),
    )


def test_any_number_of_rests_goes_through_the_queue(emulator: Emulator) -> None:
    sqs = client(emulator.endpoint_url)
    url = sqs.create_queue(QueueName="continuation-test")["QueueUrl"]
    refs = [ObjectRef("a-bucket", "k" * 1024, NOW, first_record=number) for number in range(23)]
    assert continuation.queue(refs, sqs=sqs, url=url) == [None] * 23
    seen: set[ObjectRef] = set()
    while len(seen) < 23:
        messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
        seen |= {ref for one in read_event(event(*(each["Body"] for each in messages)), now=NOW) for ref in one.refs}
    assert seen == set(refs)


def test_a_queue_that_is_not_there_takes_nothing_and_says_so(emulator: Emulator) -> None:
    for sqs, url in (
        (client(emulator.endpoint_url), f"{emulator.endpoint_url}/123456789012/none"),
        (client("http://127.0.0.1:9"), "http://127.0.0.1:9/none"),
    ):
        reasons = continuation.queue([REF] * 12, sqs=sqs, url=url)
        assert len(reasons) == 12
        assert all(reason and "sqs:SendMessage" in reason for reason in reasons)
