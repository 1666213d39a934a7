"""Real-time log of the assets' distribution: every third request, by a data stream and Firehose, without a header."""

from collections.abc import Iterator
from datetime import timedelta

from samples.generator import story
from samples.generator.cloudfront_requests import Request, requests
from samples.generator.cloudfront_standard import values_of
from samples.generator.dice import Dice
from samples.generator.objects import LogObject, by_slice, text_object

EVERY = timedelta(minutes=15)
STREAM = "siem-cloudfront-realtime"
SAMPLED = {True: 1, False: 2}
FIELDS = (
    "timestamp c-ip time-to-first-byte sc-status sc-bytes cs-method cs-protocol cs-host cs-uri-stem cs-bytes"
    " x-edge-location x-edge-request-id x-host-header time-taken cs-protocol-version c-ip-version cs-user-agent"
    " cs-referer cs-cookie cs-uri-query x-edge-response-result-type x-forwarded-for ssl-protocol ssl-cipher"
    " x-edge-result-type fle-encrypted-fields fle-status sc-content-type sc-content-len sc-range-start sc-range-end"
    " c-port x-edge-detailed-result-type c-country cs-accept-encoding cs-accept cache-behavior-path-pattern cs-headers"
    " cs-header-names cs-headers-count"
)


def objects() -> Iterator[LogObject]:
    """Yield what Firehose writes every quarter of an hour."""
    dice = Dice("cloudfront-realtime")
    sampled = [request for request in requests() if dice.pick(SAMPLED)]
    place = f"AWSLogs/{story.SHOP}/CloudFront/global/{story.DISTRIBUTION}/realtime"
    for end, some in by_slice(sampled, lambda request: request.time, EVERY):
        begin = end - EVERY
        name = f"{STREAM}-1-{begin:%Y-%m-%d-%H-%M-%S}-{dice.uuid()}.gz"
        yield text_object("cloudfront-realtime", f"{place}/{begin:%Y/%m/%d/%H}/{name}", [_row(one) for one in some])


def _row(request: Request) -> str:
    values = values_of(request)
    headers = {"host": values["x-host-header"], "accept": "*/*", "accept-encoding": "gzip,%20br"}
    headers |= {} if request.agent == "-" else {"user-agent": request.agent}
    values |= {
        "timestamp": f"{request.time.timestamp():.3f}",
        "cs-host": values["cs(Host)"],
        "cs-uri-stem": request.path,
        "cs-user-agent": request.agent,
        "cs-referer": request.referrer,
        "cs-cookie": "-",
        "c-ip-version": "IPv6" if ":" in request.viewer else "IPv4",
        "cs-accept-encoding": headers["accept-encoding"],
        "cs-accept": headers["accept"],
        "cache-behavior-path-pattern": "*",
        "cs-headers": "".join(f"{name}:{value}%0A" for name, value in headers.items()),
        "cs-header-names": "".join(f"{name}%0A" for name in headers),
        "cs-headers-count": str(len(headers)),
    }
    return "\t".join(values[name] for name in FIELDS.split())
