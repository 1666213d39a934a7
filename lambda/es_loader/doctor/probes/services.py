"""Services that write to the log bucket themselves."""

from collections.abc import Iterator
from datetime import UTC, datetime

from es_loader.doctor.deployed import Resource
from es_loader.doctor.findings import Finding, wrong
from es_loader.doctor.probes.look import Look

POLICIES = "Compare the policies of bucket and key with those of the stack."
_BUCKET_OR_KEY = "s3:PutObject or kms:GenerateDataKey*"


def trail(look: Look, resource: Resource) -> Iterator[Finding]:
    """https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetTrailStatus.html."""
    found = look.aws.ask("cloudtrail", "get_trail_status", Name=resource.name)
    if not found.get("IsLogging"):
        stopped = f" since {found['StopLoggingTime']:%Y-%m-%d %H:%M} UTC" if "StopLoggingTime" in found else ""
        yield wrong(
            f"the trail {resource.name} does not log{stopped}",
            f"Take it for an attack until you know better. aws cloudtrail start-logging --name {resource.name}",
        )
    if error := found.get("LatestDeliveryError"):
        permission = _BUCKET_OR_KEY if "AccessDenied" in error or "KMS" in error else ""
        yield wrong(f"CloudTrail cannot deliver: {error}", POLICIES, permission=permission)


def flow_log(look: Look, resource: Resource) -> Iterator[Finding]:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_FlowLog.html."""
    logs = look.aws.ask("ec2", "describe_flow_logs", FlowLogIds=[resource.name])["FlowLogs"]
    if not logs:
        yield wrong(f"the flow log {resource.name} is gone", "Deploy again.")
    for one in logs:
        of = f"flow log {resource.name} of {one.get('ResourceId', '?')}"
        if one.get("FlowLogStatus", "ACTIVE") != "ACTIVE":
            yield wrong(f"{of} is {one['FlowLogStatus']}")
        if one.get("DeliverLogsStatus") == "FAILED":
            error = one.get("DeliverLogsErrorMessage", "no reason given")
            hint, permission = _FLOW_LOG_ERRORS.get(error, ("", ""))
            yield wrong(f"{of} cannot deliver: {error}", hint, permission=permission)


_FLOW_LOG_ERRORS = {
    "Access error": (POLICIES, _BUCKET_OR_KEY),
    "Rate limited": ("CloudWatch Logs throttles it: nothing to be done here.", ""),
    "Unknown error": ("An error inside AWS: wait, then ask AWS Support.", ""),
}


def query_log_config(look: Look, resource: Resource) -> Iterator[Finding]:
    """https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_ResolverQueryLogConfig.html."""
    found = look.aws.ask("route53resolver", "get_resolver_query_log_config", ResolverQueryLogConfigId=resource.name)[
        "ResolverQueryLogConfig"
    ]
    if found["Status"] not in {"CREATED", "CREATING"}:
        yield wrong(f"query logging {resource.name} is {found['Status']}", POLICIES)


def query_log_association(look: Look, resource: Resource) -> Iterator[Finding]:
    """https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_ResolverQueryLogConfigAssociation.html."""
    found = look.aws.ask(
        *("route53resolver", "get_resolver_query_log_config_association"),
        ResolverQueryLogConfigAssociationId=resource.name,
    )["ResolverQueryLogConfigAssociation"]
    if found["Status"] in {"ACTIVE", "CREATING"}:
        return
    error = found.get("Error", "NONE")
    text = (
        f"query logging of {found.get('ResourceId', '?')} is {found['Status']}: {error} {found.get('ErrorMessage', '')}"
    )
    yield wrong(text.strip(), POLICIES, permission=_BUCKET_OR_KEY if error == "ACCESS_DENIED" else "")


def detector(look: Look, resource: Resource) -> Iterator[Finding]:
    """https://docs.aws.amazon.com/guardduty/latest/APIReference/API_GetDetector.html."""
    if look.aws.ask("guardduty", "get_detector", DetectorId=resource.name)["Status"] != "ENABLED":
        yield wrong(
            f"the detector {resource.name} is suspended",
            f"aws guardduty update-detector --enable --detector-id {resource.name}",
        )


def publishing_destination(look: Look, resource: Resource) -> Iterator[Finding]:
    """https://docs.aws.amazon.com/guardduty/latest/APIReference/API_DescribePublishingDestination.html."""
    detector_id, _, destination_id = resource.name.rpartition("|")
    if not detector_id:  # a region has one at most
        (detector_id,) = look.aws.ask("guardduty", "list_detectors")["DetectorIds"] or ("none",)
    found = look.aws.ask(
        "guardduty", "describe_publishing_destination", DetectorId=detector_id, DestinationId=destination_id
    )
    if found["Status"] == "PUBLISHING":
        return
    since = found.get("PublishingFailureStartTimestamp")
    fails = f", failing since {datetime.fromtimestamp(since / 1000, UTC):%Y-%m-%d %H:%M} UTC" if since else ""
    permission = f"{_BUCKET_OR_KEY}, s3:GetBucketLocation" if found["Status"].startswith("UNABLE") else ""
    yield wrong(f"the export of findings is {found['Status']}{fails}", POLICIES, permission=permission)


def web_acl(look: Look, resource: Resource) -> Iterator[Finding]:
    """https://docs.aws.amazon.com/waf/latest/APIReference/API_GetLoggingConfiguration.html."""
    found = look.aws.ask("wafv2", "get_logging_configuration", ResourceArn=resource.name)["LoggingConfiguration"]
    others = [arn for arn in found["LogDestinationConfigs"] if not look.is_ours(arn)]
    if others:
        yield wrong(f"{_name(resource)} logs to {' '.join(others)}", "Somebody redirected it. Deploy again.")


def network_firewall(look: Look, resource: Resource) -> Iterator[Finding]:
    """https://docs.aws.amazon.com/network-firewall/latest/APIReference/API_DescribeLoggingConfiguration.html."""
    found = look.aws.ask("network-firewall", "describe_logging_configuration", FirewallArn=resource.name)
    logs = found.get("LoggingConfiguration", {}).get("LogDestinationConfigs", [])
    ours = [one["LogType"] for one in logs if one["LogDestination"].get("bucketName") in look.names]
    if not ours:
        yield wrong(f"the firewall {resource.name.rpartition('/')[2]} does not log to us", "Deploy again.")


def _name(resource: Resource) -> str:
    """Return the name in an ARN `…/webacl/<name>/<id>`."""
    return resource.name.split("/")[-2] if resource.name.count("/") > 1 else resource.name
