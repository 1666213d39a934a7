"""What a domain needs is in it before the first document, and again whenever that changes.

The function's role is the domain's master, so that nobody but a deployment can give roles in it.
"""

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from constructs import Construct

from domain_setup.features import Feature
from siem_stack.bundling import source_hash
from siem_stack.checks import accept, printed
from siem_stack.function import Function
from siem_stack.search_domain import SearchDomain
from siem_stack.settings import Settings

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

    def __init__(self, scope: Construct, *, domain: SearchDomain, loader: iam.IRole, settings: Settings) -> None:
        super().__init__(scope, "DomainSetup")
        self.function = Function(
            self,
            name=f"{settings.domain_name}-domain-setup",
            package="domain_setup",
            description="Puts templates, lifecycle policies and roles into the OpenSearch domain",
            endpoint=domain.endpoint,
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
            ],
            settings=settings,
            timeout=MINUTES * 60,
            memory=512,
        )
        for place, reason in {**PLACES, SERIES: PLACES["log-*-000001"]}.items():
            accept(self, f"IAM5[Resource::{printed(self, f'{domain.arn}/{place}')}]", reason)
        assert self.function.role is not None
        domain.administer_by(self.function.role)
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
                "Analysts": settings.analysts.split(),
                "Administrators": settings.administrators.split(),
            },
        )
