"""Security Hub: what a finding's parts become, in both formats, and what makes its id."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from es_loader.logtypes.securityhub_activity import tree
from es_loader.normalize.mac import mac
from es_loader.pipeline import Loader
from tests.golden import builtin_config, load_bytes
from tests.strategies import JSON

KEY = "AWSLogs/111122223333/SecurityHub/eu-west-1/2030/01/02/03/hub-1-2030-01-02-03-04-05-0a1b2c3d"
LOADER = Loader(builtin_config())
PRODUCT = "arn:aws:securityhub:eu-central-1::product/aws/securityhub"
ASFF = {"SchemaVersion": "2018-10-08", "ProductArn": PRODUCT, "Id": "f-1", "UpdatedAt": "2030-01-02T02:03:04.512Z"}
OCSF = {"class_uid": 2004, "finding_info": {"uid": "f-1", "modified_time": 1893549784512}}


def load(*values: Any) -> list[dict[str, Any]]:
    return load_bytes(LOADER, "".join(map(json.dumps, values)).encode(), KEY)[0]


def document(value: Any) -> dict[str, Any]:
    (found,) = load(value)
    source: dict[str, Any] = found["_source"]
    return source


def event(kind: str, detail: Any) -> dict[str, Any]:
    return {
        "detail-type": kind,
        "source": "aws.securityhub",
        "id": "e-1",
        "time": "2030-01-02T02:59:00Z",
        "detail": detail,
    }


@pytest.mark.parametrize(
    ("finding_type", "more", "kind", "category"),
    [
        ("TTPs/Discovery/Recon:EC2-Portscan", {}, "alert", "intrusion_detection"),
        ("TTPs", {}, "alert", "intrusion_detection"),
        ("Effects/Data Exfiltration", {"Malware": [{"Name": "x"}]}, "alert", "malware"),
        ("Unusual Behaviors/VM", {}, "alert", "intrusion_detection"),
        ("Sensitive Data Identifications/PII", {}, "alert", "intrusion_detection"),
        ("Software and Configuration Checks/Vulnerabilities/CVE", {}, "event", "vulnerability"),
        ("Software and Configuration Checks/Vulnerabilities", {}, "event", "vulnerability"),
        ("Software and Configuration Checks/AWS Security Best Practices", {}, "event", "configuration"),
        ("Software and Configuration Checks", {}, "event", "configuration"),
        ("TTPsy/x", {}, "event", None),
        (None, {"ProductName": "Inspector"}, "event", "vulnerability"),
        (None, {"Compliance": {"Status": "PASSED"}}, "event", "configuration"),
        (None, {}, "event", None),
    ],
)
def test_kind_and_category(finding_type: str | None, more: dict[str, Any], kind: str, category: str | None) -> None:
    found = document(ASFF | more | ({"Types": [finding_type, "TTPs/second"]} if finding_type else {}))["event"]
    assert (found["kind"], found.get("category")) == (kind, [category] if category else None)
    assert found.get("type") == (["info"] if category else None)


@pytest.mark.parametrize(
    ("severity", "expected"),
    [
        ({"Normalized": 0, "Label": "HIGH"}, 0),
        ({"Normalized": "55"}, 55),
        ({"Normalized": None, "Label": "CRITICAL"}, 90),
        ({"Label": "INFORMATIONAL"}, 0),
        ({"Label": "LOW"}, 1),
        ({"Label": "MEDIUM"}, 40),
        ({"Label": "HIGH"}, 70),
        ({"Label": "NEW"}, None),
        ({"Original": "8.3"}, None),
        ("HIGH", None),
    ],
)
def test_severity(severity: Any, expected: int | None) -> None:
    assert document(ASFF | {"Severity": severity})["event"].get("severity") == expected


@pytest.mark.parametrize("product", [8.3, "8.3"])
def test_a_product_s_severity_is_a_number_under_the_prefix(product: Any) -> None:
    own = document(ASFF | {"Severity": {"Product": product, "Original": "8.3"}})["aws"]["securityhub"]["Severity"]
    assert own == {"Product": 8.3, "Original": "8.3"}


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        ("PASSED", "success"),
        ("FAILED", "failure"),
        ("WARNING", "unknown"),
        ("NOT_AVAILABLE", "unknown"),
        ("OTHER", None),
    ],
)
def test_outcome(status: str, outcome: str | None) -> None:
    assert document(ASFF | {"Compliance": {"Status": status}})["event"].get("outcome") == outcome


@pytest.mark.parametrize(
    ("more", "region"),
    [
        ({"Region": "us-east-1", "Resources": [{"Region": "us-west-2"}]}, "us-east-1"),
        ({"Region": "", "Resources": [{"Region": "us-west-2"}]}, "us-west-2"),
        ({}, "eu-central-1"),
        ({"ProductArn": "arn:aws-us-gov:securityhub:us-gov-west-1::product/aws/macie"}, "us-gov-west-1"),
        ({"ProductArn": "no ARN"}, "eu-west-1"),
    ],
)
def test_region(more: dict[str, Any], region: str) -> None:
    assert document(ASFF | more)["cloud"]["region"] == region


def test_time_is_that_of_the_update_then_the_next_best() -> None:
    times = [
        ASFF | {"updatedAt": "2029-01-01T00:00:00Z"},
        ASFF | {"UpdatedAt": "soon", "ProcessedAt": "2030-01-02T01:00:00Z"},
        {name: value for name, value in ASFF.items() if name != "UpdatedAt"} | {"updatedAt": "2030-01-01T00:00:00Z"},
        event("Security Hub Findings - Imported", {"findings": [ASFF | {"UpdatedAt": None}]}),
    ]
    assert [found["_source"]["@timestamp"] for found in load(*times)] == [
        "2030-01-02T02:03:04.512Z",
        "2030-01-02T01:00:00.000Z",
        "2030-01-01T00:00:00.000Z",
        "2030-01-02T02:59:00.000Z",
    ]


def test_an_id_is_of_product_finding_update_workflow_and_action() -> None:
    long = ASFF | {"Id": "arn:aws:securityhub:eu-west-1:111122223333:security-control/S3.8/finding/" + "0" * 36}
    findings = [
        long,
        long | {"UpdatedAt": "2030-01-02T02:30:00.000Z"},
        long | {"ProductArn": PRODUCT.replace("securityhub", "guardduty")},
        long | {"Id": long["Id"] + "1"},
        long | {"Workflow": {"Status": "NOTIFIED"}},
        long | {"Workflow": {"Status": "NOTIFIED"}, "RecordState": "ARCHIVED"},
    ]
    custom = event("Security Hub Findings - Custom Action", {"actionName": "Isolate", "findings": [long]})
    imported = event("Security Hub Findings - Imported", {"findings": [long]})
    ids = [found["_id"] for found in load(*findings, custom, imported, {"Findings": [long]})]
    assert len(set(ids)) == 7
    assert ids[0] == ids[7] == ids[8]


def test_an_id_in_ocsf_is_of_finding_update_and_status() -> None:
    later = OCSF | {"finding_info": {"uid": "f-1", "modified_time": 1893549784513}}
    ids = [found["_id"] for found in load(OCSF, OCSF | {"status": "Suppressed"}, later, OCSF)]
    assert len(set(ids)) == 3
    assert ids[0] == ids[3]


def test_findings_without_an_id_are_told_apart_by_their_event_and_text() -> None:
    nameless = {name: value for name, value in ASFF.items() if name != "Id"}
    detail = {"findings": [nameless, nameless | {"Title": "x"}]}
    first, second = load(event("Security Hub Findings - Imported", detail))
    assert first["_id"] != second["_id"]
    assert first["_source"]["event"]["id"] == "e-1"


def test_metadata_of_an_event_are_its_own_findings_only() -> None:
    first, second = load(event("Security Hub Findings - Imported", {"findings": [ASFF]}), ASFF | {"Id": "f-2"})
    assert first["_source"]["aws"]["eventbridge"]["detail_type"] == "Security Hub Findings - Imported"
    assert "eventbridge" not in second["_source"]["aws"]


def test_both_formats_in_one_event() -> None:
    first, second = load(event("Findings Imported V2", {"findings": [ASFF, OCSF]}))
    assert first["_source"]["event"]["original"] == json.dumps(ASFF, separators=(",", ":"))
    assert second["_source"]["event"]["original"] == json.dumps(OCSF, separators=(",", ":"))
    assert second["_source"]["event"]["kind"] == "alert"


@pytest.mark.parametrize(
    ("number", "kind", "category"),
    [
        (2002, "event", "vulnerability"),
        (2003, "event", "configuration"),
        ("2004", "alert", "intrusion_detection"),
        (2006, "alert", "intrusion_detection"),
        (2001, "event", None),
        (None, "event", None),
    ],
)
def test_classes_of_ocsf(number: Any, kind: str, category: str | None) -> None:
    found = document(OCSF | {"class_uid": number})["event"]
    assert (found["kind"], found.get("category")) == (kind, [category] if category else None)


@pytest.mark.parametrize(
    ("number", "severity"),
    [(0, None), (1, 21), (2, 21), (3, 47), (4, 73), (5, 99), ("6", 99), (99, None), ("high", None)],
)
def test_severity_of_ocsf(number: Any, severity: int | None) -> None:
    assert document(OCSF | {"severity_id": number})["event"].get("severity") == severity


@pytest.mark.parametrize(
    ("more", "outcome"),
    [
        ({"compliance": {"status": "Pass"}}, "success"),
        ({"compliance": {"status": "FAILED"}}, "failure"),
        ({"compliance": {"status": "Warning"}}, "unknown"),
        ({"compliance": {"status": "New", "status_id": 3}}, "failure"),
        ({"status": "Pass"}, "success"),
        ({"status": "New"}, None),
        ({"class_uid": 2004, "compliance": {"status": "Pass"}}, None),
    ],
)
def test_outcome_of_ocsf(more: dict[str, Any], outcome: str | None) -> None:
    assert document(OCSF | {"class_uid": 2003} | more)["event"].get("outcome") == outcome


@pytest.mark.parametrize(
    ("resource", "user"),
    [
        (
            {"Type": "AwsIamAccessKey", "Details": {"AwsIamAccessKey": {"PrincipalName": "a", "UserName": "b"}}},
            {"name": "a"},
        ),
        ({"Type": "AwsIamAccessKey", "Details": {"UserName": "b", "PrincipalId": "AIDA"}}, {"name": "b", "id": "AIDA"}),
        ({"Type": "AwsIamAccessKey", "Id": "AWS::IAM::AccessKey:AKIA"}, None),
        ({"Type": "AwsIamUser", "Id": "arn:aws:iam::111122223333:user/staff/mallory"}, {"name": "mallory"}),
        (
            {
                "Type": "AwsIamRole",
                "Id": "arn:aws:iam::111122223333:role/x",
                "Details": {"AwsIamRole": {"RoleName": "r"}},
            },
            {"name": "r"},
        ),
        ({"Type": "AwsIamUser", "Details": {"AwsIamUser": {"UserName": "****"}}}, None),
        ({"Type": ["AwsIamUser"]}, None),
    ],
)
def test_users(resource: dict[str, Any], user: dict[str, str] | None) -> None:
    assert document(ASFF | {"Resources": [{"Type": "AwsS3Bucket"}, resource]}).get("user") == user


@pytest.mark.parametrize(
    ("protocol", "expected"),
    [
        ("TCP", {"transport": "tcp"}),
        ("17", {"iana_number": "17", "transport": "udp"}),
        ("254", {"iana_number": "254"}),
        ("HTTPS", {"protocol": "https"}),
        ("ipv6-icmp", {"transport": "ipv6-icmp"}),
        (None, {}),
    ],
)
def test_protocol(protocol: Any, expected: dict[str, str]) -> None:
    found = document(ASFF | {"Network": {"Direction": "IN", "Protocol": protocol}})
    assert found["network"] == {"direction": "inbound"} | expected


def test_first_private_address_stands_for_the_instance_where_an_action_names_none() -> None:
    instance = {
        "Type": "AwsEc2Instance",
        "Id": "i-0a1b2c3d",
        "Details": {"AwsEc2Instance": {"IpV4Addresses": ["198.51.100.20", "172.20.0.5"]}},
    }
    connection = {
        "ConnectionDirection": "INBOUND",
        "RemoteIpDetails": {"IpAddressV4": "203.0.113.7"},
        "LocalPortDetails": {"Port": 22},
    }
    action = {"ActionType": "NETWORK_CONNECTION", "NetworkConnectionAction": connection}
    found = document(ASFF | {"Resources": [instance], "Action": action})
    assert found["destination"] == {"address": "172.20.0.5", "ip": "172.20.0.5", "port": 22}
    assert found["related"]["ip"] == ["172.20.0.5", "198.51.100.20", "203.0.113.7"]


def test_slash_paths_become_what_guardduty_wrote() -> None:
    start = "aws/guardduty/service/action/"
    assert tree(
        {
            f"{start}portProbeAction/portProbeDetails.1_/remoteIpDetails/ipAddressV4": "203.0.113.2",
            f"{start}portProbeAction/portProbeDetails.0_/remoteIpDetails/ipAddressV4": "203.0.113.1",
            f"{start}kubernetesApiCallAction/sourceIPs/0_": "203.0.113.3",
            f"{start}actionType": "PORT_PROBE",
            f"{start}actionType/below": "a text has no members",
            f"{start}{'x/' * 300}": "too long",
            "aws/guardduty/service/count": "3",
            "aws/securityhub/ProductName": "GuardDuty",
        }
    ) == {
        "service": {
            "action": {
                "actionType": "PORT_PROBE",
                "kubernetesApiCallAction": {"sourceIPs": ["203.0.113.3"]},
                "portProbeAction": {
                    "portProbeDetails": [
                        {"remoteIpDetails": {"ipAddressV4": "203.0.113.1"}},
                        {"remoteIpDetails": {"ipAddressV4": "203.0.113.2"}},
                    ]
                },
            }
        }
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("00:0d:83:b1:c0:8e", "00-0D-83-B1-C0-8E"),
        ("000d.83b1.c08e", "00-0D-83-B1-C0-8E"),
        ("00-0D-83-FF-FE-B1-C0-8E", "00-0D-83-FF-FE-B1-C0-8E"),
        ("00:0d:83:b1:c0", None),
        ("x", None),
        ("", None),
    ],
)
def test_mac(text: str, expected: str | None) -> None:
    assert mac(text) == expected


MEMBERS = st.sampled_from(
    """Action Compliance Malware Network Process ProductFields Resources Severity SourceUrl ThreatIntelIndicators Title
    Types Vulnerabilities cloud class_uid compliance evidences finding_info resources vulnerabilities insightResults
    severity workflow actionName""".split()
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(MEMBERS, JSON, max_size=6), st.sampled_from([ASFF, OCSF, {}]))
def test_any_members_give_one_document(members: dict[str, Any], base: dict[str, Any]) -> None:
    assert len(load(event("Security Hub Findings - Imported", {"findings": [base | members]}))) == 1


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60))
def test_any_text_loads(text: str) -> None:
    load_bytes(LOADER, text.encode(errors="replace"), KEY)
