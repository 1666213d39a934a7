"""Settings -> the accounts that logs come from, each kind of them with what a service must say of itself.

Organisations are told by aws:SourceOrgID. aws:PrincipalOrgID is a caller's, and a service that calls has none.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from collections.abc import Mapping
from dataclasses import dataclass

from siem_stack.settings import Settings

ANY = "*"
TRAILS = "cloudtrail"


@dataclass(frozen=True, slots=True)
class Origin:
    """Accounts of one kind; each grant has one statement for them.

    Attributes:
        name: ends the statements' identifiers; empty for the stack's own account, whose are the documentation's.
        accounts: as folders and ARNs name them, `*` where the organisation decides.
        said: the condition on whom a service says that it writes for.
        organization: folder of an organisation's trail; empty if these accounts have none.
        prefixes: what may stand before `AWSLogs/`.
        service: the only one that these statements are for; empty for all.
    """

    name: str
    accounts: tuple[str, ...]
    said: Mapping[str, str | list[str]]
    organization: str = ""
    prefixes: tuple[str, ...] = ("",)
    service: str = ""

    @property
    def by_organization(self) -> bool:
        """Whether the accounts are known by their organisation alone."""
        return self.accounts == (ANY,)


def origins(settings: Settings, account: str) -> tuple[Origin, ...]:
    """Return where logs may come from.

    Args:
        settings: which name the other accounts.
        account: the stack's own, a token as a rule.
    """
    organization, listed = settings.organization_id, settings.log_accounts.split()
    # A trail that the own account made for its organisation writes below the organisation's id, whatever that is.
    own = Origin("", (account,), {"aws:SourceAccount": account}, organization or "o-*", ("", "*/"))
    others = []
    if listed:
        others.append(Origin("OfAccounts", tuple(listed), {"aws:SourceAccount": listed}))
    if organization:
        others.append(Origin("OfOrganization", (ANY,), {"aws:SourceOrgID": organization}))
    if manager := settings.management_account:
        said: Mapping[str, str | list[str]] = {"aws:SourceAccount": manager}
        others.append(Origin("OfManagement", (manager,), said, organization, service=TRAILS))
    return (own, *others)
