"""Whatever the members of a carrier hold, an object of any log type is read to its end."""

import pytest

from es_loader.pipeline import Loader
from tests.golden import builtin_config, cases, load_bytes

LOADER = Loader(builtin_config())
KEYS = {case.log_type: case.key for case in cases()}

HOSTILE = (
    *('"\\ud800"', "9" * 400, "[[[1]]]", '{"a": "\\udfff"}', "null", "true", "1e999"),
    *('"' + "H4sI" * 20 + '"', '"eyJh' + "A" * 40 + '"'),
)
"""Values: a lone surrogate, numbers of no type, other kinds, and text that looks like base64 of gzip and of JSON."""

CARRIERS = {
    "CloudWatch Logs": '{"messageType": "DATA_MESSAGE", "owner": %s, "logGroup": %s, "logStream": %s, "subscriptionFilters": %s, "logEvents": [{"id": %s, "timestamp": %s, "message": %s}, %s]}',
    "EventBridge": '{"detail-type": %s, "source": %s, "account": %s, "region": %s, "time": %s, "id": %s, "resources": %s, "detail": {"findings": [{"a": %s}]}}',
    "EventBridge, one": '{"detail-type": "x", "source": %s, "account": %s, "region": %s, "time": %s, "id": %s, "resources": %s, "detail": {"a": %s, "b": %s}}',
    "FireLens": '{"log": %s, "source": %s, "date": %s, "ecs_task_arn": %s, "partial_message": "true", "partial_id": %s, "partial_ordinal": %s, "container_id": %s, "k": %s}',
    "Firehose, Kinesis": '{"data": %s, "recordId": %s, "awslogs": {"data": %s}, "kinesis": %s, "rawData": %s, "errorCode": %s, "message": %s, "body": %s}',
}


@pytest.mark.parametrize("carrier", CARRIERS)
@pytest.mark.parametrize("name", KEYS)
def test_no_member_of_a_carrier_ends_an_object(name: str, carrier: str) -> None:
    places = CARRIERS[carrier].count("%s")
    for number, value in enumerate(HOSTILE):
        mixed = tuple(HOSTILE[(number + place) % len(HOSTILE)] for place in range(places))
        for values in ((value,) * places, mixed):
            _, report = load_bytes(LOADER, (CARRIERS[carrier] % values).encode(), KEYS[name])
            assert report.log_type == name
