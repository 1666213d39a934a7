"""What is too long for an index is cut where it stands, and whole in a field beside."""

import json
from typing import Any

import pytest
from hypothesis import given

from es_loader.normalize.flat import flat
from es_loader.normalize.overlong import LIMIT, set_aside
from es_loader.pipeline import Loader
from tests.golden import builtin_config, cases, load_bytes
from tests.strategies import JSON

LONG = "word " * 20_000


def aside(doc: dict[str, Any], *analysed: str) -> dict[str, Any]:
    set_aside(doc, frozenset(analysed))
    return doc


def test_what_fits_stays_as_it_is() -> None:
    part = {"original": "x" * LIMIT, "list": [{"a": 1}]}
    doc = aside({"user_agent": part})
    assert doc == {"user_agent": part}
    assert doc["user_agent"] is part


def test_a_text_that_is_too_long_is_cut_and_kept_beside() -> None:
    shared = {"original": LONG, "name": "x"}
    doc = aside({"user_agent": shared, "tags": ["a", LONG]})
    assert doc["user_agent"] == {"original": LONG[:LIMIT], "name": "x"}
    assert doc["tags"] == ["a", LONG[:LIMIT]]
    assert doc["siem"] == {"overlong": [f"user_agent.original: {LONG}", f"tags: {LONG}"]}
    assert shared["original"] == LONG


def test_what_is_analysed_may_be_of_any_length() -> None:
    doc = {"message": LONG, "event": {"original": LONG}}
    assert aside({**doc}, "message", "event.original") == doc


def test_what_was_cut_in_a_free_form_part_is_whole_beside() -> None:
    doc = aside({"aws": {"cloudtrail": {"requestParameters": flat({"policy": LONG, "k" * 9_000: 1})}}})
    policy, key = doc["siem"]["overlong"]
    assert policy == f"aws.cloudtrail.requestParameters.policy: {LONG}"
    assert key.endswith('k":1}')
    assert json.dumps(doc)


@given(JSON)
def test_nothing_is_lost_and_everything_is_plain(value: Any) -> None:
    doc = aside({"a": flat({"v": value, "long": LONG})})
    assert type(doc["a"]["long"]) is str
    assert len(doc["siem"]["overlong"]) >= 1


@pytest.mark.parametrize("member", ["requestParameters", "userAgent", "novel", "sourceIPAddress", "errorMessage"])
def test_a_record_with_a_long_text_anywhere_holds_all_of_it(member: str) -> None:
    key = next(case.key for case in cases() if case.log_type == "cloudtrail")
    record = {"eventTime": "2030-01-02T03:04:05Z", "eventName": "X", member: LONG}
    ((document,), report) = load_bytes(Loader(builtin_config()), json.dumps({"Records": [record]}).encode(), key)
    assert report.failures == 0
    document["_source"]["event"].pop("original", None)
    assert LONG.strip() in json.dumps(document["_source"])
