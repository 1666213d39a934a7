"""The way that all logs go: bucket, key, queue, trigger, loader. One check each."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from es_loader.dead_letters import WAITING
from es_loader.doctor.arrivals import Arrivals
from es_loader.doctor.calls import Aws, CannotLook, Refused
from es_loader.doctor.findings import Finding, note, well, wrong
from es_loader.doctor.metric import Metric, values

OLDEST_HOURS = 4
"""As long as an object may wait by default before there is an alarm; see siem:oldest_message_hours."""

PAUSED_BY = "siem:paused-by"
"""Tag of a trigger that loader_pause switched off."""

_MANY = 1000
_OLDEST = Metric("AWS/SQS", "ApproximateAgeOfOldestMessage", "Maximum")
_RUNNING = frozenset({"Enabled", "Enabling", "Updating", "Creating"})
_NOTIFIED = ("QueueConfigurations", "TopicConfigurations", "EventBridgeConfiguration")
_RECENT = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Core:
    """What the checks look at: AWS in the stack's region, an output of the stack by its name, and the log."""

    aws: Aws
    output: Callable[[str], str]
    arrivals: Arrivals
    now: int


class Checked(NamedTuple):
    """One check's name and what it found."""

    name: str
    finding: Finding


def checks(core: Core) -> Iterator[Checked]:
    """Yield what each check found."""
    for name, check in CHECKS.items():
        try:
            finding = check(core)
        except CannotLook as exc:
            finding = exc.finding
        except Refused as exc:
            finding = wrong(str(exc), "Deploy again: what the stack made is not there.")
        yield Checked(name, finding)


def _bucket(core: Core) -> Finding:
    name = core.output("LogBucket")
    found = core.aws.ask("s3", "get_bucket_notification_configuration", Bucket=name)
    ways = [way for way in _NOTIFIED if way in found]
    if ways:
        return well(f"{name} tells of new objects")
    return wrong(f"{name} tells nobody of new objects", "Deploy again.", page="docs/doctor.md#log-bucket")


def _key(core: Core) -> Finding:
    state = core.aws.ask("kms", "describe_key", KeyId=core.output("EncryptionKey"))["KeyMetadata"]["KeyState"]
    if state == "Enabled":
        return well("the key is enabled")
    return wrong(
        f"the key is {state}", "Enable it, or cancel its deletion, before logs and domain are lost.",
        page="docs/doctor.md#encryption-key",
    )  # fmt: skip


def _trigger(core: Core) -> Finding:
    function = core.output("LoaderFunction")
    mappings = core.aws.ask("lambda", "list_event_source_mappings", FunctionName=function)["EventSourceMappings"]
    if not mappings:
        return wrong(f"{function} has no trigger", "Deploy again.", page="docs/doctor.md#trigger")
    off = [one for one in mappings if one["State"] not in _RUNNING]
    if not off:
        return well(f"{function} takes messages")
    arn = off[0].get("EventSourceMappingArn")
    tags = core.aws.ask("lambda", "list_tags", Resource=arn)["Tags"] if arn else {}
    if PAUSED_BY in tags:
        return wrong(f"paused by {tags[PAUSED_BY]}", "Make room in the domain.", page="docs/monitoring.md#pause")
    hint = f"aws lambda update-event-source-mapping --uuid {off[0]['UUID']} --enabled"
    return wrong(f"somebody switched it off ({off[0]['State']})", hint, page="docs/doctor.md#trigger")


def _queue(core: Core) -> Finding:
    url = core.output("NewObjects")
    count, hours = _waiting(core.aws, url), _oldest_hours(core, url.rpartition("/")[2])
    if hours is None:
        return well(f"{count:,} objects wait")
    text = f"{count:,} objects wait, the oldest for {hours:.1f} h"
    if hours < OLDEST_HOURS:
        return well(text)
    return wrong(text, "Look for the cause in this order.", page="docs/monitoring.md#oldest-message")


def _waiting(aws: Aws, url: str) -> int:
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    found = aws.ask("sqs", "get_queue_attributes", QueueUrl=url, AttributeNames=names)["Attributes"]
    return sum(map(int, found.values()))


def _oldest_hours(core: Core, name: str) -> float | None:
    """Return how long the oldest message has waited; None where CloudWatch does not say."""
    end = datetime.fromtimestamp(core.now / 1000, UTC)
    try:
        found = values(core.aws, _OLDEST, end - _RECENT, end, QueueName=name)
    except (CannotLook, Refused):
        return None
    return found[0] / 3600 if found else None


def _given_up(core: Core) -> Finding:
    count = _waiting(core.aws, core.output("DeadLetters"))
    if not count:
        return well("no object was given up")
    return wrong(
        f"{count:,} objects were given up after 50 attempts",
        "es-loader replay --queue --list",
        page="docs/troubleshooting.md#messages-in-the-dead-letter-queue",
    )


def _letters(core: Core) -> Finding:
    bucket = core.output("DeadLetterBucket")
    count = core.aws.ask("s3", "list_objects_v2", Bucket=bucket, Prefix=f"{WAITING}/", MaxKeys=_MANY)["KeyCount"]
    if not count:
        return well("no records wait to be replayed")
    more = "or more " if count == _MANY else ""
    return wrong(
        f"{count:,} {more}files of records could not be loaded", "es-loader replay --list", page="docs/dead-letters.md"
    )


def _loader(core: Core) -> Finding:
    found = core.arrivals
    if found.blind:
        raise found.blind
    trouble = found.troubles.get(None)
    if trouble is None:
        return well("no error of es-loader itself")
    text = f"{trouble.reason}{f' ({trouble.key})' if trouble.key else ''}"
    if any(last.time > trouble.time for last in found.last.values()):
        return note(f"{text}; objects were read since", page="docs/troubleshooting.md#what-became-of-an-object")
    return wrong(text, page="docs/troubleshooting.md#what-became-of-an-object")


def _unknown(core: Core) -> Finding:
    if core.arrivals.blind:
        raise core.arrivals.blind
    if core.arrivals.unknown is None:
        return well("every object has a log type")
    key = core.arrivals.unknown.key
    return note(
        f"no log type takes {key}", f"es-loader classify '{key}'", page="docs/troubleshooting.md#nothing-is-found"
    )


CHECKS: dict[str, Callable[[Core], Finding]] = {
    "log bucket": _bucket,
    "encryption key": _key,
    "trigger": _trigger,
    "queue": _queue,
    "dead-letter queue": _given_up,
    "dead letters": _letters,
    "es-loader": _loader,
    "unknown objects": _unknown,
}
