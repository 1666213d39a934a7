"""Every call of AWS has its permission in the table, and nothing is in the table that is not called."""

import re
from pathlib import Path

import boto3
import pytest

from es_loader.doctor.calls import ACTIONS, CannotLook, Refused
from tests.es_loader.doctor.aws import Stubbed

ROOT = Path(__file__).parents[3]
SOURCES = sorted((ROOT / "lambda" / "es_loader" / "doctor").rglob("*.py"))
CALL = re.compile(r"""(?:ask|pages)\(\s*\*?\(?"([a-z0-9-]+)",\s*"([a-z0-9_]+)\"""")
DOCUMENTED = re.compile(r"^\| `([a-z0-9-]+:[A-Za-z0-9]+)` \|", re.MULTILINE)


def test_the_table_has_what_is_called_and_nothing_else() -> None:
    called = {match for path in SOURCES for match in CALL.findall(path.read_text())}
    assert called == ACTIONS.keys()


@pytest.mark.parametrize(("service", "operation"), ACTIONS)
def test_calls_exist_and_only_read(service: str, operation: str) -> None:
    client = boto3.client(service, region_name="eu-west-1")  # type: ignore[call-overload]  # any service
    assert operation in client.meta.method_to_api_mapping
    assert re.match(r"describe_|filter_|get_|list_", operation)


def test_the_page_lists_the_permissions() -> None:
    page = (ROOT / "docs" / "doctor.md").read_text()
    assert sorted(DOCUMENTED.findall(page)) == sorted(ACTIONS.values())


def test_pages_end_where_they_are_told_to() -> None:
    aws = Stubbed()
    for _ in range(2):
        aws.answer("logs", "filter_log_events", {"events": [], "nextToken": "more"})
    found = aws.aws.pages("logs", "filter_log_events", most=2, token=("nextToken", "nextToken"), logGroupName="g")
    assert len(list(found)) == 2


def test_what_is_not_there_is_told_from_what_may_not_be_seen() -> None:
    aws = Stubbed()
    aws.refuse("kms", "describe_key", "NotFoundException")
    with pytest.raises(Refused, match="NotFoundException"):
        aws.aws.ask("kms", "describe_key", KeyId="k")
    aws.refuse("kms", "describe_key", "AccessDeniedException")
    with pytest.raises(CannotLook, match="needs kms:DescribeKey"):
        aws.aws.ask("kms", "describe_key", KeyId="k")
