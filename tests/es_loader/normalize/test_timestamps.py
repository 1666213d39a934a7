"""Times as logs write them become ISO 8601 UTC."""

from datetime import UTC, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from es_loader.normalize import timestamps

JST = timezone(timedelta(hours=9))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2030-01-02T03:04:05Z", "2030-01-02T03:04:05.000Z"),
        ("2030-01-02T03:04:05.678901Z", "2030-01-02T03:04:05.678901Z"),
        ("2030-01-02T12:04:05.5+09:00", "2030-01-02T03:04:05.500Z"),
        ("2030-01-02T12:04:05+0900", "2030-01-02T03:04:05.000Z"),
        ("2030-01-02 03:04:05", "2030-01-02T03:04:05.000Z"),
        (1893553445, "2030-01-02T03:04:05.000Z"),
        ("1893553445", "2030-01-02T03:04:05.000Z"),
        ("1893553445.25", "2030-01-02T03:04:05.250Z"),
        (1893553445678, "2030-01-02T03:04:05.678Z"),
        (1893553445678901, "2030-01-02T03:04:05.678901Z"),
        (1893553445678901234, "2030-01-02T03:04:05.678901Z"),
        ("2010123112", "2033-09-12T07:31:52.000Z"),
        ("words", None),
        ("", None),
        (None, None),
        (True, None),
        (-1, None),
        (10**30, None),
        ("1600-01-01T00:00:00Z", None),
        ({}, None),
        ([], None),
    ],
)
def test_to_iso(value: object, expected: str | None) -> None:
    assert timestamps.to_iso(value) == expected


@given(st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.datetimes().map(str))
def test_no_value_raises(value: object) -> None:
    found = timestamps.to_iso(value)
    assert found is None or timestamps.to_iso(found) == found


def test_formats_are_tried_in_order_and_zones_apply_to_times_without_one() -> None:
    read = timestamps.parser(("%d/%b/%Y:%H:%M:%S %z", "%Y/%m/%d %H:%M:%S.%f", "epoch"), JST)
    assert read("02/Jan/2030:03:04:05 +0000") == "2030-01-02T03:04:05.000Z"
    assert read("2030/01/02 12:04:05.123456789") == "2030-01-02T03:04:05.123456Z"
    assert read("1893553445") == "2030-01-02T03:04:05.000Z"
    assert read("nothing") is None
    assert timestamps.parser(("iso8601",), JST)("2030-01-02T12:04:05") == "2030-01-02T03:04:05.000Z"


@pytest.mark.parametrize(
    ("text", "reference", "exact", "expected"),
    [
        ("Jan  2 03:04:05", "2030-01-02T03:05:00+00:00", True, "2030-01-02T03:04:05.000Z"),
        ("Dec 31 23:59:58", "2030-01-01T00:00:10+00:00", True, "2029-12-31T23:59:58.000Z"),
        ("Jan  1 00:00:01", "2029-12-31T23:59:00+00:00", True, "2030-01-01T00:00:01.000Z"),
        ("Jan  1 00:00:01", "2029-12-31T23:59:00+00:00", False, "2030-01-01T00:00:01.000Z"),
        ("Feb 29 12:00:00", "2029-01-10T00:00:00+00:00", True, "2028-02-29T12:00:00.000Z"),
        ("Jun  5 12:00:00.25", "2030-01-10T00:00:00+00:00", False, "2029-06-05T12:00:00.250Z"),
        ("Nix  5 12:00:00", "2030-01-10T00:00:00+00:00", True, None),
    ],
)
def test_syslog_times_get_their_year_from_a_time_near_them(
    text: str,
    reference: str,
    exact: bool,
    expected: str | None,
) -> None:
    found = timestamps.syslog(text, UTC, reference_ms=timestamps.epoch_ms(reference), exact=exact)
    assert found == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("02/Jan/2030:03:04:05 +0000", "2030-01-02T03:04:05.000Z"),
        ("02/Jan/2030:03:04:05 +0900", "2030-01-01T18:04:05.000Z"),
        ("31/Dec/2029:23:00:00 -03:30", "2030-01-01T02:30:00.000Z"),
        ("2/jan/2030:03:04:05 +0000", "2030-01-02T03:04:05.000Z"),
        ("02/Jan/2030:03:04:05", None),
        ("31/Feb/2030:03:04:05 +0000", None),
        ("02/Foo/2030:03:04:05 +0000", None),
        ("2030-01-02T03:04:05Z", None),
        (1_893_553_200, None),
        (None, None),
    ],
)
def test_the_time_of_access_logs(text: object, expected: str | None) -> None:
    assert timestamps.parser(("%d/%b/%Y:%H:%M:%S %z",), UTC)(text) == expected
