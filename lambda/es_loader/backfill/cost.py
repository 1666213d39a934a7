"""What a backfill takes: time of the loader, requests, and their price."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from statistics import median
from typing import NamedTuple

from es_loader.backfill.selection import Found

PAGE = 1000
"""Objects that one ListObjectsV2 tells."""

MESSAGES = 10
"""Of a batch: one SendMessageBatch, one ReceiveMessage, one DeleteMessageBatch and one invocation for so many."""

OBJECT_SECONDS = 0.05
"""Assumed for opening an object in S3, whatever its size."""

DEFAULT_MEMORY = 1769
"""MB of the loader, as `siem:loader_memory` has it by default: one whole processor."""

REGION = "us-east-1"


class Rate(NamedTuple):
    """USD for one unit: the list price of the first tier in REGION, with the page that says so and its date."""

    unit: str
    usd: float
    source: str
    date: str


RATES = {
    "lambda-gb-second": Rate(
        "GB-second, arm64", 0.0000133334, "https://cloudchipr.com/blog/aws-lambda-pricing", "2024"
    ),
    "lambda-request": Rate("invocation", 0.20 / 1e6, "https://cloudchipr.com/blog/aws-lambda-pricing", "2024"),
    "s3-get": Rate("GET request, S3 Standard", 0.0004 / 1e3, "https://c3x.dev/blog/s3-request-fees-explained", ""),
    "s3-list": Rate("LIST request", 0.005 / 1e3, "https://c3x.dev/blog/s3-request-fees-explained", ""),
    "sqs-request": Rate(
        "request, standard queue", 0.40 / 1e6, "https://cloudburn.io/blog/amazon-sqs-pricing", "2026-03"
    ),
}
"""AWS's own price pages fill in their numbers by a script, so others' are named; see docs/backfill.md."""


class Line(NamedTuple):
    """So many units of a rate, and what they cost."""

    name: str
    amount: float
    usd: float


class Estimate(NamedTuple):
    """Processor seconds of the loader, and what is paid for, without OpenSearch and the free tier."""

    seconds: float
    lines: tuple[Line, ...]

    @property
    def usd(self) -> float:
        """Return the sum."""
        return sum(line.usd for line in self.lines)


def estimate(found: Found, *, memory: int = DEFAULT_MEMORY, prices: Mapping[str, float] | None = None) -> Estimate:
    """Estimate what loading the objects takes.

    Args:
        found: their number and bytes, by log type.
        memory: of the loader, MB; less than a whole processor is slower in proportion.
        prices: USD a unit in place of RATES.
    """
    usd = {name: rate.usd for name, rate in RATES.items()} | dict(prices or {})
    objects = found.objects.total()
    batches = -(-objects // MESSAGES)
    work = sum(size / _speed(name) for name, size in found.size.items()) / min(1.0, memory / DEFAULT_MEMORY)
    seconds = work + objects * OBJECT_SECONDS
    amounts = {
        "lambda-gb-second": seconds * memory / 1024,
        "lambda-request": batches,
        "s3-get": objects,
        "s3-list": 2 * -(-found.listed // PAGE),
        "sqs-request": 3 * batches,
    }
    return Estimate(seconds, tuple(Line(name, amount, amount * usd[name]) for name, amount in amounts.items()))


@cache
def _speeds() -> dict[str, float]:
    found: dict[str, float] = json.loads(Path(__file__).parents[1].joinpath("object_speed.json").read_text())
    return found


def _speed(log_type: str) -> float:
    """Return the bytes of objects a second of one processor; of users' log types, what is usual."""
    return _speeds().get(log_type) or median(_speeds().values())
