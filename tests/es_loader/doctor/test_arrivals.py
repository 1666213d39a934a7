"""Metrics tell when something came, the log which object it was; without metrics the log alone."""

import json
from typing import Any

import pytest

from es_loader.doctor.arrivals import Arrivals, Last, arrivals
from es_loader.metrics import DIMENSION, NAMESPACE
from tests.es_loader.doctor.aws import NOW, SINCE, Stubbed

END, START = round(NOW.timestamp() * 1000), round(SINCE.timestamp() * 1000)
KEY = "AWSLogs/111122223333/CloudTrail/eu-west-1/2030/01/02/x.json.gz"


@pytest.fixture
def aws() -> Stubbed:
    return Stubbed()


def look(aws: Stubbed) -> Arrivals:
    return arrivals(
        aws.aws, "/aws/lambda/l", lambda key: "cloudtrail" if "Trail" in key else None, since=START, now=END
    )


def lines(aws: Stubbed, *messages: str, back: int = 60_000) -> None:
    """Answer one question to the log with these lines, a second between them."""
    events = [
        {"timestamp": END - back + number * 1000, "message": json.dumps({"level": "INFO", "message": text})}
        for number, text in enumerate(messages)
    ]
    aws.answer("logs", "filter_log_events", {"events": events})


def read(key: str = KEY, log_type: str = "cloudtrail") -> str:
    return f"read {key} as {log_type}: {{'records': 1}}"


def listed(aws: Stubbed, *names: str) -> None:
    metrics: list[dict[str, Any]] = [
        {"Namespace": NAMESPACE, "MetricName": "Objects", "Dimensions": [{"Name": DIMENSION, "Value": name}]}
        for name in names
    ]
    aws.answer("cloudwatch", "list_metrics", {"Metrics": [*metrics, {"Dimensions": []}]})


def counted(aws: Stubbed, *values: float) -> None:
    result = {"Id": "q0", "Timestamps": [NOW, SINCE][: len(values)], "Values": list(values)}
    aws.answer("cloudwatch", "get_metric_data", {"MetricDataResults": [result]})


def quiet(aws: Stubbed, times: int) -> None:
    for _ in range(times):
        aws.answer("logs", "filter_log_events", {"events": []})


def test_metrics_count_and_the_log_has_the_key(aws: Stubbed) -> None:
    listed(aws, "cloudtrail")
    counted(aws, 2, 5)
    lines(aws, read("older"), read(), read("other", "vpcflowlogs"))
    quiet(aws, 4)
    assert look(aws).last == {"cloudtrail": Last(END - 59_000, KEY, 7)}


def test_a_log_that_may_not_be_read_leaves_what_was_counted(aws: Stubbed) -> None:
    listed(aws, "cloudtrail")
    counted(aws, 2)
    aws.refuse("logs", "filter_log_events", "AccessDeniedException")
    found = look(aws)
    assert found.last == {"cloudtrail": Last(END, "", 2)}
    assert "needs logs:FilterLogEvents" in str(found.blind)


@pytest.mark.parametrize("denied", [True, False])
def test_without_metrics_the_log_is_searched_newest_first(aws: Stubbed, denied: bool) -> None:
    if denied:
        aws.refuse("cloudwatch", "list_metrics", "AccessDenied")
    else:
        listed(aws)
    lines(aws, read("first"), read())
    lines(aws, read("older"), read("dns", "route53resolver"), back=1_200_000)
    quiet(aws, 6)
    found = look(aws)
    assert {name: last.key for name, last in found.last.items()} == {"cloudtrail": KEY, "route53resolver": "dns"}


def test_a_function_that_never_ran_has_no_log(aws: Stubbed) -> None:
    listed(aws)
    aws.refuse("logs", "filter_log_events", "ResourceNotFoundException")
    found = look(aws)
    assert (found.last, found.troubles, found.blind) == ({}, {}, None)


TROUBLES = {
    "denied": (
        f"not acknowledged: s3://b/{KEY} may not be read: s3:GetObject is missing (AccessDenied: Access Denied)",
        ("cloudtrail", KEY, "s3:GetObject", True),
    ),
    "key denied": (
        f"not acknowledged: s3://b/{KEY} may not be read: kms:Decrypt on its key is missing (KMS.Disabled: x)",
        ("cloudtrail", KEY, "kms:Decrypt", True),
    ),
    "deleted": (f"skipped: s3://b/{KEY} does not exist (NoSuchKey)", ("cloudtrail", KEY, "", False)),
    "cut": (f"only the beginning of {KEY} could be read: truncated", ("cloudtrail", KEY, "", True)),
    "letters": (f"3 dead letters of {KEY} are in waiting/cloudtrail/x", ("cloudtrail", KEY, "", True)),
    "busy": (f"not acknowledged: {KEY}: OpenSearch is busy", ("cloudtrail", KEY, "", True)),
    "domain": (
        "not acknowledged: es:ESHttpPost on the domain is missing: no",
        (None, "", "es:ESHttpPost", True),
    ),
    "configuration": ("configuration: user.ini: [x] is wrong", (None, "", "", True)),
}


@pytest.mark.parametrize("case", TROUBLES)
def test_what_lines_say(aws: Stubbed, case: str) -> None:
    line, (log_type, key, permission, is_loss) = TROUBLES[case]
    listed(aws)
    quiet(aws, 4)
    lines(aws, line)
    quiet(aws, 3)
    trouble = look(aws).troubles[log_type]
    assert (trouble.key, trouble.permission, trouble.is_loss) == (key, permission, is_loss)


def test_an_object_that_no_log_type_takes(aws: Stubbed) -> None:
    listed(aws)
    quiet(aws, 4)
    lines(aws, "skipped: unknown key holiday.jpg", "skipped: folder marker x/")
    quiet(aws, 3)
    found = look(aws)
    assert found.unknown is not None
    assert (found.unknown.key, found.troubles) == ("holiday.jpg", {})
