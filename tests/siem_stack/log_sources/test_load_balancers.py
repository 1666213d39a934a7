"""Load balancers of an app that uses the helper."""

from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import assertions
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancing as classic
from aws_cdk import aws_elasticloadbalancingv2 as elbv2

from siem_stack.log_sources.load_balancers import log_to
from siem_stack.log_sources.source import Destination

BUCKET = "aes-siem-111122223333-log"


@pytest.fixture
def stack() -> cdk.Stack:
    return cdk.Stack(cdk.App(), "Shop")


@pytest.fixture
def vpc(stack: cdk.Stack) -> ec2.Vpc:
    return ec2.Vpc(stack, "Vpc")


@pytest.fixture
def destination(stack: cdk.Stack) -> Destination:
    return Destination.central(stack, BUCKET, "")


def attributes(stack: cdk.Stack) -> dict[str, str]:
    (found,) = (
        assertions.Template.from_stack(stack).find_resources("AWS::ElasticLoadBalancingV2::LoadBalancer").values()
    )
    return {each["Key"]: each["Value"] for each in found["Properties"]["LoadBalancerAttributes"]}


def test_an_application_load_balancer_logs_all_three(stack: cdk.Stack, vpc: ec2.Vpc, destination: Destination) -> None:
    log_to(elbv2.ApplicationLoadBalancer(stack, "Web", vpc=vpc), destination, prefix="shop")
    found = attributes(stack)
    for kind in ("access_logs", "connection_logs", "health_check_logs"):
        assert found[f"{kind}.s3.enabled"] == "true"
        assert found[f"{kind}.s3.bucket"] == BUCKET
        assert found[f"{kind}.s3.prefix"] == "shop"
    assert "deletion_protection.enabled" in found


def test_some_kinds_alone(stack: cdk.Stack, vpc: ec2.Vpc, destination: Destination) -> None:
    log_to(elbv2.ApplicationLoadBalancer(stack, "Web", vpc=vpc), destination, logs=["access_logs"])
    found = attributes(stack)
    assert "connection_logs.s3.enabled" not in found
    assert "access_logs.s3.prefix" not in found


def test_a_network_load_balancer(stack: cdk.Stack, vpc: ec2.Vpc, destination: Destination) -> None:
    log_to(elbv2.NetworkLoadBalancer(stack, "Tcp", vpc=vpc), destination)
    assert {name for name in attributes(stack) if ".s3." in name} == {"access_logs.s3.enabled", "access_logs.s3.bucket"}


def test_a_classic_load_balancer(stack: cdk.Stack, vpc: ec2.Vpc, destination: Destination) -> None:
    log_to(classic.LoadBalancer(stack, "Old", vpc=vpc), destination, prefix="old", interval=60)
    assertions.Template.from_stack(stack).has_resource_properties(
        "AWS::ElasticLoadBalancing::LoadBalancer",
        {"AccessLoggingPolicy": {"EmitInterval": 60, "Enabled": True, "S3BucketName": BUCKET, "S3BucketPrefix": "old"}},
    )


def test_it_waits_for_a_policy_in_the_same_app(stack: cdk.Stack, vpc: ec2.Vpc) -> None:
    policy = cdk.CfnResource(stack, "Policy", type="AWS::S3::BucketPolicy")
    load_balancer = elbv2.NetworkLoadBalancer(stack, "Tcp", vpc=vpc)
    log_to(load_balancer, Destination(BUCKET, "", "", ready=(policy,)))
    (found,) = (
        assertions.Template.from_stack(stack).find_resources("AWS::ElasticLoadBalancingV2::LoadBalancer").values()
    )
    assert "Policy" in found["DependsOn"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"prefix": "AWSLogs"}, "no AWSLogs and no slash"),
        ({"prefix": "shop/"}, "no AWSLogs and no slash"),
        ({"logs": ["connection_logs"]}, "Shop/Tcp has no connection_logs, only access_logs"),
    ],
)
def test_what_is_refused(
    stack: cdk.Stack, vpc: ec2.Vpc, destination: Destination, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        log_to(elbv2.NetworkLoadBalancer(stack, "Tcp", vpc=vpc), destination, **options)


def test_an_interval_that_there_is_not(stack: cdk.Stack, vpc: ec2.Vpc, destination: Destination) -> None:
    with pytest.raises(ValueError, match="every 5 or 60 minutes, not 10"):
        log_to(classic.LoadBalancer(stack, "Old", vpc=vpc), destination, interval=10)
