"""What is in an account, and the commands of a page that change it."""

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import jmespath  # type: ignore[import-untyped]
from botocore import xform_name

from laptop.cdk import cdk
from laptop.emulator import Emulator

ROOT = Path(__file__).parents[2]
CDK_SECONDS = 300.0
HOST = ("--context", "siem:architecture=host")
LISTS = {
    "alarm": ("cloudwatch", "describe_alarms", "MetricAlarms[].AlarmName"),
    "alias": ("kms", "list_aliases", "Aliases[?!starts_with(AliasName, 'alias/aws/')].AliasName"),
    "bucket": ("s3", "list_buckets", "Buckets[].Name"),
    "dashboard": ("cloudwatch", "list_dashboards", "DashboardEntries[].DashboardName"),
    "domain": ("opensearch", "list_domain_names", "DomainNames[].DomainName"),
    "event source mapping": ("lambda", "list_event_source_mappings", "EventSourceMappings[].UUID"),
    "function": ("lambda", "list_functions", "Functions[].FunctionName"),
    "key": ("kms", "list_keys", "Keys[].KeyArn"),
    "log group": ("logs", "describe_log_groups", "logGroups[].logGroupName"),
    "log policy": ("logs", "describe_resource_policies", "resourcePolicies[].policyName"),
    "policy": ("iam", "list_policies", "Policies[].PolicyName"),
    "queue": ("sqs", "list_queues", "QueueUrls"),
    "role": ("iam", "list_roles", "Roles[].RoleName"),
    "rule": ("events", "list_rules", "Rules[].Name"),
    "stack": ("cloudformation", "describe_stacks", "Stacks[].StackName"),
    "stream": ("kinesis", "list_streams", "StreamNames"),
    "delivery stream": ("firehose", "list_delivery_streams", "DeliveryStreamNames"),
    "topic": ("sns", "list_topics", "Topics[].TopicArn"),
}
"""Kind -> service, operation, and where the answer has the names."""


@dataclass(frozen=True, slots=True)
class Account:
    """An emulated account; `folder` is for what the CDK command line writes."""

    aws: Emulator
    folder: Path

    def client(self, service: str) -> Any:
        return boto3.client(
            service,  # type: ignore[call-overload]  # any service
            endpoint_url=self.aws.endpoint_url,
            region_name=self.aws.env["AWS_REGION"],
            aws_access_key_id=self.aws.env["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=self.aws.env["AWS_SECRET_ACCESS_KEY"],
        )

    def inventory(self) -> set[tuple[str, str]]:
        """Return kind and name of all that is there; not keys that will be deleted."""
        found = {
            (kind, name)
            for kind, (service, operation, names) in LISTS.items()
            for name in self._names(service, operation, names)
        }
        return {(kind, name) for kind, name in found if kind != "key" or self._is_kept(name)}

    def run(self, line: str) -> None:
        """Run one command as a page has it."""
        words = shlex.split(line)
        match words:
            case [".venv/bin/python", "-m", "laptop.cdk", command, *options]:
                self._cdk(command, *options)
            case [".venv/bin/python", *options]:
                subprocess.run([sys.executable, *options], env=self.aws.environment(), check=True)
            case ["aws", "s3", "rb", place]:
                self.client("s3").delete_bucket(Bucket=place.removeprefix("s3://"))
            case ["aws", service, operation, *options]:
                self._call(service, operation.replace("-", "_"), options)
            case _:
                raise AssertionError(f"no command that is known here: {line}")

    def _cdk(self, command: str, *options: str) -> None:
        agreed = {"deploy": ("--require-approval", "never"), "destroy": ("--force",)}[command]
        env = {**self.aws.environment(), "TMPDIR": str(self.folder)}
        output = ("--output", str(self.folder / "cdk.out"))
        cdk(command, *options, *agreed, *output, *HOST, env=env, cwd=ROOT, capture=True, timeout=CDK_SECONDS)

    def _call(self, service: str, operation: str, options: list[str]) -> None:
        """Do what the AWS command line does: options are the operation's parameters in kebab case."""
        client = self.client(service)
        model = client.meta.service_model.operation_model(client.meta.method_to_api_mapping[operation])
        members = {xform_name(name, "-"): (name, shape) for name, shape in model.input_shape.members.items()}
        given = {option.removeprefix("--"): value for option, value in zip(options[::2], options[1::2], strict=True)}
        given.pop("query", None)
        parameters = {
            members[option][0]: int(value) if members[option][1].type_name == "integer" else value
            for option, value in given.items()
        }
        getattr(client, operation)(**parameters)

    def _names(self, service: str, operation: str, names: str) -> list[str]:
        client, options = self.client(service), {"Scope": "Local"} if operation == "list_policies" else {}
        if not client.can_paginate(operation):
            return list(jmespath.search(names, getattr(client, operation)(**options)) or ())
        pages = client.get_paginator(operation).paginate(**options)
        return [name for page in pages for name in jmespath.search(names, page) or ()]

    def _is_kept(self, key: str) -> bool:
        return bool(self.client("kms").describe_key(KeyId=key)["KeyMetadata"]["KeyState"] != "PendingDeletion")


def commands(section: str) -> Iterator[str]:
    """Yield the lines of a page's section that are indented as code, continued lines joined."""
    for line in re.findall(r"^ {4,}(\S.*)$", section.replace("\\\n", " "), re.MULTILINE):
        if line.startswith(("aws ", ".venv/bin/")):
            yield line


def section(page: str, title: str) -> str:
    """Return a page's text below a heading, up to the next one."""
    found = re.search(rf"^## {title}\n(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL)
    assert found, title
    return found[1]
