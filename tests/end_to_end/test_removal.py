"""docs/removal.md, followed to the letter, leaves what it says."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from laptop.deployment import bootstrap, work_folder
from laptop.emulator import emulator
from laptop.opensearch_node import OpenSearchNode
from tests.end_to_end.account import Account, commands, section

PAGE = (Path(__file__).parents[2] / "docs" / "removal.md").read_text()
IN_ORDER = list(commands(section(PAGE, "In order")))
TRYING_OUT = list(commands(section(PAGE, "For trying out")))
DEPLOY = ".venv/bin/python -m laptop.cdk deploy"
LOGS, LETTERS = "aes-siem-123456789012-log", "aes-siem-123456789012-dead-letters"


@pytest.fixture(scope="module")
def account(opensearch_node: OpenSearchNode) -> Iterator[Account]:
    with emulator(opensearch_node) as aws, work_folder() as folder:
        bootstrap(aws, folder)
        yield Account(aws, folder)


def kept(key: str) -> set[tuple[str, str]]:
    """What the page says is kept: the rows of its first table."""
    rows = re.findall(r"^\| ([a-z]+) \| (.*`) \|$", PAGE.partition("\n## ")[0], re.MULTILINE)
    return {(kind, key if name == "output `EncryptionKey`" else name.strip("`")) for kind, name in rows}


def fill(account: Account) -> None:
    """Put an object into both buckets, twice: they have versions then."""
    for bucket in (LOGS, LETTERS) * 2:
        account.client("s3").put_object(Bucket=bucket, Key="holiday.jpg", Body=b"x")


def outputs(account: Account) -> dict[str, str]:
    (stack,) = account.client("cloudformation").describe_stacks(StackName="aes-siem")["Stacks"]
    return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}


def test_destroy_keeps_what_the_page_says_and_its_steps_remove_that_too(account: Account) -> None:
    before = account.inventory()
    account.run(DEPLOY)
    fill(account)
    key = outputs(account)["EncryptionKey"]
    destroy = next(number for number, line in enumerate(IN_ORDER) if line.endswith("laptop.cdk destroy"))
    for line in IN_ORDER[: destroy + 1]:
        account.run(line)
    assert account.inventory() - before == kept(key)
    for line in IN_ORDER[destroy + 1 :]:
        account.run(line.replace("<the key's ARN>", key))
    assert account.inventory() == before


def test_a_stack_for_trying_out_takes_everything_along(account: Account) -> None:
    before = account.inventory()
    account.run(DEPLOY)
    fill(account)
    for line in TRYING_OUT:
        account.run(line)
    assert account.inventory() == before
