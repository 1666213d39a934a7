"""What a domain needs is in it before the first document, and again whenever that changes.

The function's role is the domain's master, so that nobody but a deployment can give roles in it.
"""

from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from constructs import Construct

from domain_setup.features import Feature
from siem_stack.bundling import source_hash
from siem_stack.checks import accept_wildcard
from siem_stack.function import Function
from siem_stack.search_domain import SearchDomain
from siem_stack.settings import Settings
from siem_stack.snapshots import Snapshots

MINUTES = 10
PLACES = {
    "_component_template/*": "One template for each index, of users' log types too.",
    "_index_template/*": "One template for each index, of users' log types too.",
    "_plugins/_ism/policies/*": "One policy for each index, of users' log types too.",
    "_plugins/_security/api/roles/*": "One role for each kind of user.",
    "_plugins/_security/api/rolesmapping/*": "One mapping for each role.",
    "log-*-000001": "The first index of each series, of users' log types too.",
}
"""Paths that the setup reads and writes, and why no single ones can be named."""

SERIES = "log-*"
"""Aliases that the setup looks for."""


class DomainSetup(Construct):
    """A function that sets the domain up, and a custom resource that has it called.

    Attributes:
        done: what must wait for the templates depends on this.
    """

    def __init__(
        self,
        scope: Construct,
        *,
        domain: SearchDomain,
        loader: iam.IRole,
        settings: Settings,
        snapshots: Snapshots | None = None,
    ) -> None:
        super().__init__(scope, "DomainSetup")
        name = f"{settings.domain_name}-domain-setup"
        self.function = Function(
            self,
            name=name,
            package="domain_setup",
            description="Puts templates, lifecycle policies and roles into the OpenSearch domain",
            endpoint=domain.endpoint,
            network=domain.network,
            # the administrator of a domain that is there lets the role in before it is made
            role_name=name if settings.existing_domain_endpoint else None,
            statements=[
                iam.PolicyStatement(
                    sid="SetUp",
                    actions=["es:ESHttpGet", "es:ESHttpPut"],
                    resources=[f"{domain.arn}/{place}" for place in PLACES],
                ),
                iam.PolicyStatement(
                    sid="Look",
                    actions=["es:ESHttpGet"],
                    resources=[*(f"{domain.arn}{feature.path}" for feature in Feature), f"{domain.arn}/{SERIES}"],
                ),
                *(snapshots.statements if snapshots else ()),
            ],
            settings=settings,
            timeout=MINUTES * 60,
            memory=512,
        )
        for place, reason in {**PLACES, SERIES: PLACES["log-*-000001"]}.items():
            accept_wildcard(self, f"{domain.arn}/{place}", reason)
        assert self.function.role is not None
        domain.administer_by(self.function.role, loader=loader)
        # CloudFormation calls the function itself: it answers as a custom resource does.
        self.done = cdk.CustomResource(
            self,
            "Done",
            resource_type="Custom::DomainSetup",
            service_token=self.function.function_arn,
            service_timeout=cdk.Duration.minutes(MINUTES + 1),
            properties={
                "Endpoint": domain.endpoint,
                "Source": source_hash(settings.architecture),
                "Loaders": [loader.role_arn],
                "Analysts": [*settings.analysts.split(), *domain.analysts],
                "Administrators": [*settings.administrators.split(), *domain.administrators],
                **_signed_in(domain, settings),
                **({"MostReplicas": str(replicas)} if (replicas := settings.size().replicas) > 1 else {}),
                **(_keeping(snapshots, self.function.role) if snapshots else {}),
            },
        )
        if domain.network:
            # CloudFormation hears from the function through the network's way to S3, at the stack's deletion too.
            self.done.node.add_dependency(domain.network)


def _signed_in(domain: SearchDomain, settings: Settings) -> dict[str, Any]:
    """Return who uses OpenSearch Dashboards after a sign-in."""
    return {"DashboardsUsers": domain.analysts} if settings.signs_in() and domain.analysts else {}


def _keeping(snapshots: Snapshots, setup: iam.IRole) -> dict[str, Any]:
    """Return what the setup is told of snapshots, for which its own role needs one in the domain."""
    return {"Snapshots": snapshots.properties, "SnapshotManagers": [setup.role_arn]}
