"""Who may send requests to the domain; what they may ask for is decided by roles in the domain.

https://docs.aws.amazon.com/opensearch-service/latest/developerguide/ac.html
"""

from collections.abc import Iterator, Sequence

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from constructs import Construct

from siem_stack.settings import Settings

SEARCHES = ("_count", "_field_caps", "_mget", "_msearch", "_search", "_search/scroll", "_validate/query")
"""What POST is for when nothing is changed."""

SCROLLS = ("_search/scroll", "_search/scroll/*")
"""What DELETE is for when nothing but a search is ended."""

METHODS = tuple(f"es:ESHttp{method}" for method in ("Delete", "Get", "Head", "Patch", "Post", "Put"))


def policy(
    scope: Construct, *, arn: str, functions: Sequence[iam.IRole], people: Sequence[iam.IRole], settings: Settings
) -> iam.PolicyDocument:
    """Return the domain's policy.

    Args:
        scope: in the stack.
        arn: of the domain.
        functions: roles that get in from wherever they are; their own policies say to what.
        people: roles that a sign-in gives to people.
        settings: see there.
    """
    statements = [*_reading(cdk.Stack.of(scope), arn), *_signed_in(arn, people, settings)]
    addresses = settings.allowed_cidrs.split()
    if addresses:
        for statement in statements:
            statement.add_condition("IpAddress", {"aws:sourceIp": addresses})
        statements.append(_from_elsewhere(arn, addresses, functions))
    return iam.PolicyDocument(statements=statements)


def _reading(stack: cdk.Stack, arn: str) -> Iterator[iam.PolicyStatement]:
    """Yield what identities of this account may do, if their own policies say so too."""
    account = iam.AccountPrincipal(stack.account)
    for actions, resources in (
        (["es:ESHttpGet", "es:ESHttpHead"], [f"{arn}/*"]),
        (["es:ESHttpPost"], [f"{arn}/{prefix}{name}" for name in SEARCHES for prefix in ("", "*/")]),
        (["es:ESHttpDelete"], [f"{arn}/{name}" for name in SCROLLS]),
    ):
        yield iam.PolicyStatement(principals=[account], actions=actions, resources=resources)


def _signed_in(arn: str, people: Sequence[iam.IRole], settings: Settings) -> Iterator[iam.PolicyStatement]:
    """Yield what a browser needs: it signs as a role after a sign-in by Cognito, and not at all after one by SAML."""
    if people or settings.saml_metadata:
        yield iam.PolicyStatement(
            sid="Dashboards",
            principals=[iam.ArnPrincipal(role.role_arn) for role in people] or [iam.AnyPrincipal()],
            actions=list(METHODS),
            resources=[f"{arn}/*"],
        )


def _from_elsewhere(arn: str, addresses: Sequence[str], functions: Sequence[iam.IRole]) -> iam.PolicyStatement:
    """Return what keeps identities out whose own policies would let them in from every address."""
    return iam.PolicyStatement(
        sid="OtherAddresses",
        effect=iam.Effect.DENY,
        principals=[iam.AnyPrincipal()],
        actions=["es:ESHttp*"],
        resources=[f"{arn}/*"],
        conditions={
            "NotIpAddress": {"aws:sourceIp": list(addresses)},
            "ArnNotEquals": {"aws:PrincipalArn": [role.role_arn for role in functions]},
        },
    )
