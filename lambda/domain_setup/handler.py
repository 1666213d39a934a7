"""Lambda entry point of the stack's custom resource: sets the domain up, and CloudFormation always hears how it went.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html
"""

import json
import logging
import os
import sys
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from es_loader.errors import ConfigError, LoaderError, RetryableError

if TYPE_CHECKING:
    from domain_setup.setup import Change

LOGGER = logging.getLogger("domain_setup")
RESOURCE_ID = "siem-domain-setup"
DEADLINE_MARGIN = 40.0
"""Seconds before Lambda ends the invocation after which no attempt begins: one waits up to 30 for an answer."""

LAST_WORD_MARGIN = 8.0
"""Seconds before that end at which CloudFormation hears of a failure, whatever is still going on."""

PAUSE = 10.0
"""Seconds between attempts on a domain that does not answer yet: its name and policy take a while to be known."""

MAX_REASON = 800
"""Characters of a reason; CloudFormation takes a response of 4,096 bytes."""

RESPONSE_ATTEMPTS = 3
RESPONSE_TIMEOUT = 10.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What CloudFormation hears; no `reason` is success."""

    reason: str = ""
    data: dict[str, str] = field(default_factory=dict)


def handler(event: dict[str, Any], context: Any) -> None:
    """Answer one request of CloudFormation."""
    logging.basicConfig(format="%(levelname)s %(message)s")
    LOGGER.setLevel(logging.INFO)
    seconds_left = context.get_remaining_time_in_millis() / 1000
    answer(event, seconds_left=seconds_left, set_up=partial(set_up, event), respond=partial(respond, event))


def answer(
    event: dict[str, Any],
    *,
    seconds_left: float,
    set_up: Callable[[float], "list[Change]"],
    respond: Callable[[Outcome], None],
) -> None:
    """Do what a request wants and respond: also when that raises, and before it takes too long.

    CloudFormation takes the first response, so a second one does no harm.

    Args:
        event: as CloudFormation sends it.
        seconds_left: until Lambda ends the invocation.
        set_up: sets the domain up until a reading of the monotonic clock.
        respond: tells CloudFormation.
    """
    overdue = Outcome("The domain could not be set up in the time that the function has; its log says how far it came")
    last_word = threading.Timer(max(seconds_left - LAST_WORD_MARGIN, 0), respond, (overdue,))
    last_word.daemon = True
    last_word.start()
    outcome = None
    try:
        outcome = _outcome(event, set_up, time.monotonic() + seconds_left - DEADLINE_MARGIN)
    finally:
        last_word.cancel()
        # an unforeseen error's own text may hold what is not for CloudFormation's history
        unforeseen = (
            f"The domain could not be set up: unforeseen {type(sys.exception()).__name__}, see the function's log"
        )
        respond(outcome or Outcome(unforeseen))


def set_up(
    event: dict[str, Any],
    deadline: float,
    *,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], object] = time.sleep,
) -> "list[Change]":
    """Set the domain up, trying until the deadline while it cannot be reached or does not know this role yet.

    CloudFormation sends the properties of the last deployment along, a failed one's too when it goes back: who is in
    those only was given a role by this stack, and loses it.

    Raises:
        ConfigError: the configuration has mistakes; the text names all.
        LoaderError: the domain refuses.
    """
    # Imported here, so that CloudFormation hears even of a bundle that lacks a package or has one for another machine.
    from domain_setup.access import Access  # noqa: PLC0415
    from domain_setup.plan import Deployment  # noqa: PLC0415
    from domain_setup.setup import run  # noqa: PLC0415
    from es_loader.config import load_deployed_config  # noqa: PLC0415

    config = load_deployed_config()
    if config.problems:
        raise ConfigError("; ".join(map(str, config.problems)))
    access, former = (Access.of(event.get(name, {})) for name in ("ResourceProperties", "OldResourceProperties"))
    attempt = partial(
        run,
        endpoint=os.environ["OPENSEARCH_ENDPOINT"],
        region=os.environ.get("AWS_REGION"),
        config=config,
        access=access,
        former=former,
        deployment=Deployment.of(event.get("ResourceProperties", {})),
        downgrade=True,  # a rollback goes back
    )
    while True:
        try:
            return attempt()
        except RetryableError as exc:
            if clock() + PAUSE > deadline:
                raise
            LOGGER.warning("trying again: %s", exc)
            sleep(PAUSE)


def respond(event: dict[str, Any], outcome: Outcome, *, sleep: Callable[[float], object] = time.sleep) -> None:
    """Put the outcome where CloudFormation waits for it.

    Raises:
        OSError: that place does not answer, in several attempts.
    """
    body = {
        "Status": "FAILED" if outcome.reason else "SUCCESS",
        "Reason": outcome.reason[:MAX_REASON],
        "PhysicalResourceId": event.get("PhysicalResourceId", RESOURCE_ID),
        "StackId": event["StackId"],
        "RequestId": event["RequestId"],
        "LogicalResourceId": event["LogicalResourceId"],
        "Data": outcome.data,
    }
    request = urllib.request.Request(  # noqa: S310 - the URL is CloudFormation's own
        event["ResponseURL"],
        data=json.dumps(body).encode(),
        method="PUT",
        headers={"Content-Type": ""},  # the URL is signed without one
    )
    for attempt in range(1, RESPONSE_ATTEMPTS + 1):
        try:
            with urllib.request.urlopen(request, timeout=RESPONSE_TIMEOUT):  # noqa: S310 - as above
                return
        except OSError as exc:
            LOGGER.warning("CloudFormation cannot be told: %s", type(exc).__name__)
            if attempt == RESPONSE_ATTEMPTS:
                raise
            sleep(attempt)


def _outcome(event: dict[str, Any], set_up: Callable[[float], "list[Change]"], deadline: float) -> Outcome:
    if event["RequestType"] == "Delete":  # templates go with the domain, which may be kept
        return Outcome()
    try:
        changes = set_up(deadline)
    except LoaderError as exc:
        LOGGER.error("%s", exc)  # noqa: TRY400 - the text says all, a traceback says nothing more
        return Outcome(f"The domain could not be set up: {exc}")
    for change in changes:
        LOGGER.info("%s", change)
    counts = Counter(change.action for change in changes)
    return Outcome(data={"Changes": ", ".join(f"{number} {action}" for action, number in sorted(counts.items()))})
