"""Sign-in to OpenSearch Dashboards by SAML.

https://docs.aws.amazon.com/opensearch-service/latest/developerguide/saml.html
"""

from aws_cdk import aws_opensearchservice as opensearch

from siem_stack.settings import Settings
from siem_stack.settings.saml_metadata import read_metadata


def saml_options(settings: Settings) -> opensearch.CfnDomain.SAMLOptionsProperty | None:
    """Return what the domain knows of the identity provider; None without one."""
    if not settings.saml_metadata:
        return None
    metadata = read_metadata(settings.saml_metadata)
    return opensearch.CfnDomain.SAMLOptionsProperty(
        enabled=True,
        idp=opensearch.CfnDomain.IdpProperty(entity_id=metadata.entity_id, metadata_content=metadata.text),
        roles_key=settings.saml_roles_key or None,
        session_timeout_minutes=settings.saml_session_minutes,
        subject_key=settings.saml_subject_key or None,
    )
