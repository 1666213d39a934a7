"""Settings of the log sources: one row or more for each module of siem_stack/log_sources/, all off by default."""

from dataclasses import dataclass

from siem_stack.settings.rules import YES_OR_NO, setting, some_of


@dataclass(frozen=True, kw_only=True)
class LogSourceSettings:
    """Log sources."""

    cloudtrail: str = setting(
        "",
        some_of("management", "insights", "s3-data", "lambda-data", "without-kms", "without-rds-data"),
        "Makes a trail of all regions: of `management` events, `insights` into their rates, and of access to data in "
        "S3 or Lambda, which is paid by the event; `without-kms` and `without-rds-data` leave out the management "
        "events of which there are most. See [CloudTrail](log-sources/cloudtrail.md).",
    )
    s3_access_logs: bool = setting(
        False,
        YES_OR_NO,
        "Has the stack's own other buckets log who uses them, into the log bucket. See "
        "[S3 server access logs](log-sources/s3_access_logs.md).",
    )
