"""Security Hub's events by EventBridge and Firehose: what its products found, and what the responders did with it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from samples.generator import guardduty, securityhub_controls, securityhub_ocsf, securityhub_scanners, story
from samples.generator import securityhub_parts as parts
from samples.generator.dice import Dice
from samples.generator.objects import LogObject, by_slice
from samples.generator.securityhub_parts import Tree
from samples.generator.story import REGION, SECURITY, at

STREAM = "aes-siem-firehose-securityhub"
EVERY = timedelta(minutes=30)
DELAY = timedelta(seconds=70)
IMPORTED = "Security Hub Findings - Imported"
CUSTOM_ACTION = "Security Hub Findings - Custom Action"
INSIGHT = "Security Hub Insight Results"
IN_OCSF = "Findings Imported V2"

_BACKDOOR = "Backdoor:EC2/C&CActivity.B"
_LEAKED_KEY = "UnauthorizedAccess:IAMUser/MaliciousIPCaller"
_TRIAGE = (
    ("12:31", "Recon:EC2/PortProbeUnprotectedPort", "SUPPRESSED", "Part of the incident of jump-1"),
    ("12:44", _BACKDOOR, "NOTIFIED", "jump-1 is compromised"),
    ("12:46", _LEAKED_KEY, "NOTIFIED", "The key of shop-deploy leaked"),
    ("12:47", "Exfiltration:S3/AnomalousBehavior", "NOTIFIED", "Exports were downloaded"),
    ("13:05", "Stealth:IAMUser/CloudTrailLoggingDisabled", "RESOLVED", "The trail is on again"),
    ("13:10", _LEAKED_KEY, "RESOLVED", "The key is deleted"),
    ("13:11", _BACKDOOR, "RESOLVED", "The host is isolated, to be rebuilt"),
)
"""When the workflow of GuardDuty's latest finding of a type changed, to which status, and the note with it."""

_ISOLATE = {"actionName": "Isolate host", "actionDescription": "Moves an instance into the group without rules"}
_TELL = {"actionName": "Tell the team", "actionDescription": "Posts to the channel of the incident"}
_SUSPICIOUS_USERS = {
    "insightArn": "arn:aws:securityhub:::insight/securityhub/default/6",
    "insightName": "IAM users with suspicious activity",
    "resultType": "ResourceAwsIamAccessKeyUserName",
    "insightResults": [{story.DEPLOY.name: 5}, {story.BACKDOOR.name: 2}],
}


@dataclass(frozen=True, slots=True)
class Event:
    """What EventBridge hands over: when, of which kind, with what."""

    time: datetime
    kind: str
    detail: Tree

    @property
    def records(self) -> int:
        """How many records it holds."""
        return len(self.detail.get("findings", (None,)))


def objects() -> Iterator[LogObject]:
    """Yield what Firehose writes every half an hour; nothing stands between two events."""
    dice = Dice("securityhub")
    for end, some in by_slice(_events(dice), lambda one: one.time, EVERY):
        begin = end - EVERY
        place = f"AWSLogs/{SECURITY}/SecurityHub/{REGION}/{begin:%Y/%m/%d/%H}"
        key = f"{place}/{STREAM}-1-{begin:%Y-%m-%d-%H-%M-%S}-{dice.uuid()}.gz"
        content = "".join(json.dumps(_carried(dice, one), separators=(",", ":")) for one in some)
        yield LogObject("securityhub", key, (content.encode(),), sum(one.records for one in some))


def _carried(dice: Dice, one: Event) -> Tree:
    """Return the event as Firehose gets it, in the account of the administrator."""
    return {
        "version": "0",
        "id": dice.uuid(),
        "detail-type": one.kind,
        "source": "aws.securityhub",
        "account": SECURITY,
        "time": f"{one.time:%Y-%m-%dT%H:%M:%SZ}",
        "region": REGION,
        "resources": [found["Id"] for found in one.detail.get("findings", ()) if "Id" in found],
        "detail": one.detail,
    }


def _events(dice: Dice) -> Iterator[Event]:
    reported = [parts.guardduty(export) for export in guardduty.updates()]
    for found in (*reported, *securityhub_controls.findings(dice), *securityhub_scanners.findings(dice)):
        yield Event(datetime.fromisoformat(found["UpdatedAt"]) + DELAY, IMPORTED, {"findings": [found]})
    for found in securityhub_ocsf.findings(dice):
        yield Event(datetime.fromisoformat(found["time_dt"]) + DELAY, IN_OCSF, {"findings": [found]})
    yield from _responders()


def _responders() -> Iterator[Event]:
    """Yield changes of workflows, which leave the times of a finding; an action on a host; a look at an insight."""
    last = {export["type"]: parts.guardduty(export) for export in guardduty.updates()}
    for clock, kind, status, words in _TRIAGE:
        note = {"Text": words, "UpdatedBy": story.INES.arn, "UpdatedAt": parts.iso(at(clock))}
        last[kind] = last[kind] | {"Workflow": {"Status": status}, "Note": note}
        yield Event(at(clock) + timedelta(seconds=2), IMPORTED, {"findings": [last[kind]]})
    notified = last[_BACKDOOR] | {"Workflow": {"Status": "NOTIFIED"}}
    yield Event(at("12:45:10"), INSIGHT, {**_TELL, **_SUSPICIOUS_USERS})
    yield Event(at("12:57:40"), CUSTOM_ACTION, {**_ISOLATE, "findings": [notified]})
