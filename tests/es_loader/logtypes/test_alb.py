from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from es_loader.errors import RecordError
from es_loader.logtypes.alb import COLUMNS, parse, refine
from es_loader.types import Document, RawRecord, Source
from tests.timing import within

AGENT = "Mozilla/5.0 (X11; Linux x86_64)"
REQUEST = "GET https://www.example.com:443/a?b=1 HTTP/2.0"
GROUP = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/web/0123456789abcdef"
CERTIFICATE = "arn:aws:acm:eu-west-1:123456789012:certificate/0a1b2c3d"
VALUES = {
    "type": "h2",
    "time": "2030-01-02T03:04:05.250000Z",
    "elb": "app/web/0123456789abcdef",
    "client": "198.51.100.7:50123",
    "target": "192.0.2.20:8080",
    "request_processing_time": "0.001",
    "target_processing_time": "0.048",
    "response_processing_time": "0.000",
    "elb_status_code": "200",
    "target_status_code": "200",
    "received_bytes": "412",
    "sent_bytes": "5120",
    "request": f'"{REQUEST}"',
    "user_agent": f'"{AGENT}"',
    "ssl_cipher": "ECDHE-RSA-AES128-GCM-SHA256",
    "ssl_protocol": "TLSv1.2",
    "target_group_arn": GROUP,
    "trace_id": '"Root=1-67c2e7a1-0123456789abcdef01234567"',
    "domain_name": '"www.example.com"',
    "chosen_cert_arn": f'"{CERTIFICATE}"',
    "matched_rule_priority": "2",
    "request_creation_time": "2030-01-02T03:04:05.200001Z",
    "actions_executed": '"waf,forward"',
    "redirect_url": '"-"',
    "error_reason": '"-"',
    "target_port_list": '"192.0.2.20:8080"',
    "target_status_code_list": '"200"',
    "classification": '"-"',
    "classification_reason": '"-"',
    "conn_trace_id": "TID_0123456789abcdef",
    "transformed_host": '"internal.example.com"',
    "transformed_uri": '"/v2/a"',
    "request_transform_status": '"TransformSuccess"',
    "ip_address": "192.0.2.10",
    "target_error_code": "-",
    "elb_error_code": "-",
}


def line(count: int = 30, /, **changed: str) -> str:
    return " ".join((VALUES | changed)[name] for name in COLUMNS[:count])


def refined(text: str) -> Document:
    fields = parse(text)
    doc: Document = {"event": {}, "source": {"address": fields["client_ip"], "ip": fields["client_ip"]}}
    refine(doc, fields, RawRecord(0, text), Source("bucket", "key", "2030-01-02T03:00:00.000Z", 1_893_553_200_000))
    return doc


def quoted(name: str, value: str, count: int = 30) -> str:
    return line(count, **{name: f'"{value}"'})


@pytest.mark.parametrize("count", [25, 29, 30, 33, 34, 35, 36])
def test_every_documented_length_is_read(count: int) -> None:
    fields = parse(line(count))
    assert fields["user_agent"] == AGENT
    assert fields[COLUMNS[count - 1]] in {VALUES[COLUMNS[count - 1]].strip('"'), None}
    assert "extra" not in fields


def test_columns_to_come_are_kept() -> None:
    assert parse(line(36) + ' 7 "a b"')["extra"] == ["7", "a b"]


@pytest.mark.parametrize("count", [26, 27, 31, 32])
def test_lengths_in_between_are_read_too(count: int) -> None:
    assert parse(line(count))["user_agent"] == AGENT


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        line(24),
        line()[:300],
        "2030-01-02T03:04:05.250000Z classic 198.51.100.7:50123 192.0.2.20:80 " + "- " * 30,
        "tls 2.0 2030-01-02T03:04:05 net/tls/0123456789abcdef " + "- " * 30,
    ],
)
def test_other_lines_are_refused(text: str) -> None:
    with pytest.raises(RecordError):
        parse(text)


def test_addresses_and_ports_are_apart() -> None:
    fields = parse(line(client="[2001:db8::7]:50123", target="2001:db8::20:8080"))
    assert (fields["client_ip"], fields["client_port"]) == ("2001:db8::7", 50123)
    assert (fields["target_ip"], fields["target_port"]) == ("2001:db8::20", 8080)


def test_without_a_target_nothing_was_measured() -> None:
    unmeasured = dict.fromkeys(("request_processing_time", "target_processing_time", "response_processing_time"), "-1")
    fields = parse(line(target="-", target_port_list='"-"', target_status_code="-", **unmeasured))
    assert fields["target_ip"] is None
    assert fields["target_port_list"] is None
    assert [fields[name] for name in unmeasured] == [None, None, None]


def test_lists_are_split() -> None:
    fields = parse(line(target_port_list='"192.0.2.20:80 192.0.2.21:80"', target_status_code_list='"502 200"'))
    assert fields["actions_executed"] == ["waf", "forward"]
    assert fields["target_port_list"] == ["192.0.2.20:80", "192.0.2.21:80"]
    assert fields["target_status_code_list"] == ["502", "200"]


@pytest.mark.parametrize(
    "agent",
    ['quoted "words" inside', 'ends with "quote"', '"', 'a" "b', "é → \\x22", 'x" - - "y', "a b - - arn:aws:x c"],
)
def test_a_user_agent_may_hold_quotes(agent: str) -> None:
    fields = parse(quoted("user_agent", agent))
    assert fields["user_agent"] == agent
    assert fields["actions_executed"] == ["waf", "forward"]


@pytest.mark.parametrize("target", ['/a"b', '/a" b', "/a b c", '/a?q="x" y', '/" "z'])
def test_a_url_may_hold_blanks_and_quotes(target: str) -> None:
    fields = parse(quoted("request", f"GET http://www.example.com:80{target} HTTP/1.1"))
    assert fields["request_url"] == f"http://www.example.com:80{target}"
    assert fields["user_agent"] == AGENT


def test_both_may_hold_quotes_at_once() -> None:
    request = '"GET http://www.example.com:80/" "a HTTP/1.1"'
    fields = parse(line(request=request, user_agent='"b" "c"'))
    assert fields["request_url"] == 'http://www.example.com:80/" "a'
    assert fields["user_agent"] == 'b" "c'


def test_a_forged_tail_in_the_user_agent_is_part_of_it() -> None:
    forged = "evil" + line(25).split(AGENT)[1].replace("waf,forward", "fixed-response").rstrip('"')
    fields = parse(quoted("user_agent", forged))
    assert fields["user_agent"] == forged
    assert fields["actions_executed"] == ["waf", "forward"]


def test_missing_quotes_do_not_matter() -> None:
    bare = line(29).replace(f'"{REQUEST}"', REQUEST).replace('"-"', "-").replace('"200"', "200")
    assert parse(bare) == parse(line(29))
    assert parse(line(29).replace('"', "")) == parse(line(29))


@pytest.mark.parametrize("count", [25, 29, 30, 33])
def test_a_blank_missing_after_a_quote_does_not_matter(count: int) -> None:
    assert parse(line(count).replace('" "', '""')) == parse(line(count))


@pytest.mark.parametrize("agent", ["", "-"])
def test_an_empty_user_agent_stays_recognisable(agent: str) -> None:
    assert parse(quoted("user_agent", agent))["user_agent"] in {"", "-"}


@pytest.mark.parametrize(
    ("request_text", "expected"),
    [
        (
            "- http://198.51.100.7:80- -",
            {
                "original": "http://198.51.100.7:80-",
                "full": "http://198.51.100.7:80",
                "scheme": "http",
                "domain": "198.51.100.7",
                "port": 80,
            },
        ),
        ("- - -", None),
        ("- - - ", None),
    ],
)
def test_a_malformed_request_is_a_good_record(request_text: str, expected: dict[str, Any] | None) -> None:
    text = quoted("request", request_text)
    assert parse(text)["request_method"] is None
    assert refined(text).get("url") == expected


@pytest.mark.parametrize(
    ("status", "outcome"),
    [("101", "success"), ("304", "success"), ("403", "failure"), ("460", "failure"), ("561", "failure"), ("-", None)],
)
def test_the_status_is_the_outcome(status: str, outcome: str | None) -> None:
    assert refined(line(elb_status_code=status))["event"].get("outcome") == outcome


@pytest.mark.parametrize(
    ("created", "duration"),
    [
        ("2030-01-02T03:04:05.200001Z", 49_999_000),
        ("2030-01-02T03:04:05.250000Z", 0),
        ("2030-01-01T03:04:05.250000Z", 86_400_000_000_000),
        ("2030-01-02T03:04:05.250001Z", None),
        ("-", None),
    ],
)
def test_the_duration_is_exact_and_never_negative(created: str, duration: int | None) -> None:
    assert refined(line(request_creation_time=created))["event"].get("duration") == duration


def test_tls_cloud_and_client_follow_from_their_columns() -> None:
    doc = refined(line())
    assert doc["tls"] == {
        "cipher": "ECDHE-RSA-AES128-GCM-SHA256",
        "established": True,
        "version": "1.2",
        "version_protocol": "tls",
    }
    assert doc["cloud"] == {"region": "eu-west-1", "account": {"id": "123456789012"}}
    assert doc["client"] == doc["source"]
    assert doc["client"] is not doc["source"]
    assert doc["network"] == {"type": "ipv4"}


def test_all_targets_and_the_transformed_host_are_related() -> None:
    doc = refined(line(33, target_port_list='"192.0.2.20:80 [2001:db8::2]:80 x:80"'))
    assert doc["related"] == {
        "ip": ["198.51.100.7", "192.0.2.20", "2001:db8::2"],
        "hosts": ["www.example.com", "internal.example.com"],
    }


@given(st.text(alphabet='" \\-ab1.:/', max_size=400))
def test_any_text_is_a_record_or_a_record_error(text: str) -> None:
    for candidate in (text, quoted("user_agent", text), line(12) + " " + text):
        try:
            fields = parse(candidate)
        except RecordError:
            continue
        assert "elb_status_code" in fields


@pytest.mark.parametrize("piece", ['"', '" ', '"x ', " ", ' "', '" - - - "', "- - arn: ", " HTTP/1", '"- - "arn:" '])
def test_hostile_lines_take_bounded_time(piece: str) -> None:
    hostile = piece * (1_000_000 // len(piece))
    with within(5):
        for text in (line(12) + ' "' + hostile, quoted("user_agent", hostile), line() + hostile):
            with suppress(RecordError):
                parse(text)
