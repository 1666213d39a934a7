"""AWS services -> the statements that let them write to the log bucket, and encrypt with the key.

They have the identifiers and conditions of AWS's documentation: some services compare, and append their own if these
differ. For the own account, what stands before `AWSLogs/` is the user's choice; other accounts write to it directly.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_iam as iam

from siem_stack.origins import ANY, TRAILS, Origin
from siem_stack.regions import CHINA_LOAD_BALANCERS, is_opt_in, known_region

FULL_CONTROL = {"s3:x-amz-acl": "bucket-owner-full-control"}
ACCOUNT = "AWSLogs/{account}/*"
HIVE = "AWSLogs/aws-account-id={account}/*"
ACCESS_LOGS = "AWSLogs/{account}/s3accesslog/*"
EVERYTHING = "*"

LOAD_BALANCERS = "logdelivery.elasticloadbalancing"
OUTPOSTS = "logdelivery.elb"
GUARDDUTY = "guardduty"


@dataclass(frozen=True, slots=True)
class Grant:
    """What one service may do.

    Attributes:
        sid: as AWS's documentation has it.
        service: the first part of its principal's name.
        actions: on `paths`, or on the bucket or key itself if there are none.
        paths: of objects.
        source: ARN of what writes, without partition; empty if the service does not say.
        equals: further conditions.
        says_account: whether the service says for which account it writes.
        context: member of the KMS encryption context that has the ARN of `source`.
        own_only: whether there is no statement for other accounts.
    """

    sid: str
    service: str
    actions: tuple[str, ...]
    paths: tuple[str, ...] = ()
    source: str = ""
    equals: Mapping[str, str] | None = None
    says_account: bool = False
    context: str = ""
    own_only: bool = False


_TRAILS = "cloudtrail:*:{account}:trail/*"
_DELIVERIES = "logs:*:{account}:*"
_DELIVERY_SOURCES = "logs:*:{account}:delivery-source:*"
_DETECTORS = "guardduty:*:{account}:detector/*"
_PUT = ("s3:PutObject",)

_DELIVERY_CHECK = Grant(
    *("AWSLogDeliveryAclCheck", "delivery.logs", ("s3:GetBucketAcl", "s3:ListBucket")),
    source=_DELIVERIES,
    says_account=True,
)
_DELIVERY_WRITE = Grant(
    *("AWSLogDeliveryWrite", "delivery.logs", _PUT, (ACCOUNT, HIVE), _DELIVERIES, FULL_CONTROL), says_account=True
)

BUCKET_GRANTS = (
    # https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html
    Grant("AWSCloudTrailAclCheck20150319", TRAILS, ("s3:GetBucketAcl",), source=_TRAILS),
    Grant("AWSCloudTrailWrite20150319", TRAILS, _PUT, (ACCOUNT,), _TRAILS, FULL_CONTROL),
    # Flow logs, Resolver, WAF, NLB: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-infrastructure-S3.html
    _DELIVERY_CHECK,
    _DELIVERY_WRITE,
    # CloudFront and others; those of other accounts are deliveries as above, too:
    # https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-infrastructure-V2-S3.html
    Grant(
        *("AWSLogDeliveryWrite1", "delivery.logs", _PUT, (ACCOUNT,), _DELIVERY_SOURCES, FULL_CONTROL),
        says_account=True,
        own_only=True,
    ),
    # https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
    Grant("AWSLoadBalancerWrite", LOAD_BALANCERS, _PUT, (ACCOUNT,)),
    Grant("AWSOutpostsLoadBalancerWrite", OUTPOSTS, _PUT, (ACCOUNT,), equals=FULL_CONTROL, own_only=True),
    # https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html
    Grant(
        *("S3ServerAccessLogsPolicy", "logging.s3", _PUT, (ACCESS_LOGS,), "s3:::*"),
        says_account=True,
        own_only=True,
    ),
    # https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_exportfindings.html
    Grant("AllowGetBucketLocation", GUARDDUTY, ("s3:GetBucketLocation",), source=_DETECTORS, says_account=True),
    Grant("AllowPutObject", GUARDDUTY, _PUT, (EVERYTHING,), _DETECTORS, says_account=True),
)

_TRAIL_CONTEXT = "kms:EncryptionContext:aws:cloudtrail:arn"

KEY_GRANTS = (
    # https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-kms-key-policy-for-cloudtrail.html
    Grant("CloudTrailEncrypt", TRAILS, ("kms:GenerateDataKey*",), source=_TRAILS, context=_TRAIL_CONTEXT),
    Grant("CloudTrailDescribe", TRAILS, ("kms:DescribeKey",), source=_TRAILS),
    # https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_exportfindings.html
    Grant("GuardDutyEncrypt", GUARDDUTY, ("kms:GenerateDataKey",), source=_DETECTORS, says_account=True),
)

DEFAULT_KEY_GRANTS = (
    Grant("CloudTrailDecrypt", TRAILS, ("kms:Decrypt",), source=_TRAILS),  # the log bucket has an S3 Bucket Key
    # Those of V2 are sources of _DELIVERIES, too.
    Grant(
        *("AWSLogDeliveryEncrypt", "delivery.logs"),
        ("kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"),
        source=_DELIVERIES,
        says_account=True,
    ),
)
"""What else there must be where the key is the log bucket's default."""


def own_delivery_statements(bucket_arn: str, stack: cdk.Stack) -> Iterator[iam.PolicyStatement]:
    """Yield what a bucket needs that only log delivery of this account writes to, without prefix or Hive's folders."""
    own = Origin("", (stack.account,), {"aws:SourceAccount": stack.account})
    return bucket_statements(bucket_arn, [own], stack, (_DELIVERY_CHECK, replace(_DELIVERY_WRITE, paths=(ACCOUNT,))))


def bucket_statements(
    bucket_arn: str, who: Iterable[Origin], stack: cdk.Stack, grants: Iterable[Grant] = BUCKET_GRANTS
) -> Iterator[iam.PolicyStatement]:
    """Yield the bucket's statements for services that write logs."""
    for grant, origin in _pairs(grants, who, stack):
        yield _statement(
            grant, origin, [f"{bucket_arn}/{path}" for path in _paths(grant, origin)] or [bucket_arn], stack
        )


def key_statements(who: Iterable[Origin], stack: cdk.Stack, *, default: bool) -> Iterator[iam.PolicyStatement]:
    """Yield the key's statements; `default`, if the log bucket encrypts with it what comes without a key's name."""
    for grant, origin in _pairs((*KEY_GRANTS, *(DEFAULT_KEY_GRANTS if default else ())), who, stack):
        yield _statement(grant, origin, ["*"], stack)  # in a key's policy: this key


def _pairs(grants: Iterable[Grant], who: Iterable[Origin], stack: cdk.Stack) -> Iterator[tuple[Grant, Origin]]:
    unknown = {OUTPOSTS} if (known_region(stack) or "").startswith(("us-gov-", "cn-")) else set()
    origins = tuple(who)
    for grant in grants:
        if grant.service not in unknown:
            yield from ((grant, origin) for origin in origins if _meet(grant, origin))


def _meet(grant: Grant, origin: Origin) -> bool:
    return origin.service in {"", grant.service} and not (grant.own_only and origin.name)


def _statement(grant: Grant, origin: Origin, resources: list[str], stack: cdk.Stack) -> iam.PolicyStatement:
    return iam.PolicyStatement(
        sid=grant.sid + origin.name,
        principals=_principals(grant, stack),
        actions=list(grant.actions),
        resources=resources,
        conditions=_conditions(grant, origin, stack),
    )


def _principals(grant: Grant, stack: cdk.Stack) -> list[iam.IPrincipal]:
    """Return who it is: S3 and KMS refuse a policy that names a principal which their partition does not know."""
    region = known_region(stack)
    if grant.service == LOAD_BALANCERS and region in CHINA_LOAD_BALANCERS:
        return [iam.ArnPrincipal(f"arn:{stack.partition}:iam::{CHINA_LOAD_BALANCERS[region]}:root")]
    regional = [f"{GUARDDUTY}.{region}"] if grant.service == GUARDDUTY and is_opt_in(region) else []
    return [iam.ServicePrincipal(f"{service}.amazonaws.com") for service in (grant.service, *regional)]


def _paths(grant: Grant, origin: Origin) -> list[str]:
    named = [path.format(account=account) for account in origin.accounts for path in grant.paths]
    if grant.paths and grant.service == TRAILS and origin.organization:
        named.append(ACCOUNT.format(account=origin.organization))
    return [prefix + path for path in named for prefix in (("",) if path == EVERYTHING else origin.prefixes)]


def _conditions(grant: Grant, origin: Origin, stack: cdk.Stack) -> dict[str, Any]:
    said = origin.said if grant.says_account or origin.by_organization else {}
    equals = {**(grant.equals or {}), **said}
    found = _sources(grant, origin, stack)
    sources = found[0] if len(found) == 1 else found  # as the documentation has it
    return {
        **({"StringEquals": equals} if equals else {}),
        **({"ArnLike": {"aws:SourceArn": sources}} if sources else {}),
        **({"StringLike": {grant.context: sources}} if grant.context else {}),
    }


def _sources(grant: Grant, origin: Origin, stack: cdk.Stack) -> list[str]:
    """Return what may write; where aws:SourceAccount lists accounts, ARNs that list them again are left out."""
    if not grant.source:
        return []
    accounts = (ANY,) if grant.says_account and len(origin.accounts) > 1 else origin.accounts
    return [f"arn:{stack.partition}:{grant.source.format(account=account)}" for account in accounts]
