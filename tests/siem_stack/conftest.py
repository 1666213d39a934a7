"""CDK talks to a Node process: the one that the project brings, not the machine's."""

import os
from pathlib import Path

from laptop.cdk import search_path

os.environ["PATH"] = search_path(os.environ.get("PATH", os.defpath))  # before the first import of aws_cdk

import aws_cdk as cdk
import pytest
from aws_cdk import assertions

from siem_stack.settings import PREFIX, from_context
from siem_stack.stack import SiemStack

NO_BUNDLING: dict[str, list[str]] = {"aws:cdk:bundling-stacks": []}
OTHER = {
    "alarm_email": "soc@example.com",
    "administrators": "arn:aws:iam::111122223333:role/ops/security-lead",
    "analysts": "arn:aws:iam::111122223333:role/analyst arn:aws:iam::111122223333:user/ann",
    "architecture": "host",
    "cloudtrail": "management insights s3-data lambda-data without-kms",
    "dead_letter_bucket_name": "letters-{account}",
    "dead_letter_days": "400",
    "domain_name": "logs",
    "engine_version": "OpenSearch_2.19",
    "instance_count": "3",
    "instance_type": "or2.large.search",
    "key_alias": "logs",
    "loader_max_concurrency": "20",
    "loader_memory": "3008",
    "loader_timeout": "900",
    "log_bucket_name": "logs-{account}",
    "log_retention_days": "365",
    "oldest_message_hours": "12",
    "removal_policy": "destroy",
    "silence_alarms": "cloudtrail=2 vpcflowlogs=1",
    "volume_size": "100",
}
"""Every setting, at another value than its default."""


def alone() -> dict[str, dict[str, str]]:
    """Each setting at another value, by itself or with what it needs."""
    return {name: {name: value} for name, value in OTHER.items()}


def template_of(**settings: str) -> assertions.Template:
    """The stack with these settings."""
    context = {PREFIX + name: value for name, value in settings.items()}
    return assertions.Template.from_stack(SiemStack(cdk.App(context=NO_BUNDLING), from_context(context)))


@pytest.fixture
def app(tmp_path: Path) -> cdk.App:
    """An app whose output is in `tmp_path`."""
    return cdk.App(context=NO_BUNDLING, outdir=str(tmp_path))


@pytest.fixture(scope="session")
def template() -> assertions.Template:
    """The stack with the settings' defaults."""
    return template_of()


@pytest.fixture(scope="session")
def other_template() -> assertions.Template:
    """The stack with every setting at another value."""
    return template_of(**OTHER)


@pytest.fixture(params=sorted(OTHER))
def template_of_one_setting(request: pytest.FixtureRequest) -> assertions.Template:
    """The stack with one setting at another value, for each of them."""
    return template_of(**{request.param: OTHER[request.param]})


@pytest.fixture
def all_other_settings() -> dict[str, str]:
    return OTHER
