"""cdk-nag's AWS Solutions, and CloudFormation's own rules that CDK knows."""

from tests.siem_stack.matrix import Matrix


def test_there_is_no_finding_that_is_not_accepted_with_a_reason(matrix: Matrix) -> None:
    assert {case: found for case, found in matrix.violations.items() if found} == {}


def test_nothing_is_accepted_that_is_not_found_anywhere(matrix: Matrix) -> None:
    assert matrix.acknowledged - matrix.accepted == set()
