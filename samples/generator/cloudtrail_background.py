"""The API calls of an ordinary day: deployments, people at the console, instances, and AWS's own services."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from samples.generator.cloudtrail_attack import CONSOLE, EXPORTS
from samples.generator.cloudtrail_calls import Call, Json, Service, object_call
from samples.generator.dice import Dice
from samples.generator.story import (
    ASSETS_BUCKET,
    AUDITOR,
    DATA_TRAIL,
    DEPLOY,
    EXPORTS_BUCKET,
    INES,
    NAT_GATEWAY,
    OFFICE,
    RAUL,
    RECORDED,
    REGION,
    SECURITY,
    SECURITY_REGION,
    SHOP,
    TOM,
    TRAIL_STARTED,
    TRAIL_STOPPED,
    WEB_ROLES,
    at,
)

_FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:136.0) Gecko/20100101 Firefox/136.0"
_TERRAFORM = (
    "APN/1.0 HashiCorp/1.0 Terraform/1.11.1 (+https://www.terraform.io) terraform-provider-aws/5.90.0"
    " (+https://registry.terraform.io/providers/hashicorp/aws) aws-sdk-go-v2/1.36.3 ua/2.1 os/linux lang/go#1.23.6"
    " md/GOOS#linux md/GOARCH#amd64"
)
_WEB_AGENT = (
    "aws-sdk-java/2.30.31 md/io#sync md/http#Apache ua/2.1 os/Linux#6.1.128-136.201.amzn2023.x86_64 lang/java#21.0.6"
)
_AUDIT_AGENT = (
    "Boto3/1.37.8 md/Botocore#1.37.8 ua/2.0 os/linux#6.1.128 md/arch#x86_64 lang/python#3.13.2 md/pyimpl#CPython"
)
_DEPLOYMENTS = ("06:40:05", "07:31:20", "08:55:40", "10:48:10", "11:37:00", "12:10:30")

_PLAN: tuple[tuple[str, str, Json | None], ...] = (
    ("sts", "GetCallerIdentity", None),
    ("ec2", "DescribeVpcs", {"vpcSet": {}, "filterSet": {}}),
    ("ec2", "DescribeSubnets", {"subnetSet": {}, "filterSet": {}}),
    (
        "ec2",
        "DescribeSecurityGroups",
        {"securityGroupSet": {"items": [{"groupId": "sg-05c7d9e1f3a2b4680"}]}, "filterSet": {}},
    ),
    ("ec2", "DescribeInstances", {"instancesSet": {"items": [{"instanceId": "i-0a94c1e7d3b2f5608"}]}, "filterSet": {}}),
    (
        "ec2",
        "DescribeLaunchTemplates",
        {"DescribeLaunchTemplatesRequest": {"LaunchTemplateId": {"tag": 1, "content": "lt-0c1d"}}},
    ),
    ("elasticloadbalancing", "DescribeLoadBalancers", {"names": ["shop"]}),
    ("elasticloadbalancing", "DescribeTargetGroups", {"names": ["shop-web"]}),
    ("elasticloadbalancing", "DescribeTags", {"resourceArns": ["shop-web"]}),
    ("autoscaling", "DescribeAutoScalingGroups", {"autoScalingGroupNames": ["shop-web"]}),
    ("iam", "GetRole", {"roleName": "shop-web"}),
    ("iam", "ListAttachedRolePolicies", {"roleName": "shop-web"}),
    ("iam", "GetPolicy", {"policyArn": f"arn:aws:iam::{SHOP}:policy/shop-web"}),
    (
        "s3",
        "GetBucketVersioning",
        {"bucketName": ASSETS_BUCKET, "versioning": "", "Host": f"{ASSETS_BUCKET}.s3.amazonaws.com"},
    ),
    (
        "s3",
        "GetBucketEncryption",
        {"bucketName": ASSETS_BUCKET, "encryption": "", "Host": f"{ASSETS_BUCKET}.s3.amazonaws.com"},
    ),
    (
        "s3",
        "GetBucketTagging",
        {"bucketName": EXPORTS_BUCKET, "tagging": "", "Host": f"{EXPORTS_BUCKET}.s3.amazonaws.com"},
    ),
    ("lambda", "GetFunction20150331v2", {"functionName": "shop-export"}),
    ("lambda", "ListVersionsByFunction20150331", {"functionName": "shop-export", "maxItems": 10000}),
    ("logs", "DescribeLogGroups", {"logGroupNamePrefix": "/aws/lambda/shop-export"}),
    ("route53", "ListResourceRecordSets", {"hostedZoneId": "Z0EXAMPLE1234", "maxItems": "300"}),
)
_APPLY: tuple[tuple[str, str, Json], ...] = (
    (
        "lambda",
        "UpdateFunctionCode20150331v2",
        {"functionName": "shop-export", "s3Bucket": "example-shop-builds", "publish": True},
    ),
    (
        "ec2",
        "CreateLaunchTemplateVersion",
        {"CreateLaunchTemplateVersionRequest": {"LaunchTemplateId": "lt-0c1d2e3f4a5b60718"}},
    ),
    ("autoscaling", "StartInstanceRefresh", {"autoScalingGroupName": "shop-web", "strategy": "Rolling"}),
    ("elasticloadbalancing", "ModifyTargetGroup", {"targetGroupArn": "shop-web", "healthCheckIntervalSeconds": 15}),
)
_AT_THE_CONSOLE: tuple[tuple[str, str, Json | None], ...] = (
    ("ec2", "DescribeInstances", {"maxResults": 100, "instancesSet": {}, "filterSet": {}}),
    ("ec2", "DescribeInstanceStatus", {"instancesSet": {}, "filterSet": {}, "includeAllInstances": False}),
    ("ec2", "DescribeVolumes", {"maxResults": 50, "volumeSet": {}, "filterSet": {}}),
    ("ec2", "DescribeAddresses", {"publicIpsSet": {}, "filterSet": {}, "allocationIdsSet": {}}),
    ("monitoring", "DescribeAlarms", {"maxRecords": 100}),
    ("monitoring", "GetMetricData", {"startTime": "Mar 10, 2026, 6:00:00 AM", "scanBy": "TimestampDescending"}),
    ("logs", "StartQuery", {"logGroupName": "/aws/lambda/shop-export", "limit": 1000}),
    ("rds", "DescribeDBInstances", {"maxRecords": 100}),
    ("health", "DescribeEventAggregates", {"aggregateField": "eventTypeCategory"}),
    ("ce", "GetCostAndUsage", {"granularity": "DAILY", "metrics": ["UnblendedCost"]}),
    ("cloudformation", "DescribeStacks", None),
    ("tagging", "GetResources", {"resourcesPerPage": 100}),
)
_AUDITS: tuple[tuple[str, str, Json | None], ...] = (
    ("guardduty", "ListFindings", {"detectorId": "4ec1b2d3a5f60718293a4b5c6d7e8f90", "maxResults": 50}),
    ("guardduty", "GetFindings", {"detectorId": "4ec1b2d3a5f60718293a4b5c6d7e8f90"}),
    ("securityhub", "GetFindings", {"maxResults": 100}),
    ("config", "DescribeComplianceByConfigRule", None),
    ("access-analyzer", "ListFindingsV2", {"maxResults": 100}),
    ("organizations", "ListAccounts", None),
    ("cloudtrail", "GetTrailStatus", {"name": DATA_TRAIL}),
)
_BY_SERVICES: tuple[tuple[str, str, str, Json], ...] = (
    ("ec2.amazonaws.com", "sts", "AssumeRole", {"roleArn": f"arn:aws:iam::{SHOP}:role/shop-web"}),
    (
        "lambda.amazonaws.com",
        "sts",
        "AssumeRole",
        {"roleArn": f"arn:aws:iam::{SHOP}:role/shop-export", "roleSessionName": "shop-export"},
    ),
    (
        "config.amazonaws.com",
        "sts",
        "AssumeRole",
        {"roleArn": f"arn:aws:iam::{SHOP}:role/config", "roleSessionName": "ConfigPoller"},
    ),
    ("cloudtrail.amazonaws.com", "s3", "GetBucketAcl", {"bucketName": f"aes-siem-{SECURITY}-log", "acl": ""}),
    ("delivery.logs.amazonaws.com", "kms", "GenerateDataKey", {"keySpec": "AES_256"}),
)
_FIXED_HOSTS = {
    "iam": "iam.amazonaws.com",
    "route53": "route53.amazonaws.com",
    "organizations": "organizations.us-east-1.amazonaws.com",
}


def calls(dice: Dice) -> Iterator[Call]:
    """Yield every ordinary call, in no order."""
    for clock in _DEPLOYMENTS:
        yield from _deployment(at(clock), dice)
    yield from _people(dice)
    yield from _sign_ins()
    yield from _instances(dice)
    yield from _services(dice)
    yield from _audits(dice)
    yield from _objects_read(dice)


def _deployment(time: datetime, dice: Dice) -> Iterator[Call]:
    steps = [(*step, False) for step in _PLAN] + [(*step, True) for step in _APPLY]
    for service, name, request, writes in steps:
        time += timedelta(milliseconds=dice.randrange(120, 1900))
        yield Call(
            time=time,
            caller=DEPLOY,
            service=service,
            name=name,
            address=OFFICE,
            agent=f"{_TERRAFORM} api/{service}",
            request=request,
            response={"requestId": dice.hex(8)} if service == "ec2" and writes else None,
            writes=writes,
            host=_FIXED_HOSTS.get(service, ""),
        )


def _people(dice: Dice) -> Iterator[Call]:
    for person, agent, count in ((INES, CONSOLE, 150), (RAUL, _FIREFOX, 130)):
        for time in dice.moments(at("07:10"), at("12:30"), count):
            service, name, request = dice.choice(_AT_THE_CONSOLE)
            yield Call(
                time=time,
                caller=person,
                service=service,
                name=name,
                address=OFFICE,
                agent=agent,
                request=request,
                writes=name == "StartQuery",
                from_console=True,
            )


def _sign_ins() -> Iterator[Call]:
    """Yield a mistyped password and the right one."""
    for clock, result in (("07:44:12", "Failure"), ("07:44:51", "Success")):
        yield Call(
            time=at(clock),
            caller=TOM,
            service="signin",
            name="ConsoleLogin",
            address=OFFICE,
            agent=_FIREFOX,
            response={"ConsoleLogin": result},
            error=("", "Failed authentication") if result == "Failure" else None,
            extra={"LoginTo": "https://console.aws.amazon.com/console/home", "MobileVersion": "No", "MFAUsed": "Yes"},
            writes=True,
            host="signin.aws.amazon.com",
            event_type="AwsConsoleSignIn",
        )


def _instances(dice: Dice) -> Iterator[Call]:
    """Yield what the shop's two web servers ask for."""
    for role in WEB_ROLES:
        for time in dice.moments(RECORDED.start, RECORDED.end, 110):
            service, name, request = dice.choice(
                (
                    ("ssm", "GetParameters", {"names": ["/shop/feature-flags"], "withDecryption": True}),
                    ("secretsmanager", "GetSecretValue", {"secretId": "prod/shop/db"}),
                    ("kms", "Decrypt", {"encryptionAlgorithm": "SYMMETRIC_DEFAULT"}),
                    ("ssm", "UpdateInstanceInformation", {"instanceId": role.session, "agentVersion": "3.3.1802.0"}),
                )
            )
            yield Call(
                time=time,
                caller=role,
                service=service,
                name=name,
                address=NAT_GATEWAY,
                agent=_WEB_AGENT,
                request=request,
                writes=name == "UpdateInstanceInformation",
            )


def _services(dice: Dice) -> Iterator[Call]:
    for time in dice.moments(RECORDED.start, RECORDED.end, 260):
        host, service, name, request = dice.choice(_BY_SERVICES)
        yield Call(
            time=time, caller=Service(host), service=service, name=name, address=host, agent=host, request=request
        )


def _audits(dice: Dice) -> Iterator[Call]:
    """Yield the security account's own day, in its own region."""
    for time in dice.moments(RECORDED.start, RECORDED.end, 240):
        service, name, request = dice.choice(_AUDITS)
        yield Call(
            time=time,
            caller=AUDITOR,
            service=service,
            name=name,
            address=OFFICE,
            agent=_AUDIT_AGENT,
            region=REGION if service == "organizations" else SECURITY_REGION,
            request=request,
            host=_FIXED_HOSTS.get(service, ""),
        )


def _objects_read(dice: Dice) -> Iterator[Call]:
    """Yield the data events of the shop: pictures read, exports written; none while the trail was stopped."""
    for time in dice.moments(RECORDED.start, RECORDED.end, 420):
        if TRAIL_STOPPED <= time < TRAIL_STARTED:
            continue
        name, bucket = "GetObject", ASSETS_BUCKET
        key = f"products/{dice.randrange(1, 90)}/{dice.choice(('front', 'side', 'detail'))}.webp"
        if dice.randrange(8) == 0:
            kind = dice.choice(EXPORTS)
            name, bucket, key = "PutObject", EXPORTS_BUCKET, f"{kind}/2026/03/10/{kind}-{time.hour:02d}.csv.gz"
        yield object_call(
            dice,
            name=name,
            bucket=bucket,
            key=key,
            size=dice.randrange(8_000, 700_000),
            time=time,
            caller=dice.choice(WEB_ROLES),
            address=NAT_GATEWAY,
            agent=_WEB_AGENT,
        )
