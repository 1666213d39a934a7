"""Settings of the log sources: one row or more for each module of siem_stack/log_sources/, all off by default."""

from dataclasses import dataclass

from siem_stack.settings.rules import YES_OR_NO, between, one_of, or_empty, setting, some_of, words

LOG_GROUPS = words(r"[A-Za-z0-9_./#-]{1,512}", "names of log groups")


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
    waf: str = setting(
        "",
        words(
            r"arn:aws[a-z-]*:wafv2:[a-z0-9-]+:\d{12}:(?:regional|global)/webacl/[\w-]{1,128}/[0-9a-f-]{36}",
            "ARNs of web ACLs",
        ),
        "Web ACLs that log their requests. Those of CloudFront have `global` in their ARN. See "
        "[WAF](log-sources/waf.md).",
    )
    waf_delivery: str = setting(
        "firehose",
        one_of("firehose", "s3"),
        "How WAF's logs come: by a Firehose stream within about a minute, or for less in files of 5 minutes that WAF "
        "writes itself, into a bucket of their own. Outside the log bucket's region it is always `firehose`.",
    )
    network_firewall: str = setting(
        "",
        words(
            r"arn:aws[a-z-]*:network-firewall:[a-z0-9-]+:\d{12}:firewall/[A-Za-z0-9-]{1,128}",
            "ARNs of firewalls",
        ),
        "Firewalls whose logs are delivered. See [Network Firewall](log-sources/network_firewall.md).",
    )
    network_firewall_logs: str = setting(
        "alert flow",
        some_of("alert", "flow", "tls"),
        "What the firewalls log; `tls` needs a firewall that inspects TLS. Change one word in each deployment.",
    )
    security_hub: str = setting(
        "",
        or_empty(one_of("asff", "ocsf", "both")),
        "Takes the findings of Security Hub: `asff` of Security Hub CSPM, `ocsf` of the newer Security Hub, or `both`, "
        "which has twice what both of them find. See [Security Hub](log-sources/security_hub.md).",
    )
    cloudfront_realtime: str = setting(
        "",
        words(r"E[0-9A-Z]{11,13}", "ids of CloudFront distributions"),
        "Distributions for whose real-time logs a Kinesis stream is made, each of which is paid by the hour. They are "
        "attached by hand. See [CloudFront real-time](log-sources/cloudfront_realtime.md).",
    )
    linux_logs: str = setting(
        "",
        LOG_GROUPS,
        "Log groups with the system messages of Linux instances (`/var/log/messages`, `syslog`). See "
        "[Linux](log-sources/linux_logs.md).",
    )
    linux_secure_logs: str = setting(
        "",
        LOG_GROUPS,
        "Log groups with the authentication logs of Linux instances (`/var/log/secure`, `auth.log`).",
    )
    linux_make_log_groups: bool = setting(
        False,
        YES_OR_NO,
        "Whether the deployment makes the log groups of the two settings above; it fails if one is there already.",
    )
    container_logs: str = setting(
        "",
        words(
            r"[a-z][a-z0-9-]{1,31}(?:=[A-Za-z0-9_-]+(?:/[A-Za-z0-9_-]+)*)?",
            "names of applications (`shop`), or names and folders (`shop=nginx/access`),",
        ),
        "Container applications whose logs come by FireLens, each with a Firehose stream of its own. The folder tells "
        "the log type; without one it is the name. See [Containers](log-sources/container_logs.md).",
    )
    stream_buffer_seconds: int = setting(
        60,
        between(0, 900, "seconds"),
        "How long a Firehose stream of these sources collects records before it makes an object of them. Longer makes "
        "fewer objects, which cost less; at 60 a stream makes about 43,000 a month at most while less than 64 MiB a "
        "minute come.",
    )
