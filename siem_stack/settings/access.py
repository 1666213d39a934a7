"""Settings of who gets into the domain, and how people sign in to OpenSearch Dashboards."""

from dataclasses import dataclass

from siem_stack.settings.rules import YES_OR_NO, between, matching, or_empty, setting, words

ARNS = words(r"arn:aws[a-z-]*:iam::\d{12}:(?:role|user)/[\w+=,.@/-]+", "ARNs of IAM roles and users")
GROUPS = words(r"(?!arn:)[^\s,*]{1,256}", "names without blanks")


@dataclass(frozen=True, kw_only=True)
class AccessSettings:
    """Access to the domain."""

    analysts: str = setting(
        "",
        ARNS,
        "ARNs of the IAM roles and users that may read all logs in the domain, with blanks between them; see "
        "[access](access.md).",
    )
    administrators: str = setting(
        "",
        ARNS,
        "ARNs of the IAM roles and users that may do everything in the domain, with blanks between them.",
    )
    saml_metadata: str = setting(
        "",
        or_empty(matching(r"(?!/)(?!.*\.\.)[\w./-]+\.xml", "the path of an XML file in this project")),
        "Metadata of your identity provider, as `config/idp.xml`: people sign in to OpenSearch Dashboards by SAML; see "
        "[sign-in](sign-in.md).",
    )
    saml_roles_key: str = setting(
        "",
        or_empty(matching(r"\S{1,256}", "the name of an attribute")),
        "Attribute of the SAML assertion that has a user's groups.",
    )
    saml_subject_key: str = setting(
        "",
        or_empty(matching(r"\S{1,256}", "the name of an attribute")),
        "Attribute of the SAML assertion that has the user's name; empty: its NameID.",
    )
    saml_session_minutes: int = setting(60, between(1, 1440, "minutes"), "How long a sign-in by SAML lasts.")
    analyst_groups: str = setting(
        "", GROUPS, "Groups of the identity provider that may read all logs in the domain, as the assertion names them."
    )
    administrator_groups: str = setting(
        "", GROUPS, "Groups of the identity provider that may do everything in the domain."
    )
    cognito: bool = setting(
        False,
        YES_OR_NO,
        "Makes a user pool: people sign in to OpenSearch Dashboards by Amazon Cognito; see [sign-in](sign-in.md).",
    )
    cognito_domain_prefix: str = setting(
        "",
        or_empty(
            matching(
                r"(?!.*(?:aws|amazon|cognito))[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?",
                "1 to 63 lower-case letters, digits and hyphens, without aws, amazon or cognito",
            )
        ),
        "Beginning of the sign-in page's address; nobody else in the region may have it.",
    )
    cognito_client_id: str = setting(
        "",
        or_empty(matching(r"[a-z0-9]{20,40}", "the id of an app client")),
        "App client that the domain has made in the user pool: from then on groups decide who is an administrator.",
    )

    def signs_in(self) -> bool:
        """Return whether people sign in to OpenSearch Dashboards."""
        return self.cognito or bool(self.saml_metadata)
