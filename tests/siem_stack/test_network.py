"""A domain in a VPC: who can reach it, what the functions can reach, and nothing goes to the internet."""

from typing import Any

import pytest
from aws_cdk import assertions

from siem_stack.network import ENI_ACTIONS
from tests.siem_stack.conftest import OTHER, template_of
from tests.siem_stack.test_search_domain import DOMAIN, domain, only, role, statements

Template = assertions.Template

SUBNETS = OTHER["subnet_ids"].split()
OWN = {"vpc": OTHER["vpc"], "subnet_ids": OTHER["subnet_ids"]}
EXISTING = {
    **OWN,
    "existing_domain_endpoint": "vpc-logs-abcdefghijklmnopqrstuvwxyz.us-east-1.es.amazonaws.com",
    "volume_size": "100",
}


@pytest.fixture(scope="module")
def own() -> Template:
    return template_of(**OWN, domain_profile="medium", client_cidrs="192.0.2.0/24")


@pytest.fixture(scope="module")
def made() -> Template:
    return template_of(vpc="create", domain_profile="medium")


def functions_in_a_network(template: Template) -> dict[str, Any]:
    return {
        each["Properties"]["Handler"].split(".")[0]: each["Properties"]["VpcConfig"]
        for each in template.find_resources("AWS::Lambda::Function").values()
        if "VpcConfig" in each["Properties"]
    }


def group(template: Template, part: str) -> tuple[str, dict[str, Any]]:
    """Name and properties of the security group whose logical id begins so."""
    ((name, found),) = (
        (name, each)
        for name, each in template.find_resources("AWS::EC2::SecurityGroup").items()
        if name.startswith(part)
    )
    return name, found["Properties"]


def ingress(template: Template, name: str) -> list[dict[str, Any]]:
    return [
        each["Properties"]
        for each in template.find_resources("AWS::EC2::SecurityGroupIngress").values()
        if each["Properties"]["GroupId"] == {"Fn::GetAtt": [name, "GroupId"]}
    ]


def test_functions_that_speak_to_the_domain_are_where_it_is(own: Template, template: Template) -> None:
    functions, _ = group(own, "NetworkFunctions")
    network = {"SecurityGroupIds": [{"Fn::GetAtt": [functions, "GroupId"]}], "SubnetIds": SUBNETS}
    assert functions_in_a_network(own) == {"domain_setup": network, "es_loader": network}
    assert domain(own)["VPCOptions"]["SubnetIds"] == SUBNETS
    assert functions_in_a_network(template) == {}
    assert "VPCOptions" not in domain(template)


def test_a_domain_of_one_node_is_in_one_subnet() -> None:
    assert domain(template_of(**OWN))["VPCOptions"]["SubnetIds"] == SUBNETS[:1]


@pytest.mark.parametrize("name", ["LoaderRole", "DomainSetupRole"])
def test_lambda_may_make_interfaces_and_the_code_may_not(own: Template, template: Template, name: str) -> None:
    found = statements(role(own, name))
    assert (found["JoinNetwork"]["Effect"], found["JoinNetwork"]["Action"]) == ("Allow", list(ENI_ACTIONS))
    kept_out = found["CodeStaysOutOfNetwork"]
    assert (kept_out["Effect"], kept_out["Action"]) == ("Deny", list(ENI_ACTIONS))
    (source,) = kept_out["Condition"]["ArnEquals"].values()
    ending = "es-loader" if name == "LoaderRole" else "domain-setup"
    assert str(source).endswith(f":function:aes-siem-{ending}']]}}")
    assert "JoinNetwork" not in statements(role(template, name))


def test_the_domain_takes_connections_of_the_functions_and_of_listed_addresses(own: Template) -> None:
    name, found = group(own, "NetworkDomain")
    functions, _ = group(own, "NetworkFunctions")
    (listed,) = found["SecurityGroupIngress"]
    assert (listed["CidrIp"], listed["FromPort"], listed["ToPort"]) == ("192.0.2.0/24", 443, 443)
    (rule,) = ingress(own, name)
    assert rule["SourceSecurityGroupId"] == {"Fn::GetAtt": [functions, "GroupId"]}
    assert (rule["FromPort"], rule["ToPort"]) == (443, 443)
    assert domain(own)["VPCOptions"]["SecurityGroupIds"] == [{"Fn::GetAtt": [name, "GroupId"]}]
    _, functions_group = group(own, "NetworkFunctions")
    (out,) = functions_group["SecurityGroupEgress"]
    assert (out["FromPort"], out["ToPort"], out["IpProtocol"]) == (443, 443, "tcp")


def test_a_vpc_that_is_made_has_no_way_to_the_internet(made: Template) -> None:
    for kind in ("InternetGateway", "NatGateway", "Route", "EIP"):
        assert made.find_resources(f"AWS::EC2::{kind}") == {}
    subnets = made.find_resources("AWS::EC2::Subnet").values()
    assert [each["Properties"]["CidrBlock"] for each in subnets] == ["10.170.0.0/24", "10.170.1.0/24", "10.170.2.0/24"]
    assert len({str(each["Properties"]["AvailabilityZone"]) for each in subnets}) == 3
    assert len(domain(made)["VPCOptions"]["SubnetIds"]) == 3


def test_the_functions_reach_the_services_that_they_call(made: Template) -> None:
    endpoints = [each["Properties"] for each in made.find_resources("AWS::EC2::VPCEndpoint").values()]
    services = {str(each["ServiceName"]["Fn::Join"][1][-1]).lstrip("."): each for each in endpoints}
    assert {name: each["VpcEndpointType"] for name, each in services.items()} == {
        "s3": "Gateway",
        "sqs": "Interface",
        "ssm": "Interface",
    }
    assert services["sqs"]["PrivateDnsEnabled"] is True
    prefix, *_ = services["sqs"]["ServiceName"]["Fn::Join"][1]
    ((china, condition),) = made.to_json()["Conditions"].items()
    assert prefix == {"Fn::If": [china, "cn.com.amazonaws", "com.amazonaws"]}
    assert condition == {"Fn::Equals": [{"Ref": "AWS::Partition"}, "aws-cn"]}
    name, _ = group(made, "NetworkVpcEndpoints")
    functions, _ = group(made, "NetworkFunctions")
    (rule,) = ingress(made, name)
    assert rule["SourceSecurityGroupId"] == {"Fn::GetAtt": [functions, "GroupId"]}


@pytest.mark.parametrize(("setting", "policy"), [("retain", "Retain"), ("destroy", "Delete")])
def test_a_domain_that_is_kept_keeps_what_it_is_in(setting: str, policy: str) -> None:
    template = template_of(vpc="create", removal_policy=setting)
    kept = [
        *template.find_resources("AWS::EC2::VPC").values(),
        *template.find_resources("AWS::EC2::Subnet").values(),
        template.find_resources("AWS::EC2::SecurityGroup")[group(template, "NetworkDomain")[0]],
    ]
    assert [each["DeletionPolicy"] for each in kept] == [policy] * 3
    functions = template.find_resources("AWS::EC2::SecurityGroup")[group(template, "NetworkFunctions")[0]]
    assert functions.get("DeletionPolicy", "Delete") == "Delete"


def test_the_setup_can_answer_cloudformation_from_first_to_last(made: Template) -> None:
    (found,) = made.find_resources("Custom::DomainSetup").values()
    ways = {*made.find_resources("AWS::EC2::VPCEndpoint"), *made.find_resources("AWS::EC2::SecurityGroupIngress")}
    assert ways <= set(found["DependsOn"])


def test_what_goes_on_in_a_made_vpc_is_logged_where_all_logs_are(made: Template) -> None:
    flow_log = only(made, "AWS::EC2::FlowLog")
    assert flow_log["LogDestination"] == {"Fn::GetAtt": ["LogBucketCC3B17E8", "Arn"]}
    assert (flow_log["LogDestinationType"], flow_log["TrafficType"]) == ("s3", "ALL")
    (resource,) = made.find_resources("AWS::EC2::FlowLog").values()
    assert any(name.startswith("LogBucketPolicy") for name in resource["DependsOn"])


def test_the_services_role_is_made_on_request_and_before_the_domain(own: Template) -> None:
    assert own.find_resources("AWS::IAM::ServiceLinkedRole") == {}
    asked = template_of(**OWN, service_linked_role="true")
    ((name, found),) = asked.find_resources("AWS::IAM::ServiceLinkedRole").items()
    assert found["Properties"] == {"AWSServiceName": "opensearchservice.amazonaws.com"}
    assert found["DeletionPolicy"] == "Retain"
    (resource,) = asked.find_resources(DOMAIN).values()
    assert name in resource["DependsOn"]


def test_functions_join_the_network_of_an_existing_domain() -> None:
    template = template_of(**EXISTING)
    assert set(functions_in_a_network(template)) == {"domain_setup", "es_loader"}
    functions, _ = group(template, "NetworkFunctions")
    output = template.find_outputs("*")["FunctionsSecurityGroup"]
    assert output["Value"] == {"Fn::GetAtt": [functions, "GroupId"]}
    assert len(template.find_resources("AWS::EC2::SecurityGroup")) == 1
