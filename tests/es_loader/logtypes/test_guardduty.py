"""GuardDuty: what a finding's parts become."""

import json
from typing import Any

import pytest

from es_loader.declarations import Config
from es_loader.pipeline import Loader
from tests.golden import builtin_config, load_bytes

KEY = "AWSLogs/111122223333/GuardDuty/eu-west-1/2030/01/02/0a1b2c3d-0000-4000-8000-000000000000.jsonl.gz"
BASE = {"id": "0" * 32, "type": "Recon:EC2/Portscan", "updatedAt": "2030-01-02T02:03:04.512Z"}


@pytest.fixture(scope="module")
def config() -> Config:
    return builtin_config()


@pytest.fixture(scope="module")
def loader(config: Config) -> Loader:
    return Loader(config)


def document(loader: Loader, *, service: dict[str, Any] | None = None, **members: Any) -> dict[str, Any]:
    finding = BASE | {"service": service or {}} | members
    (found,), _report = load_bytes(loader, json.dumps(finding).encode(), KEY)
    source: dict[str, Any] = found["_source"]
    return source


@pytest.mark.parametrize(
    ("severity", "whole", "exact", "label"),
    [
        (1, 1, 1.0, "Low"),
        (3.9, 3, 3.9, "Low"),
        (4, 4, 4.0, "Medium"),
        ("5.0", 5, 5.0, "Medium"),
        (6.99, 6, 6.99, "Medium"),
        (7, 7, 7.0, "High"),
        (8.9, 8, 8.9, "High"),
        (9.0, 9, 9.0, "Critical"),
        ("10", 10, 10.0, "Critical"),
    ],
)
def test_severity(loader: Loader, severity: Any, whole: int, exact: float, label: str) -> None:
    source = document(loader, severity=severity)
    own = source["aws"]["guardduty"]
    assert (source["event"]["severity"], own["severity"], own["severity_label"]) == (whole, exact, label)


@pytest.mark.parametrize(
    ("finding_type", "category", "rule", "tactic"),
    [
        ("Recon:EC2/Portscan", "intrusion_detection", ("Recon", "Recon:EC2"), "TA0043"),
        ("Backdoor:EC2/C&CActivity.B!DNS", "intrusion_detection", ("Backdoor", "Backdoor:EC2"), None),
        ("Execution:EC2/MaliciousFile", "malware", ("Execution", "Execution:EC2"), "TA0002"),
        ("Execution:ECS/SuspiciousFile!Snapshot", "malware", ("Execution", "Execution:ECS"), "TA0002"),
        (
            "Execution:Runtime/MaliciousFileExecuted",
            "intrusion_detection",
            ("Execution", "Execution:Runtime"),
            "TA0002",
        ),
        ("Object:S3/MaliciousFile", "malware", ("Object", "Object:S3"), None),
        ("AttackSequence:S3/CompromisedData", "intrusion_detection", ("AttackSequence", "AttackSequence:S3"), None),
        ("NoColon", "intrusion_detection", (None, None), None),
    ],
)
def test_type(
    loader: Loader, finding_type: str, category: str, rule: tuple[str | None, str | None], tactic: str | None
) -> None:
    source = document(loader, type=finding_type)
    assert source["event"]["category"] == [category]
    assert source["rule"]["name"] == finding_type
    assert (source["rule"].get("category"), source["rule"].get("ruleset")) == rule
    assert source.get("threat", {}).get("tactic", {}).get("id") == ([tactic] if tactic else None)


@pytest.mark.parametrize(
    ("protocol", "expected"),
    [
        ("TCP", {"transport": "tcp"}),
        ("17", {"transport": "udp", "iana_number": "17"}),
        (6, {"transport": "tcp", "iana_number": "6"}),
        ("254", {"iana_number": "254"}),
        ("Unknown", {}),
        (None, {}),
    ],
)
def test_protocol(loader: Loader, protocol: Any, expected: dict[str, str]) -> None:
    action = {"actionType": "DNS_REQUEST", "dnsRequestAction": {"domain": "c2.example.com", "protocol": protocol}}
    source = document(loader, service={"action": action})
    assert source["network"] == {"direction": "outbound", "protocol": "dns"} | expected


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ({"lat": 0.0, "lon": 0}, None),
        ({"lat": 0.0, "lon": 4.9}, {"lat": 0.0, "lon": 4.9}),
        ({"lat": "52.4", "lon": "4.9"}, {"lat": 52.4, "lon": 4.9}),
        ({"lat": 91, "lon": 4.9}, None),
        ({"lat": 52.4}, None),
    ],
)
def test_location(loader: Loader, place: dict[str, Any], expected: Any) -> None:
    remote = {"ipAddressV4": "203.0.113.7", "geoLocation": place, "country": {"countryName": "Netherlands"}}
    action = {"actionType": "RDS_LOGIN_ATTEMPT", "rdsLoginAttemptAction": {"remoteIpDetails": remote}}
    source = document(loader, service={"action": action})
    assert source["source"]["geo"].get("location") == expected


@pytest.mark.parametrize(
    ("number", "expected"), [("64496", 64496), (64496, 64496), ("-1", None), (0, None), ("", None)]
)
def test_autonomous_system(loader: Loader, number: Any, expected: int | None) -> None:
    remote = {"ipAddressV4": "203.0.113.7", "organization": {"asn": number, "asnOrg": "Example"}}
    action = {"actionType": "AWS_API_CALL", "awsApiCallAction": {"remoteIpDetails": remote}}
    source = document(loader, service={"action": action})
    assert source["source"]["as"].get("number") == expected


def test_user_name_and_id_are_of_one_identity_and_all_are_related(loader: Loader) -> None:
    resource = {
        "accessKeyDetails": {"userName": "HIDDEN_DUE_TO_SECURITY_REASONS", "principalId": ""},
        "kubernetesDetails": {"kubernetesUserDetails": {"username": "builder", "uid": "u-1", "groups": ["g"]}},
        "rdsDbUserDetails": {"user": "shopadmin"},
    }
    source = document(loader, resource=resource)
    assert source["user"] == {"name": "builder", "id": "u-1", "roles": ["g"]}
    assert source["related"]["user"] == ["builder", "u-1", "shopadmin"]


def test_exports_write_login_attributes_with_a_capital(loader: Loader) -> None:
    login = {"LoginAttributes": [{"user": "shopadmin", "failedLoginAttempts": 3}]}
    action = {"actionType": "RDS_LOGIN_ATTEMPT", "rdsLoginAttemptAction": login}
    own = document(loader, service={"action": action})["aws"]["guardduty"]
    assert own["service"]["action"]["rdsLoginAttemptAction"]["loginAttributes"] == {
        "user": ["shopadmin"],
        "failedLoginAttempts": [3],
    }
    assert "unmapped" not in own


def test_the_same_update_is_one_document_whatever_carries_it(loader: Loader) -> None:
    event = {"detail-type": "GuardDuty Finding", "source": "aws.guardduty", "id": "e-1", "detail": BASE}
    answer = {"Findings": [{name[:1].upper() + name[1:]: value for name, value in BASE.items()}], "NextToken": ""}
    ids = [
        found["_id"]
        for carried in (BASE, event, answer)
        for found in load_bytes(loader, json.dumps(carried).encode(), KEY)[0]
    ]
    assert ids == [f"{'0' * 32}_2030-01-02T02:03:04.512Z"] * 3


@pytest.mark.parametrize("empty", ['{"findings": []}', '{"Findings": []}', ""])
def test_no_findings_are_no_documents(loader: Loader, empty: str) -> None:
    found, report = load_bytes(loader, empty.encode(), KEY)
    assert found == []
    assert report.failures == 0
