"""The examples on the page about exclusions are what the loader reads."""

import re
from pathlib import Path

from es_loader.exclusions.conditions import read_conditions
from es_loader.exclusions.patterns import read_patterns
from tests.golden import builtin_config

PAGE = (Path(__file__).parents[2] / "docs" / "exclusions.md").read_text()


def block(language: str) -> str:
    (found,) = re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    return str(found)


def test_the_file_of_patterns() -> None:
    rows, problems = read_patterns(block("csv").encode(), "exclude_log_patterns.csv", builtin_config().log_types)
    assert (len(rows), problems) == (3, [])


def test_the_condition() -> None:
    conditions, problems = read_conditions({"/siem/exclude-logs/vpcflowlogs/inside": block("json")})
    assert (list(conditions), problems) == (["vpcflowlogs"], [])
