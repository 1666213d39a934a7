"""How the alarms and es-loader's trigger stand -> what to do. The trigger is the queue's event source mapping.

| domain | trigger | paused by us | |
| --- | --- | --- | --- |
| blocked | on | yes or no | pause |
| blocked | off | yes or no | nothing: it is paused, or an operator's |
| recovered | off | yes | resume |
| recovered | on | yes | forget that it was paused: an operator switched it on |
| recovered | | no | nothing: what an operator switched off stays off |
| neither | | | nothing: there is room to go on, but not enough to begin again |
"""

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import NamedTuple

ALARM, OK = "ALARM", "OK"


class Decision(StrEnum):
    """What to do with the trigger."""

    FORGET = "forget"
    NOTHING = "nothing"
    PAUSE = "pause"
    RESUME = "resume"


class Situation(NamedTuple):
    """What a decision rests on.

    Attributes:
        states: of all alarms, by name: OK, ALARM or INSUFFICIENT_DATA.
        enabled: the trigger is on, or is being switched on.
        ours: this function has switched it off.
    """

    states: Mapping[str, str]
    enabled: bool
    ours: bool


def decide(situation: Situation, *, pausing: Collection[str]) -> Decision:
    """Return what to do.

    Args:
        situation: see there.
        pausing: names of the alarms that say that the domain has no room; the others must be OK as well before it is
            resumed.
    """
    if any(situation.states.get(name) == ALARM for name in pausing):
        return Decision.PAUSE if situation.enabled else Decision.NOTHING
    recovered = set(situation.states.values()) == {OK}
    if not (recovered and situation.ours):
        return Decision.NOTHING
    return Decision.FORGET if situation.enabled else Decision.RESUME
