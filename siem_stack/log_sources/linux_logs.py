"""Linux instances: log groups that the CloudWatch agent writes, two Firehose streams, and the agent's configuration.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html#FirehoseExample
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-Agent-Configuration-File-Details.html
"""

import json
from typing import Any, NamedTuple

import aws_cdk as cdk
from aws_cdk import aws_logs as logs
from aws_cdk import aws_ssm as ssm
from constructs import Construct

from siem_stack.delivery_streams import DeliveryStream
from siem_stack.log_sources.source import Destination, LogSource, Where
from siem_stack.removal import removal_policy
from siem_stack.settings import Settings

FILTER_NAME = "aes-siem"
PARAMETER_NAME = "AmazonCloudWatch-aes-siem-linux"
"""The managed policy of instances that run the agent lets them read parameters that begin like this."""


class Kind(NamedTuple):
    """What one stream carries: its name's end, its folder, and the files where distributions have such messages."""

    name: str
    folder: str
    files: tuple[str, ...]


MESSAGES = Kind("linux-os", "EC2/Linux", ("/var/log/messages", "/var/log/syslog"))
SECURE = Kind("linux-secure", "EC2/Linux/Secure", ("/var/log/secure", "/var/log/auth.log"))
"""The first file is Amazon Linux's, Red Hat's and SUSE's, the second Ubuntu's and Debian's; none has both."""


def build(scope: Construct, destination: Destination, settings: Settings) -> None:
    """Subscribe the streams to the log groups, and keep the agent's configuration in a parameter."""
    groups = {MESSAGES: settings.linux_logs.split(), SECURE: settings.linux_secure_logs.split()}
    for kind, names in groups.items():
        if names:
            _subscribe(Construct(scope, kind.name), kind, names, destination, settings)
    ssm.CfnParameter(
        scope,
        "AgentConfiguration",
        description="Configuration of the CloudWatch agent: logs of Linux for the SIEM",
        name=PARAMETER_NAME,
        type="String",
        value=json.dumps(agent_configuration({kind: names[0] for kind, names in groups.items() if names})),
    )


def agent_configuration(groups: dict[Kind, str]) -> dict[str, Any]:
    """Return what the agent is told: the files of each kind go to its log group; one that is missing does no harm."""
    files = [
        # The stream's name is where the documents' cloud.instance.id comes from.
        {"file_path": path, "log_group_name": group, "log_stream_name": "{instance_id}", "timezone": "UTC"}
        for kind, group in groups.items()
        for path in kind.files
    ]
    return {"agent": {"run_as_user": "root"}, "logs": {"logs_collected": {"files": {"collect_list": files}}}}


def _subscribe(scope: Construct, kind: Kind, names: list[str], destination: Destination, settings: Settings) -> None:
    stack = cdk.Stack.of(scope)
    stream = DeliveryStream(
        *(scope, "Stream"),
        name=f"aes-siem-firehose-{kind.name}",
        folder=f"{kind.folder}/{stack.region}/",
        destination=destination,
        settings=settings,
        packed=True,
    )
    role = stream.put_by("logs", f"arn:{stack.partition}:logs:{stack.region}:{stack.account}:*")
    for name in names:
        subscription = logs.CfnSubscriptionFilter(
            scope,
            f"Filter-{name}",
            destination_arn=stream.arn,
            filter_name=FILTER_NAME,
            filter_pattern="",
            log_group_name=name,
            role_arn=role.role_arn,
        )
        if settings.linux_make_log_groups:
            subscription.node.add_dependency(_log_group(scope, name, settings))


def _log_group(scope: Construct, name: str, settings: Settings) -> logs.CfnLogGroup:
    group = logs.CfnLogGroup(scope, f"Group-{name}", log_group_name=name, retention_in_days=settings.log_retention_days)
    group.apply_removal_policy(removal_policy(settings))
    return group


SOURCE = LogSource(
    name="linux_logs",
    title="Linux instances",
    setting="linux_logs",
    log_types=("linux-os-syslog", "linux-secure"),
    where=Where.RESOURCES,
    build=build,
    further_settings=("linux_secure_logs",),
)
