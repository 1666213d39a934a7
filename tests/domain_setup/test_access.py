"""Roles on a real security plugin: the loader writes and nothing else, analysts read, users' own members stay."""

import json
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from opensearchpy import OpenSearch
from opensearchpy.exceptions import AuthorizationException

from domain_setup.access import ANALYST, LOADER, Access, role_mappings
from domain_setup.kinds import kind_of
from domain_setup.setup import Change, apply, run
from es_loader.errors import AccessError, ConfigError
from es_loader.failures import rejected_document
from es_loader.pipeline import Loader
from es_loader.sinks.bulk import BulkSink
from es_loader.sinks.opensearch import Requests, bulk, connect
from laptop.security_node import ROLES, SecurityNode
from samples.investigations import INVESTIGATIONS
from tests.golden import builtin_config, cases, load_bytes

ACCESS = Access((ROLES["loader"],), (ROLES["analyst"],))
MAPPING = f"/_plugins/_security/api/rolesmapping/{LOADER}"


@pytest.fixture(scope="module")
def node(access_controlled: SecurityNode) -> Iterator[SecurityNode]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SSL_CERT_FILE", access_controlled.authority)
        yield access_controlled


def set_up(node: SecurityNode, access: Access = ACCESS) -> dict[str, Change]:
    changes = run(endpoint=node.url("master"), config=builtin_config(), access=access)
    return {change.path: change for change in changes}


@pytest.fixture(scope="module")
def ready(node: SecurityNode) -> SecurityNode:
    set_up(node)
    return node


def as_user(node: SecurityNode, user: str) -> OpenSearch:
    return connect(node.url(user))


def name() -> str:
    return f"log-linux-os-{uuid.uuid4().hex[:8]}"  # a template has its fields: analysts search log-*


def put(client: OpenSearch, *indices: str) -> list[int]:
    lines: list[dict[str, Any]] = []
    for index in indices:
        lines += [{"index": {"_index": index, "_id": "1"}}, {"@timestamp": "2030-01-02T03:04:05Z"}]
    return [item["index"]["status"] for item in client.bulk(body=lines)["items"]]


def test_setup_gives_the_roles_and_a_second_one_changes_nothing(ready: SecurityNode) -> None:
    found = set_up(ready)
    assert found[MAPPING].action == "unchanged"
    assert {change.action for change in found.values()} <= {"unchanged", "left out"}


def test_the_loader_writes_logs_and_metrics_and_makes_their_indices(ready: SecurityNode) -> None:
    loader = as_user(ready, "loader")
    assert put(loader, name(), "metrics-access") == [201, 201]


def test_the_loader_writes_through_the_alias_of_a_series(ready: SecurityNode) -> None:
    alias = name()
    Requests(as_user(ready, "master")).put(f"/{alias}-000001", {"aliases": {alias: {"is_write_index": True}}})
    assert put(as_user(ready, "loader"), alias) == [201]


def test_the_loader_is_refused_elsewhere_item_by_item(ready: SecurityNode) -> None:
    assert put(as_user(ready, "loader"), "other", name(), ".kibana", ".opendistro_security") == [403, 201, 403, 403]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/log-*/_search", None),
        ("GET", "/{index}/_doc/1", None),
        ("DELETE", "/{index}", None),
        ("DELETE", "/{index}/_doc/1", None),
        ("GET", "/{index}/_settings", None),
        ("GET", "/{index}/_mapping", None),
        ("POST", "/{index}/_close", None),
        ("PUT", "/_index_template/mine", {"index_patterns": ["log-*"]}),
        ("GET", "/_cluster/settings", None),
        ("GET", "/_plugins/_security/api/roles", None),
        ("PUT", "/_plugins/_security/api/rolesmapping/all_access", {"users": ["loader"]}),
    ],
)
def test_the_loader_may_do_nothing_else(ready: SecurityNode, method: str, path: str, body: Any) -> None:
    index = name()
    put(as_user(ready, "master"), index)
    with pytest.raises(AuthorizationException):
        as_user(ready, "loader").transport.perform_request(method, path.format(index=index), body=body)


def test_every_golden_log_loads_as_the_loader_into_the_oldest_version(ready: SecurityNode) -> None:
    loader, failed = Loader(builtin_config()), list[str]()
    documents = [item for case in cases() for item in load_bytes(loader, case.log.read_bytes(), case.key)[0]]
    with BulkSink(
        bulk(as_user(ready, "loader")),
        replace=rejected_document,
        on_failed=lambda _ref, reason: failed.append(reason),
    ) as sink:
        for item in documents:
            sink.add(item["_index"], item["_id"], json.dumps(item["_source"]).encode(), None)
    assert (failed, sink.counters.rejected, sink.counters.loaded) == ([], 0, len(documents))
    master = Requests(as_user(ready, "master"))
    master.post("/log-*/_refresh")
    assert master.post("/log-*/_count", {"query": {"exists": {"field": "_ignored"}}})["count"] == 0


def test_an_analyst_reads(ready: SecurityNode) -> None:
    analyst = Requests(as_user(ready, "analyst"))
    for investigation in INVESTIGATIONS:
        answer = analyst.post(f"/{investigation.index}/_search", investigation.body)
        assert answer["_shards"]["failed"] == 0
    assert analyst.get("/log-*/_mapping")
    assert analyst.get("/log-*/_field_caps?fields=source.ip")["fields"]
    assert analyst.get("/_cluster/health")["status"]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "/{index}/_doc/1", {"a": 1}),
        ("DELETE", "/{index}/_doc/1", None),
        ("DELETE", "/{index}", None),
        ("PUT", "/{index}/_settings", {"index": {"number_of_replicas": 0}}),
        ("GET", "/.opendistro_security/_search", None),
        ("GET", "/_plugins/_security/api/internalusers", None),
    ],
)
def test_an_analyst_changes_nothing(ready: SecurityNode, method: str, path: str, body: Any) -> None:
    index = name()
    put(as_user(ready, "master"), index)
    with pytest.raises(AuthorizationException):
        as_user(ready, "analyst").transport.perform_request(method, path.format(index=index), body=body)


def test_who_has_no_role_gets_nowhere(ready: SecurityNode) -> None:
    with pytest.raises(AccessError):
        Requests(as_user(ready, "nobody")).get("/log-*/_search")
    with pytest.raises(AccessError):
        run(endpoint=ready.url("loader"), config=builtin_config())


def test_members_that_somebody_added_stay(ready: SecurityNode) -> None:
    master = Requests(as_user(ready, "master"))
    master.put(MAPPING, {"backend_roles": ["arn:aws:iam::123456789012:role/own"], "users": ["colleague"], "hosts": []})
    assert set_up(ready)[MAPPING].action == "updated"
    (found,) = master.get(MAPPING).values()
    assert found["backend_roles"] == ["arn:aws:iam::123456789012:role/own", ROLES["loader"]]
    assert found["users"] == ["colleague"]
    assert set_up(ready)[MAPPING].action == "unchanged"


def test_a_role_of_ours_is_put_right_and_one_of_another_left_alone(ready: SecurityNode) -> None:
    master, path = Requests(as_user(ready, "master")), f"/_plugins/_security/api/roles/{ANALYST}"
    (role,) = master.get(path).values()
    kept = {key: role[key] for key in ("description", "cluster_permissions", "index_permissions", "tenant_permissions")}
    master.put(path, {**kept, "cluster_permissions": ["*"]})
    assert set_up(ready)[path].action == "updated"
    master.put(path, {**kept, "description": "mine"})
    with pytest.raises(ConfigError, match=f"roles/{ANALYST} is in the domain already, made by another"):
        set_up(ready)
    master.put(path, kept)


def test_a_reserved_mapping_is_never_touched() -> None:
    class Reserved:
        def get(self, _path: str) -> Any:
            return {"all_access": {"reserved": True, "backend_roles": [], "hosts": [], "users": []}}

        def put(self, path: str, body: Any) -> None:
            raise AssertionError((path, body))

    with pytest.raises(ConfigError, match="made by another"):
        apply(Reserved(), role_mappings(Access(administrators=("arn:aws:iam::123456789012:role/admin",))))


def test_arns_of_users_and_of_roles_are_told_apart() -> None:
    arns = ("arn:aws:iam::123456789012:user/ann", "arn:aws-cn:iam::123456789012:role/path/sec")
    ((path, body),) = role_mappings(Access(analysts=arns)).items()
    assert kind_of(path).name == "role mapping"
    assert (body["users"], body["backend_roles"]) == ([arns[0]], [arns[1]])
