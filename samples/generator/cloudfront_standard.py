"""Standard log of the assets' distribution: the old kind until the staff changes to version 2, then JSON."""

import json
from collections.abc import Iterator
from datetime import timedelta

from samples.generator import story
from samples.generator.alb import OK
from samples.generator.cloudfront_requests import Request, requests
from samples.generator.dice import Dice
from samples.generator.objects import LogObject, by_slice, text_object

HOUR = timedelta(hours=1)
CHANGED = story.at("11:00")
FIELDS = (
    "date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) cs(User-Agent)"
    " cs-uri-query cs(Cookie) x-edge-result-type x-edge-request-id x-host-header cs-protocol cs-bytes time-taken"
    " x-forwarded-for ssl-protocol ssl-cipher x-edge-response-result-type cs-protocol-version fle-status"
    " fle-encrypted-fields c-port time-to-first-byte x-edge-detailed-result-type sc-content-type sc-content-len"
    " sc-range-start sc-range-end"
)
CHOSEN = (
    "timestamp(ms) DistributionId date time x-edge-location c-ip c-port c-country cs-method cs(Host) x-host-header"
    " cs-protocol cs-protocol-version cs-uri-stem cs-uri-query sc-status sc-bytes cs-bytes time-taken cs(Referer)"
    " cs(User-Agent) x-forwarded-for ssl-protocol ssl-cipher x-edge-result-type x-edge-response-result-type"
    " x-edge-detailed-result-type x-edge-request-id sc-content-type sc-content-len"
)


def objects() -> Iterator[LogObject]:
    """Yield an object an hour."""
    dice = Dice("cloudfront-standard")
    place = f"AWSLogs/{story.SHOP}/CloudFront"
    for end, some in by_slice(requests(), lambda request: request.time, HOUR):
        begin = end - HOUR
        name = f"{story.DISTRIBUTION}.{begin:%Y-%m-%d-%H}.{dice.hex(8)}.gz"
        if begin < CHANGED:
            key = f"{place}/global/{story.DISTRIBUTION}/standard/{name}"
            yield text_object(
                "cloudfront-standard", key, [_row(one) for one in some], f"#Version: 1.0\n#Fields: {FIELDS}"
            )
        else:
            yield text_object("cloudfront-standard", f"{place}/{name}", [_json(one) for one in some])


def _row(request: Request) -> str:
    values = values_of(request)
    return "\t".join(values[name] for name in FIELDS.split())


def _json(request: Request) -> str:
    values = values_of(request)
    return json.dumps({name: values[name] for name in CHOSEN.split()}, separators=(",", ":"))


def values_of(request: Request) -> dict[str, str]:
    """Return every column of a request that either kind of the log has."""
    by_own_name = request.agent == "-"
    protocol = "HTTP/1.1" if by_own_name else "HTTP/2.0"
    seconds = f"{request.took / 1000:.3f}"
    return {
        **dict.fromkeys(FIELDS.split(), "-"),
        "timestamp(ms)": str(round(request.time.timestamp() * 1000)),
        "DistributionId": story.DISTRIBUTION,
        "date": f"{request.time:%Y-%m-%d}",
        "time": f"{request.time:%H:%M:%S}",
        "x-edge-location": request.edge,
        "sc-bytes": str(request.size),
        "c-ip": request.viewer,
        "c-port": str(request.port),
        "c-country": request.country,
        "cs-method": "GET",
        "cs(Host)": story.DISTRIBUTION_DOMAIN,
        "cs-uri-stem": request.stem,
        "sc-status": str(request.status),
        "cs(Referer)": request.referrer,
        "cs(User-Agent)": request.agent,
        "cs-uri-query": request.query,
        "x-edge-result-type": request.result,
        "x-edge-request-id": request.name,
        "x-host-header": story.DISTRIBUTION_DOMAIN if by_own_name else story.ASSETS_DOMAIN,
        "cs-protocol": "https",
        "cs-bytes": str(request.received),
        "time-taken": seconds,
        "ssl-protocol": "TLSv1.3",
        "ssl-cipher": "TLS_AES_128_GCM_SHA256",
        "x-edge-response-result-type": request.result,
        "cs-protocol-version": protocol,
        "time-to-first-byte": seconds,
        "x-edge-detailed-result-type": request.result,
        "sc-content-type": request.content_type,
        "sc-content-len": str(request.size - 271) if request.status == OK else "-",
    }
