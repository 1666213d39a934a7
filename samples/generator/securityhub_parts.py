"""Findings in ASFF: what all have, GuardDuty's in particular, and the resources that they are about.

https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-findings-format.html
"""

from datetime import datetime
from typing import Any

from samples.generator import story
from samples.generator.story import REGION, SHOP, Host

Tree = dict[str, Any]

HUB = f"arn:aws:securityhub:{REGION}"
CHECKS = "Software and Configuration Checks"
STANDARDS = (
    "standards/aws-foundational-security-best-practices/v/1.0.0",
    "ruleset/cis-aws-foundations-benchmark/v/3.0.0",
)
LABELS = ((1, "INFORMATIONAL"), (40, "LOW"), (70, "MEDIUM"), (90, "HIGH"))
"""Bounds of normalized severities below which a label holds; above it is critical."""

_HOSTS = {host.instance: host for host in (story.JUMP_HOST, story.WEB_1, story.WEB_2)}
_NOT_IN_ASFF = frozenset({"localIpDetails", "userAgent"})
_TECHNIQUES = {
    "Backdoor": "TTPs/Command and Control",
    "Exfiltration": "Effects/Data Exfiltration",
    "PenTest": "TTPs",
    "Persistence": "TTPs/Persistence",
    "Recon": "TTPs/Discovery",
    "Stealth": "TTPs/Defense Evasion",
    "UnauthorizedAccess": "TTPs/Initial Access",
}


def iso(moment: datetime) -> str:
    """Return a time as findings have it."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}.000Z"


def label(severity: int) -> str:
    """Return the label of a normalized severity."""
    return next((name for bound, name in LABELS if severity < bound), "CRITICAL")


def finding(product: str, identity: str, updated: datetime, severity: int, **members: Any) -> Tree:
    """Return a finding of one of AWS's products with the members that all have."""
    path = product.lower().replace(" ", "")
    return {
        "SchemaVersion": "2018-10-08",
        "Id": identity,
        "ProductArn": f"{HUB}::product/aws/{path}",
        "ProductName": product,
        "CompanyName": "AWS" if product == "Security Hub" else "Amazon",
        "Region": REGION,
        "AwsAccountId": SHOP,
        "FirstObservedAt": iso(updated),
        "LastObservedAt": iso(updated),
        "CreatedAt": iso(updated),
        "UpdatedAt": iso(updated),
        "Severity": {"Label": label(severity), "Normalized": severity},
        "Workflow": {"Status": "NEW"},
        "WorkflowState": "NEW",
        "RecordState": "ACTIVE",
        **members,
    }


def guardduty(export: Tree) -> Tree:
    """Return the finding that GuardDuty sends to Security Hub beside its export."""
    purpose, _, rest = export["type"].partition(":")
    service = export["service"]
    severity = round(export["severity"] * 10)
    prefixed = {f"aws/guardduty/service/{path}": text for path, text in _slash_paths(service)}
    return finding(
        "GuardDuty",
        export["arn"],
        datetime.fromisoformat(export["updatedAt"]),
        severity,
        GeneratorId=export["arn"].partition("/finding/")[0],
        Types=[f"{_TECHNIQUES[purpose]}/{purpose}:{rest.replace('/', '-')}"],
        FirstObservedAt=service["eventFirstSeen"],
        LastObservedAt=service["eventLastSeen"],
        CreatedAt=export["createdAt"],
        Title=export["title"],
        Description=export["description"],
        Severity={"Product": export["severity"], "Label": label(severity), "Normalized": severity},
        ProductFields={**prefixed, **product_fields("GuardDuty", "Amazon", export["arn"])},
        SourceUrl=f"https://{REGION}.console.aws.amazon.com/guardduty/home?region={REGION}#/findings?macros=current"
        f"&fId={export['id']}",
        Action=_pascal(service["action"]),
        Resources=_resources(export["resource"]),
    )


def product_fields(product: str, company: str, identity: str) -> Tree:
    """Return what Security Hub adds to a finding's own fields."""
    return {
        "aws/securityhub/FindingId": f"{HUB}::product/aws/{product.lower().replace(' ', '')}/{identity}",
        "aws/securityhub/ProductName": product,
        "aws/securityhub/CompanyName": company,
    }


def _slash_paths(value: Any, path: str = "") -> list[tuple[str, str]]:
    """Return the leaves of an object as Security Hub writes GuardDuty's: all are texts."""
    if isinstance(value, dict):
        inner = [(f"{path}/{name}" if path else name, member) for name, member in value.items()]
    elif isinstance(value, list):
        inner = [(f"{path}.{number}_", member) for number, member in enumerate(value)]
    else:
        text = str(value).lower() if isinstance(value, bool) else str(value)
        return [(path, text)] if text else []
    return [leaf for one, member in inner for leaf in _slash_paths(member, one)]


def _pascal(value: Any) -> Any:
    if isinstance(value, dict):
        kept = {name: member for name, member in value.items() if name not in _NOT_IN_ASFF}
        return {name[:1].upper() + name[1:]: _pascal(member) for name, member in kept.items()}
    return [_pascal(item) for item in value] if isinstance(value, list) else value


def _resources(resource: Tree) -> list[Tree]:
    found = [bucket(details["name"]) for details in resource.get("s3BucketDetails", ())]
    if "instanceDetails" in resource:
        found.append(instance(_HOSTS[resource["instanceDetails"]["instanceId"]]))
    if key := resource.get("accessKeyDetails"):
        named = {"PrincipalId": "principalId", "PrincipalType": "userType", "PrincipalName": "userName"}
        details = {name: key[origin] for name, origin in named.items()}
        found.append(resource_of("AwsIamAccessKey", f"AWS::IAM::AccessKey:{key['accessKeyId']}", details))
    return found


def resource_of(kind: str, identity: str, details: Tree) -> Tree:
    """Return a resource."""
    return {"Type": kind, "Id": identity, "Partition": "aws", "Region": REGION, "Details": {kind: details}}


def instance(host: Host) -> Tree:
    """Return a host as the resource of a finding."""
    details = {
        "Type": "t4g.small",
        "ImageId": "ami-0e2c8caa4b6378d8c",
        "IpV4Addresses": [address for address in (host.public_address, host.address) if address],
        "VpcId": story.VPC,
        "SubnetId": host.subnet,
        "LaunchedAt": "2025-11-18T07:12:44.000Z",
    }
    return resource_of("AwsEc2Instance", instance_arn(host), details) | {"Tags": {"Name": host.name}}


def instance_arn(host: Host) -> str:
    """Return the ARN of a host's instance."""
    return f"arn:aws:ec2:{REGION}:{SHOP}:instance/{host.instance}"


def bucket(name: str) -> Tree:
    """Return a bucket as the resource of a finding."""
    return resource_of("AwsS3Bucket", f"arn:aws:s3:::{name}", {"CreatedAt": "2024-03-04T10:00:00.000Z"})
