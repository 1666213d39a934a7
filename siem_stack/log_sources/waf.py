"""AWS WAF: web ACLs that log their requests, by Firehose or by themselves.

https://docs.aws.amazon.com/waf/latest/developerguide/logging.html
"""

from typing import NamedTuple

import aws_cdk as cdk
from aws_cdk import aws_wafv2 as wafv2
from constructs import Construct, IDependable

from siem_stack.delivery_streams import DeliveryStream
from siem_stack.log_sources.source import Destination, LogSource, Where, cfn_resources
from siem_stack.place_condition import deployed_to
from siem_stack.removal import removal_policy
from siem_stack.settings import Settings
from siem_stack.waf_bucket import WafBucket

NAME = "aws-waf-logs-aes-siem"
"""Of streams and buckets: WAF takes those alone whose names begin with `aws-waf-logs-`."""

REDACTED = ("authorization", "cookie")
"""Headers whose values WAF leaves out."""


class WebAcl(NamedTuple):
    """A web ACL as its ARN tells; `scope` is regional or global."""

    arn: str
    region: str
    account: str
    scope: str
    name: str

    def is_elsewhere(self, stack: cdk.Stack) -> bool:
        """Tell whether it is known at synthesis that the stack is in another account or region."""
        return (not cdk.Token.is_unresolved(stack.region) and stack.region != self.region) or (
            not cdk.Token.is_unresolved(stack.account) and stack.account != self.account
        )


def web_acl(arn: str) -> WebAcl:
    """Return what an ARN says: `arn:aws:wafv2:<region>:<account>:<scope>/webacl/<name>/<id>`."""
    region, account, resource = arn.split(":")[3:6]
    scope, _, name, _ = resource.split("/")
    return WebAcl(arn, region, account, scope, name)


def build(scope: Construct, destination: Destination, settings: Settings) -> None:
    """Have each web ACL log that is in the account and region that are deployed to, which CloudFormation decides."""
    stack = cdk.Stack.of(scope)
    acls = [acl for acl in map(web_acl, settings.waf.split()) if not acl.is_elsewhere(stack)]
    if settings.waf_delivery == "s3" and destination.queue:
        _log(Construct(scope, "Direct"), acls, destination, settings, "")
        return
    for kind, place in {"regional": stack.region, "global": "global"}.items():
        _log(Construct(scope, kind.title()), [acl for acl in acls if acl.scope == kind], destination, settings, place)


def _log(scope: Construct, acls: list[WebAcl], destination: Destination, settings: Settings, place: str) -> None:
    """Make what the web ACLs log to, and have them log; a stream if there is a `place` for its name and folder."""
    if not acls:
        return
    here = {place: deployed_to(scope, *place) for place in dict.fromkeys((acl.region, acl.account) for acl in acls)}
    target = Construct(scope, "Target")
    if place:
        arn, ready = _stream(target, destination, settings, place)
    else:
        arn, ready = _bucket(target, destination, settings)
    some = _any(scope, list(here.values()))
    for resource in cfn_resources(target):
        resource.cfn_options.condition = some
    for acl in acls:
        logging = _logging(scope, acl, arn)
        logging.cfn_options.condition = here[acl.region, acl.account]
        logging.node.add_dependency(ready)


def _any(scope: Construct, conditions: list[cdk.CfnCondition]) -> cdk.CfnCondition:
    if len(conditions) == 1:
        return conditions[0]
    return cdk.CfnCondition(scope, "Some", expression=cdk.Fn.condition_or(*conditions))  # type: ignore[arg-type]  # jsii


def _stream(scope: Construct, destination: Destination, settings: Settings, place: str) -> tuple[str, IDependable]:
    stream = DeliveryStream(
        *(scope, "Stream"), name=f"{NAME}-{place}", folder=f"WAF/{place}/", destination=destination, settings=settings
    )
    return stream.arn, stream.resource


def _bucket(scope: Construct, destination: Destination, settings: Settings) -> tuple[str, IDependable]:
    stack = cdk.Stack.of(scope)
    assert destination.queue is not None
    assert destination.reader is not None
    bucket = WafBucket(
        scope,
        name=f"{NAME}-{stack.account}-{stack.region}",
        queue=destination.queue,
        reader=destination.reader,
        removal_policy=removal_policy(settings),
    )
    return bucket.bucket_arn, bucket


def _logging(scope: Construct, acl: WebAcl, destination_arn: str) -> wafv2.CfnLoggingConfiguration:
    return wafv2.CfnLoggingConfiguration(
        scope,
        f"Logging-{acl.arn}",
        log_destination_configs=[destination_arn],
        redacted_fields=[
            wafv2.CfnLoggingConfiguration.FieldToMatchProperty(single_header={"Name": name}) for name in REDACTED
        ],
        resource_arn=acl.arn,
    )


SOURCE = LogSource(
    name="waf",
    title="AWS WAF",
    setting="waf",
    log_types=("waf",),
    where=Where.EACH_REGION,
    build=build,
)
