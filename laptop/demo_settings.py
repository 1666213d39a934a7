"""What is deployed on the emulator: every log source that it has resources for.

docs/demo.md lists the others; tests/laptop/test_demo_settings.py asks the emulator.
"""

from collections.abc import Iterator, Mapping

SETTINGS: Mapping[str, str] = {
    "architecture": "host",  # the emulator runs functions on this machine
    "cloudfront_legacy_bucket": "true",
    "container_logs": "nginx-access",
    "linux_logs": "/var/log/messages",
    "linux_make_log_groups": "true",
    "linux_secure_logs": "/var/log/secure",
    "s3_access_logs": "true",
    "security_hub": "both",
}
"""Settings of siem_stack/settings, by name; the others have their defaults."""


def arguments(**others: str) -> Iterator[str]:
    """Yield the CDK command line's arguments for these settings, or others instead."""
    for name, value in {**SETTINGS, **others}.items():
        yield from ("--context", f"siem:{name}={value}")
