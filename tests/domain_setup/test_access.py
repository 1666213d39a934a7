"""Roles on a real security plugin: the loader writes and nothing else, analysts read, users' own members stay."""

import json
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from opensearchpy import OpenSearch
from opensearchpy.exceptions import AuthorizationException

from domain_setup.access import ANALYST, LOADER, NOBODY, Access, role_mappings, roles
from domain_setup.handler import set_up as handler_set_up
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
SECURITY = "/_plugins/_security/api"
MAPPING = f"{SECURITY}/rolesmapping/{LOADER}"
ARN = "arn:aws:iam::123456789012:role/"


@pytest.fixture(scope="module")
def node(access_controlled: SecurityNode) -> Iterator[SecurityNode]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SSL_CERT_FILE", access_controlled.authority)
        yield access_controlled


def set_up(node: SecurityNode, access: Access = ACCESS, former: Access = NOBODY) -> dict[str, Change]:
    changes = run(endpoint=node.url("master"), config=builtin_config(), access=access, former=former)
    return {change.path: change for change in changes}


def mapping(role: str) -> str:
    return f"{SECURITY}/rolesmapping/{role}"


def members(node: SecurityNode, role: str) -> dict[str, Any]:
    (found,) = Requests(as_user(node, "master")).get(mapping(role)).values()
    return dict(found)


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
    "lines",
    [
        [{"update": {"_id": "1"}}, {"doc": {"a": 1}}],
        [{"update": {"_id": "new"}}, {"doc": {"a": 1}, "doc_as_upsert": True}],
        [{"delete": {"_id": "1"}}],
    ],
)
def test_the_loader_changes_no_part_of_a_document_and_deletes_none(
    ready: SecurityNode, lines: list[dict[str, Any]]
) -> None:
    index = name()
    put(as_user(ready, "master"), index)
    (item,) = as_user(ready, "loader").bulk(index=index, body=lines)["items"]
    assert [result["status"] for result in item.values()] == [403]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/log-*/_search", None),
        ("POST", "/{index}/_update/1", {"doc": {"a": 1}}),
        ("POST", "/{index}/_update/2", {"doc": {"a": 1}, "doc_as_upsert": True}),
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


def test_an_analyst_pages_through_a_search_and_has_a_query_explained(ready: SecurityNode) -> None:
    analyst = as_user(ready, "analyst")
    scroll = analyst.search(index="log-*", scroll="1m", size=1)["_scroll_id"]
    assert analyst.scroll(body={"scroll": "1m", "scroll_id": scroll})["_scroll_id"]
    assert analyst.clear_scroll(body={"scroll_id": [scroll]})["succeeded"]
    assert analyst.indices.validate_query(index="log-*", q="source.ip:192.0.2.1")["valid"]
    point = analyst.create_pit(index="log-*", params={"keep_alive": "1m"})["pit_id"]
    assert analyst.delete_pit(body={"pit_id": [point]})["pits"][0]["successful"]


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
    own = {
        "backend_roles": [f"{ARN}own"],
        "and_backend_roles": [f"{ARN}one", f"{ARN}other"],
        "users": ["colleague"],
        "hosts": ["198.51.100.7"],
        "description": "mine",
    }
    Requests(as_user(ready, "master")).put(MAPPING, own)
    assert set_up(ready)[MAPPING].action == "updated"
    found = members(ready, LOADER)
    assert {key: found[key] for key in own} == {**own, "backend_roles": [f"{ARN}own", ROLES["loader"]]}
    assert set_up(ready)[MAPPING].action == "unchanged"


def test_who_left_the_settings_loses_the_role_and_others_keep_it(ready: SecurityNode) -> None:
    former = Access(ACCESS.loaders, (*ACCESS.analysts, f"{ARN}left", "arn:aws:iam::123456789012:user/ann"))
    set_up(ready, former)
    given = members(ready, ANALYST)
    Requests(as_user(ready, "master")).put(
        mapping(ANALYST),
        {
            "backend_roles": [*given["backend_roles"], f"{ARN}own"],
            "users": [*given["users"], f"{ARN}left", "colleague"],
        },
    )
    assert set_up(ready, former=former)[mapping(ANALYST)].action == "updated"
    found = members(ready, ANALYST)
    assert found["backend_roles"] == [ROLES["analyst"], f"{ARN}own"]
    assert found["users"] == ["colleague"]
    assert set_up(ready, former=former)[mapping(ANALYST)].action == "unchanged"


def test_an_update_of_the_stack_takes_the_role_from_who_left_its_settings(
    ready: SecurityNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENSEARCH_ENDPOINT", ready.url("master"))
    monkeypatch.delenv("AWS_REGION", raising=False)
    now = {"Loaders": [*ACCESS.loaders], "Analysts": [*ACCESS.analysts], "Administrators": []}
    before = {**now, "Analysts": [*ACCESS.analysts, f"{ARN}left"], "Administrators": [f"{ARN}lead"]}
    handler_set_up({"ResourceProperties": before}, 0)
    assert f"{ARN}left" in members(ready, ANALYST)["backend_roles"]
    handler_set_up({"ResourceProperties": now, "OldResourceProperties": before}, 0)
    assert f"{ARN}left" not in members(ready, ANALYST)["backend_roles"]
    assert members(ready, "all_access")["backend_roles"] == ["admin"]


def test_the_last_who_had_a_role_loses_it(ready: SecurityNode) -> None:
    analyst = Requests(as_user(ready, "analyst"))
    assert analyst.get("/log-*/_search")
    set_up(ready, Access(ACCESS.loaders), former=ACCESS)
    with pytest.raises(AccessError):
        analyst.get("/log-*/_search")
    set_up(ready)
    assert analyst.get("/log-*/_search")


def test_who_left_may_have_lost_the_whole_mapping_already(ready: SecurityNode) -> None:
    as_user(ready, "master").transport.perform_request("DELETE", mapping(ANALYST))
    set_up(ready, Access(ACCESS.loaders), former=ACCESS)
    found = members(ready, ANALYST)
    assert (found["backend_roles"], found["users"]) == ([], [])
    set_up(ready)


def test_a_role_that_nobody_is_named_for_stays_as_it_is(ready: SecurityNode) -> None:
    before = members(ready, ANALYST)
    found = set_up(ready, NOBODY)
    assert not [path for path in found if "/rolesmapping/" in path]
    assert members(ready, ANALYST) == before


def test_an_administrator_of_an_amazon_domain_manages_its_security_too(ready: SecurityNode) -> None:
    master, role = Requests(as_user(ready, "master")), f"{SECURITY}/roles/security_manager"
    administrator = Access(administrators=(f"{ARN}administrator",))
    found = set_up(ready, administrator)
    assert found[mapping("all_access")].action == "updated"
    assert str(found[mapping("security_manager")]).endswith("left out (this OpenSearch has no role security_manager)")
    master.put(role, {"cluster_permissions": ["cluster:monitor/main"]})
    assert set_up(ready, administrator)[mapping("security_manager")].action == "created"
    assert members(ready, "security_manager")["backend_roles"] == [f"{ARN}administrator"]
    set_up(ready, former=administrator)
    assert members(ready, "security_manager")["backend_roles"] == []
    assert members(ready, "all_access")["backend_roles"] == ["admin"]
    for path in (mapping("security_manager"), role):
        as_user(ready, "master").transport.perform_request("DELETE", path)


@pytest.mark.parametrize(
    "restriction",
    [{"dls": '{"term": {"cloud.account.id": "1"}}'}, {"fls": ["~user.name"]}, {"masked_fields": ["source.ip"]}],
)
def test_what_somebody_hides_from_analysts_is_noticed_and_put_right(
    ready: SecurityNode, restriction: dict[str, Any]
) -> None:
    master, path = Requests(as_user(ready, "master")), f"{SECURITY}/roles/{ANALYST}"
    wanted = roles()[path]
    (rights,) = wanted["index_permissions"]
    master.put(path, {**wanted, "index_permissions": [{**rights, **restriction}]})
    change = set_up(ready)[path]
    assert (change.action, [each.place for each in change.differences]) == ("updated", ["index_permissions"])
    assert next(iter(restriction)) in "".join(change.lines())
    assert set_up(ready)[path].action == "unchanged"


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


class Reserved:
    """A domain whose administrators are given by a file on its nodes."""

    def get(self, _path: str) -> Any:
        return {"all_access": {"reserved": True, "backend_roles": [f"{ARN}given"], "hosts": [], "users": []}}

    def put(self, path: str, body: Any) -> None:
        raise AssertionError((path, body))

    post = put


def test_a_reserved_mapping_is_never_touched() -> None:
    with pytest.raises(ConfigError, match="made by another"):
        apply(Reserved(), administrators(f"{ARN}new"))


def test_a_reserved_mapping_that_is_right_already_is_no_fault() -> None:
    assert [change.action for change in apply(Reserved(), administrators(f"{ARN}given"))] == ["unchanged"]


def administrators(*arns: str) -> dict[str, Any]:
    path = mapping("all_access")
    return {path: role_mappings(Access(administrators=arns))[path]}


def test_arns_of_users_and_of_roles_are_told_apart() -> None:
    arns = ("arn:aws:iam::123456789012:user/ann", "arn:aws-cn:iam::123456789012:role/path/sec")
    ((path, body),) = role_mappings(Access(analysts=arns)).items()
    assert kind_of(path).name == "role mapping"
    assert (body["users"], body["backend_roles"]) == ([arns[0]], [arns[1]])
