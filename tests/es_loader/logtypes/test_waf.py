"""AWS WAF logs: what was decided by which rules, who asked for what, and which headers' values are not kept."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from es_loader.normalize.coerce import to_ip
from es_loader.pipeline import Loader
from tests.golden import custom_loader, load_bytes
from tests.strategies import LOOSE_JSON

KEY = "AWSLogs/111122223333/WAF/eu-west-1/2030/01/02/02/aws-waf-logs-shop-1-2030-01-02-02-03-04-0a1b2c3d"
ARN = "arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/shop/0a1b2c3d"
REQUEST: dict[str, Any] = {
    "clientIp": "198.51.100.60",
    "country": "US",
    "headers": [{"name": "Host", "value": "shop.example.com"}],
    "uri": "/basket",
    "args": "",
    "httpVersion": "HTTP/1.1",
    "httpMethod": "GET",
    "requestId": "1-65939d01-0123456789abcdef01234567",
}
RECORD: dict[str, Any] = {
    "timestamp": 1893549784512,
    "formatVersion": 1,
    "webaclId": ARN,
    "terminatingRuleId": "Default_Action",
    "terminatingRuleType": "REGULAR",
    "action": "ALLOW",
    "terminatingRuleMatchDetails": [],
    "ruleGroupList": [],
    "rateBasedRuleList": [],
    "nonTerminatingMatchingRules": [],
    "httpRequest": REQUEST,
}


def document(loader: Loader, request: dict[str, Any] | None = None, **members: Any) -> dict[str, Any]:
    record = RECORD | members | {"httpRequest": REQUEST | (request or {})}
    (found,), report = load_bytes(loader, json.dumps(record).encode(), KEY)
    assert not report.failures
    source: dict[str, Any] = found["_source"]
    return source


def headers(*pairs: tuple[str, str]) -> dict[str, Any]:
    return {"headers": [{"name": name, "value": value} for name, value in pairs]}


@pytest.mark.parametrize(
    ("action", "types", "outcome"),
    [
        ("ALLOW", ["access", "allowed"], "success"),
        ("BLOCK", ["access", "denied"], "failure"),
        ("CAPTCHA", ["access"], "failure"),
        ("CHALLENGE", ["access"], "failure"),
        ("COUNT", ["access"], None),
        ("NEWEST", ["access"], None),
        (None, ["access"], None),
    ],
)
def test_action(loader: Loader, action: str | None, types: list[str], outcome: str | None) -> None:
    event = document(loader, action=action)["event"]
    assert (event.get("action"), event["type"], event.get("outcome")) == (action, types, outcome)


@pytest.mark.parametrize(
    ("conditions", "reason"),
    [
        ([], None),
        (["XSS"], "XSS"),
        (["XSS", "XSS"], "XSS"),
        (["XSS", "SQL_INJECTION", "XSS"], "XSS, SQL_INJECTION"),
    ],
)
def test_reason(loader: Loader, conditions: list[str], reason: str | None) -> None:
    details = [{"conditionType": condition} for condition in conditions]
    assert document(loader, terminatingRuleMatchDetails=details)["event"].get("reason") == reason


@pytest.mark.parametrize(
    ("web_acl", "service", "place", "name"),
    [
        (ARN, "wafv2", ("eu-west-1", "111122223333"), "shop"),
        (
            "arn:aws:wafv2:us-east-1:123456789012:global/webacl/site/0a",
            "wafv2",
            ("us-east-1", "123456789012"),
            "site",
        ),
        ("arn:aws:wafv2:us-east-1:123456789:global/webacl/site/0a", "wafv2", ("us-east-1", "123456789"), "site"),
        ("arn:aws:wafv2:us-east-1:global/webacl/site/0a", "wafv2", ("us-east-1", "111122223333"), "site"),
        ("0a1b2c3d-0000-4000-8000-000000000004", None, ("eu-west-1", "111122223333"), None),
        (None, None, ("eu-west-1", "111122223333"), None),
    ],
    ids=["regional", "CloudFront", "9 digits", "5 parts", "Classic", "none"],
)
def test_web_acl(
    loader: Loader, web_acl: str | None, service: str | None, place: tuple[str, str], name: str | None
) -> None:
    source = document(loader, webaclId=web_acl)
    cloud = source["cloud"]
    assert cloud.get("service", {}).get("name") == service
    assert (cloud["region"], cloud["account"]["id"]) == place
    assert source["aws"]["waf"].get("webacl_name") == name


@pytest.mark.parametrize(
    ("host", "domain", "port", "registered"),
    [
        ("EXAMPLE.com:8443", "EXAMPLE.com", 8443, "EXAMPLE.com"),
        ("localhost:1989", "localhost", 1989, None),
        ("intranet", "intranet", None, None),
        ("192.0.2.50:443", "192.0.2.50", 443, None),
        ("[2001:db8::50]:80", "2001:db8::50", 80, None),
    ],
)
def test_host(loader: Loader, host: str, domain: str, port: int | None, registered: str | None) -> None:
    source = document(loader, headers(("hOsT", host)))
    url, destination = source["url"], source["destination"]
    assert (url["domain"], url.get("port"), url.get("registered_domain")) == (domain, port, registered)
    assert (destination["address"], destination.get("port")) == (domain, port)
    assert ("domain" in destination) is (to_ip(domain) is None)


def test_the_requests_own_host_is_second(loader: Loader) -> None:
    assert document(loader, {"headers": [], "host": "a.example.com"})["url"]["domain"] == "a.example.com"
    assert document(loader, headers(("host", "b.example.com")) | {"host": "a.example.com"})["url"]["domain"] == (
        "b.example.com"
    )
    source = document(loader, {"headers": []})
    assert "destination" not in source
    assert "domain" not in source["url"]


@pytest.mark.parametrize(
    ("request_part", "full"),
    [
        ({"scheme": "https", "args": "a=1", "fragment": "b"}, "https://shop.example.com/basket?a=1#b"),
        ({"scheme": "https", "uri": ""}, "https://shop.example.com"),
        ({"scheme": "https", "headers": [], "host": "a.example.com"}, "https://a.example.com/basket"),
        ({"scheme": "https", "headers": []}, None),
        ({"scheme": "https", "uri": "*"}, None),
        ({}, None),
    ],
)
def test_a_whole_url_needs_scheme_and_host(loader: Loader, request_part: dict[str, Any], full: str | None) -> None:
    assert document(loader, request_part)["url"].get("full") == full


@pytest.mark.parametrize("uri", ["/a b", "/%00%2e%2e/", "/" + "a" * 8_000, "/?not=a&query"])
def test_a_path_is_not_touched(loader: Loader, uri: str) -> None:
    url = document(loader, {"uri": uri})["url"]
    assert (url["path"], url["original"]) == (uri, uri)


@pytest.mark.parametrize(
    ("version", "number", "transport"),
    [("HTTP/1.1", "1.1", "tcp"), ("HTTP/2.0", "2.0", "tcp"), ("HTTP/3", "3", "udp"), ("-", None, "tcp")],
)
def test_version(loader: Loader, version: str, number: str | None, transport: str) -> None:
    source = document(loader, {"httpVersion": version})
    assert (source["http"].get("version"), source["network"]["transport"]) == (number, transport)


@pytest.mark.parametrize(
    ("size", "length", "expected"), [(80, "74", 80), (None, "74", 74), (0, "74", 0), (None, "x", None), ("?", "5", 5)]
)
def test_the_size_that_waf_measured_is_first(loader: Loader, size: Any, length: str, expected: int | None) -> None:
    source = document(loader, headers(("content-length", length)), requestBodySize=size)
    assert source["http"]["request"].get("body", {}).get("bytes") == expected


def test_rules_are_counted_by_group_and_kind(loader: Loader) -> None:
    group = {
        "ruleGroupId": "AWS#AWSManagedRulesSQLiRuleSet",
        "terminatingRule": {"ruleId": "SQLi_QUERYARGUMENTS", "action": "BLOCK"},
        "nonTerminatingMatchingRules": [{"ruleId": "in-group", "action": "COUNT"}],
        "excludedRules": [{"ruleId": "excluded", "exclusionType": "EXCLUDED_AS_COUNT"}],
    }
    own = document(
        loader,
        ruleGroupList=[{"ruleGroupId": "AWS#AWSManagedRulesCommonRuleSet", "terminatingRule": None}, group],
        nonTerminatingMatchingRules=[{"ruleId": "count", "action": "COUNT"}, {"ruleId": "count", "action": "COUNT"}],
        labels=[{"name": "awswaf:a"}, {"name": "awswaf:b"}],
    )["aws"]["waf"]
    assert own["terminating_group_id"] == ["AWS#AWSManagedRulesSQLiRuleSet"]
    assert own["terminating_group_rule_id"] == ["SQLi_QUERYARGUMENTS"]
    assert own["non_terminating_rule_id"] == ["count", "in-group", "excluded"]
    assert own["labels"] == ["awswaf:a", "awswaf:b"]


def test_unknown_members_add_no_fields(loader: Loader) -> None:
    own = document(loader, {"asn": 64500}, newest={"a": {"b": 1}})["aws"]["waf"]
    assert own["unmapped"] == {"newest": {"a": {"b": 1}}, "httpRequest": {"asn": 64500}}


COOKIE = headers(("Cookie", "session=0123456789"), ("AUTHORIZATION", "Bearer abc"), ("Host", "shop.example.com"))


@pytest.fixture
def keeping(tmp_path: Path) -> Loader:
    """A loader that keeps raw records."""
    return custom_loader(tmp_path, "[waf]\nkeep_original = True\n")


def test_secrets_are_nowhere_in_the_document(keeping: Loader) -> None:
    source = document(keeping, COOKIE)
    assert "session=" not in json.dumps(source)
    assert "Bearer" not in json.dumps(source)
    own = source["aws"]["waf"]["httpRequest"]["headers"]
    assert own == {"Cookie": "[removed]", "AUTHORIZATION": "[removed]", "Host": "shop.example.com"}
    assert json.loads(source["event"]["original"])["httpRequest"]["uri"] == "/basket"


def test_a_user_may_keep_them(tmp_path: Path) -> None:
    source = document(custom_loader(tmp_path, "[waf]\nsecret_headers =\nkeep_original = True\n"), COOKIE)
    assert source["aws"]["waf"]["httpRequest"]["headers"]["Cookie"] == "session=0123456789"
    assert source["event"]["original"] == json.dumps(RECORD | {"httpRequest": REQUEST | COOKIE})


def test_no_original_is_made_where_none_is_kept(loader: Loader) -> None:
    assert "original" not in document(loader, COOKIE)["event"]


def test_a_record_with_secrets_keeps_odd_numbers_and_texts(keeping: Loader) -> None:
    source = document(keeping, COOKIE, huge=10**30, half="\ud800")
    assert json.loads(source["event"]["original"])["huge"] == 10**30


def test_headers_of_any_number_and_name_are_kept_in_one_field(loader: Loader) -> None:
    pairs = [(f"x-{number}", "1") for number in range(60)]
    source = document(loader, headers(*pairs, ("host.x", "1"), ("host", "a.example.com")))
    assert source["url"]["domain"] == "a.example.com"
    assert len(source["aws"]["waf"]["httpRequest"]["headers"]) == len(pairs) + 2


def test_concatenated_records_and_a_broken_one_between(loader: Loader) -> None:
    record = json.dumps(RECORD)
    found, report = load_bytes(loader, f"{record}{record}\n{record[:99]}\n{record}{record}".encode(), KEY)
    assert [one["_source"]["event"]["kind"] for one in found] == ["event", "event", "pipeline_error", "event", "event"]
    assert (report.documents, report.failures) == (4, 1)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    record=st.dictionaries(st.sampled_from(sorted(RECORD)) | st.text(), LOOSE_JSON),
    request=st.dictionaries(st.sampled_from(sorted(REQUEST)) | st.text(), LOOSE_JSON),
)
def test_any_members_give_one_document(loader: Loader, record: dict[str, Any], request: dict[str, Any]) -> None:
    content = json.dumps({**RECORD, "httpRequest": REQUEST | request, **record}).encode()
    found, report = load_bytes(loader, content, KEY)
    assert (len(found), report.records, report.error) == (1, 1, None)
    assert found[0]["_source"].get("error", {}).get("type") in {None, "parse_error"}
