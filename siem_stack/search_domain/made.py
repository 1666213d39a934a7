"""The domain that the stack makes.

Who gets in: a request is signed by an identity of this account, whose IAM policies and the domain's let it in; or it
comes from a browser in which somebody has signed in to OpenSearch Dashboards (sign_in.py, cognito.py). Without these
settings nothing gets in without a signature. Then the roles inside the domain decide. There are no users and passwords
inside OpenSearch. The rights of a function are in its IAM role (function.py), and in the role in the domain that it is
given.
"""

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_opensearchservice as opensearch
from constructs import Construct

from siem_stack.checks import accept
from siem_stack.network import Network
from siem_stack.removal import removal_policy
from siem_stack.search_domain.access_policy import policy
from siem_stack.search_domain.cognito import Cognito
from siem_stack.search_domain.domain import SearchDomain, output
from siem_stack.search_domain.endpoint import add_record, custom_endpoint
from siem_stack.search_domain.own_logs import own_logs
from siem_stack.search_domain.sign_in import saml_options
from siem_stack.settings import Settings
from siem_stack.settings.sizes import IN_S3, Size

MASTERS = 3
WITH_MODES = frozenset({"OpenSearch_3.5", "OpenSearch_3.7"})
"""Versions that have a second engine mode on IN_S3 nodes, without OpenSearch Dashboards and some types of fields."""


class MadeDomain(SearchDomain):
    """An encrypted domain that speaks TLS 1.2 or later only, as the settings size and place it."""

    def __init__(self, scope: Construct, *, key: kms.IKey, network: Network | None, settings: Settings) -> None:
        super().__init__(scope, network=network, settings=settings)
        self._settings, size = settings, settings.size()
        logs = own_logs(self, arn=self.arn, settings=settings)
        self.domain = opensearch.Domain(
            self,
            "Domain",
            capacity=_capacity(size),
            custom_endpoint=custom_endpoint(self, settings),
            domain_name=settings.domain_name,
            ebs=opensearch.EbsOptions(volume_size=size.volume, volume_type=ec2.EbsDeviceVolumeType.GP3),
            enable_auto_software_update=True,  # AWS isolates a domain that leaves a required update out
            enable_version_upgrade=True,
            encryption_at_rest=opensearch.EncryptionAtRestOptions(enabled=True, kms_key=key),
            enforce_https=True,
            logging=logs.options,
            node_to_node_encryption=True,
            removal_policy=removal_policy(settings),
            suppress_logs_resource_policy=True,  # CDK's own is a function of its framework; ours is in own_logs.py
            tls_security_policy=opensearch.TLSSecurityPolicy.TLS_1_2_PFS,
            version=opensearch.EngineVersion.open_search(settings.engine_version.removeprefix("OpenSearch_")),
            zone_awareness=_zones(size),
        )
        self.endpoint = self.domain.domain_endpoint
        self.domain.node.add_dependency(logs.policy)
        self._cfn = self.domain.node.default_child
        assert isinstance(self._cfn, opensearch.CfnDomain)
        if size.family in IN_S3 and settings.engine_version in WITH_MODES:
            self._cfn.engine_mode = "GENERAL"
        self._place(network, size, settings)
        self._people = self._sign_in_by_cognito() if settings.cognito else []
        add_record(self, self.endpoint, settings)
        self._accept_findings(size)
        if settings.signs_in():
            output(self, "Dashboards", f"https://{settings.custom_endpoint or self.endpoint}/_dashboards", "Sign-in")

    def administer_by(self, setup: iam.IRole, *, loader: iam.IRole) -> None:
        """Switch fine-grained access control on, with the setup's role as the domain's master.

        There are no users and passwords. What the master gives to others is in lambda/domain_setup/access.py.
        """
        domain = self._cfn
        assert isinstance(domain, opensearch.CfnDomain)
        domain.advanced_security_options = opensearch.CfnDomain.AdvancedSecurityOptionsInputProperty(
            enabled=True,
            internal_user_database_enabled=False,
            master_user_options=opensearch.CfnDomain.MasterUserOptionsProperty(master_user_arn=setup.role_arn),
            saml_options=saml_options(self._settings),
        )
        # In the domain's own properties, where CDK's way is a function that changes the domain afterwards.
        domain.access_policies = policy(
            self, arn=self.arn, functions=[setup, loader], people=self._people, settings=self._settings
        )

    def _place(self, network: Network | None, size: Size, settings: Settings) -> None:
        """Put the domain into the network, in as many subnets as it has zones."""
        if network is None:
            return
        assert isinstance(self._cfn, opensearch.CfnDomain)
        assert network.domain is not None  # it is left out for a domain that is there already
        self._cfn.vpc_options = opensearch.CfnDomain.VPCOptionsProperty(
            security_group_ids=[network.domain.security_group_id], subnet_ids=network.subnets[: size.zones]
        )
        if settings.service_linked_role:
            role = iam.CfnServiceLinkedRole(
                self, "ServiceLinkedRole", aws_service_name="opensearchservice.amazonaws.com"
            )
            role.apply_removal_policy(cdk.RemovalPolicy.RETAIN)  # other domains of the account use it, too
            self.domain.node.add_dependency(role)

    def _sign_in_by_cognito(self) -> list[iam.Role]:
        cognito = Cognito(self, arn=self.arn, removal_policy=removal_policy(self._settings), settings=self._settings)
        assert isinstance(self._cfn, opensearch.CfnDomain)
        self._cfn.cognito_options = cognito.options
        self.domain.node.add_dependency(*cognito.ready)
        self.analysts = [cognito.roles["analysts"].role_arn]
        self.administrators = [cognito.roles["administrators"].role_arn]
        return list(cognito.roles.values())

    def _accept_findings(self, size: Size) -> None:
        saml, addresses = self._settings.saml_metadata, self._settings.allowed_cidrs
        reasons = {
            "OS1": ("" if self.network else "No setting asks for a VPC: every request is signed or signed in."),
            "OS3": (
                "Security groups limit the addresses; a domain in a VPC takes no list of them."
                if self.network
                else ""
                if addresses
                else "Analysts' addresses change, their identities do not."
            ),
            "OS4": ("" if size.master else "A few nodes need no masters; they would cost more than the data nodes."),
            "OS5": (
                saml and "A browser that signed in by SAML signs no requests; roles in the domain let nobody else."
            ),
            "OS7": ("" if size.zones > 1 else "One node, to try out, is in one zone."),
        }
        for rule, reason in reasons.items():
            if reason:
                accept(self.domain, rule, reason)


def _capacity(size: Size) -> opensearch.CapacityConfig:
    return opensearch.CapacityConfig(
        data_node_instance_type=size.node,
        data_nodes=size.nodes,
        master_node_instance_type=size.master or None,
        master_nodes=MASTERS if size.master else None,
        multi_az_with_standby_enabled=size.standby,
        warm_instance_type=size.warm or None,
        warm_nodes=size.warm_nodes or None,
    )


def _zones(size: Size) -> opensearch.ZoneAwarenessConfig:
    """Return how nodes are spread: evenly over three zones, else over two."""
    if size.zones == 1:
        return opensearch.ZoneAwarenessConfig(enabled=False)
    return opensearch.ZoneAwarenessConfig(enabled=True, availability_zone_count=size.zones)
