"""A domain that is there already: its owner decides its size, its policy and its sign-in."""

from aws_cdk import aws_iam as iam
from constructs import Construct

from siem_stack.network import Network
from siem_stack.search_domain.domain import SearchDomain, output
from siem_stack.settings import Settings


class ExistingDomain(SearchDomain):
    """Nothing is made but outputs that say what its administrator does first; see docs/domain.md."""

    def __init__(self, scope: Construct, *, network: Network | None, settings: Settings) -> None:
        super().__init__(scope, network=network, settings=settings)
        if network:
            output(
                self,
                "FunctionsSecurityGroup",
                network.functions.security_group_id,
                "The domain's security group must let this one in at port 443",
            )

    def administer_by(self, setup: iam.IRole, *, loader: iam.IRole) -> None:  # noqa: ARG002 - the setup gives it its role
        """Name the role that must be an administrator before the first deployment."""
        output(
            self,
            "DomainSetupRole",
            setup.role_arn,
            "Must be in the mappings of all_access and security_manager in the domain before a deployment can end",
        )
