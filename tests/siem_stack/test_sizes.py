"""Profiles keep AWS's rules, and the page of settings tells what they carry."""

import re
from pathlib import Path

import pytest

from siem_stack.settings import Settings, from_context
from siem_stack.settings.sizes import PROFILES, WITHOUT_VOLUMES, Size
from siem_stack.settings.sizing import INDEX_PER_RAW, PER_HOUR, dollars_a_month, gigabytes_a_day

ROOT = Path(__file__).parents[2]
GRAVITON = re.compile(r"[a-z]+[0-9]+g[a-z]*\.")


@pytest.mark.parametrize("name", PROFILES)
def test_every_profile_keeps_the_rules(name: str) -> None:
    size = PROFILES[name]
    assert from_context({"siem:domain_profile": name}).size() == size
    assert size.family not in WITHOUT_VOLUMES
    assert size.volume <= (size.max_volume or 16384)
    assert not size.master or GRAVITON.match(size.master)
    if size.standby:
        assert size.master
        assert (size.nodes % 3, size.warm_nodes % 3, size.zones, size.copies) == (0, 0, 3, 3)
    if size.warm:
        assert size.master


def test_the_default_is_what_it_was() -> None:
    assert Settings().size() == Size("t3.medium.search", 1, 50)


def test_single_settings_come_before_the_profile() -> None:
    settings = Settings(domain_profile="medium", instance_type="r7g.large.search", instance_count=4, volume_size=80)
    assert settings.size() == Size("r7g.large.search", 4, 80, "m7g.large.search")
    assert (settings.size().zones, settings.size().copies) == (2, 2)


def test_profiles_grow() -> None:
    sizes = list(PROFILES.values())
    for measure in (dollars_a_month, lambda size: gigabytes_a_day(size, 90)):
        assert [measure(size) for size in sizes] == sorted(measure(size) for size in sizes)


def test_what_a_profile_carries_and_costs() -> None:
    size = Size("or2.large.search", 3, 1000, "m7g.large.search")
    # 3,000 GiB, three quarters of them, two copies, 0.58 bytes of index a byte, 90 days
    assert gigabytes_a_day(size, 90) == pytest.approx(3000 * 1.073741824 * 0.75 / 2 / 0.58 / 90)
    nodes = 730 * 3 * (PER_HOUR["or2.large.search"] + PER_HOUR["m7g.large.search"])
    assert dollars_a_month(size) == pytest.approx(nodes + 3000 * 0.122 + 3000 * 0.75 / 2 * 0.024)


def test_the_ratios_are_those_of_the_last_measurement() -> None:
    rows = re.findall(
        r"^\| ([a-z-]+) \|(?:[^|]*\|){3} ([0-9.]+) \|", (ROOT / "benchmarks/index-size.md").read_text(), re.MULTILINE
    )
    measured: dict[str, float] = {}
    for name, ratio in rows:
        measured.setdefault(name, float(ratio))
    assert {name: measured[name] for name in INDEX_PER_RAW} == INDEX_PER_RAW


def test_a_domain_that_is_there_is_named_by_its_host() -> None:
    host = "vpc-logs-prod-abcdefghijklmnopqrstuvwxyz.eu-central-1.es.amazonaws.com"
    assert Settings(existing_domain_endpoint=host).name_of_domain() == "logs-prod"
    dual = "search-logs-abcdefghijklmnopqrstuvwxyz.aos.eu-central-1.on.aws"
    assert Settings(existing_domain_endpoint=dual).name_of_domain() == "logs"
    assert Settings().name_of_domain() == "aes-siem"
