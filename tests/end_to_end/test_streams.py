"""What is put into the deployed Firehose streams is found in OpenSearch: by WAF, Security Hub and CloudWatch Logs.

The emulator makes an object of each record at once, and does not pack it. It knows neither logging configurations of WAF
nor, in conditions, the region that it is in: those are taken out of the template.
"""

import gzip
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from es_loader.cli import main
from es_loader.sinks.opensearch import Requests, connect
from laptop.demo_settings import NO_SOURCES
from laptop.deployment import Deployment, bootstrap, deploy, synthesis, work_folder
from laptop.emulator import ACCOUNT, REGION, Emulator
from tests.golden import LOGS

SECONDS = 150.0
WEB_ACL = f"arn:aws:wafv2:{REGION}:{ACCOUNT}:regional/webacl/shop/0a1b2c3d-0000-4000-8000-000000000001"
SETTINGS = {
    "container_logs": "nginx-access",
    "linux_make_log_groups": "true",
    "linux_secure_logs": "/var/log/secure",
    "security_hub": "asff",
    "waf": WEB_ACL,
}
UNKNOWN = "AWS::WAFv2::LoggingConfiguration"

FINDING = {
    "version": "0",
    "id": "00000001-0000-4000-8000-000000000000",
    "detail-type": "Security Hub Findings - Imported",
    "source": "aws.securityhub",
    "account": ACCOUNT,
    "time": "2030-01-02T02:10:00Z",
    "region": REGION,
    "resources": [],
    "detail": {
        "findings": [
            {
                "SchemaVersion": "2018-10-08",
                "Id": f"arn:aws:securityhub:{REGION}:{ACCOUNT}:finding/streams",
                "ProductArn": f"arn:aws:securityhub:{REGION}::product/aws/securityhub",
                "AwsAccountId": ACCOUNT,
                "UpdatedAt": "2030-01-02T02:09:00.000Z",
                "Title": "S3 bucket is public",
                "Severity": {"Label": "HIGH"},
            }
        ]
    },
}
MESSAGES = {
    "messageType": "DATA_MESSAGE",
    "owner": ACCOUNT,
    "logGroup": "/var/log/secure",
    "logStream": "i-0123456789abcdef0",
    "subscriptionFilters": ["aes-siem"],
    "logEvents": [
        {
            "id": f"{number:056}",
            "timestamp": 1_893_553_445_000,
            "message": f"Jan  2 03:04:05 web-1 sshd[7]: Invalid user oracle from 192.0.2.9 port 471{number}",
        }
        for number in range(2)
    ],
}
CONTAINER_LINE = {
    "container_id": "0123456789abcdef0123456789abcdef-2030405060",
    "container_name": "/web",
    "ecs_cluster": "shop",
    "ecs_task_arn": f"arn:aws:ecs:{REGION}:{ACCOUNT}:task/shop/0123456789abcdef0123456789abcdef",
    "ecs_task_definition": "web:7",
    "source": "stdout",
    "log": '192.0.2.9 - - [02/Jan/2030:03:04:05 +0000] "GET /index.html HTTP/1.1" 200 2326 "-" "curl/8.5.0"',
}
RECORDS: dict[str, tuple[str, bytes, str, int]] = {
    f"aws-waf-logs-aes-siem-{REGION}": (
        f"WAF/{REGION}/",
        (LOGS / "waf" / "requests.log").read_bytes().splitlines()[0] + b"\n",
        "aws.waf",
        1,
    ),
    "aes-siem-firehose-securityhub": (f"SecurityHub/{REGION}/", json.dumps(FINDING).encode(), "aws.securityhub", 1),
    "aes-siem-firehose-linux-secure": (
        f"EC2/Linux/Secure/{REGION}/",
        gzip.compress(json.dumps(MESSAGES).encode()),
        "system.auth",
        2,
    ),
    "aes-siem-firehose-ecs-nginx-access": (
        f"ECS/{REGION}/nginx-access/",
        json.dumps(CONTAINER_LINE).encode() + b"\n",
        "nginx.access",
        1,
    ),
}
"""Stream -> folder of its objects, a record as the service puts it, dataset and number of the documents."""


@pytest.fixture(scope="module")
def stack(emulator: Emulator) -> Iterator[Deployment]:
    with work_folder() as folder, synthesis(folder, NO_SOURCES | SETTINGS) as run:
        bootstrap(emulator, folder)
        run.output()
        take_out_what_is_unknown(folder / "cdk.out" / "SiemStack.template.json")
        yield deploy(emulator, folder)


def take_out_what_is_unknown(path: Path) -> None:
    template = json.loads(path.read_text())
    assert UNKNOWN in {each["Type"] for each in template["Resources"].values()}
    template["Resources"] = {
        name: {part: value for part, value in each.items() if part != "Condition"}
        for name, each in template["Resources"].items()
        if each["Type"] != UNKNOWN
    }
    path.write_text(json.dumps(template))


@pytest.fixture(scope="module")
def requests(opensearch_url: str) -> Requests:
    return Requests(connect(opensearch_url))


def until(condition: Callable[[], bool], stack: Deployment) -> None:
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline, stack.log_tail()
        time.sleep(0.2)


def documents(stack: Deployment, requests: Requests, folder: str) -> list[dict[str, Any]]:
    """Documents of the objects that are there: other modules' have the same folders, in buckets of their own."""
    listed = stack.client("s3").list_objects_v2(Bucket=stack.bucket, Prefix=folder).get("Contents", ())
    keys = [each["Key"] for each in listed]
    requests.post("/log-*/_refresh")
    found = requests.post("/log-*/_search", {"query": {"terms": {"aws.s3.object.key": keys}}, "size": 50})
    return [hit["_source"] for hit in found["hits"]["hits"]]


@pytest.mark.parametrize("name", RECORDS)
def test_a_record_becomes_an_object_and_that_documents(stack: Deployment, requests: Requests, name: str) -> None:
    folder, record, dataset, number = RECORDS[name]
    prefix = f"AWSLogs/{ACCOUNT}/{folder}"
    stack.client("firehose").put_record(DeliveryStreamName=name, Record={"Data": record})
    until(lambda: len(documents(stack, requests, prefix)) >= number, stack)
    until(lambda: stack.waiting("NewObjects") == 0, stack)
    assert stack.waiting("DeadLetters") == 0
    found = documents(stack, requests, prefix)
    assert len(found) == number
    for document in found:
        assert document["event"]["dataset"] == dataset
        assert document["event"]["kind"] != "pipeline_error", document
        assert document["cloud"]["account"]["id"]
        key = document["aws"]["s3"]["object"]["key"].removeprefix(prefix)
        assert key.split("/", 4)[4].startswith(f"{name}-1-20"), key


def test_the_agents_configuration_and_the_subscription_are_there(stack: Deployment) -> None:
    parameter = stack.client("ssm").get_parameter(Name="AmazonCloudWatch-aes-siem-linux")["Parameter"]["Value"]
    assert "/var/log/auth.log" in parameter
    (subscription,) = stack.client("logs").describe_subscription_filters(logGroupName="/var/log/secure")[
        "subscriptionFilters"
    ]
    assert subscription["destinationArn"].endswith(":deliverystream/aes-siem-firehose-linux-secure")


def test_the_rule_has_the_stream_for_its_target(stack: Deployment) -> None:
    (target,) = stack.client("events").list_targets_by_rule(Rule="aes-siem-securityhub-to-firehose")["Targets"]
    assert target["Arn"].endswith(":deliverystream/aes-siem-firehose-securityhub")
    assert target["DeadLetterConfig"]["Arn"]


def test_the_doctor_finds_them_delivering(
    stack: Deployment, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in stack.aws.env.items():
        monkeypatch.setenv(name, value)
    assert main(["doctor", "--json"]) == 0
    found = {one["name"]: one for one in json.loads(capsys.readouterr().out)["sources"]}
    assert {name: one["verdict"] for name, one in found.items()} == dict.fromkeys(
        ("container_logs", "linux_logs", "security_hub", "waf"), "delivering"
    ), found
    assert found["linux_logs"]["last_object"]["key"].startswith(f"AWSLogs/{ACCOUNT}/EC2/Linux/Secure/")
    stack.client("events").disable_rule(Name="aes-siem-securityhub-to-firehose")
    stack.client("logs").delete_subscription_filter(logGroupName="/var/log/secure", filterName=subscription(stack))
    assert main(["doctor", "--json", "security_hub", "linux_logs"]) == 1
    said = {
        (one["name"], finding["text"])
        for one in json.loads(capsys.readouterr().out)["sources"]
        for finding in one["findings"]
        if finding["level"] == "wrong"
    }
    assert said == {
        ("linux_logs", "log group /var/log/secure has lost its subscription filter"),
        ("security_hub", "the rule aes-siem-securityhub-to-firehose is switched off"),
    }


def subscription(stack: Deployment) -> str:
    """Return the name of the log group's subscription filter."""
    found = stack.client("logs").describe_subscription_filters(logGroupName="/var/log/secure")
    return str(found["subscriptionFilters"][0]["filterName"])
