"""The whole stack, really deployed: what is put into the bucket is found in OpenSearch, and nothing is given up."""

import gzip
import json
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple

import pytest

from es_loader.cli import main
from es_loader.compression import plain
from es_loader.dead_letters import Letter, unpacked
from es_loader.golden import Collected
from es_loader.pipeline import Loader
from es_loader.sinks.opensearch import Requests, connect
from es_loader.types import ObjectRef
from laptop.arrivals import Samples
from laptop.deployment import Deployment, bootstrap, deploy, synthesis, work_folder
from laptop.emulator import Emulator
from samples.generator.story import DAY
from samples.investigations import INVESTIGATIONS
from tests.golden import EVENT_TIME, LOGS, builtin_config, cases

SECONDS = 150.0
FILE = {
    "cloudtrail": "{account}_CloudTrail_{region}_20300102T0305Z_{unique}.json.gz",
    "vpcflowlogs": "{account}_vpcflowlogs_{region}_fl-0123456789abcdef0_20300102T0255Z_{unique}.log.gz",
    "alb": "{account}_elasticloadbalancing_{region}_app.web.0123456789abcdef_20300102T0255Z_192.0.2.10_{unique}.log.gz",
    "guardduty": "{unique}.jsonl.gz",
    "linux-secure": "secure-1-2030-01-02-03-00-00-{unique}.gz",
}
FOLDER = {
    "cloudtrail": "CloudTrail",
    "vpcflowlogs": "vpcflowlogs",
    "alb": "elasticloadbalancing",
    "guardduty": "GuardDuty",
    "linux-secure": "EC2/Linux/Secure",
}
LAYOUTS = {
    "own account": "AWSLogs/{account}/{folder}/{region}/2030/01/02/",
    "prefix": "any/prefix/AWSLogs/{account}/{folder}/{region}/2030/01/02/",
    "organisation": "AWSLogs/o-a1b2c3d4e5/{account}/{folder}/{region}/2030/01/02/",
    "Control Tower, older": "o-a1b2c3d4e5/AWSLogs/{account}/{folder}/{region}/2030/01/02/",
    "Control Tower": "o-a1b2c3d4e5/AWSLogs/o-a1b2c3d4e5/{account}/{folder}/{region}/2030/01/02/",
    "Landing Zone Accelerator": "landing-zone/AWSLogs/o-a1b2c3d4e5//{account}/{folder}/{region}/2030/01/02/",
    "by the hour": "AWSLogs/{account}/{folder}/{region}/2030/01/02/03/",
}
HIVE = "AWSLogs/aws-account-id={account}/aws-service=vpcflowlogs/aws-region={region}/year=2030/month=01/day=02/hour=03/"
ACCOUNT, REGION = "123456789012", "eu-west-1"

RECORDS: dict[str, bytes] = {
    "cloudtrail": json.dumps(
        {"Records": [{"eventVersion": "1.11", "eventTime": "2030-01-02T03:00:00Z", "eventName": "GetCallerIdentity"}]}
    ).encode(),
    "vpcflowlogs": b"version srcaddr dstaddr protocol start end\n2 192.0.2.1 10.0.0.1 6 1893552840 1893552899\n",
    "alb": (LOGS / "alb" / "kinds-and-statuses.log").read_bytes().splitlines()[0] + b"\n",
    "guardduty": b'{"schemaVersion":"2.0","id":"%(unique)s","updatedAt":"2030-01-02T03:00:00.000Z","type":"Recon:EC2/Portscan"}\n',
    "linux-secure": b"Jan  2 03:00:00 web-1 sshd[7]: Invalid user oracle from 192.0.2.9 port 4711\n",
}
"""One record of each type that says nothing of account and region: they come from the key."""


class Placed(NamedTuple):
    """An object in the bucket: `key` as it was put."""

    log_type: str
    layout: str
    key: str
    body: bytes


def objects() -> Iterator[Placed]:
    for log_type, name in FILE.items():
        layouts = {**LAYOUTS, **({"Hive": HIVE} if log_type == "vpcflowlogs" else {})}
        for number, (layout, folder) in enumerate(layouts.items()):
            unique = f"ab12cd{number:02}"
            fields = {"account": ACCOUNT, "region": REGION, "folder": FOLDER[log_type], "unique": unique}
            body = RECORDS[log_type].replace(b"%(unique)s", unique.encode())
            yield Placed(log_type, layout, (folder + name).format(**fields), gzip.compress(body))


@pytest.fixture(scope="module")
def stack(emulator: Emulator) -> Iterator[Deployment]:
    with work_folder() as folder, synthesis(folder) as run:
        bootstrap(emulator, folder)
        run.output()
        yield deploy(emulator, folder)  # it ends with the emulator: no need to destroy the stack


@pytest.fixture(scope="module")
def requests(opensearch_url: str) -> Requests:
    return Requests(connect(opensearch_url))


def search(requests: Requests, query: dict[str, Any], size: int = 500) -> list[dict[str, Any]]:
    requests.post("/log-*/_refresh")
    found = requests.post("/log-*/_search", {"query": query, "size": size})
    return [hit["_source"] for hit in found["hits"]["hits"]]


def of_object(requests: Requests, key: str) -> list[dict[str, Any]]:
    return search(requests, {"term": {"aws.s3.object.key": key}})


def until(condition: Callable[[], bool], stack: Deployment) -> None:
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline, stack.log_tail()
        time.sleep(0.2)


def settled(stack: Deployment) -> None:
    until(lambda: stack.waiting("NewObjects") == 0, stack)
    assert stack.waiting("DeadLetters") == 0


def test_the_templates_are_there_before_any_log(stack: Deployment, requests: Requests) -> None:
    names = {each["name"] for each in requests.get("/_index_template")["index_templates"]}
    assert {
        f"log-{name}" for name in ("aws-cloudtrail", "aws-elb", "aws-guardduty", "aws-vpcflowlogs", "linux-secure")
    } <= names
    assert stack.bucket


def test_every_key_layout_of_every_type_loads(stack: Deployment, requests: Requests) -> None:
    placed = list(objects())
    for each in placed:
        stack.put(each.key, each.body)
    until(lambda: all(of_object(requests, each.key) for each in placed), stack)
    settled(stack)
    for each in placed:
        (document,) = of_object(requests, each.key)
        assert document["event"]["kind"] != "pipeline_error", (each.layout, document)
        assert document["cloud"]["account"]["id"] == ACCOUNT, each
        assert document["cloud"]["region"] == REGION, each
        assert document.get("organization", {}).get("id") == ("o-a1b2c3d4e5" if "o-a1b2c3d4e5" in each.key else None)
    mapping = requests.get("/log-aws-vpcflowlogs-2030-01-02/_mapping/field/source.ip,event.original")
    fields = mapping["log-aws-vpcflowlogs-2030-01-02"]["mappings"]
    assert fields["source.ip"]["mapping"]["ip"]["type"] == "ip"
    assert fields["event.original"]["mapping"]["original"]["index"] is False


def test_an_object_that_comes_again_gives_no_second_document(stack: Deployment, requests: Requests) -> None:
    placed = next(objects())
    for _ in range(3):
        stack.put(placed.key, placed.body)
    settled(stack)
    assert len(of_object(requests, placed.key)) == 1


def test_objects_that_cannot_be_read_block_nothing_and_say_what_is_wrong(stack: Deployment, requests: Requests) -> None:
    name = "AWSLogs/123456789012/CloudTrail/eu-west-1/2030/01/02/123456789012_CloudTrail_eu-west-1_20300102T0305Z_{}.gz"
    good = gzip.compress(b'{"Records":[' + b",".join([b'{"eventTime":"2030-01-02T03:00:00Z"}'] * 2_000) + b"]}")
    broken = {"random": bytes(range(256)) * 40, "truncated": good[:-20], "empty": b""}
    for kind, body in broken.items():
        stack.put(name.format(kind), body)
    stack.put("holiday.jpg", b"x")
    until(lambda: bool(of_object(requests, name.format("truncated"))), stack)
    until(lambda: any("holiday.jpg" in line for line in stack.loader_log()), stack)
    settled(stack)
    (failure,) = search(
        requests,
        {
            "bool": {
                "filter": [
                    {"term": {"aws.s3.object.key": name.format("truncated")}},
                    {"term": {"error.type": "object_error"}},
                ]
            }
        },
    )
    assert "truncated" in failure["error"]["message"]
    (letter,) = letters(stack, "waiting/cloudtrail/", name.format("truncated"))
    assert letter.number == failure["aws"]["s3"]["object"]["record_number"]
    assert all(found["event"]["kind"] == "pipeline_error" for found in of_object(requests, name.format("random")))
    assert of_object(requests, name.format("empty")) == []


def test_what_cannot_be_loaded_is_a_dead_letter_and_is_loaded_when_the_cause_is_gone(
    stack: Deployment, requests: Requests, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in stack.aws.env.items():
        monkeypatch.setenv(name, value)
    index = "log-aws-cloudtrail-2030-07"
    requests.put(f"/{index}", {"mappings": {"properties": {"@timestamp": {"type": "date", "format": "epoch_second"}}}})
    key = "AWSLogs/123456789012/CloudTrail/eu-west-1/2030/07/08/123456789012_CloudTrail_eu-west-1_20300708T0305Z_dead.json.gz"
    times = ("2030-07-08T03:00:00Z", "2030-08-09T03:00:00Z")
    events = [{"eventVersion": "1.11", "eventTime": time, "eventName": "GetCallerIdentity"} for time in times]
    stack.put(key, gzip.compress(json.dumps({"Records": events}).encode()))
    until(lambda: len(letters(stack, "waiting/cloudtrail/", key)) == 1, stack)
    settled(stack)
    assert [found["@timestamp"][:10] for found in of_object(requests, key)] == ["2030-08-09"]
    requests.client.indices.delete(index=index)
    assert main(["replay", "--key", key, "--dry-run"]) == 0
    assert main(["replay", "--key", key]) == 0
    assert sorted(found["@timestamp"][:10] for found in of_object(requests, key)) == ["2030-07-08", "2030-08-09"]
    assert letters(stack, "waiting/cloudtrail/", key) == []
    assert len(letters(stack, "replayed/cloudtrail/", key)) == 1


def letters(stack: Deployment, prefix: str, key: str) -> list[Letter]:
    s3, bucket = stack.client("s3"), stack.outputs["DeadLetterBucket"]
    paths = [one["Key"] for one in s3.list_objects_v2(Bucket=bucket, Prefix=prefix).get("Contents", ())]
    bodies = [s3.get_object(Bucket=bucket, Key=path)["Body"].read() for path in paths]
    return [letter for body in bodies for letter in unpacked(body) if letter.key == key]


def test_a_message_about_a_deleted_object_is_acknowledged(stack: Deployment) -> None:
    record = {
        "eventSource": "aws:s3",
        "eventName": "ObjectCreated:Put",
        "eventTime": "2030-01-02T03:00:00.000Z",
        "s3": {
            "bucket": {"name": stack.bucket},
            "object": {"key": "AWSLogs/123456789012/CloudTrail/us-east-1/gone.json.gz"},
        },
    }
    stack.client("sqs").send_message(
        QueueUrl=stack.outputs["NewObjects"], MessageBody=json.dumps({"Records": [record]})
    )
    until(lambda: any("gone.json.gz" in line for line in stack.loader_log()), stack)
    settled(stack)


def test_the_samples_arrive_and_hold_their_answers(stack: Deployment, requests: Requests) -> None:
    samples = Samples(stack, requests)
    for _ in samples.put():
        pass
    assert all(arrival.expected.failures == 0 for arrival in samples.arrivals.values())
    until(lambda: all_there(requests, samples), stack)
    settled(stack)
    for investigation in INVESTIGATIONS:
        answer = requests.post(f"/{investigation.index}/_search", of_the_day(investigation.body))
        for table in investigation.tables:
            assert tuple(table.rows(answer)) == table.expected, (investigation.title, table.title)


def of_the_day(body: dict[str, Any]) -> dict[str, Any]:
    """Confine a search to the samples: other tests load other logs into the same node."""
    day = {"range": {"@timestamp": {"gte": f"{DAY:%Y-%m-%d}", "lt": f"{DAY:%Y-%m-%d}||+1d"}}}
    return {**body, "query": {"bool": {"filter": [day, body.get("query", {"match_all": {}})]}}}


def all_there(requests: Requests, samples: Samples) -> bool:
    requests.post("/log-*/_refresh")
    keys = [key for arrival in samples.arrivals.values() for key in arrival.keys]
    found = requests.post("/log-*/_count", {"query": {"terms": {"aws.s3.object.key": keys}}})
    return bool(found["count"] == samples.documents)


def test_the_functions_wrote_their_logs_where_the_stack_keeps_them(stack: Deployment) -> None:
    for function in (stack.outputs["LoaderFunction"], "aes-siem-domain-setup"):
        assert stack.client("logs").filter_log_events(logGroupName=f"/aws/lambda/{function}")["events"]


def test_the_metrics_are_in_the_log_as_cloudwatch_reads_them(stack: Deployment) -> None:
    lines = [json.loads(line) for line in stack.loader_log() if line.startswith('{"_aws"')]
    assert {"alb", "cloudtrail", "guardduty", "linux-secure", "vpcflowlogs"} <= {line.get("LogType") for line in lines}
    assert sum(line["Loaded"] for line in lines if line.get("LogType") == "vpcflowlogs") >= len(LAYOUTS)
    assert all(line["_aws"]["CloudWatchMetrics"] for line in lines)


def test_a_full_domain_pauses_the_loader_and_nothing_is_lost(stack: Deployment, requests: Requests) -> None:
    (mapping,) = stack.client("lambda").list_event_source_mappings(FunctionName=stack.outputs["LoaderFunction"])[
        "EventSourceMappings"
    ]
    placed = next(objects())
    placed = placed._replace(key=f"paused/{placed.key}")

    def look(**states: str) -> str:
        for name, state in states.items():
            alarm = f"aes-siem-{name.replace('_', '-')}"
            stack.client("cloudwatch").set_alarm_state(AlarmName=alarm, StateValue=state, StateReason="told to")
        answer = stack.client("lambda").invoke(FunctionName="aes-siem-loader-pause", Payload=b"{}")
        assert "FunctionError" not in answer, answer["Payload"].read()
        return str(stack.client("lambda").get_event_source_mapping(UUID=mapping["UUID"])["State"])

    assert look(writes_blocked="OK", free_storage_exhausted="ALARM", free_storage_recovering="ALARM") == "Disabled"
    stack.put(placed.key, placed.body)
    until(lambda: stack.waiting("NewObjects") == 1, stack)
    assert look(free_storage_exhausted="OK") == "Disabled"
    assert of_object(requests, placed.key) == []
    assert look(free_storage_recovering="OK") == "Enabled"
    until(lambda: len(of_object(requests, placed.key)) == 1, stack)
    settled(stack)


def goldens(bucket: str) -> Iterator[tuple[ObjectRef, bytes]]:
    """Yield every golden log under its own key, and the first of each key below an organisation's prefix as well."""
    seen: set[str] = set()
    for case in cases():
        content = case.log.read_bytes()
        first = case.key not in seen
        seen.add(case.key)
        keys = (case.key, f"o-a1b2c3d4e5/{case.key}") if first else (f"{case.log.stem}/{case.key}",)
        for key in keys:
            yield ObjectRef(bucket, key, EVENT_TIME), content


def test_every_golden_log_loads_and_nothing_is_refused(stack: Deployment, requests: Requests) -> None:
    loader = Loader(builtin_config())
    wanted: set[str] = set()
    for ref, content in goldens(stack.bucket):
        sink = Collected()
        loader.load(ref, partial(plain, iter((content,))), sink)
        wanted |= {document["_id"] for document in sink.documents}
        stack.put(ref.key, content if content.startswith(b"PAR1") else gzip.compress(content))
    until(lambda: not missing(requests, wanted), stack)
    settled(stack)
    refused = {"bool": {"should": [{"term": {"error.type": "rejected"}}, {"exists": {"field": "_ignored"}}]}}
    assert search(requests, refused) == []


def missing(requests: Requests, ids: set[str]) -> set[str]:
    requests.post("/log-*/_refresh")
    query = {"query": {"terms": {"_id": sorted(ids)}}, "size": 10_000, "_source": False}
    return ids - {hit["_id"] for hit in requests.post("/log-*/_search", query)["hits"]["hits"]}
