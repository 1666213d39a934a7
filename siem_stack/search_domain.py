"""The OpenSearch domain.

Who gets in: every request is signed, IAM decides, and then the roles inside the domain do. The rights of a function are
in its IAM role (function.py) and in the domain's role that it is given. The domain's own policy lets identities of this
account read, if their IAM policies do too, and if they have a role in the domain. There are no users and passwords
inside OpenSearch, and nothing for requests without a signature: OpenSearch Dashboards in a browser needs a sign-in,
which is not part of this.
"""

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_opensearchservice as opensearch
from constructs import Construct

from siem_stack.checks import accept
from siem_stack.function import retention
from siem_stack.settings import Settings
from siem_stack.settings.domain import ZONES

SEARCHES = ("_count", "_field_caps", "_mget", "_msearch", "_search", "_search/scroll", "_validate/query")
"""What POST is for when nothing is changed."""

SCROLLS = ("_search/scroll", "_search/scroll/*")
"""What DELETE is for when nothing but a search is ended."""


class SearchDomain(Construct):
    """An encrypted domain that speaks TLS 1.2 or later only, sized by the settings.

    Attributes:
        arn: known before the domain is there, so that rights on it can be.
        endpoint: its host; only the domain itself brings it.
    """

    def __init__(
        self, scope: Construct, *, key: kms.IKey, settings: Settings, removal_policy: cdk.RemovalPolicy
    ) -> None:
        super().__init__(scope, "SearchDomain")
        self.arn = domain_arn(self, settings.domain_name)
        log_groups = _log_groups(self, settings)
        self.domain = opensearch.Domain(
            self,
            "Domain",
            capacity=opensearch.CapacityConfig(
                data_node_instance_type=settings.instance_type,
                data_nodes=settings.instance_count,
                multi_az_with_standby_enabled=False,  # needs dedicated masters and two replicas of every index
            ),
            domain_name=settings.domain_name,
            ebs=opensearch.EbsOptions(volume_size=settings.volume_size, volume_type=ec2.EbsDeviceVolumeType.GP3),
            enable_auto_software_update=True,  # AWS isolates a domain that leaves a required update out
            enable_version_upgrade=True,
            encryption_at_rest=opensearch.EncryptionAtRestOptions(enabled=True, kms_key=key),
            enforce_https=True,
            logging=opensearch.LoggingOptions(
                app_log_enabled=True,
                app_log_group=log_groups["application"],
                slow_index_log_enabled=True,
                slow_index_log_group=log_groups["slow-indexing"],
                slow_search_log_enabled=True,
                slow_search_log_group=log_groups["slow-searches"],
            ),
            node_to_node_encryption=True,
            removal_policy=removal_policy,
            suppress_logs_resource_policy=True,  # CDK's own is a function of its framework; ours is below
            tls_security_policy=opensearch.TLSSecurityPolicy.TLS_1_2_PFS,
            version=opensearch.EngineVersion.open_search(settings.engine_version.removeprefix("OpenSearch_")),
            zone_awareness=_zones(settings.instance_count),
        )
        self.endpoint = self.domain.domain_endpoint
        self.domain.node.add_dependency(_may_log(self, self.arn, list(log_groups.values())))
        self._let_the_account_read()
        self._accept_findings()

    def administer_by(self, role: iam.IRole) -> None:
        """Switch fine-grained access control on, with a role of the deployment as the domain's master.

        There are no users and passwords. What the master gives to others is in lambda/domain_setup/access.py.
        """
        domain = self.domain.node.default_child
        assert isinstance(domain, opensearch.CfnDomain)
        domain.advanced_security_options = opensearch.CfnDomain.AdvancedSecurityOptionsInputProperty(
            enabled=True,
            internal_user_database_enabled=False,
            master_user_options=opensearch.CfnDomain.MasterUserOptionsProperty(master_user_arn=role.role_arn),
        )

    def _let_the_account_read(self) -> None:
        """In the domain's own properties, where CDK's way is a function that changes the domain afterwards."""
        domain = self.domain.node.default_child
        assert isinstance(domain, opensearch.CfnDomain)
        account = iam.AccountPrincipal(cdk.Stack.of(self).account)
        domain.access_policies = iam.PolicyDocument(
            statements=[
                iam.PolicyStatement(
                    principals=[account], actions=["es:ESHttpGet", "es:ESHttpHead"], resources=[f"{self.arn}/*"]
                ),
                iam.PolicyStatement(
                    principals=[account],
                    actions=["es:ESHttpPost"],
                    resources=[f"{self.arn}/{prefix}{name}" for name in SEARCHES for prefix in ("", "*/")],
                ),
                iam.PolicyStatement(
                    principals=[account],
                    actions=["es:ESHttpDelete"],
                    resources=[f"{self.arn}/{name}" for name in SCROLLS],
                ),
            ]
        )

    def _accept_findings(self) -> None:
        for rule, reason in {
            "OS1": "Reading needs no network of its own: every request is signed, and IAM decides.",
            "OS3": "No list of addresses: analysts' addresses change, their identities do not.",
            "OS4": "A cluster of a few nodes needs no dedicated masters; they would cost more than the data nodes.",
            "OS7": "The default is one node, to try out; with more nodes there is zone awareness.",
        }.items():
            accept(self.domain, rule, reason)


def domain_arn(scope: Construct, name: str) -> str:
    """Return the ARN of this account's domain of that name."""
    return cdk.Stack.of(scope).format_arn(service="es", resource="domain", resource_name=name)


def _zones(nodes: int) -> opensearch.ZoneAwarenessConfig:
    """Return how nodes are spread: evenly over three zones, else over two."""
    if nodes == 1:
        return opensearch.ZoneAwarenessConfig(enabled=False)
    return opensearch.ZoneAwarenessConfig(enabled=True, availability_zone_count=2 if nodes % ZONES else ZONES)


def _log_groups(scope: Construct, settings: Settings) -> dict[str, logs.LogGroup]:
    return {
        name: logs.LogGroup(
            scope,
            f"Log-{name}",
            log_group_name=f"/aws/opensearch/{settings.domain_name}/{name}",
            removal_policy=cdk.RemovalPolicy.DESTROY,
            retention=retention(settings),
        )
        for name in ("application", "slow-indexing", "slow-searches")
    }


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
