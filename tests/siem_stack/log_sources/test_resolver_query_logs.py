"""Query logs of VPCs."""

import pytest
from aws_cdk import assertions

from tests.siem_stack.conftest import template_of
from tests.siem_stack.log_sources.stacks import properties, resources, waits_for_the_policy

VPCS = ("vpc-0a1b2c3d4e5f60718", "vpc-0123abcd")
CONFIG = "AWS::Route53Resolver::ResolverQueryLoggingConfig"
ASSOCIATION = "AWS::Route53Resolver::ResolverQueryLoggingConfigAssociation"


@pytest.fixture(scope="module")
def template() -> assertions.Template:
    return template_of(resolver_query_logs=" ".join(VPCS))


def test_one_configuration_into_our_bucket(template: assertions.Template) -> None:
    assert properties(template, CONFIG) == [
        {"DestinationArn": {"Fn::GetAtt": ["LogBucketCC3B17E8", "Arn"]}, "Name": "aes-siem-query-logs"}
    ]


def test_each_vpc_is_associated_with_it(template: assertions.Template) -> None:
    (config,) = template.find_resources(CONFIG)
    found = properties(template, ASSOCIATION)
    assert {each["ResourceId"] for each in found} == set(VPCS)
    assert all(each["ResolverQueryLogConfigId"] == {"Fn::GetAtt": [config, "Id"]} for each in found)


def test_they_wait_for_the_policy_that_lets_them_write(template: assertions.Template) -> None:
    assert all(map(waits_for_the_policy, (*resources(template, CONFIG), *resources(template, ASSOCIATION))))
