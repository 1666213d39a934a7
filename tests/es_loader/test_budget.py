"""How an invocation's time is divided."""

import pytest

from es_loader.budget import ANSWER_SECONDS, ENDLESS, FLUSH_SECONDS, Budget


def test_a_long_invocation_keeps_what_its_last_requests_and_its_answer_take() -> None:
    budget = Budget.of(600, clock=lambda: 1000.0)
    assert budget.sending == 1600 - ANSWER_SECONDS
    assert budget.reading == budget.sending - FLUSH_SECONDS


@pytest.mark.parametrize("seconds", [0.5, 4.0, 60.0, 149.0])
def test_a_short_one_reads_for_half_of_its_time(seconds: float) -> None:
    budget = Budget.of(seconds, clock=lambda: 0.0)
    assert budget.reading == pytest.approx(seconds / 2)
    assert budget.reading < budget.sending < seconds


def test_it_is_spent_when_reading_ends() -> None:
    now = [0.0]
    budget = Budget.of(600, clock=lambda: now[0])
    assert not budget.is_spent()
    now[0] = budget.reading
    assert budget.is_spent()
    assert not ENDLESS.is_spent()
