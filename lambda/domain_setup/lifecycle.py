"""The configuration -> the policies by which index management rolls indices over, moves them, and deletes them.

https://docs.opensearch.org/latest/im-plugin/ism/policies/
https://docs.aws.amazon.com/opensearch-service/latest/developerguide/ultrawarm.html
"""

from typing import Any

from domain_setup.indices import OWNER, agreed, by_index, priority, rolls_over
from es_loader.declarations import Config, IndexSettings, LogType

Policy = dict[str, Any]

PREFIX = "siem-"
PERIODS = {"auto": 0, "daily": 1, "weekly": 7, "monthly": 31, "yearly": 366}
"""Days between an index's creation and its last record: policies count from the one, people from the other."""

LASTING = {"timeout": "24h", "retry": {"count": 5, "delay": "1h"}}
"""For moves between tiers, which queue."""


MERGE: list[dict[str, Any]] = [
    {"force_merge": {"max_num_segments": 1}},
    {"read_write": {}},  # merging sets an index read-only; late records and replays must get in afterwards
    {"index_priority": {"priority": 50}},
]

BECOMES = {"warm": "becomes warm", "cold": "becomes cold", "delete": "is deleted"}
KEPT_FOR_EVER = "records are kept for ever"

_Stage = tuple[str, int, list[dict[str, Any]]]
"""Name of a state, age in days at which it begins, what is done then."""


def policies(config: Config) -> dict[str, Policy]:
    """Return path and body of the policy of each index.

    Raises:
        ConfigError: log types that write one index disagree.
    """
    return {
        f"/_plugins/_ism/policies/{PREFIX}{index_name}": {"policy": _policy(index_name, log_types)}
        for index_name, log_types in by_index(config).items()
    }


def _policy(index_name: str, log_types: list[LogType]) -> Policy:
    said = agreed(index_name, log_types)
    series = rolls_over(log_types)
    spare = max(PERIODS[log_type.index_rotation] for log_type in log_types)
    stages, ages = _states(said, series=series), _Ages(series, spare)
    states = _chain(stages, ages)
    return {
        "description": f"managed_by: {OWNER}; {_in_words(said, stages, ages)}",
        "default_state": states[0]["name"],
        "states": states,
        "ism_template": [{"index_patterns": [f"{index_name}-*"], "priority": priority(index_name)}],
    }


class _Ages:
    """How an age is written as the condition of a transition."""

    def __init__(self, series: bool, spare: int) -> None:  # noqa: FBT001 - a fact of the index, not a switch
        self.since, self._name = ("rollover", "min_rollover_age") if series else ("creation", "min_index_age")
        self._spare = spare

    def of_index(self, days: int) -> str:
        """Return the age of an index whose last record is so many days old."""
        return f"{days + self._spare}d"

    def condition(self, days: int) -> dict[str, str]:
        """Return the condition that the last record of an index is so many days old."""
        return {self._name: self.of_index(days)}


def _in_words(said: IndexSettings, stages: list[_Stage], ages: _Ages) -> str:
    """Say how long records are kept, and what becomes of an index when, for policies and for the setup's report."""
    kept = f"each record is kept for {said.delete_after} days at least" if said.delete_after else KEPT_FOR_EVER
    moves = [f"{BECOMES[name]} after {ages.of_index(age)}" for name, age, _actions in stages if name in BECOMES]
    return f"{kept}; an index {', '.join(moves)}, counted from its {ages.since}" if moves else kept


def _states(said: IndexSettings, *, series: bool) -> list[_Stage]:
    """Return the stages of an index's life that its settings ask for."""
    ultrawarm = said.tier == "ultrawarm"
    stages: list[_Stage] = [("hot", 0, [_rollover(said)] if series else [])]
    if said.warm_after:
        stages.append(("warm", said.warm_after, [{"warm_migration": {}, **LASTING}] if ultrawarm else MERGE))
    if said.cold_after:
        move = {"start_time": None, "end_time": None, "timestamp_field": "@timestamp", "ignore": "none"}
        stages.append(("cold", said.cold_after, [{"cold_migration": move, **LASTING}]))
    if said.delete_after:
        stages.append(("delete", said.delete_after, [{"cold_delete" if said.cold_after else "delete": {}}]))
    return stages


def _rollover(said: IndexSettings) -> dict[str, Any]:
    conditions: dict[str, str] = {"min_primary_shard_size": str(said.rollover_size)}
    if said.rollover_age:
        conditions["min_index_age"] = f"{said.rollover_age}d"
    return {"rollover": conditions}


def _chain(stages: list[_Stage], ages: _Ages) -> list[dict[str, Any]]:
    """Return states, each with the transition to the next one."""
    following: list[_Stage | None] = [*stages[1:], None]
    return [
        {
            "name": name,
            "actions": actions,
            "transitions": [] if after is None else [{"state_name": after[0], "conditions": ages.condition(after[1])}],
        }
        for (name, _age, actions), after in zip(stages, following, strict=True)
    ]
