"""The domain by its settings: its size, where it is, who gets in, and how."""

from typing import Any

import pytest
from aws_cdk import assertions

from siem_stack.search_domain.access_policy import METHODS
from siem_stack.settings.saml_metadata import read_metadata
from siem_stack.settings.sizes import PROFILES
from tests.siem_stack.conftest import template_of

Template = assertions.Template

DOMAIN = "AWS::OpenSearchService::Domain"
SAML = {"saml_metadata": "tests/siem_stack/idp.xml", "saml_roles_key": "groups", "analyst_groups": "soc"}
COGNITO = {"cognito": "true", "cognito_domain_prefix": "siem-example"}
HOST = "search-logs-prod-abcdefghijklmnopqrstuvwxyz.us-east-1.es.amazonaws.com"
EXISTING = {"existing_domain_endpoint": HOST, "volume_size": "100"}
ENDPOINT = {
    "custom_endpoint": "siem.example.com",
    "custom_endpoint_certificate": (
        "arn:aws:acm:us-east-1:111122223333:certificate/12345678-90ab-cdef-1234-567890abcdef"
    ),
}


def only(template: Template, kind: str) -> dict[str, Any]:
    """The properties of the one resource of a kind."""
    (found,) = template.find_resources(kind).values()
    return dict(found["Properties"])


def domain(template: Template) -> dict[str, Any]:
    return only(template, DOMAIN)


def policy(template: Template) -> list[dict[str, Any]]:
    return list(domain(template)["AccessPolicies"]["Statement"])


def setup(template: Template) -> dict[str, Any]:
    return only(template, "Custom::DomainSetup")


def role(template: Template, part: str) -> dict[str, Any]:
    """The role whose logical id has this part."""
    (found,) = (each for name, each in template.find_resources("AWS::IAM::Role").items() if part in name)
    return dict(found["Properties"])


def function_role(template: Template, package: str) -> dict[str, str]:
    (found,) = (
        each["Properties"]["Role"]
        for each in template.find_resources("AWS::Lambda::Function").values()
        if each["Properties"]["Handler"].startswith(package)
    )
    return dict(found)


def statements(found: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {each["Sid"]: each for inline in found["Policies"] for each in inline["PolicyDocument"]["Statement"]}


@pytest.mark.parametrize("name", PROFILES)
def test_a_profile_is_what_the_domain_is_made_of(name: str) -> None:
    size, template = PROFILES[name], template_of(domain_profile=name)
    cluster = domain(template)["ClusterConfig"]
    assert (cluster["InstanceType"], cluster["InstanceCount"]) == (size.node, size.nodes)
    assert domain(template)["EBSOptions"] == {"EBSEnabled": True, "VolumeSize": size.volume, "VolumeType": "gp3"}
    assert cluster["MultiAZWithStandbyEnabled"] is size.standby
    assert cluster["DedicatedMasterEnabled"] is bool(size.master)
    assert cluster.get("DedicatedMasterType", "") == size.master
    assert cluster.get("DedicatedMasterCount", 0) == (3 if size.master else 0)
    assert (cluster.get("WarmType", ""), cluster.get("WarmCount", 0)) == (size.warm, size.warm_nodes)
    zones = cluster.get("ZoneAwarenessConfig", {}).get("AvailabilityZoneCount", 1)
    assert (cluster["ZoneAwarenessEnabled"], zones) == (size.zones > 1, size.zones)
    assert domain(template).get("EngineMode") == (None if size.family == "t3" else "GENERAL")
    assert setup(template).get("MostReplicas", "1") == str(size.replicas)


def test_versions_without_modes_are_told_of_none() -> None:
    template = template_of(domain_profile="small", engine_version="OpenSearch_3.3")
    assert "EngineMode" not in domain(template)


def test_alarms_and_the_pause_follow_the_volume_that_is_made() -> None:
    alarms = template_of(domain_profile="medium").find_resources("AWS::CloudWatch::Alarm").values()
    thresholds = {each["Properties"]["AlarmName"]: each["Properties"]["Threshold"] for each in alarms}
    assert thresholds["aes-siem-free-storage-low"] == 1000 * 1024 * 0.25
    assert thresholds["aes-siem-free-storage-exhausted"] == 1000 * 1024 * 0.05


def test_only_listed_addresses_and_the_functions_get_in() -> None:
    template = template_of(allowed_cidrs="192.0.2.0/24 198.51.100.7/32")
    *allowed, denied = policy(template)
    addresses = ["192.0.2.0/24", "198.51.100.7/32"]
    assert [each["Condition"] for each in allowed] == [{"IpAddress": {"aws:sourceIp": addresses}}] * 3
    assert (denied["Effect"], denied["Principal"], denied["Action"]) == ("Deny", {"AWS": "*"}, "es:ESHttp*")
    assert denied["Condition"] == {
        "NotIpAddress": {"aws:sourceIp": addresses},
        "ArnNotEquals": {"aws:PrincipalArn": [function_role(template, name) for name in ("domain_setup", "es_loader")]},
    }


def test_a_sign_in_by_saml_has_the_provider_and_the_groups() -> None:
    template = template_of(**SAML, administrator_groups="leads", saml_session_minutes="480", saml_subject_key="mail")
    options = domain(template)["AdvancedSecurityOptions"]
    assert options["SAMLOptions"] == {
        "Enabled": True,
        "Idp": {
            "EntityId": "https://idp.example.com/saml/metadata",
            "MetadataContent": read_metadata(SAML["saml_metadata"]).text,
        },
        "RolesKey": "groups",
        "SessionTimeoutMinutes": 480,
        "SubjectKey": "mail",
    }
    assert options["InternalUserDatabaseEnabled"] is False
    told = setup(template)
    assert (told["Analysts"], told["Administrators"], told["DashboardsUsers"]) == (["soc"], ["leads"], ["soc"])
    assert "Dashboards" in template.find_outputs("*")


def test_a_browser_after_saml_signs_nothing_and_one_without_a_sign_in_gets_nowhere(template: Template) -> None:
    (found,) = (each for each in policy(template_of(**SAML)) if each.get("Sid") == "Dashboards")
    assert (found["Principal"], found["Action"]) == ({"AWS": "*"}, list(METHODS))
    listed = policy(template_of(**SAML, allowed_cidrs="192.0.2.0/24"))
    assert all("192.0.2.0/24" in str(each["Condition"]) for each in listed)
    assert "Dashboards" not in str(policy(template))
    assert "SAMLOptions" not in str(domain(template))


def test_a_user_pool_lets_nobody_in_who_was_not_invited_and_asks_for_a_second_factor() -> None:
    pool = only(template_of(**COGNITO), "AWS::Cognito::UserPool")
    assert pool["AdminCreateUserConfig"] == {"AllowAdminCreateUserOnly": True}
    assert (pool["MfaConfiguration"], pool["EnabledMfas"]) == ("ON", ["SOFTWARE_TOKEN_MFA"])
    assert pool["Policies"]["PasswordPolicy"]["MinimumLength"] == 14
    identities = only(template_of(**COGNITO), "AWS::Cognito::IdentityPool")
    assert identities == {"AllowUnauthenticatedIdentities": False}


def test_who_signs_in_by_cognito_is_an_analyst_until_groups_decide() -> None:
    before, after = template_of(**COGNITO), template_of(**COGNITO, cognito_client_id=26 * "a")
    analysts, leads = setup(before)["Analysts"], setup(before)["Administrators"]
    attached = only(before, "AWS::Cognito::IdentityPoolRoleAttachment")
    assert attached["Roles"] == {"authenticated": analysts[0]}
    assert "RoleMappings" not in attached
    (mapping,) = only(after, "AWS::Cognito::IdentityPoolRoleAttachment")["RoleMappings"].values()
    assert (mapping["Type"], mapping["AmbiguousRoleResolution"]) == ("Token", "Deny")
    assert str(mapping["IdentityProvider"]).endswith(f":{26 * 'a'}']]}}")
    groups = {
        each["Properties"]["GroupName"]: each["Properties"]["RoleArn"]
        for each in after.find_resources("AWS::Cognito::UserPoolGroup").values()
    }
    assert groups == {"analysts": analysts[0], "administrators": leads[0]}
    (dashboards,) = (each for each in policy(before) if each.get("Sid") == "Dashboards")
    assert dashboards["Principal"] == {"AWS": [analysts[0], leads[0]]}
    assert setup(before)["DashboardsUsers"] == analysts


@pytest.mark.parametrize("group", ["analysts", "administrators"])
def test_a_role_of_people_is_for_those_who_signed_in_to_this_pool(group: str) -> None:
    found = role(template_of(**COGNITO), f"CognitoRole{group}")
    (trust,) = found["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Action"] == "sts:AssumeRoleWithWebIdentity"
    assert "Ref" in trust["Condition"]["StringEquals"]["cognito-identity.amazonaws.com:aud"]
    assert trust["Condition"]["ForAnyValue:StringLike"] == {"cognito-identity.amazonaws.com:amr": "authenticated"}
    assert not {"Policies", "ManagedPolicyArns"} & found.keys()


def test_the_domain_may_add_its_client_to_these_pools_only() -> None:
    template = template_of(**COGNITO)
    found = role(template, "CognitoService")
    (trust,) = found["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": "es.amazonaws.com"}
    assert trust["Condition"]["StringEquals"] == {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
    assert "domain/aes-siem" in str(trust["Condition"]["ArnLike"]["aws:SourceArn"])
    rights = statements(found)
    assert all(action.startswith("cognito-idp:") for action in rights["UserPool"]["Action"])
    assert all(action.startswith("cognito-identity:") for action in rights["IdentityPool"]["Action"])
    (pool,), (identities,) = (template.find_resources(f"AWS::Cognito::{kind}") for kind in ("UserPool", "IdentityPool"))
    assert rights["UserPool"]["Resource"] == {"Fn::GetAtt": [pool, "Arn"]}
    assert identities in str(rights["IdentityPool"]["Resource"])
    assert rights["RolesOfPeople"]["Action"] == "iam:PassRole"
    assert rights["RolesOfPeople"]["Condition"] == {
        "StringEquals": {"iam:PassedToService": "cognito-identity.amazonaws.com"}
    }
    assert len(rights["RolesOfPeople"]["Resource"]) == 2


def test_an_address_of_ones_own_is_for_people(template: Template) -> None:
    found = template_of(**ENDPOINT, custom_endpoint_zone="Z0123456789ABCDEFGHIJ")
    options = domain(found)["DomainEndpointOptions"]
    assert (options["CustomEndpointEnabled"], options["CustomEndpoint"]) == (True, "siem.example.com")
    assert options["CustomEndpointCertificateArn"] == ENDPOINT["custom_endpoint_certificate"]
    record = only(found, "AWS::Route53::RecordSet")
    assert (record["HostedZoneId"], record["Type"]) == ("Z0123456789ABCDEFGHIJ", "CNAME")
    assert record["ResourceRecords"] == [setup(template)["Endpoint"]]
    for each in found.find_resources("AWS::Lambda::Function").values():
        assert "siem.example.com" not in str(each)
    assert template_of(**ENDPOINT).find_resources("AWS::Route53::RecordSet") == {}


def test_an_existing_domain_is_used_and_nothing_of_it_is_made() -> None:
    template = template_of(**EXISTING)
    assert template.find_resources(DOMAIN) == {}
    assert template.find_resources("AWS::Logs::ResourcePolicy") == {}
    variables = [
        each["Properties"]["Environment"]["Variables"].get("OPENSEARCH_ENDPOINT")
        for each in template.find_resources("AWS::Lambda::Function").values()
    ]
    assert variables.count(HOST) == 2
    assert setup(template)["Endpoint"] == HOST
    writes = statements(role(template, "LoaderRole"))["WriteDocuments"]
    assert str(writes["Resource"]).endswith(":domain/logs-prod/_bulk']]}")
    watched = {
        dimension["Value"]
        for alarm in template.find_resources("AWS::CloudWatch::Alarm").values()
        for dimension in alarm["Properties"].get("Dimensions", ())
        if dimension["Name"] == "DomainName"
    }
    assert watched == {"logs-prod"}


def test_the_administrator_of_an_existing_domain_knows_the_setups_role_in_advance() -> None:
    template = template_of(**EXISTING)
    assert role(template, "DomainSetupRole")["RoleName"] == "aes-siem-domain-setup"
    assert template.find_outputs("*")["DomainSetupRole"]["Value"] == function_role(template, "domain_setup")


def test_snapshots_go_to_a_private_bucket_that_keeps_them() -> None:
    template = template_of(snapshots="true", snapshot_days="90")
    (bucket_id,) = (name for name in template.find_resources("AWS::S3::Bucket") if name.startswith("Snapshots"))
    bucket = template.find_resources("AWS::S3::Bucket")[bucket_id]
    assert (bucket["DeletionPolicy"], bucket["UpdateReplacePolicy"]) == ("Retain", "Retain")
    properties = bucket["Properties"]
    assert set(properties["PublicAccessBlockConfiguration"].values()) == {True}
    (encryption,) = properties["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert encryption["ServerSideEncryptionByDefault"]["SSEAlgorithm"] == "aws:kms"
    (rule,) = properties["LifecycleConfiguration"]["Rules"]
    assert not {"ExpirationInDays", "Transitions"} & rule.keys()  # later snapshots build on earlier ones' objects
    assert rule["NoncurrentVersionExpiration"] == {"NoncurrentDays": 7}
    told = setup(template)["Snapshots"]
    assert (told["Bucket"], told["Days"]) == ({"Ref": bucket_id}, "90")
    assert "Snapshots" not in setup(template_of())


def test_the_domain_alone_writes_snapshots_and_the_setup_alone_may_say_so() -> None:
    template = template_of(snapshots="true")
    found = role(template, "SnapshotsRole")
    (trust,) = found["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": "es.amazonaws.com"}
    assert trust["Condition"]["StringEquals"] == {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
    assert "domain/aes-siem" in str(trust["Condition"]["ArnLike"])
    rights = statements(found)
    assert {name: each["Action"] for name, each in rights.items()} == {
        "List": "s3:ListBucket",
        "KeepSnapshots": ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"],
        "Encrypt": ["kms:Decrypt", "kms:GenerateDataKey"],
    }
    assert "Snapshots" in str(rights["KeepSnapshots"]["Resource"])
    (role_id,) = (name for name in template.find_resources("AWS::IAM::Role") if name.startswith("SnapshotsRole"))
    own = statements(role(template, "DomainSetupRole"))
    assert own["PassSnapshotRole"] == {
        "Sid": "PassSnapshotRole",
        "Effect": "Allow",
        "Action": "iam:PassRole",
        "Resource": {"Fn::GetAtt": [role_id, "Arn"]},
    }
    assert own["SetUpSnapshots"]["Action"] == ["es:ESHttpGet", "es:ESHttpPost", "es:ESHttpPut"]
    ends = ("/_snapshot/siem']]}", "/_plugins/_sm/policies/siem']]}")
    assert all(str(each).endswith(end) for each, end in zip(own["SetUpSnapshots"]["Resource"], ends, strict=True))
    assert setup(template)["SnapshotManagers"] == [function_role(template, "domain_setup")]
    others = [each for name, each in template.find_resources("AWS::IAM::Role").items() if "DomainSetup" not in name]
    assert "iam:PassRole" not in str(others)
