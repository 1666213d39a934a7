"""Findings of cfn-lint and checkov that are right here, each with its reason. What is found nowhere must go."""

from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import NamedTuple


class Finding(NamedTuple):
    """What a gate says: `resource` is `Type.LogicalId`."""

    rule: str
    resource: str
    case: str
    text: str


class Accepted(NamedTuple):
    """Findings of a rule; `resources` is a pattern, as in file names."""

    rule: str
    resources: str
    reason: str

    def covers(self, finding: Finding) -> bool:
        return self.rule == finding.rule and fnmatchcase(finding.resource, self.resources)


CFN_LINT = (
    Accepted("W3005", "AWS::*", "CDK names a dependency that a reference has already; it costs nothing."),
)  # fmt: skip

_NO_RECORDS = (
    "The functions' and the domain's own logs hold no records and no secrets: docs/security.md, What is logged."
)

CHECKOV = (
    Accepted(
        "CKV_AWS_18",
        "AWS::S3::Bucket.*",
        "Access logs of the log bucket would be as many objects again; CloudTrail data events record access.",
    ),
    Accepted(
        "CKV_AWS_27",
        "AWS::SQS::Queue.*",
        "Encrypted with SQS's own keys, which the rule does not know: S3 cannot send to a queue with AWS's KMS key.",
    ),
    Accepted(
        "CKV_AWS_33",
        "AWS::KMS::Key.EncryptionKey*",
        "With siem:organization_id: roles of its accounts alone, which aws:PrincipalOrgID says, for the log bucket alone.",
    ),
    Accepted(
        "CKV_AWS_111",
        "AWS::IAM::Role.*",
        "In a VPC: Lambda's network interfaces have no names in advance; the functions' code is denied the same.",
    ),
    Accepted(
        "CKV_AWS_115",
        "AWS::Lambda::Function.*",
        "The loader's trigger has a maximum; a reservation would take from the account's functions, of which there are 10 at first.",
    ),
    Accepted(
        "CKV_AWS_116",
        "AWS::Lambda::Function.*",
        "Messages come from a queue with dead letters; CloudFormation waits for the setup's answer; the pause comes again on a schedule.",
    ),
    Accepted("CKV_AWS_117", "AWS::Lambda::Function.*", "The domain is reached by signed requests over TLS; IAM decides."),
    Accepted("CKV_AWS_158", "AWS::Logs::LogGroup.*", _NO_RECORDS),
    Accepted("CKV_AWS_173", "AWS::Lambda::Function.*", "Variables are names and addresses, no secrets."),
    Accepted(
        "CKV_AWS_317",
        "AWS::OpenSearchService::Domain.*",
        "Not offered: audit logs hold values of records, which are kept in the domain and the log bucket alone.",
    ),
)  # fmt: skip


def problems(findings: Iterable[Finding], table: Iterable[Accepted]) -> list[str]:
    """Return a line for each finding that is not accepted, and for each row that accepts nothing."""
    found, rows = list(findings), list(table)
    wrong = {
        f"{each.rule} {each.resource}: {each.text}": each.case
        for each in found
        if not any(row.covers(each) for row in rows)
    }
    stale = [row for row in rows if not any(map(row.covers, found))]
    return [
        *(f"{text} (in {case})" for text, case in sorted(wrong.items())),
        *(f"{row.rule} {row.resources} is accepted, but found nowhere" for row in stale),
    ]
