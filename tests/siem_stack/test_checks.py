import json
from pathlib import Path

import aws_cdk as cdk
import pytest
from aws_cdk import aws_s3 as s3

from siem_stack.checks import accept, check
from siem_stack.settings import Settings
from siem_stack.stack import SiemStack


def _findings(folder: Path, kind: str) -> list[str]:
    report = json.loads((folder / "validation-report.json").read_text())
    return [
        violation["ruleName"]
        for plugin in report["pluginReports"]
        if plugin["pluginName"] == "AwsSolutions"
        for violation in plugin.get(kind, [])
    ]


EXISTING = Settings(
    existing_log_bucket="old",
    existing_key_arn="arn:aws:kms:eu-west-1:111122223333:key/0123abcd-0000-4000-8000-000000000002",
)
ORIGINS = Settings(
    additional_buckets="more-logs 444455556666:logs-of-others",
    cloudfront_legacy_bucket=True,
    log_accounts="444455556666",
    notification_queue_arns="arn:aws:sqs:eu-west-1:444455556666:new-logs",
    organization_id="o-a1b2c3d4e5",
)


@pytest.mark.parametrize(
    "settings",
    [Settings(), Settings(domain_name="logs", instance_count=3), EXISTING, ORIGINS],
    ids=["default", "other", "existing", "origins"],
)
def test_the_stack_has_no_finding_that_is_not_accepted_with_a_reason(
    app: cdk.App, tmp_path: Path, settings: Settings
) -> None:
    SiemStack(app, settings)
    check(app)
    app.synth()
    assert _findings(tmp_path, "violations") == []
    accepted = {finding.split("[")[0] for finding in _findings(tmp_path, "suppressedViolations")}
    assert accepted <= {"AwsSolutions-" + rule for rule in ("IAM5", "L1", "OS1", "OS3", "OS4", "OS7", "S1")}


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
