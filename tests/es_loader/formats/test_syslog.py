from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from es_loader.formats.syslog import header
from tests.timing import within

OLD = {"time": "Jan  2 03:04:05", "yearless": True}
ISO = {"time": "2030-01-02T03:04:05.678901+09:00", "yearless": False}
SSHD = {"host": "web-1", "app": "sshd", "pid": 4711, "message": "hello"}
AUTH_INFO = {
    "priority": 86,
    "facility_code": 10,
    "facility_name": "security/authorization",
    "severity_code": 6,
    "severity_name": "Informational",
    "level": "informational",
}
NEW = {
    "version": "1",
    "time": "2030-01-02T03:04:05.678Z",
    "yearless": False,
    "host": "web-1.example.com",
    "app": "sshd",
    "appname": "sshd",
    "procid": "4711",
    "pid": 4711,
    "msgid": "ID47",
    "structured_data": {},
    "message": "hello",
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Jan  2 03:04:05 web-1 sshd[4711]: hello", OLD | SSHD),
        ("<86>Jan  2 03:04:05 web-1 sshd[4711]: hello", AUTH_INFO | OLD | SSHD),
        ("Jan 2 03:04:05.123 web-1 sshd[4711]: hello", OLD | SSHD | {"time": "Jan 2 03:04:05.123"}),
        ("Jan  2 03:04:05 web-1 sshd[4711]:", OLD | SSHD | {"message": ""}),
        ("Jan  2 03:04:05 web-1 sshd[4711]: hello\nworld", OLD | SSHD | {"message": "hello\nworld"}),
        ("Jan  2 03:04:05 web-1 a b/c.d(e): hello", OLD | SSHD | {"app": "a b/c.d(e)", "pid": None}),
        ("Jan  2 03:04:05 web-1 sudo:   ann : x", OLD | SSHD | {"app": "sudo", "pid": None, "message": "ann : x"}),
        ("Jan  2 03:04:05 web-1 sshd[4711]: \n  hello", OLD | SSHD | {"message": "\n  hello"}),
        (f"{ISO['time']} web-1 sshd[4711]: hello", ISO | SSHD),
        (f"<86>{ISO['time']} web-1 sshd[4711]: hello", AUTH_INFO | ISO | SSHD),
        ("2030-01-02 03:04:05 web-1 sshd[4711]: hello", ISO | SSHD | {"time": "2030-01-02 03:04:05"}),
    ],
)
def test_time_host_program_and_text(text: str, expected: dict[str, Any]) -> None:
    assert header(text) == expected


@pytest.mark.parametrize("text", ["Jan  2 03:04:05  sshd[4711]: hello", "Jan  2 03:04:05 sshd[4711]: hello"])
def test_the_host_may_be_missing(text: str) -> None:
    assert header(text) == OLD | {"app": "sshd", "pid": 4711, "message": "hello"}


@pytest.mark.parametrize(
    "message", ["last message repeated 3 times", "message repeated 3 times: [ hello]", "hello", "hello:world", ""]
)
def test_the_program_may_be_missing(message: str) -> None:
    assert header(f"Jan  2 03:04:05 web-1 {message}") == OLD | {"host": "web-1", "message": message}


def test_a_line_between_dashes_names_no_host() -> None:
    message = "--- last message repeated 1 time ---"
    assert header(f"Jan  2 03:04:05 {message}") == OLD | {"message": message}


def test_a_bare_time_is_a_header() -> None:
    assert header("Jan  2 03:04:05") == OLD | {"message": ""}


def test_the_new_format() -> None:
    text = "<86>1 2030-01-02T03:04:05.678Z web-1.example.com sshd 4711 ID47 - \ufeffhello"
    assert header(text) == AUTH_INFO | NEW


def test_the_new_format_without_anything() -> None:
    expected = dict.fromkeys(NEW) | {"version": "1", "yearless": False, "structured_data": {}, "message": ""}
    assert header("<86>1 - - - - - -") == AUTH_INFO | expected


def test_structured_data_are_unescaped() -> None:
    text = '<86>1 - - - - - [a@1 x="1" y="q\\"b\\]s\\\\"][b] hello'
    found = header(text)
    assert found["structured_data"] == {"a@1": {"x": "1", "y": 'q"b]s\\'}, "b": {}}
    assert found["message"] == "hello"


def test_broken_structured_data_are_text() -> None:
    found = header('<86>1 - - - - - [a x="1] hello')
    assert (found["structured_data"], found["message"]) == ({}, '[a x="1] hello')


@pytest.mark.parametrize(("pri", "known"), [(0, True), (191, True), (192, False), (999, False)])
def test_a_priority_ends_at_191(pri: int, known: bool) -> None:
    text = f"<{pri}>Jan  2 03:04:05 web-1 sshd[4711]: hello"
    assert (header(text) == {"message": text}) is not known


def test_the_stamp_of_an_export_is_the_carriers() -> None:
    stamp = "2030-01-02T03:04:05.678Z"
    assert header(f"{stamp} Jan  2 03:04:05 web-1 sshd[4711]: hello") == OLD | SSHD | {"carrier_time": stamp}
    assert header(f"{stamp} <86>1 - - - - - -")["carrier_time"] == stamp


@pytest.mark.parametrize(
    "text", ["", "hello", "<86>hello", "Jan  2 03:04", "Jan  2 03:04:05web-1 x", "<86>", "<86>0 - - - - - -"]
)
def test_anything_else_is_all_message(text: str) -> None:
    assert header(text) == {"message": text}


@given(st.text(alphabet='<>1-[]"=\\ aJn203:T', max_size=200))
def test_any_text_has_a_message(text: str) -> None:
    for lead in ("", "<86>1 - - - - - ", "Jan  2 03:04:05 ", "2030-01-02T03:04:05Z "):
        assert text.endswith(header(lead + text)["message"]) or header(lead + text)["message"] == lead + text


@pytest.mark.parametrize(
    "piece", ["2030-01-02T03:04:05.678Z ", "a", "a ", "a: ", '[a b="c" ', '[a b="\\', "[a ", "<86>1 "]
)
def test_hostile_text_takes_bounded_time(piece: str) -> None:
    with within(1):
        for lead in ("", "<86>1 - - - - - ", '<86>1 - - - - - [a b="', "Jan  2 03:04:05 web-1 "):
            header(lead + piece * (1_000_000 // len(piece)))
