"""What becomes of an index over its life: settings, policies by the documented schema, series behind an alias."""

import json
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain_setup.features import Feature
from domain_setup.indices import OWNER, first_indices
from domain_setup.kinds import kind_of
from domain_setup.lifecycle import policies
from domain_setup.plan import plan
from domain_setup.setup import apply, run
from domain_setup.templates import templates
from es_loader.config import load_config
from es_loader.declarations import Config
from es_loader.errors import ConfigError
from es_loader.options import CODECS
from es_loader.sinks.opensearch import Requests, connect
from tests.golden import builtin_config

SCHEMA = json.loads((Path(__file__).parent / "ism_policy.schema.json").read_text())
NAME = "log-mine"
OF_A_PLUGIN = {"zstd", "zstd_no_dict"}
"""Codecs that domains of Amazon OpenSearch Service have, and an OpenSearch by itself has not."""

PATH = f"/_plugins/_ism/policies/siem-{NAME}"


def declared(folder: Path, *sections: str, name: str = NAME, default: str = "") -> Config:
    """Return the configuration of sections that write one index."""
    text = "".join(
        f"[s{number}]\ns3_key = s{number}/\nfile_format = json\nindex_name = {name}\n{section}\n"
        for number, section in enumerate(sections)
    )
    (folder / "aws.ini").write_text(f"[DEFAULT]\n{default}\n{text}")
    config = load_config(folder / "aws.ini")
    assert config.problems == ()
    return config


def policy(config: Config) -> dict[str, Any]:
    found: dict[str, Any] = policies(config)[PATH]["policy"]
    return found


def stages(config: Config) -> list[tuple[str, list[str], dict[str, str]]]:
    return [
        (
            state["name"],
            [next(iter(action)) for action in state["actions"]],
            state["transitions"][0]["conditions"] if state["transitions"] else {},
        )
        for state in policy(config)["states"]
    ]


def index(config: Config, features: frozenset[Feature] = frozenset()) -> dict[str, Any]:
    found: dict[str, Any] = templates(config, features)[f"/_index_template/{NAME}"]["template"]["settings"]["index"]
    return found


def test_every_built_in_policy_is_one_that_the_documentation_describes() -> None:
    found = policies(builtin_config())
    assert len(found) >= 14
    for body in found.values():
        jsonschema.validate(body, SCHEMA)


AGE = st.sampled_from(["never", "1d", "9d", "400d"])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rotation=st.sampled_from(["auto", "daily", "weekly", "monthly", "yearly"]),
    tier=st.sampled_from(["local", "ultrawarm"]),
    ages=st.tuples(AGE, AGE, AGE),
    size=st.sampled_from(["1gb", "500mb", "2tb"]),
)
def test_whatever_is_declared_is_refused_or_a_documented_policy(
    tmp_path: Path, rotation: str, tier: str, ages: tuple[str, str, str], size: str
) -> None:
    warm, cold, delete = ages
    section = (
        f"index_rotation = {rotation}\nindex_tier = {tier}\nindex_warm_after = {warm}\nindex_cold_after = {cold}\n"
        f"index_delete_after = {delete}\nindex_rollover_size = {size}"
    )
    try:
        body = policies(declared(tmp_path, section))[PATH]
    except ConfigError as exc:
        assert "[s0]" in str(exc)  # noqa: PT017 - which of the two happens is what is looked at
        return
    jsonschema.validate(body, SCHEMA)
    names = [state["name"] for state in body["policy"]["states"]]
    followed = [t["state_name"] for state in body["policy"]["states"] for t in state["transitions"]]
    assert [body["policy"]["default_state"], *followed] == names


@pytest.mark.parametrize(("rotation", "days"), [("daily", 401), ("weekly", 407), ("monthly", 431), ("yearly", 766)])
def test_the_last_record_of_an_index_is_as_old_as_is_asked_for(tmp_path: Path, rotation: str, days: int) -> None:
    config = declared(tmp_path, f"index_rotation = {rotation}")
    assert stages(config) == [("hot", [], {"min_index_age": f"{days}d"}), ("delete", ["delete"], {})]
    assert "each record is kept for 400 days at least" in policy(config)["description"]


def test_a_series_rolls_over_by_size_and_age_and_ages_from_then_on(tmp_path: Path) -> None:
    config = declared(tmp_path, "index_rotation = auto\nindex_rollover_size = 50gb\nindex_rollover_age = 7d")
    assert stages(config)[0] == ("hot", ["rollover"], {"min_rollover_age": "400d"})
    (action,) = policy(config)["states"][0]["actions"]
    assert action == {"rollover": {"min_primary_shard_size": "50gb", "min_index_age": "7d"}}
    template = index(config, frozenset({Feature.INDEX_MANAGEMENT}))
    assert template["plugins"]["index_state_management"]["rollover_alias"] == NAME
    assert "plugins" not in index(config)


def test_a_warm_index_still_takes_late_records(tmp_path: Path) -> None:
    config = declared(tmp_path, "index_warm_after = 30d\nindex_rotation = daily")
    warm = stages(config)[1]
    assert warm == ("warm", ["force_merge", "read_write", "index_priority"], {"min_index_age": "401d"})


def test_ultrawarm_and_cold_storage_are_amazons_own_actions(tmp_path: Path) -> None:
    config = declared(
        tmp_path,
        "index_tier = ultrawarm\nindex_warm_after = 7d\nindex_cold_after = 60d\nindex_delete_after = 365d\n"
        "index_rotation = daily",
    )
    assert stages(config) == [
        ("hot", [], {"min_index_age": "8d"}),
        ("warm", ["warm_migration"], {"min_index_age": "61d"}),
        ("cold", ["cold_migration"], {"min_index_age": "366d"}),
        ("delete", ["cold_delete"], {}),
    ]


def test_what_is_never_deleted_has_no_end(tmp_path: Path) -> None:
    config = declared(tmp_path, "", default="index_delete_after = never")
    assert stages(config) == [("hot", [], {})]
    assert "kept for ever" in policy(config)["description"]


def test_settings_are_those_of_the_section_or_of_all(tmp_path: Path) -> None:
    assert index(declared(tmp_path, "")) == {
        "codec": "best_compression", "number_of_shards": 1, "refresh_interval": "30s", "auto_expand_replicas": "0-1",
    }  # fmt: skip
    default = "index_codec = zstd\nindex_shards = 3\nindex_replicas = 2\nindex_refresh = 5s"
    expected = {"codec": "zstd", "number_of_shards": 5, "refresh_interval": "5s", "number_of_replicas": 2}
    assert index(declared(tmp_path, "index_shards = 5", default=default)) == expected


def test_what_one_section_says_of_an_index_holds_for_all_that_write_it(tmp_path: Path) -> None:
    assert index(declared(tmp_path, "", "index_shards = 4"))["number_of_shards"] == 4


@pytest.mark.parametrize("sections", [("index_shards = 4", ""), ("", "index_shards = 4")])
def test_what_a_section_says_comes_before_what_is_said_for_all(tmp_path: Path, sections: tuple[str, str]) -> None:
    default = "index_shards = 2\nindex_delete_after = 180d"
    assert index(declared(tmp_path, *sections, default=default))["number_of_shards"] == 4
    assert "180 days" in policy(declared(tmp_path, *sections, default=default))["description"]


def test_a_section_that_repeats_what_is_said_for_all_says_it_too(tmp_path: Path) -> None:
    config = declared(tmp_path, "index_shards = 2", "index_shards = 4", default="index_shards = 2")
    with pytest.raises(ConfigError, match="index_shards is 2 in one and 4 in the other"):
        plan(config, frozenset(Feature))


@pytest.mark.parametrize(
    ("one", "other", "message"),
    [
        ("index_shards = 2", "index_shards = 4", r"\[s0\] and \[s1\] both write log-mine, but index_shards is 2"),
        ("index_rotation = auto", "", r"\[s0\] \[s1\]: log-mine cannot be both a series and of a period"),
        ("index_cold_after = 9d", "", "index_cold_after needs index_tier = ultrawarm"),
        ("index_warm_after = 500d", "", "must become warm, then cold, then be deleted"),
        (
            "index_tier = ultrawarm\nindex_cold_after = 60d", "",
            r"\[s0\] \[s1\]: index_cold_after needs index_warm_after.*log-mine",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_its_sections(tmp_path: Path, one: str, other: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        plan(declared(tmp_path, one, other), frozenset(Feature))


@pytest.mark.parametrize(
    ("option", "text"),
    [
        ("index_shards", "0"), ("index_shards", "many"), ("index_replicas", "-1"), ("index_refresh", "30"),
        ("index_codec", "rar"), ("index_rollover_size", "50"), ("index_delete_after", "1y"), ("index_tier", "hot"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_told_with_its_option(tmp_path: Path, option: str, text: str) -> None:
    (tmp_path / "aws.ini").write_text(f"[s]\ns3_key = s/\nfile_format = json\nindex_name = log-s\n{option} = {text}\n")
    (problem,) = load_config(tmp_path / "aws.ini").problems
    assert problem.option == option


def answered(body: dict[str, Any]) -> dict[str, Any]:
    """Return a policy as the API shows it: with defaults, times and versions that nobody put there."""
    policy = json.loads(json.dumps(body["policy"]))
    for state in policy["states"]:
        for action in state["actions"]:
            action.setdefault("retry", {"count": 3, "delay": "1m"}).setdefault("backoff", "exponential")
            if "rollover" in action:
                action["rollover"]["copy_alias"] = False
    policy["ism_template"][0]["last_updated_time"] = 1_893_553_200_000
    policy |= {"policy_id": "x", "last_updated_time": 1, "schema_version": 21, "error_notification": None}
    return {"_id": "x", "_version": 3, "_seq_no": 7, "_primary_term": 2, "policy": policy}


class Domain:
    """A domain whose API shows policies as documented; there is no index management to be had for the tests."""

    def __init__(self, *bodies: dict[str, Any]) -> None:
        self.answers = dict(zip([PATH], bodies, strict=False))
        self.puts: list[tuple[str, Any]] = []

    def get(self, path: str) -> Any:
        return self.answers.get(path)

    def put(self, path: str, body: Any) -> None:
        self.puts.append((path, body))

    post = put


def test_a_policy_is_put_once_and_changed_on_its_revision_only(tmp_path: Path) -> None:
    wanted = {PATH: policies(declared(tmp_path, "index_rotation = auto"))[PATH]}
    fresh = Domain()
    assert [str(change).partition(" (")[0] for change in apply(fresh, wanted)] == [f"{PATH[1:]}: created"]
    assert fresh.puts == [(PATH, wanted[PATH])]
    present = Domain(answered(wanted[PATH]))
    assert [change.action for change in apply(present, wanted)] == ["unchanged"]
    longer = {PATH: policies(declared(tmp_path, "index_rotation = auto\nindex_delete_after = 500d"))[PATH]}
    (change,) = apply(present, longer)
    assert any("400" in line and "500" in line for line in change.lines())
    assert present.puts == [(f"{PATH}?if_seq_no=7&if_primary_term=2", longer[PATH])]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("index_delete_after = 30d", "index_delete_after = never"),
        ("index_delete_after = never", "index_delete_after = 30d"),
        ("index_rollover_age = 30d", "index_rollover_age = never"),
        ("index_rollover_age = never", "index_rollover_age = 30d"),
        ("index_warm_after = 9d", "index_warm_after = never"),
        ("index_tier = ultrawarm\nindex_warm_after = 9d", "index_warm_after = 9d"),
        ("index_tier = ultrawarm\nindex_warm_after = 9d\nindex_cold_after = 19d", "index_tier = ultrawarm\nindex_warm_after = 9d"),
    ],
)  # fmt: skip
def test_what_a_policy_no_longer_says_is_taken_out(tmp_path: Path, before: str, after: str) -> None:
    one, other = (policies(declared(tmp_path, f"index_rotation = auto\n{text}"))[PATH] for text in (before, after))
    domain = Domain(answered(one))
    assert [change.action for change in apply(domain, {PATH: other})] == ["updated"]
    assert [body for _path, body in domain.puts] == [other]


@pytest.mark.parametrize(
    ("state", "member", "value"),
    [
        (0, "retry", {"count": 9, "backoff": "constant", "delay": "1s"}),
        (0, "timeout", "1h"),
        (1, "retry", {"count": 9, "backoff": "constant", "delay": "1s"}),
    ],
)
def test_what_somebody_added_to_a_policy_is_taken_out(tmp_path: Path, state: int, member: str, value: Any) -> None:
    wanted = policies(declared(tmp_path, "index_rotation = auto"))[PATH]
    answer = answered(wanted)
    answer["policy"]["states"][state]["actions"][0][member] = value
    (change,) = apply(Domain(answer), {PATH: wanted})
    assert (change.action, [each.place for each in change.differences]) == ("updated", ["policy.states"])


def test_what_the_engine_adds_to_a_policy_is_no_difference(tmp_path: Path) -> None:
    section = "index_tier = ultrawarm\nindex_warm_after = 9d\nindex_cold_after = 19d\nindex_rotation = auto"
    wanted = policies(declared(tmp_path, section))[PATH]
    answer = answered(wanted)
    answer["policy"]["states"][0]["actions"][0]["rollover"]["prevent_empty_rollover"] = False
    answer["policy"]["user"] = {"name": "admin", "backend_roles": [], "roles": ["all_access"]}
    assert [change.action for change in apply(Domain(answer), {PATH: wanted})] == ["unchanged"]


@pytest.mark.parametrize(
    ("section", "told"),
    [
        ("index_rotation = daily\nindex_delete_after = 90d", "is deleted after 91d, counted from its creation"),
        ("index_rotation = auto\nindex_delete_after = 90d", "is deleted after 90d, counted from its rollover"),
        (
            "index_rotation = daily\nindex_warm_after = 7d",
            "becomes warm after 8d, is deleted after 401d, counted from its creation",
        ),
        ("index_rotation = daily\nindex_delete_after = never", "(records are kept for ever)"),
    ],
)
def test_the_report_says_how_long_indices_are_kept(tmp_path: Path, section: str, told: str) -> None:
    wanted = {PATH: policies(declared(tmp_path, section))[PATH]}
    (created,) = apply(Domain(), wanted)
    assert told in str(created)
    (to_be_created,) = apply(Domain(), wanted, dry_run=True)
    assert told in next(to_be_created.lines())
    other = policies(declared(tmp_path, "index_delete_after = 12d"))[PATH]
    (updated,) = apply(Domain(answered(other)), wanted)
    assert told.strip("()") in str(updated)
    assert "policy.states" in str(updated)


def test_a_policy_of_another_is_left_alone(tmp_path: Path) -> None:
    wanted = {PATH: policies(declared(tmp_path, ""))[PATH]}
    theirs = json.loads(json.dumps(wanted[PATH]))
    theirs["policy"]["description"] = "ours"
    domain = Domain(answered(theirs))
    with pytest.raises(ConfigError, match="made by another"):
        apply(domain, wanted)
    assert domain.puts == []


@pytest.fixture
def series(opensearch_url: str) -> Iterator[str]:
    name = f"log-series-{uuid.uuid4().hex[:8]}"
    yield name
    client = connect(opensearch_url)
    client.indices.delete(index=f"{name}*")
    client.indices.delete_index_template(name=f"{name}*", params={"ignore": 404})


def test_a_series_begins_with_an_index_behind_its_alias(opensearch_url: str, tmp_path: Path, series: str) -> None:
    config = declared(tmp_path, "index_rotation = auto", name=series)
    requests = Requests(connect(opensearch_url))
    first = {change.path: change.action for change in run(endpoint=opensearch_url, config=config)}
    assert first[f"/{series}-000001"] == "created"
    requests.post(f"/{series}/_doc/1?refresh=true", {"@timestamp": "2030-01-02T03:04:05Z"})
    requests.post(f"/{series}/_rollover", {})
    again = {change.path: change.action for change in run(endpoint=opensearch_url, config=config)}
    assert again[f"/{series}-000001"] == "unchanged"
    assert set(requests.get(f"/_alias/{series}")) == {f"{series}-000001", f"{series}-000002"}


def test_an_index_in_the_place_of_the_alias_is_named(opensearch_url: str, tmp_path: Path, series: str) -> None:
    requests = Requests(connect(opensearch_url))
    requests.put(f"/{series}", {})
    config = declared(tmp_path, "index_rotation = auto", name=series)
    with pytest.raises(ConfigError) as caught:
        apply(requests, first_indices(config))
    message = str(caught.value)
    assert message.startswith(f"{series} is an index or a data stream, and index_rotation = auto needs the name for an")
    assert f"another index_name or index_rotation; or delete {series}" in message


def test_a_data_stream_in_the_place_of_the_alias_is_named(tmp_path: Path) -> None:
    domain = Domain()
    domain.answers = {f"/{NAME}": {f".ds-{NAME}-000001": {"aliases": {}}}}
    with pytest.raises(ConfigError, match=f"{NAME} is an index or a data stream"):
        apply(domain, first_indices(declared(tmp_path, "index_rotation = auto")))


def test_aliases_of_a_users_own_do_no_harm(opensearch_url: str, tmp_path: Path, series: str) -> None:
    requests = Requests(connect(opensearch_url))
    first = first_indices(declared(tmp_path, "index_rotation = auto", name=series))
    apply(requests, first)
    requests.put(f"/{series}-000001/_alias/{series}-mine", {"filter": {"term": {"user.name": "root"}}})
    assert [change.action for change in apply(requests, first)] == ["unchanged"]
    requests.post(f"/{series}/_rollover", {})
    requests.put(f"/{series}-000002/_alias/{series}-other", {})
    assert [change.action for change in apply(requests, first)] == ["unchanged"]


@pytest.mark.parametrize(
    ("flags", "hint"),
    [
        ([None], ""),  # the engine writes to the only index of an alias that says nothing
        ([True, None], ""),
        ([False, True], ""),
        ([False], "000001"),
        ([None, None], "000002"),
        ([None, False], "000002"),
    ],
)
def test_an_alias_that_takes_no_records_is_named_with_what_mends_it(
    opensearch_url: str, tmp_path: Path, series: str, flags: list[bool | None], hint: str
) -> None:
    requests = Requests(connect(opensearch_url))
    for number, flag in enumerate(flags, 1):
        alias = {} if flag is None else {"is_write_index": flag}
        requests.put(f"/{series}-{number:06}", {"aliases": {series: alias, f"{series}-mine": {}}})
    first = first_indices(declared(tmp_path, "index_rotation = auto", name=series))
    if hint:
        with pytest.raises(ConfigError, match=f"{series} is an alias without a write index") as caught:
            apply(requests, first)
        _what, path, body = str(caught.value).rsplit(maxsplit=2)
        assert path == f"/{series}-{hint}/_alias/{series}"
        requests.put(path, json.loads(body))
    assert [change.action for change in apply(requests, first)] == ["unchanged"]
    requests.post(f"/{series}/_doc/1", {"@timestamp": "2030-01-02T03:04:05Z"})


@pytest.mark.parametrize("codec", sorted(set(CODECS) - OF_A_PLUGIN))
def test_every_codec_is_one_that_the_engine_knows(opensearch_url: str, tmp_path: Path, series: str, codec: str) -> None:
    requests = Requests(connect(opensearch_url))
    apply(requests, templates(declared(tmp_path, f"index_codec = {codec}", name=series)))
    requests.put(f"/{series}-2030-01", None)
    found = requests.get(f"/{series}-2030-01")[f"{series}-2030-01"]["settings"]["index"]
    assert found["codec"] == codec


def test_every_path_of_a_plan_has_a_kind() -> None:
    for path, body in plan(builtin_config(), frozenset(Feature)).items():
        kind = kind_of(path)
        assert kind.name
        assert OWNER in json.dumps(body)
