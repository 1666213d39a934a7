"""The function against the emulator's alarms, trigger, tags and topic; what AWS refuses, with answers in its words."""

import io
import json
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from laptop.emulator import Emulator
from loader_pause import handler
from loader_pause.decision import Decision
from loader_pause.handler import TAG, Pause

NOW = datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)
SERVICES = ("cloudwatch", "lambda", "sns", "sqs")
ARN = "arn:aws:lambda:us-east-1:123456789012:event-source-mapping:11111111-2222-3333-4444-555555555555"


class Place:
    """A function on a queue, three alarms, and a topic with somebody who listens."""

    def __init__(self, aws: Emulator) -> None:
        access = {"aws_access_key_id": aws.env["AWS_ACCESS_KEY_ID"], "aws_secret_access_key": "emulator"}
        client: Any = boto3.client
        self.clients = {
            name: client(name, endpoint_url=aws.endpoint_url, region_name="us-east-1", **access) for name in SERVICES
        }
        self.name = f"pause-{uuid4().hex[:8]}"
        sqs, sns = self.clients["sqs"], self.clients["sns"]
        self.topic_arn = sns.create_topic(Name=self.name)["TopicArn"]
        self.inbox = sqs.create_queue(QueueName=f"{self.name}-inbox")["QueueUrl"]
        sns.subscribe(TopicArn=self.topic_arn, Protocol="sqs", Endpoint=self._queue_arn(self.inbox))
        self.mapping_arn = self._trigger()
        self.writes, self.space, self.recovering = (f"{self.name}-{each}" for each in ("writes", "space", "recovering"))
        for alarm in (self.writes, self.space, self.recovering):
            self.clients["cloudwatch"].put_metric_alarm(
                AlarmName=alarm,
                Namespace="AWS/ES",
                MetricName="FreeStorageSpace",
                Statistic="Minimum",
                Period=3600,
                EvaluationPeriods=1,
                Threshold=1,
                ComparisonOperator="LessThanThreshold",
                TreatMissingData="ignore",
            )
        self.alarms(writes="OK", space="OK", recovering="OK")

    def _queue_arn(self, url: str) -> str:
        found = self.clients["sqs"].get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        return str(found["Attributes"]["QueueArn"])

    def further_trigger(self) -> str:
        """The ARN of a trigger of another queue."""
        queue = self.clients["sqs"].create_queue(QueueName=f"{self.name}-further")["QueueUrl"]
        return self._mapping(queue)

    def _mapping(self, queue: str) -> str:
        mapping = self.clients["lambda"].create_event_source_mapping(
            FunctionName=self.name, EventSourceArn=self._queue_arn(queue)
        )
        return str(mapping["EventSourceMappingArn"])

    def _trigger(self) -> str:
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr("index.py", "def handler(event, context):\n    return {}\n")
        self.clients["lambda"].create_function(
            FunctionName=self.name,
            Runtime="python3.13",
            Role="arn:aws:iam::123456789012:role/any",
            Handler="index.handler",
            Code={"ZipFile": packed.getvalue()},
        )
        return self._mapping(self.clients["sqs"].create_queue(QueueName=self.name)["QueueUrl"])

    def alarms(self, **states: str) -> None:
        for name, state in states.items():
            self.clients["cloudwatch"].set_alarm_state(
                AlarmName=f"{self.name}-{name}", StateValue=state, StateReason="told to"
            )

    def switch(self, *, on: bool) -> None:
        """What an operator does."""
        self.clients["lambda"].update_event_source_mapping(UUID=self.uuid, Enabled=on)

    def answer(self) -> Decision:
        pause = Pause(
            clients=self.clients,
            mapping_arn=self.mapping_arn,
            pausing=(self.writes, self.space),
            resuming=(self.recovering,),
            topic_arn=self.topic_arn,
            name="aes-siem-loader-pause",
        )
        return pause.answer(now=NOW)

    @property
    def uuid(self) -> str:
        return self.mapping_arn.rpartition(":")[2]

    @property
    def is_on(self) -> bool:
        state = self.clients["lambda"].get_event_source_mapping(UUID=self.uuid)["State"]
        return state in {"Enabled", "Enabling"}

    @property
    def tag(self) -> str | None:
        tag: str | None = self.clients["lambda"].list_tags(Resource=self.mapping_arn)["Tags"].get(TAG)
        return tag

    def told(self) -> list[str]:
        """Take the subjects of what was reported since the last time."""
        found = self.clients["sqs"].receive_message(QueueUrl=self.inbox, MaxNumberOfMessages=10)
        messages = found.get("Messages", [])
        for each in messages:
            self.clients["sqs"].delete_message(QueueUrl=self.inbox, ReceiptHandle=each["ReceiptHandle"])
        return [json.loads(each["Body"])["Subject"] for each in messages]


@pytest.fixture
def place(emulator: Emulator) -> Iterator[Place]:
    place = Place(emulator)
    yield place
    place.clients["lambda"].delete_event_source_mapping(UUID=place.uuid)


def test_loading_stops_when_a_node_is_full_and_goes_on_only_with_room_to_spare(place: Place) -> None:
    assert place.answer() is Decision.NOTHING
    place.alarms(space="ALARM", recovering="ALARM")
    assert place.answer() is Decision.PAUSE
    assert (place.is_on, place.tag) == (False, "aes-siem-loader-pause at 2030-01-02T03:04:05Z")
    assert place.told() == ["aes-siem-loader-pause: loading is paused"]
    assert place.answer() is Decision.NOTHING
    place.alarms(space="OK")
    assert place.answer() is Decision.NOTHING
    assert not place.is_on
    place.alarms(recovering="OK")
    assert place.answer() is Decision.RESUME
    assert (place.is_on, place.tag) == (True, None)
    assert place.told() == ["aes-siem-loader-pause: loading is resumed"]
    assert place.answer() is Decision.NOTHING
    assert place.told() == []


def test_what_an_operator_switched_off_is_never_switched_on(place: Place) -> None:
    place.switch(on=False)
    place.alarms(writes="ALARM")
    assert place.answer() is Decision.NOTHING
    place.alarms(writes="OK")
    assert place.answer() is Decision.NOTHING
    assert (place.is_on, place.tag) == (False, None)
    assert place.told() == []


def test_an_operator_keeps_a_pause_by_taking_the_tag_away(place: Place) -> None:
    place.alarms(writes="ALARM")
    assert place.answer() is Decision.PAUSE
    place.clients["lambda"].untag_resource(Resource=place.mapping_arn, TagKeys=[TAG])
    place.alarms(writes="OK")
    assert place.answer() is Decision.NOTHING
    assert not place.is_on


def test_an_operator_who_switches_it_on_again_is_left_alone_once_there_is_room(place: Place) -> None:
    place.alarms(writes="ALARM")
    place.answer()
    place.switch(on=True)
    assert place.answer() is Decision.PAUSE
    place.switch(on=True)
    place.alarms(writes="OK")
    assert place.answer() is Decision.FORGET
    assert (place.is_on, place.tag) == (True, None)
    place.switch(on=False)
    assert place.answer() is Decision.NOTHING
    assert not place.is_on


def test_the_entry_point_finds_its_edges_in_the_environment(
    place: Place, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    further = place.further_trigger()
    own = {
        "AWS_LAMBDA_FUNCTION_NAME": "logs-loader-pause",
        "MAPPING_ARNS": f"{place.mapping_arn},{further}",
        "PAUSING_ALARMS": f"{place.writes},{place.space}",
        "RESUMING_ALARMS": place.recovering,
        "TOPIC_ARN": place.topic_arn,
    }
    for name, value in {**emulator.env, **own}.items():
        monkeypatch.setenv(name, value)
    place.alarms(writes="ALARM")
    handler.handler({}, None)
    assert not place.is_on
    state = place.clients["lambda"].get_event_source_mapping(UUID=further.rpartition(":")[2])["State"]
    assert state in {"Disabled", "Disabling"}
    assert place.told() == ["logs-loader-pause: loading is paused"] * 2


def test_a_trigger_that_is_being_changed_is_tried_again_and_stays_marked() -> None:
    """The emulator switches at once; AWS refuses while a change is under way."""
    client: Any = boto3.client
    clients = {
        name: client(name, region_name="us-east-1", aws_access_key_id="EXAMPLE", aws_secret_access_key="none")
        for name in SERVICES
    }
    alarms = [{"AlarmName": "writes", "StateValue": "ALARM"}]
    with Stubber(clients["cloudwatch"]) as cloudwatch, Stubber(clients["lambda"]) as mapping:
        cloudwatch.add_response("describe_alarms", {"MetricAlarms": alarms})
        mapping.add_response("get_event_source_mapping", {"State": "Updating"})
        mapping.add_response("list_tags", {"Tags": {}})
        tags = {TAG: "logs-loader-pause at 2030-01-02T03:04:05Z"}
        mapping.add_response("tag_resource", {}, {"Resource": ARN, "Tags": tags})
        mapping.add_client_error("update_event_source_mapping", "ResourceInUseException", http_status_code=400)
        pause = Pause(
            clients=clients,
            mapping_arn=ARN,
            pausing=("writes",),
            resuming=("recovering",),
            topic_arn="arn:aws:sns:us-east-1:123456789012:alarms",
            name="logs-loader-pause",
        )
        with pytest.raises(ClientError, match="ResourceInUseException"):
            pause.answer(now=NOW)
        mapping.assert_no_pending_responses()
