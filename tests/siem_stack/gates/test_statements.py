"""Every policy statement is in statements.txt, where a review sees it, and keeps some rules.

    .venv/bin/pytest tests/siem_stack/gates/test_statements.py --regen -q

writes that file anew.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from tests.siem_stack.gates.statements import Statement, conditions, statements
from tests.siem_stack.matrix import NAMES, Matrix

TABLE = Path(__file__).with_name("statements.txt")
SOURCE = ("aws:SourceAccount", "aws:SourceArn", "aws:SourceOrgID", "aws:SourceOrgPaths", "sts:ExternalId")
"""Condition keys by which a service says for whom it acts: it cannot be made a deputy by others."""

TRUSTED_WITHOUT_SOURCE = {
    "lambda.amazonaws.com": "Lambda takes a role for functions of its account alone, and only from who may pass it.",
}
"""Services that may take a role without one of those conditions."""

WITHOUT_SOURCE = {
    "logdelivery.elasticloadbalancing.amazonaws.com": "Elastic Load Balancing sends none; the path has the account.",
    "logdelivery.elb.amazonaws.com": "Likewise, on Outposts.",
}
"""Services that may act on a resource without one of those conditions."""

EVERYBODY = {
    f"{place}OfOrganization": "The roles of an organization's accounts are not known in advance."
    for place in (
        "EncryptionKey FirehoseEncrypt", "LogBucket/Policy FirehoseBucket", "LogBucket/Policy FirehoseObjects",
    )
}  # fmt: skip
"""Statements for `*`, by name; they must have this condition."""

UNSIGNED = {
    "SearchDomain/Domain Dashboards": "A browser signs no requests: who signs in by SAML is known to the domain alone.",
}
"""Statements for `*` without that condition."""

OF_ORGANIZATION = "StringEquals aws:PrincipalOrgID = o-"

EVERY_ACTION = {
    "EncryptionKey Allow kms:*": "The account itself, without which its administrators could not manage the key.",
}
"""Statements for all actions of a service, by name."""

EVERY_RESOURCE = {
    f"{function}/Role JoinNetwork": "Network interfaces have no names in advance; the function's code is denied the same."
    for function in ("DomainSetup", "Loader")
}
"""Statements for `*`, by name, other than those of keys, where it means the key."""


@pytest.fixture(scope="module")
def found(matrix: Matrix) -> dict[str, Statement]:
    """All statements by their text, but those that only have another name in them."""
    templates = (each for each in matrix.templates if each.case.partition(",")[0] not in NAMES)
    return {each.text: each for template in templates for each in statements(template)}


def by_name(texts: Iterable[str]) -> dict[str, set[str]]:
    named = defaultdict(set)
    for text in texts:
        named[text.partition("\n")[0]].add(text)
    return named


def test_every_statement_is_in_the_table(found: dict[str, Statement], pytestconfig: pytest.Config) -> None:
    if pytestconfig.getoption("--regen"):
        TABLE.write_text("\n\n".join(sorted(found)) + "\n")
    known, there = by_name(TABLE.read_text().strip().split("\n\n")), by_name(found)
    problems = [
        *(f"not in {TABLE.name}:\n{text}" for name in there for text in sorted(there[name] - known[name])),
        *(f"only in {TABLE.name}:\n{text}" for name in list(known) for text in sorted(known[name] - there[name])),
    ]
    assert not problems, "\n\n".join([*problems, "Is it as narrow as can be? Then pytest --regen"])


def breaking(found: dict[str, Statement], breaks: Callable[[Statement], bool]) -> set[str]:
    return {each.name for each in found.values() if each.allows and breaks(each)}


def test_nothing_is_said_by_what_it_is_not(found: dict[str, Statement]) -> None:
    negative = {"NotAction", "NotPrincipal", "NotResource"}
    assert breaking(found, lambda each: not negative.isdisjoint(each.body)) == set()


def test_all_actions_of_a_service_are_allowed_only_with_a_reason(found: dict[str, Statement]) -> None:
    assert breaking(found, lambda each: any(one.rpartition(":")[2] == "*" for one in each.actions())) == set(
        EVERY_ACTION
    )


def test_all_resources_are_allowed_only_with_a_reason(found: dict[str, Statement]) -> None:
    every = breaking(found, lambda each: "*" in each.resources() and each.kind != "AWS::KMS::Key")
    assert every == set(EVERY_RESOURCE)


def test_everybody_is_the_organization_or_who_signs_in(found: dict[str, Statement]) -> None:
    everybody = breaking(found, lambda each: any("*" in several for several in each.principals().values()))
    bound = breaking(found, lambda each: any(text.startswith(OF_ORGANIZATION) for text in conditions(each.body)))
    assert everybody == {*EVERYBODY, *UNSIGNED}
    assert everybody - bound == set(UNSIGNED)


@pytest.mark.parametrize(("trust", "listed"), [(True, TRUSTED_WITHOUT_SOURCE), (False, WITHOUT_SOURCE)])
def test_a_service_acts_for_a_source_that_is_named(
    found: dict[str, Statement], *, trust: bool, listed: dict[str, str]
) -> None:
    without = {
        service: each.name
        for each in found.values()
        if each.allows
        and each.trust is trust
        and not any(key in text for text in conditions(each.body) for key in SOURCE)
        for service in each.principals().get("Service", ())
    }
    assert {service: name for service, name in without.items() if service not in listed} == {}
    assert listed.keys() - without.keys() == set(), "listed, but nowhere without a source"
