"""A host name of the user's own for the domain; the functions go on using the domain's.

https://docs.aws.amazon.com/opensearch-service/latest/developerguide/customendpoint.html
"""

from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_opensearchservice as opensearch
from aws_cdk import aws_route53 as route53
from constructs import Construct

from siem_stack.settings import Settings

SECONDS = "300"
"""How long others keep the record."""


def custom_endpoint(scope: Construct, settings: Settings) -> opensearch.CustomEndpointOptions | None:
    """Return the name and its certificate; None without one."""
    if not settings.custom_endpoint:
        return None
    return opensearch.CustomEndpointOptions(
        certificate=acm.Certificate.from_certificate_arn(scope, "Certificate", settings.custom_endpoint_certificate),
        domain_name=settings.custom_endpoint,
    )


def add_record(scope: Construct, endpoint: str, settings: Settings) -> None:
    """Put the name into its hosted zone, if the settings name one."""
    if settings.custom_endpoint_zone:
        route53.CfnRecordSet(
            scope,
            "Record",
            hosted_zone_id=settings.custom_endpoint_zone,
            name=settings.custom_endpoint,
            resource_records=[endpoint],
            ttl=SECONDS,
            type="CNAME",
        )
