"""Category and type of CloudTrail events, by name, service and what the record says beside them."""

from itertools import product

import pytest

from es_loader.logtypes import cloudtrail_events
from es_loader.logtypes.cloudtrail_events import Kind, kind_of, service_of
from es_loader.normalize import ecs


def kind(
    name: str, service: str, *, category: str = "Management", reads: bool | None = False, event_type: str = "AwsApiCall"
) -> Kind:
    return kind_of(name, f"{service}.amazonaws.com", event_type, category, reads=reads, denied=False)


@pytest.mark.parametrize(
    ("call", "category", "type_"),
    [
        # who one is
        ("signin ConsoleLogin", "authentication", "info"),
        ("sts AssumeRole", "authentication", "info"),
        ("sts AssumeRoleWithSAML", "authentication", "info"),
        ("sts AssumeRoot", "authentication", "info"),
        ("sts GetCallerIdentity", "authentication", "info"),
        ("sts DecodeAuthorizationMessage", "configuration authentication", "change"),
        ("sso Federate", "authentication", "info"),
        ("sso Logout", "authentication", "end"),
        ("signin SignOut", "authentication", "end"),
        # users, groups, roles
        ("signin PasswordUpdated", "iam", "user change"),
        ("iam ChangePassword", "iam", "user change"),
        ("iam CreateUser", "iam", "user creation"),
        ("cognito-idp CreateGroup", "iam", "group creation"),
        ("xray CreateGroup", "api", "creation"),
        ("resource-groups CreateGroup", "configuration", "creation"),
        ("iam AddUserToGroup", "iam", "group change"),
        ("iam DeleteUser", "iam", "user deletion"),
        ("iam ListUsers", "iam", "user info"),
        ("iam CreateAccessKey", "iam", "user change"),
        ("ec2 CreateKeyPair", "iam", "admin creation"),
        ("iam UpdateAccountPasswordPolicy", "iam", "admin change"),
        ("iam CreateRole", "iam", "creation"),
        ("iam AttachRolePolicy", "iam", "change"),
        ("sso CreateAccountAssignment", "iam", "creation"),
        ("sso ListInstances", "authentication", "info"),
        # objects
        ("s3 CreateBucket", "file", "creation"),
        ("s3 PutObject", "file", "change"),
        ("s3 UploadPartCopy", "file", "change"),
        ("s3 DeleteObjects", "file", "deletion"),
        ("s3express GetObject", "file", "access"),
        ("s3 ListObjectsV2", "file", "info"),
        ("s3 PutBucketPolicy", "file", "change"),
        ("codecommit GetObject", "api", "info"),
        # sessions, processes, hosts
        ("ssm StartSession", "session", "start"),
        ("ssmmessages OpenDataChannel", "session", "start"),
        ("ec2-instance-connect SendSSHPublicKey", "session", "start"),
        ("ssm TerminateSession", "session", "end"),
        ("ssm SendCommand", "process", "start"),
        ("lambda Invoke", "process", "start"),
        ("lambda InvokeAsync", "process", "start"),
        ("ecs StopTask", "process", "end"),
        ("ec2 RunInstances", "host", "start"),
        ("ec2 TerminateInstances", "host", "end"),
        ("ec2 RebootInstances", "host", "change"),
        ("ec2 DescribeInstances", "host", "info"),
        ("ec2 CreateVolume", "configuration host", "creation"),
        ("ec2 DescribeRegions", "api", "info"),
        ("ssm DescribeInstanceInformation", "host", "info"),
        ("ssm GetParameter", "configuration", "info"),
        # the network
        ("ec2 AuthorizeSecurityGroupIngress", "configuration network", "change"),
        ("ec2 DescribeVpcs", "network", "info"),
        ("ec2 CreateRoute", "configuration network", "creation"),
        ("route53 ChangeResourceRecordSets", "configuration network", "change"),
        # data stores
        ("rds DeleteDBInstance", "configuration database", "deletion"),
        ("rds ModifyDBInstance", "database", "change"),
        ("dynamodb Scan", "database", "info"),
        # the account's configuration
        ("cloudtrail StopLogging", "configuration", "change"),
        ("kms ScheduleKeyDeletion", "configuration", "deletion"),
        ("kms CancelKeyDeletion", "configuration", "change"),
        ("kms CreateGrant", "configuration", "creation"),
        ("lambda CreateFunction20150331", "configuration", "creation"),
        ("ecr PutImage", "package", "change"),
        ("ecr CreateRepository", "configuration package", "creation"),
        # calls that only use a service
        ("kms Decrypt", "api", "access"),
        ("kms GenerateDataKeyWithoutPlaintext", "api", "access"),
        ("sns Publish", "api", "access"),
        ("sns CreateTopic", "configuration", "creation"),
        ("sqs SendMessage", "api", "access"),
        ("sqs DeleteMessageBatch", "api", "deletion"),
        ("bedrock InvokeModel", "api", "access"),
        ("bedrock ConverseStream", "api", "access"),
        ("iam GenerateCredentialReport", "iam", "creation"),
        ("example Getaway", "api", "change"),
    ],
)
def test_name_and_service_decide(call: str, category: str, type_: str) -> None:
    service, name = call.split()
    assert kind(name, service) == Kind("event", category.split(), type_.split())


@pytest.mark.parametrize(
    ("category", "event_type", "expected"),
    [
        ("Insight", "AwsCloudTrailInsight", Kind("alert", ["intrusion_detection"], ["info"])),
        ("None", "AwsCloudTrailInsight", Kind("alert", ["intrusion_detection"], ["info"])),
        ("Aggregated", "None", Kind("metric", [], [])),
        ("NetworkActivity", "AwsVpceEvent", Kind("event", ["network"], ["allowed"])),
        ("None", "AwsVpceEvent", Kind("event", ["network"], ["allowed"])),
    ],
)
def test_what_is_no_call_comes_before_any_name(category: str, event_type: str, expected: Kind) -> None:
    assert kind("CreateUser", "iam", category=category, event_type=event_type) == expected


def test_a_refusing_endpoint_denies() -> None:
    found = kind_of("ListSecrets", "secretsmanager.amazonaws.com", "AwsVpceEvent", "", reads=True, denied=True)
    assert found.type == ["denied"]


@pytest.mark.parametrize(
    ("call", "category", "reads", "type_"),
    [
        ("dynamodb GetItem", "Data", True, "access"),
        ("dynamodb GetItem", "Management", True, "info"),
        ("s3 GetObjectTorrent", "Data", True, "access"),
        ("s3 HeadObject", "Data", True, "info"),
        ("sns GetTopicAttributes", "Data", True, "info"),
        ("example Transmogrify", "Management", True, "info"),
        ("example Transmogrify", "Management", False, "change"),
        ("example Transmogrify", "Management", None, "info"),
    ],
)
def test_reading_decides_where_the_name_does_not(call: str, category: str, reads: bool | None, type_: str) -> None:
    service, name = call.split()
    assert kind(name, service, category=category, reads=reads).type == [type_]


def test_every_category_allows_its_types() -> None:
    named = [
        *cloudtrail_events._AUTHENTICATION,
        *cloudtrail_events._IAM,
        *cloudtrail_events._S3_TYPES,
        *cloudtrail_events._ACTIVITIES,
    ]
    patterned = ["VpcThing", "PermissionSet", "KeyThing", "Publish", "SendMessage", "Inventory", "Thing"]
    by_verb = [f"{verb}{thing}" for verb, thing in product([*cloudtrail_events._VERBS, "Unheard"], patterned)]
    names = [*named, *by_verb, "Logout", "SignOut", "Invoke", "ScheduleKeyDeletion"]
    allowed = ecs.event_types()
    for name, service, category, reads in product(
        names, [*cloudtrail_events._CATEGORIES, "example"], ["Data", "Management", "NetworkActivity"], [True, False]
    ):
        found = kind_of.__wrapped__(name, f"{service}.amazonaws.com", "AwsApiCall", category, reads=reads, denied=reads)
        for type_ in found.type:
            assert any(type_ in allowed[one] for one in found.category), (service, name, found)


@pytest.mark.parametrize(
    ("source", "service"),
    [
        ("s3.amazonaws.com", "s3"),
        ("sts.amazonaws.com.cn", "sts"),
        ("backup.amazon.com", "backup"),
        ("sso-directory.amazonaws.com", "sso-directory"),
        ("aws.partner/example.com", None),
        (".amazonaws.com", None),
        ("", None),
    ],
)
def test_the_service_is_what_stands_before_the_domain(source: str, service: str | None) -> None:
    assert service_of(source) == service
