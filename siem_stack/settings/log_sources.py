"""Settings of the log sources: one row or more for each module of siem_stack/log_sources/, all off by default."""

from dataclasses import dataclass

from siem_stack.settings.flow_log_fields import SETS
from siem_stack.settings.rules import (
    REGION,
    YES_OR_NO,
    between,
    one_of,
    or_empty,
    placed,
    setting,
    some_of,
    words,
)

LOG_GROUPS = placed(r"[A-Za-z0-9_./#-]{1,512}", "names of log groups")

_ID = r"-[0-9a-f]{8}(?:[0-9a-f]{9})?"
_FLOW_FIELDS = "|".join((*SETS, *SETS["all"]))


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
        placed(
            r"[a-z][a-z0-9-]{1,31}(?:=[A-Za-z0-9_-]+(?:/[A-Za-z0-9_-]+)*)?",
            "names of applications (`shop`), or names and folders (`shop=nginx/access`)",
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
    log_regions: str = setting(
        "",
        words(REGION, "names of regions"),
        "Other regions of the account in which sources of a whole region are switched on, too. "
        "See [regions and accounts](regions-and-accounts.md).",
    )
    vpc_flow_logs: str = setting(
        "",
        placed(
            f"(?:vpc|subnet|eni|tgw|tgw-attach){_ID}",
            "ids of VPCs, subnets, network interfaces, transit gateways and their attachments",
        ),
        "What gets flow logs. See [flow logs](log-sources/vpc_flow_logs.md).",
    )
    vpc_flow_logs_fields: str = setting(
        "v5",
        words(_FLOW_FIELDS, "`v2`, `v5`, `all`, or names of fields as AWS writes them"),
        "Fields of VPCs', subnets' and interfaces' flow logs: AWS's default format, all up to version 5, or all that "
        "es-loader maps but tags. Transit gateways' always have all. Another value replaces the flow logs.",
    )
    vpc_flow_logs_interval: int = setting(
        600,
        one_of(60, 600),
        "Seconds over which flows are added up; 60 makes more records. Transit gateways' are always of 60.",
    )
    vpc_flow_logs_file_format: str = setting(
        "plain-text", one_of("plain-text", "parquet"), "What files are delivered. Parquet costs more to deliver."
    )
    vpc_flow_logs_hourly: bool = setting(False, YES_OR_NO, "Puts the files of each hour into a folder of its own.")
    guardduty: str = setting(
        "",
        placed("create|[0-9a-f]{32}", "`create` or the id of a detector, one for each region"),
        "Exports findings to the log bucket: of the detector that is there, or of one that is made, which is paid by "
        "what it looks at. See [GuardDuty](log-sources/guardduty.md).",
    )
    resolver_query_logs: str = setting(
        "",
        placed(f"vpc{_ID}", "ids of VPCs"),
        "VPCs whose DNS queries are logged. See [Resolver query logs](log-sources/resolver_query_logs.md).",
    )
    cloudfront_standard: str = setting(
        "",
        words(r"E[0-9A-Z]{11,13}", "ids of CloudFront distributions"),
        "Distributions whose access logs are delivered (standard logging v2). See "
        "[CloudFront](log-sources/cloudfront_standard.md).",
    )
    cloudfront_standard_format: str = setting(
        "w3c",
        one_of("w3c", "json", "parquet"),
        "What CloudFront's files are. Parquet costs something. It cannot be changed while they are delivered.",
    )
