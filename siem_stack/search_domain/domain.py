"""What the rest of the stack needs to know of a domain."""

from abc import abstractmethod
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from constructs import Construct

from siem_stack.network import Network
from siem_stack.settings import Settings


class SearchDomain(Construct):
    """A domain, made or there already.

    Attributes:
        arn: known before the domain is there, so that rights on it can be.
        endpoint: its own host, which the functions use.
        network: where those are that speak to it; None if it has a public address.
        analysts: who may read, besides those in the settings: roles that a sign-in gives people.
        administrators: who may do everything, likewise.
    """

    def __init__(self, scope: Construct, *, network: Network | None, settings: Settings) -> None:
        super().__init__(scope, "SearchDomain")
        self.arn = domain_arn(self, settings.name_of_domain())
        self.endpoint = settings.existing_domain_endpoint
        self.network = network
        self.analysts = settings.analyst_groups.split()
        self.administrators = settings.administrator_groups.split()

    @abstractmethod
    def administer_by(self, setup: iam.IRole, *, loader: iam.IRole) -> None:
        """Let the setup's role give all others their roles in the domain, and both send it requests."""


def domain_arn(scope: Construct, name: str) -> str:
    """Return the ARN of this account's domain of that name."""
    return cdk.Stack.of(scope).format_arn(service="es", resource="domain", resource_name=name)


def output(scope: Construct, name: str, value: Any, description: str) -> None:
    """Put a value among the stack's outputs, as `name`."""
    cdk.CfnOutput(scope, f"{name}Output", value=value, description=description).override_logical_id(name)
