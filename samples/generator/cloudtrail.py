"""CloudTrail: two trails of management events, one of data events, and the Insights of one of them.

The organisation's trail delivers the shop's events, and through Control Tower's layout those of the security account;
the shop's own trail has the data events.
"""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta

from samples.generator import cloudtrail_attack, cloudtrail_background
from samples.generator.cloudtrail_attack import KALI, SECRETS_TRIED
from samples.generator.cloudtrail_calls import Call, Json, record
from samples.generator.dice import Dice
from samples.generator.objects import LogObject, by_slice, stamp
from samples.generator.story import DEPLOY, ORGANIZATION, RECORDED, REGION, SECURITY, SHOP, at

_ORGANIZATION_TRAIL = f"AWSLogs/{ORGANIZATION}/{SHOP}/"
_CONTROL_TOWER = f"{ORGANIZATION}/AWSLogs/{ORGANIZATION}/{SECURITY}/"
_OWN_TRAIL = f"AWSLogs/{SHOP}/"
_EVERY = timedelta(minutes=20)


def objects() -> Iterator[LogObject]:
    """Yield the objects of all trails."""
    dice = Dice("cloudtrail")
    for (prefix, region), calls in _trails(calls_of_the_day(dice)).items():
        for end, some in by_slice(calls, lambda call: call.time, _EVERY):
            yield _object((prefix, "CloudTrail", region), end, [record(call, dice) for call in some], dice)
    yield _object((_ORGANIZATION_TRAIL, "CloudTrail-Insight", REGION), at("09:50"), list(_insight(dice)), dice)


def calls_of_the_day(dice: Dice) -> list[Call]:
    """Return every call that some trail recorded, in order of time; with the dice of this module always the same."""
    made = (*cloudtrail_background.calls(dice), *cloudtrail_attack.calls(dice))
    return sorted((call for call in made if call.time in RECORDED), key=lambda call: call.time)


def _trails(calls: list[Call]) -> dict[tuple[str, str], list[Call]]:
    found: dict[tuple[str, str], list[Call]] = {}
    for call in calls:
        prefix = _OWN_TRAIL if call.data else _CONTROL_TOWER if call.caller.account == SECURITY else _ORGANIZATION_TRAIL
        found.setdefault((prefix, call.region), []).append(call)
    return found


def _object(place: tuple[str, str, str], end: datetime, records: list[Json], dice: Dice) -> LogObject:
    prefix, folder, region = place
    account = prefix.rstrip("/").rpartition("/")[2]
    name = f"{account}_{folder}_{region}_{stamp(end)}_{dice.letters(16)}.json.gz"
    content = json.dumps({"Records": records}, separators=(",", ":"))
    return LogObject(
        "cloudtrail", f"{prefix}{folder}/{region}/{end:%Y/%m/%d}/{name}", (content.encode(),), len(records)
    )


def _insight(dice: Dice) -> Iterator[Json]:
    """Yield start and end of the one Insight: far more refusals than ever."""
    shared = dice.uuid()
    for state, time in (("Start", at("09:32")), ("End", at("09:37"))):
        yield {
            "eventVersion": "1.11",
            "eventTime": f"{time:%Y-%m-%dT%H:%M:%SZ}",
            "awsRegion": REGION,
            "eventID": dice.uuid(),
            "eventType": "AwsCloudTrailInsight",
            "recipientAccountId": SHOP,
            "sharedEventID": shared,
            "insightDetails": {
                "state": state,
                "eventSource": "secretsmanager.amazonaws.com",
                "eventName": "GetSecretValue",
                "insightType": "ApiErrorRateInsight",
                "errorCode": "AccessDenied",
                "insightContext": _context(ended=state == "End"),
            },
            "eventCategory": "Insight",
        }


def _context(*, ended: bool) -> Json:
    rate = SECRETS_TRIED / 5
    duration = {"insightDuration": 5} if ended else {}
    values = (
        ("userIdentityArn", DEPLOY.arn),
        ("userAgent", KALI + "secretsmanager.get-secret-value"),
        ("errorCode", "AccessDenied"),
    )
    return {
        "statistics": {
            "baseline": {"average": 0.0021},
            "insight": {"average": rate},
            **duration,
            "baselineDuration": 10080,
        },
        "attributions": [
            {"attribute": attribute, "insight": [{"value": value, "average": rate}], "baseline": []}
            for attribute, value in values
        ],
    }
