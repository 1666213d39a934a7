"""Conditions on documents: parameters as AWS's sample has them, counting, and records of other shapes."""

import json
from collections import Counter
from typing import Any

import pytest

from es_loader.exclusions import Exclusions
from es_loader.exclusions.conditions import compile_conditions, read_conditions
from es_loader.pipeline import Loader
from tests.golden import LOGS, builtin_config, load_bytes

FLOW_KEY = (LOGS / "vpcflowlogs" / "key").read_text().strip()
FLOWS = b"""version srcaddr dstaddr protocol start end
2 10.0.0.1 10.0.0.2 6 1893552840 1893552899
2 192.0.2.1 10.0.0.2 6 1893552840 1893552899
2 192.0.2.1 10.0.0.3 17 1893552840 1893552899
"""


def parameter(action: str, expression: str) -> str:
    return json.dumps({"action": action, "expression": expression})


def loader(parameters: dict[str, str]) -> Loader:
    conditions, problems = read_conditions({f"/siem/exclude-logs/{name}": text for name, text in parameters.items()})
    assert problems == []
    return Loader(builtin_config(), exclusions=Exclusions(conditions=conditions))


def test_documents_that_match_are_excluded_by_the_parameters_name() -> None:
    excluding = loader({"vpcflowlogs/inside": parameter("EXCLUDE", "starts_with(source.ip, '10.')")})
    documents, report = load_bytes(excluding, FLOWS, FLOW_KEY)
    assert report.excluded == Counter({"condition vpcflowlogs/inside": 1})
    assert (report.records, report.documents, len(documents)) == (3, 2, 2)


def test_several_conditions_exclude_what_one_of_them_matches() -> None:
    excluding = loader(
        {
            "vpcflowlogs/a": parameter("exclude", "source.ip == '10.0.0.1' && network.transport == 'tcp'"),
            "vpcflowlogs/b": parameter("Exclude", "network.transport == 'udp'"),
            "cloudtrail/c": parameter("EXCLUDE", "`true`"),
        }
    )
    _, report = load_bytes(excluding, FLOWS, FLOW_KEY)
    assert report.excluded == Counter({"condition vpcflowlogs/a": 1, "condition vpcflowlogs/b": 1})


def test_the_original_fields_can_be_asked_too() -> None:
    excluding = loader({"vpcflowlogs/a": parameter("EXCLUDE", "dstaddr == '10.0.0.2' && destination.ip == dstaddr")})
    assert load_bytes(excluding, FLOWS, FLOW_KEY)[1].excluded.total() == 2


def test_count_only_counts() -> None:
    counting = loader({"vpcflowlogs/a": parameter("COUNT", "source.ip == '192.0.2.1'")})
    for _ in range(2):  # each object its own count
        _, report = load_bytes(counting, FLOWS, FLOW_KEY)
        assert (report.documents, report.excluded, report.counted) == (3, Counter(), Counter({"vpcflowlogs/a": 2}))


def test_disabled_conditions_do_nothing() -> None:
    assert read_conditions({"/siem/exclude-logs/waf/a": parameter("DISABLE", "`true`")}) == ({}, [])


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("a", parameter("COUNT", "a"), "is about no log type; name it /siem/exclude-logs/<log type>/a"),
        ("waf/a", "no JSON", "is no JSON object like"),
        ("waf/a", "[" * 100_000, "is no JSON object like"),
        ("waf/a", "[]", "is no JSON object like"),
        ("waf/a", '{"action": "COUNT"}', "is no JSON object like"),
        ("waf/a", '{"action": 1, "expression": "a"}', "is no JSON object like"),
        ("waf/a", parameter("DROP", "a"), "action 'DROP' is not supported; allowed: EXCLUDE, COUNT, DISABLE"),
        ("waf/a", parameter("COUNT", "a =="), "'a ==' is no JMESPath expression"),
        ("waf/a", parameter("COUNT", "nope(a"), "'nope(a' is no JMESPath expression"),
        ("waf/a", parameter("COUNT", ""), "'' is no JMESPath expression"),
    ],
)
def test_mistakes_are_named_and_cost_their_own_parameter(name: str, value: str, message: str) -> None:
    sound = {"/siem/exclude-logs/waf/sound": parameter("COUNT", "a")}
    conditions, problems = read_conditions({**sound, f"/siem/exclude-logs/{name}": value})
    assert [each.name for each in conditions["waf"]] == ["waf/sound"]
    assert len(problems) == 1
    assert problems[0].startswith(f"parameter /siem/exclude-logs/{name}: {message}")


@pytest.mark.parametrize(
    "document",
    [{}, {"a": None}, {"a": 7}, {"a": {"b": []}}, {"a": [[[]]]}, {"a": "x" * 1_000_000}, {"a": {"c": {"d": "e"}}}],
)
@pytest.mark.parametrize(
    "expression", ["contains(a, 'b')", "a[?b > `1`]", "sort(a)", "unknown(a)", "length(a.b)", "max_by(a, &b)", "a.b[0]"]
)
def test_a_document_of_another_shape_is_no_match_and_no_error(document: dict[str, Any], expression: str) -> None:
    conditions, problems = read_conditions({"/siem/exclude-logs/t/a": parameter("EXCLUDE", expression)})
    assert problems == []
    check = compile_conditions(conditions["t"], Counter())
    assert check is not None
    check({}, document)
