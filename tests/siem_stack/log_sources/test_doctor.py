"""The doctor knows what to ask about every resource that a log source makes."""

from aws_cdk import assertions

from es_loader.doctor.deployed import METADATA as READ
from es_loader.doctor.probes import PROBES, WITHOUT
from siem_stack.log_sources import METADATA, log_sources


def types(template: assertions.Template) -> set[str]:
    found = template.to_json()
    return {
        found["Resources"][one]["Type"] for each in found["Metadata"][METADATA].values() for one in each["Resources"]
    }


def test_every_type_has_a_probe_or_a_reason_for_none(other_template: assertions.Template) -> None:
    assert types(other_template) - PROBES.keys() - WITHOUT.keys() == set()
    assert all(WITHOUT.values())


def test_all_sources_are_among_them(other_template: assertions.Template) -> None:
    named = other_template.to_json()["Metadata"][METADATA]
    assert {source.name for source in log_sources()} >= named.keys()
    assert {name for name, each in named.items() if not each["Resources"]} == set()


def test_the_doctor_reads_what_the_stack_writes() -> None:
    assert READ == METADATA
