"""Which objects are findings of Security Hub, and which of GuardDuty, by key alone."""

import pytest

from es_loader.classify import classify, place, skip_reason
from es_loader.declarations import Config
from tests.golden import builtin_config

HOUR = "2030/01/02/03"
UUID = "0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d"
STREAM = f"aes-siem-firehose-securityhub-1-2030-01-02-03-04-05-{UUID}"
OTHER_STREAM = f"findings-7-2030-01-02-03-04-05-{UUID}.gz"


@pytest.fixture(scope="module")
def config() -> Config:
    return builtin_config()


def section(config: Config, key: str) -> str | None:
    log_type = None if skip_reason(key) else classify(config, key)
    return log_type.name if log_type else None


@pytest.mark.parametrize(
    ("prefix", "where"),
    [
        ("AWSLogs/111122223333/SecurityHub/eu-west-1/", ("111122223333", "eu-west-1", None)),
        ("AWSLogs/111122223333/SecurityHub/us-gov-west-1/", ("111122223333", "us-gov-west-1", None)),
        ("any/prefix/AWSLogs/111122223333/SecurityHub/eu-west-1/", ("111122223333", "eu-west-1", None)),
        ("AWSLogs/o-a1b2c3d4e5/111122223333/SecurityHub/eu-west-1/", ("111122223333", "eu-west-1", "o-a1b2c3d4e5")),
        ("CloudTrail/AWSLogs/111122223333/SecurityHub/eu-west-1/", ("111122223333", "eu-west-1", None)),
        ("GuardDuty/AWSLogs/111122223333/SecurityHub/eu-west-1/", ("111122223333", "eu-west-1", None)),
        ("SecurityHub/", (None, None, None)),
        ("security/securityhub/", (None, None, None)),
    ],
)
@pytest.mark.parametrize("name", [STREAM, f"{STREAM}.gz", OTHER_STREAM])
def test_every_layout(config: Config, prefix: str, where: tuple[str | None, ...], name: str) -> None:
    key = f"{prefix}{HOUR}/{name}"
    assert section(config, key) == "securityhub"
    assert place(key) == where


@pytest.mark.parametrize(
    "key", [f"{HOUR}/{STREAM}", f"events/{HOUR}/{STREAM}.gz", f"{HOUR}/securityhub-12-2030-01-02-03-04-05-{UUID}"]
)
def test_the_stream_s_name_is_enough(config: Config, key: str) -> None:
    assert section(config, key) == "securityhub"


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        ("AWSLogs/111122223333/SecurityHub/", "folder marker"),
        (f"AWSLogs/111122223333/SecurityHub/eu-west-1/error/{HOUR}/{STREAM}", "Firehose error output"),
        (
            f"AWSLogs/111122223333/SecurityHub/eu-west-1/error/processing-failed/{HOUR}/{STREAM}",
            "Firehose error output",
        ),
    ],
)
def test_what_lies_beside_findings_is_skipped_by_name(key: str, reason: str) -> None:
    assert skip_reason(key) == reason


@pytest.mark.parametrize(
    ("key", "owner"),
    [
        (
            "AWSLogs/111122223333/Config/eu-west-1/2030/1/2/ConfigHistory/111122223333_Config_eu-west-1_ConfigHistory_AWS::SecurityHub::Hub_20300102T030405Z_20300102T040506Z_1.json.gz",
            None,
        ),
        ("aws/SH_FINDINGS/2.0/region=eu-west-1/accountId=111122223333/eventDay=20300102/0a1b2c3d.gz.parquet", None),
        (
            "securityhub/AWSLogs/111122223333/CloudTrail/eu-west-1/2030/01/02/111122223333_CloudTrail_eu-west-1_20300102T0305Z_Ab12Cd34Ef56Gh78.json.gz",
            "cloudtrail",
        ),
        (
            "SecurityHub/AWSLogs/111122223333/GuardDuty/eu-west-1/2030/01/02/0a1b2c3d-0000-4000-8000-000000000000.jsonl.gz",
            "guardduty",
        ),
        (
            "securityhub/AWSLogs/111122223333/vpcflowlogs/eu-west-1/2030/01/02/111122223333_vpcflowlogs_eu-west-1_fl-0a1b2c3d4e5f60718_20300102T0305Z_0a1b2c3d.log.gz",
            "vpcflowlogs",
        ),
        ("AWSLogs/111122223333/WAF/eu-west-1/a/b/SecurityHub/x.json", None),
        (f"MySecurityHub/{HOUR}/{OTHER_STREAM}", None),
        (f"SecurityHub-archive/{HOUR}/{OTHER_STREAM}", None),
        (f"SECURITYHUB/{HOUR}/{OTHER_STREAM}", None),
        (f"{HOUR}/mysecurityhub-1-2030-01-02-03-04-05-{UUID}", None),
        (f"{HOUR}/securityhub-v-2030-01-02-03-04-05-{UUID}", None),
        (f"{HOUR}/aes-siem-firehose-securityhub-1-2030-01-02-{UUID}", None),
    ],
)
def test_near_misses(config: Config, key: str, owner: str | None) -> None:
    assert section(config, key) == owner


@pytest.mark.parametrize(
    ("key", "owner"),
    [
        (f"AWSLogs/111122223333/GuardDuty/eu-west-1/{HOUR}/guardduty-1-2030-01-02-03-04-05-{UUID}", "guardduty"),
        (f"any/prefix/GuardDuty/{HOUR}/guardduty-1-2030-01-02-03-04-05-{UUID}.gz", "guardduty"),
        (
            f"securityhub/AWSLogs/111122223333/GuardDuty/eu-west-1/{HOUR}/events-1-2030-01-02-03-04-05-{UUID}",
            "guardduty",
        ),
        (f"guardduty/AWSLogs/111122223333/SecurityHub/eu-west-1/{HOUR}/{OTHER_STREAM}", "securityhub"),
        (f"GuardDuty/error/processing-failed/{HOUR}/guardduty-1-2030-01-02-03-04-05-{UUID}", None),
    ],
)
def test_findings_of_guardduty_by_firehose(config: Config, key: str, owner: str | None) -> None:
    assert section(config, key) == owner
