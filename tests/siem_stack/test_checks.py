import json
from itertools import product
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3

from siem_stack.checks import accept, accept_wildcard, check
from siem_stack.settings import Settings
from siem_stack.settings.conflicts import conflicts
from siem_stack.settings.sizes import PROFILES
from siem_stack.stack import SiemStack


def _findings(folder: Path, kind: str) -> list[str]:
    report = json.loads((folder / "validation-report.json").read_text())
    return [
        violation["ruleName"]
        for plugin in report["pluginReports"]
        if plugin["pluginName"] == "AwsSolutions"
        for violation in plugin.get(kind, [])
    ]


HOST = "{}-logs-abcdefghijklmnopqrstuvwxyz.us-east-1.es.amazonaws.com"
VPC = "vpc-0123456789abcdef0"
SUBNETS = " ".join(f"subnet-0123456789abcdef{number}" for number in range(3))
PLACES: dict[str, dict[str, Any]] = {
    "public": {},
    "addresses": {"allowed_cidrs": "192.0.2.0/24"},
    "made VPC": {"vpc": "create"},
    "own VPC": {"vpc": VPC, "subnet_ids": SUBNETS, "client_cidrs": "10.0.0.0/8"},
}
SIGN_INS: dict[str, dict[str, Any]] = {
    "no": {},
    "SAML": {"saml_metadata": "tests/siem_stack/idp.xml", "saml_roles_key": "groups", "analyst_groups": "soc"},
    "Cognito": {"cognito": True, "cognito_domain_prefix": "siem-example", "cognito_client_id": 26 * "a"},
}
EXISTING_DOMAIN: dict[str, Any] = {
    "existing_domain_endpoint": HOST.format("search"),
    "volume_size": 100,
    "snapshots": True,
}
COMBINATIONS = {
    "existing": Settings(**EXISTING_DOMAIN),
    "existing in a VPC": Settings(
        **{**EXISTING_DOMAIN, **PLACES["own VPC"], "client_cidrs": "", "existing_domain_endpoint": HOST.format("vpc")}
    ),
    **{
        f"{profile}, {place}, {sign_in} sign-in": Settings(
            domain_profile=profile, snapshots=True, **PLACES[place], **SIGN_INS[sign_in]
        )
        for profile, place, sign_in in product(PROFILES, PLACES, SIGN_INS)
    },
}
ACCEPTED = {"AwsSolutions-" + rule for rule in ("COG8", "IAM5", "L1", "OS1", "OS3", "OS4", "OS5", "OS7", "S1")}


@pytest.mark.parametrize("settings", COMBINATIONS.values(), ids=COMBINATIONS)
def test_the_stack_has_no_finding_that_is_not_accepted_with_a_reason(
    app: cdk.App, tmp_path: Path, settings: Settings
) -> None:
    assert list(conflicts(settings)) == []
    SiemStack(app, settings)
    check(app)
    app.synth()
    assert _findings(tmp_path, "violations") == []
    accepted = {finding.split("[")[0] for finding in _findings(tmp_path, "suppressedViolations")}
    assert accepted <= ACCEPTED


def test_a_production_domain_in_a_vpc_needs_few_exceptions(app: cdk.App, tmp_path: Path) -> None:
    SiemStack(app, Settings(domain_profile="large", vpc="create"))
    check(app)
    app.synth()
    accepted = {finding.split("[")[0] for finding in _findings(tmp_path, "suppressedViolations")}
    assert accepted == {"AwsSolutions-" + rule for rule in ("IAM5", "L1", "OS3", "S1")}


def test_a_finding_that_is_not_accepted_stops_the_synthesis(app: cdk.App, tmp_path: Path) -> None:
    s3.Bucket(cdk.Stack(app, "Bad"), "Open")
    check(app)
    with pytest.raises(RuntimeError, match="AwsSolutions"):
        app.synth()
    assert "AwsSolutions-S10" in _findings(tmp_path, "violations")


def test_only_the_rule_that_is_named_is_accepted(app: cdk.App, tmp_path: Path) -> None:
    accept(s3.Bucket(cdk.Stack(app, "Bad"), "Open"), "S10", "for this test")
    check(app)
    with pytest.raises(RuntimeError, match="AwsSolutions"):
        app.synth()
    assert "AwsSolutions-S1" in _findings(tmp_path, "violations")
    assert "AwsSolutions-S10" not in _findings(tmp_path, "violations")


@pytest.mark.parametrize("region", [None, "cn-north-1"])
def test_a_wildcard_is_accepted_whether_the_region_is_known_or_not(
    app: cdk.App, tmp_path: Path, region: str | None
) -> None:
    stack = cdk.Stack(app, "Some", env=cdk.Environment(region=region))
    arn = stack.format_arn(service="es", resource="domain", resource_name="aes-siem/log-*")
    statement = iam.PolicyStatement(actions=["es:ESHttpGet"], resources=[arn])
    role = iam.Role(
        stack,
        "Role",
        assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
        inline_policies={"Rights": iam.PolicyDocument(statements=[statement])},
    )
    accept_wildcard(role, arn, "for this test")
    check(app)
    app.synth()
    assert _findings(tmp_path, "violations") == []
    assert len(_findings(tmp_path, "suppressedViolations")) == 1
