"""Logs of load balancers that a CDK app makes: CloudFormation changes no others.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
https://docs.aws.amazon.com/elasticloadbalancing/latest/network/enable-access-logs.html
https://docs.aws.amazon.com/elasticloadbalancing/latest/classic/enable-access-logs.html
"""

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_elasticloadbalancing as classic
from aws_cdk import aws_elasticloadbalancingv2 as elbv2

from siem_stack.log_sources.source import Destination

APPLICATION_LOGS = ("access_logs", "connection_logs", "health_check_logs")
NETWORK_LOGS = ("access_logs",)
INTERVALS = (5, 60)
"""Minutes after which a Classic Load Balancer writes a file."""

LoadBalancer = elbv2.ApplicationLoadBalancer | elbv2.NetworkLoadBalancer | classic.LoadBalancer


def log_to(
    load_balancer: LoadBalancer,
    destination: Destination,
    *,
    prefix: str = "",
    logs: Sequence[str] = (),
    interval: int = 5,
) -> None:
    """Have a load balancer log into the log bucket, which must be in its region.

    Args:
        load_balancer: made in this app; an imported one cannot be changed.
        destination: see Destination.central for a bucket of another stack.
        prefix: folder in front of `AWSLogs/`.
        logs: which of `access_logs`, `connection_logs` and `health_check_logs`; empty for all that it has.
        interval: minutes after which a Classic Load Balancer writes a file, 5 or 60.

    Raises:
        ValueError: a prefix, a kind of logs or an interval that load balancers do not take.
    """
    if "AWSLogs" in prefix or prefix != prefix.strip("/"):
        raise ValueError(f"the prefix of a load balancer's logs has no AWSLogs and no slash at its ends: {prefix!r}")
    if isinstance(load_balancer, classic.LoadBalancer):
        _classic(load_balancer, destination, prefix, interval)
        return
    known = APPLICATION_LOGS if isinstance(load_balancer, elbv2.ApplicationLoadBalancer) else NETWORK_LOGS
    if unknown := sorted(set(logs) - set(known)):
        raise ValueError(f"{load_balancer.node.path} has no {' '.join(unknown)}, only {' '.join(known)}")
    for kind in logs or known:
        load_balancer.set_attribute(f"{kind}.s3.enabled", "true")
        load_balancer.set_attribute(f"{kind}.s3.bucket", destination.bucket_name)
        load_balancer.set_attribute(f"{kind}.s3.prefix", prefix or None)
    destination.first(_resource(load_balancer))


def _classic(load_balancer: classic.LoadBalancer, destination: Destination, prefix: str, interval: int) -> None:
    if interval not in INTERVALS:
        raise ValueError(f"a Classic Load Balancer writes a file every 5 or 60 minutes, not {interval}")
    resource = _resource(load_balancer)
    assert isinstance(resource, classic.CfnLoadBalancer)
    resource.access_logging_policy = classic.CfnLoadBalancer.AccessLoggingPolicyProperty(
        emit_interval=interval, enabled=True, s3_bucket_name=destination.bucket_name, s3_bucket_prefix=prefix or None
    )
    destination.first(resource)


def _resource(load_balancer: LoadBalancer) -> cdk.CfnResource:
    found = load_balancer.node.default_child
    if not isinstance(found, cdk.CfnResource):
        raise TypeError(f"{load_balancer.node.path} is imported: only the stack that made it can change it")
    return found
