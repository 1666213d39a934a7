"""Lambda entry point: an alarm changed, or some minutes have gone by; either way everything is looked at anew.

So neither the order of events nor a lost one matters. Who switched the trigger off is in a tag on it: a mapping that
has not got the tag is an operator's, and is never switched on. Nothing is lost meanwhile: objects are in the bucket,
and their messages in the queue.
"""

import logging
import os
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from loader_pause.decision import Decision, Situation, decide

LOGGER = logging.getLogger("loader_pause")

TAG = "siem:paused-by"
OFF = frozenset({"Disabled", "Disabling"})
"""States of an event source mapping that takes no messages."""

SUBJECT = "{name}: loading is {done}"
"""At most 100 characters of ASCII."""

TEXT = {
    Decision.PAUSE: (
        "paused",
        (
            "The domain has no room for documents, or blocks writing, so es-loader takes no more messages. Nothing is "
            "lost: the objects are in the log bucket, and their messages wait in the queue, for 14 days in all.\n\n"
            "Make room: delete indices that nobody needs, shorten the retention, or enlarge siem:volume_size. Loading "
            "goes on by itself when the alarms below are OK."
        ),
    ),
    Decision.RESUME: ("resumed", "The domain has room again; es-loader takes what has piled up in the queue."),
}


class Pause:
    """The trigger, and the alarms that it depends on.

    Args:
        clients: boto3 clients of cloudwatch, lambda and sns.
        mapping_arn: of the trigger.
        pausing: names of the alarms that say that the domain has no room.
        resuming: names of the alarms that must be OK as well before loading goes on.
        topic_arn: where what was done is reported.
        name: of this function.
    """

    def __init__(
        self,
        *,
        clients: Mapping[str, Any],
        mapping_arn: str,
        pausing: Sequence[str],
        resuming: Sequence[str],
        topic_arn: str,
        name: str,
    ) -> None:
        self._cloudwatch, self._lambda, self._sns = (clients[each] for each in ("cloudwatch", "lambda", "sns"))
        self._arn = mapping_arn
        self._uuid = mapping_arn.rpartition(":")[2]
        self._pausing, self._alarms = pausing, (*pausing, *resuming)
        self._topic_arn = topic_arn
        self._name = name

    def answer(self, *, now: datetime) -> Decision:
        """Look at everything, and do what is to be done.

        Raises:
            ClientError: AWS refuses, or the trigger is being changed at this moment; Lambda tries again.
        """
        situation = self._situation()
        decision = decide(situation, pausing=self._pausing)
        states = ", ".join(f"{name} {state}" for name, state in sorted(situation.states.items()))
        LOGGER.info("%s: trigger %s; %s", decision, "on" if situation.enabled else "off", states)
        if decision is Decision.PAUSE:
            # The tag comes first: a function that ends in between finds it, and switches off what it has tagged.
            self._lambda.tag_resource(Resource=self._arn, Tags={TAG: f"{self._name} at {now:%Y-%m-%dT%H:%M:%SZ}"})
            self._switch(on=False)
        elif decision is Decision.RESUME:
            self._switch(on=True)
        if decision in {Decision.RESUME, Decision.FORGET}:
            self._lambda.untag_resource(Resource=self._arn, TagKeys=[TAG])
        if decision in TEXT:
            self._report(decision, states)
        return decision

    def _situation(self) -> Situation:
        found = self._cloudwatch.describe_alarms(AlarmNames=list(self._alarms), AlarmTypes=["MetricAlarm"])
        states = {each["AlarmName"]: each["StateValue"] for each in found["MetricAlarms"]}
        mapping = self._lambda.get_event_source_mapping(UUID=self._uuid)
        tags = self._lambda.list_tags(Resource=self._arn)["Tags"]
        missing = dict.fromkeys(self._alarms, "missing")
        return Situation(missing | states, enabled=mapping["State"] not in OFF, ours=TAG in tags)

    def _switch(self, *, on: bool) -> None:
        self._lambda.update_event_source_mapping(UUID=self._uuid, Enabled=on)

    def _report(self, decision: Decision, states: str) -> None:
        done, text = TEXT[decision]
        subject = SUBJECT.format(name=self._name, done=done)
        self._sns.publish(TopicArn=self._topic_arn, Subject=subject, Message=f"{text}\n\n{states}")


def handler(_event: Any, _context: Any) -> None:
    """Answer one invocation."""
    import boto3  # noqa: PLC0415 - slow to import

    logging.basicConfig(format="%(levelname)s %(message)s")  # Lambda has set up its own before, and this does nothing
    LOGGER.setLevel(os.environ.get("LOG_LEVEL", "INFO"))
    clients = {name: boto3.client(name) for name in ("cloudwatch", "lambda", "sns")}
    for mapping_arn in os.environ["MAPPING_ARNS"].split(","):
        pause = Pause(
            clients=clients,
            mapping_arn=mapping_arn,
            pausing=os.environ["PAUSING_ALARMS"].split(","),
            resuming=os.environ["RESUMING_ALARMS"].split(","),
            topic_arn=os.environ["TOPIC_ARN"],
            name=os.environ["AWS_LAMBDA_FUNCTION_NAME"],
        )
        pause.answer(now=datetime.now(UTC))
