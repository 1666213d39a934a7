"""What settings of the domain may not be together: its size, network, sign-in and endpoint."""

from collections.abc import Callable, Iterator

from siem_stack.settings.declared import PREFIX, Settings
from siem_stack.settings.network import CREATE
from siem_stack.settings.saml_metadata import read_metadata
from siem_stack.settings.sizes import ZONES

NEEDS = (
    ("subnet_ids", "vpc"),
    ("client_cidrs", "vpc"),
    ("service_linked_role", "vpc"),
    ("saml_roles_key", "saml_metadata"),
    ("saml_subject_key", "saml_metadata"),
    ("cognito", "cognito_domain_prefix"),
    ("cognito_domain_prefix", "cognito"),
    ("cognito_client_id", "cognito"),
    ("custom_endpoint", "custom_endpoint_certificate"),
    ("custom_endpoint_certificate", "custom_endpoint"),
    ("custom_endpoint_zone", "custom_endpoint"),
    ("existing_domain_endpoint", "volume_size"),
)
"""The first of each pair is of no use without the second."""

EXCLUDED = (
    ("allowed_cidrs", "vpc"),
    ("cognito", "saml_metadata"),
    *(
        (name, "existing_domain_endpoint")
        for name in (
            *("allowed_cidrs", "client_cidrs", "cognito", "custom_endpoint", "instance_count", "instance_type"),
            *("saml_metadata", "service_linked_role"),
        )
    ),
)
"""Of each pair one alone may be there. Of a domain that is there already its owner decides these."""


def _needs(settings: Settings) -> Iterator[str]:
    for name, need in NEEDS:
        if getattr(settings, name) and not getattr(settings, need):
            yield f"{PREFIX}{name} needs {PREFIX}{need}, which is not set"


def _excluded(settings: Settings) -> Iterator[str]:
    for name, other in EXCLUDED:
        if getattr(settings, name) and getattr(settings, other):
            yield f"{PREFIX}{name} and {PREFIX}{other} may not both be set"


def _network(settings: Settings) -> Iterator[str]:
    subnets, zones = settings.subnet_ids.split(), settings.size().zones
    if settings.vpc == CREATE and subnets:
        yield f"{PREFIX}subnet_ids must be empty where {PREFIX}vpc is create: its subnets are made, too"
    if settings.vpc not in {"", CREATE} and len(subnets) < zones:
        yield (
            f"{PREFIX}subnet_ids must be {zones} or more for {PREFIX}vpc: the data nodes "
            f"({PREFIX}domain_profile, {PREFIX}instance_count) are spread over {zones} zones"
        )
    if settings.existing_domain_endpoint:
        if settings.vpc == CREATE:
            yield f"{PREFIX}vpc must be the VPC of {PREFIX}existing_domain_endpoint, not create"
        if settings.existing_domain_endpoint.startswith("vpc-") is not bool(settings.vpc):
            yield (
                f"{PREFIX}vpc must be set if, and only if, {PREFIX}existing_domain_endpoint begins with vpc-: that "
                "domain is in a VPC"
            )


def _size(settings: Settings) -> Iterator[str]:
    size, profile = settings.size(), f"{PREFIX}domain_profile {settings.domain_profile}"
    small = size.family in {"t2", "t3"}
    if size.standby and size.nodes % ZONES:
        yield f"{PREFIX}instance_count must be a multiple of {ZONES} with {profile}, one zone of which is on standby"
    if (size.standby or size.warm) and small:
        yield f"{PREFIX}instance_type must not be {size.family} with {profile}, which has standby or warm nodes"
    if size.max_volume is not None and size.volume > size.max_volume and not settings.existing_domain_endpoint:
        yield (
            f"{PREFIX}volume_size must be {size.max_volume} GiB or less for {size.node} "
            f"({PREFIX}instance_type, {PREFIX}domain_profile); it is {size.volume}"
        )


def _sign_in(settings: Settings) -> Iterator[str]:
    groups = [name for name in ("analyst_groups", "administrator_groups") if getattr(settings, name)]
    if groups and not (settings.saml_roles_key or settings.existing_domain_endpoint):
        yield f"{PREFIX}{groups[0]} needs {PREFIX}saml_roles_key, which says where an assertion has the groups"
    if settings.saml_metadata:
        try:
            read_metadata(settings.saml_metadata)
        except ValueError as exc:
            yield f"{PREFIX}saml_metadata must be a provider's metadata; {settings.saml_metadata}: {exc}"


DOMAIN_CONFLICTS: tuple[Callable[[Settings], Iterator[str]], ...] = (_needs, _excluded, _network, _size, _sign_in)
