"""Values of a log become values of an ECS type, or nothing."""

from typing import Any

import pytest
from hypothesis import given

from es_loader.normalize import coerce
from es_loader.normalize.addresses import address
from tests.strategies import LOOSE_JSON


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (6, 6), ("6", 6), (6.0, 6), ("6.0", 6), ("-1", -1), (0, 0), ("0", 0), (2**63 - 1, 2**63 - 1), (2**63, None),
        ("6.5", None), (6.5, None), ("six", None), (True, None), ("", None), ("-", None), (None, None), ({}, None),
        ([None, "x", "7"], 7), (float("nan"), None), (float("inf"), None), ("1e400", None),
    ],
)  # fmt: skip
def test_to_long(value: object, expected: int | None) -> None:
    assert coerce.to_long(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("192.0.2.1", "192.0.2.1"), ("2001:DB8::1", "2001:DB8::1"), ("[2001:db8::1]", "2001:db8::1"),
        ("fe80::1%eth0", "fe80::1"), ("::ffff:192.0.2.1", "::ffff:192.0.2.1"), ("010.1.2.3", None), ("10.0.0.*", None),
        ("example.com", None), ("", None), ("-", None), (1, None), (["x", "192.0.2.2"], "192.0.2.2"), ("1" * 100, None),
    ],
)  # fmt: skip
def test_to_ip(value: object, expected: str | None) -> None:
    assert coerce.to_ip(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [("a", "a"), ("", None), ("-", None), (None, None), (True, "true"), (1.5, "1.5"), ({"a": 1}, '{"a":1}'), ({}, None), ([], None), (["", "b"], "b")],
)  # fmt: skip
def test_to_keyword(value: object, expected: str | None) -> None:
    assert coerce.to_keyword(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [(True, True), ("true", True), ("False", False), ("Yes", True), (0, False), ("maybe", None), (None, None)],
)
def test_to_boolean(value: object, expected: bool | None) -> None:
    assert coerce.to_boolean(value) is expected


@pytest.mark.parametrize("masked", ["HIDDEN_DUE_TO_SECURITY_REASONS", "****", "<sensitiveDataRemoved>"])
def test_masked_values_are_no_names_and_no_addresses(masked: str) -> None:
    assert coerce.to_name(masked) is None
    assert address(masked) == {}


def test_every_collects_distinct_values_in_order() -> None:
    assert coerce.every(coerce.to_ip)(["192.0.2.2", "x", "192.0.2.1", "192.0.2.2"]) == ["192.0.2.2", "192.0.2.1"]
    assert coerce.every(coerce.to_ip)("x") is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("192.0.2.1", {"address": "192.0.2.1", "ip": "192.0.2.1"}),
        ("lambda.amazonaws.com", {"address": "lambda.amazonaws.com", "domain": "lambda.amazonaws.com"}),
        ("AWS Internal", {"address": "AWS Internal"}),
        ("localhost", {"address": "localhost"}),
    ],
)
def test_address_rule(text: str, expected: dict[str, str]) -> None:
    assert address(text) == expected


def test_a_host_without_a_dot_is_a_domain_outside_of_aws() -> None:
    assert address("bastion", dotted=False) == {"address": "bastion", "domain": "bastion"}


@given(LOOSE_JSON)
def test_no_value_raises(value: Any) -> None:
    for convert in {*coerce.CONVERTERS.values(), coerce.to_keyword, coerce.to_name}:
        if not (isinstance(value, dict | list)):
            coerce.every(convert)(value)
        try:
            convert(value)
        except (OverflowError, UnicodeEncodeError, ValueError):
            assert isinstance(value, dict | list), "only what has no JSON form"
