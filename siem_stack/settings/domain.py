"""Settings of the OpenSearch domain: its size, its names, and whether it is there already."""

import re
from dataclasses import dataclass

from siem_stack.settings.rules import ACCOUNT, YES_OR_NO, Rule, between, matching, one_of, or_empty, setting
from siem_stack.settings.sizes import PROFILES, WITHOUT_VOLUMES, ZONES, Size
from siem_stack.settings.storage import BUCKET_NAME

_FAMILIES = "|".join(WITHOUT_VOLUMES)
_NAME = r"[a-z][a-z0-9-]{2,27}"
_OWN_HOST = (
    rf"(?:search|vpc)-(?P<name>{_NAME})-[a-z0-9]{{26}}\."
    r"(?:[a-z0-9-]+\.es\.amazonaws\.com(?:\.cn)?|aos\.[a-z0-9-]+\.on\.(?:aws|amazonwebservices\.com\.cn))"
)
_HOST = r"(?=.{4,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}"


@dataclass(frozen=True, kw_only=True)
class DomainSettings:
    """OpenSearch domain."""

    domain_name: str = setting(
        "aes-siem",
        matching(_NAME, "3 to 28 lower-case letters, digits and hyphens, a letter first"),
        "Name of the OpenSearch domain, with which names of functions and alarms begin, too. Another name is another, "
        "empty domain.",
    )
    engine_version: str = setting(
        "OpenSearch_3.7",
        one_of("OpenSearch_2.19", "OpenSearch_3.1", "OpenSearch_3.3", "OpenSearch_3.5", "OpenSearch_3.7"),
        "Version of the engine. A later one upgrades the domain in place; there is no way back.",
    )
    domain_profile: str = setting(
        "trial",
        one_of(*PROFILES),
        "Size of the domain, see [profiles](#profiles). The next three settings change single parts of it.",
    )
    instance_type: str = setting(
        "",
        or_empty(
            matching(
                rf"(?!(?:{_FAMILIES})\.)[a-z][a-z0-9-]*\.[a-z0-9]+\.search",
                "an instance type of OpenSearch Service with EBS volumes",
            )
        ),
        "Instance type of the data nodes; empty: the profile's. `t3` is for trying out: CPU credits run out under "
        "steady load.",
    )
    instance_count: int = setting(
        0,
        Rule(
            "0, 1, or an even number or a multiple of 3 up to 78: nodes are spread evenly over zones",
            lambda value: 0 <= value <= 78 and (value == 1 or value % 2 == 0 or value % ZONES == 0),  # noqa: PLR2004
        ),
        "Number of data nodes; 0: the profile's. From 2 on they are in two or three availability zones, and indices "
        "have a replica.",
    )
    volume_size: int = setting(
        0,
        Rule(
            "a whole number of GiB from 20 to 3072, or 0",
            lambda value: value == 0 or between(20, 3072, "GiB").allows(value),
        ),
        "Size of each data node's gp3 volume; 0: the profile's. Of a domain that is there already: its nodes' size.",
    )
    existing_domain_endpoint: str = setting(
        "",
        or_empty(matching(_OWN_HOST, "the host of a domain, as search-logs-….us-east-1.es.amazonaws.com")),
        "Domain of this account and region that is there already and is used instead of a new one; see "
        "[an existing domain](domain.md#an-existing-domain).",
    )
    custom_endpoint: str = setting(
        "",
        or_empty(matching(_HOST, "a host name in lower case")),
        "Host name of yours for the domain, for people and their programs; see "
        "[an address of your own](domain.md#an-address-of-your-own).",
    )
    custom_endpoint_certificate: str = setting(
        "",
        or_empty(
            matching(r"arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate/[a-f0-9-]{36}", "the ARN of a certificate")
        ),
        "Certificate of that name in AWS Certificate Manager, in the domain's region.",
    )
    custom_endpoint_zone: str = setting(
        "",
        or_empty(matching(r"Z[A-Z0-9]{1,31}", "the id of a hosted zone of Route 53")),
        "Hosted zone that gets the record of that name; empty: you make the record, a CNAME to the domain's endpoint.",
    )
    snapshots: bool = setting(
        False,
        YES_OR_NO,
        "Whether the indices are copied to a bucket of yours every night; see [snapshots](domain.md#snapshots).",
    )
    snapshot_bucket_name: str = setting(f"aes-siem-{ACCOUNT}-snapshots", BUCKET_NAME, "Bucket of the snapshots.")
    snapshot_days: int = setting(30, between(1, 3650, "days"), "How long a snapshot is kept.")

    def size(self) -> Size:
        """Return what the domain is made of: the profile's size, or what single settings say instead."""
        profile = PROFILES[self.domain_profile]
        return Size(
            self.instance_type or profile.node,
            self.instance_count or profile.nodes,
            self.volume_size or profile.volume,
            profile.master,
            profile.standby,
            profile.warm,
            profile.warm_nodes,
        )

    def name_of_domain(self) -> str:
        """Return the name of the domain that is used, which an existing one's host tells."""
        host = re.fullmatch(_OWN_HOST, self.existing_domain_endpoint)
        return host["name"] if host else self.domain_name
