"""Every situation, and what follows from it."""

import pytest

from loader_pause.decision import Decision, Situation, decide

PAUSING = ("writes", "space")


def states(writes: str, space: str, recovering: str) -> dict[str, str]:
    return {"writes": writes, "space": space, "recovering": recovering}


@pytest.mark.parametrize(
    ("found", "enabled", "ours", "decision"),
    [
        # The domain has no room, or blocks writing.
        (states("ALARM", "OK", "OK"), True, False, Decision.PAUSE),
        (states("OK", "ALARM", "ALARM"), True, False, Decision.PAUSE),
        (states("OK", "ALARM", "INSUFFICIENT_DATA"), True, True, Decision.PAUSE),
        (states("ALARM", "ALARM", "ALARM"), False, True, Decision.NOTHING),
        (states("ALARM", "ALARM", "ALARM"), False, False, Decision.NOTHING),
        # It has room to go on, but not enough to begin again.
        (states("OK", "OK", "ALARM"), False, True, Decision.NOTHING),
        (states("OK", "OK", "ALARM"), True, False, Decision.NOTHING),
        (states("OK", "OK", "INSUFFICIENT_DATA"), False, True, Decision.NOTHING),
        (states("INSUFFICIENT_DATA", "OK", "OK"), False, True, Decision.NOTHING),
        (states("OK", "OK", "missing"), False, True, Decision.NOTHING),
        # It has recovered.
        (states("OK", "OK", "OK"), False, True, Decision.RESUME),
        (states("OK", "OK", "OK"), True, True, Decision.FORGET),
        # What an operator switched off stays off.
        (states("OK", "OK", "OK"), False, False, Decision.NOTHING),
        (states("OK", "OK", "OK"), True, False, Decision.NOTHING),
    ],
)
def test_a_situation_decides(found: dict[str, str], enabled: bool, ours: bool, decision: Decision) -> None:
    assert decide(Situation(found, enabled, ours), pausing=PAUSING) is decision
