from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from es_loader.errors import RecordError
from es_loader.logtypes.s3accesslog import COLUMNS, parse, refine
from es_loader.types import Document, Fields, RawRecord, Source
from tests.timing import within

OWNER = "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"
VALUES = {
    "bucket_owner": OWNER,
    "bucket": "example-bucket",
    "time": "[02/Jan/2030:02:55:01 +0000]",
    "remote_ip": "198.51.100.7",
    "requester": "arn:aws:iam::111122223333:user/ann",
    "request_id": "3E57427F3EXAMPLE",
    "operation": "REST.GET.OBJECT",
    "key": "a/b.jpg",
    "request_uri": '"GET /a/b.jpg?x=1 HTTP/1.1"',
    "http_status": "200",
    "error_code": "-",
    "bytes_sent": "2662992",
    "object_size": "3462992",
    "total_time": "70",
    "turn_around_time": "10",
    "referrer": '"https://www.example.org/"',
    "user_agent": '"S3Console/0.4"',
    "version_id": "3HL4kqtJvjVBH40Nrjfkd",
    "host_id": "s9lzHYrFp76ZVxRcpX9+5cjAnEH2ROuNkd2BHfIa6UkFVdtjf5mKR3/eTPFvsiP/XV/VLi31234=",
    "signature_version": "SigV4",
    "cipher_suite": "ECDHE-RSA-AES128-GCM-SHA256",
    "authentication_type": "AuthHeader",
    "host_header": "example-bucket.s3.us-west-1.amazonaws.com",
    "tls_version": "TLSv1.2",
    "access_point_arn": "arn:aws:s3:us-west-1:123456789012:accesspoint/example",
    "acl_required": "Yes",
    "source_region": "us-east-1",
}
LAST = {count: COLUMNS[count - 1] for count in (18, 24, 25, 26, 27)}


def line(count: int = 27, /, **changed: str) -> str:
    return " ".join((VALUES | changed)[name] for name in COLUMNS[:count])


def behind(fields: Fields) -> list[Any]:
    """Return the columns behind the user agent."""
    return [fields.get(name) for name in COLUMNS[17:]]


def refined(**changed: str) -> Document:
    text = line(**changed)
    fields = parse(text)
    doc: Document = {"event": {}, "cloud": {}, "user": {}}
    refine(doc, fields, RawRecord(0, text), Source("bucket", "key", "2030-01-02T03:00:00.000Z", 1_893_553_200_000))
    return doc


@pytest.mark.parametrize(("count", "last"), LAST.items())
def test_every_documented_length_is_read(count: int, last: str) -> None:
    fields = parse(line(count))
    assert fields[last] == VALUES[last]
    assert set(COLUMNS[count:]).isdisjoint(fields)
    assert "extra" not in fields
    assert parse(line(count) + "  ") == fields


@pytest.mark.parametrize(
    ("columns", "extra"), [("new", ["new"]), ("new 7", ["new", "7"]), ('"quoted one"', ["quoted one"]), ("-", ["-"])]
)
def test_columns_to_come_are_kept(columns: str, extra: list[str]) -> None:
    fields = parse(f"{line()} {columns}")
    assert fields["extra"] == extra
    assert fields["user_agent"] == "S3Console/0.4"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        line(17),
        *(line(count) for count in range(19, 24)),
        line().replace("[", "").replace("]", ""),
        line(user_agent='"x'),
        "2 111122223333 eni-0a1b 192.0.2.1 10.0.0.1 1 2 6 1 40 1893552840 1893552899 ACCEPT OK",
        *(line()[:end] for end in (60, 140, 250, 330)),
    ],
)
def test_other_lines_are_refused(text: str) -> None:
    with pytest.raises(RecordError):
        parse(text)


@pytest.mark.parametrize("name", ["request_uri", "referrer", "user_agent"])
@pytest.mark.parametrize("absent", ["-", '"-"', '""'])
def test_a_quoted_column_may_be_absent(name: str, absent: str) -> None:
    fields = parse(line(**{name: absent}))
    assert fields[name] == "-"
    assert [fields[other] for other in COLUMNS if other not in {name, "time"}] == [
        value.strip('"') for other, value in VALUES.items() if other not in {name, "time"}
    ]


def test_all_three_may_be_absent_at_once() -> None:
    fields = parse(line(request_uri="-", referrer="-", user_agent="-"))
    assert behind(fields) == behind(parse(line()))


FORGED = (
    f'x" {VALUES["version_id"]} id SigV2 TLS_AES_128_GCM_SHA256 AuthHeader evil.s3.eu-north-1.amazonaws.com TLSv1.3 - -'
)


@pytest.mark.parametrize("agent", ['a "b" c', '"', '" "', 'a" b "c', "] [", '" - - "', FORGED, "é → \\x22", "-x"])
def test_a_user_agent_may_hold_quotes(agent: str) -> None:
    for count in LAST:
        fields = parse(line(count, user_agent=f'"{agent}"'))
        assert fields["user_agent"] == agent
        assert behind(fields) == behind(parse(line(count)))


@pytest.mark.parametrize("target", ['/a"b', '/a" b', '/a?q="x" y', "/] [", "/a b c", '/" 200 - x', "*"])
def test_a_url_may_hold_quotes_and_blanks(target: str) -> None:
    fields = parse(line(request_uri=f'"GET {target} HTTP/1.1"'))
    assert (fields["method"], fields["url"], fields["http_version"]) == ("GET", target, "1.1")
    assert behind(fields) == behind(parse(line()))


def test_a_forged_line_in_the_user_agent_is_part_of_it() -> None:
    agent = line().partition('"')[2].rstrip('"')
    fields = parse(line(user_agent=f'"{agent}"'))
    assert fields["url"] == "/a/b.jpg?x=1"
    assert fields["user_agent"] == agent
    assert behind(fields) == behind(parse(line()))


@pytest.mark.parametrize("key", ["a%2520b%252Bc", "a+b", "ключ/日本.txt", "a\u00a0b", "-"])
def test_a_key_stays_as_it_is(key: str) -> None:
    assert parse(line(key=key))["key"] == key


def test_a_number_that_is_none_costs_only_its_column() -> None:
    fields = parse(line(bytes_sent="many"))
    assert fields["bytes_sent"] == "many"
    assert behind(fields) == behind(parse(line()))


@pytest.mark.parametrize(
    ("status", "code", "outcome"),
    [("200", "-", "success"), ("304", "-", "success"), ("404", "-", "success"), ("200", "InternalError", "failure")],
)
def test_an_error_code_and_nothing_else_is_a_failure(status: str, code: str, outcome: str) -> None:
    assert refined(http_status=status, error_code=code)["event"]["outcome"] == outcome


@pytest.mark.parametrize(("milliseconds", "duration"), [("70", 70_000_000), ("0", 0), ("-", None), ("-1", None)])
def test_milliseconds_become_nanoseconds(milliseconds: str, duration: int | None) -> None:
    assert refined(total_time=milliseconds)["event"].get("duration") == duration


@pytest.mark.parametrize(
    ("requester", "name"),
    [
        ("arn:aws:iam::111122223333:user/shop/ann", "ann"),
        ("arn:aws:sts::111122223333:assumed-role/web/i-0123456789abcdef0", "i-0123456789abcdef0"),
        ("AmazonS3", "AmazonS3"),
        ("svc:delivery.logs.amazonaws.com", "svc:delivery.logs.amazonaws.com"),
        (OWNER, OWNER),
        ("-", None),
    ],
)
def test_the_requester_has_a_name(requester: str, name: str | None) -> None:
    doc = refined(requester=requester)
    assert doc["user"].get("name") == name
    assert doc["related"]["user"] == [OWNER] + ([requester] if name else [])


@pytest.mark.parametrize(
    ("host", "region"),
    [
        ("example-bucket.s3.eu-west-1.amazonaws.com", "eu-west-1"),
        ("s3.eu-west-1.amazonaws.com", "eu-west-1"),
        ("s3.eu-west-1.amazonaws.com:443", "eu-west-1"),
        ("S3.EU-West-1.amazonaws.com", "eu-west-1"),
        ("s3-us-gov-west-1.amazonaws.com", "us-gov-west-1"),
        ("example-bucket.s3-ap-southeast-2.amazonaws.com", "ap-southeast-2"),
        ("example-bucket.s3.dualstack.eu-west-1.amazonaws.com", "eu-west-1"),
        ("www.example.com.s3-website-us-east-1.amazonaws.com", "us-east-1"),
        ("www.example.com.s3-website.eu-central-1.amazonaws.com", "eu-central-1"),
        ("exports-123456789012.s3-accesspoint.eu-west-1.amazonaws.com", "eu-west-1"),
        ("exports-123456789012.s3-accesspoint.dualstack.us-gov-east-1.amazonaws.com", "us-gov-east-1"),
        ("example-bucket.s3.cn-north-1.amazonaws.com.cn", "cn-north-1"),
        ("bucket.vpce-0a1b2c3d-5e6f7a8b.s3.us-east-1.vpce.amazonaws.com", "us-east-1"),
        ("s3.us-east-1.amazonaws.com.s3.eu-west-1.amazonaws.com", "eu-west-1"),
        ("s3.amazonaws.com", None),
        ("example-bucket.s3.amazonaws.com", None),
        ("s3-external-1.amazonaws.com", None),
        ("abcdefg.mrap.accesspoint.s3-global.amazonaws.com", None),
        ("s3.eu-west-1.example.com", None),
        ("www.example.com", None),
        ("192.0.2.10", None),
        ("-", None),
    ],
)
def test_the_host_names_the_region(host: str, region: str | None) -> None:
    assert refined(host_header=host, access_point_arn="-")["cloud"].get("region") == region


def test_an_access_point_names_account_and_region_where_the_host_does_not() -> None:
    assert refined(host_header="s3.amazonaws.com")["cloud"] == {
        "region": "us-west-1",
        "account": {"id": "123456789012"},
    }
    assert refined(access_point_arn="example")["cloud"] == {"region": "us-west-1"}


def test_the_url_has_the_hosts_domain_but_for_an_absolute_one() -> None:
    assert refined()["url"] == {
        "original": "/a/b.jpg?x=1",
        "path": "/a/b.jpg",
        "query": "x=1",
        "extension": "jpg",
        "registered_domain": "s3.us-west-1.amazonaws.com",
        "subdomain": "example-bucket",
        "top_level_domain": "us-west-1.amazonaws.com",
    }
    absolute = refined(request_uri='"GET http://example.net/ HTTP/1.1"')["url"]
    assert (absolute["domain"], absolute["registered_domain"]) == ("example.net", "example.net")
    assert "subdomain" not in absolute


def test_without_tls_there_is_none() -> None:
    assert "tls" not in refined(cipher_suite="-", tls_version="-")


@given(st.text(alphabet='" \\-ab1.:/[]', max_size=400))
def test_any_text_is_a_record_or_a_record_error(text: str) -> None:
    for candidate in (text, line(user_agent=f'"{text}"'), line(8) + " " + text):
        try:
            fields = parse(candidate)
        except RecordError:
            continue
        assert "http_status" in fields


@pytest.mark.parametrize("piece", ['"', '" ', '" - ', " ", ' "', '" - - - - - - ', '" 200 - 1 2 3 4 "', "[x] ", '"" '])
def test_hostile_lines_take_bounded_time(piece: str) -> None:
    hostile = piece * (1_000_000 // len(piece))
    with within(5):
        for text in (hostile, line(8) + ' "' + hostile, line(15) + ' "' + hostile, line(user_agent=f'"{hostile}"')):
            with suppress(RecordError):
                parse(text)
