"""What becomes of every entry, whatever a server answers. No network, and time that only passes in sleep."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from es_loader.errors import AccessError, RetryableError
from es_loader.sinks.delivery import NO_ANSWER, Entry, Item, Outcome, Patience, Post, Reply, deliver

GOOD = Reply(200)


@dataclass
class Clock:
    now: float = 0.0
    slept: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def patience(self, *, attempts: int = 8, seconds: float = 1e9, deadline: float = 1e9) -> Patience:
        return Patience(attempts, seconds, 30.0, deadline, lambda: self.now, self.sleep, lambda: 1.0)


def entries(count: int) -> list[Entry]:
    return [Entry(b'{"index":{"_id":"%d"}}' % number, b"{}", number, "log-a", str(number)) for number in range(count)]


def numbers(body: bytes) -> list[int]:
    return [int(line.split(b'"')[5]) for line in body.splitlines()[::2]]


def scripted(*replies: Reply) -> tuple[Post, list[list[int]]]:
    """Return a server with these replies, the last one for ever, and the list of the documents it was sent."""
    seen: list[list[int]] = []

    def post(body: bytes, _seconds: float) -> Reply:
        seen.append(numbers(body))
        return replies[min(len(seen), len(replies)) - 1]

    return post, seen


def items(*statuses: int) -> Reply:
    return Reply(200, items=[Item(status, "" if status < 300 else "why") for status in statuses])


def refs(outcome: Outcome) -> tuple[list[int], list[int]]:
    return [one.entry.ref for one in outcome.rejected], [one.entry.ref for one in outcome.failed]


def test_what_was_stored_is_sent_once() -> None:
    post, seen = scripted(GOOD)
    outcome = deliver(entries(3), post=post, patience=Clock().patience())
    assert (outcome.loaded, outcome.requests, outcome.retries, seen) == (3, 1, 0, [[0, 1, 2]])


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_only_what_the_server_was_too_busy_for_is_sent_again(status: int) -> None:
    post, seen = scripted(items(201, status, 200, status), items(201, status), items(201))
    outcome = deliver(entries(4), post=post, patience=Clock().patience())
    assert seen == [[0, 1, 2, 3], [1, 3], [3]]
    assert (outcome.loaded, outcome.retries, refs(outcome)) == (4, 2, ([], []))


def test_what_the_mapping_refuses_is_rejected_and_what_permissions_refuse_is_failed() -> None:
    post, seen = scripted(items(400, 201, 403, 404, 409))
    outcome = deliver(entries(5), post=post, patience=Clock().patience())
    assert (outcome.loaded, refs(outcome), len(seen)) == (1, ([0, 4], [2, 3]), 1)
    assert outcome.stopped is None


@pytest.mark.parametrize("status", [NO_ANSWER, 429, 503])
def test_waiting_doubles_up_to_a_limit_until_the_attempts_are_used_up(status: int) -> None:
    clock = Clock()
    post, seen = scripted(Reply(status, "why"))
    outcome = deliver(entries(2), post=post, patience=clock.patience())
    assert clock.slept == [0.5, 1, 2, 4, 8, 16, 20]
    assert seen == [[0, 1]] * 8
    assert refs(outcome) == ([], [0, 1])
    assert isinstance(outcome.stopped, RetryableError)


def test_waiting_is_jittered() -> None:
    clock = Clock()
    post, _ = scripted(Reply(429), GOOD)
    deliver(entries(1), post=post, patience=clock.patience()._replace(random=lambda: 0.0))
    assert clock.slept == [0.25]


@pytest.mark.parametrize(("seconds", "deadline"), [(3.6, 1e9), (1e9, 3.6)])
def test_nothing_is_tried_after_patience_or_the_deadline(seconds: float, deadline: float) -> None:
    clock = Clock()
    post, seen = scripted(Reply(429))
    outcome = deliver(entries(1), post=post, patience=clock.patience(seconds=seconds, deadline=deadline))
    assert clock.slept == [0.5, 1, 2]
    assert len(seen) == 4
    assert outcome.stopped


def test_no_answer_is_waited_for_longer_than_the_deadline() -> None:
    clock, waited = Clock(), list[float]()

    def post(_body: bytes, seconds: float) -> Reply:
        waited.append(seconds)
        clock.now += seconds
        return Reply(NO_ANSWER, "timed out")

    outcome = deliver(entries(1), post=post, patience=clock.patience(deadline=45))
    assert waited == [30, 14.5]
    assert clock.now == 45
    assert refs(outcome) == ([], [0])
    deliver(entries(1), post=post, patience=clock.patience(deadline=45))
    assert len(waited) == 2


def test_a_sleep_that_is_interrupted_ends_it() -> None:
    post, seen = scripted(Reply(429))
    deliver(entries(1), post=post, patience=Clock().patience()._replace(sleep=lambda _: True))
    assert len(seen) == 1


def test_items_that_stay_busy_fail_without_stopping_the_others() -> None:
    post, _ = scripted(items(201, 429), items(429))
    outcome = deliver(entries(2), post=post, patience=Clock().patience(attempts=3))
    assert (outcome.loaded, refs(outcome), outcome.stopped) == (1, ([], [1]), None)


@pytest.mark.parametrize("status", [400, 413])
def test_a_refused_request_is_halved_down_to_the_entry_at_fault(status: int) -> None:
    seen: list[list[int]] = []

    def post(body: bytes, _seconds: float) -> Reply:
        seen.append(numbers(body))
        return Reply(status, "why") if 2 in seen[-1] else GOOD

    outcome = deliver(entries(5), post=post, patience=Clock().patience())
    assert seen == [[0, 1, 2, 3, 4], [0, 1], [2, 3, 4], [2], [3, 4]]
    assert (outcome.loaded, refs(outcome), outcome.too_large) == (4, ([2], []), status == 413)


@pytest.mark.parametrize(("status", "kind"), [(401, AccessError), (403, AccessError), (404, RetryableError)])
def test_a_request_that_may_not_be_made_is_not_repeated(status: int, kind: type[RetryableError]) -> None:
    post, seen = scripted(Reply(status, "why"))
    outcome = deliver(entries(2), post=post, patience=Clock().patience())
    assert len(seen) == 1
    assert refs(outcome) == ([], [0, 1])
    assert type(outcome.stopped) is kind


def test_after_a_stop_the_other_half_is_not_even_tried() -> None:
    post, seen = scripted(Reply(413), Reply(403))
    outcome = deliver(entries(4), post=post, patience=Clock().patience())
    assert seen == [[0, 1, 2, 3], [0, 1]]
    assert sorted(refs(outcome)[1]) == [0, 1, 2, 3]


def test_an_answer_about_another_number_of_documents_is_none() -> None:
    post, seen = scripted(items(201), GOOD)
    outcome = deliver(entries(2), post=post, patience=Clock().patience())
    assert (outcome.loaded, len(seen)) == (2, 2)


REQUEST_STATUSES = st.sampled_from([200, 200, 200, NO_ANSWER, 400, 403, 413, 429, 503])
ITEM_STATUSES = st.sampled_from([200, 201, 400, 403, 409, 429, 503])


@given(st.integers(1, 9), st.data())
def test_every_entry_ends_in_exactly_one_way(count: int, data: st.DataObject) -> None:
    stored: set[int] = set()

    def post(body: bytes, _seconds: float) -> Reply:
        status = data.draw(REQUEST_STATUSES)
        sent = numbers(body)
        if status != 200:
            return Reply(status, "why")
        answers: Sequence[int] = data.draw(st.lists(ITEM_STATUSES, min_size=len(sent), max_size=len(sent)))
        stored.update(number for number, answer in zip(sent, answers, strict=True) if answer < 300)
        return items(*answers)

    outcome = deliver(entries(count), post=post, patience=Clock().patience(attempts=3))
    rejected, failed = refs(outcome)
    assert sorted([*stored, *rejected, *failed]) == list(range(count))
    assert outcome.loaded == len(stored)


@pytest.mark.parametrize(
    "reason",
    [
        "index_closed_exception: closed",
        "validation_exception: Validation Failed: 1: this action would add [2] total LOCAL_ONLY shards, but this cluster currently has [1]/[1] maximum LOCAL_ONLY shards open;",
    ],
)
def test_what_a_whole_index_refuses_is_no_records_fault(reason: str) -> None:
    post, _ = scripted(Reply(200, items=[Item(400, reason), Item(400, "mapper_parsing_exception: why")]))
    outcome = deliver(entries(2), post=post, patience=Clock().patience())
    assert refs(outcome) == ([1], [0])
