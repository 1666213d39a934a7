"""What the owners of other buckets, keys, topics and queues must add is printed, whole and in time."""

import json
from typing import Any

import pytest

from siem_stack.policies_of_others import OUTPUT_BYTES, collected
from siem_stack.rendering import rendered
from siem_stack.stack import SiemStack
from siem_stack.statements_to_add import main, statements
from tests.siem_stack.policies import ACCOUNT, PSEUDO, of_key, of_log_bucket, stack_of

KEY = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/0123abcd-0000-4000-8000-000000000002"
FOREIGN_KEY = "arn:aws:kms:eu-west-1:444455556666:key/0123abcd-0000-4000-8000-000000000001"
QUEUE = "arn:aws:sqs:eu-west-1:444455556666:new-logs"
TOPIC = "arn:aws:sns:eu-central-1:444455556666:new-logs"
OTHERS = {
    "additional_buckets": "more-logs 444455556666:logs-of-others",
    "additional_key_arns": FOREIGN_KEY,
    "notification_queue_arns": QUEUE,
    "notification_topic_arns": TOPIC,
}


def added(stack: SiemStack) -> dict[str, list[dict[str, Any]]]:
    return collected(stack, PSEUDO)


def test_an_own_bucket_and_key_need_nothing() -> None:
    assert added(stack_of()) == {}


@pytest.fixture(scope="module")
def with_others() -> dict[str, list[dict[str, Any]]]:
    return added(stack_of(**OTHERS))


@pytest.mark.parametrize(
    ("owner", "sid", "actions", "resource"),
    [
        ("bucket logs-of-others", "SiemReadLogs", ["s3:GetObject", "s3:GetObjectVersion"], "arn:aws:s3:::logs-of-others/*"),
        ("bucket logs-of-others", "SiemTellMissingLogs", "s3:ListBucket", "arn:aws:s3:::logs-of-others"),
        (f"key {FOREIGN_KEY}", "SiemDecryptLogs", "kms:Decrypt", "*"),
        (f"queue {QUEUE}", "SiemTakeMessages", ["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"], QUEUE),
    ],
)  # fmt: skip
def test_what_lets_the_loader_in(
    with_others: dict[str, list[dict[str, Any]]], owner: str, sid: str, actions: Any, resource: str
) -> None:
    (statement,) = (each for each in with_others[owner] if each["Sid"] == sid)
    assert statement["Principal"]["AWS"].startswith("${LoaderRole")
    assert (statement["Effect"], statement["Action"], statement["Resource"]) == ("Allow", actions, resource)


def test_a_topic_lets_this_account_subscribe_its_queue_alone(with_others: dict[str, list[dict[str, Any]]]) -> None:
    (statement,) = with_others[f"topic {TOPIC}"]
    assert (statement["Sid"], statement["Action"]) == ("SiemSubscribe", "sns:Subscribe")
    assert statement["Resource"] == TOPIC
    assert statement["Principal"] == {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}
    (condition,) = statement["Condition"].values()
    assert condition["sns:Protocol"] == "sqs"
    assert condition["sns:Endpoint"].startswith("${QueuesNewObjects")


def test_nothing_else_and_not_for_own_buckets(with_others: dict[str, list[dict[str, Any]]]) -> None:
    assert with_others.keys() == {
        *("bucket logs-of-others", f"key {FOREIGN_KEY}", f"queue {QUEUE}", f"topic {TOPIC}"),
    }


@pytest.fixture(scope="module")
def existing() -> SiemStack:
    return stack_of(existing_log_bucket="old", existing_key_arn=KEY, organization_id="o-a1b2c3d4e5")


def test_an_existing_bucket_and_key_get_what_own_ones_have(existing: SiemStack) -> None:
    made = stack_of(log_bucket_name="old", organization_id="o-a1b2c3d4e5")
    found = added(existing)
    assert {each["Sid"]: each for each in found["bucket old"]} == of_log_bucket(made)
    of_the_key = {each["Sid"]: each for each in found[f"key {KEY}"]}
    loader = of_the_key.pop("SiemLoader")
    assert of_the_key == of_key(made)
    assert loader["Action"] == ["kms:Decrypt", "kms:GenerateDataKey"]
    assert loader["Principal"]["AWS"].startswith("${LoaderRole")


def outputs_of(stack: SiemStack) -> list[Any]:
    place = stack.node.find_child("StatementsToAdd")
    return [json.loads(rendered(each.value, stack, PSEUDO)) for each in place.node.children]  # type: ignore[attr-defined]


@pytest.mark.parametrize("accounts", [0, 1, 15])
def test_outputs_have_all_of_it_in_pieces_that_cloudformation_takes(accounts: int) -> None:
    listed = " ".join(f"4444555566{number:02}" for number in range(accounts))
    stack = stack_of(existing_log_bucket="old", existing_key_arn=KEY, log_accounts=listed, **OTHERS)
    found = outputs_of(stack)
    assert all(len(json.dumps(each)) < 4096 for each in found)
    assert len(found) > 1
    resources: dict[str, list[Any]] = {}
    for output in found:
        for owner, parts in output.items():
            for part in parts:
                resources.setdefault(owner, []).append(part["Resource"])
    wanted = {owner: [each["Resource"] for each in all_of] for owner, all_of in added(stack).items()}
    assert {owner: flat(each) for owner, each in resources.items()} == {
        owner: flat(each) for owner, each in wanted.items()
    }
    assert OUTPUT_BYTES < 4096


def flat(values: list[Any]) -> list[str]:
    return [one for each in values for one in (each if isinstance(each, list) else [each])]


def test_the_command_prints_them_before_the_deployment(capsys: pytest.CaptureFixture[str]) -> None:
    context = ["-c", "siem:existing_log_bucket=old", "-c", f"siem:additional_key_arns={FOREIGN_KEY}"]
    assert main(["--account", ACCOUNT, "--region", "eu-west-1", *context]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed.keys() == {"bucket old", f"key {FOREIGN_KEY}"}
    assert f"arn:aws:cloudtrail:*:{ACCOUNT}:trail/*" in str(printed["bucket old"])


def test_the_command_says_what_is_wrong_with_a_setting(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--account", ACCOUNT, "--region", "eu-west-1", "-c", "siem:existing_log_bucket=Old"]
    assert main(arguments) == 1
    assert capsys.readouterr().err.startswith("siem:existing_log_bucket must be")


def test_statements_are_those_of_the_partition() -> None:
    found = statements(ACCOUNT, "cn-north-1", {"siem:existing_log_bucket": "old"})
    (balancers,) = (each for each in found["bucket old"] if each["Sid"] == "AWSLoadBalancerWrite")
    assert balancers["Principal"] == {"AWS": "arn:aws-cn:iam::638102146993:root"}
    assert "arn:aws:" not in json.dumps(found)
