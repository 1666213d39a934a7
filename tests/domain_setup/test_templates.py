"""Templates from declarations, on the real engine: nothing is refused, nothing grows the mapping."""

import json
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain_setup.indices import OWNER
from domain_setup.mappings import DATE, KEYWORD, fields_of
from domain_setup.setup import apply
from domain_setup.templates import MAX_FIELDS, templates
from es_loader.config import load_config
from es_loader.errors import ConfigError
from es_loader.failures import rejected_document
from es_loader.pipeline import Loader
from es_loader.sinks.bulk import BulkSink
from es_loader.sinks.opensearch import Requests, bulk, connect
from tests.golden import ROOT, builtin_config, cases, load_bytes
from tests.own_templates import own_templates

PREFIX = "log-templates"
"""Of index names in this file: other tests use the node at the same time."""


def config_of(tmp_path: Path, text: str) -> Any:
    (tmp_path / "user.ini").write_text(text)
    found = load_config(ROOT / "config" / "aws.ini", tmp_path / "user.ini")
    assert not found.problems
    return found


def count(properties: dict[str, Any]) -> int:
    return sum(1 + count(mapping.get("properties", {})) for mapping in properties.values())


def test_every_index_stays_below_the_engines_limit_of_fields() -> None:
    wanted = templates(builtin_config())
    common = count(wanted["/_component_template/siem-common"]["template"]["mappings"]["properties"])
    for path, body in wanted.items():
        assert common + count(body["template"]["mappings"]["properties"]) < MAX_FIELDS, path


def test_nothing_is_mapped_dynamically_and_originals_are_not_indexed() -> None:
    for body in templates(builtin_config()).values():
        assert body["template"]["mappings"]["dynamic"] is False
    common = templates(builtin_config())["/_component_template/siem-common"]["template"]
    assert common["mappings"]["properties"]["event"]["properties"]["original"] == {
        "type": "keyword", "index": False, "doc_values": False,
    }  # fmt: skip
    elb = templates(builtin_config())["/_index_template/log-aws-elb"]["template"]
    assert elb["settings"]["index"]["codec"] == "best_compression"


def test_what_repeats_another_field_keeps_its_type_and_costs_no_index() -> None:
    found = fields_of(builtin_config().log_types["vpcflowlogs"])
    assert {name: found[name] for name in ("event.end", "source.address")} == {
        "event.end": {**DATE, "index": False, "doc_values": False},
        "source.address": {**KEYWORD, "index": False, "doc_values": False},
    }


def test_a_custom_type_without_declared_fields_is_one_flat_field(tmp_path: Path) -> None:
    config = config_of(tmp_path, "[shop]\ns3_key = shop/\nfile_format = json\nindex_name = log-shop\n")
    assert fields_of(config.log_types["shop"]) == {"shop": {"type": "flat_object"}}
    declared = (
        "[shop]\ns3_key = shop/\nfile_format = json\nindex_name = log-shop\noriginal_fields = keyword a-b\n long c.d\n"
    )
    fields = fields_of(config_of(tmp_path, declared).log_types["shop"])
    assert fields == {"shop.a_b": {"type": "keyword", "ignore_above": 8191}, "shop.c.d": {"type": "long"}}


def test_types_that_disagree_on_a_field_are_named(tmp_path: Path) -> None:
    sections = "".join(
        f"[{name}]\ns3_key = {name}/\nfile_format = json\nindex_name = log-x\nfield_prefix = x\noriginal_fields = {kind} a\n"
        for name, kind in (("one", "long"), ("two", "keyword"))
    )
    with pytest.raises(ConfigError, match=r"\[two\] and \[one\] both write log-x, but x.a has another type in each"):
        templates(config_of(tmp_path, sections))
    below = "[one]\ns3_key = a\nfile_format = json\nindex_name = log-x\nfield_prefix = x\noriginal_fields = long a\n keyword a.b\n"
    with pytest.raises(ConfigError, match=r"x.a.b lies below x.a, which is no object"):
        templates(config_of(tmp_path, below))


@pytest.fixture(scope="module")
def requests(opensearch_url: str) -> Iterator[Requests]:
    with own_templates(opensearch_url, builtin_config(), PREFIX, priority=400) as found:
        yield found


def index(url: str, documents: list[dict[str, Any]]) -> tuple[int, int]:
    """Index documents under names of this file; return how many were loaded and how many refused."""
    failed: list[str] = []
    client = connect(url)
    with BulkSink(
        bulk(client), replace=rejected_document, on_failed=lambda _ref, reason: failed.append(reason)
    ) as sink:
        for item in documents:
            name = item["_index"].replace("log-", f"{PREFIX}-", 1)
            sink.add(name, item["_id"], json.dumps(item["_source"]).encode(), None)
    assert failed == []
    return sink.counters.loaded, sink.counters.rejected


def test_every_golden_document_is_indexed_and_the_mapping_does_not_grow(
    requests: Requests, opensearch_url: str
) -> None:
    loader = Loader(builtin_config())
    documents = [item for case in cases() for item in load_bytes(loader, case.log.read_bytes(), case.key)[0]]
    names = {item["_index"].replace("log-", f"{PREFIX}-", 1) for item in documents}
    for name in names:
        requests.put(f"/{name}", None)
    before = {name: requests.get(f"/{name}/_mapping") for name in names}
    assert index(opensearch_url, documents) == (len(documents), 0)
    assert {name: requests.get(f"/{name}/_mapping") for name in names} == before


def nested(key: str, depth: int) -> Any:
    tree: Any = {"leaf": "x" * 40_000}
    for _ in range(depth):
        tree = {key: tree, "beside": "y"}
    return tree


HOSTILE = [
    {"p": value}
    for value in (
        "text",
        7,
        None,
        True,
        [1, "a", {"b": []}],
        {"a.b": {"": 1}},
        {"k" * 40_000: "v"},
        {"v": "x" * 100_000},
        {"v": "é" * 40_000},
        12345678901234567890123,
        {str(n): n for n in range(3_000)},
        nested("k" * 1_000, 200),
        nested("é" * 3_000, 5),
        nested("\U0001f600" * 50_000, 3),
    )
]


def test_hostile_trees_are_neither_refused_nor_mapped(requests: Requests, opensearch_url: str) -> None:
    tree: Any = "leaf"
    for _ in range(900):
        tree = {"n": tree}
    records = [
        {
            "eventTime": "2030-01-02T03:04:05Z", "eventID": f"hostile-{number}", "eventName": "X", "requestParameters": value,
            "resources": value, "userIdentity": value, "userAgent": value, "sourceIPAddress": value, "novel": value,
        }
        for number, value in enumerate([*HOSTILE, {"p": tree}, "text", ["a"], 0])
    ]  # fmt: skip
    key = next(case.key for case in cases() if case.log_type == "cloudtrail")
    content = json.dumps({"Records": records}).encode()
    documents, report = load_bytes(Loader(builtin_config()), content, key)
    assert report.failures == 0
    assert index(opensearch_url, documents) == (len(records), 0)
    mapping = requests.get(f"/{documents[0]['_index'].replace('log-', f'{PREFIX}-', 1)}/_mapping")
    assert "novel" not in json.dumps(mapping)


def deep(value: Any, levels: int) -> Any:
    for _ in range(levels):
        value = {"n": value}
    return value


LEAVES = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30)
    | st.sampled_from(["x" * 100_000, "wörd " * 20_000, 10**40, "\x00\x1b", "\U0001f600" * 9_000])
)  # fmt: skip
SHAPES = st.recursive(
    LEAVES, lambda below: st.lists(below, max_size=4) | st.dictionaries(st.text(max_size=12), below, max_size=4)
) | st.builds(deep, LEAVES, st.sampled_from([1, 41, 900]))
MEMBERS = st.sampled_from(
    """requestParameters responseElements additionalEventData serviceEventDetails resources userIdentity tlsDetails
    userAgent sourceIPAddress errorMessage eventName requestID novel""".split()
)
RECORDS = st.lists(st.dictionaries(MEMBERS, SHAPES, max_size=5), min_size=10, max_size=20)


@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(records=RECORDS, shared=SHAPES)
def test_whatever_cloudtrail_holds_is_indexed_and_maps_nothing(
    requests: Requests, opensearch_url: str, records: list[dict[str, Any]], shared: Any
) -> None:
    """One path is in turn a text, a number, an object, a list, very long and very deep."""
    whole = [
        {"eventTime": "2030-02-03T03:04:05Z", "eventName": "X", **record, "eventID": f"random-{uuid.uuid4()}"}
        | {"requestParameters": {"p": record.get("requestParameters", shared)}}
        for record in records
    ]
    key = next(case.key for case in cases() if case.log_type == "cloudtrail")
    documents, report = load_bytes(Loader(builtin_config()), json.dumps({"Records": whole}).encode(), key)
    assert (len(documents), report.failures) == (len(whole), 0)
    name = f"{PREFIX}-aws-cloudtrail-2030-02"
    if requests.get(f"/{name}") is None:
        requests.put(f"/{name}", None)
    before = requests.get(f"/{name}/_mapping")
    assert index(opensearch_url, documents) == (len(documents), 0)
    assert requests.get(f"/{name}/_mapping") == before
    requests.post(f"/{name}/_refresh")
    assert requests.post(f"/{name}/_count", {"query": {"exists": {"field": "_ignored"}}})["count"] == 0


@pytest.mark.parametrize(
    ("bounds", "found"),
    [
        ({"gte": "2030-01-02T03:04:05.000Z", "lte": "2030-01-02T03:04:05.678Z"}, {"a"}),
        ({"lte": "2030-01-31"}, {"a", "b"}),
        ({"gt": "2030-01-31"}, {"c"}),
        ({"lte": "2030-01-31T23:59"}, {"a", "b"}),
        ({"gte": "2030"}, {"a", "b", "c"}),
        ({"gte": "2030-01-02T03:04:05+00:00||/d", "lt": "2030-01-03"}, {"a"}),
        ({"gte": 1893556800000}, {"b", "c"}),
    ],
)
def test_any_part_of_a_date_is_looked_for_as_with_the_engines_own_format(
    requests: Requests, opensearch_url: str, bounds: dict[str, Any], found: set[str]
) -> None:
    times = {"a": "2030-01-02T03:04:05.678Z", "b": "2030-01-31T23:59:59.999999Z", "c": "2030-02-01T00:00:00Z"}
    name = "log-aws-waf-dates"
    index(opensearch_url, [{"_index": name, "_id": key, "_source": {"@timestamp": at}} for key, at in times.items()])
    name = name.replace("log-", f"{PREFIX}-", 1)
    requests.post(f"/{name}/_refresh")
    hits = requests.post(f"/{name}/_search", {"query": {"range": {"@timestamp": bounds}}})["hits"]["hits"]
    assert {hit["_id"] for hit in hits} == found


def test_what_was_set_aside_is_found_by_any_word_of_it(requests: Requests, opensearch_url: str) -> None:
    text = "padding " * 20_000 + "needle-in-the-end " + "z" * 600
    record = {"eventTime": "2030-02-03T03:04:05Z", "eventName": "X", "eventID": "aside", "userAgent": text}
    key = next(case.key for case in cases() if case.log_type == "cloudtrail")
    documents, _ = load_bytes(Loader(builtin_config()), json.dumps({"Records": [record]}).encode(), key)
    assert index(opensearch_url, documents) == (1, 0)
    name = f"{PREFIX}-aws-cloudtrail-2030-02"
    requests.post(f"/{name}/_refresh")
    for query in ("siem.overlong:needle", "siem.overlong:zzz*", 'siem.overlong:"needle in the end"'):
        found = requests.post(f"/{name}/_search", {"query": {"query_string": {"query": query}}})
        assert "aside" in [hit["_id"] for hit in found["hits"]["hits"]], query


def test_setting_up_again_changes_nothing_and_a_dry_run_only_says_so(requests: Requests) -> None:
    wanted = {
        f"/_index_template/{PREFIX}-own": {
            "index_patterns": [f"{PREFIX}-own-*"],
            "priority": 401,
            "composed_of": ["siem-common"],
            "version": 1,
            "_meta": {"managed_by": OWNER},
        }
    }
    assert [str(change) for change in apply(requests, wanted, dry_run=True)] == [
        f"_index_template/{PREFIX}-own: to be created"
    ]
    assert requests.get(f"/_index_template/{PREFIX}-own") is None
    assert [change.action for change in apply(requests, wanted)] == ["created"]
    assert [change.action for change in apply(requests, wanted)] == ["unchanged"]
    wanted[f"/_index_template/{PREFIX}-own"]["version"] = 2
    (change,) = apply(requests, wanted)
    assert (change.action, list(map(str, change.differences))) == ("updated", ["version: 1 -> 2"])
    assert [
        found.action
        for found in apply(
            requests, {path: body for path, body in templates(builtin_config()).items() if "component" in path}
        )
    ] == ["unchanged"]
