"""What others made stays as it is, and a name that is taken changes nothing at all."""

import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from domain_setup.features import Feature
from domain_setup.indices import OWNER
from domain_setup.setup import apply, run
from domain_setup.templates import Templates
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
    assert (change.action, list(map(str, change.differences))) == ("updated", ["priority: 5 -> 1"])
    assert [again.action for again in apply(domain, {path: body(name)})] == ["unchanged"]


def test_what_a_later_version_made_is_replaced_on_request_only(domain: Requests, name: str) -> None:
    path = f"/_index_template/{name}"
    apply(domain, {path: body(name, version=2)})
    with pytest.raises(ConfigError, match=f"a later version of this project made _index_template/{name}; upgrade"):
        apply(domain, {path: body(name, version=1)})
    (told,) = apply(domain, {path: body(name, version=1)}, dry_run=True)
    assert list(told.lines())[1:] == ["    version: 2 -> 1"]
    assert [change.action for change in apply(domain, {path: body(name, version=1)}, downgrade=True)] == ["updated"]


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
    assert {change.action for change in run(endpoint=opensearch_url, config=config)} <= {"unchanged", "left out"}


def test_what_this_opensearch_lacks_is_left_out_and_named(
    domain: Requests, opensearch_url: str, tmp_path: Path
) -> None:
    (tmp_path / "aws.ini").write_text("")
    told = {
        change.path: str(change) for change in run(endpoint=opensearch_url, config=load_config(tmp_path / "aws.ini"))
    }
    for feature in Feature:
        lacking = f"{feature.path[1:]}: left out (this OpenSearch has no {feature.title})"
        assert (told.get(feature.path) == lacking) is not domain.offers(feature.path)


def test_a_change_in_full_names_fields_with_their_types(domain: Requests, name: str) -> None:
    def mapped(**fields: Any) -> Any:
        return body(name, composed_of=[], template={"mappings": {"properties": {"aws": {"properties": fields}}}})

    path = f"/_index_template/{name}"
    apply(domain, {path: mapped(bytes={"type": "integer"}, gone={"type": "ip"}, host={"type": "keyword"})})
    wanted = mapped(bytes={"type": "long"}, elb={"properties": {"name": {"type": "keyword"}}}, host={"type": "keyword"})
    (change,) = apply(domain, {path: wanted}, dry_run=True)
    places = [f"template.mappings.aws.{leaf}" for leaf in ("bytes.type", "elb.name", "gone")]
    assert list(change.lines()) == [
        f"_index_template/{name}: to be updated ({', '.join(places)})",
        "    template.mappings.aws.bytes.type: integer -> long",
        "    template.mappings.aws.elb.name: nothing -> keyword",
        "    template.mappings.aws.gone: ip -> nothing",
    ]


def test_a_domain_that_does_not_answer_is_worth_another_try(tmp_path: Path) -> None:
    (tmp_path / "aws.ini").write_text("")
    with pytest.raises(RetryableError, match="cannot be reached"):
        run(endpoint="http://127.0.0.1:9", config=load_config(tmp_path / "aws.ini"))
