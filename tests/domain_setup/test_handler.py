"""CloudFormation hears how it went, whatever happens: success, failure in plain words, no answer in time."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue
from typing import Any

import pytest

from domain_setup.handler import (
    DEADLINE_MARGIN,
    LAST_WORD_MARGIN,
    MAX_REASON,
    RESOURCE_ID,
    Outcome,
    answer,
    handler,
    respond,
)
from domain_setup.handler import set_up as real_set_up
from domain_setup.setup import Change
from es_loader.errors import ConfigError, RetryableError

LONG = DEADLINE_MARGIN + 60


class Place:
    """Where CloudFormation waits: the bodies and headers that came, and the statuses to answer first."""

    def __init__(self) -> None:
        self.came: Queue[tuple[dict[str, Any], str | None]] = Queue()
        self.statuses: list[int] = []
        place = self

        class Answers(BaseHTTPRequestHandler):
            def do_PUT(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                status = place.statuses.pop(0) if place.statuses else 200
                if status == 200:
                    place.came.put((body, self.headers["content-type"]))
                self.send_response(status)
                self.end_headers()

            def log_message(self, *_: Any) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/answer?signature=secret"


@pytest.fixture
def place() -> Iterator[Place]:
    found = Place()
    thread = threading.Thread(target=found.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield found
    found.server.shutdown()
    thread.join()
    found.server.server_close()


def request(kind: str = "Create", url: str = "", **more: Any) -> dict[str, Any]:
    identity = {"StackId": "stack", "RequestId": "request", "LogicalResourceId": "DomainSetup"}
    return {"RequestType": kind, "ResponseURL": url, **identity, **more}


def outcomes(kind: str, set_up: Any) -> list[Outcome]:
    told: list[Outcome] = []
    answer(request(kind), seconds_left=LONG, set_up=set_up, respond=told.append)
    return told


def never(_deadline: float) -> list[Change]:
    raise AssertionError("must not be called")


def failing(error: Exception) -> Any:
    def set_up(_deadline: float) -> list[Change]:
        raise error

    return set_up


@pytest.mark.parametrize("kind", ["Create", "Update"])
def test_success_says_how_much_changed(kind: str) -> None:
    changes = [Change("/a", "created"), Change("/b", "unchanged"), Change("/c", "unchanged")]
    assert outcomes(kind, lambda _: changes) == [Outcome(data={"Changes": "1 created, 2 unchanged"})]


def test_deleting_does_nothing() -> None:
    assert outcomes("Delete", never) == [Outcome()]


def test_a_known_failure_gives_its_reason() -> None:
    (told,) = outcomes("Create", failing(ConfigError("[one] and [two] disagree")))
    assert told.reason == "The domain could not be set up: [one] and [two] disagree"


def test_an_unforeseen_failure_is_told_without_its_text() -> None:
    told: list[Outcome] = []
    with pytest.raises(ZeroDivisionError):
        answer(request(), seconds_left=LONG, set_up=failing(ZeroDivisionError("password")), respond=told.append)
    assert [one.reason for one in told] == [
        "The domain could not be set up: unforeseen ZeroDivisionError, see the function's log"
    ]


def test_a_request_that_lacks_everything_is_answered_too() -> None:
    told: list[Outcome] = []
    with pytest.raises(KeyError):
        answer({}, seconds_left=LONG, set_up=never, respond=told.append)
    assert "KeyError" in told[0].reason


def test_cloudformation_hears_before_lambda_ends_a_setup_that_hangs() -> None:
    told: Queue[Outcome] = Queue()
    heard: list[Outcome] = []

    def hanging(_deadline: float) -> list[Change]:
        heard.append(told.get(timeout=10))
        return []

    answer(request(), seconds_left=LAST_WORD_MARGIN, set_up=hanging, respond=told.put)
    assert "in the time that the function has" in heard[0].reason


def test_the_response_is_what_cloudformation_expects(place: Place) -> None:
    respond(request(url=place.url), Outcome(data={"Changes": "1 created"}))
    body, content_type = place.came.get(timeout=10)
    assert body == {
        "Status": "SUCCESS",
        "Reason": "",
        "PhysicalResourceId": RESOURCE_ID,
        "StackId": "stack",
        "RequestId": "request",
        "LogicalResourceId": "DomainSetup",
        "Data": {"Changes": "1 created"},
    }
    assert not content_type


def test_a_long_reason_is_cut_and_the_resource_keeps_its_id(place: Place) -> None:
    respond(request("Update", place.url, PhysicalResourceId="first"), Outcome("x" * 9000))
    body, _ = place.came.get(timeout=10)
    assert (body["Status"], body["Reason"], body["PhysicalResourceId"]) == ("FAILED", "x" * MAX_REASON, "first")


def test_a_response_that_fails_is_sent_again(place: Place) -> None:
    place.statuses = [503, 500]
    pauses: list[float] = []
    respond(request(url=place.url), Outcome(), sleep=pauses.append)
    assert place.came.get(timeout=10)[0]["Status"] == "SUCCESS"
    assert pauses == [1, 2]


def test_a_response_that_nobody_takes_is_an_error_without_the_signed_url(
    place: Place, caplog: pytest.LogCaptureFixture
) -> None:
    place.statuses = [503, 503, 503]
    with pytest.raises(OSError, match="503"):
        respond(request(url=place.url), Outcome(), sleep=lambda _: None)
    assert "signature" not in caplog.text


def test_a_domain_that_is_not_there_yet_is_tried_until_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENSEARCH_ENDPOINT", "http://127.0.0.1:9")
    moments = iter([0.0, 10.0, 25.0])
    pauses: list[float] = []
    with pytest.raises(RetryableError, match="cannot be reached"):
        real_set_up({}, 30.0, clock=lambda: next(moments), sleep=pauses.append)
    assert pauses == [10.0, 10.0]


def test_lambda_tells_cloudformation_that_the_domain_does_not_answer(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Context:
        def get_remaining_time_in_millis(self) -> int:
            return round(DEADLINE_MARGIN * 1000)

    monkeypatch.setenv("OPENSEARCH_ENDPOINT", "http://reader:secret@127.0.0.1:9")
    handler(request(url=place.url), Context())
    body, _ = place.came.get(timeout=10)
    assert body["Status"] == "FAILED"
    assert "cannot be reached" in body["Reason"]
    assert "secret" not in body["Reason"]
