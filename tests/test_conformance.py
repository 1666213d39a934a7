"""What holds for every log type: names, types, keys, and that each has its sample, golden pairs and row in the docs."""

from collections.abc import Iterator
from itertools import chain
from typing import Any

import pytest

from domain_setup.mappings import COMMON_ECS, COMMON_FIELDS, fields_of
from es_loader.classify import classify, matches, skip_reason
from es_loader.compression import plain
from es_loader.declarations import LogType
from es_loader.golden import GoldenPair
from es_loader.normalize import ecs
from es_loader.pipeline import Loader
from tests.golden import ROOT, builtin_config, cases, load_bytes

CONFIG = builtin_config()
SAMPLES = ROOT / "samples" / "logs"
SAMPLE_KEYS = sorted(path.relative_to(SAMPLES).as_posix() for path in SAMPLES.rglob("*") if path.is_file())
KEYS = sorted({case.key for case in cases()} | set(SAMPLE_KEYS))
LOADER = Loader(CONFIG)

UNDECLARED = {"aws.vpcflow.shiny_new"}
"""Columns that are newer than the declaration: in the document, not in the mapping."""


EVERY_HOP = {"network.forwarded_ip", "vulnerability.reference"}
"""ECS holds one value, edge services write a list of proxies, scanners one of pages: all of them are kept."""


@pytest.fixture(params=list(CONFIG.log_types.values()), ids=lambda log_type: log_type.name)
def log_type(request: pytest.FixtureRequest) -> LogType:
    found: LogType = request.param
    return found


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield dotted names and values of a document; lists of objects are walked through."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from leaves(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, list) and any(isinstance(item, dict) for item in value):
        for item in value:
            yield from leaves(item, path)
    else:
        yield path, value


def golden_documents(log_type: LogType) -> list[dict[str, Any]]:
    """Return the documents of a log type's golden pairs, and those of others' that belong to it."""
    found = []
    for case in cases():
        own = CONFIG.log_types[case.log_type].event_dataset
        if case.log_type == log_type.name or own != log_type.event_dataset:
            documents = [item["_source"] for item in case.documents()]
            found += [document for document in documents if document["event"]["dataset"] == log_type.event_dataset]
    return found


def test_every_log_type_has_golden_pairs_a_sample_and_a_page_in_the_docs(log_type: LogType) -> None:
    kinds = [document["event"]["kind"] for document in golden_documents(log_type)]
    assert "pipeline_error" in kinds, "a malformed record"
    assert set(kinds) - {"pipeline_error"}, "a normal record"
    assert any(classify(CONFIG, key) is log_type for key in SAMPLE_KEYS)
    assert (ROOT / "docs" / "log-types" / f"{log_type.name}.md").exists()


@pytest.mark.parametrize("key", KEYS)
def test_exactly_one_section_takes_each_key(key: str) -> None:
    takers = [match.log_type.name for match in matches(CONFIG, key) if not match.ignored]
    assert len(takers) == 1, takers
    assert skip_reason(key) is None


def test_every_field_of_a_document_is_declared_and_of_its_type(log_type: LogType) -> None:
    declared = {**fields_of(log_type), **{name: {} for name in (*COMMON_ECS, *COMMON_FIELDS)}}
    flat = tuple(
        f"{name}." for name, mapping in declared.items() if mapping.get("type") in {"flat_object", "geo_point"}
    )
    for document in golden_documents(log_type):
        for name, _value in leaves(document):
            assert name in declared or name.startswith(flat) or name in UNDECLARED, name


def test_ecs_values_are_of_the_type_that_ecs_declares(log_type: LogType) -> None:
    numbers: dict[str, Any] = {"long": int, "integer": int, "float": (int, float), "boolean": bool}
    for document in golden_documents(log_type):
        for name, value in leaves(document):
            field = ecs.fields().get(name)
            if field is None:
                continue
            assert isinstance(value, list) == field.array or name in EVERY_HOP, name
            values = value if isinstance(value, list) else [value]
            assert values, name
            assert all(isinstance(item, numbers.get(field.type, (str, dict))) for item in values), name
            if field.allowed and name != "event.kind":
                assert set(values) <= set(field.allowed), name


def test_category_and_type_go_together_as_ecs_says(log_type: LogType) -> None:
    for document in golden_documents(log_type):
        event = document["event"]
        allowed = {kind for category in event.get("category", ()) for kind in ecs.event_types()[category]}
        assert set(event.get("type", ())) <= allowed, event


def test_no_document_holds_placeholders_or_empty_objects(log_type: LogType) -> None:
    own = log_type.field_prefix + "."
    for document in golden_documents(log_type):
        for name, value in leaves(document):
            if not name.startswith(own):
                assert value not in ("", "-", None, [], {}), name


def test_one_type_for_a_field_across_log_types() -> None:
    seen: dict[str, tuple[str, Any]] = {}
    for log_type in CONFIG.log_types.values():
        for name, mapping in fields_of(log_type).items():
            owner, first = seen.setdefault(name, (log_type.name, mapping))
            assert first["type"] == mapping["type"], f"{name}: {owner} and {log_type.name}"


@pytest.mark.parametrize("key", SAMPLE_KEYS[::7])
def test_samples_load_without_a_failure(key: str) -> None:
    _, report = load_bytes(LOADER, b"".join(chain.from_iterable(plain(iter([(SAMPLES / key).read_bytes()])))), key)
    assert (report.failures, report.error) == (0, None)
    assert report.documents


@pytest.mark.parametrize("case", cases(), ids=str)
def test_ids_are_unique_but_for_records_that_come_again(case: GoldenPair) -> None:
    items = case.documents()
    natives = {item["_source"]["event"].get("id") for item in items}
    again = len(items) - len({(item["_index"], item["_id"]) for item in items})
    assert again <= len(items) - len(natives)
