"""Which objects are logs of Apache and nginx, and which of them Firehose could not deliver, by key alone."""

import pytest

from es_loader.classify import classify, matches, place, skip_reason
from tests.golden import builtin_config

CONFIG = builtin_config()
FIREHOSE = "Firehose error output"
DAY = "2030/01/02/03/siem-1-2030-01-02-03-00-00-0a1b2c3d-0000-4000-8000-000000000000"


def section(key: str) -> str | None:
    """Return the section that takes a key, or why none may."""
    reason = skip_reason(key)
    if reason:
        return reason
    takers = [match.log_type.name for match in matches(CONFIG, key) if not match.ignored]
    assert len(takers) <= 1, takers
    log_type = classify(CONFIG, key)
    return log_type.name if log_type else None


@pytest.mark.parametrize("server", ["apache", "nginx"])
@pytest.mark.parametrize("kind", ["access", "error"])
@pytest.mark.parametrize(
    "prefix",
    [
        "AWSLogs/111122223333/EC2/{server}/{kind}/",
        "AWSLogs/111122223333/EC2/{server}/{kind}/us-east-1/",
        "AWSLogs/111122223333/EC2/Linux/{server}/{kind}/",
        "AWSLogs/111122223333/EC2/{server}-{kind}/",
        "AWSLogs/111122223333/ECS/shop/{server}/{kind}/",
        "any/prefix/AWSLogs/111122223333/EC2/{server}/ssl_{kind}/web-site-name=shop/",
        "o-a1b2c3d4e5/AWSLogs/111122223333/EC2/{server}/{kind}/",
        "AWSLogs/o-a1b2c3d4e5/111122223333/EC2/{server}/{kind}/",
        "CloudTrail/AWSLogs/111122223333/EC2/{server}/{kind}/",
        "{server}/{kind}/",
        "{server}/eu-west-1/{kind}/",
    ],
)
def test_a_log_is_known_in_every_layout(server: str, kind: str, prefix: str) -> None:
    key = prefix.format(server=server, kind=kind) + DAY
    capitals = prefix.format(server=server.capitalize(), kind=kind.capitalize()) + DAY
    assert section(key) == section(f"{key}.gz") == f"{server}-{kind}"
    if "ssl_" not in prefix:
        assert section(capitals) == f"{server}-{kind}"
    assert place(key).account == (None if key.startswith(server) else "111122223333")


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        (f"AWSLogs/111122223333/EC2/apache/access/error/{DAY}", FIREHOSE),
        (f"AWSLogs/111122223333/EC2/apache/access/us-east-1/error/{DAY}", FIREHOSE),
        (f"AWSLogs/111122223333/EC2/nginx/access/processing-failed/{DAY}", FIREHOSE),
        (f"AWSLogs/111122223333/EC2/apache/error/error/{DAY}", FIREHOSE),
        (f"AWSLogs/111122223333/EC2/nginx/error/us-east-1/error/{DAY}", FIREHOSE),
        (f"AWSLogs/111122223333/EC2/nginx/error/error/processing-failed/{DAY}", FIREHOSE),
        (f"AWSLogs/111122223333/EC2/nginx/error/processing-failed/{DAY}", FIREHOSE),
        (f"AWSLogs/111122223333/EC2/nginx/Error/error/{DAY}", FIREHOSE),
        (f"AWSLogs/111122223333/EC2/myapp/error/{DAY}", FIREHOSE),
        (f"apache/AWSLogs/111122223333/EC2/Linux/Secure/{DAY}", "linux-secure"),
        (f"AWSLogs/111122223333/EC2/apache/other/{DAY}", None),
        ("AWSLogs/111122223333/EC2/apache/access_log-20300102.gz", None),
        (f"nginx/access/AWSLogs/111122223333/EC2/Linux/Secure/{DAY}", "linux-secure"),
        (f"nginx/error/AWSLogs/111122223333/EC2/Linux/Secure/{DAY}", "linux-secure"),
        ("s3/apache-access/2030-01-02-03-04-05-0123456789ABCDEF", "s3accesslog"),
        ("s3/nginx-error/2030-01-02-03-04-05-0123456789ABCDEF", "s3accesslog"),
        ("AWSLogs/111122223333/EC2/apache/error/", "folder marker"),
        ("AWSLogs/111122223333/EC2/apache/access/", "folder marker"),
        ("AWSLogs/111122223333/EC2/nginx/error/aws-logs-write-test", "delivery test object"),
        (
            "nginx/AWSLogs/111122223333/CloudTrail/us-east-1/2030/01/02/111122223333_CloudTrail_us-east-1_20300102T0905Z_a.json.gz",
            "cloudtrail",
        ),
    ],
)
def test_near_misses(key: str, expected: str | None) -> None:
    assert section(key) == expected


def test_a_hostile_key_takes_little_time() -> None:
    assert skip_reason("apache" * 170) is None
