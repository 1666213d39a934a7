"""The deployed loader leaves out what is not wanted, and loads what a backfill queues."""

import gzip
import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from es_loader.cli import main
from es_loader.sinks.opensearch import Requests, connect
from laptop.deployment import Deployment, bootstrap, deploy, synthesis, work_folder
from laptop.emulator import Emulator

SECONDS = 150.0
OLD = "old-logs"
FLOW_KEY = "AWSLogs/123456789012/vpcflowlogs/eu-west-1/2030/01/02/123456789012_vpcflowlogs_eu-west-1_fl-0_20300102T0255Z_{n}.log.gz"
TRAIL_KEY = (
    "AWSLogs/123456789012/CloudTrail/eu-west-1/2030/01/02/123456789012_CloudTrail_eu-west-1_20300102T0305Z_own.json.gz"
)
CONDITION = {"action": "EXCLUDE", "expression": "source.ip == '198.51.100.77'"}


@pytest.fixture(scope="module")
def stack(emulator: Emulator) -> Iterator[Deployment]:
    with work_folder() as folder, synthesis(folder) as run:
        bootstrap(emulator, folder)
        run.output()
        yield deploy(emulator, folder)


@pytest.fixture(scope="module")
def requests(opensearch_url: str) -> Requests:
    return Requests(connect(opensearch_url))


def until(condition: Callable[[], bool], stack: Deployment) -> None:
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline, stack.log_tail()
        time.sleep(0.2)


def found(requests: Requests, key: str) -> int:
    requests.post("/log-*/_refresh")
    count = requests.post("/log-*/_count", {"query": {"term": {"aws.s3.object.key": key}}})
    return int(count["count"])


def flows(*sources: str) -> bytes:
    lines = [
        "version srcaddr dstaddr protocol start end",
        *(f"2 {a} 10.0.0.1 6 1893552840 1893552899" for a in sources),
    ]
    return gzip.compress("\n".join(lines).encode())


def restart(stack: Deployment) -> Any:
    """Let the function start anew, and return its environment."""
    client = stack.client("lambda")
    name = stack.outputs["LoaderFunction"]
    variables = client.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
    client.update_function_configuration(FunctionName=name, Environment={"Variables": variables | {"RESTART": "1"}})
    return variables


def test_own_reads_and_what_a_condition_matches_are_left_out(stack: Deployment, requests: Requests) -> None:
    stack.client("ssm").put_parameter(
        Name="/siem/exclude-logs/vpcflowlogs/scanner", Value=json.dumps(CONDITION), Type="String"
    )
    # S3's test message is taken: a function that ends with it would leave it invisible for an hour.
    until(lambda: stack.waiting("NewObjects") == 0, stack)
    variables = restart(stack)
    record = {
        "eventVersion": "1.11",
        "eventTime": "2030-01-02T03:00:00Z",
        "eventSource": "s3.amazonaws.com",
        "eventName": "GetObject",
        "userAgent": "[Boto3/1.40 siem-es-loader]",
        "requestParameters": {"bucketName": stack.bucket},
    }
    own = {"userIdentity": {"sessionContext": {"sessionIssuer": {"arn": variables["OWN_ROLE"]}}}}
    stack.put(TRAIL_KEY, gzip.compress(json.dumps({"Records": [record | own, record]}).encode()))
    key = FLOW_KEY.format(n="new")
    stack.put(key, flows("198.51.100.77", "198.51.100.78"))
    until(lambda: found(requests, key) > 0 and found(requests, TRAIL_KEY) > 0, stack)
    until(lambda: stack.waiting("NewObjects") == 0, stack)
    assert (found(requests, key), found(requests, TRAIL_KEY)) == (1, 1)
    log = "\n".join(stack.loader_log())
    assert "condition vpcflowlogs/scanner" in log
    assert "own logs" in log
    assert "exclusions:" not in log
    stack.client("ssm").delete_parameter(Name="/siem/exclude-logs/vpcflowlogs/scanner")


def test_a_backfill_is_loaded_by_the_deployed_function(
    stack: Deployment, requests: Requests, monkeypatch: pytest.MonkeyPatch, emulator: Emulator, tmp_path: Any
) -> None:
    s3 = stack.client("s3")
    s3.create_bucket(Bucket=OLD)
    keys = [FLOW_KEY.format(n=f"old {number}+{number}") for number in range(25)]
    for key in keys:
        s3.put_object(Bucket=OLD, Key=key, Body=flows("203.0.113.1", "203.0.113.2"))
    for name, value in emulator.env.items():
        monkeypatch.setenv(name, value)
    arguments = ["backfill", f"s3://{OLD}/", "--since", "2030-01-02", "--until", "2030-01-03", "--yes"]
    assert main([*arguments, "--rate", "100", "--state", str(tmp_path / "state.json")]) == 0
    until(lambda: sum(found(requests, key) for key in keys) == 50, stack)
    until(lambda: stack.waiting("NewObjects") == 0, stack)
    assert stack.waiting("DeadLetters") == 0
    assert all(found(requests, key) == 2 for key in keys)
