"""What others made stays as it is, and a name that is taken changes nothing at all."""

import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from domain_setup.setup import apply, run
from domain_setup.templates import OWNER, Templates
from es_loader.config import load_config
from es_loader.errors import ConfigError, RetryableError
from es_loader.sinks.opensearch import Requests, connect


@pytest.fixture
def domain(opensearch_url: str) -> Requests:
    return Requests(connect(opensearch_url))


@pytest.fixture
def name(opensearch_url: str) -> Iterator[str]:
    """An index name that no other test uses; its templates go afterwards."""
    found = f"log-{uuid.uuid4().hex[:12]}"
    yield found
    connect(opensearch_url).indices.delete_index_template(name=f"{found}*", params={"ignore": 404})


def body(name: str, **more: Any) -> dict[str, Any]:
    return {"index_patterns": [f"{name}-*"], "priority": 1, "_meta": {"managed_by": OWNER}, **more}


def test_templates_of_others_are_left_alone(domain: Requests, name: str) -> None:
    foreign = f"/_index_template/{name}-foreign"
    domain.put(foreign, {"index_patterns": [f"{name}-foreign-*"], "priority": 7})
    before = domain.get(foreign)
    apply(domain, {f"/_index_template/{name}": body(name)})
    assert domain.get(foreign) == before


def test_a_name_that_another_has_taken_changes_nothing(domain: Requests, name: str) -> None:
    taken, new = f"/_index_template/{name}-taken", f"/_index_template/{name}-new"
    domain.put(taken, {"index_patterns": [f"{name}-taken-*"], "priority": 7, "_meta": {"managed_by": "somebody"}})
    before = domain.get(taken)
    wanted: Templates = {new: body(f"{name}-new"), taken: body(f"{name}-taken")}
    with pytest.raises(ConfigError, match=f"{name}-taken is in the domain already, made by another"):
        apply(domain, wanted)
    assert domain.get(taken) == before
    assert domain.get(new) is None


def test_what_somebody_changed_in_ours_is_put_right(domain: Requests, name: str) -> None:
    path = f"/_index_template/{name}"
    domain.put(path, body(name, priority=5))
    (change,) = apply(domain, {path: body(name)})
    assert (change.action, change.differences) == ("updated", ("priority",))
    assert [again.action for again in apply(domain, {path: body(name)})] == ["unchanged"]


def test_run_sets_up_what_a_configuration_declares(
    domain: Requests, opensearch_url: str, name: str, tmp_path: Path
) -> None:
    (tmp_path / "aws.ini").write_text(f"[shop]\ns3_key = shop/\nfile_format = json\nindex_name = {name}\n")
    config = load_config(tmp_path / "aws.ini")
    path = f"/_index_template/{name}"
    dry = {change.path: change.action for change in run(endpoint=opensearch_url, config=config, dry_run=True)}
    assert dry[path] == "created"
    assert domain.get(path) is None
    assert {change.path: change.action for change in run(endpoint=opensearch_url, config=config)}[path] == "created"
    assert {change.action for change in run(endpoint=opensearch_url, config=config)} == {"unchanged"}


def test_a_domain_that_does_not_answer_is_worth_another_try(tmp_path: Path) -> None:
    (tmp_path / "aws.ini").write_text("")
    with pytest.raises(RetryableError, match="cannot be reached"):
        run(endpoint="http://127.0.0.1:9", config=load_config(tmp_path / "aws.ini"))
