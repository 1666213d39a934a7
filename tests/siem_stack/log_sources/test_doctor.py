"""The doctor knows what to ask about every resource that a log source makes, in whatever region."""

from collections.abc import Iterator
from typing import Any

import pytest

from es_loader.doctor.deployed import METADATA as READ
from es_loader.doctor.probes import PROBES, WITHOUT
from siem_stack.log_sources import METADATA, log_sources
from tests.siem_stack.conftest import OTHER
from tests.siem_stack.log_sources.stacks import templates_of

DELIVERIES: tuple[dict[str, str], ...] = ({}, {"waf_delivery": "firehose"})
"""Settings that choose between resources: the others make all there are."""


@pytest.fixture(scope="module")
def templates() -> list[dict[str, Any]]:
    """All stacks, each of their kinds."""
    found = (templates_of(region, **OTHER | chosen) for region in ("eu-west-1", "us-east-1") for chosen in DELIVERIES)
    return [dict(template.to_json()) for each in found for template in each.values()]


def built(templates: list[dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Yield name, metadata and the resources of its stack, for each source."""
    for template in templates:
        for name, metadata in template.get("Metadata", {}).get(METADATA, {}).items():
            yield name, metadata, template["Resources"]


def test_every_type_has_a_probe_or_a_reason_for_none(templates: list[dict[str, Any]]) -> None:
    types = {resources[one]["Type"] for _, metadata, resources in built(templates) for one in metadata["Resources"]}
    assert types == PROBES.keys() | WITHOUT.keys()
    assert all(WITHOUT.values())


def test_all_sources_are_among_them(templates: list[dict[str, Any]]) -> None:
    assert {name for name, _, _ in built(templates)} == {source.name for source in log_sources()}


def test_the_doctor_reads_what_the_stack_writes() -> None:
    assert READ == METADATA
