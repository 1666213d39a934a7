import io
import json
import os
import socket
import zipfile
from pathlib import Path
from typing import Any

import boto3
import pytest

from laptop.emulator import ACCOUNT, HOST, Emulator
from laptop.emulator import emulator as running_emulator
from laptop.opensearch_node import OpenSearchNode

FUNCTION = """\
import os, socket
LISTENER = socket.create_server(("127.0.0.1", 0))
def handler(event, context):
    return {"port": LISTENER.getsockname()[1], "AWS_ENDPOINT_URL": os.environ["AWS_ENDPOINT_URL"]}
"""


def _client(aws: Emulator, service: str) -> Any:
    return boto3.client(
        service,  # type: ignore[call-overload]
        endpoint_url=aws.endpoint_url,
        region_name=aws.env["AWS_REGION"],
        aws_access_key_id=aws.env["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=aws.env["AWS_SECRET_ACCESS_KEY"],
    )


def _archive(name: str, content: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(name, content)
    return buffer.getvalue()


def test_an_object_is_stored_under_a_key_as_logs_have_it(emulator: Emulator) -> None:
    s3 = _client(emulator, "s3")
    s3.create_bucket(Bucket="laptop-test")
    s3.put_object(Bucket="laptop-test", Key="AWSLogs/a b/year=2030/x.log", Body=b"line\n")
    assert s3.get_object(Bucket="laptop-test", Key="AWSLogs/a b/year=2030/x.log")["Body"].read() == b"line\n"


def test_its_account_is_the_one_asked_for(emulator: Emulator) -> None:
    assert _client(emulator, "sts").get_caller_identity()["Account"] == ACCOUNT


def test_a_domain_has_the_node_as_its_endpoint(emulator: Emulator, opensearch_node: OpenSearchNode) -> None:
    domains = _client(emulator, "opensearch")
    domains.create_domain(DomainName="laptop-test")
    endpoint = domains.describe_domain(DomainName="laptop-test")["DomainStatus"]["Endpoint"]
    assert endpoint == opensearch_node.host_and_port


def test_the_environment_has_no_tie_to_a_real_aws(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "token")
    environment = emulator.environment()
    assert {"AWS_PROFILE", "AWS_SESSION_TOKEN"}.isdisjoint(environment)
    assert environment["AWS_ENDPOINT_URL"] == emulator.endpoint_url
    assert environment["PATH"] == os.environ["PATH"]


def test_an_emulator_takes_its_function_workers_and_its_folder_with_it() -> None:
    with running_emulator(OpenSearchNode("http://127.0.0.1:9")) as aws:
        functions = _client(aws, "lambda")
        functions.create_function(
            FunctionName="laptop-test",
            Runtime="python3.13",
            Role=f"arn:aws:iam::{ACCOUNT}:role/laptop-test",
            Handler="index.handler",
            Code={"ZipFile": _archive("index.py", FUNCTION)},
        )
        answer = json.load(functions.invoke(FunctionName="laptop-test", Payload=b"{}")["Payload"])
        worker = (HOST, answer["port"])
        assert answer["AWS_ENDPOINT_URL"] == aws.endpoint_url
        socket.create_connection(worker).close()
    with pytest.raises(ConnectionRefusedError):  # where nobody reaps orphans, its process number outlives it
        socket.create_connection(worker)
    assert not Path(aws.folder).exists()


def test_two_emulators_have_keys_of_their_own(emulator: Emulator) -> None:
    with running_emulator(OpenSearchNode("http://127.0.0.1:9")) as other:
        assert other.env["AWS_ACCESS_KEY_ID"] != emulator.env["AWS_ACCESS_KEY_ID"]
        assert other.endpoint_url != emulator.endpoint_url
