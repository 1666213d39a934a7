"""Settings of what goes on after the deployment: logs, alarms, removal."""

import re
from dataclasses import dataclass

from siem_stack.settings.rules import Rule, between, matching, one_of, setting

LOG_RETENTION_DAYS = (
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653
)  # fmt: skip
"""What CloudWatch Logs knows."""

MAX_SILENCE_HOURS = 168
"""CloudWatch looks back a week at most."""


@dataclass(frozen=True, kw_only=True)
class OperationsSettings:
    """Operations."""

    removal_policy: str = setting(
        "retain",
        one_of("retain", "destroy"),
        "What becomes of buckets, key and domain when the stack is deleted or no longer has them. `destroy` is for "
        "trying out; see [removal](removal.md).",
    )
    log_retention_days: int = setting(
        30,
        one_of(*LOG_RETENTION_DAYS),
        "How long the functions' and the domain's own logs are kept. It does not concern the logs in the bucket.",
    )
    alarm_email: str = setting(
        "",
        matching(r"(?:[^@\s,]+@[^@\s,]+\.[^@\s,]+)?", "an e-mail address, or empty"),
        "Address that is told of [alarms](monitoring.md); AWS first asks it to confirm. Empty: nobody is told, until "
        "somebody subscribes to the topic in the output `AlarmTopic`.",
    )
    oldest_message_hours: int = setting(
        4,
        between(1, 336, "hours"),
        "How long an object may wait to be loaded before there is an alarm.",
    )
    silence_alarms: str = setting(
        "",
        Rule(
            f"`log type=hours` with blanks between them, each log type once, 1 to {MAX_SILENCE_HOURS} hours, or empty",
            lambda value: _silences(value) is not None,
        ),
        "Log types of which an object must come at least every so many hours, as `cloudtrail=2 vpcflowlogs=1`; else "
        "there is an alarm.",
    )

    def silences(self) -> dict[str, int]:
        """Return the hours after which a log type that is silent raises an alarm."""
        return _silences(self.silence_alarms) or {}


def _silences(text: str) -> dict[str, int] | None:
    """Return hours by log type; None if the text is not what it must be."""
    pairs = [re.fullmatch(r"([A-Za-z0-9_.-]+)=([0-9]{1,3})", word) for word in text.split()]
    found = {pair[1]: int(pair[2]) for pair in pairs if pair and 1 <= int(pair[2]) <= MAX_SILENCE_HOURS}
    return found if len(found) == len(pairs) else None
