"""Templates are in the domain before the first document, and again whenever they change."""

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from constructs import Construct

from domain_setup.features import Feature
from siem_stack.bundling import source_hash
from siem_stack.checks import accept
from siem_stack.function import Function
from siem_stack.search_domain import SearchDomain
from siem_stack.settings import Settings

MINUTES = 10
TEMPLATES = ("_component_template", "_index_template")


class DomainSetup(Construct):
    """A function that sets the domain up, and a custom resource that has it called.

    Attributes:
        done: what must wait for the templates depends on this.
    """

    def __init__(self, scope: Construct, *, domain: SearchDomain, settings: Settings) -> None:
        super().__init__(scope, "DomainSetup")
        self.function = Function(
            self,
            name=f"{settings.domain_name}-domain-setup",
            package="domain_setup",
            description="Puts index templates into the OpenSearch domain",
            endpoint=domain.endpoint,
            statements=[
                iam.PolicyStatement(
                    sid="Templates",
                    actions=["es:ESHttpGet", "es:ESHttpPut"],
                    resources=[f"{domain.arn}/{name}/*" for name in TEMPLATES],
                ),
                iam.PolicyStatement(
                    sid="Features",
                    actions=["es:ESHttpGet"],
                    resources=[f"{domain.arn}{feature.path}" for feature in Feature],
                ),
            ],
            settings=settings,
            timeout=MINUTES * 60,
            memory=512,
        )
        for name in TEMPLATES:
            resource = f"arn:<AWS::Partition>:es:<AWS::Region>:<AWS::AccountId>:domain/{settings.domain_name}/{name}/*"
            accept(self, f"IAM5[Resource::{resource}]", "One template for each index, of users' log types too.")
        # CloudFormation calls the function itself: it answers as a custom resource does.
        self.done = cdk.CustomResource(
            self,
            "Done",
            resource_type="Custom::DomainSetup",
            service_token=self.function.function_arn,
            service_timeout=cdk.Duration.minutes(MINUTES + 1),
            properties={"Endpoint": domain.endpoint, "Source": source_hash(settings.architecture)},
        )
