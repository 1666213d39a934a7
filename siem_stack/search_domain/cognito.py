"""Sign-in to OpenSearch Dashboards by a user pool of Amazon Cognito.

https://docs.aws.amazon.com/opensearch-service/latest/developerguide/cognito-auth.html
"""

import aws_cdk as cdk
from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_iam as iam
from aws_cdk import aws_opensearchservice as opensearch
from constructs import Construct

from siem_stack.checks import accept
from siem_stack.search_domain.domain import output
from siem_stack.settings import Settings

GROUPS = {"analysts": 2, "administrators": 1}
"""Groups of the user pool, and which of their roles somebody in both has: the lower one's."""

POOL_ACTIONS = (
    "cognito-idp:AdminInitiateAuth",
    "cognito-idp:AdminUserGlobalSignOut",
    "cognito-idp:CreateUserPoolClient",
    "cognito-idp:DeleteUserPoolClient",
    "cognito-idp:DescribeUserPool",
    "cognito-idp:DescribeUserPoolClient",
    "cognito-idp:ListUserPoolClients",
)
IDENTITY_ACTIONS = (
    "cognito-identity:DescribeIdentityPool",
    "cognito-identity:GetIdentityPoolRoles",
    "cognito-identity:SetIdentityPoolRoles",
    "cognito-identity:UpdateIdentityPool",
)


class Cognito(Construct):
    """A user pool, an identity pool, and a role for each group.

    Everybody who signs in is an analyst, until the settings name the app client that the domain makes in the pool: only
    then can groups choose roles.

    Attributes:
        roles: of people, by group.
        options: for the domain.
    """

    def __init__(self, scope: Construct, *, arn: str, removal_policy: cdk.RemovalPolicy, settings: Settings) -> None:
        super().__init__(scope, "Cognito")
        pool = _user_pool(self, removal_policy)
        page = pool.add_domain(
            "Page", cognito_domain=cognito.CognitoDomainOptions(domain_prefix=settings.cognito_domain_prefix)
        )
        identities = cognito.CfnIdentityPool(self, "Identities", allow_unauthenticated_identities=False)
        # Without providers: the domain adds the client that it makes, and CloudFormation leaves that alone.
        self.roles = {group: _role(self, group, identities.ref) for group in GROUPS}
        for group, precedence in GROUPS.items():
            cognito.CfnUserPoolGroup(
                self,
                f"Group-{group}",
                group_name=group,
                precedence=precedence,
                role_arn=self.roles[group].role_arn,
                user_pool_id=pool.user_pool_id,
            )
        attached = cognito.CfnIdentityPoolRoleAttachment(
            self,
            "Roles",
            identity_pool_id=identities.ref,
            role_mappings=_by_group(pool, settings.cognito_client_id),
            roles={"authenticated": self.roles["analysts"].role_arn},
        )
        service = _service_role(self, arn=arn, pool=pool, identities=identities, people=list(self.roles.values()))
        self.options = opensearch.CfnDomain.CognitoOptionsProperty(
            enabled=True, identity_pool_id=identities.ref, role_arn=service.role_arn, user_pool_id=pool.user_pool_id
        )
        self.ready = (page, attached)
        output(self, "UserPool", pool.user_pool_id, "User pool of those who sign in to OpenSearch Dashboards")


def _user_pool(scope: Construct, removal_policy: cdk.RemovalPolicy) -> cognito.UserPool:
    pool = cognito.UserPool(
        scope,
        "Users",
        account_recovery=cognito.AccountRecovery.EMAIL_ONLY,
        mfa=cognito.Mfa.REQUIRED,
        mfa_second_factor=cognito.MfaSecondFactor(otp=True, sms=False),
        password_policy=cognito.PasswordPolicy(
            min_length=14, require_digits=True, require_lowercase=True, require_symbols=True, require_uppercase=True
        ),
        removal_policy=removal_policy,
        self_sign_up_enabled=False,
        sign_in_aliases=cognito.SignInAliases(email=True),
    )
    accept(pool, "COG8", "Threat protection needs the Plus plan, paid by the user; everybody has a second factor.")
    return pool


def _role(scope: Construct, group: str, identity_pool: str) -> iam.Role:
    """Return what members of a group are to IAM; the domain's policy lets it in."""
    name = "cognito-identity.amazonaws.com"
    return iam.Role(
        scope,
        f"Role-{group}",
        assumed_by=iam.WebIdentityPrincipal(
            name,
            {
                "StringEquals": {f"{name}:aud": identity_pool},
                "ForAnyValue:StringLike": {f"{name}:amr": "authenticated"},
            },
        ),
        description=f"OpenSearch Dashboards: {group}",
    )


def _by_group(
    pool: cognito.UserPool, client: str
) -> dict[str, cognito.CfnIdentityPoolRoleAttachment.RoleMappingProperty] | None:
    if not client:
        return None
    return {
        "groups": cognito.CfnIdentityPoolRoleAttachment.RoleMappingProperty(
            ambiguous_role_resolution="Deny",
            identity_provider=f"{pool.user_pool_provider_name}:{client}",
            type="Token",
        )
    }


def _service_role(
    scope: Construct,
    *,
    arn: str,
    pool: cognito.UserPool,
    identities: cognito.CfnIdentityPool,
    people: list[iam.Role],
) -> iam.Role:
    """Return the role with which OpenSearch Service adds its app client to both pools."""
    stack = cdk.Stack.of(scope)
    identity_pool = stack.format_arn(service="cognito-identity", resource="identitypool", resource_name=identities.ref)
    return iam.Role(
        scope,
        "Service",
        assumed_by=iam.PrincipalWithConditions(
            iam.ServicePrincipal("es.amazonaws.com"),
            {"ArnLike": {"aws:SourceArn": arn}, "StringEquals": {"aws:SourceAccount": stack.account}},
        ),
        inline_policies={
            "Rights": iam.PolicyDocument(
                statements=[
                    iam.PolicyStatement(sid="UserPool", actions=list(POOL_ACTIONS), resources=[pool.user_pool_arn]),
                    iam.PolicyStatement(sid="IdentityPool", actions=list(IDENTITY_ACTIONS), resources=[identity_pool]),
                    iam.PolicyStatement(
                        sid="RolesOfPeople",
                        actions=["iam:PassRole"],
                        resources=[role.role_arn for role in people],
                        conditions={"StringEquals": {"iam:PassedToService": "cognito-identity.amazonaws.com"}},
                    ),
                ]
            )
        },
    )
