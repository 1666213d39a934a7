"""What kind of event a CloudTrail event name stands for: ECS category and type by tables.

The names are those of https://docs.aws.amazon.com/service-authorization/ ; the pairs of category and type are those
that ECS lists, see `_allowed`.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from es_loader.normalize import ecs

MAX_NAME = 256
"""Characters of an event name or source that are looked at."""


class Kind(NamedTuple):
    """`event.kind`, `event.category` and `event.type`; shared, not to be changed."""

    kind: str
    category: list[str]
    type: list[str]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_AUTHENTICATION = _words(
    """ConsoleLogin CheckMfa UserAuthentication CredentialChallenge CredentialVerification ExternalIdPDirectoryLogin
    SwitchRole ExitRole RenewRole GetSigninToken Authenticate Federate AssumeRoot GetSessionToken GetFederationToken
    GetCallerIdentity"""
)

_IAM: dict[str, list[str]] = {
    name: types.split()
    for types, names in {
        "group change": """AddUserToGroup RemoveUserFromGroup AttachGroupPolicy DetachGroupPolicy PutGroupPolicy
            DeleteGroupPolicy UpdateGroup""",
        "group creation": "CreateGroup",
        "group deletion": "DeleteGroup",
        "group info": "GetGroup GetGroupPolicy ListGroups ListGroupPolicies ListAttachedGroupPolicies",
        "user creation": "CreateUser",
        "user deletion": "DeleteUser",
        "user change": """UpdateUser TagUser UntagUser AttachUserPolicy DetachUserPolicy PutUserPolicy DeleteUserPolicy
            PutUserPermissionsBoundary DeleteUserPermissionsBoundary CreateAccessKey UpdateAccessKey DeleteAccessKey
            CreateLoginProfile UpdateLoginProfile DeleteLoginProfile CreateVirtualMFADevice EnableMFADevice
            DeactivateMFADevice DeleteVirtualMFADevice ResyncMFADevice UploadSSHPublicKey UpdateSSHPublicKey
            DeleteSSHPublicKey UploadSigningCertificate DeleteSigningCertificate PasswordUpdated
            PasswordRecoveryRequested PasswordRecoveryCompleted EmailUpdated ChangePassword""",
        "user info": """GetUser GetUserPolicy ListUsers ListUserTags ListUserPolicies ListAttachedUserPolicies
            ListGroupsForUser""",
        "admin creation": "CreateKeyPair ImportKeyPair",
        "admin change": """UpdateRole SetDefaultPolicyVersion SetSecurityTokenServicePreferences
            UpdateAccountPasswordPolicy""",
    }.items()
    for name in names.split()
}
_NOT_IAM = _words("resource-groups xray greengrass synthetics")

_S3 = _words("s3 s3express s3-outposts")
_S3_TYPES = {
    "CreateBucket": "creation",
    "DeleteBucket": "deletion",
    "PutObject": "change",
    "CopyObject": "change",
    "CompleteMultipartUpload": "change",
    "UploadPart": "change",
    "UploadPartCopy": "change",
    "DeleteObject": "deletion",
    "DeleteObjects": "deletion",
    "GetObject": "access",
    "SelectObjectContent": "access",
    "HeadObject": "info",
    "HeadBucket": "info",
    "ListObjects": "info",
    "ListObjectsV2": "info",
    "ListBuckets": "info",
}

_ACTIVITIES: dict[str, tuple[str, str]] = {
    name: (category, type_)
    for (category, type_), names in {
        ("session", "start"): """StartSession ResumeSession CreateControlChannel OpenControlChannel CreateDataChannel
            OpenDataChannel CreateSession SendSSHPublicKey SendSerialConsoleSSHPublicKey""",
        ("session", "end"): "TerminateSession",
        ("process", "start"): "SendCommand StartAutomationExecution RunTask SubmitJob StartExecution",
        ("process", "end"): "StopTask CancelCommand",
        ("host", "start"): "RunInstances StartInstances",
        ("host", "end"): "StopInstances TerminateInstances",
        ("host", "change"): "RebootInstances",
    }.items()
    for name in names.split()
}

_CATEGORIES: dict[str, str] = {
    service: category
    for category, services in {
        "iam": "iam identitystore sso-directory cognito-idp cognito-identity rolesanywhere access-analyzer ram",
        "authentication": "sts signin sso",
        "network": """elasticloadbalancing route53 route53resolver route53domains network-firewall directconnect
            globalaccelerator cloudfront vpc-lattice networkmanager apigateway servicediscovery""",
        "host": "ec2 ebs autoscaling lightsail workspaces imagebuilder",
        "file": "s3 s3express s3-outposts glacier elasticfilesystem fsx storagegateway backup-storage",
        "database": """rds rds-data dynamodb dax redshift redshift-data redshift-serverless elasticache memorydb docdb
            neptune-db neptune-graph timestream cassandra qldb athena glue lakeformation aoss es""",
        "package": "ecr ecr-public codeartifact",
        "configuration": """cloudtrail config cloudformation organizations controltower account guardduty securityhub
            inspector2 macie2 detective fms wafv2 waf waf-regional shield ssm events scheduler logs monitoring sns sqs
            lambda ecs eks secretsmanager acm acm-pca backup servicecatalog tagging resource-groups
            resource-explorer-2 trustedadvisor support health budgets ce servicequotas""",
    }.items()
    for service in services.split()
}

_EXCEPTIONS: dict[str, tuple[tuple[re.Pattern[str], str], ...]] = {
    service: tuple((re.compile(pattern), category) for pattern, category in rules)
    for service, rules in {
        "ec2": (
            (r"Describe(Regions|AvailabilityZones|AccountAttributes)\Z", "api"),
            (
                (
                    r"Vpc|Subnet|SecurityGroup|NetworkInterface|NetworkAcl|Route|Gateway|Address|Vpn|FlowLog"
                    r"|TrafficMirror|Peering|DhcpOptions|PrefixList|Ipam"
                ),
                "network",
            ),
        ),
        "kms": ((r"\A(?!GenerateDataKey).*(Key|Alias|Grant|Policy|Tag)", "configuration"),),
        "sns": ((r"Publish", "api"),),
        "sqs": ((r"(Send|Receive|Delete)Message", "api"),),
        "ssm": ((r"Instance|Inventory", "host"),),
        "sso": ((r"PermissionSet|Assignment|Application", "iam"),),
    }.items()
}
"""Service -> patterns of event names that belong to another category than the service's own."""

_VERBS: dict[str, str] = {
    verb: type_
    for type_, verbs in {
        "info": """Get Describe List Head Lookup Search BatchGet Query Scan Check Test Validate Simulate Estimate
            Preview Discover View""",
        "creation": "Create Allocate Register Import Copy Restore GenerateCredential Request Provision",
        "deletion": "Delete Deregister Release Purge Terminate",
        "change": """Put Update Modify Set Attach Detach Associate Disassociate Add Remove Enable Disable Tag Untag
            Authorize Revoke Change Reset Rotate Replace Accept Reject Cancel Start Stop Suspend Resume Move Share
            Apply""",
        "access": """Invoke Converse Publish Send Receive Decrypt Encrypt ReEncrypt Sign Verify GenerateDataKey Select
            Download""",
    }.items()
    for verb in verbs.split()
}
_SERVICE = re.compile(r"(.+?)\.amazon(?:aws\.com(?:\.cn)?|\.com)\Z")
_VERB = re.compile(f"({'|'.join(sorted(_VERBS, key=len, reverse=True))})(?=[A-Z0-9]|\\Z)")
_SCHEDULED_DELETION = re.compile(r"Schedule.*Deletion")


@lru_cache(maxsize=8192)
def kind_of(name: str, source: str, event_type: str, category: str, *, reads: bool | None, denied: bool) -> Kind:
    """Return kind, category and type of an event; the first rule that fits decides.

    Args:
        name: `eventName`, at most MAX_NAME characters.
        source: `eventSource`, likewise.
        event_type: `eventType`.
        category: `eventCategory`.
        reads: `readOnly`.
        denied: the call was refused by a VPC endpoint's policy.
    """
    if category == "Insight" or event_type == "AwsCloudTrailInsight":
        return Kind("alert", ["intrusion_detection"], ["info"])
    if category == "Aggregated":
        return Kind("metric", [], [])
    if category == "NetworkActivity" or event_type == "AwsVpceEvent":
        return Kind("event", ["network"], ["denied" if denied else "allowed"])
    service = source.partition(".amazon")[0]
    return _by_name(name, service) or _by_verb(name, service, category, reads=reads)


@lru_cache(maxsize=1024)
def service_of(source: str) -> str | None:
    """Return the service's name in an `eventSource`; None if it names none."""
    match = _SERVICE.match(source)
    return match[1] if match else None


def _by_name(name: str, service: str) -> Kind | None:
    """Return the kind of an event that is known by its name; None for any other."""
    if name.startswith("AssumeRole") or name in _AUTHENTICATION:
        return Kind("event", ["authentication"], ["info"])
    if name in _IAM and service not in _NOT_IAM:
        return Kind("event", ["iam"], _IAM[name])
    return next((Kind("event", [category], [type_]) for category, type_ in _activities(name, service)), None)


def _activities(name: str, service: str) -> Iterator[tuple[str, str]]:
    """Yield category and type of an event of a session, a file, a process or a host."""
    if name == "Logout" or (name == "SignOut" and service == "signin"):
        yield "authentication", "end"
    if name in _S3_TYPES and service in _S3:
        yield "file", _S3_TYPES[name]
    if service == "lambda" and name.startswith("Invoke"):
        yield "process", "start"
    if name in _ACTIVITIES:
        yield _ACTIVITIES[name]


def _by_verb(name: str, service: str, event_category: str, *, reads: bool | None) -> Kind:
    rules = _EXCEPTIONS.get(service, ())
    category = next((found for pattern, found in rules if pattern.search(name)), _CATEGORIES.get(service, "api"))
    if reads and event_category == "Data" and category in {"file", "database"}:
        return _allowed(category, "access")
    if _SCHEDULED_DELETION.match(name):
        return _allowed(category, "deletion")
    verb = _VERB.match(name)
    return _allowed(category, _VERBS[verb[1]] if verb else "change" if reads is False else "info")


def _allowed(category: str, type_: str) -> Kind:
    """Put `configuration` before a category with which ECS does not list the type."""
    if type_ in ecs.event_types()[category]:
        return Kind("event", [category], [type_])
    return Kind("event", ["configuration", category], [type_])
