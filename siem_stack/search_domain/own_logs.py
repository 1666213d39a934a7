"""What a domain writes about itself, and its leave to do so."""

from collections.abc import Sequence
from typing import NamedTuple

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_opensearchservice as opensearch
from constructs import Construct

from siem_stack.function import retention
from siem_stack.settings import Settings

KINDS = ("application", "slow-indexing", "slow-searches")


class OwnLogs(NamedTuple):
    """Options for the domain, and the policy that it must wait for."""

    options: opensearch.LoggingOptions
    policy: logs.ResourcePolicy


def own_logs(scope: Construct, *, arn: str, settings: Settings) -> OwnLogs:
    """Make a log group of each kind, which the domain of that ARN may write to."""
    groups = {kind: _log_group(scope, kind, settings) for kind in KINDS}
    options = opensearch.LoggingOptions(
        app_log_enabled=True,
        app_log_group=groups["application"],
        slow_index_log_enabled=True,
        slow_index_log_group=groups["slow-indexing"],
        slow_search_log_enabled=True,
        slow_search_log_group=groups["slow-searches"],
    )
    return OwnLogs(options, _may_log(scope, arn, list(groups.values())))


def _log_group(scope: Construct, kind: str, settings: Settings) -> logs.LogGroup:
    return logs.LogGroup(
        scope,
        f"Log-{kind}",
        log_group_name=f"/aws/opensearch/{settings.domain_name}/{kind}",
        removal_policy=cdk.RemovalPolicy.DESTROY,
        retention=retention(settings),
    )


def _may_log(scope: Construct, arn: str, log_groups: Sequence[logs.LogGroup]) -> logs.ResourcePolicy:
    """Let the domain write its logs; one policy for all groups, as a region has ten at most."""
    return logs.ResourcePolicy(
        scope,
        "LogPolicy",
        policy_statements=[
            iam.PolicyStatement(
                principals=[iam.ServicePrincipal("es.amazonaws.com")],
                actions=["logs:CreateLogStream", "logs:PutLogEvents"],
                resources=[log_group.log_group_arn for log_group in log_groups],
                conditions={
                    "ArnLike": {"aws:SourceArn": arn},
                    "StringEquals": {"aws:SourceAccount": cdk.Stack.of(scope).account},
                },
            )
        ],
    )
