"""CDK talks to a Node process: the one that the project brings, not the machine's."""

import os

from laptop.cdk import search_path

os.environ["PATH"] = search_path(os.environ.get("PATH", os.defpath))  # before the first import of aws_cdk

import aws_cdk as cdk  # noqa: E402
import pytest  # noqa: E402
from aws_cdk import assertions  # noqa: E402

from siem_stack.settings import Settings, from_context  # noqa: E402
from siem_stack.stack import SiemStack  # noqa: E402

NO_BUNDLING = {"aws:cdk:bundling-stacks": []}


def synthesised(settings: Settings) -> assertions.Template:
    return assertions.Template.from_stack(SiemStack(cdk.App(context=NO_BUNDLING), settings))


@pytest.fixture(scope="session")
def template() -> assertions.Template:
    """The stack with the settings' defaults."""
    return synthesised(from_context({}))


@pytest.fixture(scope="session")
def other_template() -> assertions.Template:
    """The stack with other settings."""
    return synthesised(
        from_context(
            {
                "siem:architecture": "host",
                "siem:domain_name": "logs",
                "siem:instance_count": "3",
                "siem:key_alias": "logs",
                "siem:loader_max_concurrency": "20",
                "siem:loader_memory": "3008",
                "siem:loader_timeout": "900",
                "siem:log_bucket_name": "logs-{account}",
                "siem:log_retention_days": "365",
                "siem:removal_policy": "destroy",
            }
        )
    )
