"""Where snapshots go, and when they are made.

No OpenSearch for the tests has the S3 repository or snapshot management: the requests are held to the forms that the
documentation of both gives, and all that is around them runs on a real node.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from domain_setup.access import Access, role_mappings
from domain_setup.features import Feature
from domain_setup.handler import set_up
from domain_setup.indices import OWNER
from domain_setup.plan import Deployment, plan
from domain_setup.setup import apply, run
from domain_setup.snapshots import REPOSITORY, SCHEDULE, Snapshots, snapshots
from es_loader.cli import main
from es_loader.config import load_config
from es_loader.errors import ConfigError, LoaderError
from laptop.security_node import SecurityNode
from tests.golden import builtin_config

ROLE = "arn:aws:iam::123456789012:role/aes-siem-snapshots"
WANTED = Snapshots("aes-siem-123456789012-snapshots", "eu-central-1", ROLE, 30)
PROPERTIES = {"Bucket": WANTED.bucket, "Region": WANTED.region, "Role": ROLE, "Days": "30"}
BODIES = snapshots(WANTED, builtin_config(), frozenset(Feature))


class Domain:
    """A domain that answers as documented for both APIs, and notes what it is sent."""

    def __init__(self, **answers: Any) -> None:
        self.answers = {REPOSITORY: answers.get("repository"), SCHEDULE: answers.get("schedule")}
        self.sent: list[tuple[str, str, Any]] = []

    def get(self, path: str) -> Any:
        return self.answers.get(path)

    def put(self, path: str, body: Any) -> None:
        self.sent.append(("PUT", path, body))

    def post(self, path: str, body: Any) -> None:
        self.sent.append(("POST", path, body))


def repository(**settings: str) -> dict[str, Any]:
    return {"siem": {"type": "s3", "settings": {**BODIES[REPOSITORY]["settings"], **settings}}}


def schedule(**more: Any) -> dict[str, Any]:
    """What snapshot management answers: the policy with what the engine adds, and its revision."""
    added = {"name": "siem", "schema_version": 21, "enabled": True, "last_updated_time": 1, "enabled_time": 1}
    policy = {**json.loads(json.dumps(BODIES[SCHEDULE])), **added, **more}
    return {"_id": "siem-sm-policy", "_version": 2, "_seq_no": 8, "_primary_term": 3, "sm_policy": policy}


def test_the_requests_are_what_is_documented() -> None:
    assert BODIES[REPOSITORY] == {
        "type": "s3",
        "settings": {"base_path": OWNER, "bucket": WANTED.bucket, "region": "eu-central-1", "role_arn": ROLE},
    }
    policy = BODIES[SCHEDULE]
    assert policy["snapshot_config"]["repository"] == REPOSITORY.rpartition("/")[2]
    assert policy["snapshot_config"]["indices"] == "log-*"
    assert policy["snapshot_config"]["include_global_state"] is False
    assert policy["deletion"]["condition"] == {"max_age": "30d", "min_count": 7}
    assert policy["creation"]["schedule"] == {"cron": {"expression": "0 2 * * *", "timezone": "UTC"}}


def test_both_are_made_once() -> None:
    fresh = Domain()
    assert [str(change) for change in apply(fresh, BODIES)] == [
        "_snapshot/siem: created",
        "_plugins/_sm/policies/siem: created (a snapshot every night is kept for 30 days)",
    ]
    assert fresh.sent == [("PUT", REPOSITORY, BODIES[REPOSITORY]), ("POST", SCHEDULE, BODIES[SCHEDULE])]
    present = Domain(repository=repository(compress="true"), schedule=schedule())
    assert {change.action for change in apply(present, BODIES)} == {"unchanged"}
    assert present.sent == []


def test_a_dry_run_shows_both_and_sends_nothing() -> None:
    fresh = Domain()
    assert all(" to be created" in str(change) for change in apply(fresh, BODIES, dry_run=True))
    assert fresh.sent == []


def test_a_change_goes_to_the_revision_that_was_read() -> None:
    longer = snapshots(Snapshots(WANTED.bucket, WANTED.region, ROLE, 90), builtin_config(), frozenset(Feature))
    present = Domain(repository=repository(), schedule=schedule())
    first, second = apply(present, longer)
    assert (first.action, second.action) == ("unchanged", "updated")
    assert "    deletion.condition.max_age: 30d -> 90d" in list(second.lines())
    assert present.sent == [("PUT", f"{SCHEDULE}?if_seq_no=8&if_primary_term=3", longer[SCHEDULE])]


@pytest.mark.parametrize(
    "taken",
    [{"repository": repository(base_path="theirs", bucket="theirs")}, {"schedule": schedule(description="theirs")}],
)
def test_a_name_that_another_has_taken_changes_nothing(taken: dict[str, Any]) -> None:
    domain = Domain(**taken)
    with pytest.raises(ConfigError, match="made by another"):
        apply(domain, BODIES)
    assert domain.sent == []


def test_without_index_management_there_is_no_schedule() -> None:
    assert set(snapshots(WANTED, builtin_config(), frozenset())) == {REPOSITORY}
    assert snapshots(None, builtin_config(), frozenset(Feature)) == {}


def test_indices_that_move_to_ultrawarm_are_left_out(tmp_path: Path) -> None:
    moves = "index_tier = ultrawarm\nindex_warm_after = 9d"
    sections = {"log-moves": moves, "log-stays": "index_tier = ultrawarm", "log-other": ""}
    (tmp_path / "aws.ini").write_text(
        "".join(
            f"[{name}]\ns3_key = {name}/\nfile_format = json\nindex_name = {name}\n{more}\n"
            for name, more in sections.items()
        )
    )
    config = load_config(tmp_path / "aws.ini")
    assert config.problems == ()
    body = snapshots(WANTED, config, frozenset(Feature))[SCHEDULE]
    assert body["snapshot_config"]["indices"] == "log-*,-log-moves-*"


def test_roles_come_before_the_repository_that_needs_one() -> None:
    paths = list(
        plan(
            builtin_config(),
            frozenset(Feature),
            Access(snapshot_managers=(ROLE,)),
            deployment=Deployment(WANTED),
        )
    )
    assert paths[-2:] == [REPOSITORY, SCHEDULE]
    assert "/_plugins/_security/api/rolesmapping/manage_snapshots" in paths


def test_the_stack_says_where_snapshots_go_and_how_many_replicas_there_are() -> None:
    assert Deployment.of({"Snapshots": PROPERTIES, "MostReplicas": "2"}) == Deployment(WANTED, 2)
    assert Deployment.of({}) == Deployment(None, 1)


def test_a_domain_with_a_zone_on_standby_has_two_replicas_of_every_index() -> None:
    def replicas(deployment: Deployment) -> set[str]:
        found = plan(builtin_config(), frozenset(Feature), deployment=deployment)
        return {
            body["template"]["settings"]["index"]["auto_expand_replicas"]
            for path, body in found.items()
            if path.startswith("/_index_template/")
        }

    assert replicas(Deployment()) == {"0-1"}
    assert replicas(Deployment(most_replicas=2)) == {"0-2"}


def test_the_function_asks_the_domain_for_what_the_stack_says(
    opensearch_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A real engine without the S3 repository says so, by that name; the requests have come that far."""
    monkeypatch.setenv("OPENSEARCH_ENDPOINT", opensearch_url)
    with pytest.raises(LoaderError, match=r"/_snapshot/siem.*repository type \[s3\] does not exist"):
        set_up({"ResourceProperties": {"Snapshots": PROPERTIES}}, 0.0)


def test_the_setup_shows_what_it_would_register(opensearch_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--snapshot-bucket", WANTED.bucket, "--snapshot-role", ROLE, "--region", "eu-central-1"]
    assert main(["setup", "--endpoint", opensearch_url, "--dry-run", *arguments]) == 0
    assert "_snapshot/siem: to be created" in capsys.readouterr().out


def test_the_setup_names_what_snapshots_need(opensearch_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["setup", "--endpoint", opensearch_url, "--snapshot-bucket", "x"]) != 0
    assert "--region and --snapshot-role" in "".join(capsys.readouterr())


def test_people_who_use_dashboards_and_the_setup_have_the_engines_own_roles() -> None:
    access = Access(dashboards_users=("soc",), snapshot_managers=(ROLE,))
    found = {path.rpartition("/")[2]: body["backend_roles"] for path, body in role_mappings(access).items()}
    assert found == {"manage_snapshots": [ROLE], "opensearch_dashboards_user": ["soc"]}


def test_groups_of_an_identity_provider_are_backend_roles() -> None:
    (body,) = role_mappings(Access(analysts=("soc", "arn:aws:iam::123456789012:user/ann"))).values()
    assert (body["backend_roles"], body["users"]) == (["soc"], ["arn:aws:iam::123456789012:user/ann"])


def test_the_engine_has_the_role_for_snapshots(
    access_controlled: SecurityNode, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", access_controlled.authority)
    (tmp_path / "aws.ini").write_text("")
    changes = run(
        endpoint=access_controlled.url("master"),
        config=load_config(tmp_path / "aws.ini"),
        access=Access(snapshot_managers=(ROLE,), dashboards_users=("soc",)),
        dry_run=True,
    )
    told = {change.path.rpartition("/")[2]: change.action for change in changes}
    assert told["manage_snapshots"] in {"created", "updated"}
