"""Lambda entry point of the stack's custom resource: sets the domain up and tells CloudFormation how it went.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html
"""

import json
import logging
import os
import time
import urllib.request
from collections.abc import Callable
from typing import Any

from domain_setup.setup import Change, run
from es_loader.config import load_deployed_config
from es_loader.errors import ConfigError, LoaderError, RetryableError

LOGGER = logging.getLogger("domain_setup")
RESOURCE_ID = "siem-domain-setup"
DEADLINE_MARGIN = 20.0
"""Seconds kept for the answer to CloudFormation."""

PAUSE = 10.0
"""Seconds between attempts on a domain that does not answer yet: its name and policy take a while to be known."""

MAX_REASON = 800
"""Characters of a reason; CloudFormation takes a response of 4,096 bytes."""


def handler(event: dict[str, Any], context: Any) -> None:
    """Answer one request of CloudFormation; nothing that goes wrong leaves it waiting."""
    logging.basicConfig(format="%(levelname)s %(message)s")
    LOGGER.setLevel(logging.INFO)
    deadline = time.monotonic() + context.get_remaining_time_in_millis() / 1000 - DEADLINE_MARGIN
    status, reason, data = "SUCCESS", "", {}
    try:
        if event["RequestType"] != "Delete":  # templates go with the domain, which may be kept
            data = {"Changes": _summary(set_up(deadline))}
    except Exception as exc:  # noqa: BLE001 - the edge: an unanswered request holds the deployment for an hour
        status, reason = "FAILED", f"The domain could not be set up: {exc}"[:MAX_REASON]
        LOGGER.error(reason, exc_info=not isinstance(exc, LoaderError))  # noqa: TRY400
    respond(event, status, reason, data)


def set_up(
    deadline: float,
    *,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], object] = time.sleep,
) -> list[Change]:
    """Set the domain up, trying until the deadline while it cannot be reached or does not know this role yet.

    Raises:
        ConfigError: the configuration has mistakes; the text names all.
        LoaderError: the domain refuses.
    """
    config = load_deployed_config()
    if config.problems:
        raise ConfigError("; ".join(map(str, config.problems)))
    endpoint, region = os.environ["OPENSEARCH_ENDPOINT"], os.environ.get("AWS_REGION")
    while True:
        try:
            changes = run(endpoint=endpoint, region=region, config=config)
        except RetryableError as exc:
            if clock() + PAUSE > deadline:
                raise
            LOGGER.warning("trying again: %s", exc)
            sleep(PAUSE)
        else:
            for change in changes:
                LOGGER.info("%s", change)
            return changes


def respond(event: dict[str, Any], status: str, reason: str, data: dict[str, str]) -> None:
    """Put the answer where CloudFormation waits for it."""
    answer = {
        "Status": status,
        "Reason": reason,
        "PhysicalResourceId": event.get("PhysicalResourceId", RESOURCE_ID),
        "StackId": event["StackId"],
        "RequestId": event["RequestId"],
        "LogicalResourceId": event["LogicalResourceId"],
        "Data": data,
    }
    request = urllib.request.Request(  # noqa: S310 - the URL is CloudFormation's own
        event["ResponseURL"], data=json.dumps(answer).encode(), method="PUT", headers={"Content-Type": ""}
    )
    with urllib.request.urlopen(request, timeout=30):  # noqa: S310
        pass


def _summary(changes: list[Change]) -> str:
    counts = {action: sum(change.action == action for change in changes) for action in ("created", "updated", "unchanged")}
    return ", ".join(f"{count} {action}" for action, count in counts.items())
