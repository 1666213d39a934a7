"""Lambda entry point: the function, wired up once in each process.

The environment names the domain in `OPENSEARCH_ENDPOINT`, the bucket of dead letters in `DEAD_LETTER_BUCKET`, and in
`QUEUE_URL` the queue that takes the rest of an object for which there was no time. Logs become JSON by the function's
own log format setting, which also adds the fields of `extra`.
"""

import logging
import os
import time
from functools import cache, partial
from typing import Any

from es_loader import continuation
from es_loader.budget import Budget
from es_loader.config import load_deployed_config
from es_loader.dead_letters import s3_store
from es_loader.enrich import databases_built, enrichers, geoip_directory
from es_loader.exclusions.own_logs import USER_AGENT, Own
from es_loader.exclusions.reading import ExclusionReader, Renewal, folders_of, s3_fetch, ssm_parameters
from es_loader.function import Function, no_queue
from es_loader.metrics import database_line
from es_loader.objects import open_object
from es_loader.pipeline import Loader
from es_loader.sinks.opensearch import bulk, connect

LOGGER = logging.getLogger("es_loader")


@cache
def _function() -> Function:
    """Return this process's function: everything that needs to be made only once."""
    logging.basicConfig(format="%(levelname)s %(message)s")  # Lambda has set up its own before, and this does nothing
    LOGGER.setLevel(os.environ.get("LOG_LEVEL", "INFO"))
    config = load_deployed_config()
    for problem in config.problems:
        LOGGER.error("configuration: %s", problem)
    now = time.time_ns() // 1_000_000
    loader = Loader(config, enrichers=partial(enrichers, geoip_directory=geoip_directory(os.environ), now=now))
    own = Own(os.environ.get("OWN_ROLE", ""), tuple(os.environ.get("LOG_BUCKET", "").split()))
    reader = ExclusionReader(
        config,
        folders_of(),
        own=own,
        fetch=s3_fetch(_s3),
        parameters=ssm_parameters(_ssm),
    )
    renew = Renewal(loader, reader)
    renew(now)
    loader.compile_all()
    client = connect(os.environ["OPENSEARCH_ENDPOINT"], region=os.environ.get("AWS_REGION"))
    function = Function(
        loader,
        post=bulk(client),
        open_object=lambda ref: open_object(ref, s3=_s3()),
        store=s3_store(_s3, os.environ["DEAD_LETTER_BUCKET"]) if "DEAD_LETTER_BUCKET" in os.environ else None,
        queue=_queue(),
        renew=renew,
    )
    function.emit(database_line(databases_built(geoip_directory(os.environ)), now=now))
    return function


@cache
def _s3() -> Any:
    return _client("s3", connect=5, read=20)  # twice both is less than budget.FLUSH_SECONDS


@cache
def _sqs() -> Any:
    return _client("sqs", connect=2, read=3)  # likewise of budget.ANSWER_SECONDS


@cache
def _ssm() -> Any:
    return _client("ssm", connect=2, read=2)  # a function must start without the parameter store too


def _client(service: str, *, connect: float, read: float) -> Any:
    """Return a boto3 client that tries twice, and waits so many seconds for a connection and for what it reads."""
    import boto3  # noqa: PLC0415 - slow to import
    from botocore.config import Config  # noqa: PLC0415

    config = Config(
        connect_timeout=connect,
        read_timeout=read,
        retries={"total_max_attempts": 2},
        user_agent_extra=USER_AGENT,
    )
    return boto3.client(service, config=config)  # type: ignore[call-overload]  # any service


def _queue() -> continuation.Queue:
    url = os.environ.get("QUEUE_URL")
    if not url:
        return no_queue
    return lambda refs: continuation.queue(refs, sqs=_sqs(), url=url) if refs else []


def handler(event: Any, context: Any) -> dict[str, Any]:
    """Answer one invocation."""
    budget = Budget.of(context.get_remaining_time_in_millis() / 1000)
    return _function().answer(event, now=time.time_ns() // 1_000_000, budget=budget)


if "AWS_LAMBDA_FUNCTION_NAME" in os.environ:
    _function()  # now, while a starting function has a whole processor for nothing
