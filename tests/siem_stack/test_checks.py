import json
from pathlib import Path

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3

from siem_stack.checks import accept, accept_wildcard, check


def _findings(folder: Path, kind: str) -> list[str]:
    report = json.loads((folder / "validation-report.json").read_text())
    return [
        violation["ruleName"]
        for plugin in report["pluginReports"]
        if plugin["pluginName"] == "AwsSolutions"
        for violation in plugin.get(kind, [])
    ]


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
