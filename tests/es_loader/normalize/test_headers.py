from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from es_loader.normalize.headers import REMOVED, headers, without_secrets
from tests.strategies import JSON

SECRET = frozenset({"cookie", "authorization"})
HEADERS = [
    {"name": "Host", "value": "a.example.com"},
    {"name": "host", "value": "b.example.com"},
    {"name": "Cookie", "value": "session=1"},
    {"name": "x", "value": "1"},
    {"name": "x", "value": "2"},
    {"name": "x", "value": "3"},
]
LISTED = st.lists(st.dictionaries(st.sampled_from(["name", "value", "other"]), JSON | st.just("Cookie")) | JSON) | JSON


def test_the_first_header_of_a_name_counts_whatever_its_case() -> None:
    assert headers(HEADERS, frozenset()).first == {"host": "a.example.com", "cookie": "session=1", "x": "1"}


def test_a_header_without_value_does_not_count() -> None:
    listed = [{"name": "A"}, {"name": "A", "value": "-"}, {"name": "a", "value": ""}, {"name": "a", "value": "1"}]
    assert headers(listed, frozenset()).first == {"a": "1"}


def test_all_are_kept_by_their_own_name_but_for_secrets() -> None:
    assert headers(HEADERS, SECRET).removed
    assert headers(HEADERS, SECRET).kept == {
        "Host": "a.example.com",
        "host": "b.example.com",
        "Cookie": REMOVED,
        "x": ["1", "2", "3"],
    }


def test_what_is_no_secret_stays() -> None:
    listed = [{"name": "Cookie", "value": value} for value in ("REDACTED", "", None)]
    assert not headers(listed, SECRET).removed
    assert without_secrets(listed, SECRET) == listed
    assert not headers([{"name": "Cookie", "value": "a=1"}], frozenset()).removed


def test_a_list_without_secrets_has_all_else() -> None:
    kept = without_secrets([*HEADERS, "odd", {"value": "nameless"}, {"name": 7}], SECRET)
    assert kept == [
        *HEADERS[:2],
        {"name": "Cookie", "value": REMOVED},
        *HEADERS[3:],
        "odd",
        {"value": "nameless"},
        {"name": 7},
    ]


@given(LISTED)
def test_anything_may_stand_for_headers(listed: Any) -> None:
    found = headers(listed, SECRET)
    if found.removed:
        assert not headers(without_secrets(listed, SECRET), SECRET - {"cookie"}).removed
