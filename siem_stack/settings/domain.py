"""Settings of the OpenSearch domain: its size, and who gets in."""

from dataclasses import dataclass

from siem_stack.settings.rules import Rule, between, matching, one_of, setting, words

ZONES = 3
ARNS = words(r"arn:aws[a-z-]*:iam::\d{12}:(?:role|user)/[\w+=,.@/-]+", "ARNs of IAM roles and users")


@dataclass(frozen=True, kw_only=True)
class DomainSettings:
    """OpenSearch domain."""

    domain_name: str = setting(
        "aes-siem",
        matching(r"[a-z][a-z0-9-]{2,27}", "3 to 28 lower-case letters, digits and hyphens, a letter first"),
        "Name of the OpenSearch domain. Another name is another, empty domain.",
    )
    engine_version: str = setting(
        "OpenSearch_3.7",
        one_of("OpenSearch_2.19", "OpenSearch_3.1", "OpenSearch_3.3", "OpenSearch_3.5", "OpenSearch_3.7"),
        "Version of the engine. A later one upgrades the domain in place; there is no way back.",
    )
    instance_type: str = setting(
        "t3.medium.search",
        matching(r"[a-z][a-z0-9-]*\.[a-z0-9]+\.search", "an instance type of OpenSearch Service with EBS volumes"),
        "Instance type of the data nodes. `t3` is for trying out: CPU credits run out under steady load.",
    )
    instance_count: int = setting(
        1,
        Rule(
            "1, or an even number or a multiple of 3 up to 78: nodes are spread evenly over zones",
            lambda value: value == 1 or (2 <= value <= 78 and (value % 2 == 0 or value % ZONES == 0)),  # noqa: PLR2004
        ),
        "Number of data nodes. From 2 on they are in two or three availability zones, and indices have a replica.",
    )
    volume_size: int = setting(50, between(20, 3072, "GiB"), "Size of each data node's gp3 volume.")
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
