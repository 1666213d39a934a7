"""The demo deploys each log source that the emulator has resources for; docs/demo.md lists what others lack."""

import json
import re
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import boto3
import pytest
from botocore.exceptions import ClientError

from app import add_stacks
from laptop.demo_settings import SETTINGS
from laptop.emulator import emulator
from laptop.opensearch_node import OpenSearchNode
from siem_stack.log_sources import log_sources
from siem_stack.log_sources.source import LogSource
from siem_stack.settings import PREFIX, from_context
from tests.siem_stack.conftest import NO_BUNDLING, alone

PAGE = Path(__file__).parents[2] / "docs" / "demo.md"


@pytest.fixture(scope="module")
def rejected() -> dict[str, list[str]]:
    """Types that the emulator does not have, by the source that needs them; none, if it has all."""
    with emulator(OpenSearchNode("http://127.0.0.1:9")) as aws:
        client = boto3.client(
            "cloudformation",
            endpoint_url=aws.endpoint_url,
            region_name=aws.env["AWS_REGION"],
            aws_access_key_id=aws.env["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=aws.env["AWS_SECRET_ACCESS_KEY"],
        )
        return {source.name: unrecognized(client, types(source)) for source in log_sources()}


def types(source: LogSource) -> list[str]:
    """The types of all resources that are deployed with this source alone."""
    app = cdk.App(context=NO_BUNDLING)
    add_stacks(app, from_context({PREFIX + name: value for name, value in alone()[source.setting].items()}))
    templates = [stack.template for stack in app.synth().stacks_recursively]
    return sorted({resource["Type"] for template in templates for resource in template["Resources"].values()})


def unrecognized(client: Any, types: list[str]) -> list[str]:
    """Those of some types that CloudFormation does not know."""
    body = json.dumps({"Resources": {f"R{number}": {"Type": each} for number, each in enumerate(types)}})
    try:
        client.validate_template(TemplateBody=body)
    except ClientError as exc:
        if found := re.search(r"Unrecognized resource types: \[(.*)\]", str(exc)):
            return found[1].split(", ")
        raise
    return []


def test_the_page_lists_what_the_emulator_does_not_have(rejected: dict[str, list[str]]) -> None:
    titles = {source.name: source.title for source in log_sources()}
    rows = [
        f"| [{titles[name]}](log-sources/{name}.md) | {', '.join(f'`{each}`' for each in lacking) or '-'} |"
        for name, lacking in rejected.items()
    ]
    assert re.findall(r"^\| \[.*\]\(log-sources/.*$", PAGE.read_text(), re.MULTILINE) == rows


def test_the_demo_deploys_all_others(rejected: dict[str, list[str]]) -> None:
    settings = from_context({PREFIX + name: value for name, value in SETTINGS.items()})
    switched_on = {source.name for source in log_sources() if source.is_on(settings)}
    assert switched_on == {name for name, lacking in rejected.items() if not lacking}
