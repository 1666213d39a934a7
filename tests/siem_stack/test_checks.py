import json
from pathlib import Path

import aws_cdk as cdk
import pytest
from aws_cdk import aws_s3 as s3

from siem_stack.checks import accept, check, printed


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


@pytest.mark.parametrize(("region", "text"), [(None, "<AWS::Region>"), ("cn-north-1", "cn-north-1")])
def test_values_are_printed_as_findings_have_them(region: str | None, text: str) -> None:
    stack = cdk.Stack(cdk.App(), "Some", env=cdk.Environment(region=region))
    bucket = s3.Bucket(stack, "Bucket")
    arn = stack.format_arn(service="es", resource="domain", resource_name="aes-siem/log-*")
    name = stack.get_logical_id(bucket.node.default_child)  # type: ignore[arg-type]  # a CfnBucket
    assert printed(stack, arn) == f"arn:<AWS::Partition>:es:{text}:<AWS::AccountId>:domain/aes-siem/log-*"
    assert printed(stack, bucket.arn_for_objects("*")) == f"<{name}.Arn>/*"
