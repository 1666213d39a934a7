"""What is deployed on the emulator: every log source that it has resources for.

docs/demo.md lists the others; tests/laptop/test_demo_settings.py asks the emulator.
"""

from collections.abc import Iterator, Mapping

NO_SOURCES = {"architecture": "host"}
"""The emulator runs functions on this machine."""

SETTINGS = {
    **NO_SOURCES,
    "cloudfront_legacy_bucket": "true",
    "container_logs": "nginx-access",
    "linux_logs": "/var/log/messages",
    "linux_make_log_groups": "true",
    "linux_secure_logs": "/var/log/secure",
    "s3_access_logs": "true",
    "security_hub": "both",
}
"""Settings of siem_stack/settings, by name; the others have their defaults."""


def arguments(settings: Mapping[str, str]) -> Iterator[str]:
    """Yield the CDK command line's arguments for settings."""
    for name, value in settings.items():
        yield from ("--context", f"siem:{name}={value}")
