"""Lambda events of every shape, and of no shape at all."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from es_loader.events import Message, Skipped, read_event
from es_loader.types import ObjectRef

NOW = 1_900_000_000_000
EVENT_MS = 1_893_553_445_678
SENT_MS = 1_893_553_450_000
BUCKET = "example-log"


def s3_record(key: str = "AWSLogs/a.log.gz", **stored: Any) -> dict[str, Any]:
    return {
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "eventTime": "2030-01-02T03:04:05.678Z",
        "eventName": "ObjectCreated:Put",
        "s3": {"bucket": {"name": BUCKET}, "object": {"key": key, "size": 10, **stored}},
    }


def s3_event(*records: dict[str, Any]) -> dict[str, Any]:
    return {"Records": list(records or (s3_record(),))}


def eventbridge(key: str = "AWSLogs/a.log.gz", **change: Any) -> dict[str, Any]:
    return {
        "version": "0",
        "id": "6a7e8feb-b491-4cf7-a9f1-bf3703467718",
        "detail-type": "Object Created",
        "source": "aws.s3",
        "account": "111122223333",
        "time": "2030-01-02T03:04:05Z",
        "region": "eu-west-1",
        "detail": {"bucket": {"name": BUCKET}, "object": {"key": key, "size": 10, "version-id": "v1"}},
        **change,
    }


def sns(value: Any) -> dict[str, Any]:
    return {"Type": "Notification", "Timestamp": "2030-01-02T03:04:06Z", "Message": json.dumps(value)}


def sqs(*bodies: Any) -> dict[str, Any]:
    return {
        "Records": [
            {
                "messageId": f"m{number}",
                "eventSource": "aws:sqs",
                "attributes": {"SentTimestamp": str(SENT_MS)},
                "body": body if isinstance(body, str) else json.dumps(body),
            }
            for number, body in enumerate(bodies)
        ]
    }


TEST_EVENT = {"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": BUCKET}
CLOUDTRAIL = {"s3Bucket": BUCKET, "s3ObjectKey": ["AWSLogs/a.log.gz"]}
FROM_S3 = ObjectRef(BUCKET, "AWSLogs/a.log.gz", EVENT_MS, size=10)
FROM_EVENTBRIDGE = ObjectRef(BUCKET, "AWSLogs/a.log.gz", 1_893_553_445_000, version_id="v1", size=10)


def only(event: Any) -> Message:
    (message,) = read_event(event, now=NOW)
    return message


@pytest.mark.parametrize(
    ("event", "message_id", "ref"),
    [
        (s3_event(), None, FROM_S3),
        ({"Records": [{"EventSource": "aws:sns", "Sns": sns(s3_event())}]}, None, FROM_S3),
        (eventbridge(), None, FROM_EVENTBRIDGE),
        (sqs(s3_event()), "m0", FROM_S3),
        (sqs(sns(s3_event())), "m0", FROM_S3),
        (sqs(eventbridge()), "m0", FROM_EVENTBRIDGE),
        (sqs(sns(eventbridge())), "m0", FROM_EVENTBRIDGE),
        (sqs(sqs(sns(s3_event()))), "m0", FROM_S3),
        (sqs({"version": "1.0", "requestPayload": s3_event(), "responsePayload": None}), "m0", FROM_S3),
        (sqs(sns(CLOUDTRAIL)), "m0", ObjectRef(BUCKET, "AWSLogs/a.log.gz", 1_893_553_446_000)),
    ],
    ids=[
        "s3",
        "sns",
        "eventbridge",
        "sqs",
        "sns in sqs",
        "eventbridge in sqs",
        "eventbridge in sns in sqs",
        "sqs in sqs",
        "failed invocation in sqs",
        "cloudtrail notification",
    ],
)
def test_every_shape_gives_the_object(event: Any, message_id: str | None, ref: ObjectRef) -> None:
    assert only(event) == Message(message_id, refs=(ref,))


def test_one_message_may_name_several_objects_and_an_event_has_several_messages() -> None:
    first, second = read_event(sqs(s3_event(s3_record("a"), s3_record("b")), s3_event(s3_record("c"))), now=NOW)
    assert [ref.key for ref in first.refs] == ["a", "b"]
    assert (second.message_id, [ref.key for ref in second.refs]) == ("m1", ["c"])


@pytest.mark.parametrize(
    ("stored", "key"),
    [
        ("a+b%2Bc", "a b+c"),
        ("AWSLogs/aws-account-id%3D111122223333/x.log", "AWSLogs/aws-account-id=111122223333/x.log"),
        ("r%C3%A9sum%C3%A9%2520.log", "résumé%20.log"),
    ],
)
def test_keys_are_decoded_once_in_s3_notifications_and_never_in_eventbridge_events(stored: str, key: str) -> None:
    assert only(sqs(s3_event(s3_record(stored)))).refs[0].key == key
    assert only(sqs(eventbridge(stored))).refs[0].key == stored


def test_the_version_of_the_object_is_kept() -> None:
    assert only(s3_event(s3_record(versionId="v7"))).refs[0].version_id == "v7"


@pytest.mark.parametrize(
    ("event_time", "expected"),
    [
        ("1970-01-01T00:00:00.123Z", 123),
        ("2030-01-02T05:04:05.678+02:00", EVENT_MS),
        ("2030-01-02T03:04:05.678", EVENT_MS),
        ("yesterday", SENT_MS),
        (None, SENT_MS),
    ],
)
def test_the_event_time_falls_back_to_the_time_the_message_was_sent(event_time: Any, expected: int) -> None:
    assert only(sqs(s3_event({**s3_record(), "eventTime": event_time}))).refs[0].event_time == expected


def test_without_any_time_the_event_happened_now() -> None:
    assert only({"Records": [{"s3": s3_record()["s3"]}]}).refs[0].event_time == NOW


@pytest.mark.parametrize(
    ("body", "skipped"),
    [
        (TEST_EVENT, Skipped("test event")),
        (sns(TEST_EVENT), Skipped("test event")),
        ({"Records": []}, Skipped("no records")),
        ({"Type": "SubscriptionConfirmation", "Message": "…"}, Skipped("SNS subscription notice")),
        (s3_event(s3_record("a/b/")), Skipped("folder marker", "a/b/")),
        (s3_event(s3_record("a", size=0)), Skipped("zero bytes", "a")),
        (
            eventbridge("a", detail={"bucket": {"name": BUCKET}, "object": {"key": "a", "size": 0}}),
            Skipped("zero bytes", "a"),
        ),
        (s3_event({**s3_record("a"), "eventName": "ObjectRemoved:Delete"}), Skipped("not about a new object", "a")),
        (eventbridge("a", **{"detail-type": "Object Deleted"}), Skipped("not about a new object", "a")),
        (eventbridge("a", **{"detail-type": "Scheduled Event", "detail": {}}), Skipped("not about a new object")),
    ],
)
def test_what_needs_no_loading_is_acknowledged_with_its_reason(body: Any, skipped: Skipped) -> None:
    assert only(sqs(body)) == Message("m0", skipped=(skipped,))


def test_an_unknown_size_is_not_zero() -> None:
    record = s3_record()
    del record["s3"]["object"]["size"]
    assert only(s3_event(record)).refs == (ObjectRef(BUCKET, "AWSLogs/a.log.gz", EVENT_MS),)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("Message Body", "not JSON"),
        ("", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[]", "JSON list"),
        ("null", "JSON NoneType"),
        ({"hello": 1}, "its fields: hello"),
        ({"Records": "x"}, "Records is no list"),
        ({"Records": [{"s3": {"bucket": {"name": BUCKET}}}]}, "without bucket name or object key"),
        ({"Records": [{"s3": {"bucket": {"name": ""}, "object": {"key": "a"}}}]}, "without bucket name"),
        ({"detail-type": "Object Created", "detail": "x"}, "without bucket name"),
        ({"Type": "Notification"}, "without Message"),
        ({"Type": []}, "without Message"),
        ({"Type": "Notification", "Message": 5}, "not JSON"),
        ({"Event": "s3:Other"}, "unknown Event"),
        ({"s3Bucket": BUCKET, "s3ObjectKey": "a"}, "without bucket or keys"),
        ({"s3Bucket": BUCKET, "s3ObjectKey": []}, "without bucket or keys"),
    ],
)
def test_an_unreadable_message_fails_alone(body: Any, why: str) -> None:
    first, second = read_event(sqs(body, s3_event()), now=NOW)
    assert why in first.errors[0]
    assert (first.message_id, first.refs) == ("m0", ())
    assert second == Message("m1", refs=(FROM_S3,))


def test_what_is_readable_in_an_unreadable_message_is_still_loaded() -> None:
    message = only(sqs(s3_event(s3_record(), {"s3": None})))
    assert message.refs == (FROM_S3,)
    assert message.errors


def test_endless_nesting_is_an_error() -> None:
    event: Any = s3_event()
    for _ in range(12):
        event = {"requestPayload": event}
    assert "levels deep" in only(event).errors[0]


NAMES = (
    *("Records", "s3", "bucket", "object", "name", "key", "size", "eventTime", "eventName"),
    *("body", "messageId", "attributes", "SentTimestamp", "Sns", "Type", "Message", "Event"),
    *("detail-type", "detail", "time", "requestPayload", "s3Bucket", "s3ObjectKey", "other"),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(NAMES),
            inner | st.sampled_from(["Object Created", "ObjectCreated:Put", "a/b", "{}", '{"Records":[]}', "9" * 13]),
            max_size=6,
        )
    ),
    max_leaves=25,
)


@given(JSON)
def test_any_json_gives_messages_and_each_says_what_became_of_it(event: Any) -> None:
    messages = read_event(event, now=NOW)
    assert messages
    assert all(message.refs or message.skipped or message.errors for message in messages if event != {"Records": []})


@given(st.text(max_size=200) | JSON.map(json.dumps))
def test_any_body_fails_or_loads_without_touching_its_neighbour(body: str) -> None:
    first, second = read_event(sqs(body, s3_event()), now=NOW)
    assert first.message_id == "m0"
    assert first.refs or first.skipped or first.errors
    assert second == Message("m1", refs=(FROM_S3,))
