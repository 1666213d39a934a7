"""Log types that cannot share an index, or want more than one holds, are named; what only looks so is no conflict."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from domain_setup.mappings import ecs_mapping
from domain_setup.templates import COMMON, MAX_FIELDS, templates
from es_loader.config import load_config
from es_loader.declarations import Config
from es_loader.errors import ConfigError
from es_loader.normalize import ecs

Declare = Callable[[str], Config]


@pytest.fixture
def declare(tmp_path: Path) -> Declare:
    """Load sections that have what all must have."""

    def load(text: str) -> Config:
        path = tmp_path / "aws.ini"
        path.write_text(re.sub(r"(?m)^(\[.+\])$", r"\1\ns3_key = x\nfile_format = json\nindex_name = log-x", text))
        config = load_config(path)
        assert config.problems == ()
        return config

    return load


def properties(config: Config) -> dict[str, Any]:
    found: dict[str, Any] = templates(config)["/_index_template/log-x"]["template"]["mappings"]["properties"]
    return found


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("original_fields = keyword a", "original_fields = long a"),
        ("original_fields = keyword a", "original_fields = keyword a.b"),
        ("original_fields = keyword a.b.c", "original_fields = flat a"),
        ("original_fields = keyword a", ""),
    ],
)
def test_a_conflict_names_both_sections_and_the_index(declare: Declare, one: str, two: str) -> None:
    with pytest.raises(ConfigError) as caught:
        templates(declare(f"[one]\nfield_prefix = x\n{one}\n[two]\nfield_prefix = x\n{two}"))
    assert all(word in str(caught.value) for word in ("[one]", "[two]", "log-x"))


def test_a_prefix_may_not_cover_what_all_documents_have(declare: Declare) -> None:
    with pytest.raises(ConfigError, match=r"what all documents have and \[one\] write log-x"):
        templates(declare("[one]\nfield_prefix = aws"))


def test_more_fields_than_an_index_holds_are_a_mistake_of_the_section(declare: Declare) -> None:
    names = " ".join(f"f{number}" for number in range(MAX_FIELDS))
    with pytest.raises(ConfigError, match=r"\[one\]: log-x would have 1\d\d\d fields"):
        templates(declare(f"[one]\noriginal_fields = keyword {names}"))


def test_an_object_of_ecs_gives_way_to_fields_inside_it(declare: Declare) -> None:
    found = properties(declare("[one]\nscript_ecs = dns.answers\n[two]\nscript_ecs = dns.answers.name"))
    assert found["dns"] == {"properties": {"answers": {"properties": {"name": ecs_mapping("dns.answers.name")}}}}


def test_an_object_of_ecs_alone_is_flat(declare: Declare) -> None:
    assert properties(declare("[one]\nscript_ecs = dns.answers"))["dns"]["properties"]["answers"] == {
        "type": "flat_object"
    }


def test_every_ecs_field_has_a_mapping() -> None:
    assert all(ecs_mapping(name)["type"] for name in ecs.fields())


def test_common_fields_are_in_the_component_only(declare: Declare) -> None:
    config = declare("[one]\nscript_ecs = event.action event.reason")
    assert properties(config)["event"]["properties"].keys() == {"reason"}
    common = templates(config)[f"/_component_template/{COMMON}"]["template"]["mappings"]["properties"]
    assert "action" in common["event"]["properties"]
