"""FireLens: a stream for each application, the right to put lines into it, and tasks that do."""

import json
import re
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import assertions
from aws_cdk import aws_ecs as ecs

from siem_stack.firelens import firelens
from siem_stack.log_sources.source import Where
from tests.golden import custom_loader, sources_of
from tests.siem_stack.log_sources.streams import ACCOUNT, REGION, elsewhere, object_key, resources, streams

PAGE = (Path(__file__).parents[3] / "docs" / "log-sources" / "container_logs.md").read_text()
SHOP = "aes-siem-firehose-ecs-shop"
SHOP_ARN = f"arn:aws:firehose:{REGION}:{ACCOUNT}:deliverystream/{SHOP}"
LINE = {
    "container_id": "0123456789abcdef0123456789abcdef-2030405060",
    "container_name": "/shop-web",
    "ecs_cluster": "shop",
    "ecs_task_arn": f"arn:aws:ecs:{REGION}:{ACCOUNT}:task/shop/0123456789abcdef0123456789abcdef",
    "ecs_task_definition": "shop:7",
    "source": "stdout",
}


def block(language: str) -> str:
    (found,) = re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    return str(found)


@pytest.fixture(scope="module")
def template() -> assertions.Template:
    return elsewhere(Where.EACH_REGION, container_logs="shop web=nginx/access")


def test_each_application_has_a_stream_and_a_folder(template: assertions.Template) -> None:
    prefixes = {name: each["ExtendedS3DestinationConfiguration"]["Prefix"] for name, each in streams(template).items()}
    assert prefixes == {
        SHOP: f"AWSLogs/{ACCOUNT}/ECS/{REGION}/shop/",
        "aes-siem-firehose-ecs-web": f"AWSLogs/{ACCOUNT}/ECS/{REGION}/nginx/access/",
    }


def test_task_roles_may_put_lines_into_these_streams_alone(template: assertions.Template) -> None:
    (policy,) = resources(template, "AWS::IAM::ManagedPolicy").values()
    assert policy["Properties"]["ManagedPolicyName"] == f"aes-siem-firelens-{REGION}"
    (statement,) = policy["Properties"]["PolicyDocument"]["Statement"]
    assert statement["Sid"] == "PutRecords"
    assert statement["Action"] == "firehose:PutRecordBatch"
    assert statement["Resource"] == [SHOP_ARN, SHOP_ARN.replace("shop", "web")]


def task() -> dict[str, Any]:
    stack = cdk.Stack(cdk.App(), "Shop", env=cdk.Environment(account=ACCOUNT, region=REGION))
    definition = ecs.FargateTaskDefinition(stack, "Task")
    driver = firelens(definition, "shop")
    definition.add_container("web", image=ecs.ContainerImage.from_registry("nginx:stable"), logging=driver)
    return dict(assertions.Template.from_stack(stack).to_json()["Resources"])


def test_a_task_of_a_cdk_app_has_a_log_router_that_adds_what_the_task_is() -> None:
    (found,) = (each["Properties"] for each in task().values() if each["Type"] == "AWS::ECS::TaskDefinition")
    containers = {each["Name"]: each for each in found["ContainerDefinitions"]}
    router, web = containers["log_router"], containers["web"]
    assert router["FirelensConfiguration"] == {"Type": "fluentbit", "Options": {"enable-ecs-log-metadata": "true"}}
    assert web["LogConfiguration"] == {
        "LogDriver": "awsfirelens",
        "Options": {"Name": "kinesis_firehose", "region": REGION, "delivery_stream": SHOP},
    }


def test_its_role_may_put_lines_into_the_applications_stream() -> None:
    (policy,) = (each["Properties"] for each in task().values() if each["Type"] == "AWS::IAM::Policy")
    (statement,) = policy["PolicyDocument"]["Statement"]
    assert statement["Action"] == "firehose:PutRecordBatch"
    assert statement["Resource"]["Fn::Join"][1][-1] == f":firehose:{REGION}:{ACCOUNT}:deliverystream/{SHOP}"


def test_the_page_has_the_same_as_json() -> None:
    router, web = json.loads(block("json"))["containerDefinitions"]
    (found,) = (each["Properties"] for each in task().values() if each["Type"] == "AWS::ECS::TaskDefinition")
    made = {each["Name"]: each for each in found["ContainerDefinitions"]}
    assert router["image"] == made["log_router"]["Image"]
    assert router["essential"] is made["log_router"]["Essential"]
    assert router["memoryReservation"] == made["log_router"]["MemoryReservation"]
    assert router["firelensConfiguration"] == {"type": "fluentbit", "options": {"enable-ecs-log-metadata": "true"}}
    assert web["logConfiguration"] == {
        "logDriver": "awsfirelens",
        "options": made["web"]["LogConfiguration"]["Options"],
    }


def test_the_section_of_the_page_reads_what_the_application_writes(
    template: assertions.Template, tmp_path: Path
) -> None:
    """Its stream's key is the section's, and lines to stderr are not loaded."""
    lines = [
        {**LINE, "log": '{"time": "2030-01-02T03:04:05Z", "user": "ines", "client": "192.0.2.9", "action": "login"}'},
        {**LINE, "source": "stderr", "log": "warning: the cache is cold"},
    ]
    content = "".join(json.dumps(line) + "\n" for line in lines).encode()
    (document,) = sources_of(custom_loader(tmp_path, block("ini")), content, object_key(streams(template)[SHOP]))
    assert document["@timestamp"].startswith("2030-01-02T03:04:05")
    assert document["source"]["ip"] == "192.0.2.9"
    assert document["user"]["name"] == "ines"
    assert document["event"]["action"] == "login"
    assert document["container"]["name"] == "shop-web"
    assert document["cloud"]["account"]["id"] == ACCOUNT
    assert document["cloud"]["region"] == REGION


@pytest.mark.parametrize(("app", "dataset"), [("nginx-access", "nginx.access"), ("apache-access", "apache.access")])
def test_applications_with_the_name_of_a_built_in_log_type_need_no_section(
    app: str, dataset: str, tmp_path: Path
) -> None:
    line = '192.0.2.9 - - [02/Jan/2030:03:04:05 +0000] "GET /index.html HTTP/1.1" 200 2326 "-" "curl/8.5.0"'
    (stream,) = streams(elsewhere(Where.EACH_REGION, container_logs=app)).values()
    (document,) = sources_of(
        custom_loader(tmp_path, ""), json.dumps({**LINE, "log": line}).encode(), object_key(stream)
    )
    assert document["event"]["dataset"] == dataset
    assert document["event"]["kind"] == "event"
