"""The ECS table: the same as the package's, complete, and loaded only by those who ask for it."""

import subprocess
import sys
from pathlib import Path

import pytest

from es_loader.normalize import ecs
from opensearch.generate_ecs_fields import PACKAGE, TABLE, compact, published_fields

LAMBDA = Path(__file__).resolve().parents[3] / "lambda"


def test_the_table_is_what_the_package_says() -> None:
    assert TABLE.read_text() == compact(published_fields()), "make docs writes it anew"


def test_package_and_version_agree() -> None:
    assert PACKAGE.endswith(f"@{ecs.ECS_VERSION}")


def test_every_field_is_there_once() -> None:
    fields = ecs.fields()
    assert len(fields) == 2605
    assert all(name == field.name for name, field in fields.items())


def test_fields_have_type_array_and_allowed_values() -> None:
    assert ecs.fields()["source.port"] == ecs.EcsField("source.port", "long", array=False, allowed=())
    assert ecs.fields()["related.ip"] == ecs.EcsField("related.ip", "ip", array=True, allowed=())
    category = ecs.fields()["event.category"]
    assert category.array
    assert "authentication" in category.allowed


def test_event_types_are_those_expected_with_a_category() -> None:
    assert set(ecs.event_types()) == set(ecs.fields()["event.category"].allowed)
    assert {"start", "end", "info"} <= set(ecs.event_types()["authentication"])
    known = set(ecs.fields()["event.type"].allowed)
    assert {kind for kinds in ecs.event_types().values() for kind in kinds} <= known


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("source.adress", "source.address"),
        ("http.response.statuscode", "http.response.status_code"),
        ("user_agent.orignal", "user_agent.original"),
        ("nothing at all", None),
        ("", None),
    ],
)
def test_suggest_finds_what_was_meant(written: str, meant: str | None) -> None:
    assert ecs.suggest(written) == meant


def test_importing_the_module_reads_no_table() -> None:
    code = "from es_loader.normalize import ecs; print(ecs._table.cache_info().currsize)"
    done = subprocess.run([sys.executable, "-c", code], cwd=LAMBDA, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "0"
