"""The whole stack, really deployed: an object that is put into the bucket is found in OpenSearch."""

import json
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import boto3
import pytest

from laptop.cdk import cdk
from laptop.emulator import ACCOUNT, REGION, Emulator
from siem_stack.stack import STACK_NAME

ROOT = Path(__file__).parents[2]
LOG = ROOT / "tests" / "logs" / "alb"
SECONDS = 60.0

pytestmark = pytest.mark.xdist_group("deployment")


class Deployed(NamedTuple):
    outputs: dict[str, str]
    aws: Emulator
    opensearch_url: str

    def client(self, service: str) -> Any:
        return boto3.client(
            service,  # type: ignore[call-overload]
            endpoint_url=self.aws.endpoint_url,
            region_name=REGION,
            aws_access_key_id=self.aws.env["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=self.aws.env["AWS_SECRET_ACCESS_KEY"],
        )

    def ask(self, path: str, body: Any = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.opensearch_url + path, data, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    def documents(self, key: str) -> list[dict[str, Any]]:
        """The documents of an object that are there by now."""
        self.ask("/log-*/_refresh", {})
        found = self.ask("/log-*/_search", {"query": {"term": {"aws.s3.object.key": key}}, "size": 100})
        return [hit["_source"] for hit in found["hits"]["hits"]]

    def waiting(self, queue: str) -> int:
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = self.client("sqs").get_queue_attributes(QueueUrl=self.outputs[queue], AttributeNames=names)
        return sum(map(int, found["Attributes"].values()))


@pytest.fixture(scope="module")
def deployed(emulator: Emulator, opensearch_url: str, tmp_path_factory: pytest.TempPathFactory) -> Deployed:
    folder = tmp_path_factory.mktemp("deployment")
    env = emulator.environment()  # it ends with the emulator: no need to destroy the stack
    cdk("bootstrap", f"aws://{ACCOUNT}/{REGION}", env=env, cwd=folder, capture=True, timeout=120)
    arguments = ("--output", str(folder / "cdk.out"), "--context", "siem:architecture=host")
    outputs = ("--outputs-file", str(folder / "outputs.json"))
    cdk("deploy", "--require-approval", "never", *outputs, *arguments, env=env, cwd=ROOT, capture=True, timeout=300)
    return Deployed(json.loads((folder / "outputs.json").read_text())[STACK_NAME], emulator, opensearch_url)


def _until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.2)


def test_the_templates_are_there_without_any_log(deployed: Deployed) -> None:
    names = {each["name"] for each in deployed.ask("/_index_template")["index_templates"]}
    assert {"log-aws-cloudtrail", "log-aws-elb", "log-aws-vpcflowlogs"} <= names


def test_an_object_becomes_documents_and_its_message_goes(deployed: Deployed) -> None:
    key = (LOG / "key").read_text().strip().replace("_20300102T0255Z_", "_20300102T0300Z_")
    records = (LOG / "kinds-and-statuses.log").read_bytes()
    deployed.client("s3").put_object(Bucket=deployed.outputs["LogBucket"], Key=key, Body=records)
    _until(lambda: len(deployed.documents(key)) == len(records.splitlines()))
    for document in deployed.documents(key):
        assert document["event"]["dataset"] == "aws.elb"
        assert document["aws"]["s3"]["bucket"]["name"] == f"aes-siem-{ACCOUNT}-log"
    _until(lambda: deployed.waiting("NewObjects") == 0)
    assert deployed.waiting("DeadLetters") == 0


def test_an_object_of_no_log_type_is_acknowledged(deployed: Deployed) -> None:
    deployed.client("s3").put_object(Bucket=deployed.outputs["LogBucket"], Key="holiday.jpg", Body=b"x")
    _until(lambda: deployed.waiting("NewObjects") == 0)
    assert deployed.waiting("DeadLetters") == 0


def test_the_functions_wrote_their_logs_where_the_stack_keeps_them(deployed: Deployed) -> None:
    for function in (deployed.outputs["LoaderFunction"], "aes-siem-domain-setup"):
        assert deployed.client("logs").filter_log_events(logGroupName=f"/aws/lambda/{function}")["events"]
