"""Access logs of Apache and nginx beside their golden pairs: the scanner, hostile lines, a user's own pattern."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from es_loader.config import load_config
from es_loader.enrich import enrichers
from es_loader.errors import RecordError
from es_loader.logtypes import hooks
from es_loader.logtypes.web_server.clients import is_address_list
from es_loader.logtypes.web_server.lines import scan
from es_loader.logtypes.web_server.request import request_of
from es_loader.pipeline import Loader
from es_loader.types import Fields
from tests.golden import ROOT, builtin_config, custom_loader, load_bytes
from tests.strategies import JSON
from tests.timing import shortest

LOADER = Loader(builtin_config())
TIME = "[02/Jan/2030:03:04:05 +0000]"
KEY = "AWSLogs/111122223333/EC2/{}/2030/01/02/03/siem-1"


def load(text: str, log_type: str = "apache-access", loader: Loader = LOADER) -> list[dict[str, Any]]:
    items, report = load_bytes(loader, text.encode(), KEY.format(log_type.replace("-", "/")))
    assert report.log_type == log_type
    return [item["_source"] for item in items]


def parse(log_type: str, text: str) -> Fields:
    found = hooks(LOADER.config.log_types[log_type]).parse
    assert found
    return found(text)


def before_the_time(log_type: str, text: str) -> Fields:
    """Return what a server's module reads of it."""
    fields = parse(log_type, f'{text} {TIME} "GET / HTTP/1.1" 200 1')
    names = ("host", "http_x_forwarded_for", "remote_addr", "remote_ip_list", "identity", "remote_user")
    return {name: fields[name] for name in names if fields.get(name, "-") not in ("-", "")}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("192.0.2.1 - -", {"remote_addr": "192.0.2.1"}),
        ("- - -", {}),
        ("- 192.0.2.1 - -", {"remote_addr": "192.0.2.1"}),
        ("192.0.2.1 ann -", {"remote_addr": "192.0.2.1", "identity": "ann"}),
        ("192.0.2.1 - a b c", {"remote_addr": "192.0.2.1", "remote_user": "a b c"}),
        ('192.0.2.1 - ""', {"remote_addr": "192.0.2.1"}),
        ("192.0.2.1 (unknown) - ann", {"remote_addr": "192.0.2.1", "remote_user": "ann"}),
        ("192.0.2.1 ann", {"remote_addr": "192.0.2.1", "remote_user": "ann"}),
        ("192.0.2.1", {"remote_addr": "192.0.2.1"}),
        ("shop 192.0.2.1 - -", {"host": "shop", "remote_addr": "192.0.2.1"}),
        ("[2001:db8::1]:80 192.0.2.1 - -", {"host": "[2001:db8::1]:80", "remote_addr": "192.0.2.1"}),
        ("2001:db8::1 192.0.2.1 - -", {"http_x_forwarded_for": "2001:db8::1", "remote_addr": "192.0.2.1"}),
        ("unknown 192.0.2.1 - -", {"http_x_forwarded_for": "unknown", "remote_addr": "192.0.2.1"}),
        (
            "shop:80 203.0.113.1, 10.0.0.1 192.0.2.1 - ann",
            {
                "host": "shop:80",
                "http_x_forwarded_for": "203.0.113.1, 10.0.0.1",
                "remote_addr": "192.0.2.1",
                "remote_user": "ann",
            },
        ),
    ],
)
def test_what_apache_writes_before_the_time(text: str, expected: dict[str, Any]) -> None:
    assert before_the_time("apache-access", text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("192.0.2.1 - ann", {"remote_addr": "192.0.2.1", "remote_user": "ann"}),
        ("192.0.2.1 - ", {"remote_addr": "192.0.2.1"}),
        ("192.0.2.9 192.0.2.1 - -", {"host": "192.0.2.9", "remote_addr": "192.0.2.1"}),
        (
            '"10.0.0.1" 203.0.113.1 - -',
            {"remote_addr": "203.0.113.1", "remote_ip_list": ["10.0.0.1", "203.0.113.1"]},
        ),
        (
            "10.0.0.1, 127.0.0.1 ::1 - -",
            {"remote_addr": "10.0.0.1", "remote_ip_list": ["10.0.0.1", "127.0.0.1", "::1"]},
        ),
        (
            "fd00::1, proxy.example.com - -",
            {"remote_addr": "proxy.example.com", "remote_ip_list": ["fd00::1", "proxy.example.com"]},
        ),
        ("- - -", {}),
    ],
)
def test_what_nginx_writes_before_the_time(text: str, expected: dict[str, Any]) -> None:
    assert before_the_time("nginx-access", text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("GET / HTTP/1.1", ("GET", "/", "1.1", True)),
        ("GET /a b HTTP/2", ("GET", "/a b", "2", True)),
        ("get /  HTTP/1.0", ("get", "/ ", "1.0", True)),
        ("M-SEARCH * HTTP/1.1", ("M-SEARCH", "*", "1.1", True)),
        ("GET HTTP/1.1", ("GET", None, "1.1", False)),
        ("/x HTTP/1.1", (None, "/x", "1.1", False)),
        ("G<T /x HTTP/1.1", (None, "/x", "1.1", False)),
        ("GET - HTTP/1.1", ("GET", None, "1.1", True)),
        (" HTTP/1.1", (None, None, "1.1", False)),
        ("GET /old", ("GET", "/old", None, True)),
        ("GET http://shop.example.com/", ("GET", "http://shop.example.com/", None, True)),
        ("hello world", (None, None, None, False)),
        ("SSH-2.0-Go", (None, None, None, False)),
        ("GET /x HTTP/one", ("GET", "/x HTTP/one", None, True)),
        ("-", (None, None, None, True)),
        ("", (None, None, None, True)),
    ],
)
def test_requests(text: str, expected: tuple[str | None, str | None, str | None, bool]) -> None:
    assert request_of(text, old=True) == expected


def test_a_request_of_nginx_without_a_version_is_none() -> None:
    assert request_of("GET /old", old=False) == (None, None, None, False)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("203.0.113.1", True),
        ("203.0.113.1:80, unknown,2001:db8::1 , [2001:db8::1]:80", True),
        ("0.010", False),
        ("-", False),
        ("", False),
        ("203.0.113.1, text", False),
    ],
)
def test_what_is_taken_for_forwarded_for(text: str, expected: bool) -> None:
    assert is_address_list(text) is expected


PARTS = st.lists(
    st.sampled_from(
        ['"', '\\"', "\\", " ", "-", "200", "17", "X-Forwarded-For=", "192.0.2.1", ", ", "GET / HTTP/1.1", "\n"]
    ),
    max_size=30,
).map("".join)
PLAIN = st.text(st.characters(exclude_characters='"\\\n\r'), max_size=20)


@given(PLAIN, st.sampled_from(["200", "-"]), st.sampled_from(["-", "12"]), PLAIN, PLAIN)
def test_the_fast_reading_is_the_slow_one(request: str, status: str, size: str, referrer: str, agent: str) -> None:
    fast = f'h - - {TIME} "{request}" {status} {size} "{referrer}" "{agent}"'
    for one in (fast, fast.partition(f' "{referrer}" "')[0]):
        slow = one.replace(f'" {status} {size}', f'"  {status} {size}')
        found = {name: value for name, value in scan(one, combinedio=True)[1].items() if value is not None}
        assert found == scan(slow, combinedio=True)[1]


@given(st.sampled_from(["apache-access", "nginx-access"]), st.one_of(st.text(), PARTS), st.booleans())
def test_any_text_gives_a_document(log_type: str, text: str, behind: bool) -> None:
    line = f"h - - {TIME} {text}" if behind else f"{text} {TIME}"
    for document in load(f"a\n{line}", log_type):
        assert document["event"]["kind"] in {"event", "pipeline_error"}


VARIABLES = st.sampled_from(
    [
        "remote_addr",
        "host",
        "request",
        "status",
        "request_time",
        "ssl_protocol",
        "server_addr",
        "extra",
        "client",
        "http_x_forwarded_for",
        "timestamp",
        "msec",
        "server_port",
        "target",
    ]
)


@given(st.dictionaries(VARIABLES, JSON, max_size=8))
def test_any_object_gives_a_document(fields: dict[str, Any]) -> None:
    for document in load(json.dumps({"msec": 1, **fields}), "nginx-access"):
        assert document["event"]["kind"] in {"event", "pipeline_error"}


@pytest.mark.parametrize("text", ["{", '{"a":1}}', "[1]", '"text"', ""])
def test_json_that_is_no_object(text: str) -> None:
    with pytest.raises(RecordError):
        parse("apache-access", text)


@pytest.mark.parametrize("log_type", ["apache-access", "nginx-access"])
@pytest.mark.parametrize(
    "line",
    [
        f'192.0.2.1 - - {TIME} "GET' + " HTTP/" * 18_666 + '" 400 1',
        f"192.0.2.1 - - {TIME}" + " HTTP/" * 18_666,
        " HTTP/" * 18_666,
        f'192.0.2.1 - - {TIME} "GET / HTTP/1.1" 200 1' + ' a="x' * 22_000,
        f"192.0.2.1 - - {TIME}" + ' "x' * 37_000,
        f"192.0.2.1 - - {TIME}" + ' "x\\" "y' * 14_000,
        f'192.0.2.1 - - {TIME} "{"x" * 112_000}',
        "192.0.2.1, " * 10_000 + f'- - {TIME} "GET / HTTP/1.1" 200 1',
        f'192.0.2.1 - - {TIME} "GET / HTTP/1.1" 200 1 "-" "-" "' + "192.0.2.1," * 11_000 + '"',
        "[02/Jan/2030:" * 8_600,
    ],
    ids=range(10),
)
def test_hostile_lines_take_little_time(log_type: str, line: str) -> None:
    load(f"192.0.2.1 - - {TIME}", log_type)
    assert shortest(lambda: load(line, log_type)) < 0.05


@pytest.mark.parametrize("names", ["nginx", "sample"])
def test_a_users_own_pattern_wins(tmp_path: Path, names: str) -> None:
    groups = {
        "nginx": ("remote_addr", "time_local", "request", "status"),
        "sample": ("remotehost", "datetime", "request_raw", "response_status"),
    }[names]
    pattern = (
        r'(?P<{}>\S+) \[(?P<{}>[^\]]+)\] "(?P<{}>[^"]*)" (?P<{}>\d+)'.format(*groups)
    ) + r" (?P<request_time>\S+) (?P<pool>\S+)"
    loader = custom_loader(tmp_path, f"[nginx-access]\nlog_pattern = {pattern}\n")
    (document,) = load(f'192.0.2.1 {TIME} "GET /a?b HTTP/1.1" 404 0.25 blue', "nginx-access", loader)
    assert document["@timestamp"] == "2030-01-02T03:04:05.000Z"
    assert document["event"]["duration"] == 250_000_000
    assert document["event"]["outcome"] == "failure"
    assert document["url"] == {"original": "/a?b", "path": "/a", "query": "b"}
    assert document["source"]["ip"] == "192.0.2.1"
    assert document["nginx"]["access"] == {"extra": {"pool": "blue"}}


def test_behind_a_load_balancer_the_client_is_the_source_if_wanted(tmp_path: Path) -> None:
    user_ini = tmp_path / "user.ini"
    user_ini.write_text("[apache-access]\nclientip_xff = source.ip http.request.header.x_forwarded_for\n")
    config = load_config(ROOT / "config" / "aws.ini", user_ini)
    loader = Loader(config, enrichers=enrichers)
    (document,) = load(f'192.0.2.77, 203.0.113.9 10.0.0.5 - - {TIME} "GET / HTTP/1.1" 200 1', loader=loader)
    assert document["source"] == {"address": "203.0.113.9", "ip": "203.0.113.9"}
    assert document["related"]["ip"] == ["192.0.2.77", "203.0.113.9", "10.0.0.5"]
