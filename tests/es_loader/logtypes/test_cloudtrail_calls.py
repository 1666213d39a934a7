"""What is investigated most: the parameters and results of these calls can be counted and sorted by.

The calls are those that public detection rules for CloudTrail (Sigma, Elastic, Stratus Red Team) and AWS's own response
guides look at; the names are those of AWS's API references.
"""

import json
from typing import Any

import pytest

from es_loader.pipeline import Loader
from tests.golden import builtin_config, cases, load_bytes

CALLS: dict[str, str] = {
    # identities
    "CreateUser": "userName >user.arn >user.userName",
    "CreateAccessKey": "userName >accessKey.accessKeyId >accessKey.userName",
    "DeleteAccessKey": "userName accessKeyId",
    "UpdateAccessKey": "userName accessKeyId",
    "CreateLoginProfile": "userName",
    "UpdateLoginProfile": "userName",
    "AttachUserPolicy": "userName policyArn",
    "AttachGroupPolicy": "groupName policyArn",
    "AttachRolePolicy": "roleName policyArn",
    "PutUserPolicy": "userName policyName",
    "PutGroupPolicy": "groupName policyName",
    "PutRolePolicy": "roleName policyName",
    "AddUserToGroup": "groupName userName",
    "CreateGroup": "groupName >group.arn",
    "CreateRole": "roleName >role.arn",
    "UpdateAssumeRolePolicy": "roleName",
    "CreatePolicy": "policyName >policy.arn",
    "CreatePolicyVersion": "policyArn",
    "SetDefaultPolicyVersion": "policyArn versionId",
    "DeactivateMFADevice": "userName serialNumber",
    "CreateSAMLProvider": "name",
    "CreateOpenIDConnectProvider": "url",
    "CreateInstanceProfile": "instanceProfileName >instanceProfile.arn",
    "AddRoleToInstanceProfile": "instanceProfileName roleName",
    "AssumeRole": "roleArn roleSessionName >assumedRoleUser.arn >credentials.accessKeyId",
    "AssumeRoleWithSAML": "roleArn >assumedRoleUser.arn",
    "AssumeRoleWithWebIdentity": "roleArn roleSessionName >assumedRoleUser.arn",
    "GetFederationToken": "name >credentials.accessKeyId",
    "CreateAccountAssignment": "permissionSetArn principalId principalType targetId",
    # tracks
    "StopLogging": "name",
    "DeleteTrail": "name",
    "UpdateTrail": "name >trailARN",
    "PutEventSelectors": "trailName >trailARN",
    "DeleteDetector": "detectorId",
    "UpdateDetector": "detectorId",
    "DeleteConfigRule": "configRuleName",
    "StopConfigurationRecorder": "configurationRecorderName",
    "DeleteLogGroup": "logGroupName",
    "DeleteLogStream": "logGroupName logStreamName",
    "PutSubscriptionFilter": "logGroupName filterName destinationArn",
    "DeleteAlarms": "alarmNames",
    # buckets and tables
    "PutBucketPolicy": "bucketName",
    "PutBucketAcl": "bucketName",
    "DeleteBucketPolicy": "bucketName",
    "PutBucketReplication": "bucketName",
    "DeleteBucketPublicAccessBlock": "bucketName",
    "GetObject": "bucketName key",
    "DeleteObject": "bucketName key",
    "DeleteTable": "tableName",
    # machines and networks
    "RunInstances": "instanceType imageId keyName subnetId >instancesSet.items.instanceId",
    "TerminateInstances": "instancesSet.items.instanceId",
    "ModifyInstanceAttribute": "instanceId attribute",
    "GetPasswordData": "instanceId",
    "SendSSHPublicKey": "instanceId instanceOSUser",
    "CreateKeyPair": "keyName",
    "ImportKeyPair": "keyName",
    "AuthorizeSecurityGroupIngress": "groupId ipPermissions.items.ipRanges.items.cidrIp",
    "CreateSnapshot": "volumeId >snapshotId",
    "CopySnapshot": "sourceRegion sourceSnapshotId >snapshotId",
    "ModifySnapshotAttribute": "snapshotId createVolumePermission.add.items.userId",
    "ModifyImageAttribute": "imageId launchPermission.add.items.userId",
    "CreateVpcPeeringConnection": "vpcId peerVpcId peerOwnerId",
    "CreateRoute": "routeTableId",
    "StartSession": "target",
    "SendCommand": "documentName instanceIds",
    # secrets and keys
    "GetSecretValue": "secretId",
    "GetParameter": "name",
    "GetParameters": "names",
    "Decrypt": "keyId",
    "CreateKey": ">keyMetadata.arn",
    "DisableKey": "keyId",
    "ScheduleKeyDeletion": "keyId",
    "PutKeyPolicy": "keyId policyName",
    # code and containers
    "CreateFunction20150331": "functionName role runtime >functionArn",
    "UpdateFunctionCode20150331v2": "functionName >functionArn",
    "AddPermission20150331v2": "functionName principal",
    "CreateStack": "stackName roleARN >stackId",
    "CreateCluster": "name >cluster.arn",
    "RegisterTaskDefinition": "family",
    "RunTask": "cluster taskDefinition",
    "PutImage": "repositoryName",
    # databases
    "CreateDBSnapshot": "dBInstanceIdentifier dBSnapshotIdentifier >dBSnapshotArn",
    "ModifyDBSnapshotAttribute": "dBSnapshotIdentifier valuesToAdd",
    "DeleteDBInstance": "dBInstanceIdentifier",
    # organisation, names, messages, models
    "AttachPolicy": "policyId targetId",
    "CreateAccount": "email",
    "ChangeResourceRecordSets": "hostedZoneId",
    "TransferDomainToAnotherAwsAccount": "domainName accountId",
    "VerifyEmailIdentity": "emailAddress",
    "CreateEmailIdentity": "emailIdentity",
    "Subscribe": "topicArn protocol endpoint",
    "SetQueueAttributes": "queueUrl",
    "InvokeModel": "modelId",
    "CreateUserPoolClient": "userPoolId",
    "GetCredentialsForIdentity": "identityPoolId",
}
"""Event name -> paths below requestParameters, and below responseElements those with `>` before them."""

LOADER = Loader(builtin_config())
KEY = next(case.key for case in cases() if case.log_type == "cloudtrail")


def tree(path: str, value: str) -> Any:
    """Return an object that holds a value at a path, `items` being lists as EC2 writes them."""
    for name in reversed(path.split(".")):
        value = {name: value}  # type: ignore[assignment]
        if name == "items":
            value = {"items": [value["items"]]}  # type: ignore[index,assignment]
    return value


def merged(paths: list[str], value: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for path in paths:
        level, new = found, tree(path, value)
        while (name := next(iter(new))) in level and isinstance(level[name], dict):
            level, new = level[name], new[name]
        level.update(new)
    return found


@pytest.mark.parametrize("call", CALLS)
def test_what_a_call_names_is_a_typed_field(call: str) -> None:
    paths = CALLS[call].split()
    asked, given = [p for p in paths if p[0] != ">"], [p[1:] for p in paths if p[0] == ">"]
    record = {
        "eventTime": "2030-01-02T03:04:05Z", "eventName": call, "eventSource": "example.amazonaws.com",
        "requestParameters": merged(asked, "v"), "responseElements": merged(given, "v"),
    }  # fmt: skip
    ((document,), report) = load_bytes(LOADER, json.dumps({"Records": [record]}).encode(), KEY)
    assert report.failures == 0
    own = document["_source"]["aws"]["cloudtrail"]
    types = LOADER.config.log_types["cloudtrail"].script_fields
    for side, names in (("request", asked), ("response", given)):
        for path in names:
            assert types.get(f"{side}.{path}") == "keyword", f"{side}.{path}"
            value = own[side]
            for name in path.split("."):
                value = value[name]
            assert value == "v"


def test_these_are_more_than_fifty() -> None:
    assert len(CALLS) > 50


@pytest.mark.parametrize("shape", [{"a": 1}, [{"a": 1}], [[1]], None, {}, []])
def test_a_parameter_of_another_shape_is_no_value(shape: Any) -> None:
    record = {
        "eventTime": "2030-01-02T03:04:05Z", "eventName": "ModifyInstanceAttribute",
        "requestParameters": {"attribute": shape, "instanceId": "i-0123456789abcdef0"},
    }  # fmt: skip
    ((document,), _) = load_bytes(LOADER, json.dumps({"Records": [record]}).encode(), KEY)
    assert document["_source"]["aws"]["cloudtrail"]["request"] == {"instanceId": "i-0123456789abcdef0"}
