"""Controls of Security Hub on the shop's resources: when each was evaluated, and with which result."""

from collections.abc import Iterator
from datetime import timedelta
from typing import NamedTuple

from samples.generator import securityhub_parts as parts
from samples.generator import story
from samples.generator.dice import Dice
from samples.generator.securityhub_parts import Tree
from samples.generator.story import REGION, SHOP, at


class Control(NamedTuple):
    """What a control asks for, and the normalized severity of a resource that has it not."""

    title: str
    severity: int


_CONTROLS = {
    "CloudTrail.1": Control("CloudTrail should be enabled with at least one multi-Region trail", 70),
    "EC2.8": Control("EC2 instances should use Instance Metadata Service Version 2 (IMDSv2)", 70),
    "EC2.13": Control("Security groups should not allow ingress from everywhere to port 22", 70),
    "ELB.1": Control("Application Load Balancer should redirect all HTTP requests to HTTPS", 40),
    "IAM.2": Control("IAM users should not have IAM policies attached", 1),
    "IAM.3": Control("IAM users' access keys should be rotated every 90 days or less", 40),
    "IAM.5": Control("MFA should be enabled for all IAM users that have a console password", 40),
    "RDS.3": Control("RDS DB instances should have encryption at-rest enabled", 40),
    "S3.8": Control("S3 general purpose buckets should block public access", 70),
    "S3.22": Control("S3 general purpose buckets should log object-level write events", 40),
    "S3.23": Control("S3 general purpose buckets should log object-level read events", 40),
    "SecretsManager.1": Control("Secrets Manager secrets should have automatic rotation enabled", 40),
}


class Evaluated(NamedTuple):
    """A resource under a control, and its result at each of the times."""

    control: str
    kind: str
    resource: str
    results: tuple[tuple[str, str], ...]


_FAILED, _PASSED = "FAILED", "PASSED"
_ACCOUNT = f"AWS::::Account:{SHOP}"
_USERS = f"arn:aws:iam::{SHOP}:user"
_DATA_EVENTS = (("06:12", _PASSED), ("10:17", _FAILED), ("13:08", _PASSED))
_SECRET = f"arn:aws:secretsmanager:{REGION}:{SHOP}:secret:prod/shop/db-a1B2c3"
_BALANCER = f"arn:aws:elasticloadbalancing:{REGION}:{SHOP}:loadbalancer/app/shop/50dc6c495c0c9188"
_SSH_GROUP = f"arn:aws:ec2:{REGION}:{SHOP}:security-group/sg-0a1b2c3d4e5f60718"
_EVALUATED = (
    Evaluated("S3.8", "AwsS3Bucket", f"arn:aws:s3:::{story.ASSETS_BUCKET}", (("06:12", _FAILED),)),
    Evaluated("S3.8", "AwsS3Bucket", f"arn:aws:s3:::{story.EXPORTS_BUCKET}", (("06:12", _PASSED),)),
    Evaluated("S3.22", "AwsAccount", _ACCOUNT, _DATA_EVENTS),
    Evaluated("S3.23", "AwsAccount", _ACCOUNT, _DATA_EVENTS),
    Evaluated("CloudTrail.1", "AwsAccount", _ACCOUNT, (("06:13", _PASSED), ("10:18", _PASSED))),
    Evaluated("EC2.13", "AwsEc2SecurityGroup", _SSH_GROUP, (("06:14", _FAILED), ("13:02", _PASSED))),
    Evaluated("EC2.8", "AwsEc2Instance", parts.instance_arn(story.WEB_1), (("06:14", _PASSED),)),
    Evaluated("EC2.8", "AwsEc2Instance", parts.instance_arn(story.JUMP_HOST), (("06:14", _FAILED),)),
    Evaluated("IAM.2", "AwsIamUser", f"{_USERS}/{story.DEPLOY.name}", (("06:15", _PASSED),)),
    Evaluated("IAM.2", "AwsIamUser", f"{_USERS}/{story.BACKDOOR.name}", (("10:06", _FAILED), ("12:59", _PASSED))),
    Evaluated("IAM.3", "AwsIamUser", f"{_USERS}/{story.DEPLOY.name}", (("06:15", _FAILED),)),
    Evaluated("IAM.5", "AwsIamUser", f"{_USERS}/{story.TOM.name}", (("06:15", _PASSED),)),
    Evaluated("IAM.5", "AwsIamUser", f"{_USERS}/{story.BACKDOOR.name}", (("10:24", _FAILED), ("12:59", _PASSED))),
    Evaluated("RDS.3", "AwsRdsDbInstance", f"arn:aws:rds:{REGION}:{SHOP}:db:shop", (("06:16", _PASSED),)),
    Evaluated("SecretsManager.1", "AwsSecretsManagerSecret", _SECRET, (("06:16", _FAILED),)),
    Evaluated("ELB.1", "AwsElbv2LoadBalancer", _BALANCER, (("06:17", _PASSED),)),
)


def findings(dice: Dice) -> Iterator[Tree]:
    """Yield the finding of each evaluation; those of one resource have the same id."""
    for evaluated in _EVALUATED:
        identity = dice.uuid()
        for clock, status in evaluated.results:
            yield _finding(evaluated, identity, clock, status, dice.randrange(50))


def _finding(evaluated: Evaluated, identity: str, clock: str, status: str, seconds: int) -> Tree:
    name, (title, severity) = evaluated.control, _CONTROLS[evaluated.control]
    moment, passed = at(clock) + timedelta(seconds=seconds), status == _PASSED
    arn = f"{parts.HUB}:{SHOP}:security-control/{name}/finding/{identity}"
    url = f"https://docs.aws.amazon.com/console/securityhub/{name}/remediation"
    compliance = {
        "Status": status,
        "SecurityControlId": name,
        "AssociatedStandards": [{"StandardsId": standard} for standard in parts.STANDARDS],
    }
    return parts.finding(
        "Security Hub",
        arn,
        moment,
        0 if passed else severity,
        GeneratorId=f"security-control/{name}",
        Types=[f"{parts.CHECKS}/Industry and Regulatory Standards"],
        CreatedAt="2025-11-18T08:02:10.000Z",
        Title=title,
        Description=f"This control checks: {title}.",
        Remediation={"Recommendation": {"Text": "Consult the documentation of the control.", "Url": url}},
        ProductFields=parts.product_fields("Security Hub", "AWS", arn),
        Resources=[parts.resource_of(evaluated.kind, evaluated.resource, {})],
        Compliance=compliance,
        Workflow={"Status": "RESOLVED" if passed else "NEW"},
    )
