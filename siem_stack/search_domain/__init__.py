"""The OpenSearch domain: made by the stack, or there already.

domain.py         what the rest of the stack needs to know of either
made.py           the domain that is made; own_logs.py what it writes about itself
existing.py       the domain that is there
access_policy.py  who may send it requests
sign_in.py        SAML for OpenSearch Dashboards; cognito.py a user pool instead
endpoint.py       a host name of the user's own
"""

from aws_cdk import aws_kms as kms
from constructs import Construct

from siem_stack.network import Network
from siem_stack.search_domain.domain import SearchDomain
from siem_stack.search_domain.existing import ExistingDomain
from siem_stack.search_domain.made import MadeDomain
from siem_stack.settings import Settings

__all__ = ["SearchDomain", "search_domain"]


def search_domain(scope: Construct, *, key: kms.IKey, network: Network | None, settings: Settings) -> SearchDomain:
    """Return the domain that the settings ask for."""
    if settings.existing_domain_endpoint:
        return ExistingDomain(scope, network=network, settings=settings)
    return MadeDomain(scope, key=key, network=network, settings=settings)
