"""Lifecycle policies on an OpenSearch with index management: put, attached to new indices, and carried out.

    OPENSEARCH_URL=https://user:password@host:9200 make test-full

What `make test` starts by itself has no index management. The node is for tests: its job interval is set to a minute.
"""

import os
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from domain_setup.features import Feature, offered
from domain_setup.setup import run
from es_loader.config import load_config
from es_loader.declarations import Config
from es_loader.sinks.opensearch import Requests, connect

MINUTES = 8
"""One wait at most: a policy's next step comes after up to two intervals of the jobs, and some follow on another."""


def waiting(times: int) -> pytest.MarkDecorator:
    """Return the time that a test has which waits so often."""
    return pytest.mark.timeout(times * MINUTES * 60 + 120)


@pytest.fixture(scope="session")
def url() -> str:
    found = os.environ.get("OPENSEARCH_URL")
    assert found, "name an OpenSearch with index management in OPENSEARCH_URL"
    return found


@pytest.fixture(scope="session")
def domain(url: str) -> Requests:
    requests = Requests(connect(url))
    assert Feature.INDEX_MANAGEMENT in offered(requests), f"{url} has no index management"
    settings = {"plugins.index_state_management.job_interval": 1, "plugins.index_state_management.jitter": 0.0}
    requests.put("/_cluster/settings", {"persistent": settings})
    return requests


@pytest.fixture
def name(domain: Requests) -> Iterator[str]:
    found = f"log-full-{uuid.uuid4().hex[:8]}"
    yield found
    domain.client.indices.delete(index=f"{found}*", params={"ignore": 404})
    domain.client.indices.delete_index_template(name=f"{found}*", params={"ignore": 404})
    domain.client.transport.perform_request("DELETE", f"/_plugins/_ism/policies/siem-{found}")


def declared(folder: Path, name: str, section: str) -> Config:
    (folder / "aws.ini").write_text(f"[s]\ns3_key = s/\nfile_format = json\nindex_name = {name}\n{section}\n")
    return load_config(folder / "aws.ini")


def until(condition: Callable[[], Any]) -> None:
    deadline = time.monotonic() + MINUTES * 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(5)


def actions(url: str, config: Config, name: str) -> dict[str, str]:
    return {change.path: change.action for change in run(endpoint=url, config=config) if name in change.path}


def test_setup_puts_policies_once_and_changes_them(url: str, domain: Requests, name: str, tmp_path: Path) -> None:
    path = f"/_plugins/_ism/policies/siem-{name}"
    section = "index_warm_after = 10d\nindex_delete_after = 90d\nindex_rotation = {}"
    for rotation in ("daily", "auto"):
        config = declared(tmp_path, name, section.format(rotation))
        assert actions(url, config, name)[path] in {"created", "updated"}
        assert set(actions(url, config, name).values()) == {"unchanged"}
    assert domain.get(path)["policy"]["states"][0]["actions"]


@waiting(1)
def test_a_new_index_is_managed_by_its_policy(url: str, domain: Requests, name: str, tmp_path: Path) -> None:
    run(endpoint=url, config=declared(tmp_path, name, "index_rotation = daily"))
    domain.put(f"/{name}-2030-01-02", None)
    explained = f"/_plugins/_ism/explain/{name}-2030-01-02"
    until(lambda: domain.get(explained)[f"{name}-2030-01-02"].get("policy_id") == f"siem-{name}")


@waiting(2)
def test_a_series_goes_on_and_what_is_old_is_deleted(url: str, domain: Requests, name: str, tmp_path: Path) -> None:
    section = "index_rotation = auto\nindex_rollover_age = 1d\nindex_delete_after = 1d"
    run(endpoint=url, config=declared(tmp_path, name, section))
    path = f"/_plugins/_ism/policies/siem-{name}"
    answer = domain.get(path)
    policy = {key: answer["policy"][key] for key in ("description", "default_state", "states", "ism_template")}
    policy["states"][0]["actions"] = [{"rollover": {"min_doc_count": 1}}]
    policy["states"][0]["transitions"][0]["conditions"] = {"min_rollover_age": "1m"}
    domain.put(f"{path}?if_seq_no={answer['_seq_no']}&if_primary_term={answer['_primary_term']}", {"policy": policy})
    domain.post(f"/_plugins/_ism/change_policy/{name}-000001", {"policy_id": f"siem-{name}"})
    domain.post(f"/{name}/_doc/1?refresh=true", {"@timestamp": "2030-01-02T03:04:05Z"})
    until(lambda: f"{name}-000002" in (domain.get(f"/_alias/{name}") or {}))
    until(lambda: domain.get(f"/{name}-000001") is None)
