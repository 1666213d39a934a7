"""Error logs of Apache and nginx beside their golden pairs: what cannot be forged, hostile lines."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from es_loader.logtypes import apache_error, nginx_error
from es_loader.pipeline import Loader
from tests.golden import builtin_config, load_bytes
from tests.timing import shortest

LOADER = Loader(builtin_config())
KEY = "AWSLogs/111122223333/EC2/{}/2030/01/02/03/siem-1"
NGINX = "2030/01/02 03:04:05 [error] 7#8: *9 "


def load(text: str, log_type: str) -> list[dict[str, Any]]:
    items, report = load_bytes(LOADER, text.encode(), KEY.format(log_type.replace("-", "/")))
    assert report.log_type == log_type
    return [item["_source"] for item in items]


def context(text: str) -> dict[str, Any]:
    """Return what is read of a message's end."""
    found = nginx_error.parse(NGINX + text)
    names = ("client", "server", "method", "target", "request", "upstream", "host", "referrer", "login")
    return {name: found[name] for name in names if found.get(name)}


PEER = {"client": "192.0.2.1", "server": "shop"}
GET = {"method": "GET", "target": "/"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x", {}),
        ("x, client: 192.0.2.1", {"client": "192.0.2.1"}),
        ("x, client: 192.0.2.1, server: shop", PEER),
        ("x, server: shop", {"server": "shop"}),
        ('x, client: 192.0.2.1, server: , request: "GET / HTTP/1.1"', {"client": "192.0.2.1"} | GET),
        ('x, client: 192.0.2.1, server: shop, request: "GET / HTTP/1.1", host: "h"', PEER | GET | {"host": "h"}),
        (
            'x, client: 192.0.2.1, server: shop, request: "GET / HTTP/1.1", upstream: "u", host: "h", referrer: "r"',
            PEER | GET | {"upstream": "u", "host": "h", "referrer": "r"},
        ),
        ('x, client: 192.0.2.1, server: shop, login: "ann", upstream: "u"', PEER | {"login": "ann", "upstream": "u"}),
        # in the path
        (
            'open() "/x, client: 192.0.2.9, server: f" failed, client: 192.0.2.1, server: shop, request: "GET / HTTP/1.1"',
            PEER | GET,
        ),
        # in the request
        (
            'x, client: 192.0.2.1, server: shop, request: "GET /, referrer: "r HTTP/1.1", host: "h"',
            PEER | {"method": "GET", "target": '/, referrer: "r', "host": "h"},
        ),
        (
            'x, client: 192.0.2.1, server: shop, request: "GET /a, request: "b HTTP/1.1", host: "h"',
            PEER | {"method": "GET", "target": '/a, request: "b', "host": "h"},
        ),
        # in the referrer
        (
            'x, client: 192.0.2.1, server: shop, request: "GET / HTTP/1.1", host: "h", referrer: "r", host: "f"',
            PEER | GET | {"host": "h", "referrer": 'r", host: "f'},
        ),
        ('x, client: 192.0.2.1, server: shop, request: "hello"', PEER | {"request": "hello"}),
    ],
)
def test_what_nginx_says_of_a_request(text: str, expected: dict[str, Any]) -> None:
    assert context(text) == expected


def test_nginx_lines_that_belong_together() -> None:
    text = f"{NGINX}one\n2030/01/02 no start\n\n  three\r\n{NGINX}four\n"
    assert [document["message"] for document in load(text, "nginx-error")] == [
        "one\n2030/01/02 no start\n  three",
        "four",
    ]


@pytest.mark.parametrize(
    ("client", "expected"),
    [
        ("192.0.2.1", ("192.0.2.1", None)),
        ("192.0.2.1:80", ("192.0.2.1", 80)),
        ("192.0.2.1 :80", ("192.0.2.1", 80)),
        ("2001:db8::1", ("2001:db8::1", None)),
        ("2001:db8::1:51234", ("2001:db8::1", 51234)),
        ("[2001:db8::1]:80", ("2001:db8::1", 80)),
        ("[2001:db8::1] :80", ("2001:db8::1", 80)),
        ("[2001:db8::1]", ("2001:db8::1", None)),
        ("proxy.example.com", ("proxy.example.com", None)),
    ],
)
def test_clients_of_apache(client: str, expected: tuple[str, int | None]) -> None:
    for text in (
        f"[error] [client {client}] x",
        f"[core:info] [pid 1] a/b.c(7): (70014)End of file: [client {client}] x",
    ):
        fields = apache_error.parse(text)
        assert (fields["client"], fields["client_port"], fields["message"]) == (*expected, "x")


@pytest.mark.parametrize(
    "level", ["emerg", "alert", "crit", "error", "warn", "notice", "info", "debug", "trace1", "trace8"]
)
def test_levels_of_apache(level: str) -> None:
    (document,) = load(f"[Wed Jan 02 03:04:05 2030] [a:{level}] x", "apache-error")
    assert document["log"]["level"] == level
    failures = {"emerg", "alert", "crit", "error", "warn"}
    assert document["event"]["type"] == ["error" if level in failures else "info"]


def test_what_looks_like_a_level_is_none() -> None:
    assert apache_error.parse("[notes:loud] x") == {"message": "[notes:loud] x"}


PIECES = st.lists(
    st.sampled_from(
        [
            *'[]"\\:, ',
            "[client ",
            "192.0.2.1",
            "::1",
            "[error]",
            "ModSecurity",
            ': [id "1"]',
            ", client: ",
            ", server: ",
            ', request: "',
            ', host: "',
            "AH1: ",
            "(1)a: ",
            "a.c(1): ",
            "\n",
            "File does not exist: ",
        ]
    ),
    max_size=30,
).map("".join)


@given(st.sampled_from([("apache-error", "[error] "), ("nginx-error", NGINX)]), st.one_of(st.text(), PIECES))
def test_any_text_gives_a_document(kind: tuple[str, str], text: str) -> None:
    log_type, head = kind
    for document in load(f"{head}{text}\n{text}", log_type):
        assert document["event"]["kind"] in {"event", "pipeline_error"}


@pytest.mark.parametrize(
    ("log_type", "line"),
    [
        ("apache-error", "[" * 112_000),
        ("apache-error", "[error] " + "[client 192.0.2.1] " * 6_000),
        ("apache-error", "[error] " + "[client " * 14_000),
        ("apache-error", "[error] " + "a.c(1): " * 14_000),
        ("apache-error", "[error] " + "(1)a: " * 18_000),
        ("apache-error", "[error] " + "a" * 112_000),
        ("apache-error", "[error] " + ", referer: x" * 9_000),
        ("apache-error", "[error] ModSecurity: " + '[a "x' * 22_000),
        ("apache-error", "[error] ModSecurity: " + '[a "\\" ' * 16_000),
        ("apache-error", "[error] ModSecurity: " + '[a "x"] ' * 14_000),
        ("nginx-error", NGINX + ', client: a, server: b, request: "' * 3_300),
        ("nginx-error", NGINX + ", client: a" * 10_000),
        ("nginx-error", NGINX + ", client: " + "a" * 112_000),
        ("nginx-error", NGINX + 'x, client: a, server: b, request: "' + " HTTP/" * 18_000 + '", host: "h"'),
        ("nginx-error", NGINX + ', host: "' * 12_000 + '"'),
    ],
)
def test_hostile_lines_take_little_time(log_type: str, line: str) -> None:
    load(f"{NGINX}x", log_type)
    assert shortest(lambda: load(line, log_type)) < 0.05
