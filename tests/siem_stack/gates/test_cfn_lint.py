"""cfn-lint, with the region that the template is for."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cfnlint.api import lint_file  # type: ignore[import-untyped]
from cfnlint.config import ManualArgs  # type: ignore[import-untyped]

from tests.siem_stack.gates.accepted import CFN_LINT, Finding, problems
from tests.siem_stack.matrix import ANY, REGIONS, Made, Matrix


def findings(template: Made) -> Iterator[Finding]:
    region = REGIONS[0] if template.region == ANY else template.region
    resources = template.body["Resources"]
    for match in lint_file(Path(template.file), config=ManualArgs(regions=[region])):
        yield Finding(match.rule.id, _resource(match.path, resources), template.case, match.message[:300])


def _resource(path: list[Any], resources: dict[str, Any]) -> str:
    name = path[1] if path and path[0] == "Resources" and len(path) > 1 else ""
    return f"{resources[name]['Type']}.{name}" if name else ".".join(map(str, path))


def test_it_finds_nothing_that_is_not_accepted_with_a_reason(matrix: Matrix) -> None:
    linted = [template for template in matrix.templates if template.linted]
    assert {template.region for template in linted} >= {ANY, *REGIONS}
    assert problems((finding for template in linted for finding in findings(template)), CFN_LINT) == []


@pytest.mark.parametrize(("region", "found"), [("us-east-1", set()), ("cn-north-1", {"E3653"})])
def test_it_knows_the_regions(tmp_path: Path, region: str, found: set[str]) -> None:
    file = tmp_path / "template.json"
    file.write_text(
        '{"Resources": {"D": {"Type": "AWS::OpenSearchService::Domain",'
        ' "Properties": {"ClusterConfig": {"InstanceType": "or2.large.search"}}}}}'
    )
    assert {
        each.rule for each in findings(Made("", "", region, str(file), linted=True)) if each.rule[0] == "E"
    } == found
