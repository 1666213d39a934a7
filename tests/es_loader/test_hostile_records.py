"""Hostile records that once were lost, partly lost, held for ever or read in quadratic time: each a regression."""

import json
from typing import Any

import pytest

from es_loader.formats import csv
from es_loader.normalize import tls
from es_loader.pipeline import Loader
from tests.golden import builtin_config, cases, load_bytes
from tests.timing import within

LOADER = Loader(builtin_config())
KEYS = {case.log_type: case.key for case in cases()}
NEEDLE = "needle0815"

CLOUDTRAIL: dict[str, Any] = {
    "eventTime": "2030-01-02T03:04:05Z",
    "eventName": "GetObject",
    "eventSource": "s3.amazonaws.com",
    "eventID": "1",
}
FLOW = "2 111122223333 eni-0a1b2c3d4e5f60718 10.0.1.5 203.0.113.7 40000 443 {} 10 8400 1893552840 1893552899 ACCEPT OK"
FLOW_HEADER = (
    """version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action
    log-status""".replace("\n   ", "")
    + "\n"
)
CLB = '2030-01-02T02:51:07.316482Z legacy 198.51.100.23:51544 10.0.0.1:80 0.1 0.2 {} {} - 1 2 "{}" "-" - -'


def cloudtrail(**members: Any) -> str:
    return json.dumps(CLOUDTRAIL | members)


@pytest.mark.parametrize(
    ("log_type", "record"),
    [
        ("cloudtrail", cloudtrail(tlsDetails={"tlsVersion": "TLSv1.3", "newest": NEEDLE})),
        ("cloudtrail", cloudtrail(userIdentity={"type": "IAMUser", "sessionContext": {"attributes": {"newest": NEEDLE}}})),
        ("cloudtrail", cloudtrail(userIdentity={"principalId": "9" * 2_000 + NEEDLE})),
        ("cloudtrail", cloudtrail(resources=[{"ARN": "arn:aws:s3:::a", "newest": NEEDLE}])),
        ("cloudtrail", cloudtrail(resources=[{"ARN": [NEEDLE]}])),
        ("cloudtrail", cloudtrail(resources=NEEDLE)),
        ("cloudtrail", cloudtrail(eventTime=NEEDLE, timeWindow={"windowEnd": "2030-01-02T03:04:05Z"})),
        ("cloudfront-standard", json.dumps({"timestamp(ms)": NEEDLE, "date": "2030-01-02", "time": "03:04:05", "c-ip": "203.0.113.7", "sc-status": "200"})),
        ("cloudfront-standard", json.dumps({"timestamp(ms)": "1893549785512", "cs(Cookie)": f"{NEEDLE}=", "c-ip": "203.0.113.7", "sc-status": "200"})),
        ("vpcflowlogs", FLOW_HEADER + FLOW.format(NEEDLE)),
        ("vpcflowlogs", json.dumps({"message": FLOW.format(6), "beside": NEEDLE})),
        ("clb", CLB.format("0.3", "200", "GET http://a:80/ HTTP/1.1").replace("10.0.0.1:80", f"fe80::1%{NEEDLE}:80")),
        ("clb", CLB.format("0.3", "-", f"- {NEEDLE} - ")),
        ("clb", CLB.format(f"-1{NEEDLE}", "200", "GET http://a:80/ HTTP/1.1")),
        ("waf", json.dumps({"timestamp": 1893549785512, "action": "ALLOW", "httpRequest": {"headers": [{"name": "Host", "valve": NEEDLE}]}})),
        ("waf", json.dumps({"timestamp": 1893549785512, "action": "ALLOW", "httpRequest": {"host": NEEDLE, "headers": [{"name": "Host", "value": "a.example"}]}})),
        ("cloudfront-standard", json.dumps({"timestamp(ms)": "1893549785512", "cs-uri-stem": "/a?b=c", "cs-uri-query": NEEDLE, "c-ip": "203.0.113.7", "sc-status": "200"})),
        ("waf", json.dumps({"timestamp": 1893549785512, "action": "ALLOW", "httpRequest": {"headers": NEEDLE}})),
    ],
)  # fmt: skip
def test_what_has_no_field_is_kept_nevertheless(log_type: str, record: str) -> None:
    documents, report = load_bytes(LOADER, record.encode(), KEYS[log_type])
    assert (report.log_type, report.documents, report.failures) == (log_type, 1, 0)
    assert NEEDLE in json.dumps(documents)


def test_a_waf_secret_is_not_kept_under_another_name() -> None:
    headers = [{"name": "Cookie", "valve": NEEDLE}]
    record = {"timestamp": 1893549785512, "action": "ALLOW", "httpRequest": {"headers": headers}}
    documents, _ = load_bytes(LOADER, json.dumps(record).encode(), KEYS["waf"])
    assert NEEDLE not in json.dumps(documents)


@pytest.mark.parametrize("time", [10**20, -1, 0, 253_402_300_800_000, -(10**30)])
def test_no_time_of_a_carrier_ends_an_object(time: int) -> None:
    events = [{"id": "1", "timestamp": time, "message": FLOW.format(6)}]
    around = {"messageType": "DATA_MESSAGE", "owner": "111122223333", "logGroup": "g", "logStream": "s"}
    for log_type, key in KEYS.items():
        _, report = load_bytes(LOADER, json.dumps(around | {"logEvents": events}).encode(), key)
        assert (report.log_type, report.records) == (log_type, 1)


def test_a_control_message_takes_no_line_along() -> None:
    text = f"CWL CONTROL MESSAGE: Checking health of destination Firehose.\n{NEEDLE} is no line of syslog\n"
    documents, report = load_bytes(LOADER, text.encode(), KEYS["linux-secure"])
    assert NEEDLE in json.dumps(documents)
    assert report.excluded.total() == 0


def rows(text: str) -> list[str]:
    return [raw.text for raw in csv.split(iter((text,)), delimiter=",")]


def test_a_quote_that_nothing_closes_costs_its_own_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv, "MAX_QUOTED", 1_000)
    sound = [f"{number},x" for number in range(2_000)]
    assert rows("\n".join(("a,b", '1,"x', *sound))) == ['1,"x', *sound]
    assert rows("\n".join(("a,b", *sound, '1,"x'))) == [*sound, '1,"x']
    assert rows("\n".join(("a,b", '1,"x', *sound[:9], '2,"y', *sound[9:]))) == [
        "\n".join(('1,"x', *sound[:9], '2,"y')),
        *sound[9:],
    ]
    assert rows('a,b\n1,"x\ny"\n2,z') == ['1,"x\ny"', "2,z"]


def test_quotes_that_nothing_closes_take_linear_time() -> None:
    with within(4):
        assert len(rows("a,b\n" + '"\n' + "x\n" * 1_500_000)) == 1_500_001


def test_a_long_text_in_place_of_a_protocol_is_not_kept_in_a_cache() -> None:
    before = tls._version.cache_info().currsize
    assert tls.version("TLSv1." + "2" * 100_000) == {}
    assert tls._version.cache_info().currsize == before


@pytest.mark.parametrize("mark", [b"\xff\xfe", b"\xfe\xff"])
def test_a_line_that_begins_like_utf_16_takes_no_line_along(mark: bytes) -> None:
    lines = "\n".join([FLOW.format(6)] * 20).encode()
    _, report = load_bytes(LOADER, mark + b"x\n" + lines + b"\n\0\0", KEYS["vpcflowlogs"])
    assert (report.documents, report.failures) == (20, 1)
